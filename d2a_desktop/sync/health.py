"""One visible state of sync, with the reason and what to do; never a silent wedge.

What is remembered from run to run is compared by the server's clock, which hello tells; what
happens within this process by seconds that only pass (`sync/watch.py`). The desk's own clock,
which may jump, is used for nothing but to show when something was.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.core.errors import KnownError
from d2a_desktop.local_db import outbox, people, replica
from d2a_desktop.local_db.outbox import Waiting
from d2a_desktop.shared_db.failures import (
    AuthenticationError,
    ClientTooOldError,
    NewEpochNeededError,
    NoMembershipError,
)
from d2a_desktop.shared_db.wire import Hello
from d2a_desktop.sync.judging import PersonWaiting, Seen, State, count, instant, judge
from d2a_desktop.sync.protocol import Progress, ReplicaStore
from d2a_desktop.sync.watch import Step, Watched

STALE_AFTER = timedelta(minutes=15)
"""From then on the picture says how old it is (UI.md section 9, States)."""
CLOCK_MAY_DIFFER = timedelta(minutes=2)
__all__ = ["Health", "PersonWaiting", "State", "health"]

_STATE = "health"
_HORIZON = "horizon"
_STANDING = "standing"


@dataclass(frozen=True)
class Health:
    """The state of sync; instants are UTC, None when it never happened.

    `reason` and `what_to_do` are for the person at the desk, `code` for who helps them. `stale`:
    nothing was exchanged for a quarter of an hour, or nobody can tell. `clock_ahead` is how far
    this computer's clock is ahead of the server's, negative when behind.
    """

    state: State
    reason: str
    what_to_do: str
    code: str
    stale: bool
    last_synced_at: datetime | None
    waiting: int
    oldest_waiting_at: datetime | None
    open_conflicts: int
    people: tuple[PersonWaiting, ...] = ()
    clock_ahead: timedelta | None = None
    lag_seconds: float | None = None
    step: Step | None = None
    checked_at: datetime | None = None

    @property
    def clock_warning(self) -> str:
        """What to say of a clock that differs by more than two minutes; else empty."""
        off = self.clock_ahead
        if off is None or abs(off) <= CLOCK_MAY_DIFFER:
            return ""
        side = "ahead of" if off > timedelta(0) else "behind"
        return (
            f"This computer's clock is {_length(abs(off))} {side} the server's. Times that you"
            " enter may be wrong: ask your IT team to set it."
        )

    def as_json(self) -> dict[str, Any]:
        """Return the document that `d2a sync status --json` prints (docs/command-line.md)."""
        return {
            "state": self.state.value,
            "code": self.code,
            "reason": self.reason,
            "what_to_do": self.what_to_do,
            "stale": self.stale,
            "last_synced_at": _text(self.last_synced_at),
            "waiting": self.waiting,
            "oldest_waiting_at": _text(self.oldest_waiting_at),
            "open_conflicts": self.open_conflicts,
            "people": [asdict(each) | {"oldest_at": _text(each.oldest_at)} for each in self.people],
            "clock_ahead_s": None if self.clock_ahead is None else self.clock_ahead.total_seconds(),
            "clock_warning": self.clock_warning or None,
            "lag_s": self.lag_seconds,
            "checked_at": _text(self.checked_at),
            "progress": _progress(self.step),
        }


# --- what a run leaves behind -------------------------------------------------------------


def note_contact(session: Session, hello: Hello, *, login: str, now: datetime) -> None:
    """Keep that the server answered, and since when its horizon has not moved."""
    facts = _facts(session)
    ahead = (now - hello.server_now).total_seconds()
    facts |= {"answered_at": now.isoformat(), "login": login, "clock_ahead_s": ahead}
    if not facts.get("failing"):  # one that comes after the greeting is over when a run ends well
        facts["failure"] = None
    replica.put_state(session, _STATE, facts)
    before = replica.get_state(session, _HORIZON) or {}
    behind = hello.horizon < hello.newest
    told = hello.server_now.isoformat()
    same = behind and before.get("horizon") == hello.horizon
    replica.put_state(
        session,
        _HORIZON,
        {
            "horizon": hello.horizon,
            "behind": behind,
            "since": before.get("since") if same else told,
            "at": told,
            "lag_s": hello.lag_seconds,
        },
    )


def note_success(session: Session, hello: Hello | None, *, login: str, now: datetime) -> None:
    """Keep that a run came to its end, and which operation stands first in the queue after it.

    An operation that stands there after runs a minute apart will never move by itself. A run
    without hello does not know the server's time, so the next with one looks at the queue.
    """
    facts = _facts(session) | {"synced_at": now.isoformat(), "failure": None, "failing": None}
    replica.put_state(session, _STATE, facts)
    if hello is None:
        return
    standing = dict(replica.get_state(session, _STANDING) or {})
    before = standing.pop(login, None)
    first = _first_that_should_move(session, login)
    if first is not None:
        told = hello.server_now.isoformat()
        since = before["since"] if before and before["seq"] == first else told
        standing[login] = {"seq": first, "since": since, "at": told}
    replica.put_state(session, _STANDING, standing)


def held_back(session: Session) -> int:
    """Return how many operations waited for the server's update when it was last looked."""
    return int(_facts(session).get("held_back", 0))


