"""Whole files: how they are written, and each refusal of one in PRODUCT section 6."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pytest

from d2a_desktop.core.errors import InputFileError, UnreachableError
from d2a_desktop.interop.csv_import import PROGRESS_EVERY, read_pas_csv
from d2a_desktop.interop.pas_columns import COLUMNS, fold
from d2a_desktop.interop.report import ImportCancelledError
from tests.unit.interop.extracts import NOW, PERSON, extract, person


def refused_file(data: bytes, **options) -> InputFileError:
    with pytest.raises(InputFileError) as refused:
        read_pas_csv(data, now=NOW, **options)
    assert refused.value.what_to_do
    assert refused.value.exit_code == 1
    return refused.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_each_encoding_and_delimiter_gives_the_same_rows(
    encoding: str, delimiter: str, line_end: str
):
    people = [
        person(surname="Müller-Teststone", forename="Zoë", address1="1 Sample St; Flat 2, left"),
        person(surname="Ó Exempla", spell="SP000002", ward='"C5"', phone="=1"),
    ]
    data = extract(*people, delimiter=delimiter, encoding=encoding, line_end=line_end)
    found = read_pas_csv(data, now=NOW)
    assert found.rows == read_pas_csv(extract(*people), now=NOW).rows
    assert found.rows[0].surname == "Müller-Teststone"
    assert (found.encoding, found.delimiter) == (encoding, delimiter)
    assert found.sha256 == hashlib.sha256(data).hexdigest()


def test_big_endian_utf_16_is_read_by_its_mark():
    data = b"\xfe\xff" + extract(person(surname="Łukaszewska")).decode().encode("utf-16-be")
    assert read_pas_csv(data, now=NOW).rows[0].surname == "Łukaszewska"


def test_a_file_on_disk_reads_like_its_bytes(tmp_path):
    path = tmp_path / "extract.csv"
    path.write_bytes(extract())
    assert read_pas_csv(path, now=NOW) == read_pas_csv(extract(), now=NOW)
    assert read_pas_csv(str(path), now=NOW).rows


def test_a_missing_file_is_unreachable(tmp_path):
    with pytest.raises(UnreachableError) as gone:
        read_pas_csv(tmp_path / "gone.csv", now=NOW)
    assert gone.value.exit_code == 3


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n\r\n", b" , ,\n", b"sep=;\r\n"]
)
def test_an_empty_file_is_refused(data: bytes):
    assert refused_file(data).code == "empty"


def test_a_header_without_rows_is_refused_so_that_nobody_is_taken_as_gone():
    assert refused_file(extract(columns=list(COLUMNS)).split(b"\r\n")[0]).code == "empty"


def test_a_file_without_a_header_is_refused():
    only_data = extract().split(b"\r\n", 1)[1]
    assert refused_file(only_data).code == "no_header"


def test_a_header_with_an_unclosed_quotation_mark_is_refused():
    assert refused_file(b'"surname,dob\n1,2\n').code == "no_header"


@pytest.mark.parametrize("column", ["surname", "dob", "site", "ward", "admitted_at"])
def test_a_file_that_lacks_a_required_column_is_refused_and_the_column_named(column: str):
    columns = [name for name in PERSON if name != column]
    refusal = refused_file(extract(columns=columns))
    assert refusal.code == "missing_column"
    assert column in refusal.message


def test_a_file_with_neither_spell_nor_hospital_number_is_refused():
    columns = [name for name in PERSON if name not in {"spell", "mrn"}]
    assert "spell or mrn" in refused_file(extract(columns=columns)).message


def test_every_missing_column_is_named_at_once():
    message = refused_file(b"surname,bed\nx,y\n").message
    for column in ("dob", "site", "ward", "admitted_at", "spell or mrn"):
        assert column in message


@pytest.mark.parametrize("data", [b"PK\x03\x04" + bytes(200), bytes(range(256)) * 4, b"\x00" * 50])
def test_a_file_that_is_not_text_is_refused(data: bytes):
    assert refused_file(data).code == "not_text"


def test_control_characters_in_the_header_are_not_text():
    assert refused_file(extract().replace(b"ward", b"wa\x01rd", 1)).code == "not_text"


def test_a_header_that_names_a_column_twice_is_refused():
    data = extract().replace(b"bed", b"Ward", 1)
    assert refused_file(data).code == "repeated_column"


def test_a_header_changed_since_the_saved_map_is_refused_with_what_changed():
    saved = read_pas_csv(extract(), now=NOW).header
    data = extract().replace(b"bed", b"bay", 1)
    refusal = refused_file(data, saved_header=saved)
    assert refusal.code == "header_changed"
    assert "gone: bed" in refusal.message
    assert "new: bay" in refusal.message


@pytest.mark.parametrize("words", ["new: bay", "gone: bay"])
def test_one_column_more_or_less_is_a_changed_header(words: str):
    less, more = extract(), extract(person(bay="3"))
    saved = read_pas_csv(less if words.startswith("new") else more, now=NOW).header
    refusal = refused_file(more if words.startswith("new") else less, saved_header=saved)
    assert words in refusal.message


def test_order_case_and_the_refusals_column_may_differ_from_the_saved_map():
    saved = read_pas_csv(extract(), now=NOW).header
    columns = [*reversed(PERSON), "refused_because"]
    data = extract(person(refused_because="x"), columns=columns)
    data = data.replace(b"nhs_number,", b"NHS Number,", 1)
    found = read_pas_csv(data, now=NOW, saved_header=saved)
    assert found.rows[0].values() == read_pas_csv(extract(), now=NOW).rows[0].values()
    assert found.extra_columns == ()


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("NHS No", "nhs_number"),
        ("NHS NUMBER", "nhs_number"),
        ("Nhs_Number", "nhs_number"),
        ("Hospital number", "mrn"),
        ("Hospital No", "mrn"),
        ("MRN", "mrn"),
        ("Family name", "surname"),
        ("Last Name", "surname"),
        ("Given name", "forename"),
        ("First_Name", "forename"),
        ("Date of birth", "dob"),
        ("D O B", "dob"),
        ("D.O.B.", "dob"),
        ("Gender", "sex"),
        ("Admission date", "admitted_at"),
        ("Admission Date/Time", "admitted_at"),
        ("Date of admission", "admitted_at"),
        ("Ward name", "ward"),
        ("Bed number", "bed"),
        ("Expected Discharge Date", "edd"),
        ("Date_NCTR", "nctr_from"),
        ("Current_Delay_Code_Standard", "delay_reason"),
        ("Organisation_Site_Code", "site"),
        ("Hospital Provider Spell Number", "spell"),
        ("Discharge date", "discharged_at"),
        ('"NHS\nNumber"', "nhs_number"),
    ],
)
def test_synonyms_of_headings_are_known(heading: str, column: str):
    data = extract().decode() if column in PERSON else extract(person(**{column: ""})).decode()
    head, rest = data.split("\r\n", 1)
    names = [heading if name == column else name for name in head.split(",")]
    found = read_pas_csv(f"{','.join(names)}\r\n{rest}".encode(), now=NOW)
    assert column in found.rows[0].carried
    assert found.extra_columns == ()


def test_no_heading_means_two_columns():
    names = [fold(n) for column, known in COLUMNS.items() for n in (column, *known.synonyms)]
    assert len(names) == len(set(names))
    assert all(name == fold(name) for known in COLUMNS.values() for name in known.synonyms)


@pytest.mark.parametrize("order", [["GP code", "gp_practice"], ["gp_practice", "GP code"]])
def test_of_two_names_for_one_column_the_plainer_is_read_and_the_other_reported(order: list[str]):
    practice = {"GP code": "G1", "gp_practice": "F83006"}
    data = extract(PERSON | practice, columns=[*PERSON, *order])
    found = read_pas_csv(data, now=NOW)
    assert found.rows[0].gp_practice == "F83006"
    assert found.extra_columns == ("GP code",)


def test_other_columns_are_kept_aside_and_reported_once():
    rows = [person(bay="3", NEWS2="1"), person(spell="SP000002", bay="4", NEWS2="2")]
    found = read_pas_csv(extract(*rows), now=NOW)
    assert found.extra_columns == ("bay", "NEWS2")
    assert len(found.rows) == 2


def test_the_sites_of_a_file_are_listed_once_each():
    rows = [person(), person(spell="2", site="RHU02"), person(spell="3")]
    assert read_pas_csv(extract(*rows), now=NOW).sites == ("RHU01", "RHU02")


def test_reading_tells_how_far_it_is():
    seen: list[tuple[int, int]] = []
    people = [person(spell=f"S{number}") for number in range(PROGRESS_EVERY * 3)]
    data = extract(*people)
    read_pas_csv(data, now=NOW, on_progress=lambda done, total: seen.append((done, total)))
    assert len(seen) >= 4
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (len(data), len(data))


def test_reading_stops_when_it_is_cancelled():
    calls: list[int] = []

    def cancelled() -> bool:
        calls.append(1)
        return len(calls) > 1

    people = [person(spell=f"S{number}") for number in range(PROGRESS_EVERY * 3)]
    with pytest.raises(ImportCancelledError):
        read_pas_csv(extract(*people), now=NOW, cancelled=cancelled)
    assert len(calls) == 2


def test_the_present_must_be_an_instant():
    with pytest.raises(ValueError, match="time zone"):
        read_pas_csv(extract(), now=datetime(2026, 11, 27))


def test_ten_thousand_rows_are_read_whole():
    people = [person(spell=f"S{number}", nhs_number="") for number in range(10_000)]
    data = extract(*people)
    found = read_pas_csv(data, now=NOW)
    assert len({row.spell for row in found.rows}) == 10_000
