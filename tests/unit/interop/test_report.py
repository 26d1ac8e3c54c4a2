from __future__ import annotations

import json

from d2a_desktop.interop.records import Flag
from d2a_desktop.interop.report import Change, ImportReport, Refusal


def test_a_report_has_the_shape_of_the_command_line():
    report = ImportReport(
        accepted=2,
        changed=1,
        unchanged=3,
        refused=(Refusal(5, "dob", "This is missing."),),
        extra_columns=("bay",),
        flags=(Flag(3, "admitted_at", "ambiguous_hour", "This hour exists twice."),),
        changes=(Change(4, "C-7K3Q-MX4P", "ward"),),
        sites=("RHU01",),
        sha256="ab",
        dry_run=True,
        not_in_extract=("C-3333-4444",),
        more={"import": "1"},
    )
    document = json.loads(json.dumps(report.to_document()))
    assert document["accepted"] == 2
    assert document["changed"] == 1
    assert document["unchanged"] == 3
    assert document["refused"] == [{"line": 5, "column": "dob", "reason": "This is missing."}]
    assert document["extra_columns"] == ["bay"]
    assert document["flagged"][0]["code"] == "ambiguous_hour"
    assert document["changes"] == [{"line": 4, "case": "C-7K3Q-MX4P", "column": "ward"}]
    assert document["not_in_extract"] == ["C-3333-4444"]
    assert (document["sites"], document["dry_run"]) == (["RHU01"], True)
    assert document["import"] == "1"
    assert report.exit_code == 1


def test_an_import_in_which_nothing_was_refused_is_done():
    report = ImportReport(accepted=1, changed=0, unchanged=0, refused=())
    assert report.exit_code == 0
    assert report.to_document()["refused"] == []


def test_a_refusal_says_all_that_is_wrong_in_one_cell():
    refusal = Refusal(7, "dob", "This is missing.", (("ward", "This is missing."),))
    assert refusal.because == "dob: This is missing. ward: This is missing."
    assert Refusal(7, "", "The row has too many cells.").because == "The row has too many cells."
