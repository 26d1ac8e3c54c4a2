"""Keeps what comes up while a window is covered out of sight until it is uncovered."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QToolTip, QWidget
from shiboken6 import isValid


class LateDialogs(QObject):
    """Hides dialogs of one window that are opened while it is covered.

    What was asked before a desk was locked (who could take an offer) may be answered after it,
    and its dialog names a person.

    Args:
        window: whose dialogs.

    Signals:
        hidden: a dialog that was opened and hidden again; it is to be shown with the window.
    """

    hidden = Signal(QDialog)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._on = False

    def begin(self) -> None:
        """Close open menus and lists of choices, and hide every dialog from now on."""
        close_popups()
        app = QApplication.instance()
        if not self._on and app is not None:
            app.installEventFilter(self)
            self._on = True

    def end(self) -> None:
        """Let dialogs be opened again."""
        app = QApplication.instance()
        if self._on and app is not None:
            app.removeEventFilter(self)
        self._on = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QDialog):
            above = watched.parentWidget()
            if above is not None and (above is self._window or self._window.isAncestorOf(above)):
                # Qt is still showing it; it is painted only after this.
                QTimer.singleShot(0, self, partial(self._hide, watched))
        return False

    def _hide(self, dialog: QDialog) -> None:
        if self._on and isValid(dialog) and dialog.isVisible():
            dialog.hide()
            self.hidden.emit(dialog)


def close_popups() -> None:
    """Close every menu, list of choices and tooltip: they lie over whatever covers a window."""
    QToolTip.hideText()
    before = None
    while (popup := QApplication.activePopupWidget()) is not None and popup is not before:
        popup.close()
        before = popup
