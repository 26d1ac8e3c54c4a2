"""The real server as a desk meets it on odd days, and a minute that passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from d2a_desktop.shared_db.wire import Hello, OpResult
from d2a_desktop.sync.engine import SyncEngine
from tests.integration.sync.desks import DeskUnderTest

MINUTE = timedelta(seconds=61)


class Server:
    """The real server as a desk meets it, with the desk's clock for its own.

    `lag` is what hello tells of the oldest open transaction; a subclass or `instead` changes one
    call.
    """

    def __init__(self, desk: DeskUnderTest, lag: float | None = 0.0, **instead: Any) -> None:
        self._real = desk.gateway
        self._clock = desk.clock
        self._instead = instead
        self.lag = lag

    def __getattr__(self, name: str) -> Any:
        return self._instead.get(name) or getattr(self._real, name)

    def hello(self, **given: Any) -> Hello:
        if "hello" in self._instead:
            self._instead["hello"](**given)
        told = self._real.hello(**given)
        return replace(told, server_now=self._clock.now(), lag_seconds=self.lag)


def run(desk: DeskUnderTest, **instead: Any) -> SyncEngine:
    """Exchange once with a server some of whose calls are others; return the engine."""
    engine = desk.engine_with(Server(desk, **instead))
    engine.run(desk.caller.login)
    return engine


def refuse_nothing(*, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
    """Answer a push so that nothing moves and nothing is refused."""
    return [OpResult(op=op["op"], status="blocked") for op in ops]


def raising(failure: BaseException) -> Callable[..., Any]:
    def fails(**_: Any) -> Any:
        raise failure

    return fails
