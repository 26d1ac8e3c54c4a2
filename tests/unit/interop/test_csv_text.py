from __future__ import annotations

import io

import pytest

from d2a_desktop.core.errors import InputFileError, UnreachableError
from d2a_desktop.interop.csv_text import (
    MAX_RECORD,
    MAX_SPAN,
    Record,
    Records,
    open_records,
    opened,
    physical_lines,
    survey,
)


def records_of(text: str, delimiter: str = ",") -> list[Record]:
    return list(Records(physical_lines(io.StringIO(text, newline="")), delimiter))


def test_a_record_has_the_line_it_begins_on_even_after_quoted_line_breaks():
    found = records_of('a,b\r\n"one\r\ntwo",x\r\nlast,y\r\n')
    assert [(each.line, each.cells) for each in found] == [
        (1, ["a", "b"]),
        (2, ["one\r\ntwo", "x"]),
        (4, ["last", "y"]),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_quoted_cells_keep_delimiters_and_quotation_marks(delimiter: str):
    line = delimiter.join(['"a""b"', f'"x{delimiter}y"', ' "padded" ', "", '5" pipe'])
    assert records_of(line, delimiter)[0].cells == [
        'a"b',
        f"x{delimiter}y",
        "padded",
        "",
        '5" pipe',
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_kind_of_line_end_divides_lines(end: str):
    found = records_of(f"a{end}b{end}c")
    assert [(each.line, each.cells) for each in found] == [(1, ["a"]), (2, ["b"]), (3, ["c"])]


def test_a_quotation_mark_never_closed_spoils_its_own_line_only():
    found = records_of('a,"b\nc,d\ne,f\n')
    assert found[0].problem == "opens a quotation mark that is never closed"
    assert [(each.line, each.cells, each.problem) for each in found[1:]] == [
        (2, ["c", "d"], ""),
        (3, ["e", "f"], ""),
    ]


def test_a_quotation_mark_open_over_too_many_lines_counts_as_never_closed():
    found = records_of('a,"b\n' + "c,d\n" * (MAX_SPAN + 5) + '"x",y\n')
    assert found[0].problem
    assert len(found) == MAX_SPAN + 7
    assert not any(each.problem for each in found[1:])
    assert found[-1].line == MAX_SPAN + 7


def test_a_value_over_too_many_lines_is_not_joined_even_if_its_mark_closes_at_last():
    found = records_of('a,"b\n' + "c,d\n" * (MAX_SPAN + 5) + 'e"\n')
    assert found[0].problem
    assert [each.cells for each in found[1:3]] == [["c", "d"], ["c", "d"]]
    joined = records_of('a,"b\n' + "c,d\n" * (MAX_SPAN - 2) + 'e"\nf,g\n')
    assert [(each.line, each.problem) for each in joined] == [(1, ""), (MAX_SPAN + 1, "")]


def test_two_stray_marks_do_not_swallow_the_rows_between_them():
    found = records_of('a,"b\nc,d\ne,"f\ng,h\n')
    assert [each.line for each in found] == [1, 2, 3, 4]
    assert [bool(each.problem) for each in found] == [True, False, True, False]


def test_text_after_a_closing_mark_is_a_problem_of_that_row():
    found = records_of('"a"b,c\nd,e\n')
    assert found[0].problem == "has text after a closing quotation mark"
    assert found[1].cells == ["d", "e"]


def test_a_line_far_too_long_is_cut_and_the_next_one_read():
    found = records_of("x" * (MAX_RECORD * 3) + "\na,b\n")
    assert found[0].problem
    assert (found[1].line, found[1].cells) == (2, ["a", "b"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_that_gives_known_headings_is_taken(delimiter: str):
    text = delimiter.join(["surname", "dob", "note, or; other"]) + "\n"
    header, found, _ = open_records(io.StringIO(text, newline=""))
    assert found == delimiter
    assert header.cells[:2] == ["surname", "dob"]


def test_a_line_that_names_the_delimiter_is_heeded():
    header, found, rest = open_records(io.StringIO("sep=;\nsurname;dob\nx;y\n", newline=""))
    assert found == ";"
    assert (header.line, header.cells) == (2, ["surname", "dob"])
    assert next(rest).line == 3


def test_blank_lines_before_the_header_count_as_lines_of_the_file():
    header, _, rest = open_records(io.StringIO("\n , \nsurname,dob\nx,y\n", newline=""))
    assert header.line == 3
    assert next(rest).line == 4


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("é".encode(), "utf-8"),
        ("é".encode("utf-8-sig"), "utf-8-sig"),
        ("é".encode("cp1252"), "cp1252"),
        ("é".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "é".encode("utf-16-be"), "utf-16"),
        (b"plain", "utf-8"),
    ],
)
def test_the_encoding_is_found(data: bytes, encoding: str):
    assert survey(io.BytesIO(data)).encoding == encoding


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04rest of a workbook",
        b"\xd0\xcf\x11\xe0old workbook",
        b"%PDF-1.7",
        bytes(range(256)),
        "surname,dob".encode("utf-16-le"),
        b"\xff\xfes",
        b"\xff\xfe\x00\xd8x\x00",
        b"\xef\xbb\xbf\xff",
        "surname\n\u00c9\u00e8\u00e0 Müller".encode() + b"\n\xe9",
    ],
    ids=["xlsx", "xls", "pdf", "binary", "no mark", "odd", "surrogate", "bad utf-8", "mixed"],
)
def test_what_is_not_text_is_refused_with_what_to_do(data: bytes):
    with pytest.raises(InputFileError) as refused:
        survey(io.BytesIO(data))
    assert refused.value.code == "not_text"
    assert "CSV UTF-8" in refused.value.what_to_do


def test_a_file_that_is_not_there_is_unreachable_not_refused(tmp_path):
    with pytest.raises(UnreachableError), opened(tmp_path / "none.csv"):
        pass
    with pytest.raises(UnreachableError), opened(tmp_path):
        pass


def test_a_file_larger_than_any_extract_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("d2a_desktop.interop.csv_text.MAX_BYTES", 1000)
    with pytest.raises(InputFileError) as refused:
        survey(io.BytesIO(b"x" * 1001))
    assert refused.value.code == "too_large"
