"""The outbox: operations in the order of sending, what became of each, and how many wait."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import BugError
from d2a_desktop.local_db.ledger import GROUP_LIMIT
from d2a_desktop.models.base import instant_text, json_text
from d2a_desktop.models.outbox_op import OutboxOp

KEEP_ACKED = timedelta(days=35)
"""How long acknowledged operations stay, to be replayed after a server's restore (SYNC 3.11)."""


class OpState(StrEnum):
    """What became of an operation."""

    PENDING = "pending"
    BLOCKED = "blocked"
    """Waits for an earlier operation on the same row to be settled by a person."""
    ACKED = "acked"
    REJECTED = "rejected"
    CONFLICT = "conflict"
    ORPHANED = "orphaned"
    """Its scope was purged before it was sent; its content is wiped."""


WAITING = (OpState.PENDING, OpState.BLOCKED)
_FEW = 50


@dataclass(frozen=True)
class Op:
    """One operation as it is kept; `wire()` gives the form that is sent (SYNC 3.3)."""

    seq: int
    op: str
    grp: str
    login: str
    entity: str
    row_id: str
    scope_id: str
    kind: str
    set: Mapping[str, Any]
    base: Mapping[str, Any]
    base_ver: int
    hlc: int
    schema_version: int
    state: OpState
    created_at: datetime
    acknowledged: Mapping[str, Any] | None = None
    """Of an operation that was confirmed before and waits to be sent again: what was said."""

    def stands_on(self, ver: int) -> bool:
        """Whether the row at this version still lacks the operation, so that it is shown on top.

        One that was confirmed once is inside every version from its own on: putting it on top
        of a newer row would show an old value as the present one.
        """
        if self.acknowledged is None:
            return True
        reached = self.acknowledged.get("ver")
        return reached is not None and ver < reached

    def wire(self) -> dict[str, Any]:
        """Return the operation as the shared database takes it; the login is not in it."""
        return {
            "op": self.op,
            "grp": self.grp,
            "e": self.entity,
            "id": self.row_id,
            "k": self.kind,
            "set": dict(self.set),
            "base": dict(self.base),
            "bv": self.base_ver,
            "hlc": self.hlc,
            "sv": self.schema_version,
        }


def past_mapper(session: Session) -> Connection:
    """Return the connection for a statement that the mapper does not see.

    What the session still holds back is written first: to expire is also to forget it. What it
    has read is read anew.
    """
    connection = session.connection()
    session.flush()
    session.expire_all()
    return connection


def pending(session: Session, *, login: str, limit: int, put_off: Collection[str] = ()) -> list[Op]:
    """Return the oldest waiting operations of one login in order, whole groups only.

    At most `limit` operations, but always at least one whole group. Left out are the groups in
    `put_off`, those behind them or behind what is blocked on the same row (an edit never overtakes
    an earlier one of its author), and those that stand on a row which is not going to be there
    yet: its insert is put off, blocked, or another person's who has not signed in since.
    """
    if not waiting_count(session, login):
        return []
    rows = (
        select(OutboxOp)
        .where(
            OutboxOp.state == OpState.PENDING,
            OutboxOp.login == login,
            OutboxOp.grp.not_in(list(put_off)),
        )
        .order_by(OutboxOp.seq)
    )
    oldest = session.scalars(rows.limit(limit + GROUP_LIMIT)).all()
    if not oldest:
        return []
    absent, behind = _kept_back(session, login, put_off)
    if absent or behind:
        return _first_groups(_standing(session.scalars(rows), absent, behind), limit)
    return _first_groups(oldest, limit)


