"""Two people at two desks edit one record at once: nothing is lost, and one choice is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from d2a_desktop.ui.boards.sync_page import SyncPage
from tests.integration.main_job.desks import admitted, full_record
from tests.journeys.at import At, Keys
from tests.shared_databases import System
from tests.shared_desks import SharedDesk

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

PHONE, WHY, PLAN = "patient.phone", "referral.why_in_hospital", "referral.goals"


def test_two_people_edit_one_record(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    sit_at: Callable[[SharedDesk], At],
    type_at: Callable[[SharedDesk], Keys],
) -> None:
    first = shared_desk("ward")
    case = admitted(first)
    first.do(case, "refer", record=full_record())
    first.sync()
    second = shared_desk("hub")
    second.sync()
    ward, hub = sit_at(first), type_at(second)
    for at in (ward, hub):
        at.open_record("sampleton").show_part("referral")
        at.record.referral.make()

    # Each changes a field of their own, and both the same telephone number.
    types(ward, {WHY: "Fall at home, hip repaired, pneumonia", PHONE: "01632 960111"})
    types(hub, {PLAN: "To walk to the shop"})
    types(hub, {PHONE: "01632 960222"})
    ward.exchange()
    hub.exchange()
    ward.exchange()

    sees(hub, WHY, "Fall at home, hip repaired, pneumonia")
    sees(ward, PLAN, "To walk to the shop")
    # What the hub typed met another value: a person is asked, and both values are in sight.
    (conflict,) = hub.life.link.desk.exchange.conflicts(hub.life.link.desk.caller)
    (field,) = conflict.fields
    assert {field.mine, field.theirs} == {"01632 960222", "01632 960111"}
    assert hub.light == "needs_you"
    assert ward.life.link.desk.exchange.conflicts() == ()

    chooses_mine(hub)
    hub.sync()
    ward.sync()
    for at in (ward, hub):
        sees(at, PHONE, "01632 960222")
    ward.settled(lambda: (ward.light, hub.light) == ("synced", "synced"))


def test_what_one_is_typing_stays_while_anothers_change_comes(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    sit_at: Callable[[SharedDesk], At],
) -> None:
    first = shared_desk("ward")
    case = admitted(first)
    first.do(case, "refer", record=full_record())
    first.sync()
    second = shared_desk("hub")
    second.sync()
    hub = sit_at(second)
    hub.open_record("sampleton").show_part("referral")
    form = hub.record.referral
    form.make()
    goals = form.editor(PLAN).widget
    goals.setFocus()
    hub.qtbot.keyClicks(goals, "To walk")
    first.do(case, "update", values={"patient": {"phone": "01632 960333"}})
    first.sync()
    hub.sync()
    sees(hub, PHONE, "01632 960333")
    hub.qtbot.keyClicks(goals, " to the shop")
    form.flush()
    hub.settled(lambda: not form.unsaved)
    hub.sync()
    first.sync()
    seen = first.desk.queries.case(first.desk.caller, case)
    assert seen.records["referral"]["goals"] == "To walk to the shop"


def types(at: At, values: dict[str, str]) -> None:
    form = at.record.referral
    for name, value in values.items():
        form.type_in(name, value)
    form.flush()
    at.settled(lambda: not form.unsaved)


def sees(at: At, name: str, value: str) -> None:
    """Wait until the record and its field, which are read anew after an exchange, say a value."""
    entity, _, column = name.partition(".")

    def both() -> bool:
        view = at.record.view
        assert view is not None
        kept = str(view.records[entity][column])
        return kept == at.record.referral.editor(name).read() == value

    at.settled(both)


def chooses_mine(hub: Keys) -> None:
    """By keys: the page begins on what needs a choice, and leaves the keys where they can go on."""
    hub.hit(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    hub.type("conflicts")
    hits = hub.window.search_palette.hits
    hub.settled(lambda: hits.item(0).data(Qt.ItemDataRole.UserRole).key == "sync")
    hub.hit(Qt.Key.Key_Return)
    page = hub.window.pages.page("sync")
    assert isinstance(page, SyncPage)
    hub.settled(lambda: page.model.rowCount() == 1)
    hub.settled(page.detail.isVisible)
    hub.settled(lambda: hub.focused is page.panel.view)
    hub.press_button("Use mine")
    hub.settled(lambda: page.model.rowCount() == 0)
    hub.settled(lambda: hub.focused is page.sync_button)
    hub.settled(lambda: "Yours is kept" in hub.window.toast.words)
    hub.open_record("sampleton").show_part("referral")
