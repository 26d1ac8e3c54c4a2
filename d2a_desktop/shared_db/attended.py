"""Waits that always end: when the other side is silent for too long, or when somebody says stop."""

from __future__ import annotations

import selectors
import socket
import threading
import time
import weakref
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen, PQGenConn
from psycopg.rows import TupleRow

SILENCE_SECONDS = 30.0
"""After this long without a byte from the other side, a call is given up."""
_LOOK_EVERY_SECONDS = 0.1

T = TypeVar("T")


class SilenceError(psycopg.OperationalError):
    """Nothing came or went for too long; whether the call had its effect is not known."""


class StoppedWaitError(psycopg.OperationalError):
    """Whoever asked for the call does not want its answer any more."""


class Watch:
    """Attends the waits of one gateway's connections.

    `stopped` is asked at least ten times a second while a call waits, on the calling thread.
    libpq itself has no deadline for an answer, and keepalives are satisfied by any box on the
    way that acknowledges them: only silence, seen from here, tells a dead line from a slow one.
    """

    def __init__(self, silence_seconds: float, stopped: Callable[[], bool]) -> None:
        self.silence_seconds = silence_seconds
        self._stopped = stopped

    def attend(self, steps: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """Go through the steps of a psycopg wait; each ready socket begins the silence anew.

        Raises:
            SilenceError: no byte for `silence_seconds`.
            StoppedWaitError: `stopped` said so.
        """
        last = time.monotonic()
        try:
            wanted = next(steps)
            while True:
                ready = yield wanted
                if self._stopped():
                    raise StoppedWaitError("stopped")
                now = time.monotonic()
                if ready:
                    last = now
                elif now - last > self.silence_seconds:
                    raise SilenceError("silence")
                wanted = steps.send(ready)
        except StopIteration as end:
            result: T = end.value
            return result

    def addresses(self, host: str, port: str, within_seconds: float) -> list[str]:
        """Return the addresses of a host, asked on a thread of their own.

        The resolver of the system has no deadline and cannot be interrupted: where a VPN is
        down it takes half a minute to say so.

        Raises:
            SilenceError: no answer in time.
            StoppedWaitError: `stopped` said so.
            OSError: there is no such host.
        """
        answer: list[list[str] | OSError] = []
        answered = threading.Event()

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                answer.append(list(dict.fromkeys(str(each[4][0]) for each in found)))
            except OSError as failure:
                answer.append(failure)
            answered.set()

        threading.Thread(target=ask, name="resolver", daemon=True).start()
        end = time.monotonic() + within_seconds
        while not answered.wait(_LOOK_EVERY_SECONDS):
            if self._stopped():
                raise StoppedWaitError("stopped")
            if time.monotonic() > end:
                raise SilenceError("resolver")
        if isinstance(answer[0], OSError):
            raise answer[0]
        return answer[0]


def attended_connection(watch: Watch) -> type[psycopg.Connection[TupleRow]]:
    """Return a class of connections whose every wait, from the first byte on, is attended."""

    class Attended(psycopg.Connection[TupleRow]):
        @classmethod
        def _connect_gen(cls, conninfo: str = "") -> PQGenConn[Any]:
            return watch.attend(super()._connect_gen(conninfo))

        def wait(
            self,
            gen: PQGen[T],
            interval: float = _LOOK_EVERY_SECONDS,
            timeout: float | None = None,
        ) -> T:
            return super().wait(watch.attend(gen), interval=interval, timeout=timeout)

    return Attended


class Bell:
    """Lets another thread end a wait for something to be read; rung before the wait, it counts."""

    def __init__(self) -> None:
        self._listening, self._ringing = socket.socketpair()
        for each in (self._listening, self._ringing):
            each.setblocking(False)
            weakref.finalize(self, each.close)

    def ring(self) -> None:
        """End the wait under way, else the next one; from any thread."""
        with suppress(BlockingIOError):  # full: it has rung often enough
            self._ringing.send(b"\0")

    def wait(self, readable: int | None, seconds: float) -> bool:
        """Wait until a socket has something to read or the bell rings; whether the socket has."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._listening, selectors.EVENT_READ)
            if readable is not None:
                selector.register(readable, selectors.EVENT_READ)
            ready = {key.fd for key, _ in selector.select(max(seconds, 0.0))}
        with suppress(BlockingIOError):
            while self._listening.recv(4096):
                pass
        return readable in ready
