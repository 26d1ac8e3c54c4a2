"""National Grid eastings and northings as latitude and longitude (WGS 84), without a library.

After Ordnance Survey's "A guide to coordinate systems in Great Britain": the inverse transverse
Mercator projection (annexe C) and the seven-parameter Helmert transformation (section 6.6), which
is true to about 5 m.
"""

from __future__ import annotations

import math

# Airy 1830 and WGS 84: semi-axes in metres.
_AIRY = (6_377_563.396, 6_356_256.909)
_WGS84 = (6_378_137.0, 6_356_752.314_245)
# The projection of the National Grid.
_SCALE = 0.9996012717
_ORIGIN = (math.radians(49), math.radians(-2))
_FALSE_EAST, _FALSE_NORTH = 400_000.0, -100_000.0
# OSGB36 to WGS 84: metres, parts per million, seconds of arc.
_SHIFT = (446.448, -125.157, 542.060)
_PPM = -20.4894
_TURN = (0.1502, 0.2470, 0.8421)
_MILLIMETRE = 0.00001


def wgs84(easting: float, northing: float) -> tuple[float, float]:
    """Return (latitude, longitude) in degrees of a point given in metres of the National Grid."""
    latitude, longitude = osgb36(easting, northing)
    x, y, z = _cartesian(math.radians(latitude), math.radians(longitude), _AIRY)
    scale = 1 + _PPM * 1e-6
    rx, ry, rz = (math.radians(turn / 3600) for turn in _TURN)
    tx, ty, tz = _SHIFT
    return _geodetic(
        tx + scale * x - rz * y + ry * z,
        ty + rz * x + scale * y - rx * z,
        tz - ry * x + rx * y + scale * z,
    )


def osgb36(easting: float, northing: float) -> tuple[float, float]:
    """Return (latitude, longitude) in degrees on the map's own datum, OSGB36."""
    a, b = _AIRY
    squared = 1 - (b / a) ** 2
    first, origin_longitude = _ORIGIN
    latitude = first
    while True:
        rest = northing - _FALSE_NORTH - _meridian(latitude)
        latitude += rest / (a * _SCALE)
        if abs(rest) < _MILLIMETRE:
            break
    sine, tangent = math.sin(latitude), math.tan(latitude)
    curve = 1 - squared * sine**2
    across = a * _SCALE / math.sqrt(curve)
    along = a * _SCALE * (1 - squared) / curve**1.5
    eta = across / along - 1
    secant, t2 = 1 / math.cos(latitude), tangent**2
    east = easting - _FALSE_EAST
    latitude -= tangent / (2 * along * across) * east**2
    latitude += tangent / (24 * along * across**3) * (5 + 3 * t2 + eta - 9 * t2 * eta) * east**4
    latitude -= tangent / (720 * along * across**5) * (61 + 90 * t2 + 45 * t2**2) * east**6
    longitude = origin_longitude + secant / across * east
    longitude -= secant / (6 * across**3) * (across / along + 2 * t2) * east**3
    longitude += secant / (120 * across**5) * (5 + 28 * t2 + 24 * t2**2) * east**5
    longitude -= (
        secant / (5040 * across**7) * (61 + 662 * t2 + 1320 * t2**2 + 720 * t2**3) * east**7
    )
    return math.degrees(latitude), math.degrees(longitude)


def _meridian(latitude: float) -> float:
    """Return the developed arc of the meridian from the true origin in metres."""
    a, b = _AIRY
    n = (a - b) / (a + b)
    less, more = latitude - _ORIGIN[0], latitude + _ORIGIN[0]
    return (
        b
        * _SCALE
        * (
            (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
            - (3 * n + 3 * n**2 + 21 / 8 * n**3) * math.sin(less) * math.cos(more)
            + 15 / 8 * (n**2 + n**3) * math.sin(2 * less) * math.cos(2 * more)
            - 35 / 24 * n**3 * math.sin(3 * less) * math.cos(3 * more)
        )
    )


def _cartesian(
    latitude: float, longitude: float, axes: tuple[float, float]
) -> tuple[float, float, float]:
    a, b = axes
    squared = 1 - (b / a) ** 2
    across = a / math.sqrt(1 - squared * math.sin(latitude) ** 2)
    return (
        across * math.cos(latitude) * math.cos(longitude),
        across * math.cos(latitude) * math.sin(longitude),
        (1 - squared) * across * math.sin(latitude),
    )


def _geodetic(x: float, y: float, z: float) -> tuple[float, float]:
    a, b = _WGS84
    squared = 1 - (b / a) ** 2
    flat = math.hypot(x, y)
    latitude = math.atan2(z, flat * (1 - squared))
    # Three rounds settle it far below a millimetre anywhere in Britain.
    for _ in range(5):
        across = a / math.sqrt(1 - squared * math.sin(latitude) ** 2)
        latitude = math.atan2(z + squared * across * math.sin(latitude), flat)
    return math.degrees(latitude), math.degrees(math.atan2(y, x))
