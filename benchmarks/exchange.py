"""The exchange with 100,000 records at both ends: first sync, push, latency, check, memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import sql

from benchmarks import desk_to_desk
from benchmarks.desks import BenchDesk, Rows, bench_desk, put_rows, stored_rows
from benchmarks.figures import Figure, in_turn, say, stopwatch, timed
from benchmarks.shared_server import Login, SharedServer, shared_server
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.local_db import replica
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync import verify
from d2a_desktop.sync.protocol import SyncSettings

RECORDS_IN_ALL = 100_000
MEMORY_AT = (50_000, 75_000, RECORDS_IN_ALL)
"""From the first of them on the pages of an exchange and of the store have their full size."""
_BATCH = 50
_EDITS = 1_000
_ROUND_TRIPS = 40
_FIRST = (0, 0)
_Item = TypeVar("_Item")


def figures(folder: Path) -> Iterator[Figure]:
    """Fill a server, then measure; nothing where the embedded server is not installed."""
    with ExitStack() as stack:
        try:
            shared = stack.enter_context(shared_server(folder / "postgres"))
        except UnreachableError as missing:
            say(f"left out: {missing}")
            return
        shared.fill(RECORDS_IN_ALL)
        with bench_desk(folder / "first") as desk:
            shared.first_sync(desk)
            with desk.bare() as connection:
                stored = stored_rows(connection, list(RECORDS))
            yield from _fetching(folder, shared, {e: r for e, r in stored.items() if r}, desk)
        yield from _pushing(shared)
        yield from desk_to_desk.figures(folder, shared)
        yield from _memory(folder, shared.logins[0])


# --- first sync, pull, check -----------------------------------------------------------------


def _fetching(
    folder: Path, shared: SharedServer, stored: Rows, desk: BenchDesk
) -> Iterator[Figure]:
    login = shared.logins[0]
    numbers = count()

    def first() -> float:
        with bench_desk(folder / f"new{next(numbers)}") as new:
            with stopwatch() as taken:
                shared.first_sync(new)
            return taken[0]

    def upsert() -> float:
        with bench_desk(folder / f"new{next(numbers)}") as new, new.bare() as connection:
            with stopwatch() as taken:
                put_rows(connection, stored, verb="INSERT OR REPLACE")
            return taken[0]

    yield Figure(
        "sync", f"first sync of {RECORDS_IN_ALL:,} records", *in_turn(first, upsert, times=2),
        "bare executemany upsert of the same rows into SQLCipher", count=RECORDS_IN_ALL,
        note="with its check",
    )  # fmt: skip
    with closing(login.gateway()) as gateway, shared.admin() as connection:
        yield Figure(
            "sync", "  of it: pull from the server",
            *in_turn(timed(lambda: _pages(gateway)), timed(lambda: _select(connection)), times=2),
            "bare SELECT of the same tables, past row security", count=RECORDS_IN_ALL,
        )  # fmt: skip
        yield Figure(
            "sync", "  of it: check by digest, both ends",
            *in_turn(
                timed(lambda: _agree(desk, gateway)),
                timed(lambda: _versions(desk, connection)),
                times=2,
            ),
            "bare SELECT of id and version at both ends", count=RECORDS_IN_ALL,
        )  # fmt: skip
        with desk.store.read(even_locked=True) as session:
            cursor = replica.get_cursor(session)
        yield Figure(
            "sync", "pull when nothing is new",
            *in_turn(
                timed(lambda: gateway.pull(cursor=cursor, limit=SyncSettings().page)),
                timed(lambda: connection.execute("SELECT 1").fetchone()),
                times=_ROUND_TRIPS,
            ),
            "SELECT 1",
        )  # fmt: skip


def _pages(gateway: PostgresGateway) -> None:
    cursor, rows = _FIRST, 0
    while True:
        page = gateway.pull(cursor=cursor, limit=SyncSettings().page)
        rows += page.size
        cursor = page.cursor
        if not page.more:
            break
    if rows < RECORDS_IN_ALL:
        raise RuntimeError(f"only {rows} rows came")


def _select(connection: psycopg.Connection) -> None:
    for entity in RECORDS:
        connection.execute(sql.SQL("SELECT * FROM {}").format(_table(entity))).fetchall()


def _agree(desk: BenchDesk, gateway: PostgresGateway) -> None:
    if verify.compare(desk.store, gateway):
        raise RuntimeError("the desk and the server differ")


def _versions(desk: BenchDesk, connection: psycopg.Connection) -> None:
    with desk.bare() as own:
        for entity in RECORDS:
            own.execute(f"SELECT id, ver FROM {entity}").fetchall()
            connection.execute(sql.SQL("SELECT id, ver FROM {}").format(_table(entity))).fetchall()


def _table(entity: str) -> sql.Identifier:
    return sql.Identifier("dc", entity)


# --- push ------------------------------------------------------------------------------------


def _pushing(shared: SharedServer) -> Iterator[Figure]:
    limit = "bare executemany UPDATE through the same triggers, one connection"
    with shared.admin() as connection:
        spells = [
            str(row[0])
            for row in connection.execute("SELECT id FROM dc.spell ORDER BY id").fetchall()
        ]

        def bare() -> float:
            some = spells[-_EDITS:]
            with stopwatch() as taken:
                for batch in _batches(some):
                    with connection.transaction(), connection.cursor() as cursor:
                        cursor.executemany(
                            "UPDATE dc.spell SET bed = %s, consultant = %s WHERE id = %s::uuid",
                            [(f"Bed {uuid.uuid4().hex[:6]}", "Dr Bare", spell) for spell in batch],
                        )
            return taken[0]

        for clients in (1, 2):
            sides = [_Side(login) for login in shared.logins[:clients]]

            def push(sides: Sequence[_Side] = sides) -> float:
                each = _EDITS // len(sides)
                for n, side in enumerate(sides):
                    side.prepare(connection, spells[n * each : (n + 1) * each])
                with stopwatch() as taken:
                    for side in sides:
                        side.start()
                    for side in sides:
                        side.join()
                return taken[0]

            who = "one desk" if clients == 1 else "two desks at once"
            yield Figure(
                "sync", f"push of {_EDITS:,} edits, {who}", *in_turn(push, bare, times=4), limit,
                count=_EDITS, note=f"{_BATCH} in a call",
            )  # fmt: skip
            for side in sides:
                side.gateway.close()


class _Side:
    """One desk's end of pushing: batches that are ready to go."""

    def __init__(self, login: Login) -> None:
        self.gateway = login.gateway()
        self._client = str(uuid.uuid4())
        self._clock = int(SystemClock().now().timestamp() * 1000) << 16
        self.gateway.hello(client=self._client, n_old=None, n_new=str(uuid.uuid4()))
        self._batches: list[list[dict[str, Any]]] = []
        self._thread = threading.Thread()
        self._failed = ""

    def prepare(self, connection: psycopg.Connection, spells: Sequence[str]) -> None:
        """Make an edit of each case, as a desk makes it that has the newest version."""
        rows = connection.execute(
            "SELECT id::text, ver, bed, consultant FROM dc.spell WHERE id = ANY (%s::uuid[])",
            (list(spells),),
        ).fetchall()
        self._clock += 1
        ops = [
            {
                "op": str(uuid.uuid4()), "grp": str(uuid.uuid4()), "e": "spell", "k": "patch",
                "id": spell, "scope": spell, "bv": ver, "hlc": self._clock, "sv": 1,
                "base": {"bed": bed, "consultant": consultant},
                "set": {"bed": f"Bed {uuid.uuid4().hex[:6]}", "consultant": "Dr A Sample"},
            }
            for spell, ver, bed, consultant in rows
        ]  # fmt: skip
        self._batches = [list(batch) for batch in _batches(ops)]

    def start(self) -> None:
        """Send everything on a thread."""
        self._thread = threading.Thread(target=self._send)
        self._thread.start()

    def join(self) -> None:
        """Wait until it is sent.

        Raises:
            RuntimeError: not all of it was taken.
        """
        self._thread.join()
        if self._failed:
            raise RuntimeError(self._failed)

    def _send(self) -> None:
        for batch in self._batches:
            answers = self.gateway.push(client=self._client, ops=batch)
            refused = [answer for answer in answers if answer.status != "ok"]
            if refused:
                self._failed = f"an edit was not taken: {refused[0]}"
                return


