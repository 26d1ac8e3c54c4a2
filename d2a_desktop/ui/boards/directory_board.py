"""The directory: organisations and people with hours, alternates and numbers; deputies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.directory import EntryKind
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionForm, DialogPlace
from d2a_desktop.ui.dialogs.caseload_dialog import CaseloadDialog
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog, Question
from d2a_desktop.ui.dialogs.directory_dialog import DirectoryDialog, deputy_form, entry_form
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.directory_model import directory_model
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip
from d2a_desktop.ui.widgets.labels import Button
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.services.caseload import HandedOver
    from d2a_desktop.services.queries.directory import DirectoryRow

_KINDS = frozenset({"organisation", "staff", "directory_entry"})
_EMPTY = EmptyWords(
    "The directory is empty",
    "Organisations and people whom you ring, with hours and who stands in.",
    icon="phone",
    action="Add an entry",
)


class DirectoryBoardPage(Page):
    """One list; E changes an entry of one's own organisation, Enter too."""

    hints = hints("move", "edit", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Directory")
        self._tasks = tasks
        self._link = link
        self.model = directory_model()
        self.panel = ListPanel(
            theme,
            actions,
            self.model,
            name="Directory",
            empty=_EMPTY,
            keys={"edit": self.edit_entry},
            act=self.add_entry,
        )
        self.caseload_button = Button(theme, "Hand over a caseload…", clicked=self.hand_over)
        self.deputy_button = Button(theme, "My deputy…", clicked=self.set_deputy)
        self.verify_button = Button(theme, "Verified today", icon="check", clicked=self.verify)
        self.edit_button = Button(theme, "Change…", icon="edit", clicked=self.edit_entry)
        self.back_button = Button(theme, "Take back…", clicked=self.take_back)
        self.add_button = Button(
            theme, "Add an entry…", kind="primary", icon="plus", clicked=self.add_entry
        )
        for button in (self.caseload_button, self.deputy_button, self.add_button):
            self.head_actions.addWidget(button)
        below = QHBoxLayout()  # above, they would push the chips onto a second line
        theme.keep(below.setSpacing, 8)
        below.addStretch(1)
        for button in (self.verify_button, self.edit_button, self.back_button):
            below.addWidget(button)
        self.body.addWidget(self.panel, 1)
        self.body.addLayout(below)
        self.first_focus = self.panel.view
        self.panel.opened.connect(lambda _row_id: self.edit_entry())
        self.panel.current_changed.connect(lambda _row_id: self._show_buttons())
        self.panel.chip_chosen.connect(lambda key: self.model.set_predicate(_KEEPS.get(key)))
        link.opened.connect(self._load)
        tasks.changed.connect(self._changed)
        self._show_buttons()
        if link.is_open:
            self._load()

    def showing(self) -> None:
        self._load()

    # ------------------------------------------------------------ loading

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & _KINDS:
            self._load()

    def _load(self) -> None:
        if self._link.is_open:
            desk = self._link.desk
            self._tasks.run_query(
                lambda: desk.queries.directory(desk.caller), self._show, owner=self, key="directory"
            )

    def _show(self, rows: tuple[DirectoryRow, ...]) -> None:
        self.panel.refresh(rows)
        self.panel.choose_first()
        counted = self.model.count
        self.panel.show_chips(
            (
                Chip("all", "All", len(rows)),
                *(Chip(key, words, counted(_KEEPS[key])) for key, words in _CHIPS),
            )
        )
        words = f"{count(len(rows), 'line', 'lines')} by kind and name"
        self.set_sub(words, read_at=self._link.now())
        self._show_buttons()

    def current(self) -> DirectoryRow | None:
        """Return the selected line."""
        row_id = self.panel.view.current_id
        return self.model.row_of(row_id) if row_id else None

    def _show_buttons(self) -> None:
        allowed = self._link.is_open and may(self._link.desk.caller, "task")
        row = self.current()
        mine = allowed and row is not None and row.mine
        for button in (self.add_button, self.deputy_button, self.caseload_button):
            button.setEnabled(allowed)
        for button in (self.verify_button, self.edit_button, self.back_button):
            button.setEnabled(mine)

    # ------------------------------------------------------------ doing

    def add_entry(self) -> DirectoryDialog:
        """Ask for a new entry."""
        return self._open(entry_form())

    def edit_entry(self) -> DirectoryDialog | None:
        """Change the selected entry of one's own organisation."""
        row = self.current()
        if row is None or not self.edit_button.isEnabled():
            return None
        if row.record.get("kind") == EntryKind.DEPUTY:
            return None
        return self._open(entry_form(row.record), entry_id=row.row_id)

    def set_deputy(self) -> None:
        """Ask who deputises for the person at this desk."""
        desk = self._link.desk

        def ask(names: tuple[str, ...]) -> None:
            mine = next((row for row in self._entries() if _is_mine(row, desk.caller.name)), None)
            self._open(
                deputy_form(desk.caller.name, names, mine.record if mine else None),
                entry_id=mine.row_id if mine else "",
            )

        self._tasks.run_query(lambda: desk.caseloads.colleagues(desk.caller), ask, owner=self)

    def _entries(self) -> list[DirectoryRow]:
        return [row for row in self.model.rows_shown() if row.source == "entry"]

    def verify(self) -> None:
        """Say that the selected entry's numbers were checked today."""
        row = self.current()
        if row is None or not row.mine:
            return
        desk = self._link.desk
        self._tasks.run_command(
            lambda: desk.directory.save(desk.caller, {"id": row.row_id, "verified": True}),
            lambda _result: self._done("Verified today."),
            owner=self,
        )

    def take_back(self) -> ConfirmDialog | None:
        """Take the selected entry back."""
        row = self.current()
        if row is None or not row.mine:
            return None
        question = Question(
            title="Take an entry back",
            words=f"{row.group}: {row.name}. It is not deleted.",
            action="Take back",
            dangerous=True,
        )
        dialog = ConfirmDialog(self.theme, question, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._void(row.row_id))
        dialog.open()
        return dialog

    def _void(self, entry_id: str) -> None:
        desk = self._link.desk
        self._tasks.run_command(
            lambda: desk.directory.void(desk.caller, entry_id),
            lambda _result: self._done("Taken back."),
            owner=self,
        )

    def hand_over(self) -> CaseloadDialog:
        """Hand a caseload to a deputy."""
        dialog = CaseloadDialog(self.theme, self._tasks, self._link, parent=self)
        dialog.handed.connect(self._handed)
        dialog.open()
        return dialog

    def _handed(self, handed: HandedOver) -> None:
        words = f"{count(len(handed.items), 'thing', 'things')} handed over to {handed.taker}."
        if handed.left:
            words += f" {handed.left} changed meanwhile and stayed."
        self.request_toast.emit(words, lambda: self._take_caseload_back(handed))

    def _take_caseload_back(self, handed: HandedOver) -> None:
        desk = self._link.desk
        self._tasks.run_command(
            lambda: desk.caseloads.take_back(desk.caller, handed),
            lambda back: self.request_toast.emit(
                f"{count(len(back.items), 'thing', 'things')} given back to {back.taker}.", None
            ),
            owner=self,
        )

    def _open(self, form: ActionForm, *, entry_id: str = "") -> DirectoryDialog:
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        dialog = DirectoryDialog(place, form, entry_id=entry_id, parent=self)
        dialog.done_with.connect(self._saved)
        dialog.open()
        return dialog

    def _saved(self, words: str, result: object) -> None:
        made = getattr(result, "details", {}).get("id", "")
        if made:  # what can be done with it next is done from its line
            self.panel.view.go_to(made)
        self._done(words)

    def _done(self, words: str) -> None:
        self.request_toast.emit(words, None)
        self._load()


def _is_mine(row: DirectoryRow, name: str) -> bool:
    deputy = row.record.get("kind") == EntryKind.DEPUTY
    return deputy and row.mine and row.name.casefold() == name.casefold()


_KEEPS: dict[str, Callable[[DirectoryRow], bool]] = {
    "organisation": lambda row: row.source == "organisation",
    "colleague": lambda row: row.source == "colleague",
    "entry": lambda row: row.source == "entry",
    "stale": lambda row: row.stale,
}
_CHIPS = (
    ("organisation", "Organisations"),
    ("colleague", "Colleagues"),
    ("entry", "Partners and people"),
    ("stale", "To verify"),
)
