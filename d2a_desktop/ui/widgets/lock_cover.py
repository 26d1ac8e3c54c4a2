"""The cover of a locked desk: who is signed in, and how to unlock; nothing of any patient."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import Button, Card, label


class LockCover(QFrame):
    """Lies over the whole window until it is unlocked.

    Signals:
        unlock_tried: the passphrase that was typed; the field is emptied at once.
        switch_user_asked: someone else wants to sign in.

    `may_switch_user` shows the button for the latter, where a desk has more than one person.
    """

    unlock_tried = Signal(str)
    switch_user_asked = Signal()

    def __init__(self, theme: Theme, host: QWidget, *, may_switch_user: bool = False) -> None:
        super().__init__(host)
        self.setObjectName("lockCover")
        self.setAccessibleName("This desk is locked")
        self._theme = theme
        self._host = host
        self._before: QWidget | None = None
        outer = QVBoxLayout(self)
        outer.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card = Card(theme)
        card.setFixedWidth(theme.px(400))
        card.body.setContentsMargins(*(theme.px(28),) * 4)
        card.body.setSpacing(theme.px(12))
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
        card.body.addWidget(self._picture)
        card.body.addWidget(label("This desk is locked", "title"))
        card.body.addWidget(self._who)
        card.body.addWidget(self._field)
        card.body.addWidget(self._problem)
        card.body.addWidget(Button(theme, "Unlock", kind="primary", icon="lock", clicked=self._try))
        if may_switch_user:
            card.body.addWidget(
                Button(theme, "Sign in as someone else", clicked=self.switch_user_asked.emit)
            )
        outer.addWidget(card)
        host.installEventFilter(self)
        self.hide()

    def lock(self, *, user_name: str, asks: bool = True) -> None:
        """Cover the window; what had the focus gets it back after unlocking.

        Args:
            user_name: who is signed in.
            asks: for a passphrase; else the computer's own sign-in protects this desk.
        """
        self._before = self._host.focusWidget()
        self._field.setVisible(asks)
        self._who.setText(f"Signed in: {user_name}" if user_name else "")
        self._problem.hide()
        self._field.clear()
        self.setGeometry(self._host.rect())
        self.show()
        self.raise_()
        self._field.setFocus()

    def focus_field(self) -> None:
        """Put the focus in the field, or on the button where nothing is asked."""
        self._stops()[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def unlock(self) -> None:
        """Take the cover away."""
        self.hide()
        self._field.clear()
        if self._before is not None:
            self._before.setFocus()

    def refuse(self, words: str) -> None:
        """Say why it stays locked."""
        self._problem.setText(words)
        self._problem.show()
        self._field.setAccessibleDescription(words)
        self._field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Tab goes round inside the cover and never to what lies below it.
        stops = self._stops()
        here = next((place for place, each in enumerate(stops) if each.hasFocus()), 0)
        step = 1 if forward else -1
        stops[(here + step) % len(stops)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def _stops(self) -> list[QWidget]:
        return [each for each in (self._field, *self.findChildren(Button)) if not each.isHidden()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.accept()  # no key reaches what lies below

    def _try(self) -> None:
        typed = self._field.text()
        self._field.clear()
        self.unlock_tried.emit(typed)
