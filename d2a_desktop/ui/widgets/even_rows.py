"""A layout of parts of one width each, on as few lines as leave every part room for its words."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QWidget

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.placing_layout import PlacingLayout


class EvenRows(PlacingLayout):
    """Side by side where the narrowest may be as wide as the widest needs, else on more lines.

    `gap` is pixels at 100 % text size.
    """

    def __init__(self, theme: Theme, parent: QWidget, *, gap: int) -> None:
        super().__init__(parent)
        self._gap = 0
        theme.keep(self.set_gap, gap)

    def set_gap(self, gap: int) -> None:
        """Set the pixels between two parts, and between two lines."""
        self._gap = gap
        self.invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        least = self.minimumSize()
        number = max(1, len(self._items))
        return QSize(least.width() * number + self._gap * (number - 1), least.height())

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Set the parts out and return the height of all lines."""
        if not self._items:
            return 0
        least = self.minimumSize()
        fitting = (rect.width() + self._gap) // max(1, least.width() + self._gap)
        columns = min(len(self._items), max(1, fitting))
        lines = -(-len(self._items) // columns)
        columns = -(-len(self._items) // lines)  # 3 and 2, not 4 and 1
        step = (rect.width() + self._gap) / columns
        for number, item in enumerate(self._items if move else ()):
            line, column = divmod(number, columns)
            left, right = round(column * step), round((column + 1) * step) - self._gap
            top = rect.y() + line * (least.height() + self._gap)
            item.setGeometry(QRect(rect.x() + left, top, right - left, least.height()))
        return lines * (least.height() + self._gap) - self._gap
