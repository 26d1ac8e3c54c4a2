"""CSV written for spreadsheets and for our own import: no cell can act as a formula."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

from d2a_desktop.core.clock import LONDON
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.interop.cells import neutralise
from d2a_desktop.interop.pas_columns import COLUMNS, REFUSED_BECAUSE, fold
from d2a_desktop.interop.records import PasRow
from d2a_desktop.interop.report import RefusedRow

ENCODING = "utf-8-sig"
"""UTF-8 with its mark, without which Excel reads accented names as cp1252."""


def cell_text(value: object) -> str:
    """Return a value as it is written into a cell; None is blank.

    A day is `2026-11-22`; an instant (aware) is the Europe/London wall time `2026-11-22T13:10:00`,
    with its offset in the hour that exists twice, so that it reads back as the same instant.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(LONDON)
        twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
        text = local.isoformat(timespec="seconds")
        return text if twice else text[:19]
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def write_rows(
    stream: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str = ","
) -> None:
    """Write a header and rows of values; every cell is kept from acting as a formula."""
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([neutralise(name) for name in header])
    for row in rows:
        writer.writerow([neutralise(cell_text(value)) for value in row])


def csv_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    delimiter: str = ",",
    encoding: str = ENCODING,
) -> bytes:
    """Return a CSV file as bytes."""
    stream = io.StringIO(newline="")
    write_rows(stream, header, rows, delimiter=delimiter)
    return stream.getvalue().encode(encoding)


def pas_rows_csv(rows: Iterable[PasRow], *, columns: Sequence[str] = tuple(COLUMNS)) -> bytes:
    """Return rows as a PAS extract that `read_pas_csv` reads back as the same rows.

    A column given as a day alone is written as a day alone.
    """
    return csv_bytes(columns, ([_pas_value(row, name) for name in columns] for row in rows))


def refused_rows_csv(header: Sequence[str], refused: Iterable[RefusedRow]) -> bytes:
    """Return the refused rows as the file had them, with the column `refused_because`.

    Mended, the file can be imported again as it is: the column is ignored.
    """
    kept = [place for place, name in enumerate(header) if fold(name) != fold(REFUSED_BECAUSE)]
    names = [header[place] for place in kept]
    beyond = len(header)

    def cells(row: RefusedRow) -> list[str]:
        own = [row.cells[place] if place < len(row.cells) else "" for place in kept]
        because = f"Line {row.refusal.line}. {row.refusal.because}"
        # Cells beyond the header are kept, after the reason, for whoever mends the row.
        return [*own, because, *row.cells[beyond:]]

    return csv_bytes([*names, REFUSED_BECAUSE], (cells(row) for row in refused))


def write_file(path: Path, content: bytes) -> None:
    """Write a whole file or nothing; on POSIX only this user may read it.

    Raises:
        UnreachableError: it cannot be written there.
    """
    temporary: Path | None = None
    try:
        # mkstemp makes it 0600: these rows are of patients.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".d2a-", suffix=".part")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        raise UnreachableError(
            "The file cannot be written there.",
            what_to_do="Choose another place, or make room on the disk.",
            code="file_unwritable",
        ) from error


def _pas_value(row: PasRow, column: str) -> object:
    value: object = getattr(row, column)
    if column in row.date_only and isinstance(value, datetime):
        return value.astimezone(LONDON).date()
    return value
