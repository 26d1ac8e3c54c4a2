"""The base of every dialog: never larger than the screen, over a window that steps back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QLayout, QScrollArea, QVBoxLayout, QWidget

_FRAME = QSize(20, 50)
"""What the window system's frame around a dialog may take, in pixels."""
_DIM = 0.5
"""How far the window behind a dialog is darkened; in dark it is else the dialog's own colour."""


class Dialog(QDialog):
    """A dialog that is fitted to the screen when it is shown; what finds no room scrolls.

    It grows with what comes later, such as the banner of a person who is read in the background.
    """

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_to(self.room())
        behind = self.parentWidget()
        if behind is not None and self.isModal() and not event.spontaneous():
            Shade(behind.window(), self)

    def event(self, event: QEvent) -> bool:
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit_to(self.room())
        return answer

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
            least = QSize()
        self.resize(self.size().expandedTo(least).boundedTo(room))

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


class Shade(QWidget):
    """Darkens a window as long as a dialog stands over it; a picture only, with no say."""

    def __init__(self, behind: QWidget, dialog: QDialog) -> None:
        super().__init__(behind)
        self.setObjectName("shade")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self._behind, self._dialog = behind, dialog
        behind.installEventFilter(self)
        dialog.installEventFilter(self)
        self.setGeometry(behind.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._behind and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._behind.rect())
        if watched is self._dialog and event.type() == QEvent.Type.Hide:
            self.hide()
            self.deleteLater()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        colour = QColor(Qt.GlobalColor.black)
        colour.setAlphaF(_DIM)
        QPainter(self).fillRect(event.rect(), colour)
