"""Capacity: each week against the contract, and an agency's own workers on a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.actions import TIMELINE_HINTS, Actions
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
from d2a_desktop.ui.dialogs.allocate import allocation, gap_block
from d2a_desktop.ui.dialogs.contracts_dialog import ContractsDialog, keeps_contracts
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog
from d2a_desktop.ui.dialogs.roster_forms import days_form
from d2a_desktop.ui.formats.offer_words import waits
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import count
from d2a_desktop.ui.item_models.capacity_model import (
    WorkerTime,
    gap_lane,
    outlook_model,
    times_model,
    week_mark,
    weeks_model,
    worker_times,
)
from d2a_desktop.ui.tasks import Job, Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.empty_state import EmptyState, EmptyWords, reading
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.kpi_card import Kpi, KpiRow
from d2a_desktop.ui.widgets.labels import Button, Card, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.outlook_panel import OutlookPanel
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.progress_line import ProgressRow
from d2a_desktop.ui.widgets.timeline import Timeline
from d2a_desktop.ui.widgets.timeline_panel import TimelinePanel
from d2a_desktop.ui.widgets.timeline_scene import Block, BlockKind, Lane, WeekMark

if TYPE_CHECKING:
    from d2a_desktop.domain.outlook import Outlook
    from d2a_desktop.services.match_unlock import Unlock
    from d2a_desktop.services.queries.rows import CapacityWeekRow, OfferRow
    from d2a_desktop.services.queries.worker_time_rows import CoverGap, WorkerRow

_KINDS = frozenset(
    {
        *("slot", "capacity_contract", "capacity_week", "worker", "credential", "availability"),
        *("placement", "placement_block", "offer", "organisation"),
    }
)
# What the outlook is made of besides.
_AHEAD = frozenset({"spell", "nctr_period", "referral", "pathway_decision", "care_need", "event"})
_BEFORE = timedelta(days=3)
_NEAR = timedelta(days=7)
"""Among all lines stand those that lack a worker so soon; the chip shows every one."""
_VIEWS = (
    Chip("workers", "Workers"),
    Chip("weeks", "Weeks"),
    Chip("ahead", "Next 14 days"),
    Chip("ahead_table", "14 days as table"),
)
_LANES = (
    ("all", "All"),
    ("gap", "No worker"),
    ("free", "Free this week"),
    ("clash", "Clash"),
    ("papers", "Papers"),
    ("drives", "Drives"),
)
_NO_WEEKS = "No capacity contract is known yet: an agency opens its guaranteed starts by week."
_NO_WORKERS = EmptyWords(
    "No workers on this desk",
    "Each agency keeps its own roster; others see its weeks and free starts, never a name.",
    icon="people",
)
_NO_OWN_WORKERS = EmptyWords(
    "No workers yet", "Workers who are added on the page Roster stand here.", icon="people"
)


@dataclass(frozen=True)
class _Capacity:
    weeks: tuple[CapacityWeekRow, ...]
    workers: tuple[WorkerRow, ...]
    gaps: tuple[CoverGap, ...]
    outlook: Outlook


class CapacityBoardPage(Page):
    """Workers' time with the guarantee of each week above it; the weeks; the days ahead.

    What lacks a worker stands first: Enter allocates one for just that time. Days that are chosen
    with Shift and the arrows, or by a drag, are written down as leave or another kind of day.
    Enter on a block shows its offer. Ctrl+Alt+T shows the timeline as a list.

    Signals:
        offer_asked: the id of the offer that a block serves.
    """

    hints = TIMELINE_HINTS
    offer_asked = Signal(str)

    def __init__(self, theme: Theme, actions: Actions, tasks: Tasks, link: DeskLink) -> None:
        super().__init__(theme, "Capacity")
        self._tasks = tasks
        self._link = link
        self._kept = ""
        self.times = times_model()
        self._make_weeks(theme)
        self.timeline = Timeline(theme, name="Workers' time")
        self.list = ListPanel(
            theme,
            actions,
            self.times,
            name="Workers' time as a list",
            empty=EmptyWords("No workers yet", icon="people"),
        )
        self.panel = TimelinePanel(theme, actions, self.timeline, self.list)
        self.lanes = FilterChips(theme, name="Workers shown")
        self.lanes.chosen.connect(self._show_lanes)
        self.panel.tools.addWidget(self.lanes)
        self._found: _Capacity | None = None
        self.timeline.range_chosen.connect(self.record_days)
        self.timeline.opened.connect(self._open_block)
        self.list.opened.connect(self._open_block)
        self.timeline.setAccessibleDescription(self.timeline.scene.spoken())
        self._no_workers = EmptyState(theme, _NO_WORKERS)
        self._no_workers.hide()
        self.contracts_button = Button(theme, "Contracts…", clicked=self.show_contracts)
        self.contracts_button.hide()
        self.head_actions.addWidget(self.views)
        self.head_actions.addWidget(self.contracts_button)
        self.body.addWidget(self.kpis)
        self.body.addWidget(self.progress)
        self.body.addWidget(self._fronts_area(), 1)
        self._chosen = False
        self._show_view("workers")
        link.opened.connect(self._load)
        tasks.changed.connect(self._changed)
        if link.is_open:
            self._load()

    def _make_weeks(self, theme: Theme) -> None:
        self.weeks = weeks_model()
        self.kpis = KpiRow(theme)
        self.kpis.chosen.connect(self._show_kpi)
        self.weeks_view = BoardView(
            theme, self.weeks, columns=self.weeks.columns, name="Weeks against the contract"
        )
        self.outlook = outlook_model()
        self.outlook_view = BoardView(
            theme, self.outlook, columns=self.outlook.columns, name="Next 14 days"
        )
        self.ahead = OutlookPanel(theme)
        self.ahead.unlock_asked.connect(self.ask_unlock)
        self.progress = ProgressRow(theme, "Trying one more worker of each kind")
        self.progress.hide()
        self.progress.cancelled.connect(self._stop_unlock)
        self._unlocking: Job | None = None
        self.views = FilterChips(theme, name="Weeks, or the days ahead")
        self.views.show_chips(_VIEWS)
        self.views.chosen.connect(self._show_view)
        self._no_weeks = label(reading().title, "quiet", wrap=True)

    def showing(self) -> None:
        self._load()

    def _fronts_area(self) -> QWidget:
        weeks = Card(self.theme, "Starts: guaranteed, and what became of them")
        weeks.body.addWidget(self._no_weeks)
        weeks.body.addWidget(self.weeks_view, 1)
        ahead = Card(self.theme, "The next 14 days: starts there are, and what may be wanted")
        ahead.body.addWidget(self.ahead, 1)
        self._fronts: dict[str, tuple[QWidget, QWidget]] = {
            "workers": (self._workers_area(), self.timeline),
            "weeks": (weeks, self.weeks_view),
            "ahead": (ahead, self.ahead.unlock_button),
            "ahead_table": (self.outlook_view, self.outlook_view),
        }
        self._stack = QStackedWidget()
        for front, _focus in self._fronts.values():
            self._stack.addWidget(front)
        return self._stack

    def _show_view(self, key: str) -> None:
        front, focus = self._fronts[key]
        self._stack.setCurrentWidget(front)
        self.kpis.setVisible(key == "weeks")  # the figures of the weeks, and their filter
        self.first_focus = focus

    def _workers_area(self) -> QWidget:
        area = QWidget()
        self.theme.keep(area.setMinimumHeight, 190)
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        column.addWidget(self._no_workers)
        return area

    def _show_kpi(self, key: str) -> None:
        """Show the weeks that make a figure; the same card again shows all."""
        keeps = {"short": _is_short, "open": _has_open}
        self._kept = "" if key == self._kept else key
        self.weeks.set_predicate(keeps.get(self._kept))

    # ------------------------------------------------------------ one more worker

    def ask_unlock(self) -> None:
        """Try one more worker of each kind that is short; the window goes on meanwhile."""
        if self._unlocking is not None or not self._link.is_open:
            return
        desk = self._link.desk
        self.progress.show()
        self._unlocking = self._tasks.run_long_query(
            lambda told: desk.matches.unlock(desk.caller, cancel=lambda: told.cancelled),
            self._unlocked,
            owner=self,
        )
        self._unlocking.ended.connect(self._unlock_ended)

    def _stop_unlock(self) -> None:
        if self._unlocking is not None:
            self._unlocking.cancel()

    def _unlock_ended(self) -> None:
        self._unlocking = None
        self.progress.hide()

    def _unlocked(self, found: tuple[Unlock, ...]) -> None:
        words = tuple(each.sentence for each in found)
        self.ahead.show_more(words or ("One more worker would not place anybody sooner.",))

    # ------------------------------------------------------------ loading

    def _changed(self, changes: ChangeSet) -> None:
        if changes.kinds & (_KINDS | _AHEAD):
            self._load()

    def _load(self) -> None:
        if self._link.is_open:
            desk = self._link.desk
            self._tasks.run_query(
                lambda: _Capacity(
                    desk.queries.weeks(desk.caller),
                    desk.queries.workers(desk.caller),
                    desk.queries.cover_gaps(desk.caller),
                    desk.queries.outlook(desk.caller),
                ),
                self._show,
                owner=self,
                key="capacity",
            )

    def _show(self, found: _Capacity) -> None:
        now = self._link.desk.clock.now()
        today = london_day(now)
        self.contracts_button.setVisible(keeps_contracts(self._link.desk.caller))
        self._found = found
        self.weeks.refresh(found.weeks, hold=False)
        self.outlook.refresh(found.outlook.days, hold=False)
        self.ahead.show_outlook(found.outlook)
        self.weeks_view.setVisible(bool(found.weeks))
        self._no_weeks.setText(_NO_WEEKS)
        self._no_weeks.setVisible(not found.weeks)
        some = bool(found.workers or found.gaps)
        self.panel.setVisible(some)
        self._no_workers.show_words(_NO_OWN_WORKERS if self._is_agency else _NO_WORKERS)
        self._no_workers.setVisible(not some)
        if not self._chosen:  # who keeps no roster begins with the weeks
            self._chosen = True
            self.views.choose("workers" if self._is_agency else "weeks")
        self.lanes.show_chips(
            [Chip(key, words, _number(key, found, today)) for key, words in _LANES]
        )
        self._show_lanes(self.lanes.current, hold=True)
        self.kpis.show_kpis(_kpis(found.weeks, found.workers))
        wanted = {gap.placement_id for gap in found.gaps}
        lacking = count(len(wanted), "placement lacks", "placements lack")
        self.set_sub(
            count(len(found.workers), "worker", "workers")
            + (f" · {lacking} a worker for a time" if wanted else ""),
            read_at=now,
        )
        self.badge_changed.emit(len(wanted))

    def show_contracts(self) -> ContractsDialog:
        """Show each agency's contract; those of partners without a desk can be changed here."""
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        dialog = ContractsDialog(place, parent=self)
        dialog.done_with.connect(lambda words: self.request_toast.emit(words, None))
        dialog.open()
        return dialog

    # ------------------------------------------------------------ the timeline

    def _show_lanes(self, key: str, *, hold: bool = False) -> None:
        """Show the workers of a chip, on the timeline and in the list alike.

        Newer rows wait while the list is in use (`hold`); those of another chip do not.
        """
        if self._found is None:
            return
        now = self._link.desk.clock.now()
        today = london_day(now)
        found = self._found
        shown = [each for each in found.workers if key != "gap" and _keeps(key, each, today)]
        near = now + _NEAR
        gaps = {
            "gap": found.gaps,
            "all": tuple(gap for gap in found.gaps if gap.starts_at < near),
        }.get(key or "all", ())
        times = worker_times(shown, gaps, lacking=found.gaps)
        self.list.refresh(times, now=not hold)
        marks = found.weeks if self._is_agency else ()
        self.timeline.show_lanes(
            [*_gap_lanes(gaps), *(Lane(e.worker_id, e.name, _about(e)) for e in shown)],
            [_block(each) for each in times],
            first=today - _BEFORE,
            now=now,
            heading=f"Care worker · {len(shown)} of {len(found.workers)} shown",
            marks=[_mark(each) for each in marks],
        )

    @property
    def _is_agency(self) -> bool:
        return self._link.desk.caller.org_kind == "agency"

    def record_days(self, worker_id: str, first: date, after: date) -> RosterDialog | None:
        """Write down the chosen days of a worker: leave, training, sickness, available."""
        desk = self._link.desk
        workers = self._found.workers if self._found else ()
        worker = next((each for each in workers if each.worker_id == worker_id), None)
        if worker is None or not may(desk.caller, "roster") or desk.caller.org_kind != "agency":
            return None
        form = days_form(worker.name, first=first, last=after - timedelta(days=1))
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        dialog = RosterDialog(place, form, fixed={"worker_id": worker_id}, parent=self)
        dialog.done_with.connect(lambda words, _result: self._recorded(words))
        dialog.open()
        return dialog

    def _recorded(self, words: str) -> None:
        self.timeline.clear_range()
        self.request_toast.emit(words, None)
        self._load()

    def _open_block(self, row_id: str) -> None:
        row = self.times.row_of(row_id)
        if row is not None and row.kind == "gap":
            self.fill_gap(row.row_id)
        elif row is not None and row.offer_id:
            self.offer_asked.emit(row.offer_id)
        elif row is not None:
            self.request_page.emit("roster")

    # ------------------------------------------------------------ what lacks a worker

    def fill_gap(self, row_id: str) -> None:
        """Ask who fits the time in which a placement lacks a worker, and allocate."""
        gaps = self._found.gaps if self._found else ()
        gap = next((each for each in gaps if f"gap {each.gap_id}" == row_id), None)
        desk = self._link.desk
        if gap is None or not self._is_agency or not may(desk.caller, "allocate"):
            return
        self._tasks.run_query(
            lambda: desk.queries.offers(desk.caller),
            lambda rows: self._allocate(gap, rows),
            owner=self,
        )

    def _allocate(self, gap: CoverGap, rows: tuple[OfferRow, ...]) -> None:
        offer = next((each for each in rows if each.offer_id == gap.offer_id), None)
        if offer is None or waits(offer) or offer.status != "accepted":
            self.request_toast.emit("The acceptance is not confirmed yet: sync first.", None)
            return
        block = gap_block(gap, self._link.desk.clock.now())
        place = DialogPlace(theme=self.theme, tasks=self._tasks, link=self._link)
        dialog = allocation(place, offer, block=block, relief=not gap.first, parent=self)
        dialog.done_with.connect(lambda words, _result: self._recorded(words))
        dialog.open()


