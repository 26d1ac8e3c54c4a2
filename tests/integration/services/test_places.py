"""Postcodes are taken in whole or not at all, and what is typed by hand rules over estimates."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from d2a_desktop.core.errors import InputFileError, RefusedError, UnreachableError, UsageError
from d2a_desktop.local_db.postcodes import FILE_NAME
from d2a_desktop.services.places import Places
from tests.code_point import code_point, row

ROWS = [
    row("PO6 3LY", 465_000, 105_000),
    row("PO6 3AA", 465_200, 105_400),
    row("PO6 9ZZ", 0, 0, quality=90),
]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    folder = tmp_path / "desk"
    folder.mkdir()
    return Places(folder, this_year=2026)


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    return code_point(
        tmp_path / "codepo.zip", {"po": ROWS, "so": [row("SO1 1AA", 442_000, 112_000)]}
    )


def test_postcodes_and_their_districts_are_found_after_an_import(places: Places, zipped: Path):
    told: list[tuple[int, int, int]] = []
    done = places.import_postcodes(zipped, on_rows=lambda *step: told.append(step))
    assert (done.places, done.unlocated, done.files) == (3, 1, 2)
    assert told[-1] == (4, 2, 2)
    known = places.known(["PO6 3LY", "PO6 9ZZ", "AB1 1AA"], ["PO6", "AB1"])
    assert set(known.postcodes) == {"PO6 3LY"}
    assert known.postcodes["PO6 3LY"] == pytest.approx((50.842, -1.078), abs=0.01)
    assert set(known.districts) == {"PO6"}
    assert known.districts["PO6"][0] > known.postcodes["PO6 3LY"][0]


def test_the_attribution_of_the_licence_is_given_with_the_year_of_the_data(
    places: Places, zipped: Path
):
    assert places.held().attribution == ""
    places.import_postcodes(zipped)
    held = places.held()
    assert held.postcodes == 3
    for owner in ("OS data", "Royal Mail data", "National Statistics data"):
        assert f"Contains {owner}" in held.attribution
    assert held.attribution.count("2026") == 3


def test_a_second_import_takes_the_place_of_the_first(places: Places, zipped: Path, tmp_path: Path):
    places.import_postcodes(zipped)
    other = code_point(
        tmp_path / "new.zip", {"po": [row("PO7 1AA", 466_000, 108_000)]}, metadata=""
    )
    assert "2026" in places.import_postcodes(other).attribution
    assert places.known(["PO6 3LY", "PO7 1AA"], []).postcodes.keys() == {"PO7 1AA"}


def test_what_goes_wrong_half_way_changes_nothing(places: Places, zipped: Path, tmp_path: Path):
    places.import_postcodes(zipped)
    file = tmp_path / "desk" / FILE_NAME
    before = file.read_bytes()
    broken = code_point(tmp_path / "broken.zip", {"po": [*ROWS[:1], "PO6 3LY,10"]})
    with pytest.raises(InputFileError):
        places.import_postcodes(broken)
    many = code_point(
        tmp_path / "many.zip",
        {"po": (row(f"PO{n % 90} {n % 9}AA", 465_000, 105_000) for n in range(45_000))},
    )
    asked: list[None] = []

    def after_the_first_batch() -> bool:
        asked.append(None)
        return len(asked) > 1

    with pytest.raises(RefusedError) as cancelled:
        places.import_postcodes(many, cancelled=after_the_first_batch)
    assert cancelled.value.code == "cancelled"
    assert len(asked) == 2
    with pytest.raises(UnreachableError):
        places.import_postcodes(tmp_path / "nowhere.zip")
    assert file.read_bytes() == before
    assert [each.name for each in (tmp_path / "desk").iterdir()] == [FILE_NAME]


def test_a_file_of_another_kind_in_its_place_is_no_file(places: Places, tmp_path: Path):
    file = tmp_path / "desk" / FILE_NAME
    file.write_bytes(b"not a database at all" * 100)
    assert places.held().postcodes == 0
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE something (x)")
    (tmp_path / "other").replace(file)
    assert places.known(["PO6 3LY"], ["PO6"]).postcodes == {}


def test_a_typed_centre_rules_over_the_list_and_needs_none(places: Places, zipped: Path):
    places.set_centre("bt1", 54.6, -5.93)
    places.import_postcodes(zipped)
    places.set_centre("PO6", 50.0, -1.0)
    assert places.known([], ["BT1", "PO6"]).districts == {"BT1": (54.6, -5.93), "PO6": (50.0, -1.0)}


def test_a_measured_time_holds_both_ways_until_it_is_forgotten(places: Places):
    places.set_travel_time("PO12", "po6", 25)
    assert places.known([], []).minutes == {("PO12", "PO6"): 25, ("PO6", "PO12"): 25}
    places.set_travel_time("PO6", "PO12", None)
    assert places.known([], []).minutes == {}


@pytest.mark.parametrize("code", ["PO6 3LY", "", "POX", "1", "PO6; DROP"])
def test_a_whole_postcode_is_not_kept(places: Places, code: str):
    with pytest.raises(UsageError):
        places.set_centre(code, 50.8, -1.1)


@pytest.mark.parametrize("at", [(0.0, 0.0), (float("nan"), 0.0), (51.0, 100.0)])
def test_a_centre_outside_the_country_is_refused(places: Places, at: tuple[float, float]):
    with pytest.raises(UsageError):
        places.set_centre("PO6", *at)


def test_without_a_desk_nothing_is_kept_and_nothing_is_known(tmp_path: Path, zipped: Path):
    nowhere = Places(tmp_path / "none", this_year=2026)
    with pytest.raises(UnreachableError) as refused:
        nowhere.import_postcodes(zipped)
    assert refused.value.code == "no_desk"
    assert Places().known(["PO6 3LY"], ["PO6"]).districts == {}
