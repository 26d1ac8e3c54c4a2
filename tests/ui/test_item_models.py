"""Every item model of the desktop under Qt's own tester: empty, filled, changed, emptied."""

from __future__ import annotations

import importlib
import pkgutil
import types
import typing
from collections.abc import Callable
from dataclasses import replace
from inspect import signature
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

from d2a_desktop import ui
from d2a_desktop.domain import outlook
from d2a_desktop.services import results
from d2a_desktop.services.queries import alert_rows
from d2a_desktop.services.queries import rows as query_rows
from d2a_desktop.services.queries.placed import Placed
from d2a_desktop.services.queries.rows import CaseView, WardBoard, WardBoardRow
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.item_models.placed_model import placed_kpis
from d2a_desktop.ui.item_models.record_words import criteria_facts
from d2a_desktop.ui.item_models.rows_model import RowsModel
from d2a_desktop.ui.item_models.ward_picture import Asked, kept_by, picture_of
from tests.ui.made_rows import NOW, made_row


def factories() -> list[Callable[..., Any]]:
    """Return every function `…_model` of the desktop, wherever it lives."""
    found = []
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        made = importlib.import_module(module.name)
        found += [
            value
            for name, value in vars(made).items()
            if name.endswith("_model")
            and isinstance(value, types.FunctionType)
            and value.__module__ == made.__name__
        ]
    return sorted(found, key=lambda each: each.__name__)


def model_classes() -> set[type[QAbstractItemModel]]:
    """Return every class of model in the desktop."""
    found, queue = set(), [QAbstractItemModel]
    while queue:
        for each in queue.pop().__subclasses__():
            queue.append(each)
            if each.__module__.startswith("d2a_desktop."):
                found.add(each)
    return found


def row_type(factory: Callable[..., Any]) -> Any:
    """Return the type of the rows that a factory's model shows."""
    shown = (query_rows, alert_rows, results, outlook)
    names = {name: value for each in shown for name, value in vars(each).items()}
    names["RowsModel"] = RowsModel
    module = vars(importlib.import_module(factory.__module__))
    annotation = eval(factory.__annotations__["return"], {**names, **module})
    return typing.get_args(annotation)[0]


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
    assert len(factories()) >= 17


def test_no_other_class_of_model_escapes_the_tester() -> None:
    factories()  # imports all
    assert model_classes() == {RowsModel}, "test a new class of model here as RowsModel is"


def test_an_agency_is_not_told_that_nobody_reviewed_the_criteria():
    unsent = replace(made_row(CaseView, 1), criteria_at=None)
    subject = "Criteria to reside"
    assert criteria_facts(unsent) == ((subject, "Not reviewed yet", Tone.WARN),)
    kept = (subject, "Kept by the hospital", Tone.QUIET)
    assert criteria_facts(unsent, for_agency=True) == (kept,)


def test_each_figure_of_people_placed_shows_the_people_it_counts():
    rows = tuple(made_row(WardBoardRow, n)._replace(case_id=f"case {n}") for n in range(4))
    found = Placed(
        now=frozenset({"case 0"}),
        starting=frozenset({"case 1"}),
        ending=frozenset({"case 2"}),
        lacking=frozenset({"case 0", "case 3"}),
    )
    board = replace(made_row(WardBoard, 1), rows=rows)
    picture = picture_of(board, {}, Asked(placed=found))
    assert picture.numbers["all"] == 4
    cards = {card.key: (card.name, card.value) for card in placed_kpis(found)}
    assert cards["lacking"] == ("No worker or relief", "2")
    for key in ("placed", "starting", "ending", "lacking"):
        keep = kept_by(key, Asked(placed=found))
        assert keep is not None
        assert cards[key][1] == str(picture.numbers[key]) == str(sum(map(keep, rows)))
