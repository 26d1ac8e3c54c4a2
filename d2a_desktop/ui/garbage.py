"""Collect garbage on the main thread alone.

Python frees cycles of objects in whichever thread happens to make the next one. A window or a
timer that is freed in a worker while the main thread hands it an event ends the program. So no
thread collects by itself while there are workers; a timer of the main thread does it.
"""

from __future__ import annotations

import gc
import weakref

from PySide6.QtCore import QObject, QTimer

from d2a_desktop.services.uncollected import growing

LOOK_EVERY_MS = 500


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
        cls._standing += 1
        self._leave = weakref.finalize(self, cls._one_less)  # also when nobody calls `stop`
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what Python would have collected by now, the youngest that is due and older."""
        if growing():
            return
        due = [
            generation
            for generation, (made, limit) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if made > limit > 0
        ]
        if due:
            gc.collect(max(due))

    def stop(self) -> None:
        """Let every thread collect again; to be called when no worker is left."""
        self._timer.stop()
        self._leave()

    @classmethod
    def _one_less(cls) -> None:
        cls._standing -= 1
        if cls._standing == 0 and cls._was_on:
            gc.enable()
