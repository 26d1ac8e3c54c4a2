"""Work that makes very many objects at once and needs all of them until its end."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

_growing: deque[None] = deque()
"""One entry for each piece of such work under way, in whichever thread."""


@contextmanager
def uncollected() -> Iterator[None]:
    """Let no collection of garbage run meanwhile.

    The collector looks through everything again and again while it grows, and finds nothing to
    free: a fifth of the time of a large import, a third of that of a large board.
    """
    was_on = gc.isenabled()
    gc.disable()
    _growing.append(None)
    try:
        yield
    finally:
        _growing.pop()
        if was_on:
            gc.enable()


def growing() -> bool:
    """Whether such work is under way, in any thread."""
    return bool(_growing)
