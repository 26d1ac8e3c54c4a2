"""The page of a folder that holds no desk yet: whose desk it is to be, and where it exchanges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Role
from d2a_desktop.ui.actions import FORM_HINTS
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.editors import QuietCombo
from d2a_desktop.ui.widgets.form_parts import ErrorSummary, LabelledField
from d2a_desktop.ui.widgets.labels import Button, Card, label
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.tick_box import TickBox

_WAITING = "Setting up: making the encrypted store and exchanging once…"


@dataclass(frozen=True)
class _Typed:
    """What the form holds, read on the main thread."""

    ods_code: str
    role: Role
    name: str
    server_url: str
    login: str
    password: str
    ca_file: str
    passphrase: str
    trial: bool


class SetUpPage(Page):
    """Makes a desk in `profile`; nothing stays behind when a step fails.

    Signals:
        made: passphrase and database password (each may be empty); the desk can be opened.
    """

    made = Signal(str, str)
    hints = FORM_HINTS[:0]

    def __init__(self, theme: Theme, tasks: Tasks, profile: Profile) -> None:
        super().__init__(theme, "Set up this desk")
        self.set_sub("Once for this computer. Records are kept encrypted, and work without network")
        self._tasks = tasks
        self._profile = profile
        self._needs_passphrase = True
        self.errors = ErrorSummary(theme)
        self._make_fields()
        self.button = Button(theme, "Set up", kind="primary", clicked=self._try)
        self._progress = label("", "quiet")
        self._lay_out()
        self.first_focus = self.ods_code
        tasks.run_query(_keyring_keeps_keys, self._know_keyring, owner=self)

    # ------------------------------------------------------------ building

    def _make_fields(self) -> None:
        self.ods_code, self.name, self.server_url = QLineEdit(), QLineEdit(), QLineEdit()
        self.login, self.password, self.ca_file = QLineEdit(), QLineEdit(), QLineEdit()
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        for secret in (self.password, self.passphrase, self.again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.role = QuietCombo(self.theme)
        for role in Role:
            self.role.addItem(role.label, role)
        self.trial = TickBox(
            self.theme, "Trial desk: shows TRIAL everywhere, for invented people only"
        )
        theme = self.theme
        self._of_ods = LabelledField(
            theme, "Organisation (ODS code)", self.ods_code, hint="Such as RXX01.", required=True
        )
        self._of_role = LabelledField(theme, "Your role", self.role, required=True)
        self._of_name = LabelledField(theme, "Your name", self.name)
        self._of_url = LabelledField(
            theme,
            "Shared database",
            self.server_url,
            hint="Such as postgresql://host:5432/d2a, without password. Empty: this desk alone.",
        )
        self._of_login = LabelledField(
            theme, "Login", self.login, hint="The login an administrator gave you."
        )
        self._of_password = LabelledField(theme, "Password of that login", self.password)
        self._of_ca = LabelledField(
            theme, "Certificate authority file", self.ca_file, hint="Empty: the system's own."
        )
        self._of_passphrase = LabelledField(
            theme,
            "Passphrase for this computer",
            self.passphrase,
            hint="It opens the desk each time, and nobody can look it up.",
            required=True,
        )
        self._of_again = LabelledField(
            theme,
            "The passphrase again",
            self.again,
            hint="At least 12 characters; three unrelated words will do.",
            required=True,
        )
        self._fields = (
            *(self._of_ods, self._of_role, self._of_name, self._of_url, self._of_login),
            *(self._of_password, self._of_ca, self._of_passphrase, self._of_again),
        )

    def _lay_out(self) -> None:
        theme = self.theme
        self.body.addWidget(self.errors)
        columns = QHBoxLayout()
        theme.keep(columns.setSpacing, 16)
        whose = Card(theme, "Whose desk")
        for each in (self._of_ods, self._of_role, self._of_name, self.trial):
            whose.body.addWidget(each)
        whose.body.addStretch(1)
        where = Card(theme, "Shared database")
        for each in (self._of_url, self._of_login, self._of_password, self._of_ca):
            where.body.addWidget(each)
        where.body.addStretch(1)
        columns.addWidget(whose, 1)
        columns.addWidget(where, 1)
        self.body.addLayout(columns)
        self._keys = Card(theme, "Key of the encrypted store")
        pair = QHBoxLayout()
        theme.keep(pair.setSpacing, 16)
        pair.addWidget(self._of_passphrase, 1)
        pair.addWidget(self._of_again, 1)
        self._keys.body.addLayout(pair)
        self.body.addWidget(self._keys)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addWidget(self._progress, 1)
        self.body.addLayout(row)
        self.body.addStretch(1)
        order: list[QWidget] = [
            *(self.ods_code, self.role, self.name, self.trial, self.server_url, self.login),
            *(self.password, self.ca_file, self.passphrase, self.again, self.button),
        ]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _know_keyring(self, keeps: bool) -> None:
        self._needs_passphrase = not keeps
        self._keys.setVisible(not keeps)

    # ------------------------------------------------------------ doing

    def _try(self) -> None:
        for each in self._fields:
            each.set_error("")
        typed = _Typed(
            ods_code=self.ods_code.text().strip(),
            role=Role(self.role.currentData()),
            name=self.name.text().strip(),
            server_url=self.server_url.text().strip(),
            login=self.login.text().strip(),
            password=self.password.text(),
            ca_file=self.ca_file.text().strip(),
            passphrase=self.passphrase.text() if self._needs_passphrase else "",
            trial=self.trial.isChecked(),
        )
        if not self._check(typed):
            return
        self._set_busy(True)
        self._tasks.run_command(
            lambda: _set_up(self._profile, typed),
            lambda _made: self._done(typed),
            failed=self._failed,
            owner=self,
        )

    def _check(self, typed: _Typed) -> bool:
        from d2a_desktop.services.desk_lock import passphrase_problem

        if not typed.ods_code:
            self._of_ods.set_error("Give the organisation's ODS code")
        if typed.server_url and not typed.login:
            self._of_login.set_error("A shared database needs the login you were given")
        if typed.server_url and not typed.password:
            self._of_password.set_error("Give the password of the login")
        if self._needs_passphrase:
            self._of_passphrase.set_error(passphrase_problem(typed.passphrase, self.again.text()))
        return not self.errors.show_fields(self._fields)

    def _set_busy(self, busy: bool) -> None:
        self.button.setEnabled(not busy)
        self._progress.setText(_WAITING if busy else "")

    def _done(self, typed: _Typed) -> None:
        self._set_busy(False)
        self.made.emit(typed.passphrase, typed.password)

    def _failed(self, problem: Exception) -> None:
        self._set_busy(False)
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
            return
        words = [problem.message, problem.what_to_do]
        self.errors.show_words([each for each in words if each])


def _keyring_keeps_keys() -> bool:
    from d2a_desktop.services.desk_lock import keyring_keeps_keys

    return keyring_keeps_keys()


def _set_up(profile: Profile, typed: _Typed) -> None:
    from d2a_desktop.services.desk_setup import DeskRequest, init_desk

    init_desk(
        profile,
        DeskRequest(
            ods_code=typed.ods_code,
            role=typed.role,
            server_url=typed.server_url,
            login=typed.login,
            name=typed.name,
            ca_file=typed.ca_file,
            trial=typed.trial,
        ),
        database_password=(lambda login: typed.password) if typed.server_url else None,
        new_passphrase=lambda: typed.passphrase,
    )
