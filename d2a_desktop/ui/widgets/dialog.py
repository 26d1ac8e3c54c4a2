"""The base of every dialog: never larger than the screen, whatever the text size."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLayout, QScrollArea, QVBoxLayout, QWidget

_FRAME = QSize(20, 50)
"""What the window system's frame around a dialog may take, in pixels."""


class Dialog(QDialog):
    """A dialog that is fitted to the screen when it is shown; what finds no room scrolls."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_to(self.room())

    def room(self) -> QSize:
        """Return how large a dialog may be on this screen, in pixels."""
        return self.screen().availableSize() - _FRAME

    def _fit_to(self, room: QSize) -> None:
        layout = self.layout()
        if layout is None:
            return
        least = layout.totalMinimumSize()
        if layout.hasHeightForWidth():  # words that wrap
            wide = max(least.width(), min(self.width(), room.width()))
            least.setHeight(max(least.height(), layout.totalMinimumHeightForWidth(wide)))
        self.setMinimumSize(self.minimumSize().boundedTo(room))
        if least.width() > room.width() or least.height() > room.height():
            self._scroll(layout)
        self.resize(self.size().boundedTo(room))

    def _scroll(self, layout: QLayout) -> None:
        inner = QWidget()
        inner.setObjectName("dialogBody")
        inner.setLayout(layout)  # takes its widgets along
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setMinimumSize(0, 0)
