"""Laws of the PAS import: round trip, idempotence, and no byte that breaks it."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.core.errors import InputFileError
from d2a_desktop.domain import code_lists
from d2a_desktop.domain.codes import Gender, NhsNumberStatus
from d2a_desktop.domain.person import check_digit
from d2a_desktop.interop.cells import clean, neutralise, restore
from d2a_desktop.interop.csv_export import pas_rows_csv, refused_rows_csv
from d2a_desktop.interop.csv_import import PasFile, read_pas_csv
from d2a_desktop.interop.csv_text import Records, physical_lines
from d2a_desktop.interop.pas_columns import COLUMNS, REQUIRED
from d2a_desktop.interop.records import PasRow, diff_row

NOW = datetime(2026, 11, 27, 16, 10, tzinfo=UTC)
HEADER = ",".join(COLUMNS).encode()

_PRINTABLE = st.characters(
    codec="utf-8", exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"]
).filter(lambda char: char != "\ufffd")
_ODD = st.sampled_from(["=SUM(A1)", "'=1", "+44", "-", "@x", "O'Neill", "''", 'a"b', "a, b;c"])


def _text(limit: int) -> st.SearchStrategy[str]:
    """Text as it is after cleaning: that is what a row holds."""
    drawn = st.one_of(_ODD, st.text(_PRINTABLE | st.just(" "), min_size=1, max_size=min(limit, 12)))
    return drawn.map(lambda text: clean(neutralise(text))).filter(
        lambda text: 0 < len(text) <= limit
    )


_FREE = ["forename", "title", "preferred_name", "address1", "phone", "consultant", "bed"]
_texts = st.dictionaries(st.sampled_from(_FREE), _text(30), max_size=4)


def _nhs_numbers() -> st.SearchStrategy[str]:
    nine = st.integers(999_000_000, 999_999_998).map(str)
    return nine.filter(lambda digits: check_digit(digits) is not None).map(
        lambda digits: f"{digits}{check_digit(digits)}"
    )


_instants = st.integers(0, 60 * 24 * 700).map(
    lambda minutes: datetime(2024, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@st.composite
def _rows(draw: st.DrawFn, number: int = 0) -> PasRow:
    admitted = draw(_instants)
    after = st.integers(0, 60).map(lambda minutes: admitted + timedelta(minutes=minutes))
    nhs_number = draw(st.none() | _nhs_numbers())
    absent = NhsNumberStatus.NOT_PRESENT
    statuses = [s for s in NhsNumberStatus if s != absent] if nhs_number else [absent]
    return PasRow(
        line=number + 2,
        carried=frozenset(COLUMNS),
        surname=draw(_text(35)),
        dob=draw(st.dates(date(1902, 1, 1), date(2024, 11, 30))),
        site=draw(st.sampled_from(["RHU01", "RHU02", "St Sample's"])),
        ward=draw(_text(60)),
        admitted_at=admitted,
        spell=f"SP{number:06d}",
        mrn=draw(st.none() | st.integers(1, 10**9).map(lambda n: f"T{n}")),
        nhs_number=nhs_number,
        nhs_number_status=draw(st.none() | st.sampled_from(statuses)),
        sex=draw(st.none() | st.sampled_from(list(Gender))),
        postcode=draw(st.none() | st.sampled_from(["PO6 3LY", "EC1A 1BB", "ZZ99 3VZ"])),
        edd=draw(st.none() | st.dates(date(2024, 1, 1), date(2030, 1, 1))),
        nctr_from=draw(st.none() | after),
        discharged_at=draw(st.none() | after),
        delay_reason=draw(
            st.none() | st.sampled_from([reason.code for reason in code_lists.delay_reasons()])
        ),
        discharge_destination=draw(st.none() | st.sampled_from(["DD01", "DD08", "19", "54"])),
        **draw(_texts),
    )


_files = st.integers(1, 3).flatmap(
    lambda count: st.tuples(*[_rows(number=n) for n in range(count)])
)


_OPTIONAL = [name for name in COLUMNS if name not in {*REQUIRED, "spell"}]


def _read(data: bytes) -> PasFile | InputFileError:
    """Read a file; nothing but a refusal of the whole may come instead of its rows."""
    try:
        return read_pas_csv(data, now=NOW)
    except InputFileError as refused:
        return refused


@given(_files)
def test_what_is_written_reads_back_as_the_same_rows(rows: tuple[PasRow, ...]):
    found = read_pas_csv(pas_rows_csv(rows), now=NOW)
    assert found.refused == ()
    assert [row.values() for row in found.rows] == [row.values() for row in rows]


@given(_files)
def test_the_same_file_twice_gives_the_same_rows_and_changes_nothing(rows: tuple[PasRow, ...]):
    data = pas_rows_csv(rows)
    first, second = read_pas_csv(data, now=NOW), read_pas_csv(data, now=NOW)
    assert first == second
    for stored, row in zip(first.rows, second.rows, strict=True):
        assert diff_row(stored.values(), row) == {}


@given(_files)
def test_rows_repeated_in_one_file_are_unchanged(rows: tuple[PasRow, ...]):
    found = read_pas_csv(pas_rows_csv([*rows, *rows]), now=NOW)
    assert (len(found.rows), found.repeated, found.refused) == (len(rows), len(rows), ())


@given(_rows(), _rows())
def test_after_an_update_the_same_row_changes_nothing_and_no_value_went_blank(
    before: PasRow, after: PasRow
):
    stored = dict(before.values())
    changes = diff_row(stored, after)
    updated = stored | {name: new for name, (_, new) in changes.items()}
    assert diff_row(updated, after) == {}
    assert set(stored) <= set(updated)
    assert None not in updated.values()


@given(_files, st.sets(st.sampled_from(_OPTIONAL), max_size=8))
def test_columns_left_out_of_a_second_file_keep_their_values(
    rows: tuple[PasRow, ...], left_out: set[str]
):
    columns = [name for name in COLUMNS if name not in left_out]
    found = read_pas_csv(pas_rows_csv(rows, columns=columns), now=NOW)
    for stored, row in zip(rows, found.rows, strict=True):
        assert row.carried == set(columns)
        assert diff_row(stored.values(), row) == {}


@given(st.binary(max_size=2000))
def test_arbitrary_bytes_are_refused_or_read(data: bytes):
    found = _read(data)
    if isinstance(found, InputFileError):
        assert found.code
        assert found.what_to_do
    else:
        assert found.rows or found.refused


@given(
    st.lists(st.binary(max_size=60) | st.sampled_from([b'"', b",", b"\r", b"\n", b"\x00"])),
    st.sampled_from([b",", b";", b"\t"]),
)
def test_arbitrary_bytes_after_a_good_header_are_refused_or_read(
    parts: list[bytes], delimiter: bytes
):
    found = _read(HEADER.replace(b",", delimiter) + b"\r\n" + delimiter.join(parts))
    if isinstance(found, InputFileError):
        assert found.code in {"not_text", "empty"}
    else:
        assert refused_rows_csv(found.header, found.refused)
        assert all(each.refusal.reason for each in found.refused)


@given(_files, st.integers(0, 2**32), st.integers(1, 6))
def test_a_damaged_extract_loses_no_row_without_a_word(
    rows: tuple[PasRow, ...], seed: int, wounds: int
):
    chance = random.Random(seed)
    data = bytearray(pas_rows_csv(rows))
    start = data.index(b"\n") + 1
    # Quotation marks and line ends make rows what they are; any other byte may be hit.
    places = [place for place in range(start, len(data)) if data[place] not in b'"\r\n']
    for place in chance.sample(places, wounds):
        data[place] = chance.choice(b",;=09azAZ \x07")
    found = _read(bytes(data))
    if isinstance(found, InputFileError):
        # A byte within an accented letter was hit.
        assert found.code == "not_text"
    else:
        lines = [row.line for row in found.rows] + [each.refusal.line for each in found.refused]
        assert len(lines) + found.repeated == len(rows)
        assert set(lines) <= set(range(2, len(rows) + 2))


@given(st.text())
def test_a_neutralised_cell_is_harmless_and_comes_back(text: str):
    written = neutralise(text)
    assert restore(written) == text
    assert not written.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(
    st.lists(
        st.lists(st.text(st.sampled_from('ab", ;\n\r'), max_size=8), min_size=2, max_size=4),
        min_size=1,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_records_read_what_the_standard_writer_writes(rows: list[list[str]], delimiter: str):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    stream.seek(0)
    found = list(Records(physical_lines(stream), delimiter))
    assert [record.problem for record in found] == [""] * len(rows)
    assert [record.cells for record in found] == rows
