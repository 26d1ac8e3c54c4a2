"""Paints the whole cell of a board: ground, stripe, words, divider and focus ring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from d2a_desktop.ui.formats.cells import (
    CELL_ROLE,
    BedCell,
    ClockCell,
    MeterCell,
    PersonCell,
    TagCell,
    TextCell,
)
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.paint import (
    SEMI,
    draw_clock,
    draw_identifier,
    draw_meter,
    draw_person,
    draw_tag,
    draw_text_cell,
)

Index = QModelIndex | QPersistentModelIndex


class BoardDelegate(QStyledItemDelegate):
    """One delegate for every column; it asks the model once per cell (UI.md section 3)."""

    def __init__(self, theme: Theme, view: QTableView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self._painters: dict[type, Callable[[QPainter, Theme, QRectF, Any], None]] = {
            TextCell: draw_text_cell,
            PersonCell: draw_person,
            ClockCell: draw_clock,
            TagCell: draw_tag,
            MeterCell: draw_meter,
            BedCell: _draw_bed,
        }

    @property
    def row_height(self) -> int:
        """The height of a row of two lines, from the metrics of the type in use."""
        theme = self._theme
        lines = QFontMetrics(theme.font(14, SEMI)).height() + QFontMetrics(theme.font(12)).height()
        return lines + theme.px(1) + 2 * theme.px(2 if theme.compact else 6.5)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._theme.px(120), self.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = self._theme.tokens
        rect = QRectF(option.rect)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.colour(tokens.row_chosen.ground))
        cell = index.data(CELL_ROLE)
        draw = self._painters.get(type(cell))
        if draw is not None:
            pad = self._theme.px(10)
            if isinstance(cell, TagCell) and state & QStyle.StateFlag.State_Selected:
                cell = replace(cell, outlined=True)  # on its own ground it would be bare words
            draw(painter, self._theme, rect.adjusted(pad, 0, -pad, 0), cell)
        painter.setPen(QPen(self._theme.colour(tokens.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if self._view.hasFocus() and index.row() == self._view.currentIndex().row():
            self._draw_focus(painter, rect, index.column())

    def _draw_focus(self, painter: QPainter, rect: QRectF, column: int) -> None:
        """Draw this cell's share of the ring around the whole row."""
        header = self._view.horizontalHeader()
        shown = [each for each in range(header.count()) if not header.isSectionHidden(each)]
        places = sorted(shown, key=header.visualIndex)
        first, last = column == places[0], column == places[-1]
        for width, inset, colour in (
            (2, 1, self._theme.tokens.focus),
            (1, 2.5, self._theme.tokens.focus_inner),
        ):
            painter.setPen(QPen(self._theme.colour(colour), width))
            box = rect.adjusted(inset if first else 0, inset, -inset if last else 0, -inset - 1)
            painter.drawLine(box.topLeft(), box.topRight())
            painter.drawLine(box.bottomLeft(), box.bottomRight())
            if first:
                painter.drawLine(box.topLeft(), box.bottomLeft())
            if last:
                painter.drawLine(box.topRight(), box.bottomRight())


def _draw_bed(painter: QPainter, theme: Theme, box: QRectF, cell: BedCell) -> None:
    if cell.stripe is not None:
        left = box.left() - theme.px(10)
        stripe = QRectF(left, box.top(), theme.px(4), box.height() - 1)
        painter.fillRect(stripe, theme.colour(theme.tokens.tone_fill(cell.stripe)))
    words = box.adjusted(theme.px(4), 0, 0, 0)
    draw_identifier(painter, theme, words, cell.bed)
