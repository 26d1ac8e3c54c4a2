"""A number with its name, which filters the list when it is pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from d2a_desktop.ui.formats.facts import Kpi
from d2a_desktop.ui.formats.glossary import explained, explained_in
from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.even_rows import EvenRows
from d2a_desktop.ui.widgets.labels import is_plain_enter
from d2a_desktop.ui.widgets.paint import BOLD, SEMI, draw_words, halves

__all__ = ["Kpi", "KpiCard", "KpiRow"]

_SMALLEST = 0.75
"""How small words may be set, of their size, before a line more is taken."""


def _width(font: QFont, words: str) -> int:
    return QFontMetrics(font).horizontalAdvance(words)


class KpiCard(QAbstractButton):
    """Shows one measure; pressing it emits `chosen` with its key."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, kpi: Kpi, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kpi = kpi
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(lambda: self.chosen.emit(self._kpi.key))
        theme.on_change(self)
        self.show_kpi(kpi)

    def show_kpi(self, kpi: Kpi) -> None:
        """Show another value."""
        self._kpi = kpi
        words = [f"{kpi.name}: {kpi.value}"] + ([kpi.detail] if kpi.detail else [])
        self.setAccessibleName(", ".join(words))
        meaning = explained(kpi.name) or explained_in(" ".join(words))
        self.setToolTip("\n".join(each for each in (meaning, tr("Show these in the list")) if each))
        self.updateGeometry()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_plain_enter(event):
            self.click()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        theme = self._theme
        lines = QFontMetrics(theme.font(13, SEMI)).height() + QFontMetrics(theme.font(12)).height()
        return QSize(theme.px(150), lines + theme.px(37))

    def minimumSizeHint(self) -> QSize:
        theme, kpi = self._theme, self._kpi
        name = _width(theme.font(13 * _SMALLEST, SEMI), kpi.name)
        detail = _width(theme.font(12 * _SMALLEST), kpi.detail)
        number = _width(theme.font(26, BOLD), kpi.value)
        return QSize(
            number + max(name, detail) + theme.px(18 + 13 + 8) + 2, self.sizeHint().height()
        )

    def _fitting(self, words: str, size: float, weight: QFont.Weight, width: float) -> QFont:
        """Return type in which the words fit the width, as small as three quarters of `size`."""
        least = size * _SMALLEST
        while size > least and _width(self._theme.font(size, weight), words) > width:
            size -= 0.5
        return self._theme.font(size, weight)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, tokens = self._theme, self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.colour(tokens.link if self.underMouse() else tokens.line), 1))
        painter.setBrush(theme.colour(tokens.surface))
        painter.drawRoundedRect(box, 6, 6)
        stripe = QRectF(box.left(), box.top() + theme.px(12), theme.px(4), 0)
        stripe.setBottom(box.bottom() - theme.px(12))
        painter.fillRect(stripe, theme.colour(tokens.tone_fill(self._kpi.tone)))
        big = theme.font(26, BOLD)
        width = QFontMetrics(big).horizontalAdvance(self._kpi.value)
        inner = box.adjusted(theme.px(18), 0, -theme.px(8), 0)
        draw_words(painter, inner, self._kpi.value, font=big, colour=tokens.text, theme=theme)
        inner.setLeft(inner.left() + width + theme.px(13))
        name = self._fitting(self._kpi.name, 13, SEMI, inner.width())
        small = self._fitting(self._kpi.detail, 12, QFont.Weight.Normal, inner.width())
        upper, lower = halves(inner, name, small, theme.px(4))
        if not self._kpi.detail:
            upper = inner
        draw_words(painter, upper, self._kpi.name, font=name, colour=tokens.text, theme=theme)
        quiet = tokens.text_quiet
        draw_words(painter, lower, self._kpi.detail, font=small, colour=quiet, theme=theme)


class KpiRow(QWidget):
    """The measures above a list, side by side.

    Signals:
        chosen: the key of the card that was pressed.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cards: list[KpiCard] = []
        self._row = EvenRows(theme, self, gap=12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def show_kpis(self, kpis: Sequence[Kpi]) -> None:
        """Show these measures; cards are kept where their number is the same."""
        while len(self._cards) < len(kpis):
            card = KpiCard(self._theme, kpis[len(self._cards)])
            card.chosen.connect(self.chosen)
            self._cards.append(card)
            self._row.addWidget(card)
        while len(self._cards) > len(kpis):
            self._cards.pop().deleteLater()
        for card, kpi in zip(self._cards, kpis, strict=True):
            card.show_kpi(kpi)
