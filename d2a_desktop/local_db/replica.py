"""What sync needs of the store: the shared database's rows, purges, shadows, conflicts, cursors.

The functions work in the session of `LocalStore.apply`; those that only read also in `read`.
Values are the wire's: instants UTC ISO 8601 with Z, dates ISO, ids as text, lists and dicts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import BugError
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.local_db import ledger, search, server_rows
from d2a_desktop.local_db.logical_clock import after_seeing, near
from d2a_desktop.local_db.outbox import Op, past_mapper, waiting_for
from d2a_desktop.local_db.unit_of_work import (
    COMPACT_PAGES,
    COMPACT_STATE,
    HLC_STATE,
    MOST_LISTED_CHANGES,
    change_set,
)
from d2a_desktop.models.base import Flag, Json
from d2a_desktop.models.conflict import Conflict
from d2a_desktop.models.record_classes import RECORD_CLASSES
from d2a_desktop.models.shadow import Shadow
from d2a_desktop.models.wire import codecs_of, table_of

_CHUNK = 500
_CURSOR = "cursor"
_ORPHANED = "state = 'orphaned', set_values = NULL, base_values = NULL, result = NULL"
_WIPED = "base = NULL, mine = NULL, theirs = NULL, theirs_by = NULL"
ORPHANED_CODE = "orphaned"
"""The word of a conflict that says: access ended before this was sent, its content is wiped."""
# What was still to be sent is told once, without its content (SYNC 3.7).
_TELL_ORPHANS = (
    "INSERT OR IGNORE INTO conflict (op, grp, login, entity, row_id, scope_id, code, at)"
    f" SELECT op, grp, login, entity, row_id, scope_id, '{ORPHANED_CODE}', created_at"
    " FROM outbox_op WHERE state IN ('pending', 'blocked')"
)


# --- rows -------------------------------------------------------------------------------


def upsert_server_rows(
    session: Session, entity: str, rows: Sequence[Mapping[str, Any]]
) -> ChangeSet:
    """Write rows as the shared database sent them; return what changed.

    Each row carries `id`, `scope_id`, `ver` and all required fields. Columns it does not carry
    keep what they have; names this version does not know (a newer server's) are passed over.

    Raises:
        BugError: a required field is missing or of the wrong type.
    """
    if not rows:
        return NO_CHANGES
    connection = past_mapper(session)
    server_rows.upsert(connection, entity, rows)
    _index(session, entity, rows)
    if len(rows) > MOST_LISTED_CHANGES:
        return ChangeSet(kinds=frozenset({entity}))
    return change_set((entity, row["id"]) for row in rows)


def patch_row(session: Session, entity: str, row_id: str, values: Mapping[str, Any]) -> None:
    """Write some wire values of one row, such as a confirmed `ver` or a rebased edit.

    Raises:
        BugError: there is no such row, or no such column.
    """
    known = codecs_of(entity)
    unknown = set(values) - set(known)
    if unknown:
        raise BugError(f"{entity} has no columns {sorted(unknown)}")
    stored = [
        value if value is None or (cross := known[name].wire_to_stored) is None else cross(value)
        for name, value in values.items()
    ]
    done = past_mapper(session).exec_driver_sql(
        f"UPDATE {entity} SET {', '.join(f'{name} = ?' for name in values)} WHERE id = ?",
        (*stored, row_id),
    )
    if done.rowcount != 1:
        raise BugError(f"there is no such {entity} to write to")
    searched = search.SEARCHED.get(entity)
    if searched is not None and not set(searched.columns).isdisjoint(values):
        _index(session, entity, [{"id": row_id}])


def rows_wire(session: Session, entity: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return rows of the store as wire values by id; those that are not here are left out."""
    table = table_of(entity)
    kinds = {column.name: type(column.type) for column in table.columns}
    special = {name: kind for name, kind in kinds.items() if kind in (Json, Flag)}
    found: dict[str, dict[str, Any]] = {}
    for part in _parts(ids):
        rows = session.connection().exec_driver_sql(
            f"SELECT {', '.join(kinds)} FROM {entity} WHERE id IN ({_marks(part)})", part
        )
        driver: Any = rows.cursor  # gives plain tuples
        for row in driver.fetchall():
            values = dict(zip(kinds, row, strict=True))
            for name, kind in special.items():
                if values[name] is not None:
                    values[name] = json.loads(values[name]) if kind is Json else bool(values[name])
            found[values["id"]] = values
    return found


def versions(session: Session, entity: str) -> Iterator[tuple[str, int]]:
    """Give id and version of every confirmed row of an entity, for the digest (SYNC 3.12)."""
    table_of(entity)
    rows = session.connection().exec_driver_sql(
        f"SELECT id, ver FROM {entity} WHERE ver > 0 ORDER BY id"
    )
    driver: Any = rows.cursor  # gives plain tuples; a digest reads every row
    yield from driver


def confirmed_counts(session: Session, entities: Iterable[str]) -> dict[str, int]:
    """Return of which entities the shared database's rows are here, and how many."""
    parts = [
        f"SELECT '{table_of(entity).name}', count(*) FROM {entity} WHERE ver > 0"
        for entity in entities
    ]
    found = session.connection().exec_driver_sql(" UNION ALL ".join(parts))
    return {entity: rows for entity, rows in found if rows}


def remove_unconfirmed(session: Session, entity: str, row_id: str) -> None:
    """Take away a row whose insert the shared database refused; its operation keeps the words."""
    table_of(entity)
    connection = past_mapper(session)
    done = connection.exec_driver_sql(f"DELETE FROM {entity} WHERE id = ? AND ver = 0", (row_id,))
    if done.rowcount:
        search.forget_rows(connection, [row_id])
        drop_shadow(session, entity, row_id)


def _index(session: Session, entity: str, rows: Sequence[Mapping[str, Any]]) -> None:
    searched = search.SEARCHED.get(entity)
    if searched is None:
        return
    needed = {"scope_id", *searched.columns}
    if not all(needed <= row.keys() for row in rows):
        rows = list(rows_wire(session, entity, [row["id"] for row in rows]).values())
    search.index_rows(session.connection(), search.documents_of(entity, rows))


# --- purge ------------------------------------------------------------------------------


def purge_scopes(session: Session, scope_ids: Sequence[str]) -> ChangeSet:
    """Take everything of some scopes off this desk (SYNC 3.7); return the kinds that changed.

    Rows, drafts, search words and shadows go. Waiting operations stay as `orphaned`, to be shown
    once, with their content wiped; acknowledged ones go. Audit entries keep who, when and which
    row; what they said is wiped. Remnants stay in the file until `LocalStore.compact_if_due`, which
    this makes due in the same transaction.
    """
    connection = past_mapper(session)
    kinds: set[str] = set()
    for part in _parts(scope_ids):
        where = f"scope_id IN ({_marks(part)})"
        for entity in RECORD_CLASSES:
            if connection.exec_driver_sql(f"DELETE FROM {entity} WHERE {where}", part).rowcount:
                kinds.add(entity)
        connection.exec_driver_sql(f"DELETE FROM draft WHERE {where}", part)
        _wipe(session, where, part)
    search.forget_scopes(connection, scope_ids)
    put_state(session, COMPACT_STATE, COMPACT_PAGES)
    return ChangeSet(kinds=frozenset(kinds))


def purge_rows(session: Session, entity: str, row_ids: Sequence[str]) -> ChangeSet:
    """Take single rows off this desk whose scope stays, such as text of a role that ended."""
    table_of(entity)
    connection = past_mapper(session)
    for part in _parts(row_ids):
        connection.exec_driver_sql(f"DELETE FROM {entity} WHERE id IN ({_marks(part)})", part)
        _wipe(session, f"entity = '{entity}' AND row_id IN ({_marks(part)})", part)
    if RECORDS[entity].restricted:  # a role ended: what was typed for it goes as well
        connection.exec_driver_sql("DELETE FROM draft WHERE form LIKE ?", (f"%{entity}%",))
    if entity in search.SEARCHED:
        search.forget_rows(connection, row_ids)
    put_state(session, COMPACT_STATE, COMPACT_PAGES)
    return change_set((entity, row_id) for row_id in row_ids)


def _wipe(session: Session, where: str, values: tuple[str, ...]) -> None:
    for statement in (
        f"DELETE FROM shadow WHERE {where}",
        f"DELETE FROM outbox_op WHERE state = 'acked' AND {where}",
        f"{_TELL_ORPHANS} AND {where}",
        f"UPDATE outbox_op SET {_ORPHANED} WHERE {where}",
        f"UPDATE conflict SET {_WIPED} WHERE {where}",
        f"UPDATE audit_entry SET salt = NULL, delta = NULL, reason = NULL WHERE {where}",
    ):
        session.connection().exec_driver_sql(statement, values)


# --- edits not yet confirmed ------------------------------------------------------------


def pending_ops_for(session: Session, row_ids: Iterable[str]) -> dict[str, list[Op]]:
    """Return the operations that are not settled yet, by the id of their row, in order."""
    return waiting_for(session, row_ids)


@dataclass(frozen=True)
class ShadowRow:
    """The shared database's last word on a row that has edits of ours on top."""

    ver: int
    wire: Mapping[str, Any]


def put_shadow(session: Session, entity: str, row: Mapping[str, Any]) -> None:
    """Keep a row as the shared database sent it."""
    session.merge(
        Shadow(
            entity=entity,
            row_id=row["id"],
            scope_id=row["scope_id"],
            ver=row["ver"],
            wire=dict(row),
        )
    )


def get_shadow(session: Session, entity: str, row_id: str) -> ShadowRow | None:
    """Return the shadow of a row, None when it has none."""
    row = session.get(Shadow, (entity, row_id))
    return None if row is None else ShadowRow(row.ver, row.wire)


def shadowed(session: Session, entity: str) -> set[str]:
    """Return the ids of the rows of an entity that have a shadow."""
    session.flush()
    rows = session.connection().exec_driver_sql(
        "SELECT row_id FROM shadow WHERE entity = ?", (entity,)
    )
    return {str(row[0]) for row in rows}


def drop_shadow(session: Session, entity: str, row_id: str) -> None:
    """Forget a shadow, once all edits on its row are confirmed."""
    row = session.get(Shadow, (entity, row_id))
    if row is not None:
        session.delete(row)
        session.flush()


# --- cursors and other memories of sync ---------------------------------------------------


def get_cursor(session: Session, name: str = _CURSOR) -> tuple[int, int]:
    """Return the last (xid, seq) that was applied; (0, 0) at the beginning."""
    found = get_state(session, name)
    return (0, 0) if found is None else (int(found[0]), int(found[1]))


def put_cursor(session: Session, cursor: tuple[int, int], name: str = _CURSOR) -> None:
    """Keep the cursor, in the same transaction as the page it stands for."""
    put_state(session, name, list(cursor))


def get_state(session: Session, name: str) -> Any:
    """Return a JSON value sync remembers (nonces, epoch, digests), None when there is none."""
    return ledger.state_value(session.connection(), name)


def put_state(session: Session, name: str, value: Any) -> None:
    """Remember a JSON value."""
    ledger.put_state_value(session.connection(), name, value)


def follow_server_clock(session: Session, server_now: datetime) -> None:
    """Bring this desk's logical clock to the server's time, or back to near it.

    A clock that was once years ahead would else win every meeting of edits for years; one that
    is years behind would lose them all.
    """
    last = int(get_state(session, HLC_STATE) or 0)
    moved = near(last, server_now)
    if moved != last:
        put_state(session, HLC_STATE, moved)


def observe_hlc(session: Session, seen: int, *, now: datetime) -> None:
    """Move this desk's logical clock past what another desk wrote; never far ahead of `now`."""
    last = int(get_state(session, HLC_STATE) or 0)
    moved = after_seeing(last, seen, now)
    if moved != last:
        put_state(session, HLC_STATE, moved)


# --- conflicts --------------------------------------------------------------------------


@dataclass(frozen=True)
class ConflictRow:
    """One operation that needs, or needed, a person's choice; values are wire values."""

    op: str
    grp: str
    login: str
    entity: str
    row_id: str
    scope_id: str
    code: str
    base: Mapping[str, Any] | None
    mine: Mapping[str, Any] | None
    theirs: Mapping[str, Any] | None
    at: datetime
    resolved_at: datetime | None
    resolved_by: str | None
    choice: str | None
    theirs_by: Mapping[str, Any] | None


def put_conflict(
    session: Session,
    op: Op,
    *,
    code: str,
    theirs: Mapping[str, Any] | None,
    now: datetime,
    theirs_by: Mapping[str, Any] | None = None,
) -> None:
    """Keep an operation that was not taken, what is there instead, and whose."""
    session.merge(
        Conflict(
            op=op.op,
            grp=op.grp,
            login=op.login,
            entity=op.entity,
            row_id=op.row_id,
            scope_id=op.scope_id,
            code=code,
            base=dict(op.base),
            mine=dict(op.set),
            theirs=None if theirs is None else dict(theirs),
            theirs_by=None if theirs_by is None else dict(theirs_by),
            at=now,
        )
    )


_CONFLICTS = select(Conflict).order_by(Conflict.at, Conflict.op)
_OPEN_CONFLICTS = _CONFLICTS.where(Conflict.resolved_at.is_(None))


def list_conflicts(session: Session, *, open_only: bool = True) -> list[ConflictRow]:
    """Return the conflicts, oldest first."""
    names = ConflictRow.__dataclass_fields__
    return [
        ConflictRow(**{name: getattr(row, name) for name in names})
        for row in session.scalars(_OPEN_CONFLICTS if open_only else _CONFLICTS)
    ]


def resolve_conflict(
    session: Session, op_id: str, *, choice: str, login: str, now: datetime
) -> None:
    """Write a person's choice (mine, theirs, edit or seen); the edit itself is a new operation.

    Raises:
        BugError: there is no such conflict, or it was resolved before.
    """
    row = session.get(Conflict, op_id)
    if row is None or row.resolved_at is not None:
        raise BugError("there is no such open conflict")
    row.choice, row.resolved_by, row.resolved_at = choice, login, now


def _parts(ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
    all_ids = tuple(ids)
    for start in range(0, len(all_ids), _CHUNK):
        yield all_ids[start : start + _CHUNK]


def _marks(part: Sequence[str]) -> str:
    return ", ".join("?" * len(part))
