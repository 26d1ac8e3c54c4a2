"""Writing many rows of the shared database into a table, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from d2a_desktop.core.giving_way import give_way
from d2a_desktop.models.wire import codecs_of


def upsert(connection: Connection, entity: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of wire values, or write them over the rows of the same ids.

    What a row does not carry keeps what the store has; what it carries as null becomes null.
    Names this version does not know are passed over.

    The driver takes as long to bind a null as a text, and most fields of most records are empty:
    a column that is null in all rows is written as a word of the statement instead.
    """
    known = codecs_of(entity)
    for given, alike in groupby(rows, key=tuple):
        give_way()
        names = [name for name in given if name in known]
        filled: list[str] = []
        columns: list[Sequence[Any]] = []
        for name, values in zip(names, _columns(names, list(alike)), strict=True):
            if values.count(None) == len(values):
                continue
            cross = known[name].wire_to_stored
            filled.append(name)
            columns.append(
                values
                if cross is None
                else [None if value is None else cross(value) for value in values]
            )
        empty = tuple(name for name in names if name not in filled)
        connection.exec_driver_sql(
            _statement(entity, tuple(filled), empty), list(zip(*columns, strict=True))
        )


def _columns(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Sequence[tuple[Any, ...]]:
    """Return the values of each name, in the order of the rows."""
    if len(names) == 1:  # an itemgetter of one name gives no tuple
        return [tuple(row[names[0]] for row in rows)]
    return list(zip(*map(itemgetter(*names), rows), strict=True))


@lru_cache(maxsize=512)
def _statement(entity: str, filled: tuple[str, ...], empty: tuple[str, ...]) -> str:
    taken = [f"{name} = excluded.{name}" for name in filled if name != "id"]
    taken += [f"{name} = NULL" for name in empty]
    return (
        f"INSERT INTO {entity} ({', '.join(filled)}) VALUES ({', '.join('?' * len(filled))})"
        f" ON CONFLICT (id) DO UPDATE SET {', '.join(taken)}"
    )
