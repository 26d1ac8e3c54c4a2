"""Changing the key of a store so that a computer that stops in between still opens it."""

from __future__ import annotations

from pathlib import Path

from sqlcipher3 import dbapi2

from d2a_desktop.local_db.engine import STORE_FILE_NAME, apply_key, first_fitting_key
from d2a_desktop.local_db.file_lock import WriterLock
from d2a_desktop.local_db.store_errors import told_in_words
from d2a_desktop.security.keys import KeyFile, StoreKey, new_store_key


def rotate_store_key(
    profile_dir: Path, *, login: str, passphrase: str
) -> tuple[StoreKey, tuple[str, ...]]:
    """Put a closed store under a new key; return it and who must be enrolled again.

    The key file holds both keys while the store is rewritten, so whichever it is under opens
    it. The caller renews the keyring's entry.

    Raises:
        UnreachableError: wrong passphrase, the store is open elsewhere, no room on the disk.
    """
    key_file, path = KeyFile(profile_dir), profile_dir / STORE_FILE_NAME
    lock = WriterLock(profile_dir)
    lock.acquire()
    try:
        settle_rotation(profile_dir, login=login, passphrase=passphrase)
        current = key_file.unlock(login, passphrase=passphrase)[0]
        new_key = new_store_key()
        key_file.begin_rotation(login, passphrase=passphrase, new_key=new_key)
        with told_in_words():
            _rewrite(path, current, new_key)
        return new_key, key_file.finish_rotation(login)
    finally:
        lock.release()


def settle_rotation(profile_dir: Path, *, login: str, passphrase: str) -> None:
    """Finish or drop a change of key that was interrupted; nothing to do is fine.

    Raises:
        UnreachableError: wrong passphrase, or neither key opens the store.
    """
    key_file = KeyFile(profile_dir)
    keys = key_file.unlock(login, passphrase=passphrase)
    if len(keys) == 1:
        return
    if first_fitting_key(profile_dir / STORE_FILE_NAME, keys) == keys[0]:
        key_file.abandon_rotation(login)
    else:
        key_file.finish_rotation(login)


def _rewrite(path: Path, current: StoreKey, new_key: StoreKey) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None, timeout=10)
    try:
        apply_key(connection, current)
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        connection.execute(f"PRAGMA rekey=\"x'{new_key.hex}'\"").fetchall()
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
    finally:
        connection.close()
