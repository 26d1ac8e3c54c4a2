"""Working time of a live-in worker: flags for a person to look at, never a calculation of pay.

Working Time Regulations 1998 as DOMAIN 4.6 gives them (own knowledge there, unverified): 11 h
daily rest, 24 h weekly rest, 48 h average week over 17 weeks unless opted out. Compensatory rest
may be agreed, so nothing here refuses a plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from d2a_desktop.core.errors import UsageError

DAILY_REST = timedelta(hours=11)
WEEKLY_REST = timedelta(hours=24)
AVERAGE_WEEK = timedelta(hours=48)
REFERENCE_WEEKS = 17
_WEEK = timedelta(days=7)
# Work that touches or overlaps is one period.
_NO_REST = timedelta(microseconds=1)


@dataclass(frozen=True)
class WorkPeriod:
    """Active work from `starts_at` to `ends_at` (aware); time asleep in the house is not work."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise UsageError("Work must end after it starts.", code="work_period")

    @property
    def length(self) -> timedelta:
        """The elapsed time worked."""
        return self.ends_at - self.starts_at


@dataclass(frozen=True)
class WorkingTimeFlag:
    """Something to look at: which rule, and from when."""

    code: str
    words: str
    at: datetime


def rest_flags(periods: Sequence[WorkPeriod]) -> tuple[WorkingTimeFlag, ...]:
    """Return a flag for each rest between two periods of work that is shorter than 11 hours.

    A break within a day is shorter by nature: pass a day's work as one period.
    """
    ordered = _joined(periods, _NO_REST)
    return tuple(
        WorkingTimeFlag("daily_rest", "Less than 11 hours of rest", earlier.ends_at)
        for earlier, later in pairwise(ordered)
        if later.starts_at - earlier.ends_at < DAILY_REST
    )


def weekly_flags(periods: Sequence[WorkPeriod]) -> tuple[WorkingTimeFlag, ...]:
    """Return a flag for each stretch of work whose first seven days hold no 24 hours of rest.

    The seven days are counted from the first work after a weekly rest.
    """
    return tuple(
        WorkingTimeFlag("weekly_rest", "No 24 hours of rest within 7 days", stretch.starts_at)
        for stretch in _joined(periods, WEEKLY_REST)
        if stretch.length > _WEEK - WEEKLY_REST
    )


def average_week(periods: Sequence[WorkPeriod], *, until: datetime) -> timedelta:
    """Return the average working week over the 17 weeks before `until`."""
    since = until - REFERENCE_WEEKS * _WEEK
    total = sum(
        (
            max(min(period.ends_at, until) - max(period.starts_at, since), timedelta())
            for period in _joined(periods, _NO_REST)
        ),
        timedelta(),
    )
    return total / REFERENCE_WEEKS


def average_flags(
    periods: Sequence[WorkPeriod], *, until: datetime, opted_out: bool = False
) -> tuple[WorkingTimeFlag, ...]:
    """Return a flag when the average week is above 48 hours and the worker has not opted out."""
    if opted_out or average_week(periods, until=until) <= AVERAGE_WEEK:
        return ()
    words = "More than 48 hours a week on average over 17 weeks"
    return (WorkingTimeFlag("average_week", words, until),)


def _joined(periods: Sequence[WorkPeriod], rest: timedelta) -> list[WorkPeriod]:
    """Return the periods in order, those joined into one that are less than `rest` apart."""
    joined: list[WorkPeriod] = []
    for period in sorted(periods, key=lambda each: each.starts_at):
        last = joined[-1] if joined else None
        if last is not None and period.starts_at - last.ends_at < rest:
            joined[-1] = WorkPeriod(last.starts_at, max(last.ends_at, period.ends_at))
        else:
            joined.append(period)
    return joined
