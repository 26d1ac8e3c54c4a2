"""The yellow and dark ring around whatever control has the keyboard focus (WCAG 2.4.7, 1.4.11)."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from d2a_desktop.ui.theme.theme import Theme

_RINGED = (
    QAbstractButton,
    QLineEdit,
    QComboBox,
    QAbstractSpinBox,
    QPlainTextEdit,
    QTextEdit,
)
_OUT = 4
_MOVES = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show}


class FocusRing(QWidget):
    """One ring per window, laid over it; it lets every click through. Lists draw their own."""

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
        for each in self._watched:
            if shiboken6.isValid(each):  # a dialog may have gone with all it held
                each.removeEventFilter(self)
        self._watched.clear()
        ringed = isinstance(new, _RINGED) and new.window() is self._host
        self._target = new if ringed else None
        each_up = self._target
        while each_up is not None and each_up is not self._host:
            each_up.installEventFilter(self)
            self._watched.append(each_up)
            each_up = each_up.parentWidget()
        self._place()

    def _place(self) -> None:
        target = self._target
        if target is None or not target.isVisible() or target.visibleRegion().isEmpty():
            self.hide()
            return
        corner = target.mapTo(self._host, QPoint(0, 0))
        self.setGeometry(QRect(corner, target.size()).adjusted(-_OUT, -_OUT, _OUT, _OUT))
        self.show()
        self.raise_()
