"""Writes a finished pack to a file or a stream: whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from d2a_desktop.core.errors import UnreachableError


def write_whole(data: bytes, target: BinaryIO | Path) -> None:
    """Write `data` to `target`; a file that stood there is replaced only by a complete one.

    Raises:
        UnreachableError: the place cannot be written to or its disk is full; nothing is changed.
    """
    try:
        if isinstance(target, Path):
            _replace(data, target)
        else:
            target.write(data)
    except OSError as error:
        raise _unreachable(error) from error


def _replace(data: bytes, target: Path) -> None:
    # mkstemp gives 0600: a pack is about one person, and nobody else on the computer.
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".pack-", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _unreachable(error: OSError) -> UnreachableError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return UnreachableError(
            "The pack was not written: the disk is full.",
            what_to_do="Free some space or choose another place, then make the pack again.",
            code="disk_full",
        )
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return UnreachableError(
            "The pack was not written: that folder does not exist.",
            what_to_do="Choose a folder that exists.",
            code="no_folder",
        )
    if error.errno == errno.EISDIR or isinstance(error, IsADirectoryError):
        return UnreachableError(
            "The pack was not written: a folder of that name stands there.",
            what_to_do="Name a file.",
            code="is_folder",
        )
    return UnreachableError(
        "The pack was not written: that place cannot be written to.",
        what_to_do="Close the file if it is open elsewhere, or choose another place.",
        code="unwritable",
    )
