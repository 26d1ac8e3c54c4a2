"""When an assessor can be on the road: shifts, cut by absences, into pieces from base to base."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from d2a_desktop.engines.neutral_json import days_between, minute_of_wall_clock

# A span of UTC minutes, the end not included.
Span = tuple[int, int]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days that are planned, with their bank holidays."""

    first: date
    last: date
    bank_holidays: frozenset[date]
    zone: ZoneInfo

    def span(self) -> Span:
        """Return the planned days as one span, from midnight to midnight of the zone."""
        start = minute_of_wall_clock(self.first, time(0), self.zone)
        last = list(days_between(self.first, self.last))[-1]
        end = minute_of_wall_clock(date.fromordinal(last.toordinal() + 1), time(0), self.zone)
        return start, end


def pattern_shifts(
    pattern: Mapping[str, tuple[time, time]], horizon: Horizon, *, works_bank_holidays: bool
) -> list[Span]:
    """Return the shifts of a weekly pattern over the horizon."""
    found = []
    for day in days_between(horizon.first, horizon.last):
        hours = pattern.get(WEEKDAYS[day.weekday()])
        if hours is None or (day in horizon.bank_holidays and not works_bank_holidays):
            continue
        start, end = (minute_of_wall_clock(day, at, horizon.zone) for at in hours)
        if start < end:
            found.append((start, end))
    return found


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans with those that overlap made one; spans that only touch stay two shifts."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def cut(spans: Iterable[Span], away: Iterable[Span]) -> list[Span]:
    """Return what is left of spans without the time of `away`."""
    left = list(spans)
    for gone in away:
        left = [piece for span in left for piece in _without(span, gone)]
    return left


def within(spans: Iterable[Span], limit: Span) -> list[Span]:
    """Return spans cut to `limit`."""
    both = ((max(a, limit[0]), min(b, limit[1])) for a, b in spans)
    return [(a, b) for a, b in both if a < b]


def holds(span: Span, inner: Span) -> bool:
    """Tell whether `inner` lies wholly inside `span`."""
    return span[0] <= inner[0] and inner[1] <= span[1]


def overlaps(one: Span, other: Span) -> bool:
    """Tell whether two spans share a minute."""
    return one[0] < other[1] and other[0] < one[1]


def working_pieces(
    shifts: Sequence[Span], *, absences: Sequence[Span], fixed: Sequence[Span], limit: Span
) -> list[Span]:
    """Return the pieces of a working time.

    An appointment that lies only partly in a piece takes its time out of it; one that lies wholly
    inside is a stop of that piece and leaves it whole.
    """
    pieces = within(cut(joined(shifts), absences), limit)
    sticking_out = [f for f in fixed if not any(holds(piece, f) for piece in pieces)]
    return sorted(cut(pieces, sticking_out))


def _without(span: Span, gone: Span) -> list[Span]:
    if not overlaps(span, gone):
        return [span]
    rest = [(span[0], min(span[1], gone[0])), (max(span[0], gone[1]), span[1])]
    return [(a, b) for a, b in rest if a < b]
