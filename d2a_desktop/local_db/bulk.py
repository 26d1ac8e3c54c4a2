"""Inserting many rows at nearly the speed of a bare executemany."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from d2a_desktop.core.errors import BugError
from d2a_desktop.local_db.recording import Recorder
from d2a_desktop.local_db.search import document_of
from d2a_desktop.models.base import Synced
from d2a_desktop.models.wire import codecs_of


def insert_rows(
    connection: Connection,
    rows: Sequence[Synced],
    *,
    recorder: Recorder,
    next_hlc: Callable[[], int],
) -> None:
    """Insert rows of any kinds and record each as an insert.

    Raises:
        BugError: a row has no scope, or was added twice.
    """
    by_entity: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        entity = row.__tablename__
        if row.__dict__.get("scope_id") is None:
            raise BugError(f"a new {entity} has no scope")
        row.ver, row.hlc = 0, next_hlc()
        stored, wire = _crossed(entity, row)
        recorder.record_bulk(entity, row, wire)
        by_entity.setdefault(entity, []).append(stored)
        document = document_of(entity, row)
        if document is not None:
            recorder.bulk_documents.append(document)
    for entity, values in by_entity.items():
        connection.exec_driver_sql(insert_statement(entity), values)


def insert_statement(entity: str) -> str:
    """Return the INSERT of all columns of a synced entity, in the table's order."""
    names = list(codecs_of(entity))
    return f"INSERT INTO {entity} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


_NOT_SENT = frozenset({"id", "ver", "hlc"})


def _crossed(entity: str, row: Synced) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return a row as stored values in column order and as wire values without nulls."""
    values = row.__dict__
    stored: list[Any] = []
    wire: dict[str, Any] = {}
    for name, codec in codecs_of(entity).items():
        value = values.get(name)
        if value is None:
            stored.append(None)
            continue
        stored.append(value if codec.to_stored is None else codec.to_stored(value))
        if name not in _NOT_SENT:
            wire[name] = value if codec.to_wire is None else codec.to_wire(value)
    return tuple(stored), wire
