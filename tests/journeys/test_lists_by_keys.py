"""Lists, buttons and forms by keys alone: what is pressed is done, and the keys stay in place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.boards.board_round import BoardRoundPage
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.boards.directory_board import DirectoryBoardPage
from d2a_desktop.ui.boards.tasks_board import TasksBoardPage
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog
from d2a_desktop.ui.dialogs.outcome_dialog import OutcomeDialog
from tests.journeys.at import KeysAt
from tests.ui.access.conftest import shown, story
from tests.ui.access.desks import Shown
from tests.ui.conftest import tasks

__all__ = ["shown", "story", "tasks"]

pytestmark = pytest.mark.journey

KEY = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def at(desk: Shown, qtbot: QtBot) -> KeysAt:
    return KeysAt(desk.window, qtbot)


def test_a_record_is_worked_from_its_lists_and_left_without_a_mouse(
    shown: Callable[[str], Shown], qtbot: QtBot
) -> None:
    desk = shown("hospital")
    ward = at(desk, qtbot)
    ward.hit(KEY.Key_Return)
    desk.rest()
    record = desk.window.pages.page("record")
    assert isinstance(record, CaseRecordPage)
    ward.hit(KEY.Key_T)
    ward.send(ward.dialog())
    ward.hit(KEY.Key_B)
    reasons = ward.dialog().fields.editor("reason_code").box
    ward.fill(("Delay reason", reasons.itemText(3)))
    ward.send(ward.dialog())
    desk.rest()

    # Ctrl+Z takes back what the toast names, and Ctrl+Shift+Z does it again.
    assert "Barrier opened" in ward.window.toast.words
    ward.hit(KEY.Key_Z, CTRL)
    desk.rest()
    assert ward.window.toast.words == "Undone: Barrier opened."
    ward.hit(KEY.Key_Z, CTRL, SHIFT)
    desk.rest()
    assert ward.window.toast.words == "Done again: Barrier opened."

    ward.hit(KEY.Key_PageDown, CTRL)
    ward.hit(KEY.Key_PageDown, CTRL)
    tasks_list = ward.tab_to("Tasks", exact=True)
    ward.hit(KEY.Key_Return)  # Enter presses the first button that fits the row
    ward.send(ward.dialog())
    desk.rest()
    assert ward.focused is tasks_list
    ward.hit(KEY.Key_L)  # the letters of the record work in its lists
    assert ward.dialog().form.title == "Log a contact"
    ward.fill(("Person", "Anna"))
    ward.hit(KEY.Key_Escape)
    ward.hit(KEY.Key_L)
    dialog = ward.dialog()
    ward.settled(dialog.draft_bar.isVisible)  # Esc kept what was typed
    ward.press_button("Cancel")
    ward.settled(lambda: ward.focused is tasks_list)

    barriers = ward.tab_to("Barriers", exact=True)
    ward.hit(KEY.Key_Home)
    ward.tab_to("Resolve", exact=True, back=True)
    ward.hit(KEY.Key_Return)
    desk.rest()
    assert record.view is not None
    assert all(row.resolved_at is not None for row in record.view.barriers)
    assert ward.focused is barriers  # and not the button beside, for a second press
    ward.tab_to("Open a barrier", exact=True, back=True)
    ward.hit(KEY.Key_Backspace)
    assert ward.window.pages.current_key == "ward_board"


def test_enter_in_a_round_presses_the_button_it_stands_on_and_ends_a_round_that_is_over(
    shown: Callable[[str], Shown], qtbot: QtBot
) -> None:
    desk = shown("hospital")
    ward = at(desk, qtbot)
    ward.go("board_round")
    desk.rest()
    page = desk.window.pages.page("board_round")
    assert isinstance(page, BoardRoundPage)
    ward.fill(("Decided by", "Dr Sample"))
    ward.hit(KEY.Key_Escape)
    assert ward.focused is page
    ward.hit(KEY.Key_1)
    ward.tab_to("Skip", exact=True)
    ward.hit(KEY.Key_Return)
    desk.rest()
    assert (page.reviewed.recorded, page.reviewed.skipped) == (0, 1)
    while page.view is not None:  # one press a person
        ward.hit(KEY.Key_0)
        desk.rest()
    assert page.reviewed.recorded == 2
    ward.hit(KEY.Key_Return)
    desk.rest()
    assert ward.window.pages.current_key == "ward_board"


def test_a_finished_task_leaves_the_keys_on_the_one_after_it(
    shown: Callable[[str], Shown], qtbot: QtBot
) -> None:
    desk = shown("hospital")
    ward = at(desk, qtbot)
    page = ward.go("tasks")
    desk.rest()
    assert isinstance(page, TasksBoardPage)
    ward.tab_to("To do")
    ward.hits(KEY.Key_Right, KEY.Key_Right, KEY.Key_Return)
    desk.rest()
    ward.tab_to("Tasks", exact=True)
    ward.hits(KEY.Key_Down, KEY.Key_Down)
    rows = page.model.rows_shown()
    chosen = page.current()
    assert chosen is not None
    place = [row.row_id for row in rows].index(chosen.row_id)
    assert place > 0
    ward.hit(KEY.Key_A)
    ward.dialog(OutcomeDialog)
    ward.hit(KEY.Key_1)
    desk.rest()
    now = page.current()
    assert now is not None
    assert now.row_id == rows[place + 1].row_id
    assert ward.focused is page.panel.view


def test_enter_on_cancel_cancels_and_a_new_entry_is_the_one_the_buttons_work_on(
    shown: Callable[[str], Shown], qtbot: QtBot
) -> None:
    desk = shown("hospital")
    ward = at(desk, qtbot)
    ward.hit(KEY.Key_K, CTRL)
    ward.type("directory")
    hits = ward.window.search_palette.hits
    ward.settled(lambda: hits.item(0).data(Qt.ItemDataRole.UserRole).words == "Directory")
    ward.hit(KEY.Key_Return)
    desk.rest()
    page = desk.window.pages.page("directory")
    assert isinstance(page, DirectoryBoardPage)
    ward.tab_to("Add an entry…", exact=True)
    ward.hit(KEY.Key_Return)
    ward.type("Dee Sample")
    ward.fill(("What", ward.dialog().fields.editor("kind").box.itemText(1)))
    ward.send(ward.dialog())
    desk.rest()
    current = page.current()
    assert current is not None
    assert current.name == "Dee Sample"
    ward.tab_to("Take back…", exact=True)
    ward.hit(KEY.Key_Return)
    asked = ward.dialog(ConfirmDialog)
    assert ward.focused is asked.keep  # what cannot be undone begins on Cancel
    ward.hit(KEY.Key_Return)
    desk.rest()
    assert page.current() is not None
    ward.hit(KEY.Key_Return)
    asked = ward.dialog(ConfirmDialog)
    ward.hit(KEY.Key_Tab)
    ward.hit(KEY.Key_Return)
    ward.settled(lambda: "Taken back" in ward.window.toast.words)
    desk.rest()
    assert all(row.name != "Dee Sample" for row in page.model.rows_shown())
