"""Whether this desk's store is open: by its offline lease, and to the person who signed in."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import KnownError, UnreachableError
from d2a_desktop.domain import lease as leases
from d2a_desktop.domain.lease import LEASE_OVER, RESTORED, TURNED_AWAY, Lease, Standing
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.outbox import WAITING
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.shared_db.wire import Hello
from d2a_desktop.sync.protocol import ReplicaStore

TELLS_OF_LEAVING = frozenset({"no_membership", "login_closed"})
"""Codes of the failures by which a desk learns that a person may no longer use it."""

_LEASE, _AWAY = "lease", "turned_away"


@dataclass(frozen=True)
class _Facts:
    """What the store keeps of it; read once, renewed with every change."""

    lease: Lease | None = None
    away: Mapping[str, str] = field(default_factory=dict)
    unsent: int = 0


class Door:
    """Shuts the store when its lease is over or the person was deactivated; a sync opens it.

    The store asks `refusal` before every read and write. Nothing of the store is changed or
    removed by shutting: unsent work stays and goes out.

    Args:
        store: this desk's store.
        clock: this desk's clock.
        login: who signed in; None where nobody did (setting up).
        most_hours: this desk's policy, which may only shorten the lease; 0 for none.
    """

    def __init__(
        self, store: ReplicaStore, clock: Clock, *, login: str | None = None, most_hours: int = 0
    ) -> None:
        self._store = store
        self._clock = clock
        self._login = login
        self._most_hours = most_hours
        self._changing = threading.Lock()  # boards ask on several threads while a sync changes it
        self._facts = self._read()

    def standing(self) -> Standing:
        """Return how the door stands now."""
        desk, now = self._store.desk, self._clock.now()
        left = None
        with self._changing:
            facts = self._facts
            if facts.lease is not None and not desk.trial:
                self._facts = replace(facts, lease=leases.looked(facts.lease, now))
                left = leases.left(facts.lease, now, most_hours=self._most_hours)
        if self._login is not None and self._login in facts.away:
            return Standing(TURNED_AWAY, left, *_away_words(facts.unsent))
        if desk.locked_until_sync:
            return Standing(RESTORED, left, *_RESTORED_WORDS)
        if left is not None and left <= timedelta(0):
            return Standing(LEASE_OVER, left, *_OVER_WORDS)
        if left is not None and left <= leases.WARN_BEFORE:
            return Standing("", left, *_soon_words(left))
        return Standing("", left)

    def refusal(self) -> KnownError | None:
        """Return what keeps people out just now, None when they may come in."""
        standing = self.standing()
        if not standing.shut:
            return None
        return UnreachableError(standing.words, what_to_do=standing.what_to_do, code=standing.shut)

    def look(self) -> None:
        """Keep what the clock shows; at opening and with every try to exchange."""
        now = self._clock.now()
        if (lease := self._facts.lease) is not None:
            with self._store.apply() as session:
                self._put_lease(session, leases.looked(lease, now))

    def greeted(self, hello: Hello) -> None:
        """A hello came back: the lease begins anew, unless it was over.

        Then, what was withdrawn meanwhile must leave this desk before anybody looks: `let_in`.
        """
        if self.standing().shut != LEASE_OVER:
            with self._store.apply() as session:
                self._put_lease(session, self._granted_by(hello))

    def let_in(self, login: str, hello: Hello) -> None:
        """Everything of this exchange was taken in: the door is open to this person."""
        with self._store.apply() as session:
            self._put_lease(session, self._granted_by(hello))
            self._put_away(session, {k: v for k, v in self._facts.away.items() if k != login})

    def turn_away(self, login: str) -> None:
        """The shared database says that this person may no longer use it: shut for them alone."""
        now = self._clock.now().isoformat()
        with self._store.apply() as session:
            self._put_away(session, {login: now, **self._facts.away})
        read = self._read()
        with self._changing:
            self._facts = replace(read, lease=self._facts.lease)

    # ------------------------------------------------------------ inside

    def _granted_by(self, hello: Hello) -> Lease:
        hours = hello.lease_hours or leases.hours_of_kind(hello.org_kind)
        now = self._clock.now()
        return leases.granted(hours=hours, now=now, server_now=hello.server_now)

    def _read(self) -> _Facts:
        with self._store.read(even_locked=True) as session:
            away = dict(replica.get_state(session, _AWAY) or {})
            unsent = 0
            if self._login in away:
                unsent = session.scalar(
                    select(func.count()).where(
                        OutboxOp.login == self._login, OutboxOp.state.in_(WAITING)
                    )
                ) or 0  # fmt: skip
            return _Facts(self._lease_in(session), away, unsent)

    def _lease_in(self, session: Session) -> Lease | None:
        kept = replica.get_state(session, _LEASE)
        if kept is not None:
            return _lease_of(kept)
        # A desk of an earlier version of this program has spoken to a server without a lease.
        spoken = (replica.get_state(session, "health") or {}).get("answered_at")
        if spoken is None:
            return None
        at = datetime.fromisoformat(spoken)
        hours = leases.hours_of_kind(self._store.desk.org_kind)
        return leases.granted(hours=hours, now=at, server_now=at)

    def _put_lease(self, session: Session, lease: Lease) -> None:
        replica.put_state(session, _LEASE, _lease_as_json(lease))
        with self._changing:
            self._facts = replace(self._facts, lease=lease)

    def _put_away(self, session: Session, away: Mapping[str, str]) -> None:
        if away != self._facts.away:
            replica.put_state(session, _AWAY, dict(away))
            with self._changing:
                self._facts = replace(self._facts, away=away)


def _lease_of(kept: Mapping[str, Any]) -> Lease:
    at = {name: datetime.fromisoformat(kept[name]) for name in _INSTANTS}
    return Lease(hours=int(kept["hours"]), **at)


def _lease_as_json(lease: Lease) -> dict[str, Any]:
    kept: dict[str, Any] = {name: getattr(lease, name).isoformat() for name in _INSTANTS}
    return kept | {"hours": lease.hours}


_INSTANTS = ("granted_at", "server_at", "seen", "last")

_SAFE = "Nothing is lost; unsent work is kept and goes out with it."
_OVER_WORDS = (
    "This desk has been without the shared database for longer than it may.",
    f"Connect this computer and sync: the desk opens by itself. {_SAFE}",
)
_RESTORED_WORDS = (
    "This desk was restored or built anew and has not spoken to the shared database yet.",
    "Sync first: what was withdrawn since must leave this desk before anybody looks.",
)

_AWAY_WORDS = "The shared database says that your login is no longer active."


def _soon_words(left: timedelta) -> tuple[str, str]:
    hours = int(left / timedelta(hours=1))
    when = f"{hours} hours" if hours > 1 else ("1 hour" if hours else "less than an hour")
    return f"This desk shuts in {when} unless it syncs.", f"Connect this computer. {_SAFE}"


def _away_words(unsent: int) -> tuple[str, str]:
    kept = "Your changes are all sent."
    if unsent:
        changes = "One change" if unsent == 1 else f"{unsent} changes"
        kept = f"{changes} of yours could not be sent and stay on this computer."
    ask = "Ask your administrator; once it is active again, sync."
    return _AWAY_WORDS, f"{kept} {ask} Other people of this desk can sign in."
