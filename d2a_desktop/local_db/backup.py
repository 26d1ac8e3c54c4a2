"""Backup of a desk into one file sealed with a passphrase, and its restore into a new store.

The file is a line of magic, a line of JSON and an encrypted copy of the store under a key of its
own; the JSON holds that key sealed by the passphrase, bound to the copy's SHA-256.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import InputFileError, UnreachableError
from d2a_desktop.core.ids import new_id
from d2a_desktop.local_db.desk_identity import (
    DeskIdentity,
    load_identity,
    save_identity,
    with_new_client,
)
from d2a_desktop.local_db.engine import (
    STORE_FILE_NAME,
    STORE_VERSION,
    apply_key,
    refuse_newer,
    writer_engine,
)
from d2a_desktop.local_db.file_lock import WriterLock
from d2a_desktop.local_db.migrate import migrate_if_older
from d2a_desktop.local_db.store_errors import files_told_in_words, told_in_words
from d2a_desktop.models.base import instant_text
from d2a_desktop.models.sync_state import SyncState
from d2a_desktop.security.keys import StoreKey, new_store_key
from d2a_desktop.security.sealing import Sealed, seal, unseal

_MAGIC = b"D2A-DESKTOP-BACKUP 1\n"
_LONGEST_HEADER = 64 * 1024

# What sync keeps about its last hello (`sync/engine.py`): a new client must not repeat the old
# one's nonces, but it must notice when the shared database began a new epoch since.
_SESSION_STATE = "session"


@dataclass(frozen=True)
class BackupDone:
    """What a backup holds."""

    path: Path
    size: int
    made_at: datetime


def make_backup(
    profile_dir: Path, key: StoreKey, target: Path, *, passphrase: str, clock: Clock
) -> BackupDone:
    """Write a sealed copy of a desk's store; the desk may be open meanwhile.

    Raises:
        UnreachableError: the store does not open, no room ("disk_full"), the target cannot be
            written ("folder_unwritable"), an empty passphrase.
    """
    copy_key, made_at = new_store_key(), clock.now()
    copy = target.with_name(target.name + ".copy")
    draft = target.with_name(target.name + ".new")
    with files_told_in_words():
        try:
            copy.unlink(missing_ok=True)
            _export(profile_dir / STORE_FILE_NAME, key, copy, copy_key)
            _write(draft, copy, copy_key, passphrase=passphrase, made_at=made_at)
            draft.replace(target)
        finally:
            copy.unlink(missing_ok=True)
            draft.unlink(missing_ok=True)
    return BackupDone(target, target.stat().st_size, made_at)


def restore_backup(
    source: Path, profile_dir: Path, key: StoreKey, *, passphrase: str, clock: Clock
) -> DeskIdentity:
    """Make a store from a backup, under a new key and as a new client; return its identity.

    The store stays locked until it has said hello to the shared database and purged what was
    withdrawn since (DECISIONS, "People on shared PCs").

    Raises:
        InputFileError: the file is not a backup, or is damaged (code "not_a_backup").
        UnreachableError: "wrong_passphrase", "store_exists", "store_newer", "disk_full".
    """
    store = profile_dir / STORE_FILE_NAME
    if store.exists():
        raise UnreachableError(
            "There is already a desk in this folder.",
            what_to_do="Restore into an empty folder; nothing was changed.",
            code="store_exists",
        )
    with files_told_in_words():
        profile_dir.mkdir(parents=True, exist_ok=True)
    copy = store.with_name(store.name + ".copy")
    draft = store.with_name(store.name + ".new")
    lock = WriterLock(profile_dir)
    lock.acquire()
    try:
        with files_told_in_words():
            copy_key, version = _unpack(source, copy, passphrase=passphrase)
            refuse_newer(version)
            draft.unlink(missing_ok=True)
            _export(copy, copy_key, draft, key)
            migrate_if_older(draft, key, clock=clock)
            desk = _renew(draft, key, clock=clock)
            draft.replace(store)
    finally:
        copy.unlink(missing_ok=True)
        draft.unlink(missing_ok=True)
        lock.release()
    return desk


def _renew(draft: Path, key: StoreKey, *, clock: Clock) -> DeskIdentity:
    engine = writer_engine(draft, key)
    try:
        with told_in_words(), Session(engine) as session:
            now = clock.now()
            desk = with_new_client(load_identity(session), new_id(now))
            save_identity(session, desk, now=now)
            row = session.get(SyncState, _SESSION_STATE)
            if row is not None and isinstance(row.value, dict):
                row.value = {"epoch": row.value.get("epoch")}
            session.commit()
    finally:
        engine.dispose()
    return desk


def _export(source: Path, key: StoreKey, target: Path, target_key: StoreKey) -> None:
    """Write a consistent copy of a store under another key."""
    with told_in_words():
        connection = dbapi2.connect(str(source), isolation_level=None, timeout=10)
        try:
            apply_key(connection, key)
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
            connection.execute(
                "ATTACH DATABASE ? AS copy KEY ?", (str(target), f"x'{target_key.hex}'")
            )
            connection.execute("SELECT sqlcipher_export('copy')").fetchall()
            version = int(connection.execute("PRAGMA main.user_version").fetchone()[0])
            connection.execute(f"PRAGMA copy.user_version = {version:d}")
            connection.execute("DETACH DATABASE copy")
        finally:
            connection.close()


def _write(
    draft: Path, copy: Path, copy_key: StoreKey, *, passphrase: str, made_at: datetime
) -> None:
    with copy.open("rb") as body:
        digest = file_digest(body, "sha256").hexdigest()
    header: dict[str, Any] = {
        "made_at": instant_text(made_at),
        "store_version": STORE_VERSION,
        "sha256": digest,
    }
    sealed = seal(bytes.fromhex(copy_key.hex), passphrase=passphrase, context=_context(header))
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, copy.open("rb") as body:
        file.write(_MAGIC)
        file.write(json.dumps(header | {"key": sealed.to_json()}).encode() + b"\n")
        shutil.copyfileobj(body, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())


def _unpack(source: Path, copy: Path, *, passphrase: str) -> tuple[StoreKey, int]:
    """Write the encrypted copy out of a backup; return its key and its store version."""
    try:
        file = source.open("rb")
    except OSError as error:
        raise UnreachableError(
            "This backup cannot be opened.", what_to_do="Check its place.", code="no_backup"
        ) from error
    with file:
        header = _header(file)
        secret = unseal(
            Sealed.from_json(header["key"]), passphrase=passphrase, context=_context(header)
        )
        handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as body:
            shutil.copyfileobj(file, body, 1 << 20)
    with copy.open("rb") as body:
        if file_digest(body, "sha256").hexdigest() != header["sha256"]:
            raise _not_a_backup()
    return StoreKey(secret.hex()), int(header["store_version"])


def _header(file: IO[bytes]) -> dict[str, Any]:
    if file.read(len(_MAGIC)) != _MAGIC:
        raise _not_a_backup()
    try:
        header = json.loads(file.readline(_LONGEST_HEADER))
        if not isinstance(header["store_version"], int) or not isinstance(header["key"], dict):
            raise _not_a_backup()
        _context(header)
    except (ValueError, KeyError, TypeError) as error:
        raise _not_a_backup() from error
    return dict(header)


def _context(header: dict[str, Any]) -> str:
    """Bind the sealed key to everything else in the header, and so to the copy's bytes."""
    return f"d2a-desktop backup {header['made_at']} {header['store_version']} {header['sha256']}"


def _not_a_backup() -> InputFileError:
    return InputFileError(
        "This file is not a backup of a desk, or it is damaged.",
        what_to_do="Choose another file; nothing was changed.",
        code="not_a_backup",
    )
