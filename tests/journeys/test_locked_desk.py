"""A shared PC is locked in the middle of a sentence: nobody reads it, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from tests.integration.main_job.desks import admitted, full_record
from tests.journeys.at import Keys
from tests.shared_databases import System
from tests.shared_desks import PASSPHRASE, SharedDesk

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_desk_is_locked_in_the_middle_of_a_sentence(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    type_at: Callable[[SharedDesk], Keys],
) -> None:
    first = shared_desk("ward")
    case = admitted(first)
    first.do(case, "refer", record=full_record())
    first.sync()
    hub = shared_desk("hub")
    hub.sync()
    ward = type_at(first)
    record = ward.open_record("sampleton")
    assert "Sampleton" in read_aloud(ward) or "SAMPLETON" in read_aloud(ward)
    ward.hit(Qt.Key.Key_N)
    dialog = ward.dialog()
    ward.tab_to("Text", exact=True)
    ward.type("Daughter rings")

    ward.hit(Qt.Key.Key_L, CTRL)
    assert ward.window.locked
    assert not dialog.isVisible()
    for words in ("sampleton", "daughter", "999 001"):
        assert words not in read_aloud(ward).lower()
    # The exchange goes on below the cover, and what it brings shows nobody.
    hub.do(case, "update", values={"patient": {"phone": "01632 960444"}})
    hub.sync()
    changed(ward, case, "01632 960444")
    assert "sampleton" not in read_aloud(ward).lower()

    unlocks(ward, "not these words", opens=False)
    unlocks(ward, PASSPHRASE, opens=True)
    assert dialog.isVisible()
    assert dialog.fields.editor("text").read() == "Daughter rings"
    ward.tab_to("Text", exact=True)
    ward.hit(Qt.Key.Key_End, CTRL)
    ward.type(" at noon")
    ward.send(dialog)
    ward.sync()
    hub.sync()
    assert "Daughter rings at noon" in str(hub.desk.queries.case(hub.desk.caller, case))
    assert record.view is not None
    assert record.view.records["patient"]["phone"] == "01632 960444"


def changed(ward: Keys, case: str, phone: str) -> None:
    """Wait until the locked desk has fetched another desk's change by itself."""
    desk = ward.life.link.desk

    def has_come() -> bool:
        return bool(desk.queries.case(desk.caller, case).records["patient"]["phone"] == phone)

    ward.settled(has_come)


def unlocks(ward: Keys, words: str, *, opens: bool) -> None:
    before = ward.window.cover
    ward.type(words)
    ward.hit(Qt.Key.Key_Return)
    if opens:
        ward.settled(lambda: not ward.window.locked)
    else:
        ward.settled(before._problem.isVisible)
        assert ward.window.locked


def read_aloud(at: Keys) -> str:
    """Return all that stands in the windows of this desk, as a screen reader has it."""
    found = [at.window.windowTitle()]
    for each in (at.window, *at.window.findChildren(QWidget)):
        if each.isVisible():
            face = QAccessible.queryAccessibleInterface(each)
            if face is not None:
                found += [face.text(QAccessible.Text.Name), face.text(QAccessible.Text.Value)]
    return "\n".join(found)
