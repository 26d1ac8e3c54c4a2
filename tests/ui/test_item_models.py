"""Every item model of the desktop under Qt's own tester: empty, filled, changed, emptied."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import types
import typing
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from inspect import signature
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from d2a_desktop.domain import outlook
from d2a_desktop.domain.clocks import ClockKind, ClockState
from d2a_desktop.services import results
from d2a_desktop.services.queries import rows as query_rows
from d2a_desktop.ui import item_models
from d2a_desktop.ui.item_models.rows_model import RowsModel

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


def factories() -> list[Callable[..., Any]]:
    """Return every function `…_model` of the package."""
    found = []
    for module in pkgutil.iter_modules(item_models.__path__):
        made = importlib.import_module(f"{item_models.__name__}.{module.name}")
        found += [
            value
            for name, value in vars(made).items()
            if name.endswith("_model")
            and isinstance(value, types.FunctionType)
            and value.__module__ == made.__name__
        ]
    return sorted(found, key=lambda each: each.__name__)


def row_type(factory: Callable[..., Any]) -> Any:
    """Return the type of the rows that a factory's model shows."""
    names = {**vars(query_rows), **vars(results), **vars(outlook), "RowsModel": RowsModel}
    module = vars(importlib.import_module(factory.__module__))
    annotation = eval(factory.__annotations__["return"], {**names, **module})
    return typing.get_args(annotation)[0]


def made_row(kind: Any, number: int) -> Any:
    """Return a row of this type with something in every field."""
    hints = typing.get_type_hints(kind)
    values = {
        field.name: value_for(kind, field.name, hints[field.name], number)
        for field in dataclasses.fields(kind)
    }
    return kind(**values)


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
    if dataclasses.is_dataclass(hint):  # a cell
        return made_row(hint, number)
    return next(iter(hint))  # an enumeration


def made_model(factory: Callable[..., Any]) -> RowsModel[Any]:
    given: dict[str, Any] = {"now": lambda: NOW, "for_agency": True, "shared": lambda: True}
    return factory(**{name: given[name] for name in signature(factory).parameters})


@pytest.mark.parametrize("factory", factories(), ids=lambda each: each.__name__)
def test_every_item_model_keeps_qts_rules(factory: Callable[..., Any], qtmodeltester: Any) -> None:
    model = made_model(factory)
    # It listens to every signal from here on, and ends the process at the first fault.
    fatal = QAbstractItemModelTester.FailureReportingMode.Fatal
    listening = QAbstractItemModelTester(model, fatal)
    qtmodeltester.check(model, force_py=False)
    rows = [made_row(row_type(factory), number) for number in range(1, 6)]
    model.show(rows)
    assert model.rowCount() == 5
    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        texts = [
            model.data(model.index(line, column), role)
            for line in range(model.rowCount())
            for column in range(model.columnCount())
        ]
        assert all(isinstance(text, str) for text in texts)
        assert any(texts)
    model.refresh(rows[1:4], hold=False)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    model.set_filter("no row says this")
    assert model.rowCount() == 0
    model.set_filter("")
    assert model.rowCount() == 3
    model.show([])
    qtmodeltester.check(model, force_py=False)
    assert listening.model() is model


def test_there_are_item_models_to_test() -> None:
    assert len(factories()) >= 16
