"""The text of a CSV file: its encoding and delimiter, and its records with the lines of each."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO

from d2a_desktop.core.errors import InputFileError, UnreachableError
from d2a_desktop.interop.pas_columns import known_headings

MAX_BYTES = 64 * 1024 * 1024
MAX_RECORD = 65_536
"""Characters of one record; a longer one is a file gone wrong."""
MAX_SPAN = 40
"""Lines that one quoted value may run over before its quotation mark counts as never closed."""
DELIMITERS = (",", ";", "\t")

_CHUNK = 1024 * 1024
_SAMPLE = 65_536
_AS_CSV = "Save the extract as CSV UTF-8 and import that."
_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH = re.compile(rb"[\x80-\xff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SEP_LINE = re.compile(r"\"?sep=([,;\t])\"?\s*", re.IGNORECASE)
_FOREIGN = (
    (b"PK\x03\x04", "The file is an Excel workbook or a zip archive, not CSV."),
    (b"\xd0\xcf\x11\xe0", "The file is an old Excel workbook, not CSV."),
    (b"%PDF", "The file is a PDF, not CSV."),
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass over the bytes of a file found."""

    encoding: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the line of the file on which it begins (the first is 1), and its cells.

    With a `problem` the cells are the raw line divided at its delimiters.
    """

    line: int
    cells: list[str]
    problem: str = ""

    @property
    def blank(self) -> bool:
        """Whether no cell says anything."""
        return not any(cell.strip(" \t\u00a0\x1a") for cell in self.cells)


@contextmanager
def opened(source: Path | str | bytes) -> Iterator[BinaryIO]:
    """Open a file, or bytes already read, for several passes.

    Raises:
        UnreachableError: there is no such file, or it may not be read.
    """
    try:
        if isinstance(source, bytes):
            yield io.BytesIO(source)
            return
        with Path(source).open("rb") as stream:
            # A pipe can be read once only.
            yield stream if stream.seekable() else io.BytesIO(stream.read(MAX_BYTES + 1))
    except OSError as error:
        raise UnreachableError(
            "The file cannot be opened or read.",
            what_to_do="Check that it is there, that it is a file, and that you may read it.",
            code="file_unreadable",
        ) from error


def survey(stream: BinaryIO) -> Survey:
    """Return encoding, SHA-256 and size of a file.

    Raises:
        InputFileError: it is empty, too large or not text.
    """
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise InputFileError(
                f"The file is larger than {MAX_BYTES // 1024 // 1024} MB.",
                what_to_do="An extract holds the people in hospital now; check what was exported.",
                code="too_large",
            )
    if size == 0:
        raise empty_file()
    encoding = _encoding(stream)
    sample = next(_decoded(stream, encoding))[:_SAMPLE]
    if len(_CONTROL.findall(sample)) * 10 > len(sample):
        raise _not_text("The file is not text, or is UTF-16 without its byte order mark.")
    return Survey(encoding, digest.hexdigest(), size)


def empty_file() -> InputFileError:
    """Return the refusal of a file in which there is nothing to import."""
    return InputFileError(
        "The file is empty: it has no rows.",
        what_to_do="Run the extract again; nobody is taken as discharged by an empty file.",
        code="empty",
    )


def _not_text(message: str) -> InputFileError:
    return InputFileError(message, what_to_do=_AS_CSV, code="not_text")


def _encoding(stream: BinaryIO) -> str:
    stream.seek(0)
    start = stream.read(4)
    for magic, words in _FOREIGN:
        if start.startswith(magic):
            raise _not_text(words)
    if start.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8", "cp1252"]
    for encoding in candidates:
        if encoding == "cp1252" and _mostly_utf8(stream):
            raise _not_text("The file mixes UTF-8 with another encoding, so names would be wrong.")
        if _decodes(stream, encoding):
            return encoding
    raise _not_text("The file is not text in UTF-8, UTF-16 or Windows-1252.")


def _decoded(stream: BinaryIO, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _decodes(stream: BinaryIO, encoding: str) -> bool:
    try:
        for _ in _decoded(stream, encoding):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(stream: BinaryIO) -> bool:
    """Tell whether bytes that are not UTF-8 as a whole are so but for a few.

    Read as cp1252 they would turn every accented name into nonsense without a word.
    """
    sequences = strays = 0
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        rest, count = _SEQUENCE.subn(b"", chunk)
        sequences += count
        strays += len(_HIGH.findall(rest))
    return sequences > strays


class Records:
    """The records of a text, one by one, each with the line it begins on.

    A quoted value may hold delimiters, doubled quotation marks and line breaks. A mark that is
    not closed spoils its own line only: reading goes on with the next one.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, *, first_line: int = 1) -> None:
        self._lines = lines
        self._given_back: deque[str] = deque()
        self._line = first_line - 1
        self._delimiter = delimiter
        mark = re.escape(delimiter)
        # No possessive quantifiers: Python 3.11 before 3.11.5 matches them wrongly around groups.
        # Nothing here can be matched in two ways, so going back costs no more than going on.
        quoted = r' *"[^"]*(?:""[^"]*)*'
        cell = rf'(?:{quoted}" *|(?! *")[^{mark}\r\n]*)'
        self._whole = re.compile(rf"{cell}(?:{mark}{cell})*")
        self._open = re.compile(rf"(?:{cell}{mark})*{quoted}")
        self._cell = re.compile(rf'(?: *"([^"]*(?:""[^"]*)*)" *|([^{mark}]*)){mark}')

    def __iter__(self) -> Iterator[Record]:
        """Return itself: records can be read once."""
        return self

    def __next__(self) -> Record:
        """Return the next record, blank ones included."""
        first = self._take()
        if first is None:
            raise StopIteration
        start = self._line
        if len(first) > MAX_RECORD:
            return Record(start, [], "is a line far too long to be a row")
        if '"' not in first:
            return Record(start, _body(first).split(self._delimiter))
        return self._quoted(first, start)

    def _quoted(self, first: str, start: int) -> Record:
        text, taken = first, [first]
        while not self._whole.fullmatch(_body(text)):
            if not self._open.fullmatch(_body(text)):
                return self._spoilt(start, taken, "has text after a closing quotation mark")
            following = self._until_mark(taken, len(text))
            if following is None:
                return self._spoilt(start, taken, "opens a quotation mark that is never closed")
            text += following
        return Record(start, self._cells(_body(text)))

    def _spoilt(self, start: int, taken: list[str], problem: str) -> Record:
        """Give back all lines but the first, and return that one as it stands."""
        self._given_back.extendleft(reversed(taken[1:]))
        self._line = start
        return Record(start, _body(taken[0]).split(self._delimiter), problem)

    def _until_mark(self, taken: list[str], length: int) -> str | None:
        """Return the lines up to one with a quotation mark; `taken` gets each of them."""
        found: list[str] = []
        while len(taken) < MAX_SPAN and length <= MAX_RECORD:
            line = self._take()
            if line is None:
                return None
            taken.append(line)
            found.append(line)
            length += len(line)
            if '"' in line:
                return "".join(found)
        return None

    def _cells(self, body: str) -> list[str]:
        found = self._cell.findall(body + self._delimiter)
        return [quoted.replace('""', '"') if quoted else plain for quoted, plain in found]

    def _take(self) -> str | None:
        line = self._given_back.popleft() if self._given_back else next(self._lines, None)
        if line is not None:
            self._line += 1
        return line


