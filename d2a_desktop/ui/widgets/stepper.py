"""The five steps of a discharge: Referred, Offered, Worker agreed, Home, Assessed at home."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.paint import BOLD, draw_words

STEPS = ("Referred", "Offered", "Worker agreed", "Home", "Assessed at home")
# Stages of DECISIONS, Words, to the number of steps that are behind the person.
STEPS_DONE = {
    "inpatient": 0,
    "nctr": 0,
    "referred": 1,
    "pathway_confirmed": 1,
    "offered": 2,
    "accepted": 3,
    "allocated": 3,
    "discharge_planned": 3,
    "at_home": 4,
    "assessed": 5,
    "under_review": 5,
    "closed": 5,
}


class Stepper(QWidget):
    """Shows how many of the steps are done; the next one is open, said in words as well."""

    def __init__(self, theme: Theme, *, small: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._small = small
        self._done = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.on_change(self)
        self.set_done(0)

    def set_stage(self, stage: str) -> None:
        """Show a case's stage (DECISIONS, Words)."""
        self.set_done(STEPS_DONE[stage])

    def set_done(self, done: int) -> None:
        """Show the first `done` steps as done and the next as the one under way."""
        self._done = done
        steps = [tr(each) for each in STEPS]
        following = ", " + tr("next: {step}", step=steps[done]) if done < len(steps) else ""
        reached = tr("Done: {steps}", steps=", ".join(steps[:done]) or tr("none"))
        self.setAccessibleName(tr("Steps"))
        self.setAccessibleDescription(f"{reached}{following}")
        self.setToolTip(self.accessibleDescription())
        self.update()

    def sizeHint(self) -> QSize:
        words = QFontMetrics(self._words_font(strong=False)).height()
        lines = 2 if self._small else 1
        return QSize(self._theme.px(300), self._theme.px(24) + self._theme.px(8) + lines * words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, tokens = self._theme, self._theme.tokens
        radius, room = theme.px(9), self.width() / len(STEPS)
        centres = [QPointF(room * (n + 0.5), radius + 3.0) for n in range(len(STEPS))]
        for number, (one, other) in enumerate(pairwise(centres)):
            colour = tokens.good if number < self._done else tokens.line
            painter.setPen(QPen(theme.colour(colour), theme.px(2.5)))
            painter.drawLine(one + QPointF(radius, 0), other - QPointF(radius, 0))
        for number, centre in enumerate(centres):
            self._draw_step(painter, number, centre, radius)
            self._draw_name(painter, number, centre, radius, room)

    def _draw_step(self, painter: QPainter, number: int, centre: QPointF, radius: float) -> None:
        theme, tokens = self._theme, self._theme.tokens
        if number < self._done:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(tokens.good))
            painter.drawEllipse(centre, radius, radius)
            tick = QRectF(centre.x() - radius * 0.6, centre.y() - radius * 0.6, 1, 1)
            tick.setSize(QSize(int(radius * 1.2), int(radius * 1.2)).toSizeF())
            theme.paint_icon(painter, tick, "check", tokens.surface)
            return
        now = number == self._done
        painter.setBrush(theme.colour(tokens.surface))
        painter.setPen(QPen(theme.colour(tokens.link if now else tokens.input_line), 1.8))
        painter.drawEllipse(centre, radius - 1, radius - 1)
        if now:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(tokens.link))
            painter.drawEllipse(centre, radius * 0.45, radius * 0.45)

    def _draw_name(
        self, painter: QPainter, number: int, centre: QPointF, radius: float, room: float
    ) -> None:
        tokens = self._theme.tokens
        now = number == self._done
        font = self._words_font(strong=now)
        top = centre.y() + radius + self._theme.px(6)
        box = QRectF(centre.x() - room / 2, top, room, self.height() - top)
        colour = tokens.text if number <= self._done else tokens.text_quiet
        centre_flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        if self._small:
            if not self._names_fit(QSizeF(room, box.height())):
                # Words of another language may be too long: then the step under way alone is named.
                if number != min(self._done, len(STEPS) - 1):
                    return
                box = QRectF(0, top, self.width(), box.height())
                wide = QFontMetrics(font).horizontalAdvance(tr(STEPS[number]))
                left = min(max(0.0, centre.x() - wide / 2), max(0.0, self.width() - wide - 1.0))
                box.setLeft(left)
                centre_flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            painter.setFont(font)
            painter.setPen(self._theme.colour(colour))
            wrap = int(centre_flags | Qt.TextFlag.TextWordWrap)
            painter.drawText(box, wrap, tr(STEPS[number]))
            return
        draw_words(
            painter,
            box,
            tr(STEPS[number]),
            font=font,
            colour=colour,
            theme=self._theme,
            flags=int(centre_flags | Qt.TextFlag.TextSingleLine),
        )

    def _names_fit(self, room: QSizeF) -> bool:
        """Whether every step's name fits below it, on as many lines as there are."""
        metrics = QFontMetrics(self._words_font(strong=True))
        box, wrap = QRect(0, 0, int(room.width()), 1000), int(Qt.TextFlag.TextWordWrap)
        sizes = [metrics.boundingRect(box, wrap, tr(each)).size() for each in STEPS]
        return all(
            size.width() <= room.width() and size.height() <= room.height() + 1 for size in sizes
        )

    def _words_font(self, *, strong: bool) -> QFont:
        size = 11 if self._small else 12
        return self._theme.font(size, BOLD if strong else QFont.Weight.Medium)
