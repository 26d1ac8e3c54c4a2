"""The tasks page: overdue first, done by a key and its outcome, mine, ours and all, by ward."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.tasks_board import TasksBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.outcome_dialog import OutcomeDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.open_desks import OpenDesk, settled


@pytest.fixture
def page(
    theme: Theme,
    actions: Actions,
    tasks: Tasks,
    desk: OpenDesk,
    link: DeskLink,
    qtbot: QtBot,
) -> TasksBoardPage:
    ida = desk.admit("Idaby", bed="1", ready_for=2)
    ola = desk.admit("Olaby", bed="2")
    desk.do(ida, "task", kind="transport", due_at=desk.ago(hours=-3).isoformat())
    desk.do(ida, "task", kind="other", title="Find the key", due_at=desk.ago(hours=1).isoformat())
    desk.do(ola, "task", kind="telecare", owner_name=desk.caller.name)
    made = TasksBoardPage(theme, actions, tasks, link)
    qtbot.addWidget(made)
    made.resize(1118, 690)
    made.show()
    settled(qtbot, lambda: made.model.rowCount() == 3)
    return made


def titles(page: TasksBoardPage) -> list[str]:
    return [row.title for row in page.model.rows_shown()]


def test_the_overdue_come_first_and_mine_ward_and_all_are_told_apart(
    page: TasksBoardPage, desk: OpenDesk, qtbot: QtBot
):
    assert titles(page) == ["Find the key", "Transport home", "Telecare alarm or monitor"]
    index = page.model.index(0, 0)
    assert "overdue" in page.model.data(index, Qt.ItemDataRole.AccessibleTextRole)
    assert page.panel.view.horizontalScrollBar().maximum() == 0
    page.scopes.choose("mine")
    assert titles(page) == ["Telecare alarm or monitor"]
    page.scopes.choose("all")
    page.panel.chips.choose("overdue")
    assert titles(page) == ["Find the key"]
    page.wards.setCurrentIndex(page.wards.findData("C5"))
    page.wards.activated.emit(1)
    page.panel.chips.choose("todo")
    assert len(titles(page)) == 3


def test_a_task_is_done_by_a_key_and_the_number_of_its_outcome(
    page: TasksBoardPage, desk: OpenDesk, qtbot: QtBot
):
    page.panel.view.select_id(page.model.row_at(1).row_id)
    with qtbot.waitActive(page):
        page.activateWindow()
    page.panel.view.setFocus()
    qtbot.keyClick(page.panel.view, Qt.Key.Key_A)
    asked = page.findChild(OutcomeDialog)
    assert asked is not None
    assert asked.buttons[1].accessibleName() == "2  Partly ready"
    with qtbot.waitSignal(page.request_toast) as told:
        qtbot.keyClick(asked, Qt.Key.Key_2)
    assert told.args[0] == "Transport home: Partly ready."
    settled(qtbot, lambda: "Transport home" not in titles(page))
    page.panel.chips.choose("done")
    assert [row.outcome_words for row in page.model.rows_shown()] == ["Partly ready"]
    told.args[1]()
    page.panel.chips.choose("todo")
    settled(qtbot, lambda: "Transport home" in titles(page))


def test_what_the_rules_prompt_for_is_finished_or_given_an_owner_at_once(
    page: TasksBoardPage, desk: OpenDesk, qtbot: QtBot
):
    page.panel.chips.choose("prompted")
    prompted = {(row.family_name, row.kind) for row in page.model.rows_shown()}
    # Twenty days in hospital: one call to the practice, at 14 days, not one at 7 as well.
    assert prompted == {
        ("Idaby", "gp_contact_14"),
        ("Olaby", "gp_contact_14"),
        ("Idaby", "up_and_dressed"),
    }
    call = next(row for row in page.model.rows_shown() if row.family_name == "Olaby")
    page.finish(call, "spoken", "Spoken to")
    settled(qtbot, lambda: page.model.rowCount() == 2)
    page.panel.view.select_id(
        next(row.row_id for row in page.model.rows_shown() if row.kind == "up_and_dressed")
    )
    dialog = page.set_owner()
    assert dialog is not None
    settled(qtbot, dialog.button.isEnabled)  # whose task it is, is shown first
    dialog.put(owner_name="Sister Sample", due_at=desk.clock.now() + timedelta(hours=2))
    with qtbot.waitSignal(page.request_toast):
        dialog.submit()
    settled(qtbot, lambda: page.model.rowCount() == 1)
    page.panel.chips.choose("todo")
    opened = next(row for row in page.model.rows_shown() if row.kind == "up_and_dressed")
    assert (opened.owner, opened.state) == ("Sister Sample", "open")


def test_an_owner_is_taken_off_again(page: TasksBoardPage, desk: OpenDesk, qtbot: QtBot):
    page.panel.view.select_id(page.model.row_at(2).row_id)
    dialog = page.set_owner()
    assert dialog is not None
    settled(qtbot, dialog.button.isEnabled)  # whose task it is, is shown first
    dialog.put(owner_name=None)
    with qtbot.waitSignal(page.request_toast) as told:
        dialog.submit()
    settled(qtbot, lambda: page.model.row_at(2).owner == "Telecare")
    assert page.model.row_at(2).external
    told.args[1]()
    settled(qtbot, lambda: page.model.row_at(2).owner == desk.caller.name)


def test_no_task_moves_under_the_pointer_when_somebody_else_finishes_one(
    page: TasksBoardPage, desk: OpenDesk, qtbot: QtBot
):
    view, here = page.panel.view, QPointF(40, 40)
    QApplication.sendEvent(view, QEnterEvent(here, here, here))
    before, first = titles(page), page.model.row_at(0)
    desk.do(first.case_ref, "task", done=first.task_id, outcome_code="done")
    page._tasks.tell(ChangeSet(kinds=frozenset({"task"})))
    settled(qtbot, page.panel._waiting.isVisible)
    assert titles(page) == before
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert titles(page) == before[1:]
