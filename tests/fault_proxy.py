"""A TCP proxy on 127.0.0.1 that drops, delays, swallows or cuts what goes through it."""

from __future__ import annotations

import heapq
import selectors
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from types import TracebackType
from typing import Self

UP = "up"
"""From the desk to the server."""
DOWN = "down"
_CHUNK = 65536
_KEY = b"K\0\0\0\x0c"
"""How the message begins by which a server tells its process number."""
_RESET = struct.pack("ii", 1, 0)


class Fault(StrEnum):
    """What happens once the counted bytes have gone through."""

    RESET = "reset"
    """Both ends get a RST, as from a firewall that forgot the connection."""
    CLOSE = "close"
    """Both ends get a FIN, as from a server that ends."""
    SWALLOW = "swallow"
    """Nothing more goes in this direction; each byte is still acknowledged."""
    SWALLOW_BOTH = "swallow both"
    DELAY = "delay"
    """The rest of this direction comes late; then all is as before."""


@dataclass
class _Cut:
    fault: Fault
    direction: str
    after: int
    seconds: float = 0.0
    down_until_healed: bool = False
    message: int | None = None
    part: float = 0.0


class Messages:
    """Finds where the messages of PostgreSQL's protocol begin in the bytes of one direction.

    Each is a letter and four bytes of length. The first of a desk have no letter: a wish for TLS
    of eight bytes, which a server without answers with one letter, and the start.
    """

    def __init__(self, direction: str) -> None:
        self._up = direction == UP
        self._head = bytearray()
        self._left = 0
        self.count = 0
        self._started = False

    def starts(self, data: bytes) -> list[tuple[int, int]]:
        """Take the next bytes; return where in them messages begin, and how long each is.

        A head that is cut in two is found in its second half, at a place before the bytes.
        """
        found = []
        at = 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            size = 4 if self._up and not self._started else 5
            if not self._up and not self.count and data[at : at + 1] == b"N":
                size = 1
            taken = data[at : at + size - len(self._head)]
            began = at - len(self._head)
            self._head += taken
            at += len(taken)
            if len(self._head) == size:
                length = self._length()
                self._left = length - size
                self._head.clear()
                self.count += 1
                found.append((began, length))
        return found

    def _length(self) -> int:
        if len(self._head) == 1:
            return 1
        length = int.from_bytes(self._head[-4:], "big") + len(self._head) - 4
        self._started = self._started or length != 8
        return length


@dataclass(eq=False)
class _Link:
    """One connection through the proxy: both sockets, and what is held back for later."""

    desk: socket.socket
    server: socket.socket
    swallowing: set[str] = field(default_factory=set)
    late: dict[str, float] = field(default_factory=dict)
    over: bool = False
    desk_gone: bool = False
    number_told: bool = False
    messages: dict[str, Messages] = field(
        default_factory=lambda: {
            UP: Messages(UP),
            DOWN: Messages(DOWN),
        }
    )

    def end_of(self, direction: str) -> socket.socket:
        return self.server if direction == UP else self.desk


