"""Reads Ordnance Survey's Code-Point Open: a zip with one CSV file for each postcode area.

Each row is postcode, positional quality, eastings, northings and six codes of areas; the files have
no header (`Doc/Code-Point_Open_Column_Headers.csv` names the columns).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from d2a_desktop.core.errors import InputFileError, UnreachableError

_COLUMNS = 10
_NO_PLACE = 90
_QUALITIES = frozenset({10, 20, 30, 40, 50, 60, _NO_PLACE})
# The National Grid in metres (squares SV to HP); a place outside it is no place.
_GRID = (700_000, 1_300_000)
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
_COPYRIGHT_YEAR = re.compile(rb"COPYRIGHT DATE:?\s*(\d{4})")
# Anything that unpacks to more is not a list of postcodes.
_LARGEST_FILE = 200 * 2**20


@dataclass(frozen=True, slots=True)
class PostcodePlace:
    """A postcode with its place on the National Grid in metres."""

    postcode: str
    outward: str
    easting: int
    northing: int


class CodePointOpen:
    """An open zip; closed by `with`.

    Raises:
        UnreachableError: it cannot be opened (exit 3).
        InputFileError: it is not a zip of this shape, or it is damaged (exit 1).
    """

    def __init__(self, file: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
        except OSError as error:
            raise UnreachableError(
                f"The file cannot be read ({error.strerror}).",
                what_to_do="Check its name. Nothing was changed.",
                code="no_file",
            ) from None
        except zipfile.BadZipFile:
            raise _wrong("This is not a zip file, or its end is missing.") from None
        self.files = sorted(
            (each for each in self._zip.infolist() if _is_list(each.filename)),
            key=lambda each: each.filename,
        )
        if not self.files:
            self._zip.close()
            raise _wrong("The zip has no Data/CSV/*.csv: it is not Code-Point Open.")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def copyright_year(self) -> int | None:
        """Return the year of the copyright from the product's own metadata, if it is there."""
        for each in self._zip.infolist():
            if PurePosixPath(each.filename).name.lower() != "metadata.txt":
                continue
            try:
                found = _COPYRIGHT_YEAR.search(self._zip.read(each)[:10_000])
            except (zipfile.BadZipFile, zlib.error, OSError):
                return None
            return int(found[1]) if found else None
        return None

    def rows(self, each: zipfile.ZipInfo) -> Iterator[PostcodePlace | None]:
        """Yield the rows of one file as a stream; None is a postcode whose place is not known."""
        name = PurePosixPath(each.filename).name
        if each.file_size > _LARGEST_FILE:
            raise _wrong(f"{name} is far too large for a list of postcodes.")
        try:
            with self._zip.open(each) as raw:
                text = io.TextIOWrapper(raw, encoding="ascii", newline="")
                for number, row in enumerate(csv.reader(text, strict=True), start=1):
                    yield _place(row, name, number)
        except UnicodeDecodeError:
            raise _wrong(f"{name} is not plain text.") from None
        except csv.Error:
            raise _wrong(f"{name} is not CSV.") from None
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise _wrong(f"The zip is damaged: {name} cannot be read whole.") from None
        except (NotImplementedError, RuntimeError):
            # What zipfile says of a compression it does not know, and of a password.
            raise _wrong(f"{name} is packed in a way that cannot be read (or encrypted).") from None


def _is_list(name: str) -> bool:
    path = PurePosixPath(name)
    folders = [part.lower() for part in path.parts[:-1]]
    return path.suffix.lower() == ".csv" and folders[-2:] == ["data", "csv"]


def _place(row: list[str], name: str, number: int) -> PostcodePlace | None:
    where = f"{name}, line {number}"
    if len(row) != _COLUMNS:
        raise _wrong(f"{where} has {len(row)} columns instead of {_COLUMNS}.")
    packed = _POSTCODE.fullmatch("".join(row[0].split()).upper())
    if packed is None:
        raise _wrong(f"{where} does not begin with a postcode.")
    try:
        quality, easting, northing = (int(cell) for cell in row[1:4])
    except ValueError:
        raise _wrong(f"{where}: quality, eastings and northings must be whole numbers.") from None
    if quality not in _QUALITIES:
        raise _wrong(f"{where}: {quality} is not a positional quality.")
    if quality == _NO_PLACE:
        return None
    if not (0 < easting < _GRID[0] and 0 < northing < _GRID[1]):
        raise _wrong(f"{where}: the place is outside the National Grid.")
    return PostcodePlace(f"{packed[1]} {packed[2]}", packed[1], easting, northing)


def _wrong(words: str) -> InputFileError:
    return InputFileError(
        words,
        what_to_do="Nothing was changed. Fetch the CSV zip of Code-Point Open from Ordnance"
        " Survey again, and give it as it is.",
        code="not_code_point_open",
    )
