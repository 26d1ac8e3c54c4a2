"""The offline lease: how long a desk may be used after its last word with the shared database.

A computer that never connects cannot be told to forget (SYNC 3.7). So its store shuts itself; the
next exchange opens it. Clocks lie in both directions: one that is set back must not lengthen the
lease, one that is set forward must not shut the desk beyond the next exchange.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LEASE_OVER, TURNED_AWAY, RESTORED = "lease_over", "turned_away", "locked_until_sync"
"""What shuts a desk: its lease, the person's deactivation, a restore that has not synced yet."""

WARN_BEFORE = timedelta(hours=24)
"""From then on people are told."""

_HOURS_OF_KIND = {"agency": 120}
_HOURS = 336

# The longest time between two looks that counts as time the program ran: looks come with every
# read and every exchange. A longer step of a clock that was set back is a correction.
_LONGEST_STEP = timedelta(hours=1)
# Less than this is the ordinary correction of a clock that goes right.
_SLACK = timedelta(minutes=10)


def hours_of_kind(org_kind: str) -> int:
    """Return the hours of a server that does not say: 120 for agencies, 14 days for others."""
    return _HOURS_OF_KIND.get(org_kind, _HOURS)


@dataclass(frozen=True)
class Lease:
    """What one hello granted, and what the desk's clock has shown since; instants aware, UTC.

    `granted_at` and `server_at` are the same moment by the desk's and by the server's clock.
    `seen` is never earlier than any instant the desk's clock has shown; `last` is the latest look.
    """

    hours: int
    granted_at: datetime
    server_at: datetime
    seen: datetime
    last: datetime


def granted(*, hours: int, now: datetime, server_now: datetime) -> Lease:
    """Return the lease that a hello grants at `now` of this desk's clock."""
    return Lease(hours=hours, granted_at=now, server_at=server_now, seen=now, last=now)


def looked(lease: Lease, now: datetime) -> Lease:
    """Return the lease after a look at the clock.

    While the clock shows less than it has shown before, the time for which the program runs still
    counts: `seen` goes on from where it was.
    """
    step = min(max(now - lease.last, timedelta(0)), _LONGEST_STEP)
    return replace(lease, seen=max(now, lease.seen + step), last=now)


def used(lease: Lease, now: datetime) -> timedelta:
    """Return how much of the lease is used up at `now`, by its strictest reading."""
    seen = looked(lease, now).seen
    passed = seen - lease.granted_at
    if now < seen - _SLACK:
        # Set back. Where it had run ahead at hello and is right by now, the server's clock tells.
        passed = max(passed, now - lease.server_at)
    return passed


def left(lease: Lease, now: datetime, *, most_hours: int = 0) -> timedelta:
    """Return what is left of the lease; zero or less when it is over.

    Args:
        lease: what was granted.
        now: this desk's clock.
        most_hours: a policy that may only shorten; 0 for none.
    """
    hours = min(lease.hours, most_hours) if most_hours > 0 else lease.hours
    return timedelta(hours=hours) - used(lease, now)


@dataclass(frozen=True)
class Standing:
    """How the door stands. `shut` is the code of what shuts it, empty when it is open.

    `left` is what is left of the lease, None on a desk without one. `words` and `what_to_do` are
    for people: empty unless it is shut or shuts within a day.
    """

    shut: str = ""
    left: timedelta | None = None
    words: str = ""
    what_to_do: str = ""

    @property
    def told(self) -> str:
        """The words in one line; empty when there is nothing to say."""
        return f"{self.words} {self.what_to_do}".strip()
