"""Nothing is done for somebody who is not on the screen yet: name, birth and number come first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, DialogPlace
from d2a_desktop.ui.dialogs.case_forms import form_for
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog, Question
from d2a_desktop.ui.dialogs.fetched_banner import FetchedBanner
from d2a_desktop.ui.dialogs.form_kit import Asked
from tests.integration.services.walk import WARD, Walk
from tests.ui.open_desks import settled


@pytest.fixture
def slow(record: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A record's page whose desk answers who somebody is only when `answer` is set."""
    page = record(WARD)
    desk, answer = page._link.desk, threading.Event()
    asks = desk.queries.case

    def late(*given: Any) -> Any:
        answer.wait(20)
        return asks(*given)

    monkeypatch.setattr(desk.queries, "case", late)
    page.answer = answer
    yield page
    answer.set()


def test_a_form_waits_for_its_person(slow: Any, walk: Walk, qtbot: QtBot):
    link, view = slow._link, slow.view
    place = DialogPlace(
        theme=slow.theme, tasks=slow._tasks, link=link, case_ref=walk.case, about=view.case_id
    )
    dialog = ActionDialog(place, form_for("note", Asked(view, WARD, walk.clock.now())), parent=slow)
    dialog.open()
    dialog.put(text="Rang the family")
    assert not dialog.button.isEnabled()
    dialog.submit()  # as Ctrl+Enter does
    assert not dialog.busy
    slow.answer.set()
    settled(qtbot, dialog.button.isEnabled)
    assert dialog.banner is not None
    assert dialog.banner.accessibleName() == slow.banner.accessibleName()
    with qtbot.waitSignal(dialog.done_with):
        dialog.submit()


def test_a_question_waits_for_its_person(slow: Any, qtbot: QtBot):
    banner = FetchedBanner(slow.theme, slow._tasks, slow._link, slow.view.case_id)
    question = Question(title="Take back", words="It is not deleted.", action="Take back")
    dialog = ConfirmDialog(slow.theme, question, banner=banner, parent=slow)
    dialog.open()
    assert not dialog.action.isEnabled()
    dialog._try()
    assert dialog.isVisible()
    slow.answer.set()
    settled(qtbot, dialog.action.isEnabled)
    assert banner.accessibleName() == slow.banner.accessibleName()
    with qtbot.waitSignal(dialog.accepted):
        dialog.action.click()
