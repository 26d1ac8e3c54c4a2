"""Sending what this desk's people changed, in order, and recording what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.local_db import outbox, replica
from d2a_desktop.local_db.outbox import Op, OpState
from d2a_desktop.shared_db.failures import ConnectionLostError, TryAgainError, UnreadableError
from d2a_desktop.sync import apply, health, merge, recovery, replay, sessions
from d2a_desktop.sync.pace import Backoff
from d2a_desktop.sync.protocol import (
    Hello,
    OpResult,
    Progress,
    Refused,
    ReplicaStore,
    SharedGateway,
    SyncSettings,
    Tally,
)
from d2a_desktop.sync.upcast import upcast
from d2a_desktop.sync.versions import HoldBack

MOST_PER_CALL = 500
"""More operations than this the server refuses in one call."""
_ALL = 1_000_000


class Pusher:
    """Pushes the waiting operations of one login, batch by batch, until none is left.

    A batch that may or may not have arrived is sent again as it was: the ledger of the server
    gives each operation its effect once. An operation that is refused for good is recorded and
    never holds up the others.
    """

    def __init__(
        self,
        store: ReplicaStore,
        gateway: SharedGateway,
        *,
        settings: SyncSettings,
        now: Callable[[], datetime],
        wait: Callable[[float], None],
        server: Hello,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._settings = settings
        self._now = now
        self._wait = wait
        self._server = server
        self._held = HoldBack(server.schema_version)

    def run(
        self,
        login: str,
        tally: Tally,
        *,
        on_progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Send all that waits for `login`."""
        put_off: set[str] = set()
        settled = 0
        with self._store.read(even_locked=True) as session:
            total = outbox.waiting_count(session, login)
            held_before = health.held_back(session)
        if not total and not held_before:
            return
        if total:
            on_progress(Progress("push", 0, total))
        limit = min(self._settings.batch, MOST_PER_CALL)
        while not cancelled():
            batch = self._next_batch(login, put_off, limit)
            if not batch:
                self._note_held(login, put_off)
                return
            try:
                answers = self._send(batch)
            except UnreadableError:
                if len({op.grp for op in batch}) > 1:
                    limit = 1  # one of them is at fault: group by group from here on
                    continue
                answers = _unreadable(batch)
            with self._store.apply() as session:
                put_off |= _record(session, batch, answers, tally, self._now())
            tally.pushed += sum(1 for a in answers if a.status == "ok")
            settled += sum(1 for a in answers if a.status != "blocked" and a.final)
            on_progress(Progress("push", settled, max(total, settled)))

    def _next_batch(self, login: str, put_off: set[str], limit: int) -> list[Op]:
        """Return the next whole groups that are neither put off to a later run nor held back."""
        with self._store.read(even_locked=True) as session:
            while True:
                stays = put_off | self._held.groups
                found = outbox.pending(session, login=login, limit=limit, put_off=stays)
                batch = self._held.sort_out(found)
                if batch or not found:
                    return batch

    def _note_held(self, login: str, put_off: set[str]) -> None:
        """Keep what waits for the server's update: what was held back, and what stands on that."""
        with self._store.apply() as session:
            held: list[Op] = []
            if self._held.groups:
                held = outbox.pending(session, login=login, limit=_ALL, put_off=put_off)
                outbox.note_held(session, [op.op for op in held])
            health.note_held_back(session, len(held))

    def _send(self, batch: Sequence[Op]) -> list[OpResult]:
        with self._store.read(even_locked=True) as session:
            replayed = replay.is_on(session)
        oldest = self._server.min_client_version
        ops = [upcast(wire_op(op, replayed=replayed), oldest=oldest) for op in batch]
        backoff = Backoff(seed=batch[0].seq)
        while True:
            try:
                return self._gateway.push(client=self._store.desk.desk_id, ops=ops)
            except ConnectionLostError:
                raise  # what comes next begins with hello
            except TryAgainError:
                delay = backoff.failed()
                if backoff.failures >= self._settings.attempts:
                    raise
                self._wait(delay)


def _unreadable(batch: Sequence[Op]) -> list[OpResult]:
    """Return the answers of a command that the server could not read, so that it gave none."""
    return [
        OpResult(op=op.op, status="rejected", why="group" if n else "invalid")
        for n, op in enumerate(batch)
    ]


def wire_op(op: Op, *, replayed: bool) -> dict[str, Any]:
    """Return an operation as it is sent."""
    values = {name: value for name, value in op.set.items() if name != "scope_id"}
    sent = {**op.wire(), "scope": op.scope_id, "set": values}
    return {**sent, "replay": True} if replayed else sent


