"""Thin progress: a line while work is under way, and a bar with words and Cancel for long work."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QWidget

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, label

_SHOWN_AFTER_MS = 250


class BusyLine(QWidget):
    """A moving line of 3 px; it appears only when work takes longer than a quarter second."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._at = 0.0
        self._busy = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Working"))
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.timeout.connect(self._begin)
        self._step = QTimer(self)
        self._step.timeout.connect(self._move)

    def set_busy(self, jobs: int) -> None:
        """Follow `Tasks.busy`."""
        self._busy = jobs > 0
        if self._busy and not self._step.isActive() and not self._delay.isActive():
            self._delay.start(_SHOWN_AFTER_MS)
        elif not self._busy:
            self._delay.stop()
            self._step.stop()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._step.isActive():
            return
        painter = QPainter(self)
        width = self.width() * 0.25
        box = QRectF(self._at * (self.width() + width) - width, 0, width, self.height())
        painter.fillRect(box, self._theme.colour(self._theme.tokens.link))

    def _begin(self) -> None:
        self._at = 0.0
        self._step.start(33)

    def _move(self) -> None:
        self._at = (self._at + 0.02) % 1.0
        self.update()


class ProgressRow(QWidget):
    """Words, a bar and Cancel, for an import, a solve, a batch of packs.

    Signals:
        cancelled: the person pressed Cancel.
    """

    cancelled = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        theme.keep(row.setSpacing, 10)
        self._title = title
        self._words = label(title)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._bar.setAccessibleName(title)
        row.addWidget(self._words)
        row.addWidget(self._bar, 1)
        self._cancel = Button(theme, tr("Cancel"), clicked=self.cancelled.emit)
        row.addWidget(self._cancel)

    def set_words(self, title: str) -> None:
        """Say what is under way now."""
        self._title = title
        self.show_progress(0, 0)

    def show_progress(self, done: int, total: int, words: str = "") -> None:
        """Follow `Job.progressed`; a total of 0 is a bar without an end."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._bar.setAccessibleName(words or self._title)
        of = tr("{done} of {total}", done=f"{done:,}", total=f"{total:,}") if total else ""
        self._words.setText(" · ".join(each for each in (self._title, words, of) if each))
