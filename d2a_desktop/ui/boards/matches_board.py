"""Matches: a hub sees whom to ask next for everybody who waits, an agency plans its roster."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
from d2a_desktop.ui.dialogs.allocate import allocation, first_block
from d2a_desktop.ui.dialogs.take_over_dialog import TakeOverDialog
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.plan_model import (
    PlanLine,
    board_lines,
    plan_model,
    roster_lines,
)
from d2a_desktop.ui.tasks import Job, Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.labels import Button, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.match_detail import MatchDetail
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.progress_line import ProgressRow

if TYPE_CHECKING:
    from d2a_desktop.services.match_rosters import MatchPlan
    from d2a_desktop.services.queries.rows import OfferRow, WorkerChoice

_KINDS = frozenset(
    {
        *("offer", "offer_link", "placement_block", "worker", "credential", "availability"),
        *("capacity_week", "worker_profile", "pathway_decision", "referral", "care_need", "home"),
    }
)
_EMPTY = EmptyWords(
    "Nobody waits for a worker",
    "Offers without a worker, and people without an agency, are planned here.",
    icon="match",
)


class MatchesBoardPage(Page):
    """Proposes and says why; nothing is booked until a person does it.

    Signals:
        offer_asked: the id of an offer to be shown among the offers.
    """

    hints = hints("move", "open", "filter", "keys")
    offer_asked = Signal(str)

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Matches")
        self._tasks = tasks
        self._link = link
        self._job: Job | None = None
        self._wants_end = False
        self._wanted = ""
        self._planned_at: datetime | None = None
        self.model = plan_model()
        self.take_button = Button(theme, "Take the plan over…", clicked=self.take_over)
        self.plan_button = Button(theme, "Plan again", icon="match", clicked=self.plan)
        self.head_actions.addWidget(self.take_button)
        self.head_actions.addWidget(self.plan_button)
        self.progress = ProgressRow(theme, "Planning")
        self.progress.cancelled.connect(self._cancel)
        self.progress.hide()
        self.stale = label("", "strong", wrap=True)
        self.stale.hide()
        self.panel = ListPanel(theme, actions, self.model, name="Proposed plan", empty=_EMPTY)
        self.panel.put_beside(self._detail())
        self.panel.current_changed.connect(self._show_detail)
        self.panel.opened.connect(lambda _row_id: self.open_line())
        self.body.addWidget(self.progress)
        self.body.addWidget(self.stale)
        self.body.addWidget(self.panel, 1)
        self.first_focus = self.panel.view
        link.opened.connect(self.plan)
        tasks.changed.connect(self._changed)

    def showing(self) -> None:
        if self._planned_at is None:
            self.plan()

    def read_again(self) -> None:
        """A hub's plan follows the time; an agency's is made anew when its person asks."""
        if self._planned_at is not None and self._link.is_open and not self._is_agency:
            self._plan_board()

    def show_line(self, about_id: str) -> None:
        """Choose the line about a case or an offer, once the plan has come."""
        self._wanted = about_id
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        for line in self.model.rows_shown():
            if line.about_id == self._wanted:
                self._wanted = ""
                self.panel.view.select_id(line.row_id)
                return

    def _detail(self) -> QWidget:
        theme = self.theme
        self.detail = card = MatchDetail(theme)
        self.changes_button = Button(theme, "What would place it?", clicked=self.ask_changes)
        self.do_button = Button(theme, "", kind="primary", clicked=self.open_line)
        self.offer_button = Button(theme, "Open the offer", clicked=self._open_offer)
        for button in (self.changes_button, self.do_button, self.offer_button):
            button.hide()  # until a line is chosen
            card.body.addWidget(button)
        return card

    # ------------------------------------------------------------ planning

    @property
    def _is_agency(self) -> bool:
        return self._link.desk.caller.org_kind == "agency"

    def plan(self) -> None:
        """Plan anew; an agency's plan takes seconds, with progress and Cancel."""
        if not self._link.is_open or self._job is not None:
            return
        if self._is_agency:
            self._plan_roster()
        else:
            self._plan_board()

    def _plan_roster(self) -> None:
        desk = self._link.desk
        if not may(desk.caller, "roster"):
            return
        self._begin("Planning")
        self._job = self._tasks.run_long_query(
            lambda told: desk.matches.solve_roster(
                desk.caller,
                on_progress=lambda step: told.report(0, 0, f"{step['placed']} placed so far"),
                # The person's Cancel keeps the best plan so far; it is no reason to drop it.
                cancel=lambda: self._wants_end,
            ),
            self._show_roster,
            owner=self,
        )
        self._job.progressed.connect(self.progress.show_progress)
        self._job.ended.connect(self._ended)

    def _begin(self, what: str) -> None:
        self._wants_end = False
        self.progress.set_words(what)
        self.progress.show()
        self.plan_button.setEnabled(False)

    def _cancel(self) -> None:
        self._wants_end = True

    def _ended(self) -> None:
        self._job = None
        self.progress.hide()
        self.plan_button.setEnabled(True)

    def _plan_board(self) -> None:
        desk = self._link.desk
        if not may(desk.caller, "offer"):
            return
        self._tasks.run_query(
            lambda: board_lines(
                desk.matches.plan_board(desk.caller).rows,
                {row.case_id: row for row in desk.queries.ward_board(desk.caller).rows},
            ),
            lambda lines: self._show(lines, proven=None),
            owner=self,
            key="matches",
        )

    def _show_roster(self, plan: MatchPlan) -> None:
        self._show(roster_lines(plan.rows, plan.unplaced), proven=plan.proven)

    def _show(self, lines: tuple[PlanLine, ...], *, proven: bool | None) -> None:
        now = self._planned_at = self._link.desk.clock.now()
        self.stale.hide()
        self.panel.refresh(lines, now=True)
        if lines and not self.panel.view.current_id:
            self.panel.view.select_id(lines[0].row_id)
        self._choose_wanted()
        self._show_detail(self.panel.view.current_id)
        nobody = sum(not line.proposed for line in lines)
        sure = {True: " · no better plan exists", False: " · best found in the time", None: ""}
        self.set_sub(
            f"{count(len(lines) - nobody, 'proposal', 'proposals')}, {nobody} without anybody"
            f"{sure[proven]}",
            read_at=now,
        )
        self.take_button.setEnabled(any(line.step is not None for line in lines))
        self.badge_changed.emit(len(lines))

    def _changed(self, changes: ChangeSet) -> None:
        """A hub's plan is read again; an agency's costs seconds, so it is told to be old."""
        if not changes.kinds & _KINDS or not self._link.is_open or self._planned_at is None:
            return
        if self._is_agency:
            self.stale.setText("Something has changed since this plan was made: plan again.")
            self.stale.show()
        else:
            self._plan_board()

    # ------------------------------------------------------------ one line

    def _line(self) -> PlanLine | None:
        return self.model.row_of(self.panel.view.current_id)

    def _show_detail(self, row_id: str) -> None:
        line = self.model.row_of(row_id) if row_id else None
        agency = self._link.is_open and self._is_agency
        self.do_button.set_words("Allocate…" if agency else "Open the record")
        self.do_button.setVisible(line is not None and (not agency or line.accepted))
        self.offer_button.setVisible(line is not None and agency)
        self.changes_button.setVisible(line is not None and agency and not line.proposed)
        if line is None:
            self.detail.show_reasons("Nothing chosen", ("Choose a line to see why.",))
        elif agency:
            self.detail.show_reasons(line.proposed or "Nobody", line.why)
            self._ask_choices(line)
        else:
            who = line.subject.text
            self.detail.show_agencies(who, line.agencies, line.agency_ods)

    def _ask_choices(self, line: PlanLine) -> None:
        """Ask how every worker fits this line's time; what the plan says is there meanwhile."""
        desk = self._link.desk

        def work() -> tuple[WorkerChoice, ...]:
            block = line.block
            if block is None:
                rows = desk.queries.offers(desk.caller)
                offer = next((row for row in rows if row.offer_id == line.about_id), None)
                if offer is None:
                    return ()
                block = first_block(offer, desk.clock.now())
            return desk.matches.choices(
                desk.caller, line.about_id, starts_at=block[0], ends_at=block[1]
            )

        self._tasks.run_query(
            work,
            lambda choices: self._show_choices(line, choices),
            owner=self,
            key="match choices",
        )

    def _show_choices(self, line: PlanLine, choices: tuple[WorkerChoice, ...]) -> None:
        if self.panel.view.current_id != line.row_id or not choices:
            return
        self.detail.show_choices(
            "Nobody", choices, chosen=line.worker_id, reasons=() if line.proposed else line.why
        )

    def ask_changes(self) -> None:
        """Ask which single change would place the chosen offer; the window goes on meanwhile."""
        line, desk = self._line(), self._link.desk
        if line is None or self._job is not None:
            return
        self._begin("Trying one change at a time")
        self._job = self._tasks.run_long_query(
            lambda _told: desk.matches.would_place(
                desk.caller, line.about_id, cancel=lambda: self._wants_end
            ),
            lambda changes: self._show_changes(line, changes),
            owner=self,
        )
        self._job.ended.connect(self._ended)

    def _show_changes(self, line: PlanLine, changes: tuple[str, ...]) -> None:
        if self.panel.view.current_id == line.row_id:
            self.detail.show_changes(changes)

    def take_over(self) -> TakeOverDialog | None:
        """Show what the whole plan would change; what is ticked is done."""
        steps = [line.step for line in self.model.rows_shown() if line.step is not None]
        if not steps:
            self.request_toast.emit("The plan proposes nothing that can be done now.", None)
            return None
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        dialog = TakeOverDialog(place, steps, parent=self)
        dialog.done_with.connect(self._allocated)
        dialog.open()
        return dialog

    def open_line(self) -> None:
        """Do what the line proposes: allocate, or open the record from which offers are sent."""
        line = self._line()
        if line is None:
            return
        if not self._is_agency:
            self.request_open_case.emit(line.about_id)
        elif line.accepted:
            self._allocate(line)
        else:
            self._open_offer()

    def _open_offer(self) -> None:
        if (line := self._line()) is not None:
            self.offer_asked.emit(line.about_id)

    def _allocate(self, line: PlanLine) -> None:
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.queries.offers(desk.caller),
            lambda rows: self._open_allocation(line, rows),
            owner=self,
        )

    def _open_allocation(self, line: PlanLine, rows: tuple[OfferRow, ...]) -> None:
        offer = next((row for row in rows if row.offer_id == line.about_id), None)
        if offer is None or offer.status != "accepted":
            self.plan()
            return
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        dialog = allocation(place, offer, block=line.block, worker_id=line.worker_id, parent=self)
        dialog.done_with.connect(lambda words, _result: self._allocated(words))
        dialog.open()

    def _allocated(self, words: str) -> None:
        self.request_toast.emit(words, None)
        self.plan()
