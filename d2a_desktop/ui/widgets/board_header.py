"""The headings of a board, with an arrow that says which way it is sorted."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QHeaderView, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.paint import SEMI, draw_words


class BoardHeader(QHeaderView):
    """Headings with an arrow that says which way the list is sorted."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme = theme
        self.sorted_column = -1
        self.descending = False
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        theme.changed.connect(self._measure)
        self._measure()

    def mark(self, column: int, *, descending: bool) -> None:
        """Show the arrow at a column; -1 shows none."""
        self.sorted_column, self.descending = column, descending
        self.viewport().update()

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803  Qt's word
        theme, tokens = self._theme, self._theme.tokens
        painter.fillRect(rect, theme.colour(tokens.surface_low))
        painter.setPen(QPen(theme.colour(tokens.line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        heading = str(self.model().headerData(logicalIndex, Qt.Orientation.Horizontal) or "")
        if logicalIndex == self.sorted_column:
            heading += " ↓" if self.descending else " ↑"
        pad = theme.px(10)
        box = QRectF(rect).adjusted(pad, 0, -theme.px(4), 0)
        font = theme.font(12, SEMI)
        draw_words(painter, box, heading, font=font, colour=tokens.text_quiet, theme=theme)

    def _measure(self) -> None:
        height = QFontMetrics(self._theme.font(12, SEMI)).height()
        self.setFixedHeight(height + 2 * self._theme.px(9))
