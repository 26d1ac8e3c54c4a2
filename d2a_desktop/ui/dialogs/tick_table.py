"""Lines of a proposal that a person ticks or unticks, in columns: Space ticks, Ctrl+A all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.theme.theme import Theme


class TickTable(QTreeWidget):
    """The first column is the tick with whom the line is about; the rest is words.

    Signals:
        ticked_changed: a tick was set or taken away.
    """

    ticked_changed = Signal()

    def __init__(
        self, theme: Theme, headings: Sequence[str], *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._filling = False
        self.setAccessibleName(name)
        self.setHeaderLabels(list(headings))
        self.setRootIsDecorated(False)
        self.setAllColumnsShowFocus(True)
        self.setWordWrap(True)
        self.header().setSectionsMovable(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.header().setStretchLastSection(False)
        for number in range(len(headings)):
            mode = QHeaderView.ResizeMode.Stretch if number else QHeaderView.ResizeMode.Interactive
            self.header().setSectionResizeMode(number, mode)
        self.itemChanged.connect(lambda _item, _column: self._tell())

    def show_lines(
        self,
        lines: Sequence[Sequence[str]],
        *,
        pressing: Sequence[bool] = (),
        unticked: Sequence[bool] = (),
    ) -> None:
        """Show these lines, ticked but for some; `pressing` ones have their last column marked."""
        self._filling = True
        self.clear()
        bad = self._theme.colour(self._theme.tokens.tone_text(Tone.BAD))
        for number, words in enumerate(lines):
            item = QTreeWidgetItem(self, list(words))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            off = number < len(unticked) and unticked[number]
            item.setCheckState(0, Qt.CheckState.Unchecked if off else Qt.CheckState.Checked)
            for column, each in enumerate(words):
                item.setToolTip(column, each)
                item.setData(column, Qt.ItemDataRole.AccessibleTextRole, each.replace("\n", ", "))
            if number < len(pressing) and pressing[number]:
                item.setForeground(len(words) - 1, bad)
        if lines:
            self.setCurrentItem(self._line(0))
        self._filling = False
        self._tell()

    def ticked(self) -> list[int]:
        """Return the numbers of the ticked lines."""
        lines = range(self.topLevelItemCount())
        return [n for n in lines if self._line(n).checkState(0) is Qt.CheckState.Checked]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.doItemsLayout()  # rows that were measured before the style was on are too low
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give the first column what it needs, up to two fifths; the others share the rest."""
        wide = self.sizeHintForColumn(0) + self._theme.px(16)
        self.setColumnWidth(0, min(wide, self.viewport().width() * 2 // 5))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        whole = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_A and whole:
            self._tick_all()
            return
        super().keyPressEvent(event)

    def _tick_all(self) -> None:
        count = self.topLevelItemCount()
        on = len(self.ticked()) < count
        self._filling = True
        for number in range(count):
            state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
            self._line(number).setCheckState(0, state)
        self._filling = False
        self._tell()

    def _line(self, number: int) -> QTreeWidgetItem:
        item = self.topLevelItem(number)
        assert item is not None
        return item

    def _tell(self) -> None:
        if not self._filling:
            self.ticked_changed.emit()
