"""Assessments at home: the visits of a day or week, who has none yet, and where one fits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.commands import PlanVisit
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.actions import Actions, hints
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import ActionDialog, DialogPlace
from d2a_desktop.ui.dialogs.case_forms import form_for
from d2a_desktop.ui.dialogs.form_kit import Asked
from d2a_desktop.ui.dialogs.plan_dialog import PlanDialog
from d2a_desktop.ui.dialogs.result_words import result_words
from d2a_desktop.ui.dialogs.undoing import Undoing
from d2a_desktop.ui.dialogs.visit_dialog import VisitDialog
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.case_banner import banner_facts
from d2a_desktop.ui.item_models.visits_model import due_model, proposals_model, visits_model
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.empty_state import EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.labels import Button, Card, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.side_by_side import SideBySide, as_widget

if TYPE_CHECKING:
    from d2a_desktop.services.queries.diary import Diary
    from d2a_desktop.services.queries.rows import CaseView, VisitRow
    from d2a_desktop.services.results import VisitProposal

_KINDS = frozenset({"visit", "departure", "event", "assessor", "assessor_time", "patient", "spell"})
# With the list it leaves room for both at 1366 px.
_RIGHT = 380
_LEAST_LIST = 100
_WEEK = timedelta(days=6)
_EMPTY = EmptyWords(
    "No visits in these days",
    "Choose a person at the right, then a place: it is planned with one key.",
    icon="assessment",
)


class DiaryPage(Page):
    """Enter on a person proposes places; Enter on a place plans the visit there."""

    hints = hints("move", "open", "filter", "keys")

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Assessments at home")
        self._tasks = tasks
        self.undoing = Undoing(tasks, link, self)
        self.undoing.said.connect(self.request_toast)
        self.undoing.refused.connect(self._refused)
        self._link = link
        self._first: date | None = None
        self._days = 7
        self._proposed_for = self._mine = ""
        self.visits = visits_model(self._now)
        self.due = due_model(self._now)
        self.proposals = proposals_model(self._now)
        self.panel = ListPanel(
            theme,
            actions,
            self.visits,
            name="Visits",
            empty=_EMPTY,
            keys={"action_done": self.confirm},
        )
        self.due_view = BoardView(
            theme, self.due, columns=self.due.columns, name="People without a visit"
        )
        self.places_view = BoardView(
            theme, self.proposals, columns=self.proposals.columns, name="Proposed places"
        )
        self._lay_out(actions)
        self._join()
        if link.is_open:
            self._load()

    def showing(self) -> None:
        self._load()

    # ------------------------------------------------------------ building

    def _lay_out(self, actions: Actions) -> None:
        theme = self.theme
        self.span = FilterChips(theme, name="Days shown")
        self.span.show_chips((Chip("7", "Week"), Chip("1", "Day")))
        self.span.chosen.connect(self._set_span)
        earlier = Button(theme, "Earlier", icon="chevron-left", clicked=lambda: self._go(-1))
        later = Button(theme, "Later", icon="chevron-right", clicked=lambda: self._go(1))
        self.today = Button(theme, "Today", clicked=self._go_today)
        self.plan_days_button = Button(theme, "Plan these days…", clicked=self.plan_days)
        for each in (self.span, earlier, self.today, later, self.plan_days_button):
            self.head_actions.addWidget(each)
        self.confirm_button = Button(theme, "Confirm", kind="primary", clicked=self.confirm)
        self.move_button = Button(theme, "Move…", clicked=self.move_visit)
        self.outcome_button = Button(theme, "Outcome…", clicked=self.record_outcome)
        self.record_button = Button(theme, "Record", icon="chevron-right", clicked=self._open_visit)
        self._visit_buttons = (self.confirm_button, self.move_button, self.outcome_button)
        # Below the list: beside the filter they would make the page wider than a ward's screen.
        doing = QHBoxLayout()
        theme.keep(doing.setSpacing, 8)
        for button in (*self._visit_buttons, self.record_button):
            doing.addWidget(button)
        doing.addStretch(1)
        left = QVBoxLayout()
        theme.keep(left.setSpacing, 12)
        left.addWidget(self.panel, 1)
        left.addLayout(doing)
        main, side = as_widget(left), as_widget(self._right(theme))
        self.body.addLayout(SideBySide(theme, main, side, width=_RIGHT), 1)
        for view, slot in (
            (self.due_view, self.propose),
            (self.places_view, self.plan),
        ):
            actions.attach(view, {"open": slot, "action_done": slot})
        self.first_focus = self.panel.view

    def _right(self, theme: Theme) -> QVBoxLayout:
        column = QVBoxLayout()
        theme.keep(column.setSpacing, 12)
        waiting = Card(theme, "No visit yet")
        self._nobody = label("Everybody at home or about to go has a visit.", "quiet", wrap=True)
        self._nobody.hide()  # until it is known
        waiting.body.addWidget(self._nobody)
        waiting.body.addWidget(self.due_view, 1)
        places = Card(theme, "Where a visit fits")
        self._told = label("Choose a person above.", "quiet", wrap=True)
        places.body.addWidget(self._told)
        places.body.addWidget(self.places_view, 1)
        # Each scrolls by itself: the buttons stay in sight on a ward's screen, below a notice too.
        for view in (self.due_view, self.places_view):
            view.give_way(_LEAST_LIST)
        buttons = QHBoxLayout()
        self.plan_button = Button(theme, "Plan here", kind="primary", clicked=self.plan)
        self.by_hand_button = Button(theme, "By hand…", clicked=self.plan_by_hand)
        buttons.addWidget(self.plan_button)
        buttons.addWidget(self.by_hand_button)
        buttons.addStretch(1)
        places.body.addLayout(buttons)
        # Whose postcodes the estimates rest on: the licence asks for the words.
        self.attribution = label("", "quiet", wrap=True)
        self.attribution.hide()
        places.body.addWidget(self.attribution)
        column.addWidget(waiting, 1)
        column.addWidget(places, 1)
        return column

    def _join(self) -> None:
        self._link.opened.connect(self._load)
        self._tasks.changed.connect(self._changed)
        self.panel.opened.connect(lambda _row_id: self._open_visit())
        self.panel.chip_chosen.connect(self._show_chip)
        self.panel.current_changed.connect(lambda _row_id: self._show_buttons())
        self.due_view.opened.connect(lambda _row_id: self.propose())
        self.due_view.current_changed.connect(self._chosen_due)
        self.places_view.opened.connect(lambda _row_id: self.plan())
        self._show_buttons()

    # ------------------------------------------------------------ loading

    def _now(self) -> datetime:
        return self._link.now()

    def _span(self) -> tuple[date, date]:
        today = london_day(self._now())
        first = self._first or today
        return first, first + (_WEEK if self._days == 7 else timedelta(0))

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & _KINDS:
            self._load()

    def _load(self) -> None:
        if not self._link.is_open:
            return
        desk, (first, last) = self._link.desk, self._span()
        self._tasks.run_query(
            lambda: desk.queries.diary(desk.caller, first=first, last=last),
            self._show,
            owner=self,
            key="diary",
        )
        self._tasks.run_query(
            lambda: desk.places.held().attribution,
            self._show_attribution,
            owner=self,
            key="attribution",
        )

    def _show_attribution(self, words: str) -> None:
        self.attribution.setText(words)
        self.attribution.setVisible(bool(words))

    def _show(self, diary: Diary) -> None:
        self._mine = diary.mine
        self.panel.refresh(diary.visits)
        self.panel.show_chips(self._chips())
        self.due.refresh(diary.due, hold=False)
        self._nobody.setVisible(not diary.due)
        self.due_view.setVisible(bool(diary.due))
        working = [each.name for each in diary.assessors if each.active]
        days = f"{display_date(diary.first, weekday=True)}"
        if diary.last != diary.first:
            days += f" to {display_date(diary.last, weekday=True)}"
        self.set_sub(
            f"{days} · {count(len(diary.visits), 'visit', 'visits')} · "
            f"{count(len(working), 'assessor', 'assessors')}",
            read_at=self._now(),
        )
        self.badge_changed.emit(len(diary.due))
        self._show_buttons()

    def _chips(self) -> tuple[Chip, ...]:
        """Return the chips above the list; *Mine* is there for who goes on visits."""
        count_of = self.visits.count
        return (
            Chip("all", "All", count_of(lambda _: True)),
            *((Chip("mine", "Mine", count_of(self._is_mine)),) if self._mine else ()),
            Chip("unagreed", "Not agreed", count_of(_is_unagreed)),
            Chip("late", "Late", count_of(_is_late)),
        )

    def _is_mine(self, row: VisitRow) -> bool:
        return bool(self._mine) and row.assessor_id == self._mine

    def _show_chip(self, key: str) -> None:
        keeps = {"mine": self._is_mine, "unagreed": _is_unagreed, "late": _is_late}
        self.visits.set_predicate(keeps.get(key))

    def _set_span(self, days: str) -> None:
        self._days = int(days)
        self._load()

    def _go(self, step: int) -> None:
        self._first = self._span()[0] + timedelta(days=step * self._days)
        self._load()

    def _go_today(self) -> None:
        self._first = None
        self._load()

    # ------------------------------------------------------------ a visit

    def _show_buttons(self) -> None:
        row = self.visits.row_of(self.panel.view.current_id)
        is_open = row is not None and row.status in ("planned", "confirmed")
        may_plan = self._may("visit")
        self.confirm_button.setEnabled(is_open and may_plan and row.status == "planned")  # type: ignore[union-attr]  # a row, if is_open
        self.move_button.setEnabled(is_open and may_plan)
        self.outcome_button.setEnabled(is_open and self._may("outcome"))
        self.record_button.setEnabled(row is not None)
        self.plan_button.setEnabled(bool(self.places_view.current_id) and may_plan)
        self.by_hand_button.setEnabled(bool(self._proposed_for) and may_plan)
        self.plan_days_button.setEnabled(may_plan)

    def _may(self, action: str) -> bool:
        return self._link.is_open and may(self._link.desk.caller, action)

    def confirm(self) -> None:
        """Confirm the selected visit: agreed with the person or the family."""
        row = self.visits.row_of(self.panel.view.current_id)
        if row is not None and row.status == "planned" and self._may("visit"):
            command = PlanVisit(visit=row.visit_id, confirm=True)
            self._do(row.case_ref, command, "Visit confirmed")

    def move_visit(self) -> None:
        """Move the selected visit: places are proposed."""
        row = self.visits.row_of(self.panel.view.current_id)
        if row is not None:
            self._with_case(
                row.case_ref,
                lambda view: VisitDialog(self._place(view), view, parent=self),
            )

    def record_outcome(self) -> None:
        """Record what came of the selected visit."""
        row = self.visits.row_of(self.panel.view.current_id)
        if row is None:
            return
        visit_id = row.visit_id

        def dialog(view: CaseView) -> ActionDialog:
            form = form_for("outcome", Asked(view, self._link.desk.caller, self._now()))
            made = ActionDialog(self._place(view), form, parent=self)
            made.put(visit=visit_id)
            return made

        self._with_case(row.case_ref, dialog)

    def _open_visit(self) -> None:
        row = self.visits.row_of(self.panel.view.current_id)
        if row is not None:
            self.request_open_case.emit(row.case_id)

    # ------------------------------------------------------------ a place for one who has none

    def _chosen_due(self, case_id: str) -> None:
        if case_id and case_id != self._proposed_for:
            self.propose()

    def propose(self) -> None:
        """Ask where a visit of the selected person fits."""
        row = self.due.row_of(self.due_view.current_id)
        if row is None:
            return
        self._proposed_for = row.case_id
        self.proposals.show(())
        self._told.setText(f"Looking for places for {row.person}…")
        desk = self._link.desk
        self._tasks.run_query(
            lambda: desk.schedules.proposals(desk.caller, row.case_ref),
            self._show_places,
            failed=self._no_places,
            owner=self,
            key="visit places",
        )

    def _show_places(self, places: tuple[VisitProposal, ...]) -> None:
        self.proposals.show(places)
        row = self.due.row_of(self._proposed_for)
        who = row.person if row is not None else "this person"
        if places:
            self.places_view.selectRow(0)
            self._told.setText(f"For {who}. Enter plans the chosen place.")
        else:
            self._told.setText(f"No place was found for {who}. Plan by hand.")
        self._show_buttons()

    def _no_places(self, problem: Exception) -> None:
        if isinstance(problem, KnownError):
            self._told.setText(str(problem))
            self._show_buttons()
        else:
            self._tasks.failed.emit(problem)

    def plan(self) -> None:
        """Plan the visit at the chosen place."""
        row = self.due.row_of(self._proposed_for)
        place = self.proposals.row_of(self.places_view.current_id)
        if row is None or place is None or not self._may("visit"):
            return
        minutes = round((place.ends_at - place.starts_at).total_seconds() / 60)
        command = PlanVisit(
            assessor=place.assessor_id, starts_at=place.starts_at, duration_minutes=minutes
        )
        self._do(row.case_ref, command, "Visit planned")
        self.proposals.show(())
        self._proposed_for = ""
        self._told.setText("Choose a person above.")

    def plan_by_hand(self) -> None:
        """Plan a visit for the selected person at a time of one's own."""
        row = self.due.row_of(self._proposed_for)
        if row is not None:
            self._with_case(
                row.case_ref,
                lambda view: VisitDialog(self._place(view), view, parent=self),
            )

    def plan_days(self) -> None:
        """Make a whole plan of the shown days; what differs is accepted line by line."""
        first, last = self._span()
        today = london_day(self._now())
        if last < today or not self._may("visit"):
            self.request_toast.emit("These days are past.", None)
            return
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        dialog = PlanDialog(place, max(first, today), last, parent=self)
        dialog.booked.connect(lambda words: self.request_toast.emit(words, None))
        dialog.open()

    # ------------------------------------------------------------ doing

    def _do(self, case_ref: str, command: PlanVisit, done: str) -> None:
        desk = self._link.desk
        shared = bool(desk.settings.server_url)
        self._tasks.run_command(
            lambda: desk.actions.do(desk.caller, case_ref, "visit", command),
            lambda result: self._tell(result_words(done, result, shared=shared), result),
            failed=self._refused,
            owner=self,
        )

    def _tell(self, words: str, result: object) -> None:
        self.request_toast.emit(words, self.undoing.of(words, result))

    def _refused(self, problem: Exception) -> None:
        if isinstance(problem, KnownError):
            self._told.setText(str(problem))
            self.request_toast.emit(str(problem), None)
        else:
            self._tasks.failed.emit(problem)

    def _with_case(self, case_ref: str, make: Callable[[CaseView], ActionDialog]) -> None:
        desk = self._link.desk

        def show(view: CaseView) -> None:
            dialog = make(view)
            dialog.done_with.connect(self._tell)
            dialog.open()

        self._tasks.run_query(lambda: desk.queries.case(desk.caller, case_ref), show, owner=self)

    def _place(self, view: CaseView) -> DialogPlace:
        return DialogPlace(
            theme=self.theme,
            tasks=self._tasks,
            link=self._link,
            case_ref=view.case_ref,
            scope_id=view.case_id,
            person=banner_facts(view, now=self._now()),
        )


def _is_unagreed(row: VisitRow) -> bool:
    return row.status == "planned"


def _is_late(row: VisitRow) -> bool:
    return row.late_by_minutes is not None
