"""The figures of the weekly flow report, from the records; definitions by DOMAIN 1.6, 4.5 and 8.4.

What comes in is cases, what goes out is words in which nobody can be told: small counts are
hidden by `domain/small_numbers.py` before they reach any paper.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.clocks import ClockKind, ClockState
from d2a_desktop.domain.code_lists import delay_reason, drd_bands
from d2a_desktop.domain.codes import NctrEnd
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.reside import band, discharge_ready_date
from d2a_desktop.domain.small_numbers import (
    TOO_FEW,
    middle,
    publishable,
    publishable_table,
    share,
)
from d2a_desktop.models.capacity_week import CapacityWeek
from d2a_desktop.packs.content import Header
from d2a_desktop.packs.flow_sheet import (
    DefinitionLine,
    FlowLine,
    FlowSheetContent,
    ReasonLine,
)
from d2a_desktop.packs.people_sheet import About
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_clock import case_clock, periods_of
from d2a_desktop.services.case_rows import CaseRows

_WEEKS = 4
_NO_REASON = "No reason recorded"
_COUNTED = (ClockKind.MET, ClockKind.LATE, ClockKind.LATE_RUNNING)
_DEFINITIONS = {
    "Ready to home": """Whole days from the start of the last stretch without criteria to reside to
        leaving the ward, by date; people who left in the week; deaths before leaving are not
        counted.""",
    "Within 48 hours": """Assessments started at home up to 48 elapsed hours after leaving the ward,
        of all that fell due in the week. Readmitted, died, refused and cancelled are left out; one
        without a record yet counts as not met.""",
    "Starts": """Starts of the week by the agencies' contracts, Monday to Sunday, as the shared
        database counts them; a start counts when the worker has arrived.""",
    "Waiting": """People without criteria to reside and still in hospital at the end of Sunday, by
        the first open reason; days by date.""",
    "Few people": """A group of 1 to 4 is said as such, and the next smallest with it where one
        alone could be worked out; a middle or a share of fewer than five is not said.""",
}


@dataclass(frozen=True)
class Span:
    """Days of local time, both inclusive, as instants `start` to `end` (half-open, UTC)."""

    first: date
    last: date

    @property
    def start(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), tzinfo=LONDON).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        after = self.last + timedelta(days=1)
        return datetime.combine(after, time(), tzinfo=LONDON).astimezone(UTC)

    def holds(self, at: datetime | None) -> bool:
        """Whether an instant is in it."""
        return at is not None and self.start <= at < self.end


def last_whole_week(now: datetime) -> IsoWeek:
    """Return the week that ended last Sunday."""
    return IsoWeek.of(london_day(now)).shifted(-1)


def flow_content(
    session: Session, *, header: Header, whose: str, week: IsoWeek, settings: Settings
) -> FlowSheetContent:
    """Return the report of one ISO week, and of the four weeks that end with it."""
    now = header.printed_at
    cases = [rows for rows in load_board(session) if rows.spell.voided_at is None]
    clocks = [case_clock(rows, now=now, hours=settings.assessment_clock_hours) for rows in cases]
    this = Span(week.monday, week.sunday)
    four = Span(week.shifted(1 - _WEEKS).monday, week.sunday)
    days = f"{display_date(week.monday)} to {display_date(week.sunday)}"
    return FlowSheetContent(
        header=header,
        about=About(
            whose=f"{whose}, week {week} ({days})",
            privacy="Figures only, no identities",
            as_of=now,
            order="From the records that this desk holds.",
        ),
        home=_home(days_to_home(cases, this), days_to_home(cases, four)),
        assessed=_assessed(clocks, this, four),
        capacity=_capacity(session, week),
        reasons=_reasons(cases, this.end),
        definitions=tuple(
            DefinitionLine(measure=measure, definition=" ".join(words.split()))
            for measure, words in _DEFINITIONS.items()
        ),
    )


def days_to_home(cases: Iterable[CaseRows], span: Span) -> list[int]:
    """Return days from ready to home of everybody who left in `span`."""
    found = []
    for rows in cases:
        for departure in rows.departures:
            left = departure.left_at
            if left is None or not span.holds(left) or departure.clock_effect == "void":
                continue
            ready = discharge_ready_date([p for p in periods_of(rows) if p.nctr_from <= left])
            if ready is not None:
                found.append(max(0, (london_day(left) - ready).days))
    return found


def _home(week: Sequence[int], four: Sequence[int]) -> tuple[FlowLine, ...]:
    lines = [
        FlowLine(
            measure="People who went home",
            week=publishable(len(week)),
            four_weeks=publishable(len(four)),
        ),
        FlowLine(measure="Days from ready to home", week=middle(week), four_weeks=middle(four)),
    ]
    mine, theirs = _banded(week), _banded(four)
    lines += [
        FlowLine(measure=f"of these: {name}", week=mine[name], four_weeks=theirs[name])
        for name in mine
    ]
    return tuple(lines)


def _banded(days: Sequence[int]) -> dict[str, str]:
    counts = Counter(band(number).label for number in days)
    return publishable_table({each.label: counts[each.label] for each in drd_bands()})


def _assessed(clocks: Sequence[ClockState], week: Span, four: Span) -> tuple[FlowLine, ...]:
    made = [_kept(clocks, span) for span in (week, four)]
    left_out = [_left_out(clocks, span) for span in (week, four)]
    return (
        FlowLine(measure="Kept", week=made[0], four_weeks=made[1]),
        FlowLine(
            measure="Left out: readmitted, died, refused, cancelled",
            week=left_out[0],
            four_weeks=left_out[1],
        ),
    )


def _kept(clocks: Sequence[ClockState], span: Span) -> str:
    due = [clock for clock in clocks if span.holds(clock.due_at)]
    counted = [c for c in due if c.kind in _COUNTED or c.kind is ClockKind.NO_RECORD]
    return share(sum(1 for c in counted if c.kind is ClockKind.MET), len(counted))


def _left_out(clocks: Sequence[ClockState], span: Span) -> str:
    due = (clock for clock in clocks if span.holds(clock.due_at))
    return publishable(sum(1 for clock in due if clock.kind is ClockKind.EXCLUDED))


def _capacity(session: Session, week: IsoWeek) -> tuple[FlowLine, ...]:
    wanted = [str(week.shifted(-back)) for back in range(_WEEKS)]
    found: dict[str, list[CapacityWeek]] = defaultdict(list)
    for row in session.scalars(select(CapacityWeek).where(CapacityWeek.week.in_(wanted))):
        found[row.week].append(row)
    if not found:
        return ()
    now = found.get(str(week), [])
    four = [row for rows in found.values() for row in rows]

    def line(measure: str, field: str) -> FlowLine:
        sums = [sum(int(getattr(row, field)) for row in rows) for rows in (now, four)]
        # Capacity is the agencies', not anybody's identity: it is said in full.
        return FlowLine(measure=measure, week=str(sums[0]), four_weeks=str(sums[1]))

    return (
        line("Guaranteed", "min_starts"),
        line("Started", "started_slots"),
        line("Accepted, not started yet", "accepted_slots"),
        line("Lost", "lost_slots"),
    )


def waiting_at(cases: Iterable[CaseRows], end: datetime) -> list[tuple[str, int]]:
    """Return (first reason, days waited) of everybody ready and in hospital just before `end`."""
    last_day = london_day(end - timedelta(microseconds=1))
    found = []
    for rows in cases:
        since = next((p.nctr_from for p in periods_of(rows) if _runs(p, end)), None)
        if since is not None:
            found.append((_first_reason(rows, end), (last_day - london_day(since)).days))
    return found


def _runs(period: object, end: datetime) -> bool:
    start = getattr(period, "nctr_from", end)
    stop = getattr(period, "nctr_to", None)
    wrong = getattr(period, "end_reason", None) == NctrEnd.ENTERED_IN_ERROR
    return start < end and (stop is None or stop >= end) and not wrong


def _first_reason(rows: CaseRows, end: datetime) -> str:
    standing = [
        b
        for b in rows.barriers
        if b.opened_at < end and (b.resolved_at is None or b.resolved_at >= end)
    ]
    if not standing:
        return _NO_REASON
    first = min(standing, key=lambda b: (not b.is_primary, b.opened_at))
    return delay_reason(first.reason_code).reason


def _reasons(cases: Iterable[CaseRows], end: datetime) -> tuple[ReasonLine, ...]:
    days: dict[str, list[int]] = defaultdict(list)
    for reason, waited in waiting_at(cases, end):
        days[reason].append(waited)
    counts = {reason: len(waits) for reason, waits in days.items()}
    shown = publishable_table(counts)
    ordered = sorted(counts, key=lambda reason: (-counts[reason], reason))
    return tuple(
        ReasonLine(
            reason=reason,
            people=shown[reason],
            # The days of one or two people are as telling as their number.
            days=str(sum(days[reason])) if shown[reason] == str(counts[reason]) else TOO_FEW,
        )
        for reason in ordered
    )
