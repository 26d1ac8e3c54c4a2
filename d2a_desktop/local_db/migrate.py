"""Creating the tables of a store and bringing an older store up to date (STYLE 3.11).

A copy of the file is made first and kept; a migration that fails puts it back. Alembic is
imported only when there is something to do.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import BugError, D2AError, UnreachableError
from d2a_desktop.local_db.desk_identity import DeskIdentity, save_identity
from d2a_desktop.local_db.engine import (
    STORE_VERSION,
    migration_engine,
    refuse_newer,
    stored_version,
)
from d2a_desktop.local_db.store_errors import files_told_in_words, told_in_words
from d2a_desktop.security.keys import StoreKey

BACKUP_FOLDER = "before-migration"
_FAILED = ".failed-migration"
MIGRATIONS = Path(__file__).parent / "migrations"

Steps = Callable[[Connection], None]


def run_alembic(connection: Connection) -> None:
    """Run all migrations up to the newest on a connection whose transaction has begun."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def create_schema(path: Path, key: StoreKey, *, desk: DeskIdentity, now: datetime) -> None:
    """Make a new store with its tables and its identity, whole or not at all.

    Raises:
        UnreachableError: there is a store already (code "store_exists"), the disk is full.
    """
    if path.exists():
        raise UnreachableError(
            "There is already a desk in this folder.",
            what_to_do="Open it, or name another folder with --profile.",
            code="store_exists",
        )
    draft = path.with_name(path.name + ".new")
    engine = migration_engine(draft, key)
    with told_in_words(), files_told_in_words():
        for leftover in (draft, *_companions(draft)):
            leftover.unlink(missing_ok=True)  # a creation that never finished; it held no person
        draft.touch(mode=0o600)
        try:
            with engine.connect() as connection, connection.begin():
                run_alembic(connection)
                _set_version(connection, STORE_VERSION)
                with Session(connection) as session:
                    save_identity(session, desk, now=now)
                    session.flush()
        finally:
            engine.dispose()
        draft.replace(path)


def migrate_if_older(
    path: Path,
    key: StoreKey,
    *,
    clock: Clock,
    may_write: bool = True,
    steps: Steps = run_alembic,
    version: int = STORE_VERSION,
) -> Path | None:
    """Bring an older store up to date; return the copy that was made, None when there was no need.

    Args:
        path: the store's file; the caller holds its writer lock.
        key: its key.
        clock: names the copy.
        may_write: False when the store is opened to look only.
        steps: runs the migrations.
        version: the version they lead to.

    Raises:
        UnreachableError: "store_newer", "store_older" (and it may not write),
            "migration_failed" (the store is as it was before), "disk_full".
    """
    found = stored_version(path, key)
    refuse_newer(found, version)
    if found == version:
        return None
    if not may_write:
        raise UnreachableError(
            "This desk's store is of an older version.",
            what_to_do="Open the desk once to bring it up to date.",
            code="store_older",
        )
    copy = _copy_of(path, key, found=found, at=clock.now())
    try:
        _migrate(path, key, steps=steps, version=version)
    except Exception as error:
        _put_back(copy, path)
        if isinstance(error, D2AError) and not isinstance(error, BugError):
            raise
        raise UnreachableError(
            "This desk's store could not be brought up to date; it is as it was before.",
            what_to_do="Keep using the earlier version of this program and report this.",
            code="migration_failed",
        ) from error
    return copy


def _migrate(path: Path, key: StoreKey, *, steps: Steps, version: int) -> None:
    engine = migration_engine(path, key)
    try:
        with told_in_words(), engine.connect() as connection, connection.begin():
            before = _row_counts(connection)
            steps(connection)
            _check(connection, before)
            _set_version(connection, version)
    finally:
        engine.dispose()


def _check(connection: Connection, before: dict[str, int]) -> None:
    """Compare what a migration left with what it found, before anything is committed."""
    dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if dangling:
        raise BugError(f"the migration left {len(dangling)} rows without their parent")
    after = _row_counts(connection)
    lost = sorted(name for name, count in before.items() if name in after and after[name] < count)
    if lost:
        raise BugError(f"the migration lost rows of {', '.join(lost)}")


def _row_counts(connection: Connection) -> dict[str, int]:
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        " AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
        " AND name NOT LIKE 'search~_%' ESCAPE '~' AND name <> 'search'"
    ).scalars()
    return {
        name: int(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one())
        for name in list(names)
    }


def _set_version(connection: Connection, version: int) -> None:
    connection.exec_driver_sql(f"PRAGMA user_version = {version:d}")


def _copy_of(path: Path, key: StoreKey, *, found: int, at: datetime) -> Path:
    """Copy the file, after its write-ahead log has gone into it; the copy has the same key."""
    engine: Engine = migration_engine(path, key)
    try:
        with told_in_words(), engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        engine.dispose()
    folder = path.parent / BACKUP_FOLDER
    target = folder / f"store-v{found}-{at:%Y%m%dT%H%M%S%f}.db"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o600)
        with target.open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise UnreachableError(
            "There is no room for the copy that is made before an update.",
            what_to_do="Free some space and open the desk again; nothing was changed.",
            code="disk_full",
        ) from error
    return target


def forget_copies(path: Path) -> None:
    """Delete the copies that earlier migrations left: they hold what was purged since."""
    made_before = (path.parent / BACKUP_FOLDER).glob("store-v*.db")
    for copy in (*made_before, *path.parent.glob(f"{path.name}*{_FAILED}")):
        copy.unlink(missing_ok=True)


def _put_back(copy: Path, path: Path) -> None:
    """Put the copy in the store's place; what the failed migration left is kept beside it."""
    for leftover in (*_companions(path), path):
        if leftover.exists():
            leftover.replace(leftover.with_name(leftover.name + _FAILED))
    draft = path.with_name(path.name + ".restored")
    shutil.copyfile(copy, draft)
    draft.chmod(0o600)
    draft.replace(path)


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")
