"""Setting a damaged store aside and making a new one with the unsent work that can still be read.

Nothing is ever deleted: the damaged file is renamed and keeps its key. What is read of it goes from
one encrypted file into the other and is never in the clear on the disk (SYNC 4).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from d2a_desktop.core.ids import new_id
from d2a_desktop.local_db import ledger
from d2a_desktop.local_db.desk_identity import DeskIdentity, with_new_client
from d2a_desktop.local_db.engine import STORE_FILE_NAME, apply_key, writer_engine
from d2a_desktop.local_db.migrate import create_schema
from d2a_desktop.local_db.outbox import OpState
from d2a_desktop.local_db.store_errors import files_told_in_words, told_in_words
from d2a_desktop.local_db.unit_of_work import HLC_STATE
from d2a_desktop.security.keys import StoreKey

SET_ASIDE_FOLDER = "set-aside"
_COMPANIONS = ("", "-wal", "-shm")
_SESSION_STATE = "session"
_KEPT = ("person_enrolled", "setting")

Row = Mapping[str, Any]


@dataclass
class Salvaged:
    """What could be read of a damaged store; `lost` counts operations that could not.

    `unsent` are the operations that the shared database has not settled, in order, with those
    whose refusal nobody has looked at yet: they are sent again and answered as before.
    """

    unsent: list[Row] = field(default_factory=list)
    confirmed: list[Row] = field(default_factory=list)
    lost: int = 0
    identity: DeskIdentity | None = None
    epoch: str | None = None
    tables: dict[str, list[Row]] = field(default_factory=dict)


def faults(path: Path, key: StoreKey) -> int:
    """Return how many faults the file has: pages that fail their checksum, or a broken tree."""
    found = 0
    try:
        with closing(_open(path, key)) as connection:
            found += len(connection.execute("PRAGMA cipher_integrity_check").fetchall())
            said = connection.execute("PRAGMA integrity_check").fetchall()
            found += len([row for row in said if row[0] != "ok"])
    except dbapi2.Error:
        found += 1
    return found


def salvage(path: Path, key: StoreKey) -> Salvaged:
    """Read what can be read of a store that may be damaged; it is not changed."""
    found = Salvaged()
    with closing(_Reader(path, key)) as reader:
        _read_operations(reader, found)
        _read_identity(reader, found)
        for table in _KEPT:
            found.tables[table] = reader.rows(f"SELECT * FROM {table}") or []
    return found


def replace_store(
    path: Path, key: StoreKey, *, desk: DeskIdentity, found: Salvaged, now: datetime
) -> Path | None:
    """Set a store aside and put a new one with what was salvaged in its place.

    The new one is a new client, and stays shut until it has exchanged with the shared database.
    The caller holds the writer's lock.

    Args:
        path: the store's file.
        key: the key of the new store.
        desk: whose desk it is, where the damaged store did not tell.
        found: what was read of the damaged store.
        now: the present instant.

    Returns:
        Where the damaged store lies now; None when there was none.

    Raises:
        UnreachableError: the disk is full, or the folder may not be written; nothing was changed.
    """
    draft = _build(path, key, desk=desk, found=found, now=now)
    aside = _set_aside(path, now=now)
    with files_told_in_words():
        draft.replace(path)
    return aside


def _build(
    path: Path, key: StoreKey, *, desk: DeskIdentity, found: Salvaged, now: datetime
) -> Path:
    desk = with_new_client(found.identity or desk, new_id(now))
    draft = path.with_name(path.name + ".built")
    with files_told_in_words():
        for end in _COMPANIONS:
            draft.with_name(draft.name + end).unlink(missing_ok=True)
    create_schema(draft, key, desk=desk, now=now)
    engine = writer_engine(draft, key)
    try:
        with told_in_words(), Session(engine) as session:
            connection = session.connection()
            for row in found.confirmed:
                _insert(connection, "outbox_op", dict(row))
            for row in found.unsent:
                again = {"state": OpState.PENDING.value, "settled_at": None, "result": None}
                _insert(connection, "outbox_op", dict(row) | again)
            for table, rows in found.tables.items():
                for row in rows:
                    _insert(connection, table, dict(row))
            latest = max((row["hlc"] for row in (*found.unsent, *found.confirmed)), default=0)
            ledger.put_state_value(connection, HLC_STATE, latest)
            if found.epoch is not None:
                ledger.put_state_value(connection, _SESSION_STATE, {"epoch": found.epoch})
            session.commit()
        with closing(engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
    return draft


def _set_aside(path: Path, *, now: datetime) -> Path | None:
    """Rename a store's files; what an earlier try did not come to is done now."""
    folder = path.parent / SET_ASIDE_FOLDER
    target = damaged_store_of(path.parent)
    if target == path:
        target = folder / f"store-{now:%Y%m%dT%H%M%S%f}.db"
    if target is None:
        return None
    with files_told_in_words():
        folder.mkdir(mode=0o700, exist_ok=True)
        for end in _COMPANIONS:  # the file first: without its log it would lack the last work
            file = path.with_name(path.name + end)
            if file.exists():
                file.replace(target.with_name(target.name + end))
    return target


