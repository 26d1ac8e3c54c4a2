"""A PAS extract in CSV read whole: its rows, its refusals, and what it says about itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TextIO

from d2a_desktop.core.errors import InputFileError
from d2a_desktop.core.giving_way import give_way
from d2a_desktop.interop.csv_text import Record, empty_file, open_records, opened, survey
from d2a_desktop.interop.pas_columns import HeaderMap, map_header
from d2a_desktop.interop.pas_rows import read_row
from d2a_desktop.interop.records import Flag, PasRow
from d2a_desktop.interop.report import ImportCancelledError, Refusal, RefusedRow

PROGRESS_EVERY = 200
"""Rows between two looks at `cancelled` and two calls of `on_progress`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasFile:
    """What a file holds: rows that may go in, rows refused, and the file's own particulars.

    `repeated` counts rows that say the same as an earlier row of their spell; they are unchanged.
    `header` is to be kept as the site's saved header. `mended` marks a file of refused rows come
    back: it is no whole extract, so a spell that it lacks is not missing from anything.
    """

    rows: tuple[PasRow, ...]
    refused: tuple[RefusedRow, ...]
    repeated: int
    header: tuple[str, ...]
    extra_columns: tuple[str, ...]
    sites: tuple[str, ...]
    sha256: str
    encoding: str
    delimiter: str
    mended: bool

    @property
    def flags(self) -> tuple[Flag, ...]:
        """All flags of the rows that go in, in the order of the file."""
        return tuple(flag for row in self.rows for flag in row.flags)


def read_pas_csv(
    source: Path | str | bytes,
    *,
    now: datetime,
    saved_header: Sequence[str] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> PasFile:
    """Read a PAS extract (PRODUCT section 6); the file is not changed and nothing is stored.

    `now` is an aware instant. `saved_header` is the header of the site's last agreed extract.
    `on_progress` is told the bytes read and the bytes in all.

    Raises:
        InputFileError: the file is refused whole; `code` is empty, too_large, not_text,
            no_header, missing_column, repeated_column or header_changed.
        ImportCancelledError: `cancelled` returned true.
        UnreachableError: the file cannot be opened.
    """
    if now.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    with opened(source) as stream:
        found = survey(stream)
        with _text(stream, found.encoding) as text:
            header_record, delimiter, records = open_records(text)
            if header_record.problem:
                raise InputFileError(
                    f"The file has no header: its first line {header_record.problem}.",
                    what_to_do="Export the extract again, with its column names first.",
                    code="no_header",
                )
            header = map_header(header_record.cells, saved=saved_header)
            sorted_out = _Sorting(header, now)
            for count, record in enumerate(records):
                give_way()
                if count % PROGRESS_EVERY == 0:
                    _pause(stream, found.size, on_progress, cancelled)
                sorted_out.add(record)
    if on_progress is not None:
        on_progress(found.size, found.size)
    if not sorted_out.rows and not sorted_out.refused:
        raise empty_file()
    return PasFile(
        rows=tuple(sorted_out.rows),
        refused=tuple(sorted_out.refused),
        repeated=sorted_out.repeated,
        header=header.header,
        extra_columns=header.extra,
        sites=tuple(sorted({row.site for row in sorted_out.rows})),
        sha256=found.sha256,
        encoding=found.encoding,
        delimiter=delimiter,
        mended=header.mended,
    )


@dataclass(slots=True)
class _Sorting:
    """Rows on one side, refusals on the other; knows every spell that it has seen."""

    header: HeaderMap
    now: datetime
    rows: list[PasRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    repeated: int = 0
    _seen: dict[tuple[str, ...], PasRow] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """Take one record, blank ones aside."""
        if record.problem:
            self._refuse(record, Refusal(record.line, "", f"The row {record.problem}."))
            return
        if record.blank:
            return
        row = read_row(record.cells, self.header, line=record.line, now=self.now)
        if isinstance(row, Refusal):
            self._refuse(record, row)
            return
        earlier = self._same_spell(row)
        if earlier is None:
            self.rows.append(row)
            self._seen[row.key] = row
            if row.mrn:
                self._seen.setdefault(row.place_key, row)
        elif _content(earlier) == _content(row):
            self.repeated += 1
        else:
            words = f"The row of line {earlier.line} has the same spell with other content."
            column = "spell" if row.spell else "mrn"
            self._refuse(record, Refusal(row.line, column, words))

    def _same_spell(self, row: PasRow) -> PasRow | None:
        if earlier := self._seen.get(row.key):
            return earlier
        # A row with and one without a spell number may be the same admission; two that each
        # have their own are not.
        earlier = self._seen.get(row.place_key) if row.mrn else None
        return earlier if earlier is not None and not (earlier.spell and row.spell) else None

    def _refuse(self, record: Record, refusal: Refusal) -> None:
        self.refused.append(RefusedRow(refusal, tuple(record.cells)))


def _content(row: PasRow) -> tuple[dict[str, object], frozenset[str]]:
    return row.values(), row.date_only


@contextmanager
def _text(stream: BinaryIO, encoding: str) -> Iterator[TextIO]:
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        yield text
    except UnicodeDecodeError as error:
        raise InputFileError(
            "The file was changed while it was read.",
            what_to_do="Import it again when it is complete.",
            code="not_text",
        ) from error
    finally:
        text.detach()


def _pause(
    stream: BinaryIO,
    size: int,
    on_progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> None:
    if cancelled is not None and cancelled():
        raise ImportCancelledError
    if on_progress is not None:
        on_progress(min(stream.tell(), size), size)
