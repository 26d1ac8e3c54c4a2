"""Measures how long the window's thread leaves its events waiting, and whose fault it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer


@dataclass(frozen=True)
class Gap:
    """The time between two turns of the event loop, and what became of it.

    `ran` is how long the window's thread worked; `unserved` how long it was ready and had no core;
    `others_unserved` the same of the thread that was kept waiting most. The rest it stood still.
    """

    seconds: float
    ran: float
    unserved: float
    others_unserved: float

    @property
    def ours(self) -> float:
        """What is not other programs' doing.

        A thread without a core can only have held this one up while this one stood still: what the
        window's thread worked itself is always ours.
        """
        stood = max(self.seconds - self.ran - self.unserved, 0.0)
        return self.ran + max(stood - self.others_unserved, 0.0)


class HeartBeat(QObject):
    """Beats every 5 ms on the window's thread and remembers the gaps between beats.

    A busy machine makes gaps too. Linux tells for each thread how long it was ready and had no
    core: that of the window's thread is not ours, nor that of the one that was kept waiting most
    (it may have held the interpreter) while the window's thread stood still.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[Gap] = []
        self._main = Path("/proc/thread-self").resolve().name
        self._at = time.perf_counter()
        self._worked = time.thread_time()
        self._kept_waiting = self._look()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def since(self, beats: int) -> float:
        """Return the longest stall of ours since so many beats."""
        return max(gap.ours for gap in self.gaps[beats:])

    def _look(self) -> dict[str, int]:
        found = {}
        for task in Path("/proc/self/task").iterdir():
            try:
                found[task.name] = int((task / "schedstat").read_text().split()[1])
            except (OSError, IndexError):
                continue  # it has ended
        return found

    def _beat(self) -> None:
        now, worked, kept = time.perf_counter(), time.thread_time(), self._look()
        waited = {name: kept[name] - self._kept_waiting.get(name, 0) for name in kept}
        others = max((ns for name, ns in waited.items() if name != self._main), default=0)
        mine = waited.get(self._main, 0)
        self.gaps.append(Gap(now - self._at, worked - self._worked, mine / 1e9, others / 1e9))
        # What the look itself cost is not the window's.
        self._at, self._worked = time.perf_counter(), time.thread_time()
        self._kept_waiting = kept
