"""Words that find no room go on below or are set smaller: names and places are not cut."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from d2a_desktop.ui.formats.cells import TagCell, TextCell
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.paint import draw_tag, draw_text_cell
from d2a_desktop.ui.widgets.side_by_side import SideBySide
from d2a_desktop.ui.widgets.tick_box import TickBox

LONGEST = "Valentina-Longsample-Testington-Dem Livingstone-Demo-Longsample-Test"


class Pen:
    """A painter that notes the words that are drawn with it."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.font = QFont()

    def setFont(self, font: QFont) -> None:  # Qt's name
        self.font = font

    def fontMetrics(self) -> QFontMetrics:  # Qt's name
        return QFontMetrics(self.font)

    def drawText(self, _box: QRectF, _flags: int, words: str) -> None:  # Qt's name
        self.drawn.append(words)

    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None


@pytest.mark.parametrize("percent", [100, 200])
@pytest.mark.parametrize(
    "cell",
    [
        TextCell(LONGEST, "PO8", strong=True),
        TextCell(LONGEST),
        TextCell("Moving and handling (people), practical", "MH", strong=True),
        TextCell("20-Nov 15:19", "Dora Exampleward-Sample"),
    ],
)
def test_a_cell_shows_its_words_whole(theme: Theme, qapp, percent: int, cell: TextCell):
    theme.set_text_percent(percent)
    pen = Pen()
    box = QRectF(0, 0, theme.px(150), theme.px(45))
    draw_text_cell(cast(QPainter, pen), theme, box, cell)
    drawn = " ".join(pen.drawn)
    assert "…" not in drawn
    assert cell.words in drawn
    assert cell.below in drawn


def test_a_tag_is_set_smaller_before_it_is_cut(theme: Theme, qapp):
    pen = Pen()
    box = QRectF(0, 0, theme.px(195), theme.px(45))
    draw_tag(cast(QPainter, pen), theme, box, TagCell("Papers are the agency's: ask them"))
    assert pen.drawn == ["Papers are the agency's: ask them"]


def test_the_words_of_a_tick_go_on_below(theme: Theme, qtbot):
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    tick = TickBox(theme, f"1   {LONGEST}: 4 starts open in 2026-W48")
    column.addWidget(tick)
    column.addStretch(1)
    host.resize(1200, 300)
    host.show()
    one = tick.height()
    host.resize(320, 300)
    qtbot.waitUntil(lambda: tick.height() > one)
    assert tick.height() >= tick.heightForWidth(tick.width())


def test_what_stands_beside_a_list_goes_below_it_at_large_text(theme: Theme, qtbot):
    host, main, side = QWidget(), QWidget(), QWidget()
    qtbot.addWidget(host)
    row = SideBySide(theme, main, side, width=400)
    host.setLayout(row)
    assert row.direction() is QBoxLayout.Direction.LeftToRight
    assert side.minimumWidth() == side.maximumWidth() == 400
    theme.set_text_percent(200)
    assert row.direction() is QBoxLayout.Direction.TopToBottom
    assert row.totalMinimumSize().width() < 400
    theme.set_text_percent(100)
    assert side.minimumWidth() == side.maximumWidth() == 400
