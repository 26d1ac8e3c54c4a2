"""A short message at the foot of the window that goes by itself, with Undo where there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, label


@dataclass(frozen=True)
class Redo:
    """What does again that was just undone; given to a toast in place of its undo."""

    act: Callable[[], object]


class Toast(QFrame):
    """One message at a time over the lower edge of `host`; 10 s, or until it is dismissed.

    What it tells can be undone only while it is seen: a key must not take back, on another
    person's record, what nobody names any more.
    """

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("toast")
        self._theme = theme
        self._host = host
        self._undo: Callable[[], object] | Redo | None = None
        row = QHBoxLayout(self)
        theme.keep(row.setContentsMargins, 16, 9, 9, 9)
        theme.keep(row.setSpacing, 12)
        self._words = label("")
        self._undo_button = Button(theme, tr("Undo"), clicked=self._undone)
        self._close_button = Button(theme, tr("Dismiss"), clicked=self.hide)
        for each in (self._words, self._undo_button, self._close_button):
            row.addWidget(each)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    @property
    def milliseconds_left(self) -> int:
        """For how long it is still seen; -1 when it is not."""
        return self._timer.remainingTime()

    def show_words(
        self,
        words: str,
        *,
        undo: Callable[[], object] | Redo | None = None,
        milliseconds: int = 10_000,
    ) -> None:
        """Say something; `undo` adds the button Undo, or Redo.

        A later message takes the place of this one.
        """
        self._words.setText(words)
        self._undo = undo
        self._undo_button.set_words(tr("Redo") if isinstance(undo, Redo) else tr("Undo"))
        self._undo_button.setVisible(undo is not None)
        self.setAccessibleName(words)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start(milliseconds)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def undo(self) -> bool:
        """Undo what the message tells, if it can be (Ctrl+Z); tell whether it was."""
        return not isinstance(self._undo, Redo) and self._take_back()

    def redo(self) -> bool:
        """Do again what was undone (Ctrl+Shift+Z); tell whether it was."""
        return isinstance(self._undo, Redo) and self._take_back()

    def _take_back(self) -> bool:
        if self._undo is None or not self.isVisible():
            return False
        self._undone()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _undone(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo is not None:
            act = undo.act if isinstance(undo, Redo) else undo
            act()

    def _place(self) -> None:
        x = (self._host.width() - self.width()) // 2
        self.move(max(0, x), self._host.height() - self.height() - self._theme.px(44))