def _body(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def physical_lines(text: TextIO) -> Iterator[str]:
    """Return the lines of a text opened with `newline=""`, their ends included.

    Of a line longer than any row the beginning is kept, so that memory stays bounded.
    """
    while line := text.readline(MAX_RECORD + 1):
        if len(line) > MAX_RECORD:
            tail = line
            while tail and not tail.endswith(("\n", "\r")):
                tail = text.readline(MAX_RECORD)
        yield line


def open_records(text: TextIO) -> tuple[Record, str, Records]:
    """Return the header record, the delimiter, and the records that follow.

    The delimiter is the one that divides the first line into most known headings.

    Raises:
        InputFileError: there is no line with anything in it.
    """
    lines = physical_lines(text)
    head = list(islice(lines, MAX_SPAN))
    skipped, delimiters = 0, list(DELIMITERS)
    if head and (match := _SEP_LINE.fullmatch(head[0])):
        skipped, delimiters = 1, [match[1]]
    trials = []
    for delimiter in delimiters:
        reader = Records(iter(head[skipped:]), delimiter, first_line=skipped + 1)
        found = next((record for record in reader if not record.blank), None)
        if found is None:
            raise empty_file()
        trials.append((known_headings(found.cells), found, delimiter))
    _, _, best = max(trials, key=lambda trial: trial[0])
    records = Records(chain(head[skipped:], lines), best, first_line=skipped + 1)
    header = next(record for record in records if not record.blank)
    return header, best, records
