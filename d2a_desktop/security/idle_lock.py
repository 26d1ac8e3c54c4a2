"""The rule of the idle lock: after how much quiet a desk warns and locks; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class IdleState(StrEnum):
    """What the desk's window must show."""

    OPEN = "open"
    WARNING = "warning"
    LOCKED = "locked"


@dataclass(frozen=True)
class IdleLock:
    """Locks after `limit` without a key or the mouse, warning `notice` before.

    Times are elapsed seconds of a monotonic clock: a computer's wall clock may be set.
    """

    limit: timedelta = timedelta(minutes=5)
    notice: timedelta = timedelta(seconds=30)

    def __post_init__(self) -> None:
        if self.limit <= timedelta(0) or not timedelta(0) <= self.notice < self.limit:
            raise ValueError("the limit is positive and the notice shorter than it")

    def state(self, *, last_touched: float, now: float) -> IdleState:
        """Return what to show at `now`, `last_touched` being the last key or mouse."""
        quiet = now - last_touched
        if quiet >= self.limit.total_seconds():
            return IdleState.LOCKED
        if quiet >= (self.limit - self.notice).total_seconds():
            return IdleState.WARNING
        return IdleState.OPEN

    def seconds_until_next(self, *, last_touched: float, now: float) -> float:
        """Return after how many seconds the state may change; 0 when it is locked."""
        quiet = now - last_touched
        limit, notice = self.limit.total_seconds(), self.notice.total_seconds()
        if quiet >= limit:
            return 0.0
        return limit - quiet if quiet >= limit - notice else limit - notice - quiet
