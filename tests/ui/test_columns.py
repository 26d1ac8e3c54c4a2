"""Columns that a person sets up: shown, moved, widened, by mouse and by keys, and kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.column_arrangement import Arrangement
from d2a_desktop.ui.widgets.column_chooser import ColumnChooser
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.list_panel import ListPanel, ListState
from tests.ui.literal_rows import ward_model, ward_rows

USUAL = ["bed", "person", "clock", "stage", "needs", "match", "next", "owner"]


@pytest.fixture
def panel(theme: Theme, actions: Actions, bring) -> ListPanel:
    made = ListPanel(theme, actions, ward_model(), name="Ward board", empty=EmptyWords("None"))
    made.refresh(ward_rows(), now=True)
    made.resize(1400, 640)
    bring(made)
    return made


def shown(panel: ListPanel) -> list[str]:
    header = panel.view.horizontalHeader()
    numbers = [n for n in range(header.count()) if not header.isSectionHidden(n)]
    return [panel.view.columns[n].key for n in sorted(numbers, key=header.visualIndex)]


def test_columns_are_hidden_and_moved_by_keys_alone(panel: ListPanel, qtbot):
    panel.view.setFocus()
    qtbot.keyClick(
        panel.view,
        Qt.Key.Key_C,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
    )
    chooser = panel.window().findChild(ColumnChooser)
    assert chooser is not None
    qtbot.waitUntil(chooser.lines.hasFocus)
    chooser.lines.setCurrentRow(USUAL.index("stage"))
    qtbot.keyClick(chooser.lines, Qt.Key.Key_Space)
    chooser.lines.setCurrentRow(USUAL.index("owner"))
    qtbot.keyClick(chooser.lines, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    with qtbot.waitSignal(panel.state_changed):
        qtbot.keyClick(chooser.lines, Qt.Key.Key_Return)
    assert shown(panel) == ["bed", "person", "clock", "needs", "match", "owner", "next"]
    panel.resize(500, 640)
    assert "needs" in shown(panel)  # chosen: it stays where the list would have left it out


def test_reset_gives_the_columns_back_to_the_list(panel: ListPanel, qtbot):
    panel.view.arrange(Arrangement(("person", "bed"), {"bed": 300}))
    assert shown(panel) == ["person", "bed"]
    chooser = panel.view.choose_columns()
    chooser.put_back.click()
    chooser.use.click()
    assert shown(panel) == USUAL
    assert panel.state.arrangement == Arrangement()


def test_a_heading_dragged_to_another_place_stays_there(panel: ListPanel, qtbot):
    header = panel.view.horizontalHeader()
    with qtbot.waitSignal(panel.state_changed):
        header.moveSection(header.visualIndex(7), 0)
    panel.resize(1390, 640)
    assert shown(panel)[0] == "owner"
    assert panel.state.arrangement.shown is not None


def test_a_heading_dragged_wider_by_the_mouse_stays_so(panel: ListPanel, qtbot):
    header = panel.view.horizontalHeader()
    edge = header.sectionViewportPosition(3) + header.sectionSize(3) - 1
    before, middle = header.sectionSize(3), header.height() // 2
    where = header.viewport()
    QTest.mousePress(where, Qt.MouseButton.LeftButton, pos=QPoint(edge, middle))
    QTest.mouseMove(where, QPoint(edge + 60, middle))
    QTest.mouseRelease(where, Qt.MouseButton.LeftButton, pos=QPoint(edge + 60, middle))
    assert header.sectionSize(3) == before + 60
    panel.resize(1300, 640)
    assert header.sectionSize(3) == before + 60
    assert panel.state.arrangement.widths == {"stage": before + 60}


def test_an_identity_is_never_cut_by_a_narrow_column(panel: ListPanel):
    panel.view.arrange(Arrangement(None, {"person": 30}))
    assert panel.view.horizontalHeader().sectionSize(1) > 120


def test_widths_follow_the_size_of_the_text(panel: ListPanel, theme: Theme):
    panel.view.arrange(Arrangement(None, {"stage": 200}))
    theme.set_text_percent(150)
    assert panel.view.horizontalHeader().sectionSize(3) == 300
    assert panel.state.arrangement.widths == {"stage": 200}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"columns": 7, "chip": 3, "sort": None, "beside": "yes"},
        {"columns": {"shown": "person", "widths": {"person": "wide", "nothing": 9, "bed": True}}},
    ],
)
def test_a_kept_state_that_means_nothing_is_a_fresh_list(panel: ListPanel, document):
    assert ListState.from_document(document, panel.view.columns) == ListState()


def test_what_is_kept_of_a_list_comes_back_and_never_the_words_of_its_filter(panel: ListPanel):
    panel.view.sort_by_key("person", descending=True)
    panel.filter.setText("KHAN")
    panel.view.arrange(Arrangement(("person", "bed", "gone"), {"bed": 80}))
    kept = panel.state.to_document(words=False)
    assert "KHAN" not in str(kept)
    again = ListState.from_document(kept, panel.view.columns)
    assert again.arrangement == Arrangement(("person", "bed"), {"bed": 80})
    assert (again.sort, again.descending, again.words) == ("person", True, "")
    assert panel.state.to_document(words=True)["words"] == "KHAN"
