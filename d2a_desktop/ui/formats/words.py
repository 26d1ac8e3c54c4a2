"""Short words for spans, counts and days, as the boards write them."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.display import display_datetime_short, display_duration, display_time
from d2a_desktop.ui.formats.language import plural, tr

SIMILAR_NAME = "Similar name: check Born and NHS No."
"""Said of a person whom somebody else on the same ward or list could be taken for."""
UNCONFIRMED = "not yet confirmed"
"""Said wherever a person would act on what the shared database has not confirmed."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def hours_and_minutes(span: timedelta) -> str:
    """Return the size of a span as `4 h 00 m`, `51 h 12 m`, rounded down to the minute."""
    minutes = int(abs(span).total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60:02d} m"


def time_left(until: datetime, now: datetime) -> str:
    """Return `4 h 00 m left` before an instant, `3 h 12 m over` from it on (both aware)."""
    left = until - now
    span = hours_and_minutes(left)
    return tr("{span} over", span=span) if left < timedelta(0) else tr("{span} left", span=span)


def elapsed_waiting(since: datetime, now: datetime) -> str:
    """Return `2d 4hr waiting`: how long someone has waited by the clock (CUI D+Tb)."""
    span = display_duration(max(now - since, timedelta(0)), smallest="hr")
    return tr("{span} waiting", span=span)


def days_waiting(days: int) -> str:
    """Return `2 days waiting`; the days are counted by date (DECISIONS, Small ones)."""
    return plural(max(0, days), "day waiting", "days waiting")


def since(instant: datetime) -> str:
    """Return `since 20-Nov 17:10` in Europe/London."""
    return tr("since {when}", when=display_datetime_short(instant))


def approx(instant: datetime) -> str:
    """Return `Approx Thu 14:10`: the provisional due time of a planned departure."""
    return tr("Approx {when}", when=f"{weekday(instant)} {display_time(instant)}")


def weekday(instant: datetime) -> str:
    """Return `Thu`, the day of the week in Europe/London."""
    return tr(_DAYS[london_day(instant).weekday()])


def day_and_time(instant: datetime, now: datetime) -> str:
    """Return `today 17:10`, `tomorrow 09:00`, else `20-Nov 17:10`, in Europe/London."""
    days = (london_day(instant) - london_day(now)).days
    near = {-1: tr("yesterday"), 0: tr("today"), 1: tr("tomorrow")}.get(days)
    return f"{near} {display_time(instant)}" if near else display_datetime_short(instant)


def ago(then: datetime, now: datetime) -> str:
    """Return `12 s ago`, `4 min ago`, `3 h ago` or the day and time for older instants."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 60:
        return tr("{number} s ago", number=seconds)
    if seconds < 3600:
        return tr("{number} min ago", number=seconds // 60)
    return (
        tr("{number} h ago", number=seconds // 3600)
        if seconds < 86_400
        else display_datetime_short(then)
    )


def count(number: int, one: str, many: str) -> str:
    """Return `1 person`, `31 people`."""
    return f"{number:,} {one if number == 1 else many}"


def fold(text: str) -> str:
    """Return text as it is searched: no case and no accents, so that `nguyen` finds NGUYỄN."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    for letter in set(plain):  # the few that are there, not one by one
        if unicodedata.combining(letter):
            plain = plain.replace(letter, "")
    return plain.translate(_BARRED)


# Letters with a bar or hook through them do not decompose.
_BARRED = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "\u0131": "i", "\u2019": "'"})
