"""A table model over frozen rows: declared columns, its own filter and sort, no proxy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from d2a_desktop.ui.formats.cells import CELL_ROLE, ID_ROLE, ROW_ROLE, SORT_ROLE, Cell, TextCell
from d2a_desktop.ui.formats.glossary import explained, explained_in
from d2a_desktop.ui.formats.words import fold

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
_AT_ONCE, _PAUSE_MS = 100, 25
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: heading, what its cells show, and what it sorts by.

    `width` is in px at 100 % text; `stretch` columns share what is left over by weight. An
    `optional` column is left out where there is no room for it, an `extra` one is shown only when
    a person chooses it, and one of `always` cannot be hidden. `moving` cells change with the
    minute (clocks).
    """

    key: str
    heading: str
    cell: Callable[[Row], Cell]
    sort_by: Callable[[Row], Any]
    tooltip: Callable[[Row], str] | None = None
    width: int = 120
    stretch: int = 0
    optional: bool = False
    extra: bool = False
    always: bool = False
    moving: bool = False


class RowsModel(QAbstractTableModel, Generic[Row]):
    """Rows behind a board.

    Args:
        columns: what is shown, left to right.
        id_of: the identity of a row, the same from one refresh to the next.
        searched: the words a row is found by; all cells' words when absent.

    Signals:
        waiting_changed: how many arrivals, departures and moves are held back (see `refresh`).
        counts_changed: rows shown, rows in all.
    """

    waiting_changed = Signal(int)
    counts_changed = Signal(int, int)

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        *,
        id_of: Callable[[Row], str],
        searched: Callable[[Row], str] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._id_of = id_of
        self._searched = searched or self._all_words
        self._rows: list[Row] = []
        self._words: list[str | None] = []  # made later, a few at a time: a long list loads at once
        self._ready = 0
        self._readying = QTimer(self)
        self._readying.setInterval(_PAUSE_MS)
        self._readying.timeout.connect(self._make_ready)
        self._shown: list[int] = []
        self._place: dict[str, int] = {}
        self._held: list[Row] | None = None
        self._filter: tuple[str, ...] = ()
        self._keep: Callable[[Row], bool] | None = None
        self._sort: tuple[int, Qt.SortOrder] | None = None

    # ------------------------------------------------------------ what boards call

    @property
    def columns(self) -> tuple[Column[Row], ...]:
        """The declared columns."""
        return self._columns

    @property
    def waiting(self) -> int:
        """How many lines would come, go or change places with what is held back."""
        if self._held is None:
            return 0
        shown = [self._id_of(row) for row in self.rows_shown()]
        wanted = [self._id_of(self._held[place]) for place in self._arranged_anew(self._held)]
        return _moves(shown, wanted)

    def show(self, rows: Sequence[Row]) -> None:
        """Replace all rows; filter and sort stay, and so does every row that is the same."""
        self._held = None
        if not self._put_in_place(rows):
            self._reset(lambda: self._load(rows))
        self.waiting_changed.emit(0)

    def refresh(self, rows: Sequence[Row], *, hold: bool) -> int:
        """Take newer rows of the same list and return how many changes are held back.

        Rows that are known are updated where they stand. With `hold` (the pointer or the focus is
        in the list) arrivals, departures and moves wait until `apply_waiting`; else all is shown.
        """
        if not hold:
            self.show(rows)
            return 0
        self.update_rows(rows)
        self._held = list(rows)
        waiting = self.waiting
        self.waiting_changed.emit(waiting)
        return waiting

    def apply_waiting(self) -> None:
        """Show what was held back."""
        if self._held is not None:
            self.show(self._held)

    def update_rows(self, rows: Sequence[Row]) -> None:
        """Put changed rows in the place of those with the same id; others are left out."""
        touched: list[int] = []
        for row in rows:
            place = self._place.get(self._id_of(row))
            if place is None or self._rows[place] is row:
                continue
            if self._rows[place] != row:
                self._rows[place] = row
                self._words[place] = None
                touched.append(place)
        self._tell_of(touched)

    def tick(self) -> None:
        """Tell views that the moving columns (clocks) read differently now."""
        if not self._shown:
            return
        for number, column in enumerate(self._columns):
            if column.moving:
                last = self.index(len(self._shown) - 1, number)
                self.dataChanged.emit(self.index(0, number), last)

    def set_filter(self, text: str) -> None:
        """Show only rows that hold every word of `text`, whatever its case and accents."""
        words = tuple(fold(text).split())
        if words != self._filter:
            self._filter = words
            self._reset()

    def set_predicate(self, keep: Callable[[Row], bool] | None, *, hold: bool = False) -> None:
        """Show only rows that `keep` approves (a chip), beside the filter's words.

        With `hold` (the same chip, told anew while the list is in use) no line moves: what comes
        or goes by it waits as arrivals do.
        """
        self._keep = keep
        if hold:
            self._held = list(self._rows) if self._held is None else self._held
            self.waiting_changed.emit(self.waiting)
        else:
            self._reset()

    def row_at(self, line: int) -> Row:
        """Return the row shown on a line."""
        return self._rows[self._shown[line]]

    def rows_shown(self) -> list[Row]:
        """Return the rows as filtered and sorted."""
        return [self._rows[place] for place in self._shown]

    def row_of(self, row_id: str) -> Row | None:
        """Return the row of this id, shown or filtered away, or None."""
        place = self._place.get(row_id)
        return None if place is None else self._rows[place]

    def line_of(self, row_id: str) -> int:
        """Return the line on which a row is shown, or -1."""
        place = self._place.get(row_id)
        return self._shown.index(place) if place is not None and place in self._shown else -1

    def count(self, keep: Callable[[Row], bool]) -> int:
        """Return how many of all rows `keep` approves, for a chip's number."""
        return sum(1 for row in self._rows if keep(row))

    # ------------------------------------------------------------ what Qt calls

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[self._shown[index.row()]], self._columns[index.column()]
        answer = _ANSWERS.get(role)
        if answer is not None:
            return answer(column, row)
        return self._id_of(row) if role == ID_ROLE else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role in (_ROLE.DisplayRole, _ROLE.AccessibleTextRole):
            return self._columns[section].heading
        if role == _ROLE.TextAlignmentRole:
            return _LEFT
        if role == _ROLE.ToolTipRole:
            return explained(self._columns[section].heading) or None
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort = (column, order) if 0 <= column < len(self._columns) else None
        self._reset()

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        """The heading sorted by and whether it descends; None in the order the rows came in."""
        if self._sort is None:
            return None
        column, order = self._sort
        return self._columns[column].heading, order == Qt.SortOrder.DescendingOrder

    # ------------------------------------------------------------ inside

    def _put_in_place(self, rows: Sequence[Row]) -> bool:
        """Take newer rows of the same list in the same order; False where anything would move."""
        if len(rows) != len(self._rows) or not rows:
            return False
        touched = []
        for place, (old, new) in enumerate(zip(self._rows, rows, strict=True)):
            if old is not new:
                if self._id_of(old) != self._id_of(new):
                    return False
                if old != new:
                    touched.append(place)
        before, words = self._rows, self._words
        self._rows, self._words = list(rows), list(words)
        for place in touched:
            self._words[place] = None
        if self._arranged() != self._shown:
            self._rows, self._words = before, words
            return False
        self._tell_of(touched)
        self.counts_changed.emit(len(self._shown), len(self._rows))
        return True

    def _arranged_anew(self, rows: Sequence[Row]) -> list[int]:
        """Return the places in `rows` that would be shown, in their order."""
        before, words = self._rows, self._words
        if self._filter:
            known = {id(row): word for row, word in zip(before, words, strict=True)}
            self._words = [known.get(id(row)) for row in rows]
        else:
            self._words = [None] * len(rows)
        self._rows = list(rows)
        arranged = self._arranged()
        self._rows, self._words = before, words
        return arranged

    def _tell_of(self, touched: Sequence[int]) -> None:
        places = set(touched)
        lines = [line for line, place in enumerate(self._shown) if place in places]
        if lines:
            self._tell(min(lines), max(lines))

    def _load(self, rows: Sequence[Row]) -> None:
        self._rows = list(rows)
        self._words = [None] * len(self._rows)
        self._ready = 0
        if len(self._rows) > _AT_ONCE:
            self._readying.start()
        else:
            self._readying.stop()
        self._place = {self._id_of(row): place for place, row in enumerate(self._rows)}

    def _reset(self, change: Callable[[], None] | None = None) -> None:
        self.beginResetModel()
        if change is not None:
            change()
        self._shown = self._arranged()
        self.endResetModel()
        self.counts_changed.emit(len(self._shown), len(self._rows))

    def _arranged(self) -> list[int]:
        shown = list(range(len(self._rows)))
        if self._filter:
            found = [self._words_of(place) for place in shown]
            for word in self._filter:
                shown = [place for place in shown if word in found[place]]
        if self._keep is not None:
            keep, rows = self._keep, self._rows
            shown = [place for place in shown if keep(rows[place])]
        if self._sort is not None:
            column, order = self._sort
            by = self._columns[column].sort_by
            shown.sort(
                key=lambda place: by(self._rows[place]),
                reverse=order == Qt.SortOrder.DescendingOrder,
            )
        return shown

    def _words_of(self, place: int) -> str:
        words = self._words[place]
        if words is None:
            words = self._words[place] = fold(self._searched(self._rows[place]))
        return words

    def _make_ready(self) -> None:
        """Make the words of some more rows, so that the first key of a filter finds them there."""
        end = min(self._ready + _AT_ONCE, len(self._rows))
        for place in range(self._ready, end):
            self._words_of(place)
        self._ready = end
        if end == len(self._rows):
            self._readying.stop()

    def _tell(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def _all_words(self, row: Row) -> str:
        return " ".join(column.cell(row).text for column in self._columns)


def _moves(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many of these ids would come, go or change places."""
    gone, come = set(old) - set(new), set(new) - set(old)
    stay_old = [each for each in old if each not in gone]
    stay_new = [each for each in new if each not in come]
    moved = sum(1 for one, other in zip(stay_old, stay_new, strict=True) if one != other)
    return len(gone) + len(come) + moved


def _spoken(column: Column[Any], row: Any) -> str:
    return f"{column.heading}: {column.cell(row).spoken}"


def _tooltip(column: Column[Any], row: Any) -> str | None:
    own = column.tooltip(row) if column.tooltip is not None else None
    return own or explained_in(column.cell(row).spoken) or None


def _alignment(column: Column[Any], row: Any) -> Qt.AlignmentFlag:
    cell = column.cell(row)
    return _RIGHT if isinstance(cell, TextCell) and cell.right else _LEFT


_ANSWERS: Mapping[int, Callable[[Column[Any], Any], Any]] = {
    int(_ROLE.DisplayRole): lambda column, row: column.cell(row).text,
    int(_ROLE.AccessibleTextRole): _spoken,
    int(_ROLE.ToolTipRole): _tooltip,
    int(_ROLE.TextAlignmentRole): _alignment,
    CELL_ROLE: lambda column, row: column.cell(row),
    SORT_ROLE: lambda column, row: column.sort_by(row),
    ROW_ROLE: lambda _column, row: row,
}
