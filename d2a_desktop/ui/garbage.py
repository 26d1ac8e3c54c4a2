"""Collect garbage on the main thread alone.

Python frees cycles of objects in whichever thread happens to make the next one. A window or a
timer that is freed in a worker while the main thread hands it an event ends the program. So no
thread collects by itself while there are workers; a timer of the main thread does it.

To look through a whole board at once takes longer than a person would not notice. So what has
been there for a while is set aside (`gc.freeze`) and looked through when nobody is at the window.
"""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from d2a_desktop.services.uncollected import growing

LOOK_EVERY_MS = 500
MANY = 20_000
"""Objects that may be looked through at once: some ten milliseconds on a slow computer."""
_SWEEP_AWAY_MS = 5 * 60_000
_SWEEP_ANYWAY_MS = 30 * 60_000
REST_MS = 5_000
"""How long nobody has touched a key or the mouse when a sweep is done before their eyes."""
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


def _young(oldest: int) -> int:
    """Return how many objects a collection would look through.

    Python's own count goes down also where something goes that was set aside: after a board has
    made place for another it says nought beside a hundred thousand.
    """
    return sum(len(gc.get_objects(generation=age)) for age in range(oldest + 1))


class MainThreadCollector(QObject):
    """From its making until `stop`, no other thread collects; several may stand side by side."""

    _standing = 0
    _was_on = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        cls = MainThreadCollector
        if cls._standing == 0:
            cls._was_on = gc.isenabled()
            gc.disable()
            gc.freeze()  # modules and classes, which stay
        cls._standing += 1
        self._leave = weakref.finalize(self, cls._one_less)  # also when nobody calls `stop`
        self._since = 0
        self._swept = QElapsedTimer()
        self._swept.start()
        self._touched: QElapsedTimer | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what Python would have collected by now, the youngest that is due and older."""
        if growing():
            return
        if self._nobody_minds():
            self.sweep()
            return
        made, *_ = counts = gc.get_count()
        if made > MANY:  # a board has come
            self._set_aside()
            return
        limits = gc.get_threshold()
        due = [age for age, limit in enumerate(limits) if counts[age] > limit > 0]
        if due and _young(max(due)) > MANY:
            self._set_aside()
        elif due:
            gc.collect(max(due))
            self._since += made
            if max(due) == 2 or self._since > MANY:
                self._set_aside()

    def sweep(self) -> None:
        """Look through everything, set aside or not: a fifth of a second with 5,000 people."""
        gc.unfreeze()
        gc.collect()
        self._set_aside()
        self._swept.restart()
        self._watch_no_more()

    def _set_aside(self) -> None:
        gc.freeze()
        self._since = 0

    def _nobody_minds(self) -> bool:
        """Whether a sweep is due: soon while another program is in front, else twice an hour.

        In the second case it waits for a rest: a key is never kept waiting by it.
        """
        elapsed = self._swept.elapsed()
        if QGuiApplication.applicationState() != Qt.ApplicationState.ApplicationActive:
            return elapsed > _SWEEP_AWAY_MS
        if elapsed <= _SWEEP_ANYWAY_MS:
            return False
        if self._touched is None:  # only now: every event would pass through here
            self._touched = QElapsedTimer()
            self._touched.start()
            app = QCoreApplication.instance()
            if app is not None:
                app.installEventFilter(self)
        return self._touched.elapsed() >= REST_MS

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._touched is not None and event.type() in _TOUCHES:
            self._touched.restart()
        return False

    def _watch_no_more(self) -> None:
        app = QCoreApplication.instance()
        if self._touched is not None and app is not None:
            app.removeEventFilter(self)
        self._touched = None

    def stop(self) -> None:
        """Let every thread collect again; to be called when no worker is left."""
        self._timer.stop()
        self._watch_no_more()
        self._leave()

    @classmethod
    def _one_less(cls) -> None:
        cls._standing -= 1
        if cls._standing == 0:
            gc.unfreeze()
            if cls._was_on:
                gc.enable()
