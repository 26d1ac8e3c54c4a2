"""A list with what belongs to its chosen row at its right; large text puts that below it."""

from __future__ import annotations

from PySide6.QtWidgets import QBoxLayout, QLayout, QWidget

from d2a_desktop.ui.theme.sizes import LARGE_TEXT
from d2a_desktop.ui.theme.theme import Theme

_GAP = 14
_LEAST_LIST = 240
_WIDEST = 16_777_215  # Qt's own


class TurningRow(QBoxLayout):
    """Parts side by side, and from LARGE_TEXT on below one another."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight)
        theme.keep(self.setSpacing, _GAP)
        theme.keep(self.set_out, 100)

    def set_out(self, percent: int) -> None:
        """Put the parts beside or below one another, for a text size in percent."""
        ways = QBoxLayout.Direction
        self.setDirection(ways.TopToBottom if percent >= LARGE_TEXT else ways.LeftToRight)


class SideBySide(TurningRow):
    """The part at the right is `width` pixels wide at 100 %; below the list it has the whole width.

    So the page never scrolls sideways: an identity in the list or the part is never out of sight.
    """

    def __init__(self, theme: Theme, main: QWidget, side: QWidget, *, width: int) -> None:
        self._main, self._side, self._width = main, side, width
        super().__init__(theme)
        self.addWidget(main, 1)
        self.addWidget(side)

    def set_out(self, percent: int) -> None:
        super().set_out(percent)
        below = percent >= LARGE_TEXT
        width = self._width * percent // 100
        self._main.setMinimumHeight(_LEAST_LIST * percent // 100 if below else 0)
        self._side.setMinimumWidth(0 if below else width)
        self._side.setMaximumWidth(_WIDEST if below else width)


def as_widget(layout: QLayout) -> QWidget:
    """Return a widget that is seen through and holds a layout."""
    made = QWidget()
    made.setObjectName("clear")
    layout.setContentsMargins(0, 0, 0, 0)
    made.setLayout(layout)
    return made
