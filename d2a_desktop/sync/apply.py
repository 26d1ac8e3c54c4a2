"""Writing the shared database's rows into the store, with our own waiting edits kept on top."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.outbox import Op
from d2a_desktop.models.record_classes import RECORD_CLASSES
from d2a_desktop.sync import merge

_TAKEN = "taken"
"""In a shadow: by field, the version of the row that one of our operations reached since."""


def apply_rows(session: Session, entity: str, rows: Sequence[Mapping[str, Any]]) -> ChangeSet:
    """Write rows as the shared database has them.

    A row with operations that still wait goes to its shadow; what people see is the shadow with
    their edits replayed on top (SYNC 3.4).
    """
    if not rows or entity not in RECORD_CLASSES:  # a newer server's record: read after an update
        return NO_CHANGES
    waiting = replica.pending_ops_for(session, [row["id"] for row in rows])
    plain = [row for row in rows if row["id"] not in waiting] if waiting else rows
    _drop_shadows(session, entity, plain)
    changes = replica.upsert_server_rows(session, entity, plain)
    if not waiting:
        return changes
    seen = []
    for row in rows:
        if ours := waiting.get(row["id"]):
            replica.put_shadow(session, entity, row)
            seen.append(merge.rebase(row, _on_top(row, ours)))
    return changes | replica.upsert_server_rows(session, entity, seen)


def _on_top(row: Mapping[str, Any], ours: Iterable[Op]) -> list[Op]:
    """Return what is shown on top of a row: first what was confirmed once, then what never was.

    A colleague's unsent edit may be older than one that has been taken; it is seen all the same.
    """
    taken = row.get(_TAKEN, {})
    shown = [_without_the_old(op, taken) for op in ours if op.stands_on(row["ver"])]
    return sorted(shown, key=_taken_first)


def _without_the_old(op: Op, taken: Mapping[str, int]) -> Op:
    """Leave out what the server had replaced by a later edit of ours when this one goes again."""
    if op.acknowledged is None or not taken:
        return op
    ver = op.acknowledged["ver"]
    return replace(op, set={n: v for n, v in op.set.items() if taken.get(n, 0) <= ver})


def _taken_first(op: Op) -> tuple[bool, int]:
    said = op.acknowledged
    return said is None, 0 if said is None else said["ver"]


def _drop_shadows(session: Session, entity: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Forget the shadows of rows that have no waiting edits any more; there are few at any time."""
    kept = replica.shadowed(session, entity)
    if not kept:
        return
    for row_id in kept.intersection(row["id"] for row in rows):
        replica.drop_shadow(session, entity, row_id)


def show_again(session: Session, entity: str, row_id: str) -> ChangeSet:
    """Show a row anew from its shadow, after the operations that wait for it changed.

    Without a shadow nothing is done.
    """
    shadow = replica.get_shadow(session, entity, row_id)
    if shadow is None:
        return NO_CHANGES
    ours = replica.pending_ops_for(session, [row_id]).get(row_id, [])
    seen = merge.rebase(shadow.wire, _on_top(shadow.wire, ours))
    changes = replica.upsert_server_rows(session, entity, [seen])
    if not ours:
        replica.drop_shadow(session, entity, row_id)
    return changes


def take_into_shadow(
    session: Session, op: Op, *, ver: int, lost: Collection[str], waiting: Sequence[Op]
) -> bool:
    """Keep that one of our operations was taken, before a pull brings the row.

    The shadow learns what was taken, so that showing the row again from it never hides a confirmed
    edit. A row without one gets one where an earlier edit still waits (a colleague's), which is
    shown on top from now on.

    Args:
        session: a writing session.
        op: the operation that was taken.
        ver: the version that the row reached with it.
        lost: fields in which a later edit of somebody else stands.
        waiting: what still waits on the row, in order.

    Returns:
        Whether the row is to be shown again.
    """
    if any(each.seq < op.seq and not op.set.keys().isdisjoint(each.set) for each in waiting):
        keep_shadow(session, op.entity, op.row_id)
    shadow = replica.get_shadow(session, op.entity, op.row_id)
    if shadow is None:
        return False
    if shadow.ver < ver:
        # Two people's answers may come in another order than the server took their edits in.
        at = {name: ver for name in op.set.keys() - set(lost) if name in shadow.wire}
        at = {name: ver for name in at if ver >= shadow.wire.get(_TAKEN, {}).get(name, 0)}
        told = {_TAKEN: {**shadow.wire.get(_TAKEN, {}), **at}}
        taken = {name: op.set[name] for name in at}
        replica.put_shadow(session, op.entity, {**shadow.wire, **taken, **told})
    return True


def keep_shadow(session: Session, entity: str, row_id: str) -> None:
    """Keep the row below its waiting edits, before one of them is given another base.

    As long as each edit's base is what the row showed before it, taking it back needs no more. A
    base that says what a person had seen would be shown in place of a newer value of the server.
    """
    row = replica.rows_wire(session, entity, [row_id]).get(row_id)
    if row is None or not row["ver"] or replica.get_shadow(session, entity, row_id) is not None:
        return
    for op in reversed(replica.pending_ops_for(session, [row_id]).get(row_id, [])):
        if op.kind == "patch" and op.stands_on(row["ver"]):
            row.update({name: value for name, value in op.base.items() if name in row})
    replica.put_shadow(session, entity, row)


def forget_rows(session: Session, entity: str, row_ids: Iterable[str]) -> ChangeSet:
    """Take single rows off this desk; rows with edits that still wait stay for their author."""
    if entity not in RECORD_CLASSES:
        return NO_CHANGES
    ids = list(row_ids)
    waiting = replica.pending_ops_for(session, ids)
    here = replica.rows_wire(session, entity, [i for i in ids if i not in waiting])
    return replica.purge_rows(session, entity, list(here)) if here else NO_CHANGES
