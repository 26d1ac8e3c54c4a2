"""A list of whole-painted rows: fixed columns, whole-row focus, names for every reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from d2a_desktop.ui.formats.cells import CELL_ROLE, ID_ROLE, PersonCell
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_delegate import BoardDelegate
from d2a_desktop.ui.widgets.board_header import BoardHeader
from d2a_desktop.ui.widgets.paint import number_width, person_height, person_width

# A list that has the focus and that no one touches is no longer in use.
_IDLE_MS = 60_000
# Longer names are set smaller rather than cut, so a few hundred tell enough of a list of thousands.
_LINES_MEASURED = 400
# What a column that stretches may lose in a narrow window before the list scrolls sideways.
_SHRINKS_TO = 0.8
_WIDENS_TO = 1.2


class ColumnLayout(Protocol):
    """What the view needs to know of a column (item_models.rows_model.Column has it)."""

    @property
    def heading(self) -> str:
        """Its heading."""
        ...

    @property
    def width(self) -> int:
        """Its width in px at 100 %."""
        ...

    @property
    def stretch(self) -> int:
        """Its share of the width left over."""
        ...

    @property
    def optional(self) -> bool:
        """Whether it is shown only where there is room."""
        ...


class BoardView(QTableView):
    """The list of a board.

    Args:
        theme: the look.
        model: rows with CELL_ROLE and ID_ROLE (a RowsModel).
        columns: its columns' widths, in the model's order.
        name: what the list is, for screen readers, e.g. "Ward board".

    Signals:
        opened: the id of the row to open (Enter or double click).
        current_changed: the id of the row now current, or an empty text.
        in_use_changed: whether the pointer or the focus is in the list.
    """

    opened = Signal(str)
    current_changed = Signal(str)
    in_use_changed = Signal(bool)

    def __init__(
        self,
        theme: Theme,
        model: QAbstractItemModel,
        *,
        columns: Sequence[ColumnLayout],
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._columns = tuple(columns)
        self._pointer_in = False
        self._kept_id = ""
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(lambda: self.in_use_changed.emit(self.in_use))
        self._delegate = BoardDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self._header = BoardHeader(theme, self)
        self.setHorizontalHeader(self._header)
        self.setModel(model)
        self.setAccessibleName(name)
        self._set_up()
        model.modelAboutToBeReset.connect(self._keep_current)
        model.modelReset.connect(self._after_reset)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ID_ROLE)))
        theme.changed.connect(self._measure)
        self._measure()

    @property
    def in_use(self) -> bool:
        """Whether the pointer or the focus is in the list, so that no row may move."""
        return self._pointer_in or (self.hasFocus() and self._idle.isActive())

    @property
    def marks_focus(self) -> bool:
        """Whether a row shows that the focus is here; an empty list has none to show it."""
        return self.currentIndex().isValid()

    @property
    def current_id(self) -> str:
        """The id of the current row, or an empty text."""
        index = self.currentIndex()
        return str(index.data(ID_ROLE)) if index.isValid() else ""

    def select_id(self, row_id: str) -> bool:
        """Make the row of this id current; False when it is not shown."""
        model = self.model()
        for line in range(model.rowCount()):
            index = model.index(line, 0)
            if index.data(ID_ROLE) == row_id:
                self.setCurrentIndex(index)
                self.selectRow(line)
                return True
        return False

    def open_current(self) -> None:
        """Emit `opened` for the current row, if there is one."""
        if self.currentIndex().isValid():
            self.opened.emit(self.current_id)

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(8)
        header.sectionClicked.connect(self._header_clicked)

    def sort_by(self, column: int, *, descending: bool = False) -> None:
        """Sort by a column and show it in the header; column -1 is the board's own order."""
        self._header.mark(column, descending=descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.model().sort(column, order)

    def _header_clicked(self, column: int) -> None:
        again = self._header.sorted_column == column
        self.sort_by(column, descending=again and not self._header.descending)

    # ------------------------------------------------------------ widths and heights

    def _measure(self) -> None:
        self._lay_out()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        widths = [self._wanted(number) for number in range(len(self._columns))]
        room = self.viewport().width()
        shown = set(range(len(widths)))
        for number in reversed(range(len(widths))):
            if sum(widths[each] for each in shown) <= room:
                break
            if self._columns[number].optional:
                shown.discard(number)
        left = room - sum(widths[each] for each in shown)
        weight = sum(self._columns[each].stretch for each in shown)
        header = self.horizontalHeader()
        for number, column in enumerate(self._columns):
            header.setSectionHidden(number, number not in shown)
            extra = left * column.stretch // weight if weight else 0
            least = round(widths[number] * _SHRINKS_TO)
            header.resizeSection(number, max(least, widths[number] + extra))
        self._set_heights()

    def _wanted(self, number: int) -> int:
        """Return a column's width; a column of people is as wide as nine in ten names need."""
        width = self._theme.px(self._columns[number].width)
        if number != self._person_column():
            return width
        sizes = sorted(person_width(self._theme, cell) for cell in self._people())
        most = sizes[len(sizes) * 9 // 10 - 1] + self._theme.px(24) if sizes else 0
        numbers = number_width(self._theme) + 2 * self._theme.px(10)
        return max(numbers, min(max(width, most), round(width * _WIDENS_TO)))

    def _set_heights(self) -> None:
        """Give rows whose name needs two lines the height for it."""
        column = self._person_column()
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height)
        if column < 0:
            return
        room = self.horizontalHeader().sectionSize(column) - 2 * self._theme.px(10)
        usual, tall = self._delegate.row_height, person_height(self._theme)
        for line, cell in enumerate(self._people()):
            height = tall if person_width(self._theme, cell) > room else usual
            if self.rowHeight(line) != height:
                self.setRowHeight(line, height)

    def _person_column(self) -> int:
        """Return the number of the column that shows people, or -1."""
        model = self.model()
        if model.rowCount():
            for number in range(len(self._columns)):
                if isinstance(model.index(0, number).data(CELL_ROLE), PersonCell):
                    return number
        return -1

    def _people(self) -> list[PersonCell]:
        model, column = self.model(), self._person_column()
        lines = range(min(model.rowCount(), _LINES_MEASURED))
        return [model.index(line, column).data(CELL_ROLE) for line in lines]

    # ------------------------------------------------------------ the current row stays itself

    def _keep_current(self) -> None:
        self._kept_id = self.current_id

    def _after_reset(self) -> None:
        self._lay_out()
        if self._kept_id and not self.select_id(self._kept_id):
            self.current_changed.emit("")

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()

    def currentChanged(
        self,
        current: QModelIndex | QPersistentModelIndex,
        previous: QModelIndex | QPersistentModelIndex,
    ) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and current.row() != previous.row():
            self.current_changed.emit(current.data(ID_ROLE))

    # ------------------------------------------------------------ in use

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._pointer_in = True
        self.in_use_changed.emit(self.in_use)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointer_in = False
        self.in_use_changed.emit(self.in_use)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(
                self.model().index(0, 0), flags.ClearAndSelect | flags.Rows
            )
        self.viewport().update()
        self._idle.start(_IDLE_MS)
        self.in_use_changed.emit(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._idle.start(_IDLE_MS)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
        # The focus has not yet moved while this event is told.
        QTimer.singleShot(0, self, lambda: self.in_use_changed.emit(self.in_use))
