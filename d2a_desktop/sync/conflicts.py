"""A person's choice between mine and theirs; the choice is a new operation on a fresh base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.core.ids import new_id
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.local_db import ledger, outbox, replica
from d2a_desktop.local_db.outbox import Op, OpState
from d2a_desktop.local_db.recording import RowChange
from d2a_desktop.local_db.replica import ConflictRow
from d2a_desktop.local_db.unit_of_work import LocalStore, UnitOfWork
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.models.record_classes import RECORD_CLASSES
from d2a_desktop.models.wire import python_value
from d2a_desktop.sync import apply

_WRITES = ("mine", "edit")


def open_conflicts(store: LocalStore) -> list[ConflictRow]:
    """Return what needs a person, oldest first; of a shut desk too, to be counted alone."""
    with store.read(even_locked=True) as session:
        return replica.list_conflicts(session)


def resolve(
    store: LocalStore,
    caller: Caller,
    op_id: str,
    *,
    choice: str,
    now: datetime,
    values: Mapping[str, Any] | None = None,
) -> ChangeSet:
    """Settle one conflict.

    Args:
        store: this desk's store.
        caller: the person who chooses; the new operations go out under their login.
        op_id: the conflict's operation.
        choice: mine (write my values again), theirs or seen (leave it), edit (write `values`).
        now: the present instant.
        values: wire values by field, for edit; fields that are not given are written as mine.

    Mine and edit also do again what the same command wrote elsewhere: nothing of it was taken.

    Raises:
        RefusedError: it is settled already (code "settled"), cannot be chosen so
            ("no_such_choice"), or the row is no longer here ("not_here"), so that the command has
            to be given again.
    """
    with store.read() as session:
        found = next((c for c in replica.list_conflicts(session) if c.op == op_id), None)
        if found is None:
            raise RefusedError("This is settled already.", code="settled")
        if choice not in choices_for(found):
            raise RefusedError(
                "This cannot be chosen here.",
                what_to_do=f"Choose one of: {', '.join(choices_for(found))}.",
                code="no_such_choice",
            )
        command = outbox.refused_with(session, found.grp) if choice in _WRITES else []
    changes = NO_CHANGES
    if choice in _WRITES:
        wanted = dict(found.mine or {}) | (dict(values or {}) if choice == "edit" else {})
        changes = _write_again(store, caller, found, wanted, command, now)
    with store.apply() as session:
        replica.resolve_conflict(session, op_id, choice=choice, login=caller.login, now=now)
        _unblock(session, found.row_id)
        _note_choice(session, caller, found, choice, now)
    return changes


def choices_for(conflict: ConflictRow) -> tuple[str, ...]:
    """Return how a conflict may be settled; a refusal can only be seen."""
    return ("mine", "theirs", "edit") if conflict.code == "conflict" else ("seen",)


def _write_again(
    store: LocalStore,
    caller: Caller,
    found: ConflictRow,
    values: Mapping[str, Any],
    command: Sequence[Op],
    now: datetime,
) -> ChangeSet:
    others = [op for op in command if op.op != found.op]
    grp = new_id(now)
    with store.write(caller, action=AuditAction.CONFLICT_RESOLVED, grp=grp) as unit:
        _put(unit, found.entity, found.row_id, values)
        for op in others:
            if op.kind == "ins":
                _insert(unit, op)
            else:
                _put(unit, op.entity, op.row_id, op.set)
    # Judged on what people saw: the value of theirs that was shown, and elsewhere what stood there
    # when it was written first. What has changed since is met again, never written over.
    shown = found.theirs or {}
    with store.apply() as session:
        for op in outbox.group(session, grp):
            then = next((o for o in command if (o.entity, o.row_id) == (op.entity, op.row_id)), op)
            known = {**then.base, **(shown if then.op == found.op else {})}
            base = {name: known.get(name, old) for name, old in op.base.items()}
            apply.keep_shadow(session, op.entity, op.row_id)
            outbox.set_base(session, op.op, base=base, base_ver=then.base_ver)
    return unit.changes


def _put(unit: UnitOfWork, entity: str, row_id: str, values: Mapping[str, Any]) -> None:
    row = unit.session.get(RECORD_CLASSES[entity], row_id)
    if row is None:
        raise RefusedError(
            "The record is not on this desk, so the change cannot be made again here.",
            what_to_do="Choose theirs and give the command again.",
            code="not_here",
        )
    for name, value in values.items():
        setattr(row, name, python_value(entity, name, value))


def _insert(unit: UnitOfWork, op: Op) -> None:
    values = {
        name: python_value(op.entity, name, value)
        for name, value in op.set.items()
        if name != "scope_id"
    }
    unit.add(RECORD_CLASSES[op.entity](id=op.row_id, scope_id=op.scope_id, **values))


def _note_choice(
    session: Session, caller: Caller, found: ConflictRow, choice: str, now: datetime
) -> None:
    """Write the choice itself into this desk's audit: taking theirs changes no record."""
    entry = ledger.Entry(
        login=caller.login, action=AuditAction.CONFLICT_RESOLVED, reason=None, now=now
    )
    fields = sorted(found.theirs or found.mine or ())
    change = RowChange(
        entity=found.entity, row_id=found.row_id, scope_id=found.scope_id, kind="patch",
        base_ver=0, hlc=0, set={"choice": choice, "fields": fields},
    )  # fmt: skip
    ledger.write_audit(session.connection(), entry, [change])


def _unblock(session: Session, row_id: str) -> None:
    """Let the commands that waited behind this row go out, each as a whole."""
    behind = select(OutboxOp.grp).where(
        OutboxOp.row_id == row_id, OutboxOp.state == OpState.BLOCKED
    )
    session.execute(
        update(OutboxOp)
        .where(OutboxOp.grp.in_(behind), OutboxOp.state == OpState.BLOCKED)
        .values(state=OpState.PENDING)
        .execution_options(synchronize_session=False)
    )
