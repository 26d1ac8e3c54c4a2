"""Who can open this desk: enrol somebody, change one's passphrase, take somebody's way in away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.permissions import ROLES_OF_KIND, Role
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.editors import QuietCombo
from d2a_desktop.ui.widgets.focus_ring import FocusRing
from d2a_desktop.ui.widgets.form_parts import ErrorSummary, LabelledField
from d2a_desktop.ui.widgets.labels import Button, label

if TYPE_CHECKING:
    from d2a_desktop.services.desk_people import DeskPerson

_TITLE = "People at this desk"
_WHY = (
    "Each person opens the desk with a passphrase of their own. What one types and has not sent"
    " stays theirs, and what each does goes out under their own login."
)
_LOGIN = Qt.ItemDataRole.UserRole


class PeopleDialog(Dialog):
    """The list, and below it one form at a time. What is typed here is never kept as a draft."""

    def __init__(
        self, theme: Theme, tasks: Tasks, link: DeskLink, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._tasks, self._link = theme, tasks, link
        self.setWindowTitle(_TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.keep(self.setMinimumWidth, 560)
        self.errors = ErrorSummary(theme)
        self.told = label("", wrap=True)
        self.people = QListWidget()
        self.people.setAccessibleName("Who can open this desk")
        self.people.currentItemChanged.connect(lambda *_: self._show_buttons())
        self._make_fields(theme)
        self._lay_out(theme)
        self.ring = FocusRing(theme, self)
        self.show_form("")
        self.load()

    # ------------------------------------------------------------ for tests and keys

    def load(self) -> None:
        """Ask who can open this desk."""
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.people.everybody(desk.caller), self._show, failed=self._failed, owner=self
        )

    def show_form(self, key: str) -> None:
        """Show the fields of "enrol" or "passphrase", or none."""
        self._form = key
        for name, fields in self._forms.items():
            for field in fields:
                field.setVisible(name == key)
        self.save.setVisible(bool(key))
        self.save.set_words("Enrol" if key == "enrol" else "Change the passphrase")
        self.errors.hide()
        self.told.clear()
        for each in (self.own, self.passphrase, self.again, self.login, self.name):
            each.clear()
        if key:
            self._forms[key][0].editor.setFocus()
        self.adjustSize()

    def submit(self) -> None:
        """Do what the form in front asks."""
        from d2a_desktop.services.desk_people import Newcomer

        desk, own = self._link.desk, self.own.text()
        new, again = self.passphrase.text(), self.again.text()
        if self._form == "passphrase":
            self._run(
                lambda: desk.people.change_passphrase(desk.caller, old=own, new=new, again=again),
                "Your passphrase is changed. The old one opens nothing any more.",
            )
            return
        newcomer = Newcomer(
            login=self.login.text().strip() or self._free_login(),
            name=self.name.text(),
            role=Role(self.role.currentData()),
            passphrase=new,
            again=again,
        )
        self._run(
            lambda: desk.people.enrol(desk.caller, own, newcomer),
            f"{newcomer.name.strip()} can open this desk now: lock it and choose the name.",
        )

    def remove_chosen(self) -> None:
        """Take the way in of the person chosen in the list away; asked for once more."""
        login = self._chosen
        if self.remove.property("sure") != login:
            self.remove.setProperty("sure", login)
            self.remove.set_words("Yes, remove, with their drafts")
            return
        desk = self._link.desk
        self._run(lambda: desk.people.remove(desk.caller, login), "Removed from this desk.")

    # ------------------------------------------------------------ inside

    def _make_fields(self, theme: Theme) -> None:
        self.login, self.name = QLineEdit(), QLineEdit()
        self.own, self.passphrase, self.again = QLineEdit(), QLineEdit(), QLineEdit()
        for secret in (self.own, self.passphrase, self.again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.role = QuietCombo(theme)
        caller = self._link.desk.caller
        for each in sorted(ROLES_OF_KIND[caller.org_kind], key=lambda one: one.label):
            self.role.addItem(each.label, each.value)
        server = bool(self._link.desk.settings.server_url)
        own = LabelledField(
            theme, "Your own passphrase", self.own, hint="It opens the desk's key.", required=True
        )
        new = LabelledField(
            theme,
            "The new passphrase",
            self.passphrase,
            hint="Typed by the person whose it is: three unrelated words will do.",
            required=True,
        )
        again = LabelledField(theme, "The new passphrase again", self.again, required=True)
        login = LabelledField(
            theme,
            "Login",
            self.login,
            hint="The one an administrator gave this person." if server else "Blank: made up.",
            required=server,
        )
        name = LabelledField(theme, "Name", self.name, required=True)
        role = LabelledField(
            theme, "Role", self.role, hint="The shared database's word counts." if server else ""
        )
        self._forms: dict[str, tuple[LabelledField, ...]] = {
            "enrol": (name, login, role, own, new, again),
            "passphrase": (own, new, again),
        }
        self._all = (name, login, role, own, new, again)

    def _lay_out(self, theme: Theme) -> None:
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        self.save = Button(theme, "Enrol", kind="primary", clicked=self.submit)
        self.enrol = Button(theme, "Enrol somebody", clicked=partial(self.show_form, "enrol"))
        self.change = Button(
            theme, "Change my passphrase", clicked=partial(self.show_form, "passphrase")
        )
        self.remove = Button(theme, "Remove", clicked=self.remove_chosen)
        close = Button(theme, "Close", clicked=self.reject)
        buttons, foot = QHBoxLayout(), QHBoxLayout()
        for button in (self.enrol, self.change, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.save)
        outer.addWidget(label(_TITLE, "title"))
        outer.addWidget(label(_WHY, "quiet", wrap=True))
        outer.addWidget(self.people)
        outer.addLayout(buttons)
        for part in (self.errors, self.told, *self._all):
            outer.addWidget(part)
        outer.addLayout(foot)
        theme.keep(self.people.setMaximumHeight, 150)

    def _show(self, people: tuple[DeskPerson, ...]) -> None:
        self.people.clear()
        for each in people:
            here = " · signed in" if each.signed_in else ""
            item = QListWidgetItem(f"{each.name} · {each.role}{here}", self.people)
            item.setData(_LOGIN, each.login)
        self.people.setCurrentRow(0)
        self._show_buttons()

    @property
    def _chosen(self) -> str:
        chosen = self.people.currentIndex()
        return str(chosen.data(_LOGIN)) if chosen.isValid() else ""

    def _show_buttons(self) -> None:
        self.remove.set_words("Remove")
        self.remove.setProperty("sure", "")
        is_other = self._chosen not in ("", self._link.desk.caller.login)
        self.remove.setEnabled(is_other)

    def _free_login(self) -> str:
        """A login for a desk without a shared database, where nobody gives one."""
        if self._link.desk.settings.server_url:
            return ""
        taken = {str(self.people.item(row).data(_LOGIN)) for row in range(self.people.count())}
        return next(login for n in range(2, 1000) if (login := f"local_{n}") not in taken)

    def _run(self, work: Callable[[], None], told: str) -> None:
        self.save.setEnabled(False)

        def done(_nothing: None) -> None:
            self.save.setEnabled(True)
            self.show_form("")
            self.told.setText(told)
            self.load()

        self._tasks.run_command(work, done, failed=self._failed, owner=self)

    def _failed(self, problem: Exception) -> None:
        self.save.setEnabled(True)
        if isinstance(problem, KnownError):
            self.errors.show_words([str(problem)])
        else:
            self._tasks.failed.emit(problem)
