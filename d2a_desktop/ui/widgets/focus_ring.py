"""The yellow and dark ring around whatever control has the keyboard focus (WCAG 2.4.7, 1.4.11)."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QWidget,
)

from d2a_desktop.ui.theme.theme import Theme

_OUT = 4
_MOVES = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show}


class FocusRing(QWidget):
    """One ring per window, laid over it; it lets every click through.

    A widget whose `marks_focus` is true shows by itself what in it has the focus. A dialog over
    the window gets a ring of its own when the focus first comes to it.
    """

    decorative = True  # readers are told of the focus by Qt

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._host = window
        self._watched: list[QWidget] = []
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._theme.tokens
        box = QRectF(self.rect())
        painter.setPen(QPen(self._theme.colour(tokens.focus), 3))
        painter.drawRoundedRect(box.adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)
        painter.setPen(QPen(self._theme.colour(tokens.focus_inner), 1.5))
        painter.drawRoundedRect(box.adjusted(3.5, 3.5, -3.5, -3.5), 4, 4)

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        self.follow(new)

    def follow(self, new: QWidget | None) -> None:
        """Stand around the widget that has the focus now, where it is one of this window."""
        if new is not None and self._is_ringless(new.window()):
            FocusRing(self._theme, new.window()).follow(new)
        for each in self._watched:
            if shiboken6.isValid(each):  # a dialog may have gone with all it held
                each.removeEventFilter(self)
        self._watched.clear()
        ours = new is not None and new is not self._host and new.window() is self._host
        self._target = new if ours else None
        each_up = self._target
        while each_up is not None and each_up is not self._host:
            each_up.installEventFilter(self)
            self._watched.append(each_up)
            each_up = each_up.parentWidget()
        self._place()

    def _is_ringless(self, window: QWidget) -> bool:
        """Return whether a window is a dialog over ours that has no ring yet."""
        over = window.parentWidget()
        ours = isinstance(window, QDialog) and over is not None and over.window() is self._host
        return ours and window.findChild(FocusRing) is None

    def _place(self) -> None:
        target = self._target
        if target is None or not target.isVisible() or target.visibleRegion().isEmpty():
            self.hide()
            return
        if getattr(target, "marks_focus", False):
            self.hide()
            return
        seen = target.visibleRegion().boundingRect()  # a page may be longer than the window
        box = QRect(target.mapTo(self._host, seen.topLeft()), seen.size())
        around = box.adjusted(-_OUT, -_OUT, _OUT, _OUT)
        self.setGeometry(around.intersected(self._host.rect()))
        self.show()
        self.raise_()