class FaultProxy:
    """Forwards to `port` of 127.0.0.1 on one thread; a context manager.

    At most one cut is armed at a time. It strikes once, on the connection over which the counted
    byte goes, and the network is well again right away unless it was told to stay down.
    """

    def __init__(self, port: int, *, other_process: bool = False) -> None:
        """Listen on a port of its own.

        `other_process` tells desks another process number than the server's, as a pooler does.
        """
        self._other_process = other_process
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._bell, self._rung = socket.socketpair()
        self._selector.register(self._rung, selectors.EVENT_READ)
        self._orders: list[Callable[[], None]] = []
        self._links: list[_Link] = []
        self._later: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self._down = False
        self._cut: _Cut | None = None
        self._ending = False
        self.lengths: dict[str, list[int]] = {UP: [], DOWN: []}
        """Of each message since `record`, in order; empty when nothing is recorded."""
        self._recording = False
        self._counted = {UP: 0, DOWN: 0}
        self._begun = {UP: 0, DOWN: 0}
        self.struck = threading.Event()
        self.on_strike: Callable[[], None] = lambda: None
        """Called on the proxy's thread when a fault strikes."""
        self.connections = 0
        self._thread = threading.Thread(target=self._work, name="fault proxy", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._do(self._end)
        self._thread.join(10)

    # ------------------------------------------------------------ orders, from the test's thread

    def arm(
        self,
        fault: Fault,
        direction: str,
        after: int,
        *,
        seconds: float = 0.0,
        down_until_healed: bool = False,
    ) -> None:
        """Let a fault strike after so many bytes in a direction, counted from now on."""
        self._arm(_Cut(fault, direction, after, seconds, down_until_healed))

    def arm_message(
        self,
        fault: Fault,
        direction: str,
        message: int,
        part: float,
        *,
        seconds: float = 0.0,
        down_until_healed: bool = False,
    ) -> None:
        """Let a fault strike at a message, counted from 0 and from now on.

        `part` is how much of it still goes through: 0 cuts before its first byte.
        """
        self._arm(_Cut(fault, direction, -1, seconds, down_until_healed, message, part))

    def _arm(self, cut: _Cut) -> None:
        def order() -> None:
            self._cut = cut
            self._counted = {UP: 0, DOWN: 0}
            self._begun = {UP: 0, DOWN: 0}
            self.struck.clear()

        self._do(order)

    def go_down(self) -> None:
        """Reset every connection and accept none until healed."""
        self._do(self._fall)

    def swallow(self) -> None:
        """Let every connection, also new ones, hear and say nothing more until healed."""

        def order() -> None:
            self._cut = _Cut(Fault.SWALLOW_BOTH, DOWN, 0)
            for link in self._links:
                link.swallowing |= {UP, DOWN}

        self._do(order)

    def heal(self) -> None:
        """Take the fault away; connections that lost bytes stay silent, as they would."""

        def order() -> None:
            self._cut = None
            self._down = False

        self._do(order)

    def record(self) -> None:
        """Keep the length of each message that goes through from now on in `lengths`."""

        def order() -> None:
            self._recording = True
            self.lengths = {UP: [], DOWN: []}

        self._do(order)

    def _do(self, order: Callable[[], None]) -> None:
        done = threading.Event()

        def then_tell() -> None:
            order()
            done.set()

        self._orders.append(then_tell)
        self._bell.send(b"\0")
        assert done.wait(10)

    def settle(self) -> None:
        """Wait until every connection that its desk has closed is seen to be closed here."""
        end = time.monotonic() + 10
        while True:
            left: list[_Link] = []
            self._do(partial(self._list_links, left))
            if all(each.desk_gone for each in left):
                return
            assert time.monotonic() < end, "a desk still holds a connection"

    # ------------------------------------------------------------ work, on the proxy's thread

    def _work(self) -> None:
        while not self._ending:
            pause = max(self._later[0][0] - time.monotonic(), 0.0) if self._later else None
            for key, _ in self._selector.select(pause):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is self._rung:
                    self._rung.recv(1)
                    self._orders.pop(0)()
                else:
                    link, direction = key.data
                    if not link.over:
                        self._forward(link, direction)
            while self._later and self._later[0][0] <= time.monotonic():
                heapq.heappop(self._later)[2]()

    def _accept(self) -> None:
        desk, _ = self._listener.accept()
        self.connections += 1
        if self._down:
            _reset(desk)
            return
        try:
            server = socket.create_connection(self._target, timeout=5)
        except OSError:
            _reset(desk)
            return
        for each in (desk, server):
            each.setblocking(True)
            each.settimeout(5)
            each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = _Link(desk, server)
        if self._cut and self._cut.fault is Fault.SWALLOW_BOTH and not self._cut.after:
            link.swallowing = {UP, DOWN}
        self._links.append(link)
        self._selector.register(desk, selectors.EVENT_READ, (link, UP))
        self._selector.register(server, selectors.EVENT_READ, (link, DOWN))

    def _forward(self, link: _Link, direction: str) -> None:
        source = link.desk if direction == UP else link.server
        try:
            data = source.recv(_CHUNK)
        except OSError:
            data = b""
        if not data:
            link.desk_gone = link.desk_gone or direction == UP
            if link.swallowing:
                self._selector.unregister(source)  # the other end never hears of it
            else:
                self._finish(link, _close)
            return
        if direction in link.swallowing:
            return
        if self._other_process and direction == DOWN:
            data = _with_other_number(link, data)
        self._count_messages(link, direction, data)
        before = self._counted[direction]
        self._counted[direction] += len(data)
        cut = self._cut
        if (
            cut is None
            or cut.direction != direction
            or not 0 <= cut.after <= before + len(data)
            or self.struck.is_set()
        ):
            self._send(link, direction, data)
            return
        through = max(cut.after - before, 0)
        self._send(link, direction, data[:through])
        self.on_strike()
        self.struck.set()
        self._strike(link, cut)
        if not link.over and direction not in link.swallowing:
            self._send(link, direction, data[through:])

    def _count_messages(self, link: _Link, direction: str, data: bytes) -> None:
        """Turn the message at which a cut is to strike into bytes, once it begins."""
        for began, length in link.messages[direction].starts(data):
            cut = self._cut
            number = self._begun[direction]
            self._begun[direction] += 1
            if cut is not None and cut.direction == direction and cut.message == number:
                into = min(int(cut.part * length), length - 1)
                cut.after = max(self._counted[direction] + began + into, 0)
            if self._recording:
                self.lengths[direction].append(length)

    def _strike(self, link: _Link, cut: _Cut) -> None:
        if cut.fault is Fault.RESET:
            self._finish(link, _reset)
        elif cut.fault is Fault.CLOSE:
            self._finish(link, _close)
        elif cut.fault is Fault.SWALLOW:
            link.swallowing.add(cut.direction)
        elif cut.fault is Fault.SWALLOW_BOTH:
            link.swallowing |= {UP, DOWN}
        else:
            link.late[cut.direction] = time.monotonic() + cut.seconds
        if cut.down_until_healed:
            self._fall()

    def _send(self, link: _Link, direction: str, data: bytes) -> None:
        if not data:
            return
        due = link.late.get(direction, 0.0)
        if due > time.monotonic():
            self._number += 1
            heapq.heappush(
                self._later, (due, self._number, lambda: self._send(link, direction, data))
            )
            return
        if link.over:
            return
        try:
            link.end_of(direction).sendall(data)
        except OSError:
            self._finish(link, _close)

    def _list_links(self, into: list[_Link]) -> None:
        into.extend(self._links)

    def _fall(self) -> None:
        self._down = True
        for link in list(self._links):
            self._finish(link, _reset)

    def _finish(self, link: _Link, how: Callable[[socket.socket], None]) -> None:
        if link.over:
            return
        link.over = True
        self._links.remove(link)
        for each in (link.desk, link.server):
            with suppress(KeyError):
                self._selector.unregister(each)
            how(each)

    def _end(self) -> None:
        self._ending = True
        for link in list(self._links):
            self._finish(link, _close)
        self._selector.close()
        for each in (self._listener, self._rung):
            each.close()
        self._bell.close()


def _with_other_number(link: _Link, data: bytes) -> bytes:
    at = data.find(_KEY)
    if link.number_told or at < 0:
        return data
    link.number_told = True
    return data[: at + 5] + b"\x7f\0\0\x01" + data[at + 9 :]


def _reset(each: socket.socket) -> None:
    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    each.close()


def _close(each: socket.socket) -> None:
    each.close()