def _number(key: str, found: _Capacity, today: date) -> int:
    if key == "gap":
        return len({gap.placement_id for gap in found.gaps})
    return sum(_keeps(key, each, today) for each in found.workers)


def _gap_lanes(gaps: Sequence[CoverGap]) -> list[Lane]:
    """Return one line for each placement that lacks a worker for a time."""
    lanes: dict[str, Lane] = {}
    for gap in gaps:
        what = "No worker yet" if gap.first else "Relief wanted"
        lanes.setdefault(gap_lane(gap), Lane(gap_lane(gap), gap.about, f"{what} · {gap.place}"))
    return list(lanes.values())


def _mark(week: CapacityWeekRow) -> WeekMark:
    words, short, pressing = week_mark(week)
    return WeekMark(IsoWeek.parse(week.week).monday, words, short, pressing)


def _keeps(key: str, row: WorkerRow, today: date) -> bool:
    """Return whether a worker belongs to a chip of the timeline."""
    if key == "free":
        return row.free_from is not None and row.free_from in IsoWeek.of(today)
    if key == "clash":
        return any(block.clash for block in row.blocks)
    if key == "papers":
        return bool(row.expiring or row.unsure)
    return key != "drives" or bool(row.driver)


def _is_short(row: CapacityWeekRow) -> bool:
    return row.shortfall > 0


