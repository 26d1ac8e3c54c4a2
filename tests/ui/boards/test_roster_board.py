"""The roster of an agency: papers and their ends, leave and contract, kept by forms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.permissions import Role
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.roster_board import RosterBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.local_stores import SCHEDULER, START
from tests.ui.open_desks import OpenDesk, open_desk_in, settled

TODAY = START.date()


@pytest.fixture
def desk(tmp_path: Path, tasks: Tasks) -> Iterator[OpenDesk]:
    opened = open_desk_in(tmp_path, caller=SCHEDULER)
    yield opened
    tasks.close()
    opened.close()


@pytest.fixture
def page(
    theme: Theme, actions: Actions, tasks: Tasks, desk: OpenDesk, qtbot: QtBot
) -> RosterBoardPage:
    add_workers(desk)
    link = DeskLink()
    link.set_desk(desk)
    made = RosterBoardPage(theme, actions, tasks, link)
    link.setParent(made)
    qtbot.addWidget(made)
    made.resize(1118, 690)
    made.show()
    settled(qtbot, lambda: made.model.rowCount() == 3)
    return made


def papers(**ends: int | None) -> list[dict[str, object]]:
    """Return papers that end so many days from today; None: no end recorded."""
    return [
        {"code": code}
        if days is None
        else {"code": code, "valid_to": (TODAY + timedelta(days=days)).isoformat()}
        for code, days in ends.items()
    ]


def add_workers(desk: OpenDesk) -> None:
    good = papers(DBS_ENH_AB=400, RTW=None, MH=400, MEDS=400)
    for name, held in (
        ("Ada", good),
        ("Bea", papers(DBS_ENH_AB=400, RTW=None, MH=-1, MEDS=28)),
        ("Cyd", papers(DBS_ENH_AB=400, RTW=None, MH=None)),
    ):
        document = {
            "first_name": name,
            "family_name": "Rosterby",
            "skills": ["hoist", {"code": "peg", "valid_to": "2027-02-01"}],
            "max_block_days": 42,
            "credentials": held,
        }
        desk.roster.save(desk.caller, "worker", document)


def worker(page: RosterBoardPage, name: str):
    return next(row for row in page.model.rows_shown() if row.name.startswith(name))


def done(qtbot: QtBot, page: RosterBoardPage, dialog: RosterDialog) -> None:
    with qtbot.waitSignal(page.request_toast):
        dialog.submit()


def test_papers_that_press_come_first_and_unknown_is_said(page: RosterBoardPage, qtbot: QtBot):
    assert [row.name[:3] for row in page.model.rows_shown()] == ["Bea", "Cyd", "Ada"]
    assert worker(page, "Bea").papers_words == "Expired: MH"
    assert worker(page, "Cyd").papers_words == "Cannot confirm: MEDS, 1 more"
    assert worker(page, "Ada").papers_words == "In date"
    ends = {row.code: row.words for row in page.papers.rows_shown()}
    assert ends["MH"] == "Expired on 21-Nov-2026"
    assert ends["MEDS"] == "Ends in 28 days, 20-Dec-2026"
    page.panel.view.select_id(worker(page, "Cyd").worker_id)
    ends = {row.code: row.words for row in page.papers.rows_shown()}
    assert ends["MH"] == "Cannot confirm: no end recorded"
    assert ends["MEDS"] == "Cannot confirm: not recorded"
    page.panel.chips.choose("unknown")
    assert [row.name[:3] for row in page.model.rows_shown()] == ["Cyd"]
    assert page.panel.view.horizontalScrollBar().maximum() == 0


def test_an_expected_paper_is_recorded_then_taken_back_by_hand(
    page: RosterBoardPage, desk: OpenDesk, qtbot: QtBot
):
    page.panel.view.select_id(worker(page, "Cyd").worker_id)
    page.papers_view.select_id("MEDS")
    assert not page.paper_back_button.isEnabled()
    dialog = page.change_paper()
    assert dialog is not None
    dialog.put(valid_to=TODAY + timedelta(days=200))
    done(qtbot, page, dialog)
    settled(qtbot, lambda: worker(page, "Cyd").papers_words == "Cannot confirm: MH")
    paper = next(each for each in page.papers.rows_shown() if each.code == "MEDS")
    page.papers_view.select_id(paper.paper_id)
    asked = page.take_paper_back()
    assert asked is not None
    with qtbot.waitSignal(page.request_toast):
        asked.accept()
    settled(qtbot, lambda: worker(page, "Cyd").papers_words == "Cannot confirm: MEDS, 1 more")


def test_a_worker_is_changed_by_keyboard_and_keeps_a_skill_that_ends(
    page: RosterBoardPage, desk: OpenDesk, qtbot: QtBot
):
    page.panel.view.select_id(worker(page, "Ada").worker_id)
    with qtbot.waitActive(page):
        page.activateWindow()
    page.panel.view.setFocus()
    qtbot.keyClick(page.panel.view, Qt.Key.Key_E)
    dialog = page.findChild(RosterDialog)
    assert dialog is not None
    assert dialog.fields.editor("skills").read() == ["hoist", "peg"]
    dialog.put(max_block_days=None, skills=["peg", "stoma"], driver=True)
    with qtbot.waitSignal(page.request_toast):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, lambda: worker(page, "Ada").longest_block is None)
    assert set(worker(page, "Ada").skills) == {"Stoma care", "PEG feeding (to 01-Feb-2027)"}
    assert worker(page, "Ada").record["driver"] is True


def test_leave_is_recorded_and_shown_beside_the_worker(page: RosterBoardPage, qtbot: QtBot):
    page.panel.view.select_id(worker(page, "Ada").worker_id)
    dialog = page.add_days()
    assert dialog is not None
    dialog.put(to_day=TODAY - timedelta(days=1))
    dialog.submit()
    settled(qtbot, dialog.refused.isVisible)
    assert "cannot be before" in dialog.refused.text()
    dialog.put(to_day=date(2026, 11, 30))
    done(qtbot, page, dialog)
    settled(qtbot, lambda: worker(page, "Ada").away_now)
    assert worker(page, "Ada").away_words == "Leave 22-Nov-2026 to 30-Nov-2026"
    assert page.model.count(lambda row: row.away_now) == 1
    page.days_view.select_id(page.days.row_at(0).absence_id)
    asked = page.take_days_back()
    assert asked is not None
    with qtbot.waitSignal(page.request_toast):
        asked.accept()
    settled(qtbot, lambda: not worker(page, "Ada").away_words)


def test_a_worker_and_a_contract_are_added_and_impossible_numbers_are_refused(
    page: RosterBoardPage, desk: OpenDesk, qtbot: QtBot
):
    dialog = page.add_worker()
    dialog.put(first_name="Dot", max_block_days=0)
    dialog.submit()
    assert "1 or more" in dialog.refused.text()
    dialog.put(max_block_days=28)
    done(qtbot, page, dialog)
    settled(qtbot, lambda: page.model.rowCount() == 4)
    settled(qtbot, lambda: page.panel.view.current_id == worker(page, "Dot").worker_id)
    assert worker(page, "Dot").papers_words == "Cannot confirm: DBS_ENH_AB, 3 more"
    contract = page.edit_contract()
    contract.put(min_starts=8, max_starts=5, on_mon="08:00 to 18:00")
    contract.submit()
    settled(qtbot, contract.refused.isVisible)
    contract.put(min_starts=5, max_starts=8)
    done(qtbot, page, contract)
    settled(qtbot, page.starts_button.isEnabled)
    starts = page.open_starts()
    assert starts is not None
    starts.put(week="2026-W49", count=5)
    done(qtbot, page, starts)
    assert [row.week for row in desk.queries.slots(desk.caller)] == ["2026-W49"] * 5


def test_a_role_that_only_looks_changes_nothing(
    theme: Theme, actions: Actions, tasks: Tasks, tmp_path: Path, qtbot: QtBot
):
    caller = type(SCHEDULER)(**{**vars(SCHEDULER), "role": Role.ANALYST})
    desk = open_desk_in(tmp_path, caller=caller)
    link = DeskLink()
    link.set_desk(desk)
    page = RosterBoardPage(theme, actions, tasks, link)
    link.setParent(page)
    qtbot.addWidget(page)
    assert not page.add_button.isEnabled()
    assert not page.contract_button.isEnabled()
    assert page.edit_worker() is None
    tasks.close()
    desk.close()


def test_what_was_typed_about_one_worker_is_no_draft_of_another(
    page: RosterBoardPage, qtbot: QtBot
):
    first, other = (row.worker_id for row in page.model.rows_shown()[:2])

    def begun(worker_id: str) -> RosterDialog:
        page.panel.view.select_id(worker_id)
        dialog = page.edit_worker()
        assert dialog is not None
        return dialog

    dialog = begun(first)
    role = dialog.fields.editor("role_title").widget
    qtbot.keyClicks(role, "Senior carer")
    with qtbot.waitSignal(dialog.keeper.saved):
        dialog.keeper.flush()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    heard: list[object] = []
    dialog = begun(other)
    dialog.keeper.found.connect(heard.append)
    again = begun(first)
    settled(qtbot, again.draft_bar.isVisible)  # asked after the other, by the same reader
    assert not heard
    assert not dialog.draft_bar.isVisible()