def damaged_store_of(profile_dir: Path) -> Path | None:
    """Return the file to salvage from: the store, or what an interrupted try had set aside."""
    path = profile_dir / STORE_FILE_NAME
    if path.exists():
        return path
    return max((profile_dir / SET_ASIDE_FOLDER).glob("store-*.db"), default=None)


# --- reading what may be broken -----------------------------------------------------------


def _open(path: Path, key: StoreKey) -> Any:
    connection = dbapi2.connect(str(path), isolation_level=None, timeout=10)
    apply_key(connection, key)
    connection.execute("PRAGMA query_only=ON").fetchall()
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection.row_factory = dbapi2.Row
    return connection


class _Reader:
    """Reads on after a damaged page; SQLCipher gives a connection up at its first one."""

    def __init__(self, path: Path, key: StoreKey) -> None:
        self._path, self._key = path, key
        self._connection: Any = None

    def rows(self, statement: str) -> list[Row] | None:
        """Return the rows of a query, None when they are not all readable."""
        try:
            if self._connection is None:
                self._connection = _open(self._path, self._key)
            return [dict(row) for row in self._connection.execute(statement).fetchall()]
        except dbapi2.Error:
            self.close()
            return None

    def close(self) -> None:
        """Close the connection; the next query opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _read_operations(reader: _Reader, found: Salvaged) -> None:
    looked_at = reader.rows("SELECT op FROM conflict WHERE resolved_at IS NOT NULL") or []
    settled = {row["op"] for row in looked_at}
    for row in _operations(reader, found):
        if row["set_values"] is None:
            continue  # its scope was purged before it was sent: there is nothing left to send
        if row["state"] == OpState.ACKED:
            found.confirmed.append(row)
        elif row["op"] not in settled and row["state"] != OpState.ORPHANED:
            found.unsent.append(row)


def _operations(reader: _Reader, found: Salvaged) -> Iterator[Row]:
    """Give the operations in order; where the table is broken, each that can be found alone."""
    rows = reader.rows("SELECT * FROM outbox_op ORDER BY seq")
    if rows is not None:
        yield from rows
        return
    last = _last_operation(reader)
    if last is None:
        found.lost += 1  # how many, nobody knows
        return
    for seq in range(1, last + 1):
        one = reader.rows(f"SELECT * FROM outbox_op WHERE seq = {seq:d}")
        if one is None:
            found.lost += 1
        else:
            yield from one


def _last_operation(reader: _Reader) -> int | None:
    for ask in (
        "SELECT seq AS n FROM sqlite_sequence WHERE name = 'outbox_op'",
        "SELECT max(seq) AS n FROM outbox_op",
    ):
        counted = reader.rows(ask)
        if counted and counted[0]["n"] is not None:
            return int(counted[0]["n"])
    return None


def _read_identity(reader: _Reader, found: Salvaged) -> None:
    for kept in reader.rows("SELECT * FROM desk") or []:
        values = {name: kept[name] for name in DeskIdentity.__dataclass_fields__}
        for name in ("trial", "locked_until_sync"):
            values[name] = bool(values[name])
        found.identity = DeskIdentity(**values)
    said = reader.rows(f"SELECT value FROM sync_state WHERE name = '{_SESSION_STATE}'")
    if said and said[0]["value"] is not None:
        found.epoch = (json.loads(said[0]["value"]) or {}).get("epoch")


def _insert(connection: Any, table: str, row: dict[str, Any]) -> None:
    """Insert a row of an older store's table: columns that are gone since are left out."""
    known = {column[1] for column in connection.exec_driver_sql(f"PRAGMA table_info({table})")}
    kept = {name: value for name, value in row.items() if name in known}
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({', '.join(kept)}) VALUES ({', '.join('?' * len(kept))})",
        tuple(kept.values()),
    )
