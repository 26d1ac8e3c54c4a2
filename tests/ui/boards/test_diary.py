"""The assessment diary: who has no visit, where one fits, planned and confirmed with one key."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import Desk
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.diary import DiaryPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.code_point import code_point, row
from tests.ui.boards.local_desk import add_assessor, at_home
from tests.ui.open_desks import settled

WARD_SCREEN = 1366 - 208
"""What a screen of 1366x768 leaves beside the navigation."""


@pytest.fixture
def page(whole_desk: Desk, theme: Theme, actions: Actions, tasks: Tasks, qtbot: QtBot) -> DiaryPage:
    link = DeskLink()
    made = DiaryPage(theme, actions, tasks, link)
    link.setParent(made)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made


def test_a_person_at_home_without_a_visit_is_planned_with_one_key(
    page: DiaryPage, whole_desk: Desk, qtbot: QtBot
):
    for model in (page.visits, page.due, page.proposals):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assessor = add_assessor(whole_desk)
    at_home(whole_desk)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.due.rowCount() == 1)
    page.due_view.setFocus()
    settled(qtbot, lambda: page.proposals.rowCount() > 0)
    best = page.proposals.row_at(0)
    assert best.assessor_id == assessor
    assert best.late_by_minutes == 0
    page.places_view.setFocus()
    qtbot.keyClick(page.places_view, Qt.Key.Key_Return)
    settled(qtbot, lambda: page.visits.rowCount() == 1)
    settled(qtbot, lambda: page.due.rowCount() == 0)
    visit = page.visits.row_at(0)
    assert (visit.status, visit.starts_at) == ("planned", best.starts_at)
    page.panel.view.setFocus()
    qtbot.keyClick(page.panel.view, Qt.Key.Key_A)
    settled(qtbot, lambda: page.visits.row_at(0).status == "confirmed")
    assert not page.confirm_button.isEnabled()
    assert page.minimumSizeHint().width() <= WARD_SCREEN


def test_an_outcome_is_recorded_from_the_diary(page: DiaryPage, whole_desk: Desk, qtbot: QtBot):
    assessor = add_assessor(whole_desk)
    case = at_home(whole_desk)
    start = whole_desk.clock.now().isoformat()
    document = {"assessor": assessor, "starts_at": start, "confirm": True}
    whole_desk.actions.do_document(whole_desk.caller, case, "visit", document)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.visits.rowCount() == 1)
    page.panel.view.setFocus()
    settled(qtbot, page.outcome_button.isEnabled)
    page.record_outcome()
    settled(qtbot, lambda: bool(page.findChildren(ActionDialog)))
    dialog = page.findChildren(ActionDialog)[0]
    dialog.put(need_found="less")
    dialog.submit()
    settled(qtbot, lambda: page.visits.row_at(0).outcome == "done")
    assert not page.outcome_button.isEnabled()


def test_a_late_visit_says_by_how_much(page: DiaryPage, whole_desk: Desk, qtbot: QtBot):
    assessor = add_assessor(whole_desk)
    case = at_home(whole_desk, hours=49)
    start = whole_desk.clock.now().isoformat()
    document = {"assessor": assessor, "starts_at": start}
    whole_desk.actions.do_document(whole_desk.caller, case, "visit", document)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.visits.rowCount() == 1)
    words = [str(page.visits.index(0, n).data()) for n in range(page.visits.columnCount())]
    assert any("Late by 1 h 00 m" in each for each in words)


def test_the_week_moves_and_comes_back_to_today(page: DiaryPage, whole_desk: Desk, qtbot: QtBot):
    assessor = add_assessor(whole_desk)
    case = at_home(whole_desk)
    document = {"assessor": assessor, "starts_at": whole_desk.clock.now().isoformat()}
    whole_desk.actions.do_document(whole_desk.caller, case, "visit", document)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.visits.rowCount() == 1)
    page.setFocus()
    page._go(-1)
    settled(qtbot, lambda: page.visits.rowCount() == 0)
    qtbot.mouseClick(page.today, Qt.MouseButton.LeftButton)
    settled(qtbot, lambda: page.visits.rowCount() == 1)


def test_lists_that_are_painted_once_more_while_the_window_closes_still_tell_the_time(
    page: DiaryPage, whole_desk: Desk, qtbot: QtBot
):
    add_assessor(whole_desk)
    at_home(whole_desk)
    page._link.set_desk(whole_desk)
    settled(qtbot, lambda: page.due.rowCount() == 1)
    page._link.clear()
    page.grab()
    assert page.due.rowCount() == 1


def test_whose_postcodes_the_estimates_rest_on_is_shown(
    page: DiaryPage, whole_desk: Desk, qtbot: QtBot, tmp_path: Path
):
    zipped = code_point(tmp_path / "codepo.zip", {"po": [row("PO6 3LY", 465_000, 105_000)]})
    whole_desk.places.import_postcodes(zipped)
    page._link.set_desk(whole_desk)
    settled(qtbot, page.attribution.isVisible)
    assert "Contains OS data © Crown copyright and database right 2026" in page.attribution.text()
