"""A person's choice between mine and theirs; the choice is a new operation on a fresh base."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.outbox import OpState
from d2a_desktop.local_db.replica import ConflictRow
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.models.record_classes import RECORD_CLASSES
from d2a_desktop.models.wire import python_value

CHOICES = ("mine", "theirs", "edit", "seen")


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
        caller: the person who chooses; the new operation goes out under their login.
        op_id: the conflict's operation.
        choice: mine (write my values again), theirs or seen (leave it), edit (write `values`).
        now: the present instant.
        values: wire values by field, for edit.

    Raises:
        RefusedError: it is settled already, or the row is new or no longer here, so that the
            command has to be given again.
    """
    with store.read() as session:
        found = next((c for c in replica.list_conflicts(session) if c.op == op_id), None)
    if found is None or choice not in CHOICES:
        raise RefusedError("This is settled already.", code="settled")
    changes = NO_CHANGES
    if choice in ("mine", "edit"):
        wanted = dict(values or {}) if choice == "edit" else dict(found.mine or {})
        changes = _write_again(store, caller, found, wanted)
    with store.apply() as session:
        replica.resolve_conflict(session, op_id, choice=choice, login=caller.login, now=now)
        _unblock(session, found.row_id)
    return changes


def _write_again(
    store: LocalStore, caller: Caller, found: ConflictRow, values: Mapping[str, Any]
) -> ChangeSet:
    with store.write(caller, action=AuditAction.CONFLICT_RESOLVED) as unit:
        row = unit.session.get(RECORD_CLASSES[found.entity], found.row_id)
        if row is None:
            raise RefusedError(
                "The record is not on this desk, so the change cannot be made again here.",
                what_to_do="Give the command again, with another choice.",
                code="not_here",
            )
        for name, value in values.items():
            setattr(row, name, python_value(found.entity, name, value))
    return unit.changes


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