def _record(
    session: Session, batch: Sequence[Op], answers: Sequence[OpResult], tally: Tally, now: datetime
) -> set[str]:
    """Write what became of a batch; return the groups that are to wait for a later run."""
    put_off: set[str] = set()
    if all(answer.status == "blocked" for answer in answers):
        return {op.grp for op in batch}  # nothing moved: no second try within this run
    done = {a.op: a.ver for a in answers if a.status == "ok"}
    outbox.mark_acked(session, done, now=now, nonce=sessions.current(session))
    if done:
        sessions.note_confirmed(session)
    if replay.was_lost(session, batch, answers):
        replay.start_over(session, now=now, why="lost_work")
    recovery.note(session, batch, answers)
    behind = _behind_a_conflict(session, batch, answers)
    # Nothing of a command is sent once more without what was refused for good.
    refused = {
        op.grp
        for op, answer in zip(batch, answers, strict=True)
        if answer.status in ("rejected", "conflict") and answer.final
    }
    taken = _take_in(session, batch, answers) if done else []
    for op, answer in zip(batch, answers, strict=True):
        tally.cascades.extend(answer.cascade)
        if answer.status == "blocked":
            # Behind a refusal it is judged for itself in the next batch; behind a conflict it
            # waits for the person's choice.
            if op.grp in behind:  # all of a command waits, or nothing of it
                outbox.mark(session, [op.op], OpState.BLOCKED, now=now)
            continue
        if answer.status == "ok":
            continue
        if not answer.final and op.grp not in refused:
            put_off.add(op.grp)  # after a restore: its owner may have to send the case again first
            outbox.note_put_off(session, [op.op])
            continue
        _take_back(session, outbox.as_it_is(session, op), answer, tally, now)
    for op in taken:
        tally.add(apply.show_again(session, op.entity, op.row_id))
    return put_off


def _take_in(session: Session, batch: Sequence[Op], answers: Sequence[OpResult]) -> list[Op]:
    """Keep what was taken below what waits; return operations whose rows are to be shown again."""
    waiting = replica.pending_ops_for(session, {op.row_id for op in batch})
    return [
        op
        for op, answer in zip(batch, answers, strict=True)
        if answer.status == "ok"
        and answer.ver is not None
        and apply.take_into_shadow(
            session,
            op,
            ver=answer.ver,
            lost=answer.lost,
            waiting=waiting.get(op.row_id, ()),
        )
    ]


def _behind_a_conflict(
    session: Session, batch: Sequence[Op], answers: Sequence[OpResult]
) -> set[str]:
    """Return the groups that wait for a person: one of their rows has an open conflict."""
    contested = {c.row_id for c in replica.list_conflicts(session) if c.code == "conflict"}
    pairs = list(zip(batch, answers, strict=True))
    contested |= {op.row_id for op, answer in pairs if answer.status == "conflict"}
    return {op.grp for op, a in pairs if a.status == "blocked" and op.row_id in contested}


def _take_back(session: Session, op: Op, answer: OpResult, tally: Tally, now: datetime) -> None:
    """Record a refusal or a conflict, and show the row without the operation."""
    conflict = answer.status == "conflict"
    code = "conflict" if conflict else (answer.why or "invalid")
    result = {"s": answer.status, "why": answer.why, "by": answer.theirs_by}
    outbox.mark(
        session, [op.op], OpState.CONFLICT if conflict else OpState.REJECTED, now=now, result=result
    )
    refused = Refused(op=op.op, entity=op.entity, row_id=op.row_id, code=code)
    if conflict:
        tally.conflicts.append(refused)
    else:
        tally.rejected.append(refused)
    if code != "group":  # the person is told of the operation at fault, once
        replica.put_conflict(
            session, op, code=code, theirs=answer.theirs, theirs_by=answer.theirs_by, now=now
        )
    _show_without(session, op, tally)


def _show_without(session: Session, op: Op, tally: Tally) -> None:
    if op.kind == "ins":
        if not replica.rows_wire(session, op.entity, [op.row_id]):
            return
        replica.remove_unconfirmed(session, op.entity, op.row_id)
        tally.kinds.add(op.entity)
        return
    waiting = replica.pending_ops_for(session, [op.row_id]).get(op.row_id, [])
    later = [each for each in waiting if each.seq > op.seq]
    if replica.get_shadow(session, op.entity, op.row_id) is not None:
        tally.add(apply.show_again(session, op.entity, op.row_id))
    else:
        _undo(session, op, later, tally)
    _stand_on_what_it_stood_on(session, op, later)


def _stand_on_what_it_stood_on(session: Session, op: Op, later: Sequence[Op]) -> None:
    """Let later edits of the fields of a refused one stand on what that stood on."""
    based: dict[str, dict[str, Any]] = {}
    for name in op.set:
        following = next((each for each in later if name in each.set), None)
        if following is not None:
            based.setdefault(following.op, {})[name] = op.base.get(name)
    for each in later:
        if each.op in based:
            base = {**each.base, **based[each.op]}
            outbox.set_base(session, each.op, base=base, base_ver=each.base_ver)


def _undo(session: Session, op: Op, later: Sequence[Op], tally: Tally) -> None:
    row = replica.rows_wire(session, op.entity, [op.row_id]).get(op.row_id)
    if row is None:
        return
    edit = merge.Edit(set=op.set, base=op.base, base_ver=op.base_ver, hlc=op.hlc)
    back, _ = merge.undo(row, edit, later)
    if back:
        replica.patch_row(session, op.entity, op.row_id, back)
        tally.kinds.add(op.entity)
        tally.ids.add((op.entity, op.row_id))
