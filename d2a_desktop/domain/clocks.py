"""The two clocks, never mixed: waiting to leave, and assess at home within 48 hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.codes import ClockExclusion, Labelled, VisitOutcome, VisitPlace
from d2a_desktop.domain.display import (
    display_date,
    display_datetime,
    display_datetime_short,
    display_duration,
    display_time,
)
from d2a_desktop.domain.reside import NctrPeriod, band, current
from d2a_desktop.domain.visit import stops_clock

ASSESS_WITHIN = timedelta(hours=48)


class StartEvent(Labelled):
    """Which observed event starts the assess-at-home clock; a setting (DOMAIN 0.4)."""

    LEFT_WARD = "left_ward", "Left the ward"
    ARRIVED_HOME = "arrived_home", "Arrived home"


class ClockKind(Labelled):
    """What the assess-at-home clock says."""

    WAITING = "waiting", "Not left yet"
    PROVISIONAL = "provisional", "Approx"
    RUNNING = "running", "Running"
    MET = "met", "Assessed in time"
    LATE = "late", "Assessed late"
    LATE_RUNNING = "late_running", "Overdue"
    EXCLUDED = "excluded", "Excluded"
    VOID = "void", "Void"
    NO_RECORD = "no_record", "No record yet"


@dataclass(frozen=True)
class Leaving:
    """One observed departure; `voided` when it was cancelled (A13) or turned back."""

    left_at: datetime
    arrived_home_at: datetime | None = None
    voided: bool = False


@dataclass(frozen=True)
class VisitFact:
    """What is known of one visit for the assessment at home.

    `desk_seen_at` is when the assessor's desk last exchanged with the shared database: a desk
    that was offline at the due time may hold an assessment nobody has seen yet.
    """

    planned_at: datetime | None = None
    started_at: datetime | None = None
    outcome: VisitOutcome | None = None
    place: VisitPlace = VisitPlace.HOME
    desk_seen_at: datetime | None = None


@dataclass(frozen=True)
class ExclusionFact:
    """Something observed that closes the clock without an assessment."""

    at: datetime
    reason: ClockExclusion


@dataclass(frozen=True)
class ClockFacts:
    """All that the assess-at-home clock is computed from, every time anew."""

    planned_departure_at: datetime | None = None
    leavings: tuple[Leaving, ...] = ()
    visits: tuple[VisitFact, ...] = ()
    exclusions: tuple[ExclusionFact, ...] = ()


@dataclass(frozen=True)
class ClockRules:
    """Settings of the clock: its length (elapsed), its start event, whether video counts."""

    within: timedelta = ASSESS_WITHIN
    start_event: StartEvent = StartEvent.LEFT_WARD
    video_counts: bool = False


DEFAULT_RULES = ClockRules()


@dataclass(frozen=True)
class ClockState:
    """The assess-at-home clock at one instant; times are aware UTC.

    Args:
        kind: what it says.
        started_at: when it started, or would start for a provisional one.
        due_at: until when an assessment started counts as met, inclusive.
        stopped_at: when an assessment or an exclusion stopped it.
        remaining: time left while it runs; None otherwise.
        over: time past the due time, also of an exclusion that came after it; else None.
        reason: words for an exclusion, a void clock or a missing record.
        exclusion: the coded reason of an exclusion.
    """

    kind: ClockKind
    started_at: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    remaining: timedelta | None = None
    over: timedelta | None = None
    reason: str = ""
    exclusion: ClockExclusion | None = None

    @property
    def is_approximate(self) -> bool:
        """Whether the due time rests on a plan and is shown as "Approx"."""
        return self.kind is ClockKind.PROVISIONAL

    @property
    def counts(self) -> bool:
        """Whether the case is in the denominator of "assessed within 48 hours"."""
        return self.kind in (ClockKind.MET, ClockKind.LATE, ClockKind.LATE_RUNNING)

    @property
    def words(self) -> str:
        """The clock in a few words for a board cell."""
        return _words(self)


def assess_at_home(
    facts: ClockFacts, *, now: datetime, rules: ClockRules = DEFAULT_RULES
) -> ClockState:
    """Compute the assess-at-home clock (PRODUCT section 3, DOMAIN 1.6).

    48 elapsed hours by default, every hour of the week; an assessment started at the due time
    is met. Only done and part done, started at home after the start, stop it. A cancelled
    departure voids it; readmission, death, refusal or leaving the area before an assessment
    excludes it and never counts as met.
    """
    started_at = _start(facts, rules)
    if started_at is None:
        return _before_start(facts, rules)
    due_at = started_at + rules.within
    assessed_at = _first_assessment(facts.visits, started_at, rules)
    exclusion = _first_exclusion(facts.exclusions, started_at)
    if exclusion is not None and (assessed_at is None or exclusion.at < assessed_at):
        return ClockState(
            ClockKind.EXCLUDED,
            started_at,
            due_at,
            stopped_at=exclusion.at,
            over=_beyond(exclusion.at, due_at),
            reason=exclusion.reason.label,
            exclusion=exclusion.reason,
        )
    if assessed_at is not None:
        over = _beyond(assessed_at, due_at)
        kind = ClockKind.MET if over is None else ClockKind.LATE
        return ClockState(kind, started_at, due_at, stopped_at=assessed_at, over=over)
    return _unstopped(facts, started_at, due_at, now)


def _start(facts: ClockFacts, rules: ClockRules) -> datetime | None:
    standing = [leaving for leaving in facts.leavings if not leaving.voided]
    if not standing:
        return None
    last = max(standing, key=lambda leaving: leaving.left_at)
    return last.arrived_home_at if rules.start_event is StartEvent.ARRIVED_HOME else last.left_at


def _before_start(facts: ClockFacts, rules: ClockRules) -> ClockState:
    planned = facts.planned_departure_at
    if planned is not None:
        return ClockState(ClockKind.PROVISIONAL, planned, planned + rules.within)
    if facts.leavings and all(leaving.voided for leaving in facts.leavings):
        return ClockState(ClockKind.VOID, reason="The departure was cancelled or turned back")
    return ClockState(ClockKind.WAITING)


def _first_assessment(
    visits: Sequence[VisitFact], started_at: datetime, rules: ClockRules
) -> datetime | None:
    starts = [
        visit.started_at
        for visit in visits
        if visit.started_at is not None
        and visit.started_at >= started_at
        and stops_clock(visit.outcome, visit.place, video_counts=rules.video_counts)
    ]
    return min(starts, default=None)


def _first_exclusion(
    exclusions: Sequence[ExclusionFact], started_at: datetime
) -> ExclusionFact | None:
    after = [exclusion for exclusion in exclusions if exclusion.at >= started_at]
    return min(after, key=lambda exclusion: exclusion.at, default=None)


def _unstopped(
    facts: ClockFacts, started_at: datetime, due_at: datetime, now: datetime
) -> ClockState:
    over = _beyond(now, due_at)
    if over is None:
        return ClockState(ClockKind.RUNNING, started_at, due_at, remaining=due_at - now)
    unseen = _unseen_visit(facts.visits, started_at, due_at)
    if unseen is None:
        return ClockState(ClockKind.LATE_RUNNING, started_at, due_at, over=over)
    seen = (
        "never seen"
        if unseen.desk_seen_at is None
        else (f"last seen {display_datetime(unseen.desk_seen_at)}")
    )
    return ClockState(
        ClockKind.NO_RECORD,
        started_at,
        due_at,
        over=over,
        reason=f"No record yet, assessor's desk {seen}",
    )


def _unseen_visit(
    visits: Sequence[VisitFact], started_at: datetime, due_at: datetime
) -> VisitFact | None:
    for visit in visits:
        planned_in_time = visit.planned_at is not None and started_at <= visit.planned_at <= due_at
        desk_silent = visit.desk_seen_at is None or visit.desk_seen_at < due_at
        if planned_in_time and visit.outcome is None and desk_silent:
            return visit
    return None


def _beyond(at: datetime, due_at: datetime) -> timedelta | None:
    return at - due_at if at > due_at else None


def _words(state: ClockState) -> str:
    if state.kind is ClockKind.PROVISIONAL and state.due_at is not None:
        weekday = display_date(london_day(state.due_at), weekday=True)[:3]
        return f"Approx {weekday} {display_time(state.due_at)}"
    if state.remaining is not None:
        return f"{display_duration(state.remaining)} left"
    if state.kind in (ClockKind.LATE, ClockKind.LATE_RUNNING) and state.over is not None:
        return f"{display_duration(state.over)} over"
    if state.reason:
        return state.reason
    return state.kind.label


@dataclass(frozen=True)
class Waiting:
    """The waiting clock: whole local days since the current NCTR period began."""

    since: datetime
    elapsed: timedelta
    days: int
    band: str

    @property
    def words(self) -> str:
        """`4 days waiting, since 20-Nov 17:10` (DECISIONS: whole days by date arithmetic)."""
        unit = "day" if self.days == 1 else "days"
        return f"{self.days} {unit} waiting, since {display_datetime_short(self.since)}"


def waiting(periods: Sequence[NctrPeriod], *, now: datetime) -> Waiting | None:
    """Return how long a person has waited since NCTR, or None while criteria are met."""
    period = current(periods)
    if period is None:
        return None
    # A desk whose clock lags behind the one that opened the period shows 0 days, never -1.
    days = max((london_day(now) - london_day(period.nctr_from)).days, 0)
    return Waiting(
        since=period.nctr_from,
        elapsed=max(now - period.nctr_from, timedelta()),
        days=days,
        band=band(days).label,
    )
