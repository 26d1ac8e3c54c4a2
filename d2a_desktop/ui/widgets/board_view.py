"""A list of whole-painted rows: columns one can set up, whole-row focus, names for every reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import ceil

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMetaMethod,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
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
from d2a_desktop.ui.widgets.column_arrangement import (
    NARROWEST,
    WIDEST,
    Arrangement,
    ColumnLayout,
    usual,
)
from d2a_desktop.ui.widgets.column_chooser import ColumnChooser
from d2a_desktop.ui.widgets.labels import is_plain_enter
from d2a_desktop.ui.widgets.paint import number_width, person_height, person_widths

# A list that has the focus and that no one touches is no longer in use.
_IDLE_MS = 60_000
# Longer names are set smaller rather than cut, so a few hundred tell enough of a list of thousands.
_LINES_MEASURED = 400
_MOST_LINES = 4
# What a column that stretches may lose in a narrow window before the list scrolls sideways.
_SHRINKS_TO = 0.8
_WIDENS_TO = 1.2


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
        arranged: a person changed columns or order of sorting.
    """

    opened = Signal(str)
    current_changed = Signal(str)
    in_use_changed = Signal(bool)
    arranged = Signal()

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
        self._arrangement = Arrangement()
        self._placing = self._gives_way = False
        self._pointer_in = False
        self._names: list[int] | None = None  # a window being laid out asks many times
        self._kept_id = ""
        self._kept_line = 0
        self._wished_id = ""
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
        model.dataChanged.connect(self._after_change)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.data(ID_ROLE)))
        theme.changed.connect(self._measure)
        self._measure()

    def give_way(self, least: int) -> None:
        """Ask for no more than `least` pixels of height (at 100 %): what stands below stays seen.

        The policy "Ignored" would not do: a page that is as high as its width needs then leaves
        out even the least height.
        """
        self._gives_way = True
        self._theme.keep(self.setMinimumHeight, least)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width(), self.minimumHeight()) if self._gives_way else hint

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
        line = self._line_of(row_id)
        if line < 0:
            return False
        self.setCurrentIndex(self.model().index(line, 0))
        self.selectRow(line)
        return True

    def _line_of(self, row_id: str) -> int:
        model = self.model()
        if (found := getattr(model, "line_of", None)) is not None:
            return int(found(row_id))
        lines = range(model.rowCount())
        return next((n for n in lines if model.index(n, 0).data(ID_ROLE) == row_id), -1)

    def go_to(self, row_id: str) -> None:
        """Make the row of this id current, now or as soon as it is shown."""
        self._wished_id = "" if self.select_id(row_id) else row_id

    def open_current(self) -> None:
        """Emit `opened` for the current row, if there is one."""
        if self.currentIndex().isValid():
            self.opened.emit(self.current_id)

    # ------------------------------------------------------------ columns

    @property
    def columns(self) -> tuple[ColumnLayout, ...]:
        """All columns, as declared."""
        return self._columns

    @property
    def arrangement(self) -> Arrangement:
        """The columns as a person has set them up."""
        return self._arrangement

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the columns so from now on."""
        self._arrangement = arrangement
        self._lay_out()

    def choose_columns(self) -> ColumnChooser:
        """Open the window in which a person chooses the columns."""
        chooser = ColumnChooser(
            self._theme,
            self._columns,
            self._arrangement,
            name=self.accessibleName(),
            parent=self.window(),
        )
        chooser.accepted.connect(lambda: self._rearranged(chooser.chosen))
        chooser.open()
        return chooser

    def _rearranged(self, arrangement: Arrangement) -> None:
        self.arrange(arrangement)
        self.arranged.emit()

    def _section_moved(self) -> None:
        """Keep the order into which a person dragged the headings."""
        if self._placing:
            return
        header = self.horizontalHeader()
        numbers = [n for n in range(header.count()) if not header.isSectionHidden(n)]
        keys = [self._columns[n].key for n in sorted(numbers, key=header.visualIndex)]
        self._arrangement = Arrangement(tuple(keys), self._arrangement.widths)
        self.viewport().update()
        self.arranged.emit()

    def _section_resized(self, number: int, _before: int, width: int) -> None:
        """Keep the width to which a person dragged a heading."""
        if self._placing or width == 0:
            return
        at_100 = max(NARROWEST, min(WIDEST, round(width * 100 / self._theme.text_percent)))
        widths = {**self._arrangement.widths, self._columns[number].key: at_100}
        self._arrangement = Arrangement(self._arrangement.shown, widths)
        people, names = self._person_column(), self._name_widths()
        if width < self._wanted(number, names if number == people else None):
            QTimer.singleShot(0, self, self._lay_out)
        self._set_heights(people, names)
        self.arranged.emit()

    @contextmanager
    def _placing_columns(self) -> Iterator[None]:
        """Tell what the list does to its headings from what a person does."""
        self._placing = True
        try:
            yield
        finally:
            self._placing = False

    # ------------------------------------------------------------ inside

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
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(8)
        header.sectionClicked.connect(self._header_clicked)
        header.sectionMoved.connect(self._section_moved)
        header.sectionResized.connect(self._section_resized)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(lambda _: self.choose_columns())

    def sort_by(self, column: int, *, descending: bool = False) -> None:
        """Sort by a column and show it in the header; column -1 is the board's own order."""
        self._header.mark(column, descending=descending)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.model().sort(column, order)

    def _header_clicked(self, column: int) -> None:
        again = self._header.sorted_column == column
        self.sort_by(column, descending=again and not self._header.descending)
        self.arranged.emit()

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        """The key of the column sorted by and whether it descends; None in the list's own order."""
        if self._header.sorted_column < 0:
            return None
        return self._columns[self._header.sorted_column].key, self._header.descending

    def sort_by_key(self, key: str, *, descending: bool = False) -> None:
        """Sort by a column's key; a key that is not known is the list's own order."""
        numbers = [number for number, each in enumerate(self._columns) if each.key == key]
        self.sort_by(numbers[0] if numbers else -1, descending=bool(numbers) and descending)

    # ------------------------------------------------------------ widths and heights

    def _measure(self) -> None:
        self._names = None
        self._lay_out()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        people, names = self._person_column(), self._name_widths()
        with self._placing_columns():
            self._place_columns(people, names)
        self._set_heights(people, names)

    def _place_columns(self, people: int, names: Sequence[int]) -> None:
        widths = [
            self._wanted(number, names if number == people else None)
            for number in range(len(self._columns))
        ]
        room = self.viewport().width()
        shown = self._shown_columns(widths, room)
        left = room - sum(widths[each] for each in shown)
        free = [each for each in shown if not self._is_set(each)]
        weight = sum(self._columns[each].stretch for each in free)
        header = self.horizontalHeader()
        for number, column in enumerate(self._columns):
            header.setSectionHidden(number, number not in shown)
            if self._is_set(number):
                header.resizeSection(number, widths[number])
                continue
            extra = left * column.stretch // weight if weight else 0
            least = round(widths[number] * _SHRINKS_TO)
            header.resizeSection(number, max(least, widths[number] + extra))
        for place, number in enumerate((*shown, *self._hidden_after(shown))):
            header.moveSection(header.visualIndex(number), place)

    def _shown_columns(self, widths: Sequence[int], room: int) -> list[int]:
        """Return the columns to show, from left to right: chosen, or what there is room for."""
        number_of = {each.key: number for number, each in enumerate(self._columns)}
        if self._arrangement.shown is not None:
            return [number_of[key] for key in self._arrangement.shown if key in number_of]
        shown = [number_of[key] for key in usual(self._columns)]
        for number in reversed(range(len(widths))):
            if sum(widths[each] for each in shown) <= room:
                break
            if self._columns[number].optional and number in shown:
                shown.remove(number)
        return shown

    def _hidden_after(self, shown: Sequence[int]) -> list[int]:
        return [number for number in range(len(self._columns)) if number not in shown]

    def _is_set(self, number: int) -> bool:
        return self._columns[number].key in self._arrangement.widths

    def _wanted(self, number: int, names: Sequence[int] | None) -> int:
        """Return a column's width; one of people is as wide as nine in ten of `names` need."""
        column = self._columns[number]
        chosen = self._arrangement.widths.get(column.key)
        width = self._theme.px(column.width if chosen is None else chosen)
        if names is None:
            return width
        if chosen is not None:  # an identity is never cut
            return max(width, number_width(self._theme) + 2 * self._theme.px(10))
        sizes = sorted(names)
        most = sizes[len(sizes) * 9 // 10 - 1] + self._theme.px(24) if sizes else 0
        numbers = number_width(self._theme) + 2 * self._theme.px(10)
        return max(numbers, min(max(width, most), round(width * _WIDENS_TO)))

    def _set_heights(self, column: int, names: Sequence[int]) -> None:
        """Give rows whose name needs two lines the height for it."""
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height)
        if column < 0:
            return
        room = self.horizontalHeader().sectionSize(column) - 2 * self._theme.px(10)
        # One that needs more lines than it gets is set smaller: it is never cut.
        high = [person_height(self._theme, lines) for lines in range(_MOST_LINES + 1)]
        high[0] = high[1] = self._delegate.row_height
        for line, width in enumerate(names):
            height = high[min(_MOST_LINES, ceil(width / max(1, room)))]
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

    def _name_widths(self) -> list[int]:
        """Return how wide each of the first names is, in the order of the lines."""
        if self._names is None:
            model, column = self.model(), self._person_column()
            lines = range(min(model.rowCount(), _LINES_MEASURED)) if column >= 0 else ()
            width = person_widths(self._theme)
            self._names = [width(model.index(line, column).data(CELL_ROLE)) for line in lines]
        return self._names

    # ------------------------------------------------------------ the current row stays itself

    def _keep_current(self) -> None:
        self._kept_id, self._kept_line = self.current_id, self.currentIndex().row()
        self._names = None

    def _after_reset(self) -> None:
        self._names = None
        self._lay_out()
        if self._wished_id and self.select_id(self._wished_id):
            self._wished_id = ""
            return
        if not self._kept_id or self.select_id(self._kept_id):
            return
        last = self.model().rowCount() - 1
        if last >= 0 and self._idle.isActive() and self.window().focusWidget() is self:
            # The keys stay where they were: on the row that took the place of the one that went by
            # a deed of this person. Of a list left alone nobody else becomes the current one.
            self.selectRow(min(self._kept_line, last))
        else:
            self.current_changed.emit("")

    def _after_change(self, first: QModelIndex, last: QModelIndex) -> None:
        """Give a name that changed its room; not while the list is in use: nothing moves then."""
        column = self._person_column()
        touched = first.column() <= column <= last.column() and first.row() < _LINES_MEASURED
        if touched:
            self._names = None
            if not self.in_use:
                self._lay_out()

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
        if is_plain_enter(event) and self.isSignalConnected(QMetaMethod.fromSignal(self.opened)):
            self.open_current()  # a list without the actions of a page opens its rows too
            return
        rows, end = self.model().rowCount(), event.key() == Qt.Key.Key_End
        if rows and not event.modifiers() and (end or event.key() == Qt.Key.Key_Home):
            self.selectRow(rows - 1 if end else 0)  # Qt goes to the ends of the line
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
        # The focus has not yet moved while this event is told.
        QTimer.singleShot(0, self, lambda: self.in_use_changed.emit(self.in_use))
