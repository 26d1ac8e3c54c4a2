"""A list of the record with its buttons; a button works on the row that is current."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from d2a_desktop.ui.formats.cells import ID_ROLE
from d2a_desktop.ui.item_models.rows_model import RowsModel
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.board_view import BoardView
from d2a_desktop.ui.widgets.empty_state import EmptyState, EmptyWords
from d2a_desktop.ui.widgets.labels import Button, label

Row = TypeVar("Row")


@dataclass(frozen=True)
class RowButton(Generic[Row]):
    """A button above a list: its words, what it does, and for which row (None: for none)."""

    words: str
    act: Callable[[Row | None], object]
    fits: Callable[[Row | None], bool]
    kind: str = ""
    icon: str = ""


class ListPart(QWidget, Generic[Row]):
    """A titled list; Enter presses the first button that fits the current row.

    Signals:
        current_changed: the id of the current row, or an empty text.
    """

    current_changed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        model: RowsModel[Row],
        *,
        title: str,
        empty: EmptyWords,
        buttons: Sequence[RowButton[Row]],
    ) -> None:
        super().__init__()
        self.model = model
        self.view = BoardView(theme, model, columns=model.columns, name=title)
        self._specs = tuple(buttons)
        self.buttons = [
            Button(theme, spec.words, kind=spec.kind, icon=spec.icon, clicked=self._pressed(spec))
            for spec in self._specs
        ]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        theme.keep(column.setSpacing, 8)
        row = QHBoxLayout()
        theme.keep(row.setSpacing, 8)
        row.addWidget(label(title, "heading"), 1)
        for button in self.buttons:
            row.addWidget(button)
        column.addLayout(row)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(EmptyState(theme, empty))
        column.addWidget(self._stack, 1)
        self.view.current_changed.connect(self._current_changed)
        self.view.opened.connect(lambda _: self._open())
        self._settle()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the current one stays current."""
        self.model.show(rows)
        self._stack.setCurrentIndex(0 if rows else 1)
        if rows and not self.view.current_id:
            self.view.select_id(self.view.model().index(0, 0).data(ID_ROLE))
        self._settle()

    def current(self) -> Row | None:
        """Return the current row, or None."""
        return self.model.row_of(self.view.current_id)

    def press(self, words: str) -> None:
        """Press a button by its words."""
        for button in self.buttons:
            if button.accessibleName() == words and button.isEnabled():
                button.click()

    def _pressed(self, spec: RowButton[Row]) -> Callable[[], object]:
        return lambda: spec.act(self.current())

    def _open(self) -> None:
        for spec in self._specs:
            row = self.current()
            if row is not None and spec.fits(row) and not spec.fits(None):
                spec.act(row)
                return

    def _current_changed(self, row_id: str) -> None:
        self._settle()
        self.current_changed.emit(row_id)

    def _settle(self) -> None:
        row = self.current()
        pressed = next((each for each in self.buttons if each.hasFocus()), None)
        for spec, button in zip(self._specs, self.buttons, strict=True):
            button.setEnabled(spec.fits(row))
        if pressed is not None and not pressed.isEnabled() and self.view.isVisible():
            # Not on to the button beside it, which a second press would take for the first.
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
