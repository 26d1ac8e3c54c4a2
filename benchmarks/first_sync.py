"""A first sync of 10,000 records from a real PostgreSQL, and the push that put them there."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import psycopg

from benchmarks.desks import BenchDesk, bench_desk, put_rows, stored_rows
from benchmarks.extracts import write_extract
from benchmarks.figures import Figure, in_turn, say, stopwatch
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.services.imports import Imports
from d2a_desktop.shared_db import admin, migrate, server
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync.engine import SyncEngine

RECORDS = 10_000
"""Half of them spells, half patients."""

_TABLES = ("spell", "patient")
_PULLS = 3


@dataclass(frozen=True)
class _Login:
    """A person of the shared database."""

    url: str
    name: str
    password: str

    def engine(self, desk: BenchDesk) -> SyncEngine:
        """Return the engine of a desk at which this person signed in."""
        gateway = PostgresGateway(self.url, login=self.name, password=lambda: self.password)
        return SyncEngine(desk.store, gateway, SystemClock())


def figures(folder: Path) -> Iterator[Figure]:
    """Push from one desk, pull to new ones; nothing where the embedded server is not installed."""
    try:
        info = server.start(folder / "postgres")
    except UnreachableError as missing:
        say(f"left out: {missing}")
        return
    try:
        login = _prepare(info)
        with bench_desk(folder / "ward") as ward:
            yield _push(ward, login, folder, info)
            with ward.bare() as connection:
                rows = stored_rows(connection, _TABLES)
        numbers = count()

        def pull() -> float:
            with bench_desk(folder / f"new{next(numbers)}") as desk:
                engine = login.engine(desk)
                with stopwatch() as taken:
                    report = engine.run(login.name)
                assert report.pulled >= RECORDS, report
                return taken[0]

        def upsert() -> float:
            with bench_desk(folder / f"new{next(numbers)}") as desk, desk.bare() as connection:
                with stopwatch() as taken:
                    put_rows(connection, rows, verb="INSERT OR REPLACE")
                return taken[0]

        yield Figure(
            "sync", f"first sync of {RECORDS:,} records", *in_turn(pull, upsert, times=_PULLS),
            "bare executemany upsert of the same rows into SQLCipher", count=RECORDS,
        )  # fmt: skip
    finally:
        server.remove(folder / "postgres")


def _prepare(info: server.ServerInfo) -> _Login:
    with psycopg.connect(info.url, passfile=str(info.passfile), autocommit=True) as connection:
        migrate.prepare(connection)
        admin.add_org(
            connection, ods_code="RXX01", kind="hospital",
            details=admin.OrganisationDetails(name="Bench Hospital"),
        )  # fmt: skip
        made = admin.add_user(
            connection, ods_code="RXX01", role="ward_coordinator", name="Bench Person"
        )
    url = f"postgresql://{made.login}@127.0.0.1:{info.port}/{info.database}"
    return _Login(url, made.login, made.password)


def _push(ward: BenchDesk, login: _Login, folder: Path, info: server.ServerInfo) -> Figure:
    engine = login.engine(ward)
    engine.run(login.name)
    extract = write_extract(
        folder / "extract.csv", RECORDS // 2, now=SystemClock().now(), nctr=False
    )
    caller = replace(ward.caller, login=login.name, org_id=ward.store.desk.org_id)
    Imports(ward.context).pas_csv(caller, extract)
    with ward.bare() as connection:
        operations = connection.execute(
            "SELECT entity, row_id, set_values FROM outbox_op"
        ).fetchall()
    with stopwatch() as taken:
        report = engine.run(login.name)
    assert report.pushed >= RECORDS, report
    assert not report.needs_a_person, report
    words = "bare executemany of the same documents into one PostgreSQL table"
    bare = statistics.median(_bare_push(info, operations) for _ in range(3))
    return Figure(
        "sync", f"push of {report.pushed:,} operations", taken[0], bare, words,
        count=report.pushed,
    )  # fmt: skip


def _bare_push(info: server.ServerInfo, operations: list[tuple[str, str, str]]) -> float:
    with closing(psycopg.connect(info.url, passfile=str(info.passfile))) as connection:
        connection.execute("DROP TABLE IF EXISTS public.bench")
        connection.execute(
            "CREATE TABLE public.bench (entity text, id uuid PRIMARY KEY, document jsonb)"
        )
        connection.commit()
        with stopwatch() as taken, connection.cursor() as cursor:
            cursor.executemany("INSERT INTO public.bench VALUES (%s, %s, %s)", operations)
            connection.commit()
        connection.execute("DROP TABLE public.bench")
        connection.commit()
        return taken[0]
