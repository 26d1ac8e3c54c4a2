"""How values cross between Python, the wire's JSON and SQLite, column by column.

Instants and dates have the same text on the wire and in the store, so that a page of 5,000
pulled rows needs no parsing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from d2a_desktop.core.errors import BugError
from d2a_desktop.models.base import Base, Day, Flag, Instant, Json, instant_text, json_text
from d2a_desktop.models.record_classes import RECORD_CLASSES

Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class ColumnCodec:
    """The crossings of one column; None passes through all of them unchanged."""

    name: str
    to_wire: Convert | None
    to_stored: Convert | None
    wire_to_stored: Convert | None
    default: Any


def wire_instant_text(value: str) -> str:
    """Return an instant of the wire in the store's one width; any ISO 8601 offset is taken."""
    if len(value) == 27 and value[26] == "Z" and value[10] == "T":
        return value
    return instant_text(datetime.fromisoformat(value))


def _day_text(value: date) -> str:
    if isinstance(value, datetime):
        raise BugError("an instant was given for a calendar date")
    return value.isoformat()


_CROSSINGS: dict[type, tuple[Convert | None, Convert | None, Convert | None]] = {
    Instant: (instant_text, instant_text, wire_instant_text),
    Day: (_day_text, _day_text, None),
    Flag: (bool, int, int),
    Json: (None, json_text, json_text),
}


@cache
def codecs_of(entity: str) -> dict[str, ColumnCodec]:
    """Return the codec of every column of a synced entity, in the table's order."""
    return _codecs(table_of(entity))


def table_of(entity: str) -> Table:
    """Return the table of a synced entity.

    Raises:
        BugError: there is no such entity.
    """
    if entity not in RECORD_CLASSES:
        raise BugError(f"no synced record is called {entity!r}")
    return Base.metadata.tables[entity]


def _codecs(table: Table) -> dict[str, ColumnCodec]:
    found: dict[str, ColumnCodec] = {}
    for column in table.columns:
        to_wire, to_stored, wire_to_stored = _CROSSINGS.get(type(column.type), (None, None, None))
        default = column.default
        found[column.name] = ColumnCodec(
            name=column.name,
            to_wire=to_wire,
            to_stored=to_stored,
            wire_to_stored=wire_to_stored,
            default=default.arg if isinstance(default, ScalarElementColumnDefault) else None,
        )
    return found


def wire_values(entity: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return Python values of some columns as JSON values."""
    codecs = codecs_of(entity)
    return {
        name: value
        if value is None or (convert := codecs[name].to_wire) is None
        else convert(value)
        for name, value in values.items()
    }


def python_value(entity: str, name: str, wire: Any) -> Any:
    """Return one JSON value as the Python value of its column, to be set on a row."""
    if wire is None:
        return None
    kind = type(table_of(entity).columns[name].type)
    if kind is Instant:
        return datetime.fromisoformat(wire)
    if kind is Day:
        return date.fromisoformat(wire)
    return bool(wire) if kind is Flag else wire
