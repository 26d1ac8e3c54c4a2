"""The single-writer lock of a store: one process may write, the operating system frees it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from d2a_desktop.local_db.store_errors import folder_failed, store_locked

LOCK_FILE_NAME = "store.lock"


class WriterLock:
    """Holds an exclusive lock on `store.lock` of a profile until released or the process ends."""

    def __init__(self, profile_dir: Path) -> None:
        self._path = profile_dir / LOCK_FILE_NAME
        self._handle: int | None = None

    def acquire(self) -> None:
        """Take the lock without waiting.

        Raises:
            UnreachableError: another process, or another store object, holds it
                (code "store_locked"), or the folder may not be written.
        """
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise folder_failed(error) from error
        try:
            _lock(handle)
        except OSError:
            os.close(handle)
            raise store_locked() from None
        self._handle = handle

    def release(self) -> None:
        """Free the lock; the file stays, for removing it would race with another's lock."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
