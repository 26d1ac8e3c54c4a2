"""Asks how a task ended: one number for each outcome of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label


class OutcomeDialog(Dialog):
    """The outcomes as buttons; the keys 1 to 9 press them, Esc leaves the task open.

    Args:
        title: what the task is.
        about: whose task it is, in words that name the person.
        outcomes: codes with their words.

    Signals:
        chosen: the code and the words of the outcome.
    """

    chosen = Signal(str, str)

    def __init__(
        self,
        theme: Theme,
        *,
        title: str,
        about: str,
        outcomes: Sequence[tuple[str, str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Outcome")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.keep(self.setMinimumWidth, 560)
        column = QVBoxLayout(self)
        theme.keep(column.setContentsMargins, 20, 20, 20, 20)
        theme.keep(column.setSpacing, 8)
        column.addWidget(label(title, "title", wrap=True))
        column.addWidget(label(about, "strong", wrap=True))
        self.buttons = [
            Button(theme, f"{number}  {words}", clicked=partial(self._choose, code, words))
            for number, (code, words) in enumerate(outcomes, start=1)
        ]
        for button in self.buttons:
            column.addWidget(button)
        column.addWidget(label("Press its number. Esc leaves the task open.", "small"))
        if self.buttons:
            self.buttons[0].setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - int(Qt.Key.Key_1)
        if 0 <= number < len(self.buttons):
            self.buttons[number].click()
            return
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, Button):
            focused.click()
            return
        step = {Qt.Key.Key_Down: True, Qt.Key.Key_Up: False}.get(Qt.Key(event.key()))
        if step is not None:
            self.focusNextPrevChild(step)
            return
        super().keyPressEvent(event)

    def _choose(self, code: str, words: str) -> None:
        self.accept()
        self.chosen.emit(code, words)
