"""The cover of a locked desk: who can unlock it, and how; nothing of any patient."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.cover import Cover
from d2a_desktop.ui.widgets.labels import Button, Picture, label

_LOGIN = Qt.ItemDataRole.UserRole
_MOST_SHOWN = 6


class LockCover(Cover):
    """Lies over the whole window until it is unlocked; lists who else may sign in.

    Signals:
        unlock_tried: the passphrase of the person signed in; the field is emptied at once.
        switch_tried: login and passphrase of another person of this desk, likewise.
    """

    unlock_tried = Signal(str)
    switch_tried = Signal(str, str)

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(theme, host, name="This desk is locked")
        self._theme = theme
        self._signed_in = ""
        self._picture = Picture(theme, "lock", lambda tokens: tokens.link, 32)
        self._who = label("", "quiet")
        self.people = QListWidget()
        self.people.setAccessibleName("Who signs in")
        self.people.currentItemChanged.connect(lambda *_: self._chosen())
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setAccessibleName("Passphrase")
        self._field.setPlaceholderText("Passphrase")
        self._field.returnPressed.connect(self._try)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self.button = Button(theme, "Unlock", kind="primary", icon="lock", clicked=self._try)
        body = self.card.body
        for each in (
            *(self._picture, label("This desk is locked", "title"), self._who, self.people),
            *(self._field, self._problem, self.button),
        ):
            body.addWidget(each)
        self.stops = (self._field, self.button, self.people)
        theme.changed.connect(self._measure)

    def lock(
        self,
        *,
        user_name: str,
        asks: bool = True,
        people: Sequence[tuple[str, str]] = (),
        signed_in: str = "",
    ) -> None:
        """Cover the window; what had the focus gets it back after unlocking.

        Args:
            user_name: who is signed in.
            asks: for a passphrase; else the computer's own sign-in protects this desk.
            people: login and name of everybody enrolled; listed where there are several.
            signed_in: the login of who is signed in, or signed in last.
        """
        self._signed_in = signed_in
        self._field.setVisible(asks)
        self._who.setText(f"Signed in: {user_name}" if user_name else "")
        self._list(people if asks and len(people) > 1 else ())
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

    def choose(self, login: str) -> None:
        """Choose who signs in, as the arrow keys do."""
        for row in range(self.people.count()):
            if self.people.item(row).data(_LOGIN) == login:
                self.people.setCurrentRow(row)

    def _list(self, people: Sequence[tuple[str, str]]) -> None:
        self.people.clear()
        for login, name in people:
            item = QListWidgetItem(name, self.people)
            item.setData(_LOGIN, login)
        self.choose(self._signed_in)
        self.people.setVisible(bool(people))
        self._measure()
        self._chosen()

    def _measure(self) -> None:
        shown = min(self.people.count(), _MOST_SHOWN)
        row = max(self.people.sizeHintForRow(0), self._theme.px(24)) if shown else 0
        self.people.setFixedHeight(shown * row + self._theme.px(8))

    def _chosen(self) -> None:
        self.button.set_words("Unlock" if self._login in ("", self._signed_in) else "Switch user")
        self._problem.hide()

    @property
    def _login(self) -> str:
        item = self.people.currentItem() if not self.people.isHidden() else None
        return str(item.data(_LOGIN)) if item is not None else ""

    def _try(self) -> None:
        typed, login = self._field.text(), self._login
        self._field.clear()
        if login in ("", self._signed_in):
            self.unlock_tried.emit(typed)
        else:
            self.switch_tried.emit(login, typed)
