"""A shared database for the benchmarks: one hospital, two people, many records."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.desks import BenchDesk
from benchmarks.shared_people import PER_PERSON, Record, copy_in, people
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.shared_db import admin, migrate, server
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync.engine import SyncEngine

_AT_ONCE = 400


@dataclass(frozen=True)
class Login:
    """A person of the shared database; the password opens nothing but this benchmark's."""

    url: str
    name: str
    password: str

    def gateway(self) -> PostgresGateway:
        """Return a connection's worth of calls."""
        return PostgresGateway(self.url, login=self.name, password=lambda: self.password)

    def engine(self, desk: BenchDesk) -> SyncEngine:
        """Return the engine of a desk at which this person signed in."""
        return SyncEngine(desk.store, self.gateway(), SystemClock())


@dataclass(frozen=True)
class SharedServer:
    """A prepared server; `logins` are two people of one hospital, `org_id` is the hospital."""

    info: server.ServerInfo
    org_id: str
    logins: tuple[Login, Login]

    def admin(self) -> psycopg.Connection:
        """Connect as the owner of the database: past row security, through every trigger."""
        connection = psycopg.connect(
            self.info.url, passfile=str(self.info.passfile), autocommit=True
        )
        connection.execute("SET ROLE dc_owner")
        return connection

    def first_sync(self, desk: BenchDesk, who: int = 0) -> None:
        """Exchange for the first time, as one of the two people.

        Raises:
            RuntimeError: not everything came, or not all of it was right.
        """
        login = self.logins[who]
        engine = login.engine(desk)
        report = engine.run(login.name)
        with self.admin() as connection:
            row = connection.execute("SELECT count(*) FROM dc.spell").fetchone()
        if row is None or report.pulled < row[0] * PER_PERSON or report.repaired:
            raise RuntimeError("the first sync was not whole")

    def fill(self, records: int) -> None:
        """Put that many records in, from two sides, in the order of their making.

        Raises:
            RuntimeError: the server did not take all of them.
        """
        made = list(people(records // PER_PERSON, org=self.org_id, now=SystemClock().now()))
        sides = [threading.Thread(target=self._load, args=(made[n::2],)) for n in range(2)]
        for side in sides:
            side.start()
        for side in sides:
            side.join()
        with psycopg.connect(
            self.info.url, passfile=str(self.info.passfile), autocommit=True
        ) as owner:
            owner.execute("VACUUM ANALYZE")
        with self.admin() as connection:
            row = connection.execute("SELECT count(*) FROM sync.feed").fetchone()
        if row is None or row[0] < records:
            raise RuntimeError("the shared database did not take all records")

    def _load(self, some: Sequence[Sequence[Record]]) -> None:
        records = sorted((r for person in some for r in person), key=lambda r: str(r[1]["id"]))
        with self.admin() as connection:
            for start in range(0, len(records), _AT_ONCE):
                copy_in(connection, records[start : start + _AT_ONCE])


@contextmanager
def shared_server(folder: Path) -> Iterator[SharedServer]:
    """Start a server in a folder and prepare it; it is deleted at the end.

    Raises:
        UnreachableError: the embedded server is not installed.
    """
    info = server.start(folder)
    try:
        with psycopg.connect(info.url, passfile=str(info.passfile), autocommit=True) as owner:
            migrate.prepare(owner)
            org = admin.add_org(
                owner, ods_code="RXX01", kind="hospital",
                details=admin.OrganisationDetails(name="Bench Hospital"),
            )  # fmt: skip
            made = [
                admin.add_user(owner, ods_code="RXX01", role="ward_coordinator", name=name)
                for name in ("Bench Person", "Bench Other")
            ]
        where = f"@127.0.0.1:{info.port}/{info.database}"
        one, other = (
            Login(f"postgresql://{m.login}{where}", m.login, m.password) for m in made
        )  # fmt: skip
        yield SharedServer(info, org.org_id, (one, other))
    finally:
        server.remove(folder)
