"""What decides between choices, as rows of a name, a bar and words, in the order it decides."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.paint import draw_words

Factor = tuple[str, str, int, str]
"""Name, words, per cent of the bar, and tone (formats.tones.Tone)."""


class FactorBars(QWidget):
    """Painted; a screen reader is told every row as its description."""

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._factors: tuple[Factor, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.on_change(self)

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What is shown."""
        return self._factors

    def show_factors(self, factors: Sequence[Factor]) -> None:
        """Show these."""
        self._factors = tuple(factors)
        self.setAccessibleDescription("; ".join(f"{name}: {words}" for name, words, *_ in factors))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), len(self._factors) * self._row_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self.sizeHint().height())

    def _row_height(self) -> int:
        return QFontMetrics(self._theme.font(12)).height() + self._theme.px(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, tokens = self._theme, self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font, high = theme.font(12), self._row_height()
        names = max(
            (QFontMetrics(font).horizontalAdvance(row[0]) for row in self._factors), default=0
        )
        left = names + theme.px(12)
        across = max(theme.px(40), (self.width() - left) * 0.42)
        for number, (name, words, percent, tone) in enumerate(self._factors):
            top = number * high
            line = QRectF(0, top, names + 2, high)
            draw_words(painter, line, name, font=font, colour=tokens.text, theme=theme)
            track = QRectF(left, top + high / 2 - theme.px(3), across, theme.px(6))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(tokens.track))
            painter.drawRoundedRect(track, theme.px(3), theme.px(3))
            known = Tone(tone) if tone in set(Tone) else Tone.QUIET
            full = QRectF(track)
            full.setWidth(max(theme.px(6), track.width() * min(percent, 100) / 100))
            painter.setBrush(theme.colour(tokens.tone_fill(known)))
            painter.drawRoundedRect(full, theme.px(3), theme.px(3))
            rest = QRectF(track.right() + theme.px(8), top, 0, high)
            rest.setRight(self.width())
            colour = tokens.tone_text(known) if known is Tone.BAD else tokens.text_quiet
            draw_words(painter, rest, words, font=font, colour=colour, theme=theme)
