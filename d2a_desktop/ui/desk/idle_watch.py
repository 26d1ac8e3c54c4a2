"""Watches for keys and the mouse, and says when the desk has been left alone too long."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

if TYPE_CHECKING:
    from d2a_desktop.security.idle_lock import IdleLock

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)
_SHORTEST_MS = 50


def seconds_running() -> float:
    """Return seconds that only go on, also while the computer sleeps, where the system has them."""
    asleep_too = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if asleep_too is None else time.clock_gettime(asleep_too)


class IdleWatch(QObject):
    """Follows the rule of `security.idle_lock` by events of the whole application.

    Args:
        elapsed: seconds of a clock that only goes on.

    Signals:
        warned: the desk locks soon unless it is touched.
        touched: it was touched after a warning.
        locked: it must be covered now.
    """

    warned = Signal()
    touched = Signal()
    locked = Signal()

    def __init__(
        self, *, elapsed: Callable[[], float] = seconds_running, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._elapsed = elapsed
        self._rule: IdleLock | None = None
        self._last = elapsed()
        self._state = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.check)

    def watch(self, rule: IdleLock) -> None:
        """Watch by this rule from now on."""
        app = QCoreApplication.instance()
        if self._rule is None and app is not None:
            app.installEventFilter(self)
        self._rule, self._state = rule, ""
        self._last = self._elapsed()
        self.check()

    def stop(self) -> None:
        """Watch no more (the desk is covered, or closed)."""
        app = QCoreApplication.instance()
        if self._rule is not None and app is not None:
            app.removeEventFilter(self)
        self._rule = None
        self._timer.stop()

    def check(self) -> None:
        """Ask the rule how the desk stands, and tell when that changed."""
        if self._rule is None:
            return
        now = self._elapsed()
        state = self._rule.state(last_touched=self._last, now=now).value
        wait = self._rule.seconds_until_next(last_touched=self._last, now=now)
        before, self._state = self._state, state
        if state == "locked":
            self.stop()
            self.locked.emit()
            return
        if state == "warning" and before != "warning":
            self.warned.emit()
        self._timer.start(max(_SHORTEST_MS, round(wait * 1000)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            now = self._elapsed()
            if (
                self._rule is not None
                and self._rule.seconds_until_next(last_touched=self._last, now=now) <= 0
            ):
                # The timer is late (the computer slept): this touch is not the same person's.
                self.check()
                return True
            self._last = now
            if self._state == "warning":
                self._state = ""
                self.touched.emit()
                self.check()
        return False
