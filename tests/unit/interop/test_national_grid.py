"""The National Grid against the worked example that Ordnance Survey publishes."""

from __future__ import annotations

import pytest

from d2a_desktop.interop.national_grid import osgb36, wgs84

# "A guide to coordinate systems in Great Britain", annexe C: Caister water tower.
CAISTER = (651_409.903, 313_177.270)
# One metre is about 9e-6 degrees of latitude and 1.5e-5 of longitude there.
MILLIMETRE = 1e-8


def degrees(whole: int, minutes: int, seconds: float) -> float:
    return whole + minutes / 60 + seconds / 3600


def test_the_projection_is_that_of_the_worked_example():
    latitude, longitude = osgb36(*CAISTER)
    assert latitude == pytest.approx(degrees(52, 39, 27.2531), abs=MILLIMETRE * 2)
    assert longitude == pytest.approx(degrees(1, 43, 4.5177), abs=MILLIMETRE * 2)


def test_the_helmert_transformation_is_that_of_the_published_parameters():
    latitude, longitude = wgs84(*CAISTER)
    assert latitude == pytest.approx(degrees(52, 39, 28.723), abs=1.5e-7)
    assert longitude == pytest.approx(degrees(1, 42, 57.787), abs=1.5e-7)


def test_it_is_true_to_five_metres_of_the_exact_place():
    # The same tower as satellites see it: 52 39 28.8282 N, 1 42 57.8663 E.
    latitude, longitude = wgs84(*CAISTER)
    north = (latitude - degrees(52, 39, 28.8282)) * 111_200
    east = (longitude - degrees(1, 42, 57.8663)) * 67_600
    assert (north**2 + east**2) ** 0.5 < 5


@pytest.mark.parametrize(
    ("point", "about"),
    [
        ((429_157, 623_009), (55.5, -1.54)),
        ((90_000, 10_000), (49.9, -6.32)),
        ((450_000, 1_200_000), (60.68, -1.09)),
    ],
)
def test_the_corners_of_britain_are_where_they_are(
    point: tuple[int, int], about: tuple[float, float]
):
    assert wgs84(*point) == pytest.approx(about, abs=0.02)
