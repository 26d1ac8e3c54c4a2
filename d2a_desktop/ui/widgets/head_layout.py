"""The head of a page: its title, and its actions beside it, or below where the room is short."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem

from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.placing_layout import PlacingLayout

_GAP = 8
_LEAST_TITLE = 300


class HeadLayout(PlacingLayout):
    """Two layouts; large text or a narrow window puts the second below the first.

    `top`: side by side, the second stands at the top of a higher first, else in its middle.
    """

    def __init__(self, theme: Theme, *, top: bool = False) -> None:
        super().__init__()
        self._top = top
        self._gap = self._least = 0
        theme.keep(self.set_sizes, _GAP, _LEAST_TITLE)

    def set_sizes(self, gap: int, least: int) -> None:
        """Set the gap between both, and the room the first asks for at least; pixels."""
        self._gap, self._least = gap, least
        self.invalidate()

    def take(self, *parts: QLayout) -> None:
        """Take the title and the actions."""
        for each in parts:
            self.addChildLayout(each)
            self.addItem(each)

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        title, actions = (each.sizeHint() for each in self._items)
        width = max(title.width(), self._least) + self._gap + actions.width()
        return QSize(width, max(title.height(), actions.height()))

    def minimumSize(self) -> QSize:
        title, actions = (each.minimumSize() for each in self._items)
        return QSize(max(title.width(), actions.width()), max(title.height(), actions.height()))

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Set both out and return the height they take."""
        title, actions = self._items
        wanted = actions.sizeHint()
        room = rect.width() - wanted.width() - self._gap
        if room >= max(title.minimumSize().width(), self._least):
            height = max(_height(title, room), wanted.height())
            places = (
                QRect(rect.x(), rect.y(), room, height),
                QRect(
                    rect.right() + 1 - wanted.width(),
                    rect.y() + (0 if self._top else (height - wanted.height()) // 2),
                    wanted.width(),
                    wanted.height(),
                ),
            )
        else:
            upper, lower = _height(title, rect.width()), _height(actions, rect.width())
            gap = self._gap if lower else 0
            height = upper + gap + lower
            places = (
                QRect(rect.x(), rect.y(), rect.width(), upper),
                QRect(rect.x(), rect.y() + upper + gap, rect.width(), lower),
            )
        if move:
            for item, place in zip(self._items, places, strict=True):
                item.setGeometry(place)
        return height


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
