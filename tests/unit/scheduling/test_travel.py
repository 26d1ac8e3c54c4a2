"""Travel time offline: measured rules, estimates are marked and never run backwards."""

from __future__ import annotations

import pytest

from d2a_desktop.scheduling.travel import (
    Place,
    TravelTimes,
    great_circle_km,
    minutes_by_road,
)

LEEDS = Place("base", 53.7997, -1.5492, "LS1")
YORK = Place("home", 53.9583, -1.0803, "YO1")


def test_the_great_circle_from_leeds_to_york_is_thirty_five_kilometres():
    assert great_circle_km((53.7997, -1.5492), (53.9583, -1.0803)) == pytest.approx(35.4, abs=0.3)


@pytest.mark.parametrize(
    ("km", "minutes"), [(0.0, 3), (4.0, 13), (8.0, 23), (30.0, 56), (105.0, 116)]
)
def test_the_bands_are_town_mixed_and_long(km: float, minutes: int):
    # 8 km at 25, 22 km at 40, the rest at 75 km/h, and 3 minutes to park.
    assert minutes_by_road(km) == pytest.approx(minutes, abs=1)


def test_a_longer_way_never_takes_less_time():
    minutes = [minutes_by_road(km / 2) for km in range(400)]
    assert minutes == sorted(minutes)


def test_what_somebody_measured_rules_and_is_not_marked_estimated():
    times = TravelTimes(measured={("base", "home"): 31})
    assert times.between(LEEDS, YORK).minutes == 31
    assert not times.between(LEEDS, YORK).estimated
    assert times.between(YORK, LEEDS).estimated


@pytest.mark.parametrize(
    ("start", "end", "basis"),
    [
        (LEEDS, YORK, "coordinates"),
        (LEEDS, Place("home", outward="YO1"), "postcode district"),
        (Place("base", outward="LS1"), Place("home", outward="LS1"), "postcode district"),
        (LEEDS, Place("home", outward="ZZ9"), "assumed"),
        (LEEDS, Place("home"), "assumed"),
    ],
)
def test_every_estimate_says_what_it_rests_on(start: Place, end: Place, basis: str):
    journey = TravelTimes(districts={"YO1": (53.9583, -1.0803)}).between(start, end)
    assert (journey.basis, journey.estimated) == (basis, True)
    assert journey.minutes > 0


def test_the_matrix_has_every_way_and_none_to_itself():
    matrix = TravelTimes().matrix({"base": LEEDS, "home": YORK})
    assert matrix["base"]["base"] == 0
    assert matrix["base"]["home"] == matrix["home"]["base"] > 40
