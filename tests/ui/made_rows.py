"""Rows of any of the frozen types that boards show, with something in every field."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from d2a_desktop.domain.clocks import ClockKind, ClockState

NOW = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)

# Fields that hold one of a list of codes: any text will not do.
CODED = {
    "stage": "offered",
    "status": "planned",
    "verdict": "fits",
    "gender": "Female",
    "group": "CAP",
    "purpose": "home_assessment",
    "week": "2026-W48",
    "kind": "handover",
    "outcome": None,
    "decline_reason": None,
    "nhs_number": "9990012377",
}
STATUS = {"OfferRow": "sent", "TaskRow": "open"}


def made_row(kind: Any, number: int) -> Any:
    """Return a row of this type with something in every field."""
    hints = typing.get_type_hints(kind)
    values = {name: value_for(kind, name, hints[name], number) for name in _fields(kind)}
    return kind(**values)


def _fields(kind: Any) -> tuple[str, ...]:
    if dataclasses.is_dataclass(kind):
        return tuple(field.name for field in dataclasses.fields(kind))
    return tuple(kind._fields)  # a named tuple


def value_for(kind: Any, name: str, hint: Any, number: int) -> Any:
    if name == "status" and kind.__name__ in STATUS:
        return STATUS[kind.__name__]
    if name in CODED:
        return CODED[name]
    origin, inside = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return value_for(
            kind, name, next(each for each in inside if each is not type(None)), number
        )
    if origin is Mapping:
        return {}
    if origin is tuple:
        fixed = () if Ellipsis in inside else inside
        return tuple(value_for(kind, name, each, number) for each in fixed)
    if hint is ClockState:
        due = NOW + timedelta(hours=5)
        return ClockState(ClockKind.RUNNING, NOW, due, remaining=timedelta(hours=5))
    plain: dict[Any, Any] = {
        str: f"{name} {number}",
        int: number,
        bool: bool(number % 2),
        datetime: NOW + timedelta(hours=number),
        date: NOW.date() + timedelta(days=number),
    }
    if hint in plain:
        return plain[hint]
    if dataclasses.is_dataclass(hint) or hasattr(hint, "_fields"):  # a cell, a row in a row
        return made_row(hint, number)
    return next(iter(hint))  # an enumeration