def note_held_back(session: Session, count: int) -> None:
    """Keep how many operations wait until the server is updated."""
    facts = _facts(session)
    if facts.get("held_back", 0) != count:
        replica.put_state(session, _STATE, facts | {"held_back": count})


def note_failure(
    session: Session,
    failure: KnownError,
    *,
    now: datetime,
    hello: Hello | None = None,
    moved: bool = False,
) -> None:
    """Keep why a run failed.

    Args:
        session: a writing session.
        failure: what ended the run.
        now: the present instant.
        hello: the server's answer to this run's greeting; None when it did not answer.
        moved: whether something was sent or received before the failure.
    """
    asks = isinstance(
        failure,
        AuthenticationError | ClientTooOldError | NewEpochNeededError | NoMembershipError,
    )
    facts = _facts(session) | {
        "failure": {
            "code": failure.code,
            "message": failure.message,
            "what_to_do": failure.what_to_do,
            "needs_you": asks or failure.exit_code != 3,
        },
    }
    if hello is not None:
        told = hello.server_now.isoformat()
        failing = facts.get("failing")
        since = failing["since"] if failing and not moved else told
        facts["failing"] = {"since": since, "at": told}
    else:
        facts["failing"] = None
    replica.put_state(session, _STATE, facts)


def _first_that_should_move(session: Session, login: str) -> int | None:
    """Return the first waiting operation of a login that waits for nothing known.

    One that is behind a conflict waits for a choice; one sent again after a restore may wait
    until the case's own desk has sent the case again.
    """
    conflicts = replica.list_conflicts(session)
    behind = {each.row_id for each in conflicts if each.code == "conflict"}
    return outbox.first_to_move(session, login=login, contested=behind)


# --- the state ----------------------------------------------------------------------------


def health(
    store: ReplicaStore,
    *,
    now: datetime,
    watched: Watched | None = None,
    login: str | None = None,
) -> Health:
    """Return the state of sync.

    Args:
        store: this desk's store.
        now: the present instant, to show and to tell a stale picture after a restart.
        watched: what this process's runs do; None where it has none.
        login: who is signed in; the last one that exchanged where it is not given.
    """
    seen = _look(store, watched or Watched(), login)
    stale = _stale(seen, now)
    verdict = judge(seen, stale=stale)
    synced_at = instant(seen.facts.get("synced_at"))
    ahead = seen.facts.get("clock_ahead_s")
    return Health(
        state=verdict.state,
        reason=verdict.reason,
        what_to_do=verdict.what_to_do,
        code=verdict.code,
        stale=stale,
        last_synced_at=synced_at,
        waiting=sum(each.waiting for each in seen.people),
        oldest_waiting_at=min((each.oldest_at for each in seen.people), default=None),
        open_conflicts=seen.conflicts,
        people=seen.people,
        clock_ahead=None if ahead is None else timedelta(seconds=ahead),
        lag_seconds=seen.horizon.get("lag_s"),
        step=seen.watched.step,
        checked_at=instant(seen.checked_at),
    )


def _look(store: ReplicaStore, watched: Watched, login: str | None) -> Seen:
    with store.read(even_locked=True) as session:
        facts = _facts(session)
        who = login or facts.get("login")
        waiting = outbox.waiting_by_login(session)
        standing = replica.get_state(session, _STANDING) or {}
        return Seen(
            facts=facts,
            horizon=replica.get_state(session, _HORIZON) or {},
            standing=standing.get(who),
            people=tuple(_person(session, each, who) for each in waiting),
            sendable=who is None or bool(outbox.pending(session, login=who, limit=1)),
            conflicts=len(replica.list_conflicts(session)),
            replayed=outbox.to_send_again(session) > 0,
            checked_at=replica.get_state(session, "checked_at"),
            watched=watched,
        )


def _person(session: Session, found: Waiting, who: str | None) -> PersonWaiting:
    known = people.person(session, found.login)
    return PersonWaiting(
        login=found.login,
        name=known.name if known and known.name else found.login,
        waiting=found.count,
        oldest_at=found.oldest_at,
        signed_in=who is None or found.login == who,
    )


def _stale(seen: Seen, now: datetime) -> bool:
    """Whether the last exchange is long ago; a clock that went back behind it cannot tell."""
    if seen.watched.since_success_seconds is not None:
        return seen.watched.since_success_seconds > STALE_AFTER.total_seconds()
    synced_at = instant(seen.facts.get("synced_at"))
    if synced_at is None:
        return True
    return not -CLOCK_MAY_DIFFER <= now - synced_at <= STALE_AFTER


def _progress(step: Step | None) -> dict[str, Any] | None:
    if step is None:
        return None
    told: Progress = step.progress
    return {
        "stage": told.stage,
        "done": told.done,
        "total": told.total,
        "silent_s": round(step.silent_seconds, 1),
    }


def _facts(session: Session) -> dict[str, Any]:
    return dict(replica.get_state(session, _STATE) or {})


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat().replace("+00:00", "Z")


def _length(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return count(minutes, "minute")
    hours = round(minutes / 60)
    return count(hours, "hour") if hours < 48 else count(round(hours / 24), "day")
