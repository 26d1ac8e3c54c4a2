"""Each refusal of a row in PRODUCT section 6, and what goes in beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from d2a_desktop.domain import code_lists
from d2a_desktop.domain.codes import Gender, NhsNumberStatus
from d2a_desktop.interop.csv_import import read_pas_csv
from d2a_desktop.interop.pas_columns import COLUMNS
from d2a_desktop.interop.records import PasRow
from tests.unit.interop.extracts import NOW, extract, only_refusal, only_row, person, read


def codes_of(row: PasRow) -> list[tuple[str, str]]:
    return [(flag.column, flag.code) for flag in row.flags]


def test_a_good_row_goes_in_with_every_value_in_its_own_type():
    row = only_row()
    assert row.line == 2
    assert row.nhs_number == "9990000018"
    assert row.nhs_number_status is NhsNumberStatus.VERIFIED
    assert (row.surname, row.forename, row.title) == ("Teststone", "Aoife", "Ms")
    assert row.dob == date(1941, 2, 3)
    assert row.sex is Gender.FEMALE
    assert row.admitted_at == datetime(2026, 11, 20, 9, 15, tzinfo=UTC)
    assert row.nctr_from == datetime(2026, 11, 25, 10, 5, tzinfo=UTC)
    assert row.edd == date(2026, 11, 30)
    assert row.delay_reason == "HP06"
    assert row.discharged_at is None
    assert (row.flags, row.date_only) == ((), frozenset())
    assert "bed" in row.carried
    assert "consultant" not in row.carried


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("9990000019", "check digit"),
        ("9434765918", "check digit"),
        ("9990000000", "check digit"),
        ("943476591", "this has 9"),
        ("94347659190", "this has 11"),
        ("9.43E+09", "spreadsheet"),
        ("9,99E+09", "spreadsheet"),
        ("3333333333", "equal digits"),
        ("0000000000", "equal digits"),
        ("ABC0000018", "digits only"),
    ],
)
def test_a_wrong_nhs_number_refuses_the_row_and_never_becomes_blank(written: str, words: str):
    refusal = only_refusal(nhs_number=written)
    assert (refusal.line, refusal.column) == (2, "nhs_number")
    assert words in refusal.reason
    assert "E+09" in written or written not in refusal.reason


@pytest.mark.parametrize(
    "written", ["999 000 0018", "999-000-0018", "NHS No: 9990000018", "999\u00a0000\u00a00018 "]
)
def test_an_nhs_number_pasted_in_any_usual_form_goes_in(written: str):
    assert only_row(nhs_number=written).nhs_number == "9990000018"


@pytest.mark.parametrize("status", ["07", "7", "", "Number not present and trace not required"])
def test_a_blank_nhs_number_is_legitimate(status: str):
    row = only_row(nhs_number="", nhs_number_status=status)
    assert row.nhs_number is None
    assert row.nhs_number_status in (NhsNumberStatus.NOT_PRESENT, None)
    assert row.flags == ()


@pytest.mark.parametrize("column", ["surname", "dob", "site", "ward", "admitted_at"])
@pytest.mark.parametrize("blank", ["", "  ", "\u00a0"])
def test_a_missing_required_value_refuses_the_row(column: str, blank: str):
    refusal = only_refusal(**{column: blank})
    assert (refusal.column, refusal.reason) == (column, "This is missing.")


def test_one_of_spell_and_hospital_number_is_needed():
    refusal = only_refusal(spell="", mrn="")
    assert refusal.column == "spell"
    assert "mrn" in refusal.reason
    assert only_row(spell="").key == ("place", "RHU01", "T100001", "2026-11-20T09:15:00+00:00")
    assert only_row(mrn="").key == ("spell", "SP000001")


@pytest.mark.parametrize("column", ["dob", "admitted_at", "edd", "nctr_from", "discharged_at"])
@pytest.mark.parametrize("written", ["31/02/2026", "soon", "22/11/26", "2026-11-22T25:00"])
def test_a_date_that_is_none_refuses_the_row(column: str, written: str):
    refusal = only_refusal(**{column: written})
    assert refusal.column == column
    assert refusal.reason.startswith("This ")


def test_a_birth_in_the_future_refuses_the_row():
    assert only_refusal(dob="28/11/2026").reason == "This birth is in the future."
    assert only_row(dob="27/11/2026").dob == date(2026, 11, 27)


def test_a_birth_over_125_years_ago_refuses_the_row():
    assert only_refusal(dob="26/11/1901").reason == "This birth is over 125 years ago."
    assert only_refusal(dob="01/01/1850").reason == "This birth is over 125 years ago."
    assert only_row(dob="27/11/1901").dob == date(1901, 11, 27)


def test_a_discharge_before_admission_refuses_the_row():
    refusal = only_refusal(nctr_from="", discharged_at="20/11/2026 09:14")
    assert (refusal.column, refusal.reason) == ("discharged_at", "This is before the admission.")


def test_nctr_before_admission_refuses_the_row():
    refusal = only_refusal(nctr_from="19/11/2026")
    assert (refusal.column, refusal.reason) == ("nctr_from", "This is before the admission.")


@pytest.mark.parametrize("column", ["nctr_from", "discharged_at"])
def test_a_day_without_a_time_on_the_day_of_admission_is_not_before_it(column: str):
    row = only_row(**({"nctr_from": ""} | {column: "20/11/2026"}))
    assert getattr(row, column) == row.admitted_at
    assert row.date_only == {column}


def test_a_discharge_day_without_a_time_does_not_precede_nctr_of_that_day():
    row = only_row(discharged_at="25/11/2026")
    assert row.discharged_at == row.nctr_from


def test_a_discharge_before_nctr_goes_in_and_is_flagged():
    row = only_row(discharged_at="24/11/2026 12:00")
    assert codes_of(row) == [("discharged_at", "before_nctr")]


def test_a_planned_discharge_is_not_taken_for_one_that_happened():
    row = only_row(discharged_at="27/11/2026 16:11", nctr_from="28/11/2026")
    assert (row.discharged_at, row.nctr_from) == (None, None)
    assert sorted(codes_of(row)) == [("discharged_at", "in_future"), ("nctr_from", "in_future")]
    assert only_row(discharged_at="27/11/2026 16:10").discharged_at == NOW


def test_an_admission_before_birth_or_to_come_goes_in_and_is_flagged():
    assert codes_of(only_row(dob="21/11/2026")) == [("admitted_at", "before_birth")]
    later = only_row(admitted_at="28/11/2026 08:00", nctr_from="")
    assert codes_of(later) == [("admitted_at", "in_future")]


def test_the_autumn_hour_goes_in_as_the_first_and_is_flagged():
    row = only_row(admitted_at="25/10/2026 01:30")
    assert row.admitted_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert codes_of(row) == [("admitted_at", "ambiguous_hour")]
    assert row.flags[0].line == 2


def test_the_spring_hour_that_does_not_exist_refuses_the_row():
    refusal = only_refusal(admitted_at="29/03/2026 01:30")
    assert refusal.column == "admitted_at"
    assert "does not exist" in refusal.reason


@pytest.mark.parametrize("column", ["surname", "ward", "address1", "spell", "delay_reason"])
@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\t", "\u202e"])
def test_control_characters_refuse_the_row(column: str, char: str):
    refusal = only_refusal(**{column: f"a{char}b"})
    assert refusal.column == column
    assert f"U+{ord(char):04X}" in refusal.reason


@pytest.mark.parametrize("column", list(COLUMNS))
def test_a_value_over_its_length_refuses_the_row(column: str):
    refusal = only_refusal(**{column: "X" * (COLUMNS[column].limit + 1)})
    assert refusal.column == column
    assert f"{COLUMNS[column].limit} is the most" in refusal.reason


def test_a_name_of_exactly_its_length_goes_in():
    assert only_row(surname="X" * 35).surname == "X" * 35


def test_a_spell_or_hospital_number_that_excel_rounded_refuses_the_row():
    assert "spreadsheet" in only_refusal(spell="1.23E+11").reason
    assert only_refusal(mrn="5E+06").column == "mrn"
    assert only_row(mrn="1E5").mrn == "1E5"


def test_a_second_row_of_the_same_spell_with_other_content_is_refused():
    found = read(person(), person(ward="Ward D1"), person(spell="SP000002"))
    assert [row.line for row in found.rows] == [2, 4]
    refusal = found.refused[0].refusal
    assert (refusal.line, refusal.column) == (3, "spell")
    assert "line 2" in refusal.reason


def test_a_second_row_that_is_identical_counts_as_unchanged():
    found = read(person(), person(), person(surname=" Teststone "))
    assert (len(found.rows), found.refused, found.repeated) == (1, (), 2)


def test_without_a_spell_number_site_hospital_number_and_admission_are_the_key():
    found = read(
        person(spell=""),
        person(spell="", bed="B13"),
        person(spell="", admitted_at="21/11/2026 09:15"),
        person(spell="", site="RHU02"),
    )
    assert [row.line for row in found.rows] == [2, 4, 5]
    assert (found.refused[0].refusal.line, found.refused[0].refusal.column) == (3, "mrn")


def test_a_row_with_and_one_without_a_spell_number_may_be_the_same_admission():
    assert read(person(), person(spell="", bed="B13")).refused[0].refusal.line == 3
    assert read(person(spell="", bed="B13"), person()).refused[0].refusal.line == 3


def test_all_that_is_wrong_with_a_row_is_said_at_once():
    refusal = only_refusal(nhs_number="9990000019", ward="", dob="soon")
    assert refusal.column == "nhs_number"
    assert [column for column, _ in refusal.also] == ["dob", "ward"]
    document = refusal.to_document()
    assert document["line"] == 2
    assert "dob: This is not a date" in document["reason"]
    assert "ward: This is missing." in document["reason"]


def test_good_rows_go_in_beside_refused_ones():
    found = read(person(), person(spell="SP000002", ward=""), person(spell="SP000003"))
    assert [row.line for row in found.rows] == [2, 4]
    assert [each.refusal.line for each in found.refused] == [3]


def test_a_row_with_more_cells_than_the_header_is_refused():
    data = extract(person()) + b"a,b" + b"," * 30 + b"c\r\n"
    found = read_pas_csv(data, now=NOW)
    assert len(found.rows) == 1
    assert found.refused[0].refusal.line == 3
    assert "cells" in found.refused[0].refusal.reason


def test_blank_cells_beyond_the_header_and_cells_left_away_at_the_end_do_no_harm():
    columns = ["surname", "dob", "site", "ward", "admitted_at", "mrn", "bed", "edd"]
    head = ",".join(columns)
    row = "Teststone,1941-02-03,RHU01,C5,2026-11-20,T1"
    found = read_pas_csv(f"{head}\n{row}\n{row}1,,,,,\n".encode(), now=NOW)
    assert [each.mrn for each in found.rows] == ["T1", "T11"]


def test_rows_of_blank_cells_are_passed_over():
    data = extract(person()) + b",,,,,,\r\n\r\n" + b" , ,\r\n\x1a"
    found = read_pas_csv(data, now=NOW)
    assert (len(found.rows), found.refused) == (1, ())


def test_a_row_with_an_unclosed_quotation_mark_is_refused_and_the_next_ones_go_in():
    head, row = extract(person()).decode().split("\r\n")[:2]
    data = "\n".join([head, row.replace("Teststone", '"Teststone'), row]).encode()
    found = read_pas_csv(data, now=NOW)
    assert [each.line for each in found.rows] == [3]
    assert "quotation mark" in found.refused[0].refusal.reason


def test_quoted_line_breaks_are_kept_as_commas_in_addresses_and_lines_still_count_right():
    found = read(
        person(address1="Flat 1\r\nSample House", ward="Ward\nC5"),
        person(spell="SP000002", ward=""),
    )
    assert found.rows[0].address1 == "Flat 1, Sample House"
    assert found.rows[0].ward == "Ward C5"
    assert found.refused[0].refusal.line == 5


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_cell_that_looks_like_a_formula_is_text(start: str):
    assert only_row(forename=f"{start}SUM(A1)").forename == f"{start}SUM(A1)"
    assert only_row(phone="+44 7700 900001").phone == "+44 7700 900001"


@pytest.mark.parametrize("reason", code_lists.delay_reasons(), ids=lambda reason: reason.code)
def test_each_delay_reason_is_known_by_code_and_by_every_spelling_of_its_label(reason):
    label = reason.published_label
    for spelling in (
        reason.code,
        reason.code.lower(),
        label,
        label.replace("\u2013", "-"),
        label.replace(" \u2013 ", "\u2013").replace(" - ", "- "),
        label.replace(" ", "\u00a0"),
        label.replace("\u2013", "\u2014").upper(),
        label.replace("Pathway ", "P"),
        label.replace(" /", "/").replace("  ", " "),
        reason.reason,
    ):
        assert only_row(delay_reason=spelling).delay_reason == reason.code


def test_a_description_nobody_understands_is_left_out_and_flagged_and_the_person_goes_in():
    row = only_row(delay_reason="Because", sex="Q", postcode="AA1A 1CC", nhs_number_status="99")
    assert (row.delay_reason, row.sex, row.postcode, row.nhs_number_status) == (None,) * 4
    assert sorted(codes_of(row)) == [
        ("delay_reason", "not_understood"),
        ("nhs_number_status", "not_understood"),
        ("postcode", "not_understood"),
        ("sex", "not_understood"),
    ]


def test_a_status_that_contradicts_the_number_is_left_out_and_flagged():
    assert codes_of(only_row(nhs_number="")) == [("nhs_number_status", "status_mismatch")]
    with_number = only_row(nhs_number_status="07")
    assert codes_of(with_number) == [("nhs_number_status", "status_mismatch")]
    assert with_number.nhs_number == "9990000018"


@pytest.mark.parametrize(
    ("written", "gender"),
    [
        ("m", Gender.MALE),
        ("1", Gender.MALE),
        ("Female", Gender.FEMALE),
        ("2", Gender.FEMALE),
        ("Not known", Gender.NOT_KNOWN),
        ("9", Gender.NOT_SPECIFIED),
        ("Other", Gender.OTHER_SPECIFIC),
    ],
)
def test_sex_is_read_from_letters_words_and_codes(written: str, gender: Gender):
    assert only_row(sex=written).sex is gender


def test_postcodes_and_site_codes_are_put_into_their_form():
    row = only_row(postcode="po63ly", site="rhu01")
    assert (row.postcode, row.site) == ("PO6 3LY", "RHU01")
    assert only_row(postcode="ZZ993VZ").postcode == "ZZ99 3VZ"
    assert only_row(site="St Sample's Hospital").site == "St Sample's Hospital"


def test_destinations_are_known_by_label_and_other_codes_stay():
    known = code_lists.destinations()[0]
    assert only_row(discharge_destination=known.published_label).discharge_destination == "DD01"
    assert only_row(discharge_destination="19").discharge_destination == "19"


@pytest.mark.parametrize("name", ["NULL", "Test", "None", "O\u2019Brien-Smith", "MacDONALD", "-"])
def test_odd_but_real_names_go_in_as_they_are(name: str):
    assert only_row(surname=name).surname == name


def test_a_birth_date_with_midnight_beside_it_and_an_excel_serial_are_days():
    assert only_row(dob="03/02/1941 00:00:00").dob == date(1941, 2, 3)
    assert only_row(dob="15010").dob == date(1941, 2, 3)


def test_a_reason_never_repeats_what_the_cell_said():
    refusal = only_refusal(surname="Verysecret\x07", nhs_number="1234567890", spell="Verysecret")
    assert "Verysecret" not in refusal.because
    assert "1234567890" not in refusal.because
