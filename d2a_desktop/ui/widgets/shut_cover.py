"""The cover of a shut desk: why nobody may look, what is safe, and the way to open it by a sync."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.cover import Cover
from d2a_desktop.ui.widgets.labels import Button, Picture, label


class ShutCover(Cover):
    """Lies over the window until an exchange has opened the desk.

    Signals:
        sync_asked: exchange now.
        password_given: the password of the shared database; the field is emptied at once.
    """

    sync_asked = Signal()
    password_given = Signal(str)

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(theme, host, name="This desk is shut", width=520)
        picture = Picture(theme, "lock", lambda tokens: tokens.link, 32)
        self._words = label("", "title", wrap=True)
        self._what_to_do = label("", wrap=True)
        self._told = label("", "quiet", wrap=True)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setAccessibleName("Password for the shared database")
        self._password.setPlaceholderText("Password for the shared database")
        self._password.returnPressed.connect(self._go)
        self.button = Button(theme, "Sync now", kind="primary", icon="sync", clicked=self._go)
        for part in (picture, self._words, self._what_to_do, self._told, self._password):
            self.card.body.addWidget(part)
        self.card.body.addWidget(self.button)
        self._password.hide()
        self.stops = (self._password, self.button)

    def shut(self, words: str, what_to_do: str) -> None:
        """Cover the window and say why."""
        self._words.setText(words)
        self._what_to_do.setText(what_to_do)
        self.setAccessibleDescription(f"{words} {what_to_do}")
        if self.isHidden():
            self._told.hide()
            self.cover()

    def show_exchange(self, told: str, *, under_way: bool = False, asks: bool = False) -> None:
        """Say how the last try to exchange ended; `asks` for the password where that is missing."""
        self._told.setText(told)
        self._told.setVisible(bool(told))
        self._password.setVisible(asks)
        self.button.setEnabled(not under_way)

    def _go(self) -> None:
        typed = self._password.text()
        self._password.clear()
        if typed:
            self.password_given.emit(typed)
        else:
            self.sync_asked.emit()
