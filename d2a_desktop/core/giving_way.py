"""Long work on other threads gives way to the window's thread while that shows something.

Python runs one thread at a time and shares itself out evenly: beside three workers that read, a
list that takes the window 60 ms to show stands there after a quarter of a second. So whoever shows
says so, and long work asks at each person or column whether to wait.
"""

from __future__ import annotations

import threading
import time

LONGEST_SECONDS = 0.1
"""Work waits no longer than this, and then goes on at least as long."""

_free = threading.Event()
_free.set()
_mine = threading.local()


def showing() -> None:
    """The calling thread is the window's, and shows something: others give way to it."""
    _mine.is_the_window = True
    _free.clear()


def shown() -> None:
    """It has been shown: everybody goes on."""
    _free.set()


def give_way() -> None:
    """Wait until the window has shown what it shows; costs nothing where it shows nothing.

    Never to be called with a lock that the window's thread takes.
    """
    if _free.is_set() or getattr(_mine, "is_the_window", False):
        return
    if time.monotonic() < getattr(_mine, "goes_on_until", 0.0):
        return
    if not _free.wait(LONGEST_SECONDS):
        _mine.goes_on_until = time.monotonic() + LONGEST_SECONDS
