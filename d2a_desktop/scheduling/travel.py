"""Travel time between two places, offline: measured where known, else estimated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

# Roads wind: road distance over great circle distance (MATCHING section 6).
_ROAD_FACTOR = 1.3
# (up to this many road km, km/h): the first stretch is in town, the long haul on fast roads.
_BANDS = ((8.0, 25.0), (30.0, 40.0), (math.inf, 75.0))
_PARKING_MINUTES = 3
_EARTH_KM = 6371.0
# Two addresses of one postcode district, and two of which one district is not known.
_SAME_DISTRICT_MINUTES = 12
_ASSUMED_MINUTES = 30

MEASURED = "measured"
COORDINATES = "coordinates"
DISTRICT = "postcode district"
ASSUMED = "assumed"


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the plan: coordinates in degrees (WGS 84) if known, else its outward postcode."""

    node: str
    latitude: float | None = None
    longitude: float | None = None
    outward: str | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """Whole minutes, road km (None: not known) and what they rest on."""

    minutes: int
    km: float | None
    basis: str

    @property
    def estimated(self) -> bool:
        """Tell whether the screen must say "estimated"."""
        return self.basis != MEASURED


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points (latitude, longitude in degrees) on the globe in km."""
    (lat1, lon1), (lat2, lon2) = ((math.radians(a), math.radians(b)) for a, b in (one, other))
    height = math.sin((lat2 - lat1) / 2) ** 2
    across = math.sin((lon2 - lon1) / 2) ** 2
    half = height + math.cos(lat1) * math.cos(lat2) * across
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def minutes_by_road(km: float) -> int:
    """Return the minutes for a road distance, parking included; more km never take less time."""
    hours, done = 0.0, 0.0
    for limit, speed in _BANDS:
        stretch = min(km, limit) - done
        if stretch <= 0:
            break
        hours += stretch / speed
        done += stretch
    return math.ceil(hours * 60) + _PARKING_MINUTES


class TravelTimes:
    """Answers how long a way takes.

    Args:
        measured: (from, to) nodes → minutes that somebody has measured; they rule.
        districts: outward postcode → (latitude, longitude) of its middle.
        measured_districts: (from, to) outward postcodes → minutes that somebody has measured; they
            rule over every estimate.
    """

    def __init__(
        self,
        *,
        measured: Mapping[tuple[str, str], int] | None = None,
        districts: Mapping[str, tuple[float, float]] | None = None,
        measured_districts: Mapping[tuple[str, str], int] | None = None,
    ) -> None:
        self._measured = measured or {}
        self._measured_districts = measured_districts or {}
        self._districts = districts or {}

    def between(self, start: Place, end: Place) -> Journey:
        """Return the way from `start` to `end`."""
        if start.node == end.node:
            return Journey(0, 0.0, MEASURED)
        known = self._measured.get((start.node, end.node))
        if known is not None:
            return Journey(known, None, MEASURED)
        known = self._measured_districts.get((start.outward or "", end.outward or ""))
        if known is not None:
            return Journey(known, None, MEASURED)
        vague = start.latitude is None and end.latitude is None
        if vague and start.outward is not None and start.outward == end.outward:
            return Journey(_SAME_DISTRICT_MINUTES, None, DISTRICT)
        one, other = self._point(start), self._point(end)
        if one is None or other is None:
            return Journey(_ASSUMED_MINUTES, None, ASSUMED)
        km = great_circle_km(one[0], other[0]) * _ROAD_FACTOR
        exact = one[1] and other[1]
        return Journey(minutes_by_road(km), km, COORDINATES if exact else DISTRICT)

    def matrix(self, places: Mapping[str, Place]) -> dict[str, dict[str, int]]:
        """Return minutes from node to node, as the neutral format wants them."""
        return {
            a: {b: self.between(places[a], places[b]).minutes for b in sorted(places)}
            for a in sorted(places)
        }

    def _point(self, place: Place) -> tuple[tuple[float, float], bool] | None:
        """Return the coordinates of a place and whether they are its own."""
        if place.latitude is not None and place.longitude is not None:
            return (place.latitude, place.longitude), True
        middle = self._districts.get(place.outward or "")
        return None if middle is None else (middle, False)
