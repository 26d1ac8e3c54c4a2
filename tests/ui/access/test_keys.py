"""The keyboard map against what the windows do: no key of the sheet is dead, no hint is untrue."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from d2a_desktop.ui.actions import PAGE_KEYS, SPECS, Actions, Scope
from d2a_desktop.ui.desk.alerts_watch import AlertsWatch
from d2a_desktop.ui.desk.list_files import ListFiles
from d2a_desktop.ui.dialogs.key_sheet import KeySheet
from d2a_desktop.ui.dialogs.sheet_dialog import SheetDialog
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.nav import PAGES_OF_KIND
from tests.ui.access.desks import Shown
from tests.ui.access.dialogs import MAKERS

# The map of UI.md section 9; 1 to 9 send no offers (its head says so), arrows are Qt's own.
MAP = {
    "Ctrl+K": "search",
    "/": "filter",
    "F6": "next_pane",
    "Shift+F6": "previous_pane",
    "Space": "peek",
    "Return": "open",
    "Backspace": "go_back",
    "Alt+Left": "back",
    "N": "new_referral",
    "E": "edit",
    "M": "matches",
    "A": "action_done",
    "O": "set_owner",
    "T": "today",
    "+": "zoom_in",
    "-": "zoom_out",
    "P": "pack",
    "Ctrl+P": "print_page",
    "Ctrl+E": "export",
    "Ctrl+S": "save",
    "Escape": "close",
    "Ctrl+Z": "undo",
    "Ctrl+Shift+Z": "redo",
    "Ctrl+Shift+C": "copy_number",
    "F5": "sync_now",
    "Ctrl+L": "lock",
    "Ctrl+D": "density",
    "F1": "help",
    "?": "keys",
    "Ctrl+Alt+T": "as_table",
    "Shift+F10": "row_menu",
}
# Dialogs and menus take these keys themselves: Qt has them without an action.
# The board round takes each key itself (its own test presses them).
_OWN_KEYS = {"board_round"}
_OF_QT = {"close", "row_menu"}


def actions_of(root: QWidget) -> set[str]:
    """Return the keys of the table that a window and its pages have joined to something."""
    return {each.objectName() for each in root.findChildren(QAction)} & set(SPECS)


def window_of(desk: Shown) -> Shown:
    """Join what the desk's own window joins besides."""
    ListFiles(desk.window, desk.parts)
    AlertsWatch(desk.window, desk.parts)
    return desk


@pytest.mark.parametrize(("key", "action"), MAP.items(), ids=MAP)
def test_the_table_has_the_keys_of_the_design(key: str, action: str):
    assert QKeySequence(key) in [QKeySequence(each) for each in SPECS[action].keys]


def test_no_key_of_the_sheet_is_dead_and_no_hint_of_a_page_is_untrue(
    shown: Callable[[str], Shown],
):
    joined: set[str] = set()
    untrue: list[str] = []
    by_hint = {spec.hint: spec for spec in SPECS.values() if spec.hint}
    for kind in ("hub", "agency", "hospital"):
        desk = window_of(shown(kind))
        board = desk.page("ward_board")
        assert ("N new person" in board.hints) == (kind == "hospital")  # others take nobody in
        for entry in PAGES_OF_KIND[kind]:
            page = desk.page(entry.key)
            here = actions_of(page) | actions_of(desk.window.window())
            untrue += [
                f"{kind} {entry.key}: {hint!r}"
                for hint in page.hints
                if entry.key not in _OWN_KEYS
                and (spec := by_hint.get(hint)) is not None
                and spec.keys
                and spec.key not in (here if spec.scope is Scope.WINDOW else actions_of(page))
            ]
        desk.record()
        joined |= actions_of(desk.window)
        desk.link.clear()
        desk.window.close()
    dead = {key for key, spec in SPECS.items() if spec.keys} - joined - _OF_QT
    assert not dead
    assert not untrue


def test_the_sheet_names_every_key_of_the_map(shown: Callable[[str], Shown]):
    desk = shown("hospital")
    sheet = MAKERS[KeySheet](desk)
    words = " ".join(each.text() for each in sheet.findChildren(QLabel))
    missing = [key for key in (*MAP, *PAGE_KEYS[:1], *PAGE_KEYS[-1:]) if key not in words]
    assert not missing
    sheet.close()


def test_the_sheet_the_way_back_and_a_print_are_a_key_away(shown: Callable[[str], Shown], qtbot):
    desk = window_of(shown("hospital"))
    desk.page("ward_board")
    board = desk.page("referrals")
    view = board.findChild(BoardView)
    assert view is not None
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Backspace)
    assert desk.window.pages.current_key == "ward_board"
    desk.page("referrals")
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Question)
    sheet = desk.window.findChild(KeySheet)
    assert sheet is not None
    sheet.close()
    desk.rest()
    qtbot.keyClick(view, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    lists = desk.window.findChild(SheetDialog)
    assert lists is not None
    lists.close()
    desk.rest()
    field = board.findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    qtbot.keyClicks(field, "a?")
    assert field.text() == "a?"  # a sign typed into a field stays one


def test_with_single_letters_off_no_action_of_any_page_has_one(
    shown: Callable[[str], Shown], actions: Actions, theme: Theme
):
    desk = shown("hospital")
    for entry in PAGES_OF_KIND["hospital"]:
        desk.page(entry.key)
    desk.record()
    actions.set_single_letters(False)
    left = [
        f"{each.objectName()}: {keys.toString()}"
        for each in desk.window.findChildren(QAction)
        for keys in each.shortcuts()
        if len(keys.toString()) == 1
    ]
    assert not left
