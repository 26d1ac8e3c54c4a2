from __future__ import annotations

from datetime import UTC, datetime

from d2a_desktop.domain.codes import NhsNumberStatus
from d2a_desktop.interop.pas_columns import COLUMNS
from d2a_desktop.interop.records import VALUE_FIELDS, diff_row
from tests.unit.interop.extracts import only_row, person, read

STORED = only_row().values()


def test_a_row_has_a_field_for_every_canonical_column():
    assert set(VALUE_FIELDS) == set(COLUMNS)


def test_a_row_seen_before_changes_nothing():
    assert diff_row(STORED, only_row()) == {}


def test_a_changed_value_is_shown_with_the_old_and_the_new():
    assert diff_row(STORED, only_row(ward="Ward D1", bed="A1")) == {
        "ward": ("Ward C5", "Ward D1"),
        "bed": ("B12", "A1"),
    }


def test_a_value_that_was_not_known_before_is_a_change_from_nothing():
    assert diff_row(STORED, only_row(consultant="Dr Sample")) == {"consultant": (None, "Dr Sample")}


def test_neither_a_blank_cell_nor_a_column_not_carried_blanks_a_value():
    row = only_row(bed="", edd="", delay_reason="")
    assert diff_row({**STORED, "consultant": "Dr Sample"}, row) == {}


def test_a_day_alone_does_not_replace_a_time_of_that_day():
    assert diff_row(STORED, only_row(admitted_at="20/11/2026")) == {}
    assert set(diff_row(STORED, only_row(admitted_at="21/11/2026"))) == {"admitted_at"}


def test_a_local_day_counts_not_the_day_in_utc():
    stored = {**STORED, "admitted_at": datetime(2026, 6, 30, 23, 30, tzinfo=UTC)}
    row = only_row(admitted_at="01/07/2026")
    assert "admitted_at" not in diff_row(stored, row)


def test_number_not_present_says_nothing_about_a_number_that_is_there():
    row = only_row(nhs_number="", nhs_number_status="07")
    assert diff_row(STORED, row) == {}
    unknown = {**STORED, "nhs_number": None, "nhs_number_status": None}
    assert diff_row(unknown, row) == {"nhs_number_status": (None, NhsNumberStatus.NOT_PRESENT)}


def test_a_stored_plain_code_equals_the_code_of_a_row():
    assert diff_row({**STORED, "sex": "female", "nhs_number_status": "01"}, only_row()) == {}


def test_an_instant_equals_itself_in_another_zone():
    local = STORED["admitted_at"]
    assert isinstance(local, datetime)
    assert diff_row({**STORED, "admitted_at": local.astimezone()}, only_row()) == {}


def test_a_row_says_nothing_of_blanks():
    assert "discharged_at" not in only_row().values()
    assert "discharged_at" in only_row(discharged_at="27/11/2026 12:00").values()


def test_two_people_without_hospital_numbers_admitted_at_one_minute_are_never_one():
    found = read(person(mrn=""), person(mrn="", spell="SP000002", surname="Other"))
    assert len(found.rows) == 2
    assert found.rows[0].place_key != found.rows[1].place_key
    assert found.rows[0].place_key[0] != "place"
