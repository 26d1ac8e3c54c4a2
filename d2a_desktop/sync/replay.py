"""After the shared database was restored to an older point: sending acknowledged work again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from d2a_desktop.local_db import outbox, replica
from d2a_desktop.local_db.outbox import KEEP_ACKED, Op
from d2a_desktop.sync import recovery
from d2a_desktop.sync.protocol import OpResult

_STATE = "replay"


def start_over(session: Session, *, now: datetime, why: str) -> int:
    """Send acknowledged work again and read everything anew; return how many operations go again.

    Besides `sessions.redo_unproven`, the only reason for which a cursor moves back. `why` is
    told in the report: epoch, behind, lost_session or lost_work.
    """
    again = begin(session, now=now)
    replica.put_cursor(session, (0, 0))
    recovery.begin(session, now=now, why=why)
    return again


def begin(session: Session, *, now: datetime) -> int:
    """Put the acknowledged operations of the last 35 days back in the queue; return how many.

    Those that survived at the server are no-ops there; lost ones are applied with the usual
    merge (SYNC 3.11). Every login's operations wait until that person syncs.
    """
    seqs = outbox.acked_since(session, now - KEEP_ACKED)
    outbox.send_again(session, seqs)
    replica.put_state(session, _STATE, {"since": now.isoformat()})
    return len(seqs)


def go_on(session: Session, *, now: datetime) -> None:
    """Call what is sent replayed, as `is_on` says, where it is not called so already."""
    if not is_on(session):
        replica.put_state(session, _STATE, {"since": now.isoformat()})


def was_lost(session: Session, batch: Sequence[Op], answers: Sequence[OpResult]) -> bool:
    """Whether the server took as new what it had confirmed before, and nobody has noticed yet."""
    return not recovery.is_on(session) and any(
        op.acknowledged is not None and answer.status == "ok" and not answer.duplicate
        for op, answer in zip(batch, answers, strict=True)
    )


def is_on(session: Session) -> bool:
    """Whether acknowledged work is being sent again.

    Everything is then sent as replayed: a refusal for lack of sight is not final. What was
    never sent may hang on a case whose owner has not sent it again yet.
    """
    return replica.get_state(session, _STATE) is not None


def end_if_over(session: Session, *, now: datetime, digests_agree: bool) -> bool:
    """Stop calling operations replayed once digests agree or 35 days have passed."""
    found = replica.get_state(session, _STATE)
    if found is None:
        return False
    old = now - datetime.fromisoformat(found["since"]) > timedelta(days=KEEP_ACKED.days)
    if digests_agree or old:
        replica.put_state(session, _STATE, None)
        recovery.end(session, now=now)
        return True
    return False
