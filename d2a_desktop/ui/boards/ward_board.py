"""The ward board: every live case of this desk, its clock, its next action and whose it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.clipboard import COPIED_WORDS
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.last_look import LastLook
from d2a_desktop.ui.formats.age import Age
from d2a_desktop.ui.formats.language import plural, tr
from d2a_desktop.ui.item_models.placed_model import placed_kpis
from d2a_desktop.ui.item_models.ward_board_model import (
    board_kpis,
    peek_facts,
    ward_model,
)
from d2a_desktop.ui.item_models.ward_picture import (
    Asked,
    Picture,
    kept_by,
    marked_again,
    owners_of,
    picture_of,
    views_of,
)
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip
from d2a_desktop.ui.widgets.kpi_card import KpiRow
from d2a_desktop.ui.widgets.labels import Button
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.peek_panel import PeekPanel

# Each dialog is imported when it opens: this is the first page that many desks paint.
if TYPE_CHECKING:
    from d2a_desktop.services.last_looks import Look
    from d2a_desktop.services.queries.rows import WardBoard, WardBoardRow
    from d2a_desktop.ui.dialogs.action_dialog import ActionDialog
    from d2a_desktop.ui.dialogs.changes_dialog import ChangesDialog
    from d2a_desktop.ui.dialogs.import_dialog import ImportDialog

SHOWN = (
    *("spell", "patient", "criteria_review", "nctr_period", "referral", "pathway_decision"),
    *("care_need", "consent", "barrier", "task", "event", "offer", "offer_link", "departure"),
    *("visit", "arrival_card", "placement", "placement_block"),
)
# What else a print is made of.
_ON_PAPER = ("pack_issue", "home", "contact", "medicine", "equipment", "risk", "note")
_LINE_MS = 10_000
_KPI_VIEWS = {"overdue": "risk"}


_NOBODY_PLACED = EmptyWords(
    "Nobody is placed", "People come here once the shared database confirms your acceptance."
)


def _loading() -> EmptyWords:
    return EmptyWords(tr("Opening the ward board"), tr("The records of this desk are being read."))


def _nobody() -> EmptyWords:
    return EmptyWords(
        tr("No one is waiting"),
        tr("People come with the PAS extract, or are added by hand."),
        tr("New person"),
    )


class WardBoardPage(Page):
    """The list with its figures, saved views, peek panel, import and new person.

    Signals:
        board_round_asked: the ids of the people shown, in the order of their beds.
        pack_asked: the case reference of the current row.
        matches_asked: its case id.
        read: the board was read for the first time since the desk was opened.
    """

    board_round_asked = Signal(tuple)
    pack_asked = Signal(str)
    matches_asked = Signal(str)
    read = Signal()
    hints = (*hints("move", "open", "peek", "filter"), "N new person", *hints("pack", "keys"))

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, tr("Ward board"))
        self.hints = hints("move", "open", "peek", "filter", "keys")  # until it is known whose
        self._tasks, self._link = tasks, link
        self._picture: Picture | None = None
        self._superseded: frozenset[str] | None = None
        self._own_action = False
        self.kpis = KpiRow(theme)
        self.model = ward_model(self._now, shared=self._is_shared)
        self.last_look = LastLook(tasks, link, self.model, self)
        self.panel = ListPanel(
            theme,
            actions,
            self.model,
            name=tr("Ward board"),
            empty=_loading(),
            keys={
                "new_referral": self.new_person,
                "matches": self._ask_matches,
                "pack": self._ask_pack,
                "copy_number": self.copy_number,
                "next_change": self.next_change,
            },
            act=self.new_person,
        )
        self.peek = PeekPanel(theme)
        self.panel.put_beside(self.peek)
        self.body.addWidget(self.kpis)
        self.body.addWidget(self.panel, 1)
        self.first_focus = self.panel.view
        self._add_buttons(theme)
        self._join()
        if link.is_open:
            self._opened()

    # ------------------------------------------------------------ for the window and tests

    def load(self) -> None:
        """Read the board again in the background; an older answer is dropped."""
        if not self._link.is_open:
            return
        desk = self._link.desk

        asked, agency = self._asked(), desk.caller.org_kind == "agency"

        def read() -> tuple[Look, Picture]:
            board = desk.queries.ward_board(desk.caller)
            look = desk.last_looks.look(desk.caller, board.rows)
            placed = desk.queries.placed(desk.caller) if agency else None
            return look, picture_of(board, look.changed, replace(asked, placed=placed))

        self._tasks.run_query(read, lambda both: self._show_read(*both), owner=self, key="ward")
        self._hold_prints_against_records()

    @property
    def is_read(self) -> bool:
        """Whether the list says who is there; before, it has nobody because nobody is known."""
        return self._picture is not None

    @property
    def _board(self) -> WardBoard | None:
        return self._picture.board if self._picture is not None else None

    def _asked(self) -> Asked:
        before = self._picture.board.rows if self._picture is not None else ()
        today = london_day(self._now())
        placed = self._picture.placed if self._picture is not None else None
        return Asked(self._superseded, before, self._owners(), today, placed)

    def _hold_prints_against_records(self) -> None:
        """See which prints no longer hold; the board is there before, for it takes longer."""
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.queries.superseded_packs(desk.caller),
            self._show_superseded,
            owner=self,
            key="superseded",
        )

    def _show_superseded(self, cases: frozenset[str]) -> None:
        if cases != self._superseded:
            self._superseded = cases
            self._show_again()

    def _show_again(self) -> None:
        """Show what is known now of changes and prints; only the rows that it is about change."""
        if self._picture is not None:
            self.show_picture(self._anew(self._picture))

    def _show_read(self, look: Look, picture: Picture) -> None:
        """Show what was read; a record that was opened from here has been looked at since."""
        self.last_look.take(look, picture.board.rows, in_sight=self.isVisible())
        self.show_picture(self._anew(picture))

    def _anew(self, picture: Picture) -> Picture:
        return marked_again(picture, self.last_look.marks, self._superseded)

    def show_picture(self, picture: Picture) -> None:
        """Show the board as it was made ready."""
        first = self._picture is None
        self._picture = picture
        board = picture.board
        nobody = _nobody() if picture.placed is None else _NOBODY_PLACED
        whole = picture.placed is not None or self.new.isVisibleTo(self)
        self.panel.set_empty(nobody if whole else EmptyWords(nobody.title))
        hours = self._link.desk.settings.assessment_clock_hours
        self.kpis.show_kpis(
            board_kpis(board.kpis, hours=hours)
            if picture.placed is None
            else placed_kpis(picture.placed)
        )
        if picture.placed is not None:  # who belongs to a view is told anew with each reading
            self._keep_view(hold=not first and not self._own_action and self.panel.view.in_use)
        self.panel.refresh(board.rows, now=first or self._own_action)
        self._own_action = False
        if first and board.rows:
            self.panel.view.select_id(board.rows[0].case_id)
        self.panel.show_chips(
            [Chip(key, tr(words), picture.numbers[key]) for key, words in views_of(picture.placed)]
        )
        self._show_line()
        self._show_changes()
        self._show_peek(self.panel.view.current_id)
        self.badge_changed.emit(picture.numbers["mine"])
        if first:
            self.read.emit()

    def new_person(self) -> ActionDialog | None:
        """Open the window that takes a person in by hand."""
        from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, DialogPlace
        from d2a_desktop.ui.dialogs.new_case_dialog import new_case_form

        if not self.new.isVisibleTo(self):
            return None
        row = self.current_row() or (
            self._board.rows[0] if self._board and self._board.rows else None
        )
        form = new_case_form(
            now=self._now(), site=row.site if row else "", ward=row.ward if row else ""
        )
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        dialog = ActionDialog(place, form, parent=self)
        dialog.done_with.connect(self._done)
        dialog.open()
        return dialog

    def import_extract(self, path: Path | None = None) -> ImportDialog:
        """Open the import window; with a path it starts at once."""
        from d2a_desktop.ui.dialogs.import_dialog import ImportDialog

        dialog = ImportDialog(self.theme, self._tasks, self._link, parent=self)
        dialog.imported.connect(self._imported)
        dialog.open()
        if path is not None:
            dialog.run(path)
        return dialog

    def current_row(self) -> WardBoardRow | None:
        """Return the current row, or None."""
        return self.model.row_of(self.panel.view.current_id)

    def copy_number(self) -> None:
        """Copy the current row's NHS number; `ui.clipboard` takes it back after 30 s."""
        row = self.current_row()
        if row is not None and row.nhs_number is not None:
            QGuiApplication.clipboard().setText(row.nhs_number)
            self.request_toast.emit(tr(COPIED_WORDS), None)

    def next_change(self) -> bool:
        """Go to the next row that changed; the one gone to before counts as seen."""
        view = self.panel.view
        return self.last_look.step(view.current_id, view.select_id)

    def show_changes(self) -> ChangesDialog | None:
        """Open the list of all rows that changed since this person last looked."""
        rows = self._board.rows if self._board is not None else ()
        return self.last_look.show_list(self.theme, rows, now=self._now())

    def showing(self) -> None:
        self.load()

    # ------------------------------------------------------------ inside

    def _go_to(self, case_id: str) -> None:
        if not self.panel.view.select_id(case_id):
            self.panel.show_all()
            self.panel.view.select_id(case_id)
        self.panel.view.setFocus()

    def _show_changes(self) -> None:
        """Say on the button how many rows changed; it is there only when some did."""
        words = self.last_look.words(self._now())
        self.changes.setVisible(bool(words))
        self.changes.set_words(words)

    def _open(self, case_id: str) -> None:
        self.look_at(case_id)
        self.request_open_case.emit(case_id)

    def look_at(self, case_id: str) -> None:
        """Count what changed in a row, and what is done in its record now, as seen."""
        self.last_look.mark_seen(case_id)
        self.last_look.opened(case_id)

    def _add_buttons(self, theme: Theme) -> None:
        self.round = Button(theme, tr("Board round"), icon="task", clicked=self._ask_round)
        self.take_in = Button(
            theme, tr("Import extract"), icon="import", clicked=self.import_extract
        )
        self.new = Button(
            theme, tr("New person"), kind="primary", icon="plus", clicked=self.new_person
        )
        self.changes = Button(theme, "", icon="eye", clicked=self.show_changes)
        self.changes.setToolTip(tr("Rows that changed since you last looked (F8 goes to the next)"))
        for button in (self.changes, self.round, self.take_in, self.new):
            button.hide()
            self.head_actions.addWidget(button)

    def _join(self) -> None:
        self.panel.opened.connect(self._open)
        self.peek.open_requested.connect(self._open)
        self.panel.current_changed.connect(self._show_peek)
        self.panel.chip_chosen.connect(self._choose_view)
        self.panel.sort_changed.connect(lambda _: self._show_line())
        self.model.counts_changed.connect(lambda *_: self._show_line())
        self.kpis.chosen.connect(self._choose_kpi)
        self.last_look.cleared.connect(self._show_again)
        self.last_look.all_cleared.connect(self.load)
        self.last_look.row_asked.connect(self._go_to)
        self._tasks.changed.connect(self._changed)
        self._link.opened.connect(self._opened)
        self._link.closed.connect(self._closed)
        self._line = QTimer(self)
        self._line.timeout.connect(self._show_line)
        self._line.start(_LINE_MS)

    def _opened(self) -> None:
        caller = self._link.desk.caller
        hospital = caller.org_kind == "hospital"
        self.new.setVisible(hospital and may(caller, "new"))
        self.take_in.setVisible(hospital and may(caller, "import"))
        self.round.setVisible(hospital and may(caller, "review"))
        self._show_hints()
        self.load()

    def _show_hints(self) -> None:
        """Name the keys that this person has here: who takes nobody in is not told of N."""
        new = ("N new person",) if self.new.isVisibleTo(self) else ()
        pack = hints("pack") if may(self._link.desk.caller, "pack") else ()
        self.hints = (*hints("move", "open", "peek", "filter"), *new, *pack, *hints("keys"))
        if self.isVisible():
            self.hints_changed.emit(self.hints)

    def _closed(self) -> None:
        """Show no one once the desk is shut."""
        self._picture = self._superseded = None
        self.last_look.forget()
        self.changes.hide()
        self.model.show(())
        self.kpis.show_kpis(())
        self.peek.clear()
        self.set_sub("")

    def _changed(self, changes: ChangeSet) -> None:
        if changes.touches(*SHOWN):
            self.load()
        elif changes.touches(*_ON_PAPER) and self._link.is_open:
            self._hold_prints_against_records()

    def _now(self) -> datetime:
        return self._link.now()

    def _is_shared(self) -> bool:
        return self._link.is_open and bool(self._link.desk.settings.server_url)

    def _owners(self) -> frozenset[str]:
        return owners_of(self._link.desk.caller) if self._link.is_open else frozenset()

    def _choose_view(self, key: str) -> None:
        self.model.set_predicate(kept_by(key, self._asked()))
        self._show_line()

    def _keep_view(self, *, hold: bool) -> None:
        """Keep the chosen view by what is known of its people now."""
        keep = kept_by(self.panel.chips.current, self._asked())
        self.model.set_predicate(keep, hold=hold)

    def _choose_kpi(self, key: str) -> None:
        self.panel.chips.choose(_KPI_VIEWS.get(key, key))

    def _show_line(self) -> None:
        """Say how many are shown and why, in what order, as of when, and how old the picture is."""
        board = self._board
        if board is None:
            return
        shown, whole = self.model.rowCount(), len(board.rows)
        people = plural(whole, "person", "people")
        if shown != whole:
            people = tr("{shown} of {people}", shown=shown, people=people)
        parts = [
            people,
            self.panel.chosen_words(),
            self.panel.sort_words() or tr("most pressing first"),
        ]
        synced_at = board.synced_at if self._is_shared() else None
        self.show_age(Age(self._now(), self._is_shared(), synced_at))
        self.set_sub(" · ".join(part for part in parts if part), read_at=board.as_of)

    def _show_peek(self, row_id: str) -> None:
        row = self.model.row_of(row_id)
        if row is None:
            self.peek.clear()
        else:
            self.peek.show_row(peek_facts(row, self._now(), shared=self._is_shared()))

    def _ask_round(self) -> None:
        rows = self.model.rows_shown()
        on_ward = [row for row in rows if row.stage not in ("closed", "at_home", "assessed")]
        on_ward = [row for row in on_ward if row.stage != "under_review"]
        in_order = sorted(on_ward, key=lambda row: (row.site, row.ward, row.bed))
        self.last_look.opened(*(row.case_id for row in in_order))
        self.board_round_asked.emit(tuple(row.case_id for row in in_order))

    def _ask_pack(self) -> None:
        row = self.current_row()
        if row is not None:
            self.pack_asked.emit(row.case_ref)

    def _ask_matches(self) -> None:
        row = self.current_row()
        if row is not None:
            self.matches_asked.emit(row.case_id)

    def _done(self, words: str, result: object) -> None:
        self._own_action = True
        self.request_toast.emit(words, None)

    def _imported(self, result: object) -> None:
        self._own_action = True
        self.load()
