"""Exchanging live: waiting for the server's hints between exchanges, on one thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import KnownError
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.protocol import Cancelled, OnProgress, SharedGateway, SyncReport
from d2a_desktop.sync.rhythm import Rhythm, RhythmSettings, Why

_LOOK_EVERY_SECONDS = 1.0
_SLEPT_SECONDS = 5.0


class Live:
    """Runs the exchange and waits for the next to be due.

    `run` and `wait` are called in turn, by one thread at a time; `ask` and `wake` by any.
    """

    def __init__(
        self,
        engine: SyncEngine,
        gateway: SharedGateway,
        clock: Clock,
        *,
        seed: int,
        settings: RhythmSettings | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._gateway = gateway
        self._clock = clock
        self._monotonic = monotonic
        self._rhythm = Rhythm(seed, monotonic(), settings)
        self._lock = threading.Lock()
        self._asked: Why | None = None

    def run(
        self,
        login: str,
        *,
        why: Why = Why.ASKED,
        on_progress: OnProgress | None = None,
        cancelled: Cancelled | None = None,
    ) -> SyncReport:
        """Exchange once (`SyncEngine.run`), and note what it says of the next."""
        if why is Why.ASKED:
            self._gateway.ask_again()
        self._rhythm.begins(self._monotonic(), why)
        light = why in {Why.HINT, Why.CHANGED}
        try:
            report = self._engine.run(login, on_progress, cancelled, light=light)
        except KnownError:
            self._rhythm.failed(self._monotonic())
            raise
        self._rhythm.worked(
            self._monotonic(),
            listening=self._gateway.listening,
            horizon=report.horizon,
            newest=report.newest,
        )
        return report

    @property
    def at_rest(self) -> bool:
        """Whether nothing is due but the next poll."""
        return self._asked is None and self._rhythm.due()[1] is Why.POLL

    def ask(self, why: Why) -> None:
        """Let the next exchange be due now; a person's word goes before a command's."""
        with self._lock:
            if self._asked is not Why.ASKED:
                self._asked = why
        self._gateway.wake()

    def wake(self) -> None:
        """Let `wait` look again whether it was cancelled."""
        self._gateway.wake()

    def wait(self, cancelled: Cancelled) -> Why | None:
        """Wait until an exchange is due and return why, or None when cancelled."""
        with self._gateway.ending_when(cancelled):
            return self._wait(cancelled)

    def _wait(self, cancelled: Cancelled) -> Why | None:
        while not cancelled():
            with self._lock:
                asked, self._asked = self._asked, None
            if asked is not None:
                return asked
            now = self._monotonic()
            at, why = self._rhythm.due()
            if at <= now:
                return why
            self._pause(min(at - now, _LOOK_EVERY_SECONDS))
        return None

    def _pause(self, seconds: float) -> None:
        """Wait for a hint, or when one waits already for its time; see if the computer slept."""
        began, clock = self._monotonic(), self._clock.now()
        try:
            if self._rhythm.hinted:
                self._gateway.rest(seconds)
            elif self._gateway.wait_for_news(seconds):
                self._rhythm.hint(self._monotonic())
        except KnownError:
            self._rhythm.lost(self._monotonic())
        now = self._monotonic()
        if (self._clock.now() - clock).total_seconds() - (now - began) > _SLEPT_SECONDS:
            self._rhythm.lost(now)
