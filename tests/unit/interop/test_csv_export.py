from __future__ import annotations

import csv
import io
import os
import stat
import sys
from datetime import UTC, date, datetime

import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.interop.csv_export import (
    cell_text,
    csv_bytes,
    pas_rows_csv,
    refused_rows_csv,
    write_file,
)
from d2a_desktop.interop.csv_import import read_pas_csv
from tests.unit.interop.extracts import NOW, extract, person, read


def cells_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_and_no_heading_acts_as_a_formula(start: str):
    written = cells_of(csv_bytes([f"{start}H"], [[f"{start}cmd|' /C calc'!A0"]]))
    assert [row[0][0] for row in written] == ["'", "'"]


def test_values_are_written_as_days_and_local_times():
    assert cell_text(None) == ""
    assert cell_text(date(2026, 11, 22)) == "2026-11-22"
    assert cell_text(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "2026-07-01T13:00:00"


@pytest.mark.parametrize(("utc_hour", "offset"), [(0, "+01:00"), (1, "+00:00")])
def test_the_hour_that_exists_twice_carries_its_offset(utc_hour: int, offset: str):
    at = datetime(2026, 10, 25, utc_hour, 30, tzinfo=UTC)
    assert cell_text(at) == f"2026-10-25T01:30:00{offset}"


def test_excel_is_told_that_the_file_is_utf_8():
    assert csv_bytes(["a"], [["é"]]).startswith(b"\xef\xbb\xbf")


def test_rows_written_out_read_back_as_the_same_rows():
    found = read(
        person(forename="=Aoife", phone="+44 7700 900001", nctr_from="25/11/2026"),
        person(spell="2", admitted_at="25/10/2026 01:30", surname='Ó Sample, "Bo"'),
    )
    back = read_pas_csv(pas_rows_csv(found.rows), now=NOW)
    assert [row.values() for row in back.rows] == [row.values() for row in found.rows]
    assert [row.date_only for row in back.rows] == [row.date_only for row in found.rows]


def test_refused_rows_come_back_as_they_were_with_the_reason():
    found = read(person(), person(spell="S2", ward="", phone="+44 7700 900001", forename="=1"))
    header, row = cells_of(refused_rows_csv(found.header, found.refused))
    assert header == [*found.header, "refused_because"]
    by_name = dict(zip(header, row, strict=True))
    assert by_name["spell"] == "S2"
    assert by_name["phone"] == "'+44 7700 900001"
    assert by_name["forename"] == "'=1"
    assert by_name["refused_because"] == "Line 3. ward: This is missing."


def test_a_mended_file_of_refused_rows_goes_in_under_the_same_saved_header():
    found = read(person(), person(spell="S2", ward="", phone="+44 7700 900001"))
    header, row = cells_of(refused_rows_csv(found.header, found.refused))
    row[header.index("ward")] = "Ward C6"
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([header, row])
    again = read_pas_csv(stream.getvalue().encode(), now=NOW, saved_header=found.header)
    assert (again.refused, again.extra_columns) == ((), ())
    assert (found.mended, again.mended) == (False, True)
    assert (again.rows[0].ward, again.rows[0].phone) == ("Ward C6", "+44 7700 900001")


def test_rows_refused_twice_have_one_column_of_reasons():
    found = read(person(ward=""))
    once = refused_rows_csv(found.header, found.refused)
    again = read_pas_csv(once, now=NOW)
    assert refused_rows_csv(again.header, again.refused) == once


def test_a_row_of_too_many_cells_keeps_them_all():
    found = read_pas_csv(extract(person()) + b"," * 40 + b"last\r\n", now=NOW)
    row = cells_of(refused_rows_csv(found.header, found.refused))[1]
    assert row[-1] == "last"


def test_a_file_is_written_whole_and_for_this_user_alone(tmp_path):
    path = tmp_path / "refused.csv"
    path.write_bytes(b"old")
    write_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path, monkeypatch):
    with pytest.raises(UnreachableError):
        write_file(tmp_path / "none" / "refused.csv", b"x")

    class FullDisk(io.BytesIO):
        def write(self, _content):
            raise OSError(28, "No space left on device")

    def full(handle: int, _mode: str) -> FullDisk:
        os.close(handle)
        return FullDisk()

    monkeypatch.setattr("d2a_desktop.interop.csv_export.os.fdopen", full)
    with pytest.raises(UnreachableError) as refused:
        write_file(tmp_path / "refused.csv", b"x")
    assert refused.value.exit_code == 3
    assert list(tmp_path.iterdir()) == []
