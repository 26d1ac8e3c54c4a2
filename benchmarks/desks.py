"""Real desks in temporary folders, and bare connections to the same kind of encrypted file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from d2a_desktop.core.clock import SettableClock, SystemClock
from d2a_desktop.core.ids import new_id
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.engine import STORE_FILE_NAME, apply_key
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.security.keys import StoreKey, new_store_key
from d2a_desktop.services.context import Context

Rows = dict[str, list[tuple[Any, ...]]]
"""Stored rows by table, in the table's order of columns."""


class BenchDesk:
    """One desk of a hospital: its store, its clock that stands still, its caller."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key: StoreKey = new_store_key()
        self.clock = SettableClock(SystemClock().now())
        now = self.clock.now()
        self.identity = DeskIdentity(
            desk_id=new_id(now), org_id=new_id(now), org_ods="RXX01", org_kind="hospital"
        )
        self.store = LocalStore.create(folder, self.key, clock=self.clock, desk=self.identity)
        self.caller = Caller(
            login="u_bench",
            name="Bench Person",
            role=Role.WARD_COORDINATOR,
            org_id=self.identity.org_id,
            org_ods="RXX01",
            org_kind="hospital",
        )

    @property
    def context(self) -> Context:
        """What services are made with."""
        return Context(self.store, self.clock, Settings())

    @contextmanager
    def bare(self) -> Iterator[Any]:
        """Give a bare connection to this desk's file, as the store's writer has it set up."""
        with closing(bare_connection(self.folder / STORE_FILE_NAME, self.key)) as connection:
            yield connection


@contextmanager
def bench_desk(folder: Path) -> Iterator[BenchDesk]:
    """Make a desk in a new folder; its store is closed at the end."""
    desk = BenchDesk(folder)
    try:
        yield desk
    finally:
        desk.store.close()


def bare_connection(path: Path, key: StoreKey) -> Any:
    """Return a connection of the driver itself with the writer's settings."""
    connection = dbapi2.connect(str(path), isolation_level=None)
    apply_key(connection, key)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.execute("PRAGMA cache_size=-65536").fetchall()
    return connection


def stored_rows(connection: Any, tables: Sequence[str]) -> Rows:
    """Read whole tables."""
    return {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in tables}


def put_rows(connection: Any, rows: Rows, *, verb: str = "INSERT") -> None:
    """Write rows with one executemany for each table, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for name, values in rows.items():
        marks = ", ".join("?" * len(values[0]))
        connection.executemany(f"{verb} INTO {name} VALUES ({marks})", values)
    connection.execute("COMMIT")
