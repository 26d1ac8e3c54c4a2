"""What Ctrl+C does to a command that goes on for long."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ctrl_c(*, breaks_off: bool = False) -> Iterator[threading.Event]:
    """Give an event that Ctrl+C sets, to be looked at between steps.

    Args:
        breaks_off: also raise KeyboardInterrupt, so that a wait ends at once. The event counts
            all the same: what Python raises inside a callback of C or a finalizer is lost.

    A shell's job in the background is started deaf to Ctrl+C, and stays so.
    """
    pressed = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        pressed.set()
        if breaks_off:
            signal.default_int_handler(number, frame)

    on_main = threading.current_thread() is threading.main_thread()
    if not on_main or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield pressed
        return
    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
