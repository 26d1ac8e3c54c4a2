"""Where time comes from: the system's clock, or one set by hand for trials and tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class Clock(Protocol):
    """Anything that tells the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


class SettableClock:
    """A clock that stands where it was put, for a trial desk (`D2A_NOW`), the demo and tests."""

    def __init__(self, at: datetime) -> None:
        self._at = _as_utc(at)
        self._passed = timedelta()

    def now(self) -> datetime:
        """Return the instant the clock was set to, in UTC."""
        return self._at

    def set(self, at: datetime) -> None:
        """Put the clock at `at` (aware)."""
        self._at = _as_utc(at)

    def advance(self, by: timedelta) -> None:
        """Move the clock by an elapsed duration."""
        self._at += by
        self._passed += by

    def elapsed(self) -> float:
        """Return how many seconds `advance` has let pass; `set`, like a jump, passes none."""
        return self._passed.total_seconds()


def london_day(instant: datetime) -> date:
    """Return the calendar day in Europe/London on which `instant` (aware) falls."""
    return instant.astimezone(LONDON).date()


def _as_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC)
