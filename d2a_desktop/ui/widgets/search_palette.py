"""Search over people, referrals and commands (Ctrl+K): the box in the bar and its palette."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.labels import label

_DEBOUNCE_MS = 80
_SHOWN = 12
_HIT = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: `kind` is person, referral, worker, page or command."""

    kind: str
    key: str
    words: str
    detail: str = ""


_ICONS = {
    "person": "person",
    "referral": "referral",
    "worker": "people",
    "page": "chevron-right",
    "command": "task",
}


class SearchPalette(QFrame):
    """A field and what it finds; Up, Down and Enter choose, Esc closes.

    Signals:
        asked: the words to search for, 80 ms after the last key; answer with `show_hits`.
        chosen: the Hit that was chosen.
        closed: it went away, chosen or not.
    """

    asked = Signal(str)
    chosen = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("palette")
        self.setAccessibleName("Search")
        self._theme = theme
        self._host = host
        self._before: QWidget | None = None
        column = QVBoxLayout(self)
        theme.keep(column.setContentsMargins, 10, 10, 10, 10)
        theme.keep(column.setSpacing, 8)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Name, NHS number, ward and bed, agency, or a command")
        self.field.setAccessibleName("Search people, referrals and commands")
        self.field.installEventFilter(self)
        self.hits = QListWidget()
        self.hits.setAccessibleName("Found")
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.keep(self.hits.setIconSize, 17, 17)
        self.hits.itemClicked.connect(self._choose)
        self._none = label("Type to search", "quiet")
        for each in (self.field, self.hits, self._none):
            column.addWidget(each)
        self._debounce = QTimer(self)
        self._debounce.setSingleShot(True)
        self._debounce.timeout.connect(lambda: self.asked.emit(self.field.text().strip()))
        self.field.textChanged.connect(lambda: self._debounce.start(_DEBOUNCE_MS))
        self.hide()

    def open(self) -> None:
        """Open below the top bar, in the middle, with the field focused and empty."""
        host = self._host
        self._before = host.window().focusWidget()
        width = min(self._theme.px(620), host.width() - self._theme.px(40))
        self.resize(width, self._theme.px(500))
        self.move(QPoint((host.width() - width) // 2, self._theme.px(50)))
        self.field.clear()
        self.show_hits(())
        self._none.setText("Type to search")
        self.show()
        self.raise_()
        self.field.setFocus()
        self.asked.emit("")

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show what was found, best first."""
        self.hits.clear()
        for hit in hits[:_SHOWN]:
            words = f"{hit.words}   {hit.detail}" if hit.detail else hit.words
            item = QListWidgetItem(words, self.hits)
            icon = _ICONS.get(hit.kind, "search")
            item.setIcon(self._theme.icon(icon, self._theme.tokens.text_quiet, 17))
            item.setData(_HIT, hit)
            said = f"{hit.kind}: {hit.words}, {hit.detail}".rstrip(", ")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, said)
        self.hits.setCurrentRow(0)
        self.hits.setVisible(bool(hits))
        self._none.setVisible(not hits)
        self._none.setText("Nothing found" if self.field.text().strip() else "Type to search")

    def close_palette(self) -> None:
        """Close, and give the focus back."""
        if not self.isVisible():
            return
        self.hide()
        self.field.clear()
        self.hits.clear()
        if self._before is not None:
            self._before.setFocus()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.field:
            return False
        if event.type() == QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self._close_if_left)
            return False
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        return self._key(Qt.Key(event.key()))

    def _key(self, key: Qt.Key) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key)
        if step is not None and self.hits.count():
            self.hits.setCurrentRow((self.hits.currentRow() + step) % self.hits.count())
            current = self.hits.currentItem()
            self.field.setAccessibleDescription(current.data(Qt.ItemDataRole.AccessibleTextRole))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.hits.currentItem())
            return True
        if key == Qt.Key.Key_Escape:
            self.close_palette()
            return True
        return False

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            hit = item.data(_HIT)
            self.close_palette()
            self.chosen.emit(hit)

    def _close_if_left(self) -> None:
        if self.isVisible() and not self.field.hasFocus():
            self.close_palette()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
