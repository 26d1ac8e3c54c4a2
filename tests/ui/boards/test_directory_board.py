"""The directory: entries by forms, verified and taken back; a deputy; a caseload handed over."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.models.staff import Staff
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.directory_board import DirectoryBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.directory_dialog import DirectoryDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.builder_ids import HOSPITAL, some_id
from tests.ui.open_desks import OpenDesk, settled


@pytest.fixture
def page(
    theme: Theme, actions: Actions, tasks: Tasks, desk: OpenDesk, link: DeskLink, qtbot: QtBot
) -> DirectoryBoardPage:
    with desk.store.apply() as session:
        for name in (desk.caller.name, "Dee Deputy"):
            session.add(
                Staff(
                    id=some_id(name),
                    scope_id=HOSPITAL,
                    ver=1,
                    login="u_" + name[:3].lower(),
                    name=name,
                    role="ward_coordinator",
                    active=True,
                )
            )
    made = DirectoryBoardPage(theme, actions, tasks, link)
    qtbot.addWidget(made)
    made.resize(1118, 690)
    made.show()
    settled(qtbot, lambda: made.model.rowCount() == 2)
    return made


def saved(qtbot: QtBot, page: DirectoryBoardPage, dialog: DirectoryDialog) -> None:
    with qtbot.waitSignal(page.request_toast):
        dialog.submit()


def test_an_entry_is_added_verified_away_and_taken_back(
    page: DirectoryBoardPage, desk: OpenDesk, qtbot: QtBot
):
    dialog = page.add_entry()
    dialog.put(name="Sample Pharmacy", kind="pharmacy", phone="01632960111", on_mon="9 to 17")
    saved(qtbot, page, dialog)
    settled(qtbot, lambda: page.model.rowCount() == 3)
    page.panel.chips.choose("entry")
    row = page.model.row_at(0)
    assert (row.group, row.hours, row.verified) == (
        "Pharmacy",
        "Mon 09:00 to 17:00",
        "Never verified",
    )
    assert row.stale
    assert page.panel.view.horizontalScrollBar().maximum() == 0
    page.panel.view.select_id(row.row_id)
    with qtbot.waitSignal(page.request_toast):
        page.verify_button.click()
    settled(qtbot, lambda: not page.model.row_at(0).stale)
    assert page.model.row_at(0).verified == f"22-Nov-2026 by {desk.caller.name}"
    changing = page.edit_entry()
    assert changing is not None
    today = desk.clock.now().date()
    changing.put(alternate_name="High Street branch", away_from=today, away_to=today)
    saved(qtbot, page, changing)
    settled(
        qtbot,
        lambda: page.model.row_at(0).answers_now == "Away to 22-Nov-2026: High Street branch",
    )
    asked = page.take_back()
    assert asked is not None
    with qtbot.waitSignal(page.request_toast):
        asked.accept()
    settled(qtbot, lambda: page.model.rowCount() == 0)


def test_a_deputy_stands_beside_the_colleague_while_away(
    page: DirectoryBoardPage, desk: OpenDesk, qtbot: QtBot
):
    page.set_deputy()
    settled(qtbot, lambda: page.findChild(DirectoryDialog) is not None)
    dialog = page.findChild(DirectoryDialog)
    assert dialog is not None
    dialog.put(alternate_name="Dee Deputy", away_from=desk.clock.now().date())
    saved(qtbot, page, dialog)
    settled(qtbot, lambda: page.model.rowCount() == 3)
    me = next(
        row
        for row in page.model.rows_shown()
        if row.source == "colleague" and row.name == desk.caller.name
    )
    assert me.answers_now == "Away: Dee Deputy"


def test_a_caseload_is_handed_over_and_taken_back(
    page: DirectoryBoardPage, desk: OpenDesk, qtbot: QtBot
):
    case = desk.admit("Ownedby", bed="1", ready_for=2)
    me = desk.caller.name
    desk.do(case, "task", kind="telecare", owner_name=me)
    desk.do(case, "barrier", reason_code="HP06", owner_name=me)
    dialog = page.hand_over()
    settled(qtbot, lambda: "1 case, 1 open task, 1 open barrier" in dialog.holds.text())
    assert not dialog.button.isEnabled()
    dialog.taker.setCurrentIndex(dialog.taker.findData("Dee Deputy"))
    with qtbot.waitSignal(page.request_toast) as told:
        dialog.hand_over()
    assert told.args[0] == "3 things handed over to Dee Deputy."
    assert desk.caseloads.of(desk.caller, me).items == ()
    given = desk.caseloads.of(desk.caller, "dee deputy")
    assert {item.entity for item in given.items} == {"task", "barrier", "spell"}
    # What was finished meanwhile stays with whoever finished it.
    desk.do(case, "task", done=given.tasks[0].row_id, outcome_code="ready")
    with qtbot.waitSignal(page.request_toast) as back:
        told.args[1]()
    assert back.args[0] == f"2 things given back to {me}."
    assert len(desk.caseloads.of(desk.caller, me).items) == 2
    with desk.store.read() as session:
        logged = [row.action for row in session.scalars(select(AccessLog))]
    assert logged == ["caseload:handed_over", "caseload:handed_over"]
