"""The ward board with 5,000 people: load, first paint, filter at each key, repaint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from benchmarks.board_people import TABLES, fill
from benchmarks.desks import bench_desk, stored_rows
from benchmarks.figures import Figure, in_turn, timed
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.queries.rows import WardBoardRow
from d2a_desktop.ui.app import make_application, make_theme
from d2a_desktop.ui.item_models.rows_model import RowsModel
from d2a_desktop.ui.item_models.ward_board_model import ward_model
from d2a_desktop.ui.widgets.board_view import BoardView

PEOPLE, LOAD_SECONDS = 5_000, 0.400
_SIZE = (1366, 768)
_TYPED = ("s", "sa", "sam", "samp", "sampl")
_LOAD, _PAINT, _KEYS = 5, 5, 5


def figures(folder: Path) -> Iterator[Figure]:
    """Measure the query, then the same rows in the board's model and view."""
    theme = make_theme(make_application())
    with bench_desk(folder / "desk") as desk:
        fill(desk, PEOPLE)
        queries = Queries(desk.context)
        rows = queries.ward_board(desk.caller).rows
        assert len(rows) == PEOPLE
        with desk.bare() as connection:
            loaded = in_turn(
                timed(lambda: queries.ward_board(desk.caller)),
                timed(lambda: stored_rows(connection, TABLES)),
                times=_LOAD,
            )
            held = sum(len(table) for table in stored_rows(connection, TABLES).values())
        yield Figure(
            "board", f"board of {PEOPLE:,}: load", *loaded,
            f"bare SELECT of the {held:,} rows it is made of",
        )  # fmt: skip
        words = "what a person was promised, 400 ms"
        yield Figure("board", "  the same load", loaded[0], LOAD_SECONDS, words)
        model = ward_model(desk.clock.now, shared=lambda: True)
        view = BoardView(theme, model, columns=model.columns, name="Ward board")
        yield from _shown(model, view, rows)


def _shown(
    model: RowsModel[WardBoardRow], view: BoardView, rows: Sequence[WardBoardRow]
) -> Iterator[Figure]:
    stock = _Stock(rows, model)
    for one in (view, stock.view):
        one.resize(*_SIZE)
        one.show()
        # Painting begins when the platform has exposed the window.
        QApplication.processEvents()

    def show(some: Sequence[WardBoardRow]) -> None:
        model.show(some)
        view.viewport().repaint()

    words = "the same view with an empty model"
    yield Figure(
        "board", "  model shown and first paint",
        *in_turn(timed(lambda: show(rows)), timed(lambda: show(())), times=_PAINT), words,
    )  # fmt: skip
    show(rows)
    keys, stock_keys = in_turn(
        timed(lambda: _type_into(model, view)), timed(stock.type_into), times=_KEYS
    )
    typed = len(_TYPED)
    words = "stock QTableView and QSortFilterProxyModel"
    yield Figure("board", "  filter, one key", keys / typed, stock_keys / typed, words)
    model.set_filter("")
    yield Figure(
        "board", "  full repaint",
        *in_turn(timed(view.viewport().repaint), timed(stock.view.viewport().repaint), times=20),
        "stock QTableView of the same size and words",
    )  # fmt: skip
    view.close()
    stock.view.close()


def _type_into(model: RowsModel[WardBoardRow], view: BoardView) -> None:
    model.set_filter("")
    for text in _TYPED:
        model.set_filter(text)
        view.viewport().repaint()


class _Stock:
    """What Qt gives without work: items, a proxy that filters all columns, a plain table."""

    def __init__(self, rows: Sequence[WardBoardRow], model: RowsModel[Any]) -> None:
        self._items = QStandardItemModel(0, len(model.columns))
        for row in rows:
            self._items.appendRow([QStandardItem(c.cell(row).text) for c in model.columns])
        self._proxy = QSortFilterProxyModel()
        self._proxy.setSourceModel(self._items)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.view = QTableView()
        self.view.setModel(self._proxy)

    def type_into(self) -> None:
        """Filter as a person types, with a paint after each key."""
        self._proxy.setFilterFixedString("")
        for text in _TYPED:
            self._proxy.setFilterFixedString(text)
            self.view.viewport().repaint()
