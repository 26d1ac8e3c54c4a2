"""A plan of days is shown as differences; what is ticked is booked, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import Desk
from d2a_desktop.core.clock import london_day
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
from d2a_desktop.ui.dialogs.plan_dialog import PlanDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.ui.boards.local_desk import add_assessor, at_home, make_local_desk
from tests.ui.open_desks import settled


@pytest.fixture
def whole_desk(tmp_path: Path, tasks: Tasks, no_keyring: None) -> Iterator[Desk]:
    made = make_local_desk(tmp_path / "desk")
    yield made
    tasks.close()
    made.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dialog(
    whole_desk: Desk, theme: Theme, tasks: Tasks, window: QWidget, qtbot: QtBot
) -> PlanDialog:
    add_assessor(whole_desk)
    at_home(whole_desk)
    link = DeskLink()
    link.setParent(window)
    link.set_desk(whole_desk)
    today = london_day(whole_desk.clock.now())
    place = DialogPlace(theme=theme, tasks=tasks, link=link)
    made = PlanDialog(place, today, today.fromordinal(today.toordinal() + 6), parent=window)
    made.open()
    settled(qtbot, lambda: made.list.topLevelItemCount() > 0)
    return made


def test_the_ticked_lines_are_booked_with_the_keyboard(
    dialog: PlanDialog, whole_desk: Desk, qtbot: QtBot
):
    assert dialog.list.hasFocus() or dialog.focusWidget() is dialog.list
    assert "No better plan exists." in dialog.told.text()
    assert dialog.accept_button.text() == "Book 1"
    line = dialog.list.topLevelItem(0)
    assert line is not None
    words = [line.text(column) for column in range(4)]
    assert words[0].startswith("SAMPLETON, Zoë")
    assert words[1] == "Nothing"
    assert "Ola Sample" in words[2]
    assert words[3] == "In time"
    for ticked in (0, 1):  # all were ticked: Ctrl+A takes them away, then gives them back
        qtbot.keyClick(dialog.list, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        assert len(dialog.list.ticked()) == ticked
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    assert not dialog.accept_button.isEnabled()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.booked) as told:
        qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    assert told.args == ["1 visit booked"]
    today = london_day(whole_desk.clock.now())
    week = today.fromordinal(today.toordinal() + 6)
    diary = whole_desk.queries.diary(whole_desk.caller, first=today, last=week)
    assert [row.status for row in diary.visits] == ["planned"]


def test_closing_books_nothing(dialog: PlanDialog, whole_desk: Desk):
    dialog.reject()
    today = london_day(whole_desk.clock.now())
    diary = whole_desk.queries.diary(whole_desk.caller, first=today, last=today)
    assert list(diary.visits) == []
