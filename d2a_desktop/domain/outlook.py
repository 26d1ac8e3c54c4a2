"""The next fourteen days: starts that are left, starts that may be wanted, and where they part.

The forecast is a stated method, not a promise. Who waits for an agency wants a start for certain.
Everybody before that may come to want one: with the share seen among people who stood there in
the last 90 days and whose outcome is known. The share itself is uncertain when few were seen, so
the count of a group is beta-binomial with a flat prior; the groups are added up exactly. What is
shown is the middle of that sum and the range that holds it eight times in ten.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from d2a_desktop.domain.codes import Labelled
from d2a_desktop.domain.display import display_date

OUTLOOK_DAYS = 14
HISTORY = timedelta(days=90)
_LOW, _MIDDLE, _HIGH = 0.1, 0.5, 0.9


class Group(Labelled):
    """How far somebody has come who may want a live-in start."""

    AWAITING = "awaiting", "Waiting for an agency"
    REFERRED = "referred", "With the hub"
    READY = "ready", "Ready to leave, not referred"
    EXPECTED = "expected", "On the ward, with an expected date"
    OFFERED = "offered", "Offered to this agency, not answered"


@dataclass(frozen=True)
class Seen:
    """How many of a group were seen whose outcome is known, and how many came to live-in care."""

    known: int = 0
    live_in: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.live_in <= self.known:
            raise ValueError("more came to live-in care than were seen")


@dataclass(frozen=True)
class Wanted:
    """One person and the first day (London) on which a start may be wanted."""

    group: Group
    day: date


@dataclass(frozen=True)
class DayOutlook:
    """One day; every number is the count of starts from today up to and including this day.

    Args:
        day: the calendar day (London).
        low, likely, high: starts wanted: exceeded nine times in ten, the middle, one in ten.
        starts: free starts that agencies have opened, or promised in weeks not opened yet.
        workers: own workers who are free by then; None on a desk without a roster.
    """

    day: date
    low: int
    likely: int
    high: int
    starts: int
    workers: int | None = None


@dataclass(frozen=True)
class Outlook:
    """What is left, what may come, and the day on which it no longer fits.

    Args:
        days: today and the days after it.
        guaranteed, taken, left: this ISO week's starts: by contract; accepted or started; open.
        groups: how many people each group holds within the days shown.
        seen: what the shares rest on.
        undated: people on the ward without an expected date, who are in no figure.
        owed: starts this agency accepted for which no worker is allocated yet.
        certainly_short: the first day on which even the low figure exceeds the starts.
        likely_short: the same of the middle figure.
        possibly_short: the same of the high one.
        workers_short: the first day with fewer free workers than starts owed, opened or promised.
    """

    days: tuple[DayOutlook, ...]
    guaranteed: int
    taken: int
    left: int
    groups: Mapping[Group, int]
    seen: Mapping[Group, Seen] = field(default_factory=dict)
    undated: int = 0
    owed: int = 0
    certainly_short: date | None = None
    likely_short: date | None = None
    possibly_short: date | None = None
    workers_short: date | None = None


def look_ahead(
    *,
    today: date,
    wanted: Iterable[Wanted],
    seen: Mapping[Group, Seen],
    starts: Mapping[date, int],
    released: Sequence[date] | None = None,
    owed: int = 0,
    this_week: tuple[int, int, int] = (0, 0, 0),
    undated: int = 0,
) -> Outlook:
    """Set what is wanted beside what there is, day by day.

    Args:
        today: the present day (London).
        wanted: who may want a start; days before today count as today.
        seen: the outcomes on which each group's share rests; nobody is waited for on a guess,
            so `AWAITING` needs none.
        starts: how many free starts become available on each day.
        released: the day from which each own worker is free; None on a desk without a roster.
        owed: starts accepted for which a worker is still to be found.
        this_week: guaranteed, taken and left of this ISO week.
        undated: people without an expected date.
    """
    people = [Wanted(each.group, max(each.day, today)) for each in wanted]
    last = today + timedelta(days=OUTLOOK_DAYS - 1)
    rows = []
    for day in (today + timedelta(days=n) for n in range(OUTLOOK_DAYS)):
        low, likely, high = _range(_counted(p for p in people if p.day <= day), seen)
        rows.append(
            DayOutlook(
                day=day,
                low=low,
                likely=likely,
                high=high,
                starts=sum(n for from_day, n in starts.items() if from_day <= day),
                workers=None if released is None else sum(free <= day for free in released),
            )
        )
    guaranteed, taken, left = this_week
    return Outlook(
        days=tuple(rows),
        guaranteed=guaranteed,
        taken=taken,
        left=left,
        groups=_counted(p for p in people if p.day <= last),
        seen=dict(seen),
        undated=undated,
        owed=owed,
        certainly_short=_first(r.day for r in rows if r.low > r.starts),
        likely_short=_first(r.day for r in rows if r.likely > r.starts),
        possibly_short=_first(r.day for r in rows if r.high > r.starts),
        workers_short=_first(
            r.day for r in rows if r.workers is not None and r.workers < r.starts + owed
        ),
    )


def _first(days: Iterable[date]) -> date | None:
    return next(iter(days), None)


def _counted(people: Iterable[Wanted]) -> dict[Group, int]:
    counts = dict.fromkeys(Group, 0)
    for person in people:
        counts[person.group] += 1
    return counts


def _range(counts: Mapping[Group, int], seen: Mapping[Group, Seen]) -> tuple[int, int, int]:
    certain = counts[Group.AWAITING]
    chances = [1.0]
    for group, people in counts.items():
        if group is not Group.AWAITING:
            chances = _added(chances, beta_binomial(people, seen.get(group, Seen())))
    low, middle, high = (certain + _quantile(chances, q) for q in (_LOW, _MIDDLE, _HIGH))
    return low, middle, high


def beta_binomial(people: int, seen: Seen) -> list[float]:
    """Return the chance of each number, 0 to `people`, who come to want a start.

    With nobody seen every number is as likely as any other: the range is then all there is.
    """
    a, b = seen.live_in + 1, seen.known - seen.live_in + 1
    whole = _log_beta(a, b)
    return [
        math.exp(_log_choose(people, n) + _log_beta(n + a, people - n + b) - whole)
        for n in range(people + 1)
    ]


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _added(first: Sequence[float], second: Sequence[float]) -> list[float]:
    total = [0.0] * (len(first) + len(second) - 1)
    for i, p in enumerate(first):
        for j, q in enumerate(second):
            total[i + j] += p * q
    return total


def _quantile(chances: Sequence[float], wanted: float) -> int:
    """Return the least number whose chance of not being exceeded is at least `wanted`."""
    reached = 0.0
    for number, chance in enumerate(chances):
        reached += chance
        if reached >= wanted - 1e-9:
            return number
    return len(chances) - 1


def outlook_words(outlook: Outlook) -> tuple[str, ...]:
    """Return what the figures say, one sentence each, for the screen and the command line."""
    return (_this_week_words(outlook), *_short_words(outlook), *_method_words(outlook))


def _this_week_words(outlook: Outlook) -> str:
    if not outlook.guaranteed and not outlook.taken and not outlook.left:
        return "This week: no guaranteed start is known on this desk."
    return (
        f"This week: {outlook.guaranteed} guaranteed, {outlook.taken} accepted or started, "
        f"{outlook.left} left."
    )


def _short_words(outlook: Outlook) -> list[str]:
    days = len(outlook.days)
    if outlook.certainly_short is not None:
        words = f"Starts run out on {_day_words(outlook.certainly_short)}, almost certainly."
    elif outlook.likely_short is not None:
        words = f"Starts probably run out on {_day_words(outlook.likely_short)}."
    elif outlook.possibly_short is not None:
        words = f"Starts may run out on {_day_words(outlook.possibly_short)}."
    elif outlook.days[0].workers is not None:
        words = f"Starts last for the next {days} days, by the offers made so far."
    else:
        words = f"Starts last for the next {days} days by these figures."
    if outlook.workers_short is None:
        return [words]
    short = f"From {_day_words(outlook.workers_short)} fewer workers are free than starts promised."
    return [words, short]


def _day_words(day: date) -> str:
    return display_date(day, weekday=True)


def _method_words(outlook: Outlook) -> Iterable[str]:
    for group in Group:
        people = outlook.groups.get(group, 0)
        if not people:
            continue
        if group is Group.AWAITING:
            yield f"{group.label}: {people}, each counted as one start."
            continue
        seen = outlook.seen.get(group, Seen())
        if seen.known:
            yield (
                f"{group.label}: {people}; of {seen.known} whose outcome is known from the last "
                f"{HISTORY.days} days, {seen.live_in} came to live-in care."
            )
        else:
            yield f"{group.label}: {people}; no outcome is known yet, so any number may come."
    if outlook.owed:
        yield f"Accepted, and no worker allocated yet: {outlook.owed}."
    if outlook.days[0].workers is not None:
        yield "People who were not offered to this agency are unknown here, and in no figure."
    if outlook.undated:
        yield f"On the ward without an expected date, in no figure: {outlook.undated}."
