"""What an exchange is doing now, for whoever asks while it runs, hangs or should have begun.

Everything here is measured by seconds that only ever pass (`time.monotonic`), never by the desk's
clock: a clock that is put forward must not call anything stuck, nor one put back hide it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.sync.protocol import Progress

Seconds = Callable[[], float]


@dataclass(frozen=True)
class Step:
    """How far a run is, and for how many seconds it has made no step."""

    progress: Progress
    silent_seconds: float


@dataclass(frozen=True)
class Fault:
    """Why the last run ended when the store could not be told; a code and words."""

    code: str
    message: str


@dataclass(frozen=True)
class Watched:
    """What the watch knows at one moment.

    `step` is None when nothing runs. `since_success_seconds` is None when no run of this process
    came to its end. `overdue_seconds` is how long ago a promised run should have begun, 0 when
    none is promised. `fault`: what ended the last run and is not in the
    store: a fault of this program, or a store that cannot be written to.
    """

    step: Step | None = None
    since_success_seconds: float | None = None
    overdue_seconds: float = 0.0
    fault: Fault | None = None


class Watch:
    """Follows the runs of one engine; every method may be called from any thread."""

    def __init__(self, elapsed: Seconds = time.monotonic) -> None:
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._stepped_at = 0.0
        self._succeeded_at: float | None = None
        self._promised_every: float | None = None
        self._rested_since = 0.0
        self._fault: Fault | None = None

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        """Follow one run from its first stage to its end.

        Raises:
            RefusedError: another run is under way (code "busy").
        """
        with self._lock:
            if self._progress is not None:
                raise RefusedError(
                    "An exchange is under way already.",
                    what_to_do="Wait for its end, or cancel it.",
                    code="busy",
                )
            self._progress, self._stepped_at = Progress(stage, 0), self._elapsed()
        try:
            yield
        except BaseException:
            self._end(well=False)
            raise
        self._end(well=True)

    def step(self, progress: Progress) -> None:
        """Note a step of the run under way."""
        with self._lock:
            if self._progress is not None:
                self._progress, self._stepped_at = progress, self._elapsed()

    def succeeded(self) -> None:
        """Note that everything was exchanged just now."""
        with self._lock:
            self._succeeded_at = self._elapsed()

    def note_fault(self, fault: Fault) -> None:
        """Note what ended the run and is not in the store; it stands until a run ends well."""
        with self._lock:
            self._fault = fault

    def promise(self, every_seconds: float | None) -> None:
        """Promise a run at least so often from now on; None when nobody promises any more."""
        with self._lock:
            self._promised_every, self._rested_since = every_seconds, self._elapsed()

    def look(self) -> Watched:
        """Return what is known now."""
        with self._lock:
            now = self._elapsed()
            step = None
            overdue = 0.0
            if self._progress is not None:
                step = Step(self._progress, now - self._stepped_at)
            elif self._promised_every is not None:
                overdue = max(0.0, now - self._rested_since - self._promised_every)
            since = None if self._succeeded_at is None else now - self._succeeded_at
            return Watched(step, since, overdue, self._fault)

    def _end(self, *, well: bool) -> None:
        with self._lock:
            self._progress = None
            self._rested_since = self._elapsed()
            if well:
                self._fault = None