def _kept_back(
    session: Session, login: str, put_off: Collection[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return rows whose insert is not sent now, and rows with an own edit that is not.

    Each with the `seq` of the first such operation.
    """
    found = session.execute(
        select(OutboxOp.row_id, OutboxOp.seq, OutboxOp.kind, OutboxOp.login)
        .where(
            OutboxOp.state.in_(WAITING),
            or_(
                and_(OutboxOp.kind == "ins", OutboxOp.login != login),
                OutboxOp.state == OpState.BLOCKED,
                OutboxOp.grp.in_(list(put_off)),
            ),
        )
        .order_by(OutboxOp.seq)
    )
    absent: dict[str, int] = {}
    behind: dict[str, int] = {}
    for op in found:
        if op.kind == "ins":
            absent.setdefault(op.row_id, op.seq)
        if op.login == login:
            behind.setdefault(op.row_id, op.seq)
    return absent, behind


def _standing(
    rows: Iterable[OutboxOp], absent: dict[str, int], behind: dict[str, int]
) -> Iterator[OutboxOp]:
    """Give the groups behind nothing and on nothing absent; what follows a held group is held."""
    for _, members in groupby(rows, key=lambda row: row.grp):
        held = list(members)
        if any(
            behind.get(row.row_id, row.seq) < row.seq
            or any(absent.get(name, row.seq) < row.seq for name in _stands_on(row))
            for row in held
        ):
            for row in held:
                behind.setdefault(row.row_id, row.seq)
                if row.kind == "ins":
                    absent.setdefault(row.row_id, row.seq)
        else:
            yield from held


def _stands_on(row: OutboxOp) -> list[str]:
    named = [value for value in (row.set_values or {}).values() if isinstance(value, str)]
    return [row.row_id, row.scope_id, *named]


def _first_groups(rows: Iterable[OutboxOp], limit: int) -> list[Op]:
    taken: list[Op] = []
    for _, members in groupby(rows, key=lambda row: row.grp):
        whole = [as_op(row) for row in members]
        if taken and len(taken) + len(whole) > limit:
            break
        taken.extend(whole)
        if len(taken) >= limit:
            break
    return taken


def group(session: Session, grp: str) -> list[Op]:
    """Return the operations of one command that are in the queue, in order."""
    rows = session.scalars(
        select(OutboxOp)
        .where(OutboxOp.grp == grp, OutboxOp.state == OpState.PENDING)
        .order_by(OutboxOp.seq)
    )
    return [as_op(row) for row in rows]


def as_it_is(session: Session, op: Op) -> Op:
    """Return an operation as it stands now: one taken back before it may have moved its base."""
    return as_op(session.scalars(select(OutboxOp).where(OutboxOp.op == op.op)).one())


def refused_with(session: Session, grp: str) -> list[Op]:
    """Return the operations of a command that was not taken, in order; wiped ones are left out."""
    rows = session.scalars(
        select(OutboxOp)
        .where(
            OutboxOp.grp == grp,
            OutboxOp.state.in_((OpState.REJECTED, OpState.CONFLICT)),
            OutboxOp.set_values.is_not(None),
        )
        .order_by(OutboxOp.seq)
    )
    return [as_op(row) for row in rows]


def waiting_for(session: Session, row_ids: Iterable[str]) -> dict[str, list[Op]]:
    """Return the operations that are not settled yet, by the id of their row, in order."""
    found: dict[str, list[Op]] = {}
    wanted = list(row_ids)
    if not wanted:
        return found
    session.flush()
    # Hardly any row of others has an edit of ours: first whether there is one, then what it says.
    named = f" AND row_id IN ({', '.join('?' * len(wanted))})" if len(wanted) <= _FEW else ""
    waiting = session.connection().exec_driver_sql(
        f"SELECT DISTINCT row_id FROM outbox_op WHERE state IN (?, ?){named}",
        (*WAITING, *(wanted if named else ())),
    )
    wanted = list({str(row[0]) for row in waiting}.intersection(wanted))
    for start in range(0, len(wanted), 500):
        rows = session.scalars(
            select(OutboxOp)
            .where(OutboxOp.row_id.in_(wanted[start : start + 500]), OutboxOp.state.in_(WAITING))
            .order_by(OutboxOp.seq)
        )
        for row in rows:
            found.setdefault(row.row_id, []).append(as_op(row))
    return found


def mark(
    session: Session, op_ids: Sequence[str], state: OpState, *, now: datetime, result: Any = None
) -> None:
    """Write what became of some operations.

    Args:
        session: a writing session (`LocalStore.apply`).
        op_ids: the `op` of each.
        state: the new state; PENDING puts them back in the queue.
        now: when it became so, UTC.
        result: the shared database's answer, a JSON value.

    Raises:
        BugError: an operation is not in the outbox.
    """
    values: dict[str, Any] = {"state": state, "settled_at": None}
    if state not in WAITING:  # what waits again keeps what was said of it
        values |= {"settled_at": now, "result": result}
    done = 0
    for start in range(0, len(op_ids), 500):
        part = op_ids[start : start + 500]
        outcome = session.execute(
            update(OutboxOp)
            .where(OutboxOp.op.in_(part))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        done += outcome.rowcount  # type: ignore[attr-defined]  # an UPDATE has it
    if done != len(set(op_ids)):
        raise BugError("an answer names an operation that this desk never sent")


def mark_acked(
    session: Session, versions: Mapping[str, int | None], *, now: datetime, nonce: str | None
) -> None:
    """Keep that operations were confirmed, the version each reached, and in which session.

    Args:
        session: a writing session.
        versions: by `op`, the row's version in the shared database's answer.
        now: when it became so, UTC.
        nonce: the session in which it was said (`unproven` asks for it).

    Raises:
        BugError: an operation is not in the outbox.
    """
    if not versions:
        return
    at = instant_text(now)
    done = past_mapper(session).exec_driver_sql(
        f"UPDATE outbox_op SET state = '{OpState.ACKED}', settled_at = ?, result = ? WHERE op = ?",
        [(at, json_text({"ver": ver, "in": nonce}), op) for op, ver in versions.items()],
    )
    if done.rowcount != len(versions):
        raise BugError("an answer names an operation that this desk never sent")


def send_again(session: Session, seqs: Sequence[int]) -> None:
    """Put confirmed operations back in the queue; they keep what was said of them."""
    for start in range(0, len(seqs), 500):
        for row in session.scalars(
            select(OutboxOp).where(OutboxOp.seq.in_(seqs[start : start + 500]))
        ):
            row.state, row.settled_at = OpState.PENDING, None
            row.result = {"ver": None} | (row.result or {})
    session.flush()


def acked_since(session: Session, since: datetime) -> list[int]:
    """Return the `seq` of operations that were confirmed at an instant or later, in order."""
    return list(
        session.scalars(
            select(OutboxOp.seq)
            .where(OutboxOp.state == OpState.ACKED, OutboxOp.settled_at >= since)
            .order_by(OutboxOp.seq)
        )
    )


def acked_in(session: Session, nonce: str) -> list[int]:
    """Return the `seq` of operations that were confirmed in one session, in order."""
    rows = session.execute(
        select(OutboxOp.seq, OutboxOp.result)
        .where(OutboxOp.state == OpState.ACKED)
        .order_by(OutboxOp.seq)
    )
    return [seq for seq, said in rows if (said or {}).get("in") == nonce]


def to_send_again(session: Session) -> int:
    """Return how many operations wait because of a restore: confirmed before, or put off by it."""
    return int(
        session.connection()
        .exec_driver_sql(
            "SELECT count(*) FROM outbox_op WHERE state IN ('pending', 'blocked')"
            f" AND result IS NOT NULL AND json_extract(result, '$.{_HELD}') IS NULL"
        )
        .scalar_one()
    )


_PUT_OFF, _HELD = "put_off", "held"


def note_put_off(session: Session, op_ids: Iterable[str]) -> None:
    """Keep that operations wait until another desk has sent again what they hang on."""
    _note(session, op_ids, _PUT_OFF)


def note_held(session: Session, op_ids: Iterable[str]) -> None:
    """Keep that operations wait until the shared database is updated."""
    _note(session, op_ids, _HELD)


def _note(session: Session, op_ids: Iterable[str], why: str) -> None:
    said = json_text({why: True})
    rows = [(said, op_id) for op_id in op_ids]
    if rows:
        past_mapper(session).exec_driver_sql(
            "UPDATE outbox_op SET result = ? WHERE op = ? AND result IS NULL", rows
        )


def set_base(session: Session, op_id: str, *, base: Mapping[str, Any], base_ver: int) -> None:
    """Give a waiting operation the base it now stands on, after an earlier one was confirmed."""
    row = session.scalars(select(OutboxOp).where(OutboxOp.op == op_id)).one()
    row.base_values = dict(base)
    row.base_ver = base_ver


def forget_acked(session: Session, *, now: datetime) -> int:
    """Remove acknowledged operations older than 35 days; return how many.

    Only what the shared database has confirmed leaves the outbox this way.
    """
    outcome = session.connection().exec_driver_sql(
        "DELETE FROM outbox_op WHERE state = ? AND settled_at < ?",
        (OpState.ACKED, instant_text(now - KEEP_ACKED)),
    )
    return int(outcome.rowcount)


_COUNTS = select(OutboxOp.state, func.count()).group_by(OutboxOp.state)


def counts(session: Session) -> dict[OpState, int]:
    """Return how many operations are in each state; every state is listed."""
    rows = session.execute(_COUNTS).all()
    found = {str(state): int(number) for state, number in rows}
    return {state: found.get(state, 0) for state in OpState}


@dataclass(frozen=True)
class Waiting:
    """What waits of one login: how many operations, and since when (UTC)."""

    login: str
    count: int
    oldest_at: datetime


_BY_LOGIN = (
    select(OutboxOp.login, func.count(), func.min(OutboxOp.created_at))
    .where(OutboxOp.state.in_(WAITING))
    .group_by(OutboxOp.login)
    .order_by(OutboxOp.login)
)


def waiting_by_login(session: Session) -> list[Waiting]:
    """Return what waits of each login, in order of login; each pushes only its own."""
    rows = session.execute(_BY_LOGIN)
    return [Waiting(login, int(count), at) for login, count, at in rows]


def waiting_count(session: Session, login: str) -> int:
    """Return how many operations of one login are in the queue."""
    session.flush()
    return int(
        session.connection()
        .exec_driver_sql(
            "SELECT count(*) FROM outbox_op WHERE state = ? AND login = ?", (OpState.PENDING, login)
        )
        .scalar_one()
    )


def first_to_move(session: Session, *, login: str, contested: Collection[str] = ()) -> int | None:
    """Return the `seq` of the first operation of a login that nothing known holds back.

    Args:
        session: a session of the store.
        login: whose operations.
        contested: rows on which a person must choose; commands that touch them may be blocked.

    Returns:
        None when there is none. What is sent again after a restore is not asked about: it may
        wait until another desk has sent its part.
    """
    if not any(each.login == login for each in waiting_by_login(session)):
        return None
    again = select(OutboxOp.grp).where(
        OutboxOp.state.in_(WAITING), OutboxOp.login == login, OutboxOp.result.is_not(None)
    )
    put_off = set(session.scalars(again))
    found = [op.seq for op in pending(session, login=login, limit=1, put_off=put_off)[:1]]
    blocked = session.execute(
        select(OutboxOp.seq, OutboxOp.grp, OutboxOp.row_id)
        .where(OutboxOp.state == OpState.BLOCKED, OutboxOp.login == login)
        .order_by(OutboxOp.seq)
    ).all()
    behind = {op.grp for op in blocked if op.row_id in contested} | put_off
    found += [op.seq for op in blocked if op.grp not in behind][:1]
    return min(found, default=None)


def _acknowledged(row: OutboxOp) -> Mapping[str, Any] | None:
    said = row.result if row.state in WAITING else None
    return said if said and "ver" in said else None


def as_op(row: OutboxOp) -> Op:
    """Return a kept operation as a value."""
    return Op(
        seq=row.seq,
        op=row.op,
        grp=row.grp,
        login=row.login,
        entity=row.entity,
        row_id=row.row_id,
        scope_id=row.scope_id,
        kind=row.kind,
        set=row.set_values or {},
        base=row.base_values or {},
        base_ver=row.base_ver,
        hlc=row.hlc,
        schema_version=row.schema_version,
        state=OpState(row.state),
        created_at=row.created_at,
        acknowledged=_acknowledged(row),
    )
