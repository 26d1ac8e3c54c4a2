"""Work that makes very many objects at once and needs all of them until its end."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from d2a_desktop.core.giving_way import give_way

Item = TypeVar("Item")

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


def one_at_a_time(items: list[Item]) -> Iterator[Item]:
    """Give the items of a list in order and empty it meanwhile, so that each goes when it is done.

    What is left to the end goes at once, and no other thread runs until it has gone: for the rows
    of 5,000 people a fifteenth of a second, in which a window would not answer. Gives way between
    two items.
    """
    items.reverse()
    while items:
        give_way()
        yield items.pop()


def let_go(items: list[Item]) -> None:
    """Empty a list that is needed no more, one item at a time (`one_at_a_time` says why)."""
    while items:
        give_way()
        items.pop()


def growing() -> bool:
    """Whether such work is under way, in any thread."""
    return bool(_growing)
