"""The list of a board and the panel around it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QAccessible, QEnterEvent
from PySide6.QtWidgets import QApplication

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.theme.theme import Look, Theme
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.list_panel import ListPanel
from tests.ui.literal_rows import ward_model, ward_rows


@pytest.fixture
def panel(theme: Theme, actions: Actions, bring):
    made = ListPanel(
        theme, actions, ward_model(), name="Ward board", empty=EmptyWords("No one is waiting")
    )
    made.refresh(ward_rows(), now=True)
    made.resize(1100, 640)
    bring(made)
    return made


def test_enter_opens_the_current_row_and_space_asks_for_the_peek(panel: ListPanel, qtbot):
    panel.view.select_id("case-2")
    panel.view.setFocus()
    with qtbot.waitSignal(panel.opened) as opened:
        qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert opened.args == ["case-2"]
    with qtbot.waitSignal(panel.peek_toggled):
        qtbot.keyClick(panel.view, Qt.Key.Key_Space)


def test_arrows_home_and_end_move_and_tell_which_row_is_current(panel: ListPanel, qtbot):
    told: list[str] = []
    panel.current_changed.connect(told.append)
    panel.view.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        qtbot.keyClick(panel.view, key)
    qtbot.keyClick(panel.view, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    assert told == ["case-0", "case-1", "case-2", "case-1", "case-12"]


def test_a_double_click_opens(panel: ListPanel, qtbot):
    index = panel.view.model().index(1, 1)
    place = panel.view.visualRect(index).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(panel.opened) as opened:
        qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == ["case-1"]


def test_slash_goes_to_the_filter_and_down_comes_back(panel: ListPanel, qtbot):
    panel.view.setFocus()
    qtbot.keyClick(panel.view, Qt.Key.Key_Slash)
    assert panel.filter.hasFocus()
    qtbot.keyClicks(panel.filter, "khan")
    qtbot.keyClick(panel.filter, Qt.Key.Key_Down)
    assert panel.view.hasFocus()
    assert panel.view.model().rowCount() == 1
    assert panel.view.current_id == "case-3"


def test_the_filter_waits_for_a_pause_and_escape_empties_it(panel: ListPanel, qtbot):
    qtbot.keyClicks(panel.filter, "evans")
    assert panel.view.model().rowCount() == 13
    qtbot.waitUntil(lambda: panel.view.model().rowCount() == 1)
    qtbot.keyClick(panel.filter, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: panel.view.model().rowCount() == 13)


def test_the_current_row_stays_itself_through_filter_sort_and_refresh(panel: ListPanel):
    panel.view.select_id("case-9")
    panel.view.sort_by(1, descending=True)
    assert panel.view.current_id == "case-9"
    panel.refresh(ward_rows(15)[5:], now=True)
    assert panel.view.current_id == "case-9"


def test_rows_wait_behind_a_button_while_the_focus_is_in_the_list(panel: ListPanel, qtbot):
    panel.view.setFocus()
    panel.refresh(ward_rows(16))
    assert panel.view.model().rowCount() == 13
    assert panel._waiting.isVisible()
    assert panel._waiting.accessibleName() == "3 changes"
    panel._waiting.click()
    assert panel.view.model().rowCount() == 16
    assert not panel._waiting.isVisible()


def test_what_waited_is_shown_when_the_focus_leaves(panel: ListPanel, qtbot):
    panel.view.setFocus()
    panel.refresh(ward_rows(14))
    panel.filter.setFocus()
    qtbot.waitUntil(lambda: panel.view.model().rowCount() == 14)


def test_what_waited_is_shown_when_no_one_has_touched_the_list_for_long(panel: ListPanel, qtbot):
    panel.view.setFocus()
    panel.refresh(ward_rows(14))
    panel.view._idle.setInterval(0)
    panel.view._idle.start()
    qtbot.waitUntil(lambda: panel.view.model().rowCount() == 14)


def test_nobody_else_becomes_current_in_a_list_that_was_left_alone(panel: ListPanel, qtbot):
    panel.view.setFocus()
    panel.view.select_id("case-2")
    rows = [row for row in ward_rows() if row.case_id != "case-2"]
    panel.refresh(rows)
    panel.view._idle.setInterval(0)
    panel.view._idle.start()
    qtbot.waitUntil(lambda: panel.view.model().rowCount() == 12)
    assert panel.view.current_id == ""
    with qtbot.assertNotEmitted(panel.opened):
        qtbot.keyClick(panel.view, Qt.Key.Key_Return)


def test_rows_wait_while_the_pointer_is_in_the_list(panel: ListPanel, qtbot):
    here = QPointF(40, 40)
    QApplication.sendEvent(panel.view, QEnterEvent(here, here, here))
    panel.refresh(ward_rows(14))
    assert panel.view.model().rowCount() == 13
    QApplication.sendEvent(panel.view, QEvent(QEvent.Type.Leave))
    assert panel.view.model().rowCount() == 14


def test_without_rows_the_panel_says_what_this_is_and_with_a_filter_why(panel: ListPanel, qtbot):
    panel.refresh((), now=True)
    assert panel._empty.isVisible()
    assert panel._empty.accessibleName() == "No one is waiting."
    panel.refresh(ward_rows(), now=True)
    qtbot.keyClicks(panel.filter, "nobody at all")
    qtbot.waitUntil(panel._empty.isVisible)
    assert panel._empty.accessibleName().startswith("Nothing matches")


def test_a_header_click_sorts_and_a_second_turns_it(panel: ListPanel):
    header = panel.view.horizontalHeader()
    header.sectionClicked.emit(1)
    assert panel.sort_words() == "sorted by Patient"
    header.sectionClicked.emit(1)
    assert panel.sort_words() == "sorted by Patient, last first"


def test_the_sort_menu_does_the_same_by_keyboard(panel: ListPanel):
    words = [action.text() for action in panel._sort.menu().actions()]
    assert words[:3] == ["Bed", "Patient", "Clock"]
    panel._sort.menu().actions()[2].trigger()
    assert panel.sort_words() == "sorted by Clock"


def test_a_narrow_list_leaves_out_optional_columns_and_never_the_person(panel: ListPanel):
    header = panel.view.horizontalHeader()

    def hidden() -> list[str]:
        return [c.key for n, c in enumerate(panel.view._columns) if header.isSectionHidden(n)]

    panel.resize(1300, 600)
    assert hidden() == []
    panel.resize(820, 600)
    assert hidden() == ["needs", "owner"]


def test_row_heights_come_from_the_type_in_use(panel: ListPanel, theme: Theme):
    usual = panel.view.rowHeight(0)
    theme.set_text_percent(200)
    assert panel.view.rowHeight(0) > 1.8 * usual
    theme.set_text_percent(100)
    theme.set_compact(True)
    assert 30 <= panel.view.rowHeight(0) < usual


def test_a_name_too_long_for_its_column_gets_a_higher_row(panel: ListPanel):
    panel.resize(900, 640)
    assert panel.view.rowHeight(12) > panel.view.rowHeight(0)


def test_a_screen_reader_finds_the_table_and_the_words_of_its_cells(panel: ListPanel):
    table = QAccessible.queryAccessibleInterface(panel.view)
    assert table.text(QAccessible.Text.Name) == "Ward board"
    assert table.role() == QAccessible.Role.Table
    said = {table.child(n).text(QAccessible.Text.Name) for n in range(min(table.childCount(), 40))}
    assert "Clock: 3 h 12 m over, assessment at home due today 09:58" in said


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK])
def test_the_focus_ring_is_drawn_around_the_current_row(panel: ListPanel, theme: Theme, look):
    theme.set_look(look)
    panel.view.setFocus()
    panel.view.select_id("case-1")
    row = panel.view.visualRect(panel.view.model().index(1, 0))
    picture = panel.view.viewport().grab(row).toImage()
    seen = {picture.pixelColor(x, 1).name() for x in range(picture.width())}
    assert theme.tokens.focus in seen
    panel.filter.setFocus()
    picture = panel.view.viewport().grab(row).toImage()
    assert theme.tokens.focus not in {
        picture.pixelColor(x, 1).name() for x in range(picture.width())
    }
