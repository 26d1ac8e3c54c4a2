"""The window that chooses a list's columns: shown or not, and their order, by mouse or by keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.ui.formats.language import tr
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.column_arrangement import Arrangement, ColumnLayout, usual, with_always
from d2a_desktop.ui.widgets.dialog import Dialog
from d2a_desktop.ui.widgets.labels import Button, label

_KEY = Qt.ItemDataRole.UserRole


class ColumnChooser(Dialog):
    """A line for each column: Space shows or hides it, Alt+Up and Alt+Down move it.

    Args:
        columns: all of the list, as declared.
        arrangement: as it stands; `chosen` is what the person made of it.
        name: what the list is.
    """

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[ColumnLayout],
        arrangement: Arrangement,
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._widths = dict(arrangement.widths)
        self._own = arrangement.shown is not None
        self.setWindowTitle(tr("Columns"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        outer = QVBoxLayout(self)
        theme.keep(outer.setContentsMargins, 20, 20, 20, 20)
        theme.keep(outer.setSpacing, 12)
        outer.addWidget(label(tr("Columns of {list}", list=name), "title"))
        outer.addWidget(
            label(
                tr("Space shows or hides a column. Alt+Up and Alt+Down move it."),
                "quiet",
                wrap=True,
            )
        )
        self.lines = QListWidget()
        self.lines.setAccessibleName(tr("Columns of {list}", list=name))
        self.lines.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.lines.installEventFilter(self)
        outer.addWidget(self.lines, 1)
        outer.addLayout(self._buttons(theme))
        self._fill(arrangement.shown)
        self.lines.itemChanged.connect(self._touched)
        self.lines.model().rowsMoved.connect(self._touched)
        self.lines.setFocus(Qt.FocusReason.TabFocusReason)
        self.resize(theme.px(420), theme.px(520))

    @property
    def chosen(self) -> Arrangement:
        """The columns as this window shows them."""
        if not self._own:
            return Arrangement(None, self._widths)
        items = [self.lines.item(line) for line in range(self.lines.count())]
        shown = [str(each.data(_KEY)) for each in items if _checked(each)]
        return Arrangement(with_always(shown, self._columns), self._widths)

    def move_line(self, step: int) -> None:
        """Move the current column up (-1) or down (1)."""
        line = self.lines.currentRow()
        if 0 <= line + step < self.lines.count():
            item = self.lines.takeItem(line)
            self.lines.insertItem(line + step, item)
            self.lines.setCurrentRow(line + step)
            self._touched()

    def reset(self) -> None:
        """Show the columns as the program has them."""
        self._widths = {}
        self._own = False
        self._fill(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.lines
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
            if step is not None:
                self.move_line(step)
                return True
        return False

    def _touched(self) -> None:
        self._own = True

    def _fill(self, shown: tuple[str, ...] | None) -> None:
        """List the shown ones in their order, then the others as declared."""
        wanted = usual(self._columns) if shown is None else shown
        of_key = {each.key: each for each in self._columns}
        rest = [key for key in of_key if key not in wanted]
        self.lines.blockSignals(True)
        self.lines.clear()
        for key in (*wanted, *rest):
            column = of_key[key]
            words = column.heading
            if column.always:
                words = tr("{column} (always shown)", column=words)
            item = QListWidgetItem(words, self.lines)
            item.setData(_KEY, key)
            flags = item.flags() & ~Qt.ItemFlag.ItemIsDropEnabled
            item.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in wanted else Qt.CheckState.Unchecked)
            if column.always:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)
        self.lines.blockSignals(False)
        self.lines.setCurrentRow(0)

    def _buttons(self, theme: Theme) -> QHBoxLayout:
        row = QHBoxLayout()
        self.up = Button(theme, tr("Move up"), clicked=lambda: self.move_line(-1))
        self.down = Button(theme, tr("Move down"), clicked=lambda: self.move_line(1))
        self.put_back = Button(theme, tr("Reset"), clicked=self.reset)
        self.cancel = Button(theme, tr("Cancel"), clicked=self.reject)
        self.use = Button(theme, tr("Show these"), kind="primary", clicked=self.accept)
        self.use.setDefault(True)
        for button in (self.up, self.down, self.put_back):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.use)
        return row


def _checked(item: QListWidgetItem) -> bool:
    return item.checkState() == Qt.CheckState.Checked