def _has_open(row: CapacityWeekRow) -> bool:
    return row.available > 0


def _about(worker: WorkerRow) -> str:
    if worker.unsure:
        return worker.unsure
    if worker.expiring:
        return f"Expires: {worker.expiring[0]}"
    return " · ".join(part for part in (worker.lives_in, *worker.skills[:3]) if part)


def _block(each: WorkerTime) -> Block:
    return Block(
        block_id=each.row_id,
        lane_id=each.worker_id,
        kind=BlockKind[each.kind.upper()],
        start=each.starts_at,
        end=each.ends_at,
        words=each.words,
        clash=each.clash,
    )


def _kpis(weeks: Sequence[CapacityWeekRow], workers: Sequence[WorkerRow]) -> tuple[Kpi, ...]:
    this_week = [each for each in weeks if each.week == weeks[0].week] if weeks else []
    guaranteed = sum(each.guaranteed_min for each in this_week)
    taken = sum(each.accepted + each.started for each in this_week)
    short = sum(each.shortfall for each in weeks)
    active = [each for each in workers if each.status == "active"]
    return (
        Kpi("guaranteed", str(guaranteed), "Guaranteed", "starts this week", Tone.LINK),
        Kpi("taken", str(taken), "Accepted or started", "this week", Tone.GOOD),
        Kpi(
            "open",
            str(sum(each.available for each in this_week)),
            "Available",
            "starts this week",
            Tone.LINK,
        ),
        Kpi("short", str(short), "Short", "of the guarantee", Tone.BAD if short else Tone.QUIET),
        Kpi("workers", str(len(active)), "Active workers", "on this desk"),
    )
