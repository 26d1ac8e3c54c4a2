"""A part of a page that scrolls by itself, so that what stands above it stays in sight."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

_LEAST = QSize(200, 150)


class InnerScroll(QScrollArea):
    """Asks for little height, so that the page around it never has to scroll for it.

    The patient banner is fixed on top of its page (UI.md): only what is below it may move.
    `stop` lets Tab come to it, for parts that hold nothing but text; `name` is what readers say.
    """

    def __init__(self, widget: QWidget, *, stop: bool = True, name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(widget)
        self.viewport().setObjectName("clear")
        self.is_stop = stop
        if not stop:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        return _LEAST

    def minimumSizeHint(self) -> QSize:
        return _LEAST
