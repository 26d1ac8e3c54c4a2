"""After the shared database was restored to an older point: sending acknowledged work again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from d2a_desktop.local_db import replica
from d2a_desktop.local_db.outbox import KEEP_ACKED, OpState
from d2a_desktop.models.outbox_op import OutboxOp

_STATE = "replay"


def begin(session: Session, *, now: datetime) -> int:
    """Put the acknowledged operations of the last 35 days back in the queue; return how many.

    Those that survived at the server are no-ops there; lost ones are applied with the usual
    merge (SYNC 3.11). Every login's operations wait until that person syncs.
    """
    since = now - KEEP_ACKED
    last = session.scalar(select(func.max(OutboxOp.seq)).where(OutboxOp.state == OpState.ACKED))
    outcome = session.execute(
        update(OutboxOp)
        .where(OutboxOp.state == OpState.ACKED, OutboxOp.settled_at >= since)
        .values(state=OpState.PENDING, settled_at=None)
        .execution_options(synchronize_session=False)
    )
    if last is not None:
        replica.put_state(session, _STATE, {"upto": last, "since": now.isoformat()})
    return int(outcome.rowcount)  # type: ignore[attr-defined]  # an UPDATE has it


def upto(session: Session) -> int:
    """Return the `seq` up to which operations are sent as replayed; 0 when none are."""
    found = replica.get_state(session, _STATE)
    return 0 if found is None else int(found["upto"])


def is_on(session: Session) -> bool:
    """Whether acknowledged work is being sent again."""
    return replica.get_state(session, _STATE) is not None


def end_if_over(session: Session, *, now: datetime, digests_agree: bool) -> bool:
    """Stop calling operations replayed once digests agree or 35 days have passed."""
    found = replica.get_state(session, _STATE)
    if found is None:
        return False
    old = now - datetime.fromisoformat(found["since"]) > timedelta(days=KEEP_ACKED.days)
    if digests_agree or old:
        replica.put_state(session, _STATE, None)
        return True
    return False
