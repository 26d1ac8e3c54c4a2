"""Capacity: each week against the contract, and an agency's own workers on a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import may
from d2a_desktop.ui.actions import TIMELINE_HINTS, Actions
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.action_dialog import DialogPlace
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog
from d2a_desktop.ui.dialogs.roster_forms import days_form
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.formats.words import count, page_moment
from d2a_desktop.ui.item_models.capacity_model import (
    WorkerTime,
    outlook_model,
    times_model,
    weeks_model,
    worker_times,
)
from d2a_desktop.ui.tasks import Job, Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.empty_state import EmptyState, EmptyWords
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.kpi_card import Kpi, KpiRow
from d2a_desktop.ui.widgets.labels import Card, label
from d2a_desktop.ui.widgets.list_panel import ListPanel
from d2a_desktop.ui.widgets.outlook_panel import OutlookPanel
from d2a_desktop.ui.widgets.page import Page
from d2a_desktop.ui.widgets.progress_line import ProgressRow
from d2a_desktop.ui.widgets.timeline import Timeline
from d2a_desktop.ui.widgets.timeline_panel import TimelinePanel
from d2a_desktop.ui.widgets.timeline_scene import Block, BlockKind, Lane

if TYPE_CHECKING:
    from d2a_desktop.domain.outlook import Outlook
    from d2a_desktop.services.match_unlock import Unlock
    from d2a_desktop.services.queries.rows import CapacityWeekRow, WorkerRow

_KINDS = frozenset(
    {
        *("slot", "capacity_contract", "capacity_week", "worker", "credential", "availability"),
        *("placement", "placement_block", "offer", "organisation"),
    }
)
# What the outlook is made of besides.
_AHEAD = frozenset({"spell", "nctr_period", "referral", "pathway_decision", "care_need", "event"})
_BEFORE = timedelta(days=3)
# Weeks scroll in little room: on a small screen the workers need it more.
_HEIGHTS = {"weeks": 190, "ahead": 250, "ahead_table": 350}
_VIEWS = (
    Chip("weeks", "Weeks"),
    Chip("ahead", "Next 14 days"),
    Chip("ahead_table", "14 days as table"),
)
_LANES = (
    ("all", "All"),
    ("free", "Free this week"),
    ("clash", "Clash"),
    ("papers", "Papers end"),
    ("drives", "Drives"),
)
_NO_WORKERS = EmptyWords(
    "No workers on this desk",
    "Each agency keeps its own roster; others see its weeks and free starts, never a name.",
    icon="people",
)


@dataclass(frozen=True)
class _Capacity:
    weeks: tuple[CapacityWeekRow, ...]
    workers: tuple[WorkerRow, ...]
    outlook: Outlook


class CapacityBoardPage(Page):
    """Weeks above, workers below; Ctrl+Alt+T shows the timeline as a list.

    Days that are chosen with Shift and the arrows, or by a drag, are written down as leave or
    another kind of day. Enter on a block shows its offer.

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
        self.weeks = weeks_model()
        self.times = times_model()
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
        self._no_weeks = label(
            "No capacity contract is known yet: an agency opens its guaranteed starts by week.",
            "quiet",
            wrap=True,
        )
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
        self._no_workers = EmptyState(theme, _NO_WORKERS)
        self.body.addWidget(self.kpis)
        self.body.addWidget(self._weeks_card())
        self.body.addWidget(self._workers_area(), 1)
        self.first_focus = self.timeline
        link.opened.connect(self._load)
        tasks.changed.connect(self._changed)
        if link.is_open:
            self._load()

    def showing(self) -> None:
        self._load()

    def _weeks_card(self) -> QWidget:
        card = Card(self.theme, "Starts: guaranteed, what became of them, and what may be wanted")
        weeks = QWidget()
        column = QVBoxLayout(weeks)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._no_weeks)
        column.addWidget(self.weeks_view)
        self._fronts = {"weeks": weeks, "ahead": self.ahead, "ahead_table": self.outlook_view}
        self._stack = QStackedWidget()
        for front in self._fronts.values():
            self._stack.addWidget(front)
        choice = QHBoxLayout()
        choice.addWidget(self.views)
        choice.addStretch(1)
        card.body.addLayout(choice)
        card.body.addWidget(self._stack, 1)
        card.body.addWidget(self.progress)
        self._card = card
        self.theme.changed.connect(self._fit_card)
        self._fit_card()
        return card

    def _show_view(self, key: str) -> None:
        self._stack.setCurrentWidget(self._fronts[key])
        self._fit_card()

    def _fit_card(self) -> None:
        """Give the view in front the room it needs, and the workers the rest."""
        self._card.setFixedHeight(self.theme.px(_HEIGHTS[self.views.current or "weeks"]))

    def _workers_area(self) -> QWidget:
        area = QWidget()
        area.setMinimumHeight(self.theme.px(190))
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
                    desk.queries.outlook(desk.caller),
                ),
                self._show,
                owner=self,
                key="capacity",
            )

    def _show(self, found: _Capacity) -> None:
        now = self._link.desk.clock.now()
        today = london_day(now)
        self._found = found
        self.weeks.refresh(found.weeks, hold=False)
        self.outlook.refresh(found.outlook.days, hold=False)
        self.ahead.show_outlook(found.outlook)
        self.weeks_view.setVisible(bool(found.weeks))
        self._no_weeks.setVisible(not found.weeks)
        self.panel.setVisible(bool(found.workers))
        self._no_workers.setVisible(not found.workers)
        self.lanes.show_chips(
            [
                Chip(key, words, sum(_keeps(key, each, today) for each in found.workers))
                for key, words in _LANES
            ]
        )
        self._show_lanes(self.lanes.current)
        self.kpis.show_kpis(_kpis(found.weeks, found.workers))
        self.set_sub(
            f"{count(len(found.workers), 'worker', 'workers')} · "
            f"{count(len(found.weeks), 'week', 'weeks')} · {page_moment(now)}"
        )

    # ------------------------------------------------------------ the timeline

    def _show_lanes(self, key: str) -> None:
        """Show the workers of a chip, on the timeline and in the list alike."""
        if self._found is None:
            return
        now = self._link.desk.clock.now()
        today = london_day(now)
        shown = [each for each in self._found.workers if _keeps(key, each, today)]
        times = worker_times(shown, today=today)
        self.list.refresh(times)
        self.timeline.show_lanes(
            [Lane(each.worker_id, each.name, _about(each)) for each in shown],
            [_block(each) for each in times],
            first=today - _BEFORE,
            now=now,
            heading=f"Care worker · {len(shown)} of {len(self._found.workers)} shown",
        )

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
        if row is not None and row.offer_id:
            self.offer_asked.emit(row.offer_id)
        elif row is not None:
            self.request_page.emit("roster")


def _keeps(key: str, row: WorkerRow, today: date) -> bool:
    """Return whether a worker belongs to a chip of the timeline."""
    if key == "free":
        return row.free_from is not None and row.free_from in IsoWeek.of(today)
    if key == "clash":
        return any(block.clash for block in row.blocks)
    if key == "papers":
        return bool(row.expiring)
    return key != "drives" or bool(row.driver)


def _is_short(row: CapacityWeekRow) -> bool:
    return row.shortfall > 0


def _has_open(row: CapacityWeekRow) -> bool:
    return row.available > 0


def _about(worker: WorkerRow) -> str:
    if worker.expiring:
        return f"Expires: {worker.expiring[0]}"
    return " · ".join(worker.skills[:3])


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
    free = [each for each in workers if each.free_from is not None]
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
        Kpi("workers", str(len(free)), "Active workers", "on this desk"),
    )
