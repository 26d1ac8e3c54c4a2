"""Takes back what was copied in this program: after half a minute, or at a lock."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication

CLEAR_MS = 30_000
COPIED_WORDS = "NHS number copied; the clipboard is cleared in 30 s."
_MODES = (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection)
_ALONE = frozenset({"offscreen", "minimal"})
"""Platforms without other programs, which therefore never say who owns the clipboard."""
_FREE_OF_PEOPLE = "free_of_people"


class ClipboardGuard(QObject):
    """One for the process: whatever is copied anywhere in it may be somebody's identity.

    What another program copied is never touched.
    """

    def __init__(self, parent: QObject | None = None, *, clear_ms: int = CLEAR_MS) -> None:
        super().__init__(parent)
        self._clear_ms = clear_ms
        self._clipboard = QGuiApplication.clipboard()
        self._ours: dict[QClipboard.Mode, str] = {}
        self._timers = {mode: self._timer(mode) for mode in _MODES}
        self._clipboard.changed.connect(self._changed)

    def clear(self) -> None:
        """Take back now what was copied here; at a lock, another person, the end."""
        for mode in _MODES:
            self._clear(mode)

    def _timer(self, mode: QClipboard.Mode) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(lambda: self._clear(mode))
        return timer

    def _changed(self, mode: QClipboard.Mode) -> None:
        if mode not in self._timers:
            return
        self._timers[mode].stop()
        self._ours.pop(mode, None)
        text = self._clipboard.text(mode) if self._owns(mode) else ""
        if text and text != _free_text():
            self._ours[mode] = text
            self._timers[mode].start(self._clear_ms)

    def _owns(self, mode: QClipboard.Mode) -> bool:
        if QGuiApplication.platformName() in _ALONE:
            return True
        if mode is QClipboard.Mode.Selection:
            return self._clipboard.supportsSelection() and self._clipboard.ownsSelection()
        return self._clipboard.ownsClipboard()

    def _clear(self, mode: QClipboard.Mode) -> None:
        self._timers[mode].stop()
        text = self._ours.pop(mode, None)
        if text is not None and self._clipboard.text(mode) == text:
            self._clipboard.clear(mode)


def copy_free_of_people(text: str) -> None:
    """Copy what holds nothing of anybody (a fault's reference, support text): it may stay."""
    app = QCoreApplication.instance()
    if app is not None:
        app.setProperty(_FREE_OF_PEOPLE, text)
    QGuiApplication.clipboard().setText(text)


def _free_text() -> str:
    app = QCoreApplication.instance()
    return str(app.property(_FREE_OF_PEOPLE) or "") if app is not None else ""
