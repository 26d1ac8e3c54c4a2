"""A place at which whoever comes by stops, to see what is said of one who hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.health import Health, State
from tests.integration.sync.desks import DeskUnderTest
from tests.integration.sync.odd_server import MINUTE


class Wedge:
    """Stops the one who comes by until it is taken away; `after` lets some pass first."""

    def __init__(self, after: int = 0) -> None:
        self.reached = threading.Event()
        self.released = threading.Event()
        self._left = after

    def __call__(self, *_: Any, **__: Any) -> None:
        if self._left:
            self._left -= 1
            return
        self.reached.set()
        assert self.released.wait(60)


@contextmanager
def wedged(
    desk: DeskUnderTest,
    wedge: Wedge,
    engine: SyncEngine,
    work: Callable[[], object] | None = None,
    before: threading.Event | None = None,
) -> Iterator[Health]:
    """Run in another thread until it hangs, let a minute pass, and give what the light says.

    `before` is what must have happened too before the minute begins.
    """
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work or (lambda: engine.run(desk.caller.login)))
        try:
            assert wedge.reached.wait(30)
            assert before is None or before.wait(30)
            assert engine.health().state is State.WORKING
            desk.clock.advance(MINUTE)
            yield engine.health()
        finally:
            wedge.released.set()
        running.result(30)
    assert engine.health().state is not State.STUCK


def through(desk: DeskUnderTest, name: str, wedge: Wedge) -> Callable[..., Any]:
    """Return a call of the gateway before which the wedge stands."""
    real = getattr(desk.gateway, name)

    def call(**given: Any) -> Any:
        wedge()
        return real(**given)

    return call
