"""Packs: choose a person, see what was printed and given, preview and print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.codes import PACKS_OF_A_CASE, PackKind
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.confirm import ConfirmDialog, Question
from d2a_desktop.ui.dialogs.fetched_banner import FetchedBanner
from d2a_desktop.ui.dialogs.pack_batch import PackBatchDialog
from d2a_desktop.ui.dialogs.pack_preview import PackPreviewDialog
from d2a_desktop.ui.dialogs.sheet_dialog import SheetDialog
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.packs_model import people_model, prints_model, standing_words
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.sizes import LARGE_TEXT
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip
from d2a_desktop.ui.widgets.labels import Button, Card, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import CaseView, WardBoard, WardBoardRow

_PRINTS_WIDTH = 520  # px at 100 % text size
_ANY_WIDTH = 16_777_215  # Qt's own most
_KINDS = frozenset({"spell", "patient", "pack_issue", "departure", "placement_block"})
_VIEWS = (("today", "Leaving today"), ("tomorrow", "Leaving tomorrow"))
_EMPTY = EmptyWords("Nobody to print for", "People on this desk are listed here.", icon="pack")


class PackListPage(Page):
    """Enter or P on a person shows the handover pack."""

    hints = hints("move", "open", "pack", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Handover packs")
        self._tasks = tasks
        self._link = link
        self.model = people_model()
        self.prints = prints_model()
        self.panel = ListPanel(
            theme,
            actions,
            self.model,
            name="People",
            empty=_EMPTY,
            keys={"pack": self.preview},
        )
        self.prints_view = BoardView(
            theme, self.prints, columns=self.prints.columns, name="Prints of the selected person"
        )
        self._none = label("Nothing was printed for this person yet.", "quiet", wrap=True)
        self._none.hide()  # until it is known
        self.buttons = {
            kind: Button(
                theme,
                kind.label,
                kind="primary" if kind is PackKind.HANDOVER else "",
                clicked=partial(self.preview, kind),
            )
            # The preview offers every kind; a button for each would not fit a ward's screen.
            for kind in PACKS_OF_A_CASE[:3]
        }
        self.give_button = Button(theme, "Mark as given…", icon="check", clicked=self.give)
        self.batch_button = Button(theme, "Tomorrow's departures…", clicked=self.print_tomorrow)
        self.sheets_button = Button(theme, "Lists and report…", clicked=self.print_sheet)
        self.standing = label("", "quiet", wrap=True)
        self.standing.setAlignment(Qt.AlignmentFlag.AlignTop)
        theme.keep(self.standing.setMinimumHeight, 54)
        self._lay_out()
        self.first_focus = self.panel.view
        self.panel.opened.connect(lambda _row_id: self.preview())
        self.panel.current_changed.connect(self._load_prints)
        self.prints_view.current_changed.connect(lambda _row_id: self._show_buttons())
        self.panel.chip_chosen.connect(self._choose)
        link.opened.connect(self._load)
        tasks.changed.connect(self._changed)
        self._show_buttons()
        if link.is_open:
            self._load()

    def showing(self) -> None:
        self._load()

    def _lay_out(self) -> None:
        theme = self.theme
        self._card = card = Card(theme, "Prints")
        card.body.addWidget(self._none)
        card.body.addWidget(self.prints_view, 1)
        card.body.addWidget(self.standing)
        row = QHBoxLayout()
        row.addWidget(self.give_button)
        row.addStretch(1)
        card.body.addLayout(row)
        several = QHBoxLayout()
        several.addWidget(self.batch_button)
        several.addWidget(self.sheets_button)
        several.addStretch(1)
        card.body.addLayout(several)
        self._content = content = QHBoxLayout()
        theme.keep(content.setSpacing, 14)
        content.addWidget(self.panel, 1)
        content.addWidget(card)
        self.body.addLayout(content, 1)
        theme.keep(self._set_out, 100)
        for button in reversed(self.buttons.values()):
            self.head_actions.addWidget(button)

    def _set_out(self, percent: int) -> None:
        """Put the prints beside the people, or below at large text: identity is never cut."""
        below = percent >= LARGE_TEXT
        way = QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
        self._content.setDirection(way)
        width = percent * _PRINTS_WIDTH // 100
        self._card.setMinimumWidth(0 if below else width)
        self._card.setMaximumWidth(_ANY_WIDTH if below else width)

    # ------------------------------------------------------------ loading

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & _KINDS:
            self._load()

    def _load(self) -> None:
        if self._link.is_open:
            desk = self._link.desk
            self._tasks.run_query(
                lambda: desk.queries.ward_board(desk.caller),
                self._show,
                owner=self,
                key="pack people",
            )

    def _show(self, board: WardBoard) -> None:
        self.panel.refresh(board.rows)
        self.panel.choose_first()
        self.set_sub(
            f"{count(len(board.rows), 'person', 'people')} · a changed record makes earlier prints"
            " superseded",
            read_at=board.as_of,
        )
        self._load_prints(self.panel.view.current_id)

        self._show_chips()

    def _show_chips(self) -> None:
        counted = self.model.count
        chips = (Chip(key, words, counted(self._keeps(key))) for key, words in _VIEWS)
        self.panel.show_chips((Chip("all", "All", counted(lambda _: True)), *chips))

    def _keeps(self, key: str) -> Callable[[WardBoardRow], bool]:
        today = london_day(self._link.now())
        day = today + timedelta(days=1) if key == "tomorrow" else today
        return lambda row: row.leaving_on == day

    def _choose(self, key: str) -> None:
        self.model.set_predicate(None if key == "all" else self._keeps(key))

    def _load_prints(self, case_id: str) -> None:
        self._show_buttons()
        if not case_id or not self._link.is_open:
            self.prints.show(())
            return
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.queries.case(desk.caller, case_id),
            self._show_prints,
            failed=self._no_case,
            owner=self,
            key="prints",
        )

    def _show_prints(self, view: CaseView) -> None:
        self.prints.refresh(view.packs, hold=False)
        if view.packs and not self.prints_view.current_id:
            self.prints_view.select_id(view.packs[0].pack_id)
        self._none.setVisible(not view.packs)
        self._show_buttons()

    def _no_case(self, problem: Exception) -> None:
        if not isinstance(problem, KnownError):  # a record taken away meanwhile is no fault
            self._tasks.failed.emit(problem)

    def _show_buttons(self) -> None:
        chosen = self.model.row_of(self.panel.view.current_id)
        for button in self.buttons.values():
            button.setEnabled(chosen is not None)
        one = self.prints.row_of(self.prints_view.current_id)
        self.give_button.setEnabled(one is not None and one.given_at is None)
        self.batch_button.setEnabled(self._link.is_open)
        self.standing.setText(standing_words(one) if one is not None else "")

    # ------------------------------------------------------------ doing

    def preview(self, kind: PackKind = PackKind.HANDOVER) -> None:
        """Show a pack of the selected person."""
        row = self.model.row_of(self.panel.view.current_id)
        if row is not None:
            PackPreviewDialog(
                self.theme, self._tasks, self._link, row.case_ref, kind=kind, parent=self
            ).open()

    def print_tomorrow(self) -> None:
        """Print the handover packs of everybody who leaves tomorrow."""
        PackBatchDialog(self.theme, self._tasks, self._link, parent=self).open()

    def print_sheet(self) -> None:
        """Choose a sheet about several people, and print or save it."""
        if self._link.is_open:
            SheetDialog(self.theme, self._tasks, self._link, parent=self).open()

    def give(self) -> None:
        """Record that the selected print was handed over."""
        row = self.model.row_of(self.panel.view.current_id)
        one = self.prints.row_of(self.prints_view.current_id)
        if row is None or one is None:
            return
        question = Question(
            title="Mark as given",
            words=f"{PackKind(one.kind).label} {one.reference}, version {one.version}.",
            action="Given",
            reason_label="Who took it",
        )
        banner = FetchedBanner(self.theme, self._tasks, self._link, row.case_ref)
        dialog = ConfirmDialog(self.theme, question, banner=banner, parent=self)
        dialog.accepted.connect(lambda: self._give(row.case_ref, one.pack_id, dialog.reason))
        dialog.open()

    def _give(self, case_ref: str, pack_id: str, to: str) -> None:
        desk = self._link.desk
        self._tasks.run_command(
            lambda: desk.packs.give(desk.caller, case_ref, pack_id, to=to),
            lambda _changes: self.request_toast.emit("Recorded as given.", None),
            owner=self,
        )
