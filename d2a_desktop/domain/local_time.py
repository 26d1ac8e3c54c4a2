"""Wall-clock times of Europe/London read into instants; words out are in `display`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from d2a_desktop.core.clock import LONDON
from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.display import display_date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

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
            f"{display_date(local.date())} {local:%H:%M} does not exist: the clocks go forward.",
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
