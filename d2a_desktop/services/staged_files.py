"""Files of packs that appear whole, after their record, and never stay behind half done."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.ids import new_reference
from d2a_desktop.packs.output import write_whole


class Paper(Protocol):
    """Where a finished pack goes before its record is written."""

    def write(self, data: bytes, html: Callable[[], str] | None = None) -> None:
        """Take the PDF, and what makes its copy as HTML."""
        ...


class PaperInMemory:
    """Holds a pack for the screen or the spooler; nothing of it touches the disk."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes, html: Callable[[], str] | None = None) -> None:
        """Keep the PDF; a printer has no use for the HTML copy."""
        self.data = data


class StagedFile:
    """A file made beside its place while its record is written, and put in place after that.

    So a file without a record cannot be; what fails before the record leaves neither. The HTML
    copy goes the same way, beside the PDF.

    Args:
        out: the PDF's place.
        notes: folder of this desk where a file under way is noted, so that one left by a crash
            is removed when the desk opens again (`clear_unfinished`).
    """

    def __init__(self, out: Path, *, notes: Path | None = None) -> None:
        self._out = out
        word = new_reference("pack")
        self._part = out.with_name(f".{word}.part")
        self._note = notes / word if notes is not None else None
        self._parts: list[tuple[Path, Path]] = []

    def __enter__(self) -> Self:
        if self._out.is_dir():
            raise UnreachableError(
                "The pack was not written: a folder of that name stands there.",
                what_to_do="Name a file.",
                code="is_folder",
            )
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            self._drop()

    def write(self, data: bytes, html: Callable[[], str] | None = None) -> None:
        """Write the file beside its place.

        Raises:
            UnreachableError: there is no such folder, the disk is full, or writing is refused.
        """
        copy = self._part.with_suffix(".html.part")
        if self._note is not None:
            _write_note(self._note, (self._part, copy))
        self._parts.append((self._part, self._out))
        write_whole(data, self._part)
        if html is not None:
            self._parts.append((copy, self._out.with_suffix(".html")))
            write_whole(html().encode("utf-8"), copy)

    def put_in_place(self) -> None:
        """Move the file, and its copy, to their places.

        Raises:
            UnreachableError: it cannot be; the record says printed, so it is printed again.
        """
        try:
            for part, out in self._parts:
                part.replace(out)
        except OSError as error:
            self._drop()
            raise UnreachableError(
                "The pack could not be put in its place; the record of the print stays.",
                what_to_do="Close the file if it is open elsewhere, then print again.",
                code="unwritable",
            ) from error
        self._forget()

    def _drop(self) -> None:
        for part, _ in self._parts:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        self._forget()

    def _forget(self) -> None:
        if self._note is not None:
            with contextlib.suppress(OSError):
                self._note.unlink(missing_ok=True)


def clear_unfinished(notes: Path) -> int:
    """Remove what a crash left of packs under way; return how many files went.

    Called when a desk opens: it alone writes here, so nothing is under way.
    """
    removed = 0
    if not notes.is_dir():
        return removed
    for note in notes.iterdir():
        with contextlib.suppress(OSError):
            for line in note.read_text(encoding="utf-8").splitlines():
                part = Path(line)
                # Only names of ours: a note that somebody changed must not remove other files.
                if part.name.startswith(".pack-") and part.suffix == ".part" and part.is_file():
                    part.unlink()
                    removed += 1
            note.unlink()
    return removed


def _write_note(note: Path, parts: tuple[Path, ...]) -> None:
    try:
        note.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write("\n".join(str(part.absolute()) for part in parts))
    except OSError as error:
        raise UnreachableError(
            "The pack was not written: the desk's folder cannot be written to.",
            what_to_do="Check the disk's free space and the right to write to the desk's folder.",
            code="profile_unwritable",
        ) from error
