"""`d2a data`: postcodes, typed centres and measured times from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.code_point import code_point, row
from tests.integration.cli.shell import Shell


def test_postcodes_are_taken_in_and_their_owner_is_named(ward: Shell, tmp_path: Path):
    zipped = code_point(tmp_path / "codepo.zip", {"po": [row("PO6 3LY", 465_000, 105_000)]})
    done = ward.run("data", "import-postcodes", str(zipped)).document
    assert (done["places"], done["unlocated"], done["files"]) == (1, 0, 1)
    assert "Contains OS data © Crown copyright and database right 2026" in done["attribution"]
    assert ward.run("data", "places").document["attribution"] == done["attribution"]


def test_what_was_typed_is_kept_and_shown(ward: Shell):
    ward.run("data", "centre", "BT1", "--latitude", "54.6", "--longitude", "-5.93")
    held = ward.run("data", "travel-time", "PO12", "PO6", "--minutes", "25").document
    assert held["centres"] == {"BT1": [54.6, -5.93]}
    assert held["travel_times"] == {"PO12 PO6": 25}
    assert held["attribution"] is None
    assert ward.run("data", "travel-time", "PO6", "PO12", "--forget").document["travel_times"] == {}


def test_a_wrong_file_is_refused_and_a_missing_one_cannot_be_reached(ward: Shell, tmp_path: Path):
    (tmp_path / "text.zip").write_text("no zip")
    ward.run("data", "import-postcodes", str(tmp_path / "text.zip"), expect=1)
    ward.run("data", "import-postcodes", str(tmp_path / "nowhere.zip"), expect=3)
    ward.run("data", "centre", "PO6 3LY", "--latitude", "50", "--longitude", "-1", expect=2)
