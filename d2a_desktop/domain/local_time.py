"""Europe/London at the edge: wall-clock times in, dates, times and durations in words out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.core.errors import UsageError

# Own names, so that the operating system's language never changes a date (CUI D+Ta-0018).
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_SHAPES = (
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})-(?P<name>[A-Za-z]{3})-(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
)
_TIME = re.compile(
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d{1,6})?)?"
    r"\s?(?P<offset>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


@dataclass(frozen=True)
class LocalInstant:
    """An instant read from a wall clock; `ambiguous` when that hour exists twice (autumn)."""

    instant: datetime
    ambiguous: bool = False


def to_instant(local: datetime) -> LocalInstant:
    """Return the instant of a naive Europe/London wall-clock time, in UTC.

    An hour that exists twice is taken as the first of the two, and flagged.

    Raises:
        UsageError: the hour does not exist (the clocks go forward).
    """
    if local.tzinfo is not None:
        raise ValueError("a wall-clock time has no time zone")
    first = local.replace(tzinfo=LONDON, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=LONDON, fold=1).astimezone(UTC)
    if first.astimezone(LONDON).replace(tzinfo=None) != local:
        raise UsageError(
            f"{short_date(local.date())} {local:%H:%M} does not exist: the clocks go forward.",
            what_to_do="Enter the time as it was shown after the change, one hour later.",
            code="time_does_not_exist",
        )
    return LocalInstant(instant=first, ambiguous=first != second)


def parse_day(text: str) -> date:
    """Return the day of `22/11/2026`, `22-Nov-2026` or `2026-11-22`.

    Raises:
        UsageError: it is not a date.
    """
    day, rest = _read_day(text.strip())
    if rest:
        raise _not_a_date()
    return day


def parse_moment(text: str) -> LocalInstant:
    """Return the instant of a date with or without a time of day, as entered or imported.

    Without a time the day's start is meant. An offset or `Z` is honoured; without one the time
    is local (PRODUCT section 6).

    Raises:
        UsageError: it is not a date, or the hour does not exist.
    """
    day, rest = _read_day(text.strip())
    if not rest:
        return to_instant(datetime.combine(day, time()))
    found = _TIME.fullmatch(rest.lstrip("T ").strip())
    if found is None:
        raise _not_a_date()
    try:
        at = datetime.combine(
            day, time(int(found["hour"]), int(found["minute"]), int(found["second"] or 0))
        )
        if found["offset"]:
            offset = found["offset"].replace("Z", "+00:00")
            return LocalInstant(datetime.fromisoformat(at.isoformat() + offset).astimezone(UTC))
    except (ValueError, OverflowError):
        raise _not_a_date() from None
    return to_instant(at)


def _read_day(text: str) -> tuple[date, str]:
    for shape in _SHAPES:
        found = shape.match(text)
        if found is None:
            continue
        parts = found.groupdict()
        month = _month_number(parts["name"]) if "name" in parts else int(parts["month"])
        try:
            return date(int(parts["year"]), month, int(parts["day"])), text[found.end() :]
        except ValueError:
            break
    raise _not_a_date()


def _month_number(name: str) -> int:
    title = name.title()
    return _MONTHS.index(title) + 1 if title in _MONTHS else 0


def _not_a_date() -> UsageError:
    return UsageError(
        "This is not a date that can be read.",
        what_to_do="Write it as 22-Nov-2026, 22/11/2026 or 2026-11-22, with 13:10 for a time.",
        code="not_a_date",
    )


def short_date(day: date) -> str:
    """Return `22-Nov-2026`, whatever the computer's language."""
    return f"{day.day:02d}-{_MONTHS[day.month - 1]}-{day.year:04d}"


def short_date_with_day(day: date) -> str:
    """Return `Sun 22-Nov-2026`."""
    return f"{_DAYS[day.weekday()]} {short_date(day)}"


def long_date(day: date) -> str:
    """Return `22 November 2026`, for people at home (DOMAIN 3.5)."""
    return f"{day.day:02d} {_LONG_MONTHS[day.month - 1]} {day.year:04d}"


def clock_time(instant: datetime) -> str:
    """Return the Europe/London time of day, `13:10`."""
    return instant.astimezone(LONDON).strftime("%H:%M")


def short_moment(instant: datetime) -> str:
    """Return `22-Nov-2026 13:10` in Europe/London."""
    return f"{short_date(london_day(instant))} {clock_time(instant)}"


def day_and_time(instant: datetime) -> str:
    """Return `Thu 14:10` in Europe/London."""
    return f"{_DAYS[london_day(instant).weekday()]} {clock_time(instant)}"


def duration_words(length: timedelta) -> str:
    """Return a duration as the CUI writes it: `2d 4hr`, `3hr 12min`, `0min` (D+Tb-0001 ff).

    Whole minutes, rounded down; zero units are left out; the sign is dropped.
    """
    minutes = int(abs(length).total_seconds()) // 60
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        minutes = 0
    parts = ((days, "d"), (hours, "hr"), (minutes, "min"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0min"


def days_words(days: int) -> str:
    """Return `1 day`, `4 days`."""
    return f"{days} day" if days == 1 else f"{days} days"
