"""Dates and times as cells of an extract have them, Excel serials too, read into UTC."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.local_time import LocalInstant, to_instant

_CLOCK = r"(?:[ T]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?"
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _CLOCK, re.ASCII)
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})" + _CLOCK + r"(Z|[+-]\d{2}:?\d{2})?", re.ASCII | re.IGNORECASE
)
_NAMED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})[- ](\d{4})" + _CLOCK, re.ASCII)
_SERIAL = re.compile(r"(\d{1,6})(?:[.,](\d{1,15}))?", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[-/ ](\d{1,2}|[A-Za-z]{3,9})[-/ ]\d{2}(\s.*)?", re.ASCII)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}

# Day 0 of Excel's 1900 system. Serials below 61 are one day out, because Excel believes in a
# 29-Feb-1900; no date that matters here lies so far back.
_EXCEL_DAY_0 = date(1899, 12, 30)
_FIRST_SERIAL = 61
_YEARS = range(1800, 2200)

FORMS = "22/11/2026, 22/11/2026 13:10, 2026-11-22T13:10 or 22-Nov-2026"
"""The forms a refusal names, so that the cell can be mended."""


class UnreadableTimeError(ValueError):
    """A cell that is no date or time; the message ends a sentence that begins with its column."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a cell said.

    `at` is an aware UTC instant; without a time in the cell it is 00:00 of `day` in
    Europe/London. `ambiguous` marks an autumn hour that exists twice, taken as the first.
    """

    day: date
    at: datetime
    has_time: bool
    ambiguous: bool = False


def read_moment(text: str) -> Moment:
    """Read a date with or without a time, local to Europe/London (PRODUCT section 6).

    An ISO 8601 time may carry its offset and is then that exact instant.

    Raises:
        UnreadableTimeError: it is none, or an hour that the spring change leaves out.
    """
    day, clock, offset = _parts(text)
    if offset:
        return _exact(day, clock, offset)
    if clock is None:
        return Moment(day, _instant(day, time()).instant, has_time=False)
    found = _instant(day, clock)
    return Moment(day, found.instant, has_time=True, ambiguous=found.ambiguous)


def read_day(text: str) -> date:
    """Read the day as written; a time beside it is read over, and never shifts the day.

    Raises:
        UnreadableTimeError: it is none.
    """
    return _parts(text)[0]


def _parts(text: str) -> tuple[date, time | None, str | None]:
    if match := _SLASHED.fullmatch(text):
        day, month, year, *clock = match.groups()
        return _day(year, month, day), _clock(clock), None
    if match := _ISO.fullmatch(text):
        year, month, day, *clock, offset = match.groups()
        return _day(year, month, day), _clock(clock), offset
    if match := _NAMED.fullmatch(text):
        day, name, year, *clock = match.groups()
        number = _MONTHS.get(name.lower(), 0)
        return _day(year, str(number), day), _clock(clock), None
    if match := _SERIAL.fullmatch(text):
        return _from_serial(int(match[1]), match[2])
    if _SHORT_YEAR.fullmatch(text):
        raise UnreadableTimeError("has a year of two digits; write all four")
    raise UnreadableTimeError(f"is not a date; write it like {FORMS}")


def _instant(day: date, clock: time) -> LocalInstant:
    try:
        return to_instant(datetime.combine(day, clock))
    except UsageError:
        raise UnreadableTimeError(
            "is an hour that does not exist: the clocks go forward over it"
        ) from None


def _day(year: str, month: str, day: str) -> date:
    try:
        made = date(int(year), int(month), int(day))
    except ValueError:
        raise UnreadableTimeError("is a day that does not exist in the calendar") from None
    return _plausible(made)


def _plausible(day: date) -> date:
    if day.year not in _YEARS:
        raise UnreadableTimeError(f"is a year outside {_YEARS[0]} to {_YEARS[-1]}")
    return day


def _clock(parts: Sequence[str | None]) -> time | None:
    hour, minute, second = parts
    if hour is None or minute is None:
        return None
    try:
        return time(int(hour), int(minute), int(second or 0))
    except ValueError:
        raise UnreadableTimeError("has a time that no clock shows (00:00 to 23:59)") from None


def _exact(day: date, clock: time | None, offset: str) -> Moment:
    if clock is None:
        raise UnreadableTimeError(f"is not a date; write it like {FORMS}")
    zone: tzinfo = UTC
    if offset not in "Zz":
        digits = offset[1:].replace(":", "")
        apart = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        if apart > timedelta(hours=14):
            raise UnreadableTimeError("has an offset from UTC that no place has")
        zone = timezone(-apart if offset[0] == "-" else apart)
    at = datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
    return Moment(london_day(at), at, has_time=True)


def _from_serial(days: int, fraction: str | None) -> tuple[date, time | None, None]:
    if days < _FIRST_SERIAL:
        raise UnreadableTimeError(f"is not a date; write it like {FORMS}")
    seconds = round(float(f"0.{fraction or 0}") * 86_400)
    if fraction is not None and len(fraction) <= 5:
        # So few digits are good to a second or worse: the minute is what was meant.
        seconds = round(seconds / 60) * 60
    wall = datetime.combine(_EXCEL_DAY_0, time()) + timedelta(days=days, seconds=seconds)
    return _plausible(wall.date()), wall.time() if int(fraction or 0) else None, None
