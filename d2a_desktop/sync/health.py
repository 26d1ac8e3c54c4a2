"""One visible state of sync, with the reason and what to do; never a silent wedge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.core.errors import KnownError
from d2a_desktop.local_db import outbox, replica
from d2a_desktop.local_db.outbox import WAITING
from d2a_desktop.shared_db.failures import (
    AuthenticationError,
    ClientTooOldError,
    NewEpochNeededError,
    NoMembershipError,
)
from d2a_desktop.shared_db.wire import Hello
from d2a_desktop.sync.protocol import ReplicaStore

STUCK_AFTER = timedelta(seconds=60)
DELAYED_AFTER = timedelta(seconds=120)
_STATE = "health"
_HORIZON = "horizon"


class State(StrEnum):
    """What the light shows (SYNC 4)."""

    SYNCED = "synced"
    WORKING = "working"
    OFFLINE = "offline"
    DELAYED = "delayed"
    NEEDS_YOU = "needs_you"
    STUCK = "stuck"


@dataclass(frozen=True)
class Health:
    """The state of sync; instants are UTC, None when it never happened."""

    state: State
    reason: str
    what_to_do: str
    code: str
    last_synced_at: datetime | None
    waiting: int
    oldest_waiting_at: datetime | None
    open_conflicts: int

    def as_json(self) -> dict[str, Any]:
        """Return the document that `d2a sync status --json` prints."""
        return {
            "state": self.state.value,
            "reason": self.reason,
            "what_to_do": self.what_to_do,
            "code": self.code,
            "last_synced_at": _text(self.last_synced_at),
            "waiting": self.waiting,
            "oldest_waiting_at": _text(self.oldest_waiting_at),
            "open_conflicts": self.open_conflicts,
        }


def note_contact(session: Session, hello: Hello, *, now: datetime) -> None:
    """Keep that the server answered, and since when its horizon has not moved."""
    facts = _facts(session)
    facts |= {"tried_at": now.isoformat(), "answered_at": now.isoformat(), "failure": None}
    replica.put_state(session, _STATE, facts)
    before = replica.get_state(session, _HORIZON) or {}
    behind = hello.horizon < hello.newest
    same = before.get("horizon") == hello.horizon
    since = before.get("since") if behind and same else now.isoformat()
    replica.put_state(
        session, _HORIZON, {"horizon": hello.horizon, "behind": behind, "since": since}
    )


def note_success(session: Session, *, now: datetime) -> None:
    """Keep that a run came to its end."""
    facts = _facts(session) | {"tried_at": now.isoformat(), "synced_at": now.isoformat()}
    replica.put_state(session, _STATE, facts | {"failure": None})


def note_progress(session: Session, *, now: datetime) -> None:
    """Keep that something waiting was settled or something new was written."""
    replica.put_state(session, _STATE, _facts(session) | {"moved_at": now.isoformat()})


def note_failure(session: Session, failure: KnownError, *, now: datetime) -> None:
    """Keep why a run failed."""
    asks = isinstance(
        failure,
        AuthenticationError | ClientTooOldError | NewEpochNeededError | NoMembershipError,
    )
    facts = _facts(session) | {
        "tried_at": now.isoformat(),
        "failure": {
            "code": failure.code,
            "message": failure.message,
            "what_to_do": failure.what_to_do,
            "needs_you": asks or failure.exit_code != 3,
        },
    }
    replica.put_state(session, _STATE, facts)


def health(store: ReplicaStore, *, now: datetime, running: bool = False) -> Health:
    """Return the state of sync at `now`; `running` while a run is under way."""
    with store.read(even_locked=True) as session:
        facts = _facts(session)
        horizon = replica.get_state(session, _HORIZON) or {}
        counted = outbox.counts(session)
        waiting = sum(counted[state] for state in WAITING)
        oldest = outbox.oldest_waiting(session)
        conflicts = len(replica.list_conflicts(session))
    seen = _Seen(facts, horizon, waiting, oldest, conflicts, running)
    state, reason, what_to_do, code = _judge(seen, now)
    return Health(
        state=state,
        reason=reason,
        what_to_do=what_to_do,
        code=code,
        last_synced_at=_instant(facts.get("synced_at")),
        waiting=waiting,
        oldest_waiting_at=oldest,
        open_conflicts=conflicts,
    )


@dataclass(frozen=True)
class _Seen:
    facts: dict[str, Any]
    horizon: dict[str, Any]
    waiting: int
    oldest: datetime | None
    conflicts: int
    running: bool


def _judge(seen: _Seen, now: datetime) -> tuple[State, str, str, str]:
    failure = seen.facts.get("failure")
    if failure and failure["needs_you"]:
        return State.NEEDS_YOU, failure["message"], failure["what_to_do"], failure["code"]
    if seen.conflicts:
        words = "One change was" if seen.conflicts == 1 else f"{seen.conflicts} changes were"
        return (
            State.NEEDS_YOU,
            f"{words} not taken as sent.",
            "Look at them and choose.",
            "conflicts",
        )
    if failure:
        return State.OFFLINE, failure["message"], failure["what_to_do"], failure["code"]
    if _is_stuck(seen, now):
        return (
            State.STUCK,
            "Changes wait although the server answers.",
            "Keep this program open and tell your administrator.",
            "stuck",
        )
    since = _instant(seen.horizon.get("since"))
    if seen.horizon.get("behind") and since is not None and now - since > DELAYED_AFTER:
        return (
            State.DELAYED,
            "The server holds back what others wrote.",
            "Your work is sent; news from others comes late. Tell the administrator.",
            "server_delayed",
        )
    if seen.running or seen.waiting:
        return State.WORKING, "Changes are on their way.", "", "working"
    if seen.facts.get("synced_at") is None:
        return State.OFFLINE, "This desk has not synced yet.", "Sync once.", "never_synced"
    return State.SYNCED, "Everything is shared.", "", "synced"


def _is_stuck(seen: _Seen, now: datetime) -> bool:
    """Whether nothing has moved for a minute though the server answered in that time."""
    answered = _instant(seen.facts.get("answered_at"))
    if not seen.waiting or seen.oldest is None or answered is None:
        return False
    moved = max(filter(None, (_instant(seen.facts.get("moved_at")), seen.oldest)))
    return now - moved > STUCK_AFTER and answered - moved > timedelta(0)


def _facts(session: Session) -> dict[str, Any]:
    return dict(replica.get_state(session, _STATE) or {})


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")
