"""Sync & conflicts: how the exchange stands, what to do, and what needs a person's choice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit

from d2a_desktop.core.errors import KnownError
from d2a_desktop.ui.actions import LIST_HINTS, Actions
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import count, day_and_time
from d2a_desktop.ui.item_models.conflicts_model import conflicts_model
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.form_parts import LabelledField
from d2a_desktop.ui.widgets.labels import Button, Card, Facts, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import ConflictRow, SyncLight

_TONES = {
    "synced": Tone.GOOD,
    "working": Tone.LINK,
    "offline": Tone.WARN,
    "delayed": Tone.WARN,
    "needs_you": Tone.WARN,
    "stuck": Tone.BAD,
}
_CHOICES = (
    ("mine", "Keep mine"),
    ("theirs", "Take theirs"),
    ("seen", "I have seen it"),
)


class SyncPage(Page):
    """The state in words; below it each conflict with both values.

    Signals:
        sync_asked: exchange now.
        password_given: the database password typed by the person.
    """

    sync_asked = Signal()
    password_given = Signal(str)
    hints = LIST_HINTS

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Sync & conflicts")
        self._tasks = tasks
        self._link = link
        self.sync_button = Button(
            theme, "Sync now", kind="primary", icon="sync", clicked=self.sync_asked.emit
        )
        self.head_actions.addWidget(self.sync_button)
        self._state = Facts(theme)
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
        self._problem = label("", "error", wrap=True)
        self._problem.hide()
        self.choices = {
            key: Button(theme, words, clicked=partial(self._choose, key)) for key, words in _CHOICES
        }
        self._lay_out()
        self.first_focus = self.sync_button
        self.panel.current_changed.connect(self._show_choices)
        link.opened.connect(self._load)
        tasks.changed.connect(self._load)
        self._show_choices("")

    def showing(self) -> None:
        self._load()

    def show_light(self, light: SyncLight) -> None:
        """Show how the exchange stands; the desk's window tells it after each run."""
        if not self._link.is_open:
            return
        desk = self._link.desk
        now = desk.clock.now()
        last = day_and_time(light.last_at, now) if light.last_at else "not yet"
        server = desk.settings.server_url or "None: everything is kept on this computer"
        alone = not desk.settings.server_url
        facts: list[tuple[str, str] | tuple[str, str, Tone]] = [
            ("State", "Works alone" if alone else light.words, _TONES[light.state])
        ]
        if not alone:
            facts += [
                ("Reason", " ".join(filter(None, (light.reason, light.what_to_do)))),
                ("Last exchange", last),
                ("To send", count(light.pending, "change", "changes")),
                ("Your choice", count(light.conflicts, "change", "changes")),
            ]
        self._state.show_facts((*facts, ("Shared database", server)))
        self.set_sub("This desk works alone" if alone else f"{light.words} · last exchange {last}")
        self.sync_button.setEnabled(not alone)
        self._password_card.setVisible(
            not alone and "password" in f"{light.reason} {light.what_to_do}".lower()
        )
        self.badge_changed.emit(light.conflicts)
        self._load()

    # ------------------------------------------------------------ building

    def _lay_out(self) -> None:
        theme = self.theme
        card = Card(theme, "How the exchange stands")
        card.body.addWidget(self._state)
        self.body.addWidget(card)
        self._password_card = Card(theme, "Sign in to the shared database", emphasis="amber")
        row = QHBoxLayout()
        row.addWidget(self._password_field, 1)
        row.addWidget(Button(theme, "Use it", kind="accent", clicked=self._give_password))
        self._password_card.body.addLayout(row)
        self._password_card.hide()
        self.body.addWidget(self._password_card)
        self.body.addWidget(self.panel, 1)
        self.body.addWidget(self._problem)
        choices = QHBoxLayout()
        for button in self.choices.values():
            choices.addWidget(button)
        choices.addStretch(1)
        self.body.addLayout(choices)

    # ------------------------------------------------------------ what happens

    def _load(self, _changes: object = None) -> None:
        if self._link.is_open:
            self._tasks.run_query(
                self._link.desk.exchange.conflicts,
                self._show_rows,
                owner=self,
                key="conflicts",
            )

    def _show_rows(self, rows: tuple[ConflictRow, ...]) -> None:
        self.panel.refresh(rows, now=True)
        if rows and not self.panel.view.current_id:
            self.panel.view.selectRow(0)
        self._show_choices(self.panel.view.current_id)

    def _show_choices(self, row_id: str) -> None:
        row = self.model.row_of(row_id)
        for button in self.choices.values():
            button.setEnabled(row is not None)

    def _choose(self, choice: str) -> None:
        row: ConflictRow | None = self.model.row_of(self.panel.view.current_id)
        if row is None:
            return
        desk = self._link.desk
        self._problem.hide()
        self._tasks.run_command(
            lambda: desk.exchange.resolve(desk.caller, row.conflict_id, choice),
            lambda _changes: self._chosen(choice),
            failed=self._failed,
            owner=self,
        )

    def _chosen(self, choice: str) -> None:
        words = {"mine": "Yours is kept and sent again", "theirs": "Theirs is taken"}
        self.request_toast.emit(words.get(choice, "Marked as seen"), None)
        self._load()
        self.sync_asked.emit()

    def _failed(self, problem: Exception) -> None:
        if not isinstance(problem, KnownError):
            self._tasks.failed.emit(problem)
            return
        self._problem.setText(str(problem))
        self._problem.show()

    def _give_password(self) -> None:
        typed = self._password.text()
        self._password.clear()
        if typed:
            self.password_given.emit(typed)
