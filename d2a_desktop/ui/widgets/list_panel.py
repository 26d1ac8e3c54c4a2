"""A list with its filter, chips, sort, held-back changes and empty state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.formats.cells import ID_ROLE, ROW_ROLE
from d2a_desktop.ui.formats.language import plural, tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.column_arrangement import Arrangement, ColumnLayout
from d2a_desktop.ui.widgets.empty_state import EmptyState, EmptyWords, reading
from d2a_desktop.ui.widgets.filter_chips import Chip, FilterChips
from d2a_desktop.ui.widgets.flow_layout import FlowLayout
from d2a_desktop.ui.widgets.head_layout import HeadLayout
from d2a_desktop.ui.widgets.labels import Button

_DEBOUNCE_MS = 80
_MINUTE_MS = 60_000
_LEAST_CHIPS = 300
_GAPS = 24
_BESIDE_FROM = 1000


@dataclass(frozen=True)
class ListState:
    """How a person has a list: its view, what it is filtered and sorted by, and its columns.

    `beside` is whether the details stand beside it; None leaves that to the room there is.
    """

    chip: str = ""
    words: str = ""
    sort: str = ""
    descending: bool = False
    arrangement: Arrangement = field(default_factory=Arrangement)
    beside: bool | None = None

    def to_document(self, *, words: bool) -> dict[str, Any]:
        """Return it as JSON values; `words` of a filter may name somebody, and are asked for."""
        return {
            "chip": self.chip,
            "words": self.words if words else "",
            "sort": self.sort,
            "descending": self.descending,
            "columns": self.arrangement.to_document(),
            "beside": self.beside,
        }

    @classmethod
    def from_document(cls, document: object, columns: Sequence[ColumnLayout]) -> ListState:
        """Return what a kept document says; what it cannot mean is as a fresh list has it."""
        kept = document if isinstance(document, Mapping) else {}
        beside = kept.get("beside")
        return cls(
            chip=_text(kept.get("chip")),
            words=_text(kept.get("words")),
            sort=_text(kept.get("sort")),
            descending=kept.get("descending") is True,
            arrangement=Arrangement.from_document(kept.get("columns"), columns),
            beside=beside if isinstance(beside, bool) else None,
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


class ListModel(Protocol):
    """What the panel asks of its model (item_models.rows_model.RowsModel answers)."""

    @property
    def columns(self) -> Sequence[ColumnLayout]:
        """The declared columns."""
        ...

    @property
    def waiting(self) -> int:
        """How many changes are held back."""
        ...

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        """The heading sorted by, and whether it descends."""
        ...

    def refresh(self, rows: Sequence[Any], *, hold: bool) -> int:
        """Take newer rows."""
        ...

    def apply_waiting(self) -> None:
        """Show what was held back."""
        ...

    def set_filter(self, text: str) -> None:
        """Show only rows that hold every word."""
        ...

    def tick(self) -> None:
        """Tell that clocks moved."""
        ...


class ListPanel(QWidget):
    """A BoardView and all that belongs around it.

    Args:
        theme, actions: passed down.
        model: a RowsModel.
        name: what the list is, e.g. "Ward board".
        empty: what to say when there are no rows at all.
        keys: further single-row actions of the table in `actions`, each with its slot.
        act: what the empty state's action does.

    Signals:
        opened: id of the row to open. current_changed: id, or an empty text. peek_toggled: Space.
        chip_chosen: the key of a chip. sort_changed: words such as "sorted by Clock".
        back_asked: Backspace, to the page before.
        views_asked: the saved views are to be shown. export_asked: the list is to be written out.
        state_changed: a person changed what `state` tells.
    """

    opened = Signal(str)
    current_changed = Signal(str)
    peek_toggled = Signal()
    chip_chosen = Signal(str)
    sort_changed = Signal(str)
    back_asked = Signal()
    views_asked = Signal()
    export_asked = Signal()
    state_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        actions: Actions,
        model: QAbstractItemModel,
        *,
        name: str,
        empty: EmptyWords,
        keys: Mapping[str, Callable[[], object]] | None = None,
        act: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._beside: QWidget | None = None
        self._beside_wanted: bool | None = None
        self._rows_model = cast("ListModel", model)
        self.view = BoardView(theme, model, columns=self._rows_model.columns, name=name)
        self.filter = self._make_filter(name)
        self.chips = FilterChips(theme, name=tr("Views of {list}", list=name))
        self._waiting = Button(theme, "", kind="accent", icon="sync")
        self._waiting.clicked.connect(self._rows_model.apply_waiting)
        self._waiting.hide()
        self._sort = Button(theme, tr("Sort"), icon="list")
        self._layout = Button(theme, tr("View"), icon="columns")
        self.tools = FlowLayout(theme, gap=8, line_gap=8)
        self._empty_words = empty
        self._answered = False
        self._empty = EmptyState(theme, empty, act=act)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self._lay_out()
        self._join(actions, model, keys or {})
        self._minute = QTimer(self)
        self._minute.timeout.connect(self._rows_model.tick)
        self._minute.start(_MINUTE_MS)
        theme.changed.connect(self._fit)
        self._show_counts()

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show the saved views."""
        self.chips.show_chips(chips)

    def refresh(self, rows: Sequence[Any], *, now: bool = False) -> None:
        """Take newer rows; they wait behind a button while the list is in use, unless `now`.

        `now` is for the first rows and for what the person at this desk just did.
        """
        self._rows_model.refresh(rows, hold=self.view.in_use and not now)

    def choose_first(self) -> None:
        """Make the first row current where none is, so that its buttons and keys work at once."""
        if not self.view.current_id and self.view.model().rowCount():
            self.view.select_id(self.view.model().index(0, 0).data(ID_ROLE))

    def put_beside(self, widget: QWidget) -> None:
        """Put a widget (the peek panel) at the right of the list; a narrow list hides it."""
        self._beside = widget
        self._content.addWidget(widget)
        self.peek_toggled.connect(self._toggle_beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._place_chips()  # the tools may be wider now: other words, larger text
        return answer

    def _fit(self) -> None:
        self._place_chips()
        if self._beside is not None and self._beside_wanted is None:
            self._beside.setVisible(self.width() >= self._theme.px(_BESIDE_FROM))

    def _place_chips(self) -> None:
        """Put the chips below the filter where the list is too narrow for both in one line."""
        beside = self.filter.width() + self.tools.sizeHint().width() + self._theme.px(_GAPS)
        narrow = self.width() - beside < self._theme.px(_LEAST_CHIPS)
        if narrow is (self._under.indexOf(self.chips) >= 0):
            return
        if narrow:
            self._under.addWidget(self.chips)
        else:
            self._row.insertWidget(1, self.chips, 1)

    def _toggle_beside(self) -> None:
        if self._beside is not None:
            self._beside_wanted = self._beside.isHidden()
            self._beside.setVisible(self._beside_wanted)
            self.state_changed.emit()

    @property
    def state(self) -> ListState:
        """The list as this person has it."""
        by = self.view.sorted_by or ("", False)
        return ListState(
            chip=self.chips.current,
            words=self.filter.text(),
            sort=by[0],
            descending=by[1],
            arrangement=self.view.arrangement,
            beside=self._beside_wanted,
        )

    def put_state(self, state: ListState) -> None:
        """Show the list as a person had it; a chip is chosen as soon as it is there."""
        self.view.arrange(state.arrangement)
        self.view.sort_by_key(state.sort, descending=state.descending)
        self.chips.wish(state.chip)
        self.filter.setText(state.words)
        self._beside_wanted = state.beside
        if self._beside is not None and state.beside is not None:
            self._beside.setVisible(state.beside)
        self.sort_changed.emit(self.sort_words())

    def show_saved(self, document: Mapping[str, Any]) -> None:
        """Show the list as a saved view says, and go to it."""
        self.put_state(ListState.from_document(document, self._rows_model.columns))
        self._debounce.stop()
        self._rows_model.set_filter(self.filter.text())
        self.state_changed.emit()
        self.view.setFocus(Qt.FocusReason.TabFocusReason)

    def show_all(self) -> None:
        """Show every row: the first view, and no filter."""
        self.filter.clear()
        self._debounce.stop()
        self._rows_model.set_filter("")
        self.chips.wish("")

    def cases(self) -> tuple[str, ...]:
        """Return the ids of the cases that the rows shown are about, where they are about any."""
        model = self.view.model()
        rows = (model.index(line, 0).data(ROW_ROLE) for line in range(model.rowCount()))
        found = (getattr(row, "case_id", None) for row in rows)
        return tuple(case_id for case_id in found if case_id)

    def chosen_words(self) -> str:
        """Return which view and filter the list is under, in words; empty when it shows all."""
        words = self.filter.text().strip()
        parts = [self.chips.current_words if self.chips.narrows else ""]
        parts.append(tr("filtered by \u201c{words}\u201d", words=words) if words else "")
        return ", ".join(part for part in parts if part)

    def lines(self) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Return the headings and cells as they are shown, for a file."""
        header, model = self.view.horizontalHeader(), self.view.model()
        numbers = [n for n in range(header.count()) if not header.isSectionHidden(n)]
        numbers.sort(key=header.visualIndex)
        headings = tuple(self._rows_model.columns[n].heading for n in numbers)
        cells = tuple(
            tuple(str(model.index(line, n).data() or "") for n in numbers)
            for line in range(model.rowCount())
        )
        return headings, cells

    def set_empty(self, words: EmptyWords) -> None:
        """Change what the empty state says."""
        self._empty_words = words
        self._show_counts()

    def sort_words(self) -> str:
        """Return how the list is sorted, in words."""
        by = self._rows_model.sorted_by
        if by is None:
            return ""
        sorted_by = tr("sorted by {column}", column=by[0])
        return f"{sorted_by}, {tr('last first')}" if by[1] else sorted_by

    # ------------------------------------------------------------ building

    def _make_filter(self, name: str) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(tr("Filter this list   /"))
        field.setAccessibleName(tr("Filter {list}", list=name))
        field.setClearButtonEnabled(True)
        self._theme.keep(field.setFixedWidth, 210)
        field.installEventFilter(self)
        return field

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._theme.keep(outer.setSpacing, 12)
        head, row = HeadLayout(self._theme, top=True), QHBoxLayout()
        self._theme.keep(row.setSpacing, 8)
        top = Qt.AlignmentFlag.AlignTop  # chips on two lines leave the rest where it is
        # At the left even where the chips stand below it and the line is longer.
        row.addWidget(self.filter, 0, top | Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.chips, 1)
        for each in (self._waiting, self._sort, self._layout):
            self.tools.addWidget(each)
        head.take(row, self.tools)
        outer.addLayout(head)
        self._row, self._under = row, QHBoxLayout()
        outer.addLayout(self._under)
        self._content = QHBoxLayout()
        self._theme.keep(self._content.setSpacing, 14)
        self._content.addWidget(self._stack, 1)
        outer.addLayout(self._content, 1)

    def _join(
        self,
        actions: Actions,
        model: QAbstractItemModel,
        keys: Mapping[str, Callable[[], object]],
    ) -> None:
        view = self.view
        own: dict[str, Callable[[], object]] = {
            "open": view.open_current,
            "peek": self.peek_toggled.emit,
            "filter": lambda: self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason),
            "columns": view.choose_columns,
            "views": self.views_asked.emit,
            "go_back": self.back_asked.emit,
        }
        actions.attach(view, own | dict(keys))
        view.opened.connect(self.opened)
        view.current_changed.connect(self.current_changed)
        view.in_use_changed.connect(self._use_changed)
        view.arranged.connect(self._arranged)
        self.chips.chosen.connect(self.chip_chosen)
        self.chips.chosen.connect(lambda _: self.state_changed.emit())
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.timeout.connect(lambda: self._rows_model.set_filter(self.filter.text()))
        self.filter.textChanged.connect(lambda: self._debounce.start(_DEBOUNCE_MS))
        model.modelReset.connect(self._show_counts)
        waiting: Any = model
        waiting.waiting_changed.connect(self._show_waiting)
        menu = QMenu(self._sort)
        for number, column in enumerate(self._rows_model.columns):
            act = menu.addAction(column.heading)
            act.triggered.connect(lambda _=False, at=number: self._sort_by(at))
        self._sort.setMenu(menu)
        layout = QMenu(self._layout)
        for words, slot in (
            (tr("Columns …"), view.choose_columns),
            (tr("Saved views …"), self.views_asked.emit),
            (tr("Export this list …"), self.export_asked.emit),
        ):
            layout.addAction(words).triggered.connect(lambda *_, do=slot: do())
        self._layout.setMenu(layout)

    # ------------------------------------------------------------ what happens

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let Down and Enter go from the filter to the list, and Escape empty the filter."""
        if watched is not self.filter or not isinstance(event, QKeyEvent):
            return False
        if event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._debounce.stop()
            self._rows_model.set_filter(self.filter.text())
            self.view.setFocus(Qt.FocusReason.TabFocusReason)
            return True
        if event.key() == Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
            return True
        return False

    def _sort_by(self, column: int) -> None:
        self.view.sort_by(column)
        self._arranged()

    def _arranged(self) -> None:
        self.sort_changed.emit(self.sort_words())
        self.state_changed.emit()

    def _use_changed(self, in_use: bool) -> None:
        if not in_use and self._rows_model.waiting:
            self._rows_model.apply_waiting()

    def _show_waiting(self, number: int) -> None:
        self._waiting.set_words(plural(number, "change", "changes"))
        self._waiting.setVisible(number > 0)
        if not self._answered:  # said with the first rows, and where there are none
            self._answered = True
            self._show_counts()

    def _show_counts(self) -> None:
        if self.view.model().rowCount():
            self._stack.setCurrentWidget(self.view)
            return
        if self.filter.text():
            words = EmptyWords(
                tr("Nothing matches this filter"), tr("Press Esc in the filter to empty it.")
            )
        elif self._answered:
            words = self._empty_words
        else:  # nothing is known yet: "nobody waits" would be untrue
            words = reading()
        self._empty.show_words(words)
        self._stack.setCurrentWidget(self._empty)
