"""A desk that exchanges live on a thread of its own, and a way to wait for what it has received."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, cast

from d2a_desktop.core.errors import KnownError
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync.live import Live
from d2a_desktop.sync.protocol import SyncReport
from d2a_desktop.sync.rhythm import RhythmSettings, Why
from tests.integration.sync.desks import DeskUnderTest

NO_POLL = RhythmSettings(poll=3600.0, poll_unheard=3600.0, reconnect=0.05)
"""What arrives with these was hinted at."""
LONG = 30.0


class Counting:
    """A gateway that counts its calls."""

    def __init__(self, gateway: PostgresGateway) -> None:
        self.gateway = gateway
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.gateway, name)
        if name in {"hello", "push", "pull", "digest", "fetch"}:
            self.calls.append(name)
        return found


class Listening:
    """The loop of `d2a sync --watch`, on a thread."""

    def __init__(
        self,
        desk: DeskUnderTest,
        settings: RhythmSettings = NO_POLL,
        gateway: PostgresGateway | None = None,
    ) -> None:
        self.desk = desk
        self.gateway = gateway or cast("PostgresGateway", desk.gateway)
        self.counting = Counting(self.gateway)
        engine = desk.engine_with(self.counting)
        self.live = Live(engine, self.counting, desk.clock, seed=1, settings=settings)
        self.reports: list[tuple[float, Why, SyncReport | KnownError]] = []
        self._ending = threading.Event()
        self._moved = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="listening", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.until(lambda: self.gateway.listening or bool(self.reports))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self.live.wake()
        self._thread.join(LONG)
        assert not self._thread.is_alive()

    def until(self, check: Callable[[], bool]) -> None:
        """Wait until `check` holds; it is asked after each exchange and each wait."""
        with self._moved:
            assert self._moved.wait_for(check, LONG), [str(each[2]) for each in self.reports[-3:]]

    def settled(self) -> None:
        """Wait until it listens and every hint so far has been followed."""
        self.until(lambda: self.gateway.listening and self.at_rest)

    at_rest = False

    def _work(self) -> None:
        self.live.ask(Why.ASKED)
        while (why := self.live.wait(self._look)) is not None:
            began = time.monotonic()
            try:
                outcome: SyncReport | KnownError = self.live.run(self.desk.caller.login, why=why)
            except KnownError as failure:
                outcome = failure
            with self._moved:
                self.at_rest = False
                self.reports.append((began, why, outcome))
                self._moved.notify_all()

    def _look(self) -> bool:
        """Tell the waiting test before each wait, and say whether to end."""
        with self._moved:
            self.at_rest = self.live.at_rest
            self._moved.notify_all()
        return self._ending.is_set()
