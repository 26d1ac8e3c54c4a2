"""How dates, times, durations, numbers and names are written for people (NHS CUI, DOMAIN 3.5).

Pure text, the same on screen and on paper; the regional settings of the computer are ignored.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from enum import StrEnum

from d2a_desktop.core.clock import LONDON

NOT_RECORDED = "Not recorded"
NOT_KNOWN = "Not known"

_SHORT_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LONG_MONTHS = [
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
]
_SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS = (("w", 604_800), ("d", 86_400), ("hr", 3_600), ("min", 60), ("sec", 1))


class AllergyTitle(StrEnum):
    """The only four things that may head an allergy zone (CUI PAB-0064); never inferred.

    The words of `codes.AllergyState`; a test holds the two together.
    """

    KNOWN = "Known allergies"
    NONE_KNOWN = "No known allergies"
    NOT_RECORDED = "Allergies not recorded"
    UNAVAILABLE = "Allergies unavailable"


class GenderText(StrEnum):
    """The words in which a gender is shown; never a code or a letter (`codes.Gender`)."""

    MALE = "Male"
    FEMALE = "Female"
    OTHER = "Other Specific"
    NOT_KNOWN = "Not Known"
    NOT_SPECIFIED = "Not Specified"


def display_date(day: date | None, *, weekday: bool = False, null: str = NOT_RECORDED) -> str:
    """Return `22-Nov-2026`, or `Sun 22-Nov-2026` with `weekday`; `null` where there is none.

    A datetime is refused: its day depends on the time zone, see `display_datetime`.
    """
    if day is None:
        return null
    if isinstance(day, datetime):
        raise TypeError("an instant has no day of its own; use display_datetime")
    text = f"{day.day:02d}-{_SHORT_MONTHS[day.month - 1]}-{day.year:04d}"
    return f"{_SHORT_DAYS[day.weekday()]} {text}" if weekday else text


def display_date_long(day: date | None, *, weekday: bool = False, null: str = NOT_RECORDED) -> str:
    """Return `22 November 2026` for patients and families, `Sunday 22 November 2026` on request."""
    if day is None:
        return null
    if isinstance(day, datetime):
        raise TypeError("an instant has no day of its own; use display_datetime_long")
    text = f"{day.day:02d} {_LONG_MONTHS[day.month - 1]} {day.year:04d}"
    return f"{_LONG_DAYS[day.weekday()]} {text}" if weekday else text


def display_time(instant: datetime | None, *, approx: bool = False, null: str = "") -> str:
    """Return `13:10` in Europe/London, `Approx 13:10` when it is a plan.

    An hour that the autumn change repeats carries its zone (`01:30 BST`, then `01:30 GMT`):
    without it two different instants would read alike (DOMAIN 11.1).
    """
    if instant is None:
        return null
    local = _local(instant)
    text = f"{local.hour:02d}:{local.minute:02d}"
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        text = f"{text} {local.tzname()}"
    return f"Approx {text}" if approx else text


def display_datetime(
    instant: datetime | None,
    *,
    weekday: bool = False,
    approx: bool = False,
    null: str = NOT_RECORDED,
) -> str:
    """Return `22-Nov-2026 13:10` in Europe/London for an aware instant."""
    if instant is None:
        return null
    day = display_date(_local(instant).date(), weekday=weekday)
    return f"{day} {display_time(instant, approx=approx)}"


def display_datetime_short(instant: datetime | None, *, null: str = NOT_RECORDED) -> str:
    """Return `20-Nov 17:10`, for a place where the year is plain ("since 20-Nov 17:10")."""
    if instant is None:
        return null
    local = _local(instant)
    return f"{local.day:02d}-{_SHORT_MONTHS[local.month - 1]} {display_time(instant)}"


def display_datetime_long(instant: datetime | None, *, null: str = NOT_RECORDED) -> str:
    """Return `Sunday 22 November 2026 at 13:10`, Europe/London, for patients and families."""
    if instant is None:
        return null
    day = display_date_long(_local(instant).date(), weekday=True)
    return f"{day} at {display_time(instant)}"


def display_range(start: datetime | None, end: datetime | None, *, null: str = NOT_RECORDED) -> str:
    """Return `From 22-Nov-2026 13:10 To 14:00`; the day is repeated only when it differs."""
    if start is None and end is None:
        return null
    if start is None:
        return f"To {display_datetime(end)}"
    if end is None:
        return f"From {display_datetime(start)}"
    same_day = _local(start).date() == _local(end).date()
    last = display_time(end) if same_day else display_datetime(end)
    return f"From {display_datetime(start)} To {last}"


def display_duration(span: timedelta, *, largest: str = "d", smallest: str = "min") -> str:
    """Return `2d 4hr`: whole numbers rounded down, largest unit first, zero units dropped.

    Units are w, d, hr, min, sec. The size of the span is written; before or after is the
    caller's word. Nothing left over gives `0min` (CUI D+Tb-0001 to 0034).
    """
    names = [name for name, _ in _UNITS]
    units = _UNITS[names.index(largest) : names.index(smallest) + 1]
    rest = int(abs(span).total_seconds())
    parts = []
    for name, size in units:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{name}")
    return " ".join(parts) or f"0{smallest}"


def display_born(born: date | None, *, age_years: int | None = None) -> str:
    """Return the value beside the label Born: `14-Jul-1945 (81y)`; `Not known` without a date."""
    if born is None:
        return NOT_KNOWN
    text = display_date(born)
    return text if age_years is None else f"{text} ({age_years}y)"


def display_nhs_number(number: str | None, *, verified: bool = True) -> str:
    """Return the value beside the label NHS No.: `943 476 5919`.

    `Not known` when there is none; a number whose status is not 01 says so (DOMAIN 3.4). The check
    digit is not this module's business; a text without ten digits raises ValueError, because
    a shortened identity must never look like a whole one.
    """
    if number is None or not number.strip():
        return NOT_KNOWN
    digits = re.sub(r"[\s-]", "", number)
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise ValueError("an NHS number has ten digits")
    text = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    return text if verified else f"{text} (not verified)"


def display_family_name(family: str) -> str:
    """Return the family name in capitals, composed (NFC), with single spaces."""
    return _clean(family).upper()


def display_given_name(given: str) -> str:
    """Return given names in title case; a recorded mixture of cases is left as it is."""
    text = _clean(given)
    if text.islower() or (text.isupper() and len(text) > 1):
        return text.title()
    return text


def display_name(*, family: str, given: str = "", title: str = "") -> str:
    """Return `SURNAME, Forename (Title)`; nothing is cut (CUI PAB-0049 to 0053).

    A person with a single name has it as family name: `SUKARNO (Mr)`. No name at all gives
    `Name not known`.
    """
    last, first, called = display_family_name(family), display_given_name(given), _clean(title)
    text = ", ".join(part for part in (last, first) if part) or "Name not known"
    return f"{text} ({called})" if called else text


def display_phone(number: str | None, *, null: str = NOT_RECORDED) -> str:
    """Return a telephone number without +44 and brackets; spaces as recorded where it has some.

    A UK number typed without spaces gets one between area code and number (DOMAIN 3.4).
    """
    text = _clean(number or "")
    if not text:
        return null
    text = re.sub(r"^(?:\+44|0044)\s*(?:\(0\))?\s*0?", "0", text)
    text = re.sub(r"\s+", " ", text.replace("(", " ").replace(")", " ")).strip()
    if re.fullmatch(r"0[0-9]{9,10}", text):
        return _space_uk_number(text)
    return text


def _space_uk_number(digits: str) -> str:
    if digits.startswith("02"):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if re.match(r"0(?:11|1[0-9]1|3|8)", digits):
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return f"{digits[:5]} {digits[5:]}"


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(LONDON)


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
