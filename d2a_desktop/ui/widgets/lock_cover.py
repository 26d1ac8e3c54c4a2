"""The cover of a locked desk: who is signed in, and how to unlock; nothing of any patient."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.cover import Cover
from d2a_desktop.ui.widgets.labels import Button, label


class LockCover(Cover):
    """Lies over the whole window until it is unlocked.

    Signals:
        unlock_tried: the passphrase that was typed; the field is emptied at once.
        switch_user_asked: someone else wants to sign in.

    `may_switch_user` shows the button for the latter, where a desk has more than one person.
    """

    unlock_tried = Signal(str)
    switch_user_asked = Signal()

    def __init__(self, theme: Theme, host: QWidget, *, may_switch_user: bool = False) -> None:
        super().__init__(theme, host, name="This desk is locked")
        self._picture = QLabel()
        self._picture.setPixmap(theme.pixmap("lock", theme.tokens.link, 32))
        self._who = label("", "quiet")
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setAccessibleName("Passphrase")
        self._field.setPlaceholderText("Passphrase")
        self._field.returnPressed.connect(self._try)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        body = self.card.body
        body.addWidget(self._picture)
        body.addWidget(label("This desk is locked", "title"))
        body.addWidget(self._who)
        body.addWidget(self._field)
        body.addWidget(self._problem)
        body.addWidget(Button(theme, "Unlock", kind="primary", icon="lock", clicked=self._try))
        if may_switch_user:
            body.addWidget(
                Button(theme, "Sign in as someone else", clicked=self.switch_user_asked.emit)
            )
        self.stops = (self._field, *self.findChildren(Button))

    def lock(self, *, user_name: str, asks: bool = True) -> None:
        """Cover the window; what had the focus gets it back after unlocking.

        Args:
            user_name: who is signed in.
            asks: for a passphrase; else the computer's own sign-in protects this desk.
        """
        self._field.setVisible(asks)
        self._who.setText(f"Signed in: {user_name}" if user_name else "")
        self._problem.hide()
        self._field.clear()
        self.cover()
        self._field.setFocus()

    def unlock(self) -> None:
        """Take the cover away."""
        self._field.clear()
        self.uncover()

    def refuse(self, words: str) -> None:
        """Say why it stays locked."""
        self._problem.setText(words)
        self._problem.show()
        self._field.setAccessibleDescription(words)
        self._field.setFocus()

    def _try(self) -> None:
        typed = self._field.text()
        self._field.clear()
        self.unlock_tried.emit(typed)
