"""The two engines on a SQLCipher file: one writer, several readers (SYNC 5.2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlcipher3 import dbapi2

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.local_db.store_errors import (
    damaged_store,
    no_store,
    store_newer,
    told_in_words,
)
from d2a_desktop.security.keys import StoreKey

STORE_FILE_NAME = "store.db"
STORE_VERSION = 3
"""`PRAGMA user_version` after the last migration of this program."""

_BUSY_SECONDS = 10.0

USUAL_CACHE_KIB, IMPORT_CACHE_KIB = 8_192, 65_536
"""The writer's pages in memory. An import's stay there until its commit: spilled ones are encrypted
twice. An exchange commits page by page and needs no more the more there is to fetch."""


def writer_engine(path: Path, key: StoreKey) -> Engine:
    """Return the engine of the one writer: WAL, BEGIN IMMEDIATE, deleted bytes overwritten."""
    return _engine(
        path,
        key,
        begin="BEGIN IMMEDIATE",
        pragmas=(
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "secure_delete=ON",
            "foreign_keys=ON",
            f"cache_size=-{USUAL_CACHE_KIB}",
        ),
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
    )


def reader_engine(path: Path, key: StoreKey) -> Engine:
    """Return the engine of the readers: plain BEGIN, and no statement can write."""
    return _engine(
        path,
        key,
        begin="BEGIN",
        pragmas=("foreign_keys=ON", "query_only=ON"),
        pool_size=4,
        max_overflow=12,
        pool_timeout=60,
    )


def migration_engine(path: Path, key: StoreKey) -> Engine:
    """Return an engine for migrations alone.

    Foreign keys are off before BEGIN: a batch on a parent table would else delete all its
    children in silence (DECISIONS, "Local store").
    """
    return _engine(
        path,
        key,
        begin="BEGIN IMMEDIATE",
        pragmas=("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=OFF"),
        poolclass=NullPool,
    )


def _engine(
    path: Path, key: StoreKey, *, begin: str, pragmas: tuple[str, ...], **pool: Any
) -> Engine:
    # The driver's legacy transactions would not roll DDL back: isolation_level=None and a
    # BEGIN of our own do.
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=dbapi2,
        hide_parameters=True,  # an error's text goes into reports: no person's values in it
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "timeout": _BUSY_SECONDS,
        },
        **pool,
    )

    @event.listens_for(engine, "connect")
    def unlock(connection: Any, record: object) -> None:
        apply_key(connection, key)
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").fetchall()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection  # past SQLAlchemy: each look begins
        driver.execute(begin)

    return engine


def apply_key(connection: Any, key: StoreKey) -> None:
    """Give the key to a raw connection; it must be the very first statement."""
    connection.execute(f"PRAGMA key=\"x'{key.hex}'\"").fetchall()
    # The cipher's own log goes to standard error, where a command prints nothing but errors.
    connection.execute("PRAGMA cipher_log_level=NONE").fetchall()


def stored_version(path: Path, key: StoreKey) -> int:
    """Return the version of the store in a file; the cheapest proof that the key fits.

    Raises:
        UnreachableError: no file ("no_store"), a wrong key or no database ("wrong_key"), a
            damaged file ("store_damaged").
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise no_store()
    with told_in_words():
        connection = dbapi2.connect(str(path), isolation_level=None, timeout=_BUSY_SECONDS)
        try:
            apply_key(connection, key)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        finally:
            connection.close()
    if version == 0:
        raise damaged_store()  # SQLite takes a file of a few bytes for an empty database
    return version


def refuse_newer(version: int, known: int = STORE_VERSION) -> None:
    """Refuse a store of a later program.

    Raises:
        UnreachableError: it is newer (code "store_newer").
    """
    if version > known:
        raise store_newer(version, known)


def first_fitting_key(path: Path, keys: tuple[StoreKey, ...]) -> StoreKey:
    """Return the first key that opens the file (there are two during a change of key).

    Raises:
        UnreachableError: none does, or there is no store.
    """
    for key in keys[:-1]:
        try:
            stored_version(path, key)
        except UnreachableError as error:
            if error.code != "wrong_key":
                raise
        else:
            return key
    stored_version(path, keys[-1])
    return keys[-1]
