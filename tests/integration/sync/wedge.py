"""A place at which whoever comes by stops, to see what is said of one who hangs."""

from __future__ import annotations

import threading
from typing import Any


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
