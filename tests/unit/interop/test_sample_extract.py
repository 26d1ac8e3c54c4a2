"""The sample that README and guide use: plainly synthetic, and clean."""

from __future__ import annotations

import re

from d2a_desktop.core.paths import resource
from d2a_desktop.interop.csv_import import read_pas_csv
from d2a_desktop.interop.pas_columns import COLUMNS, REQUIRED
from tests.unit.interop.extracts import NOW

HEADER_CODES = ("no_header", "missing_column", "repeated_column", "header_changed")
FLAG_CODES = (
    "ambiguous_hour",
    "not_understood",
    "in_future",
    "status_mismatch",
    "before_nctr",
    "before_birth",
)
SAMPLE = read_pas_csv(resource("samples/pas_extract.csv"), now=NOW)


def test_the_sample_extract_goes_in_without_a_word():
    assert len(SAMPLE.rows) == 30
    assert (SAMPLE.refused, SAMPLE.flags, SAMPLE.extra_columns) == ((), (), ())
    assert SAMPLE.header == tuple(COLUMNS)


def test_everybody_in_the_sample_is_synthetic_and_nobody_is_there_twice():
    numbers = [row.nhs_number for row in SAMPLE.rows if row.nhs_number]
    assert all(number.startswith("999") for number in numbers)
    assert len(set(numbers)) == len(numbers) == 29
    assert all(row.phone is None or row.phone.startswith("01632 960") for row in SAMPLE.rows)


def test_the_sample_shows_what_extracts_bring_along():
    said = {row.surname for row in SAMPLE.rows}
    assert {"NULL", "MacSPECIMEN", "O'SAMPLE-DOE", "PRÓBOVÁ"} <= said
    assert {row.delay_reason for row in SAMPLE.rows} >= {"CAP03", "CAP04", "HP06", None}
    assert any(row.forename is None for row in SAMPLE.rows)
    assert any(row.discharged_at for row in SAMPLE.rows)


def test_the_guide_to_the_extract_names_every_column_limit_and_refusal():
    guide = (resource("samples").parent.parent / "docs" / "pas-extract.md").read_text("utf-8")
    for column, declared in COLUMNS.items():
        row = re.search(rf"^\| `{column}` \|(.*)$", guide, re.MULTILINE)
        assert row, column
        assert ("required" in row[1]) == (column in REQUIRED), column
        assert f"| {declared.limit} |" in row[1], column
        for synonym in declared.synonyms:
            assert f"`{synonym}`" in row[1], synonym
    for code in ("empty", "too_large", "not_text", *HEADER_CODES, *FLAG_CODES):
        assert f"`{code}`" in guide, code
