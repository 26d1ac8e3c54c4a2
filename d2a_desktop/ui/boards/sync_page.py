"""Sync & conflicts: how the exchange stands, what to do, and what needs a person's choice."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.clipboard import copy_free_of_people
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
from d2a_desktop.ui.dialogs.edit_conflict import EditConflict
from d2a_desktop.ui.formats.sync_facts import Waits, standing_facts, support_text
from d2a_desktop.ui.item_models.conflicts_model import conflicts_model
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.conflict_panel import ConflictPanel
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.form_parts import LabelledField
from d2a_desktop.ui.widgets.labels import Button, Card, Facts, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.side_by_side import TurningRow

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import ConflictRow, SyncLight, SyncStep

_TOASTS = {
    "mine": "Yours is kept and sent again",
    "theirs": "Theirs is taken",
    "seen": "Marked as seen",
    "keep": "Your choices are kept and sent",
}


@dataclass(frozen=True)
class _Read:
    """What the page reads of the store, all at one moment."""

    conflicts: tuple[ConflictRow, ...]
    waits: Waits


class SyncPage(Page):
    """The state in words; below it what needs a choice, with both values.

    Signals:
        sync_asked: exchange now.
        check_asked: compare this computer with the server.
        password_given: the database password typed by the person.
    """

    sync_asked = Signal()
    check_asked = Signal()
    password_given = Signal(str)
    hints = hints("move", "filter", "undo", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Sync & conflicts")
        self._tasks = tasks
        self._link = link
        self._light: SyncLight | None = None
        self._waits = Waits((), None)
        self._read: _Read | None = None
        self.sync_button = Button(
            theme, "Sync now", kind="primary", icon="sync", clicked=self.sync_asked.emit
        )
        self.check_button = Button(
            theme, "Check this computer against the server", clicked=self.check_asked.emit
        )
        self.copy_button = Button(theme, "Copy for support", clicked=self._copy)
        for button in (self.copy_button, self.check_button, self.sync_button):
            self.head_actions.addWidget(button)
        self._state, self._rest = Facts(theme), Facts(theme)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.returnPressed.connect(self._give_password)
        self._password_field = LabelledField(
            theme, "Password for the shared database", self._password, required=True
        )
        self.model = conflicts_model()
        self.panel = ListPanel(
            theme,
            actions,
            self.model,
            name="Conflicts",
            empty=EmptyWords(
                "Nothing needs your choice",
                "When two desks change the same thing, both values are shown here.",
                icon="tick-circle",
            ),
        )
        self.detail = ConflictPanel(theme)
        self.detail.chosen.connect(self._choose)
        self.detail.record_asked.connect(self.request_open_case)
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self._lay_out()
        self.first_focus = self.sync_button
        self.panel.current_changed.connect(self._show_chosen)
        link.opened.connect(self._load)
        tasks.changed.connect(self._load)
        theme.changed.connect(self._show_facts)

    def showing(self) -> None:
        self._load()

    def show_light(self, light: SyncLight) -> None:
        """Show how the exchange stands; the desk's window tells it after each run."""
        if not self._link.is_open:
            return
        before, self._light = self._light, light
        self._show_facts()
        alone = not self._link.desk.settings.server_url
        self.sync_button.setEnabled(not alone)
        self.check_button.setEnabled(not alone and light.step is None)
        asks = f"{light.reason} {light.what_to_do}".lower()
        self._password_card.setVisible(not alone and "password" in asks)
        self._set_first_focus()
        self.badge_changed.emit(light.conflicts)
        if before is None or _moved(before) != _moved(light):
            self._load()

    def show_step(self, step: SyncStep | None) -> None:
        """Follow a long exchange, whose progress the window shows; None when it is over."""
        self.check_button.setEnabled(step is None and self.sync_button.isEnabled())

    # ------------------------------------------------------------ building

    def _lay_out(self) -> None:
        theme = self.theme
        card = Card(theme, "How the exchange stands")
        columns = QHBoxLayout()
        theme.keep(columns.setSpacing, 24)
        columns.addWidget(self._state, 3)
        columns.addWidget(self._rest, 2)
        card.body.addLayout(columns)
        self.body.addWidget(card)
        self._password_card = Card(theme, "Sign in to the shared database", emphasis="amber")
        row = QHBoxLayout()
        row.addWidget(self._password_field, 1)
        row.addWidget(Button(theme, "Use it", kind="accent", clicked=self._give_password))
        self._password_card.body.addLayout(row)
        self._password_card.hide()
        self.body.addWidget(self._password_card)
        self.body.addWidget(self._problem)
        below = TurningRow(theme)
        below.addWidget(self.panel, 1)
        below.addWidget(self.detail, 1)
        self.body.addLayout(below, 1)

    # ------------------------------------------------------------ what happens

    def _load(self, _changes: object = None) -> None:
        if not self._link.is_open:
            return
        desk = self._link.desk

        def read() -> _Read:
            waits = Waits(desk.exchange.waiting(), desk.exchange.recovery())
            return _Read(desk.exchange.conflicts(desk.caller), waits)

        self._tasks.run_query(read, self._show_rows, owner=self, key="conflicts")

    def _show_rows(self, read: _Read) -> None:
        if read == self._read:
            return  # what is being looked at is left alone
        here, before = self._focused(), self.panel.view.current_id
        choosing = here is not None and self.detail.isAncestorOf(here)
        arrived = self._read is None and here is self.first_focus
        self._read, self._waits = read, read.waits
        self._show_facts()
        self.panel.refresh(read.conflicts, now=True)
        if read.conflicts and not self.panel.view.current_id:
            self.panel.view.selectRow(0)
        self._show_chosen(self.panel.view.current_id)
        self._set_first_focus()
        if arrived or (choosing and self.panel.view.current_id != before):
            self._focus_first()

    def _focused(self) -> QWidget | None:
        return self.window().focusWidget() if self.isVisible() else None

    def _set_first_focus(self) -> None:
        """Begin where something is to be done: a choice, a password, else the exchange."""
        stops: tuple[tuple[QWidget, bool], ...] = (
            (self.panel.view, bool(self._read and self._read.conflicts)),
            (self._password, not self._password_card.isHidden()),
            (self.sync_button, self.sync_button.isEnabled()),
            (self.copy_button, True),
        )
        self.first_focus = next(stop for stop, fits in stops if fits)

    def _focus_first(self) -> None:
        if self.first_focus is not None:
            self.first_focus.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_facts(self) -> None:
        if self._light is None or not self._link.is_open:
            return
        desk = self._link.desk
        shown = standing_facts(
            self._light, self._waits, now=desk.clock.now(), server=desk.settings.server_url
        )
        self._state.show_facts(shown.state)
        self._rest.show_facts(shown.rest)
        self.set_sub(shown.line)

    def _show_chosen(self, row_id: str) -> None:
        now = self._link.desk.clock.now() if self._link.is_open else None
        self.detail.show_conflict(self.model.row_of(row_id), now)

    def _choose(self, choice: str) -> None:
        row: ConflictRow | None = self.model.row_of(self.panel.view.current_id)
        if row is None:
            return
        self._problem.hide()
        if choice == "edit":
            self._edit(row)
            return
        desk, picked = self._link.desk, dict(self.detail.picked)

        def settle() -> ChangeSet:
            if choice == "keep":
                return desk.exchange.resolve_fields(desk.caller, row.conflict_id, picked)
            return desk.exchange.resolve(desk.caller, row.conflict_id, choice)

        self._tasks.run_command(
            settle,
            lambda _changes: self._chosen(_TOASTS[choice]),
            failed=self._failed,
            owner=self,
        )

    def _edit(self, row: ConflictRow) -> None:
        place = DialogPlace(
            theme=self.theme,
            tasks=self._tasks,
            link=self._link,
            about=row.case_id or "",
            scope_id=row.case_id or "",
        )
        self.dialog = EditConflict(place, row)
        self.dialog.setParent(self, self.dialog.windowFlags())
        self.dialog.done_with.connect(partial(self._edited))
        self.dialog.open()

    def _edited(self, words: str, _result: object) -> None:
        self._chosen(words.rstrip("."))

    def _chosen(self, words: str) -> None:
        self.request_toast.emit(words, None)
        self._load()
        self.sync_asked.emit()

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
            return
        self._problem.setText(str(problem))
        self._problem.show()
        self._load()

    def _copy(self) -> None:
        if self._light is not None:
            copy_free_of_people(support_text(self._light, self._waits))
            self.request_toast.emit("Copied, without anything about patients", None)

    def _give_password(self) -> None:
        typed = self._password.text()
        self._password.clear()
        if typed:
            self.password_given.emit(typed)


def _moved(light: SyncLight) -> tuple[object, ...]:
    """What of the light tells that the store may hold something else now."""
    return (light.conflicts, light.pending, light.last_at)
