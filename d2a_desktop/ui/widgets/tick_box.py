"""A tick box that is seen in either look and whose words are never cut."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy

from d2a_desktop.ui.theme.theme import Theme

LEAST_TARGET = 24  # px, at any text size (WCAG 2.5.8)
_BESIDE_TICK, _LEAST_TICK_WORDS = 26, 200
"""Where the words of a tick box begin, and what it asks for at least; pixels at 100 %."""


class TickBox(QCheckBox):
    """A tick box whose box is seen in either look (contrast 3 : 1 and more).

    Words that find no room on one line go on below: an agency that is ticked is read whole.
    """

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__(words.replace("&", "&&"))
        self._theme = theme
        self._words = words
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().boundingRect(self._words)
        return QSize(self._theme.px(_BESIDE_TICK + 6) + words.width(), self._high(1))

    def minimumSizeHint(self) -> QSize:
        least = self._theme.px(_LEAST_TICK_WORDS)
        return QSize(min(least, self.sizeHint().width()), self._high(1))

    def heightForWidth(self, width: int) -> int:
        metrics = self.fontMetrics()
        room = QRect(0, 0, max(1, width - self._theme.px(_BESIDE_TICK)), 10_000)
        found = metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), self._words)
        return self._high(max(1, round(found.height() / metrics.lineSpacing())))

    def _high(self, lines: int) -> int:
        metrics = self.fontMetrics()
        words = metrics.height() + (lines - 1) * metrics.lineSpacing()
        return max(max(self._theme.px(18), words) + self._theme.px(3), LEAST_TARGET)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, tokens, side = self._theme, self._theme.tokens, self._theme.px(18)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.75, (self.height() - side) / 2 + 0.75, side - 1.5, side - 1.5)
        on, enabled = self.isChecked(), self.isEnabled()
        line = tokens.chip_chosen.ground if on and enabled else tokens.input_line
        painter.setPen(QPen(theme.colour(line), 1.5))
        painter.setBrush(theme.colour(line if on else tokens.surface))
        painter.drawRoundedRect(box, 3, 3)
        if on:
            theme.paint_icon(painter, box.adjusted(2, 2, -2, -2), "check", tokens.surface)
        painter.setPen(theme.colour(tokens.text if enabled else tokens.text_quiet))
        words = QRectF(self.rect()).adjusted(theme.px(_BESIDE_TICK), 0, 0, 0)
        flags = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        flags |= int(Qt.TextFlag.TextWordWrap)
        painter.drawText(words, flags, self._words)