def _batches(some: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(some), _BATCH):
        yield some[start : start + _BATCH]


# --- memory ----------------------------------------------------------------------------------


def _memory(folder: Path, login: Login) -> Iterator[Figure]:
    """How much more memory a first sync takes than an open desk, each in a process of its own."""
    if not Path("/proc/self/status").exists():
        say("left out: memory, which only Linux tells in this way")
        return
    told = [_grown(folder / f"memory{size}", login, size) for size in MEMORY_AT]
    grown, whole = [pulled for pulled, _ in told], told[-1][1]
    for size, megabytes in zip(MEMORY_AT, grown, strict=True):
        yield Figure(
            "sync", f"memory of a first sync, {size:,} records", megabytes, grown[0],
            f"the same after {MEMORY_AT[0]:,} records", unit="MB",
        )  # fmt: skip
    yield Figure(
        "sync", "  the last of them with its check", whole, grown[0],
        f"{MEMORY_AT[0]:,} records without", unit="MB",
    )  # fmt: skip


def _grown(folder: Path, login: Login, size: int) -> tuple[float, float]:
    """Return by how many megabytes it grew when all were here, and at the end of the run."""
    request = {"folder": str(folder), "url": login.url, "login": login.name, "records": size}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_sync_memory"],
        input=json.dumps(request), env=os.environ | {"D2A_DB_PASSWORD": login.password},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    return float(answer["pulled"]), float(answer["megabytes"])
