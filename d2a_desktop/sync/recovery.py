"""What came of the work that was sent again after the server was put back: told to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.local_db import outbox, replica
from d2a_desktop.local_db.outbox import Op
from d2a_desktop.sync.protocol import OpResult

_STATE = "recovery"
_MOST_LISTED = 500


@dataclass(frozen=True)
class RecoveredRow:
    """One operation of the lost time: its record and row, and the server's word on it.

    `code` is empty when it was applied again, else the word of the refusal, or "conflict".
    """

    entity: str
    row_id: str
    code: str = ""


@dataclass(frozen=True)
class Recovery:
    """The last recovery of this desk; instants are UTC.

    `why` is epoch, behind, lost_session (also a copied store) or lost_work. `survived` counts
    what the server still had; `waiting` what is still to be sent, or waits until its case is
    sent again by its owner. The lists end at 500 rows; the counts do not.
    """

    began_at: datetime
    ended_at: datetime | None
    why: str
    survived: int
    applied_count: int
    refused_count: int
    waiting: int
    applied: tuple[RecoveredRow, ...]
    refused: tuple[RecoveredRow, ...]


def begin(session: Session, *, now: datetime, why: str) -> None:
    """Open the account; one that is open already goes on."""
    if is_on(session):
        return
    empty: dict[str, Any] = {"survived": 0, "applied_count": 0, "refused_count": 0}
    empty |= {"applied": [], "refused": [], "ended_at": None}
    replica.put_state(session, _STATE, {"began_at": now.isoformat(), "why": why} | empty)


def is_on(session: Session) -> bool:
    """Whether a recovery has begun and not ended."""
    found = replica.get_state(session, _STATE)
    return found is not None and found["ended_at"] is None


def end(session: Session, *, now: datetime) -> None:
    """Close the account; it stays to be read until the next one."""
    if is_on(session):
        found = replica.get_state(session, _STATE)
        replica.put_state(session, _STATE, found | {"ended_at": now.isoformat()})


def note(session: Session, batch: Sequence[Op], answers: Sequence[OpResult]) -> None:
    """Write down what became of operations that had been confirmed before."""
    again = [
        (op, answer)
        for op, answer in zip(batch, answers, strict=True)
        if op.acknowledged is not None and answer.status != "blocked" and answer.final
    ]
    if not again or not is_on(session):
        return
    found = dict(replica.get_state(session, _STATE))
    for op, answer in again:
        if answer.status == "ok" and answer.duplicate:
            found["survived"] += 1
            continue
        kind = "applied" if answer.status == "ok" else "refused"
        code = "" if kind == "applied" else _code(answer)
        found[f"{kind}_count"] += 1
        if len(found[kind]) < _MOST_LISTED:
            found[kind] = [*found[kind], [op.entity, op.row_id, code]]
    replica.put_state(session, _STATE, found)


def last(session: Session) -> Recovery | None:
    """Return the last recovery, None when there never was one."""
    found: Mapping[str, Any] | None = replica.get_state(session, _STATE)
    if found is None:
        return None
    ended = found["ended_at"]
    return Recovery(
        began_at=datetime.fromisoformat(found["began_at"]),
        ended_at=None if ended is None else datetime.fromisoformat(ended),
        why=found["why"],
        survived=found["survived"],
        applied_count=found["applied_count"],
        refused_count=found["refused_count"],
        waiting=outbox.to_send_again(session),
        applied=tuple(RecoveredRow(*row) for row in found["applied"]),
        refused=tuple(RecoveredRow(*row) for row in found["refused"]),
    )


def _code(answer: OpResult) -> str:
    return "conflict" if answer.status == "conflict" else answer.why or "invalid"
