"""A layout that sets widgets side by side and goes to the next line where the room ends."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayoutItem, QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.placing_layout import PlacingLayout


class FlowLayout(PlacingLayout):
    """Widgets in reading order; no widget is ever cut, a line ends between two of them.

    One that alone is wider than the room, and can be higher instead, is.

    `gap` and `line_gap` are pixels at 100 % text size. `centred`: where there is more height than
    they need, they stand in the middle of it.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget | None = None,
        *,
        gap: int = 8,
        line_gap: int = 6,
        centred: bool = False,
    ) -> None:
        super().__init__(parent)
        self._gap = self._line_gap = 0
        self._centred = centred
        theme.keep(self.set_gaps, gap, line_gap)

    def set_gaps(self, gap: int, line_gap: int) -> None:
        """Set the pixels between two widgets, and between two lines."""
        self._gap, self._line_gap = gap, line_gap
        self.invalidate()

    def insert_widget(self, place: int, widget: QWidget) -> None:
        """Add a widget before the one that stands at `place`."""
        self.addWidget(widget)
        self._items.insert(place, self._items.pop())
        self.invalidate()

    def clear(self) -> None:
        """Take all widgets out and delete them."""
        while self._items:
            widget = self._items.pop().widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        spare = rect.height() - self.heightForWidth(rect.width()) if self._centred else 0
        self._place(rect.adjusted(0, max(0, spare) // 2, 0, 0), move=True)

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Set the items out line by line, each in the middle of its line; return the height."""
        y = rect.y()
        for line in self._lines(rect.width()):
            sizes = [_fitted(item, max(rect.width(), 1)) for item in line]
            height = max(size.height() for size in sizes)
            x = rect.x()
            for item, size in zip(line, sizes, strict=True):
                if move:
                    corner = QPoint(x, y + (height - size.height()) // 2)
                    item.setGeometry(QRect(corner, size))
                x += size.width() + self._gap
            y += height + self._line_gap
        return max(0, y - rect.y() - self._line_gap)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        x = 0
        for item in self._items:
            if item.isEmpty():
                continue
            needs = item.sizeHint().width()
            if not lines or x + needs > width:
                lines.append([])
                x = 0
            lines[-1].append(item)
            x += needs + self._gap
        return lines


def _fitted(item: QLayoutItem, width: int) -> QSize:
    """Return an item's size in a room of this width."""
    size = item.sizeHint()
    if size.width() <= width:
        return size
    height = item.heightForWidth(width) if item.hasHeightForWidth() else size.height()
    return QSize(width, height)
