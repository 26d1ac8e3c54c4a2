"""What the driver says when a store cannot be opened or written, told in words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, StatementError
from sqlcipher3 import dbapi2

from d2a_desktop.core.errors import BugError, D2AError, UnreachableError

_KEY_OR_DAMAGE = ("file is not a database", "file is encrypted")
_DAMAGE = ("malformed", "disk i/o error", "vtable constructor failed", "corrupt")
_NO_FILE = ("unable to open database file",)


@contextmanager
def told_in_words() -> Iterator[None]:
    """Turn the driver's errors into known errors; what remains is a bug and passes as it is.

    Raises:
        UnreachableError: "disk_full", "wrong_key", "store_damaged", "store_busy",
            "store_read_only" or "no_store".
        BugError: a required field is missing, or a value has the wrong type.
    """
    try:
        yield
    except StatementError as error:
        # SQLAlchemy wraps what a column type raised; ours are already in words.
        if isinstance(error.orig, D2AError):
            raise error.orig from error
        if not isinstance(error, DBAPIError) or error.orig is None:
            raise
        known = in_words(error.orig)
        if known is None:
            raise
        raise known from error
    except dbapi2.Error as error:
        known = in_words(error)
        if known is None:
            raise
        raise known from error


@contextmanager
def files_told_in_words() -> Iterator[None]:
    """Turn the operating system's errors about files into known errors.

    Raises:
        UnreachableError: "disk_full" or "folder_unwritable".
    """
    try:
        yield
    except OSError as error:
        raise folder_failed(error) from error


def in_words(error: BaseException) -> D2AError | None:
    """Return the error to raise for a driver's error, or None when it is not a known one.

    The driver's own text is not repeated: it may carry values.
    """
    said = str(error).lower()
    if "database or disk is full" in said:
        return disk_full()
    if any(words in said for words in _KEY_OR_DAMAGE):
        return wrong_key()
    if any(words in said for words in _DAMAGE):
        return damaged_store()
    if any(words in said for words in _NO_FILE):
        return no_store()
    if "readonly database" in said:
        return read_only()
    if "locked" in said or "busy" in said:
        return UnreachableError(
            "This desk's store is busy.",
            what_to_do="Wait a moment and try again; nothing was changed.",
            code="store_busy",
        )
    if isinstance(error, dbapi2.IntegrityError):
        # "NOT NULL constraint failed: spell.ward" names a column, never a value.
        return BugError(f"a row does not fit its table: {error}")
    return None


def disk_full() -> UnreachableError:
    """Return the error for a disk without room."""
    return UnreachableError(
        "There is no room left on this computer's disk.",
        what_to_do="Free some space and try again; nothing was half saved.",
        code="disk_full",
    )


def folder_failed(error: OSError) -> UnreachableError:
    """Return the error for a file or folder that the operating system refuses."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full()
    return UnreachableError(
        "A file of this desk could not be read or written.",
        what_to_do="Check that its folder is there and that you may read and write it.",
        code="folder_unwritable",
    )


def wrong_key() -> UnreachableError:
    """Return the error for a file that this key does not open."""
    return UnreachableError(
        "This desk's store does not open with this key, or the file is not a store.",
        what_to_do="Unlock with your passphrase, or restore a backup. The file was left as it is. "
        "If the key is the right one the file is damaged: `d2a desk rebuild`.",
        code="wrong_key",
    )


def damaged_store() -> UnreachableError:
    """Return the error for a file that opens but cannot be read through."""
    return UnreachableError(
        "This desk's store is damaged, or its disk fails.",
        what_to_do="The file was left as it is. `d2a desk rebuild` sets it aside and builds the "
        "desk anew from the shared database, with the unsent work that can still be read.",
        code="store_damaged",
    )


def no_store() -> UnreachableError:
    """Return the error for a profile without a store."""
    return UnreachableError(
        "There is no desk in this folder.",
        what_to_do="Make one with `d2a desk init`, or name another folder with --profile.",
        code="no_store",
    )


def read_only() -> UnreachableError:
    """Return the error for a write to a store that was opened to look only."""
    return UnreachableError(
        "This desk was opened to look only; nothing was changed.",
        what_to_do="Close the other window of this desk and open it again.",
        code="store_read_only",
    )


def store_locked() -> UnreachableError:
    """Return the error for a second writer."""
    return UnreachableError(
        "This desk is already open in another window or command.",
        what_to_do="Close it there first, or open this one to look only.",
        code="store_locked",
    )


def store_newer(found: int, known: int) -> UnreachableError:
    """Return the error for a store of a later version of this program."""
    return UnreachableError(
        f"This desk's store is of a newer version (store {found}, this program {known}).",
        what_to_do="Update this program; the store was not touched.",
        code="store_newer",
    )
