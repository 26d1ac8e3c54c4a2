"""Inserting many rows at nearly the speed of a bare executemany."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection

from d2a_desktop.core.errors import BugError
from d2a_desktop.core.giving_way import give_way
from d2a_desktop.local_db.recording import Recorder
from d2a_desktop.local_db.search import document_of
from d2a_desktop.models.base import Synced
from d2a_desktop.models.wire import Convert, codecs_of


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
        give_way()
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


@cache
def _crossings(entity: str) -> tuple[tuple[str, bool, Convert | None, Convert | None], ...]:
    """Return of each column its name, whether it is sent, and how it is stored and sent.

    The last is None where the stored form is the sent form.
    """
    return tuple(
        (
            name,
            name not in _NOT_SENT,
            codec.to_stored,
            None if codec.to_wire is codec.to_stored else codec.to_wire or _as_it_is,
        )
        for name, codec in codecs_of(entity).items()
    )


def _as_it_is(value: Any) -> Any:
    return value


def _crossed(entity: str, row: Synced) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return a row as stored values in column order and as wire values without nulls."""
    values = row.__dict__
    stored: list[Any] = []
    wire: dict[str, Any] = {}
    for name, sent, to_stored, to_wire in _crossings(entity):
        value = values.get(name)
        if value is None:
            stored.append(None)
            continue
        kept = value if to_stored is None else to_stored(value)
        stored.append(kept)
        if sent:
            wire[name] = kept if to_wire is None else to_wire(value)
    return tuple(stored), wire
