"""One edit on its way: from its commit in one desk's store to its commit in the other's."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.desks import BenchDesk, bench_desk
from benchmarks.figures import Figure
from benchmarks.shared_server import Login, SharedServer
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.models.spell import Spell
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.live import Live
from d2a_desktop.sync.rhythm import Why

_TIMES = 40
_APART_SECONDS = 0.6
"""Edits that follow one another faster are gathered (`sync/rhythm.py`); these are single ones."""
_MOST_SECONDS = 30.0


def figures(folder: Path, shared: SharedServer) -> Iterator[Figure]:
    """Edit at one desk and wait for it at the other, many times."""
    with bench_desk(folder / "here") as here, bench_desk(folder / "there") as there:
        shared.first_sync(here, 0)
        shared.first_sync(there, 1)
        with _Listening(there, shared.logins[1]) as listening:
            writer = _Writing(here, shared.logins[0])
            writer.edit_until(listening)  # warms up what a running desk has warm
            ours = [writer.edit_until(listening) for _ in range(_TIMES)]
            writer.close()
    bare = _bare(shared, _TIMES)
    for name, share in (("median", 0.5), ("95 of 100", 0.95)):
        yield Figure(
            "sync", f"an edit from desk to desk, {name}", _at(ours, share), _at(bare, share),
            "UPDATE, NOTIFY and SELECT between two bare connections",
            note="up to 60 ms of it wait by design",
        )  # fmt: skip


def _at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class _Desk:
    """A desk at which somebody signed in, exchanging as the program does."""

    def __init__(self, desk: BenchDesk, login: Login) -> None:
        self.store = desk.store
        self.caller = replace(desk.caller, login=login.name, org_id=desk.store.desk.org_id)
        self.gateway = login.gateway()
        clock = SystemClock()
        self.live = Live(SyncEngine(desk.store, self.gateway, clock), self.gateway, clock, seed=1)
        self.live.run(login.name)


class _Writing(_Desk):
    """A person who edits a case; the edit is sent as after each command."""

    def __init__(self, desk: BenchDesk, login: Login) -> None:
        super().__init__(desk, login)
        self._pause = threading.Event()
        with self.store.read() as session:
            first = session.connection().exec_driver_sql("SELECT min(id) FROM spell")
            self._case = str(first.scalar_one())

    def edit_until(self, listening: _Listening) -> float:
        """Return the seconds from this desk's commit until the other desk has the edit."""
        self._pause.wait(_APART_SECONDS)  # a person thinks; nothing else is waited for
        bed = f"Bed {uuid.uuid4().hex[:8]}"
        with self.store.write(self.caller, action="case:changed") as unit:
            unit.session.get_one(Spell, self._case).bed = bed
        start = time.perf_counter()
        self.live.run(self.caller.login, why=Why.CHANGED)
        return listening.saw(self._case, bed) - start

    def close(self) -> None:
        """Close the connection."""
        self.gateway.close()


class _Listening(_Desk):
    """The other desk: a thread that waits for the server's hints and follows them."""

    def __init__(self, desk: BenchDesk, login: Login) -> None:
        super().__init__(desk, login)
        self._exchanged = threading.Condition()
        self._at = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self.live.wake()
        self._thread.join()
        self.gateway.close()

    def saw(self, case: str, bed: str) -> float:
        """Return when the exchange ended that brought this edit.

        Raises:
            RuntimeError: it did not come.
        """
        until = time.perf_counter() + _MOST_SECONDS
        with self._exchanged:
            while time.perf_counter() < until:
                with self.store.read() as session:
                    if session.get_one(Spell, case).bed == bed:
                        return self._at
                self._exchanged.wait(1.0)
        raise RuntimeError("the edit did not come to the other desk")

    def _run(self) -> None:
        while (why := self.live.wait(self._over.is_set)) is not None:
            with self._exchanged:
                self.live.run(self.caller.login, why=why, cancelled=self._over.is_set)
                self._at = time.perf_counter()
                self._exchanged.notify_all()


def _bare(shared: SharedServer, times: int) -> list[float]:
    """Do the same with nothing of ours: a table of two columns and two connections."""
    taken = []
    with shared.admin() as here, shared.admin() as there:
        here.execute("CREATE TABLE dc.bench (id int PRIMARY KEY, word text)")
        here.execute("INSERT INTO dc.bench VALUES (1, '')")
        there.execute("LISTEN bench")
        for number in range(times):
            start = time.perf_counter()
            with here.transaction():
                here.execute("UPDATE dc.bench SET word = %s", (str(number),))
                here.execute("NOTIFY bench")
            list(there.notifies(timeout=_MOST_SECONDS, stop_after=1))
            there.execute("SELECT word FROM dc.bench WHERE id = 1").fetchone()
            taken.append(time.perf_counter() - start)
        here.execute("DROP TABLE dc.bench")
    return taken
