"""The other time limits: reviews, welfare check, length of stay, funding, readmission, expiry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.domain.codes import Labelled

REVIEW_WARN = timedelta(hours=12)
REVIEW_STALE = timedelta(hours=24)
LOS_THRESHOLDS = (7, 14, 21)
FUNDED_DAYS = 42
READMISSION_DAYS = 30
EXPIRY_WARNINGS = (7, 28, 56)
ESCALATION_HOURS = (24, 6, 0)


class Freshness(Labelled):
    """How old the last review of the criteria to reside is."""

    NEVER = "never", "Never reviewed"
    FRESH = "fresh", "Reviewed"
    DUE = "due", "Review due"
    STALE = "stale", "Review out of date"


def review_freshness(last_review_at: datetime | None, *, now: datetime) -> Freshness:
    """Return how fresh a criteria review is: due after 12 h, stale after 24 h (DOMAIN 1.6)."""
    if last_review_at is None:
        return Freshness.NEVER
    age = now - last_review_at
    if age > REVIEW_STALE:
        return Freshness.STALE
    return Freshness.DUE if age > REVIEW_WARN else Freshness.FRESH


class Timeliness(Labelled):
    """Where something that has a deadline stands."""

    NOT_STARTED = "not_started", "Not started"
    OPEN = "open", "Open"
    MET = "met", "In time"
    LATE = "late", "Late"
    OVERDUE = "overdue", "Overdue"


@dataclass(frozen=True)
class Deadline:
    """A deadline's state and the instant until which it counts, inclusive."""

    state: Timeliness
    due_at: datetime | None = None


def deadline(*, due_at: datetime, done_at: datetime | None, now: datetime) -> Deadline:
    """Return the state of a deadline; done exactly at `due_at` is in time."""
    if done_at is not None:
        return Deadline(Timeliness.MET if done_at <= due_at else Timeliness.LATE, due_at)
    return Deadline(Timeliness.OPEN if now <= due_at else Timeliness.OVERDUE, due_at)


def end_of_day(day: date) -> datetime:
    """Return the last second of a Europe/London day, in UTC."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=LONDON).astimezone(UTC)


def welfare_check(
    *, arrived_home_at: datetime | None, checked_at: datetime | None, now: datetime
) -> Deadline:
    """Return the state of the welfare check: on the day of arrival home (DOMAIN 1.6)."""
    if arrived_home_at is None:
        return Deadline(Timeliness.NOT_STARTED)
    return deadline(due_at=end_of_day(london_day(arrived_home_at)), done_at=checked_at, now=now)


def length_of_stay(admitted_at: datetime, *, until: datetime) -> int:
    """Return the midnights between admission and `until`, in local days (DOMAIN 1.6)."""
    return (london_day(until) - london_day(admitted_at)).days


def los_threshold(days: int) -> int:
    """Return the highest threshold of 7, 14 and 21 days that is reached, else 0."""
    return max((limit for limit in LOS_THRESHOLDS if days >= limit), default=0)


def los_reached_at(admitted_at: datetime, threshold: int) -> datetime:
    """Return the local midnight at which a length of stay reaches `threshold` days, in UTC."""
    day = london_day(admitted_at) + timedelta(days=threshold)
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def funded_until(start: date, *, days: int = FUNDED_DAYS) -> date:
    """Return the day by which the long-term need is decided: up to 6 weeks on (DOMAIN 1.6)."""
    return start + timedelta(days=days)


def funding_days_left(until: date, *, today: date) -> int:
    """Return the days left of a funded window; negative when it is over."""
    return (until - today).days


def is_readmission(
    *,
    discharged_on: date,
    admitted_on: date,
    emergency: bool,
    transfer: bool = False,
    within_days: int = READMISSION_DAYS,
) -> bool:
    """Return whether an admission counts as an emergency readmission.

    Day 0 is the day of discharge; day 30 counts, day 31 does not; elective admissions and
    transfers from another trust never do (DOMAIN 11.4).
    """
    days = (admitted_on - discharged_on).days
    return emergency and not transfer and 0 <= days <= within_days


@dataclass(frozen=True)
class ReviewDue:
    """A review of a placement that is to be held."""

    name: str
    due_at: datetime


def placement_reviews(started_at: datetime, *, until: datetime) -> tuple[ReviewDue, ...]:
    """Return the reviews of a placement due up to `until`: 24 h, 72 h, then every week.

    Elapsed hours and days from the start of the placement (DOMAIN 1.6).
    """
    found = [
        ReviewDue("24 hour call", started_at + timedelta(hours=24)),
        ReviewDue("72 hour call", started_at + timedelta(hours=72)),
    ]
    week = 1
    while started_at + timedelta(weeks=week) <= until:
        found.append(ReviewDue(f"Week {week} review", started_at + timedelta(weeks=week)))
        week += 1
    return tuple(review for review in found if review.due_at <= until)


def expiry_warning(valid_to: date | None, *, today: date) -> int | None:
    """Return the narrowest warning (7, 28 or 56 days) a credential is in, 0 when it has lapsed.

    The last valid day is still valid. None when there is nothing to warn of.
    """
    if valid_to is None:
        return None
    left = (valid_to - today).days
    if left < 0:
        return 0
    return next((limit for limit in EXPIRY_WARNINGS if left <= limit), None)


def escalation_level(due_at: datetime, *, now: datetime) -> int:
    """Return the step of the ladder a deadline stands on: 0 none, 1 at 24 h, 2 at 6 h, 3 at 0 h.

    Source: DOMAIN HZ07.
    """
    left = due_at - now
    return sum(left <= timedelta(hours=hours) for hours in ESCALATION_HOURS)
