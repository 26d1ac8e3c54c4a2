"""The hybrid logical clock: milliseconds and a counter, never going back (SYNC 3.10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_COUNTER_BITS = 16
_MOST_AHEAD = timedelta(minutes=5)


def hlc_at(instant: datetime) -> int:
    """Return the logical time of an aware instant: `(milliseconds << 16) + 0`."""
    return int(instant.timestamp() * 1000) << _COUNTER_BITS


def instant_of(hlc: int) -> datetime:
    """Return the wall time (aware, UTC, to the millisecond) that a logical time stands for."""
    return datetime.fromtimestamp((hlc >> _COUNTER_BITS) / 1000, UTC)


def next_hlc(last: int, now: datetime) -> int:
    """Return the logical time of the next edit, later than `last` even if the clock went back."""
    return max(last + 1, hlc_at(now))


def after_seeing(last: int, seen: int, now: datetime) -> int:
    """Return this desk's logical time after it saw another's; a clock far ahead is not followed."""
    return max(last, min(seen, hlc_at(now + _MOST_AHEAD)))


def near(last: int, instant: datetime) -> int:
    """Return a logical time not before an instant, and not more than five minutes after it."""
    return max(hlc_at(instant), min(last, hlc_at(instant + _MOST_AHEAD)))
