"""Where postcodes are and how long ways take: Code-Point Open, typed centres, measured times.

All of it is about postcodes and districts, never about people, and lies unencrypted in the desk's
folder. Nothing is ever fetched: a person brings the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from d2a_desktop.core.errors import InputFileError, RefusedError, UnreachableError, UsageError
from d2a_desktop.domain.person import Postcode
from d2a_desktop.interop.code_point_open import CodePointOpen
from d2a_desktop.interop.national_grid import wgs84
from d2a_desktop.local_db.postcodes import PostcodeFile, Row

_OWN_FILE = "places.json"
_LONGEST_MINUTES = 24 * 60
# The United Kingdom with its islands, in degrees.
_LATITUDES, _LONGITUDES = (49.0, 61.5), (-9.0, 2.5)

OnRows = Callable[[int, int, int], None]
"""Told rows read so far, files done and files in all."""


@dataclass(frozen=True)
class PostcodeImport:
    """What an import took in; `unlocated` postcodes are in the list without a place."""

    places: int
    unlocated: int
    files: int
    attribution: str


@dataclass(frozen=True)
class PlacesHeld:
    """What this desk knows of places; `attribution` is empty without Code-Point Open."""

    postcodes: int
    attribution: str
    centres: dict[str, tuple[float, float]]
    travel_times: dict[str, int]


@dataclass
class Known:
    """Places of one plan: latitude and longitude by postcode and district, minutes by districts."""

    postcodes: dict[str, tuple[float, float]] = field(default_factory=dict)
    districts: dict[str, tuple[float, float]] = field(default_factory=dict)
    minutes: dict[tuple[str, str], int] = field(default_factory=dict)


class Places:
    """The places of one desk.

    Args:
        folder: the desk's folder; None knows nothing and keeps nothing.
        this_year: the year of an attribution whose file does not say its own.
    """

    def __init__(self, folder: Path | None = None, *, this_year: int = 0) -> None:
        self._folder = folder
        self._this_year = this_year

    def import_postcodes(
        self,
        file: Path,
        *,
        on_rows: OnRows = lambda rows, done, files: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PostcodeImport:
        """Take in a zip of Code-Point Open, whole or not at all, in one pass.

        Args:
            file: the zip as Ordnance Survey gives it.
            on_rows: told after every 20,000 rows and every file.
            cancelled: asked as often; once true, nothing is changed.

        Raises:
            InputFileError: the file is not such a zip, or is damaged; names file and line.
            RefusedError: cancelled (code "cancelled").
            UnreachableError: the file cannot be read, or the desk's folder not written to.
        """
        folder = self._own_folder()
        with CodePointOpen(file) as source:
            counted = _Counted(source, on_rows)
            year = source.copyright_year() or self._this_year
            places = PostcodeFile(folder).replace(
                counted.rows(), copyright_year=year, keep=lambda: counted.keep(cancelled)
            )
            if places is None:
                raise RefusedError("Cancelled; nothing was changed.", code="cancelled")
            return PostcodeImport(places, counted.unlocated, len(source.files), attribution(year))

    def held(self) -> PlacesHeld:
        """Return what is known."""
        if self._folder is None:
            return PlacesHeld(0, "", {}, {})
        own, about = self._own(), PostcodeFile(self._folder).about()
        return PlacesHeld(
            postcodes=about.places if about else 0,
            attribution=attribution(about.copyright_year) if about else "",
            centres={name: (lat, lon) for name, (lat, lon) in own["centres"].items()},
            travel_times=dict(own["minutes"]),
        )

    def set_centre(self, outward: str, latitude: float, longitude: float) -> None:
        """Keep the middle of a postcode district by hand, in degrees of WGS 84.

        It rules over Code-Point Open, which has none for Northern Ireland.

        Raises:
            UsageError: no outward code, or not in the United Kingdom.
        """
        code = outward_code(outward)
        inside = _LATITUDES[0] <= latitude <= _LATITUDES[1]
        if not (inside and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]):
            raise UsageError(
                "These coordinates are not in the United Kingdom.",
                what_to_do="Write degrees, such as 50.84 and -1.07.",
            )
        own = self._own()
        own["centres"][code] = [latitude, longitude]
        self._save(own)

    def set_travel_time(self, start: str, end: str, minutes: int | None) -> None:
        """Keep how long the way between two districts was measured to take, both ways.

        `minutes` None forgets it.

        Raises:
            UsageError: no outward codes, or not between 0 minutes and a day.
        """
        key = " ".join(sorted((outward_code(start), outward_code(end))))
        own = self._own()
        if minutes is None:
            own["minutes"].pop(key, None)
        elif 0 <= minutes <= _LONGEST_MINUTES:
            own["minutes"][key] = minutes
        else:
            raise UsageError("A way takes between 0 and 1440 minutes.")
        self._save(own)

    def known(self, postcodes: Iterable[str], outwards: Iterable[str]) -> Known:
        """Return what is known of these postcodes and districts."""
        if self._folder is None:
            return Known()
        own, file = self._own(), PostcodeFile(self._folder)
        wanted = set(outwards)
        typed = {n: (lat, lon) for n, (lat, lon) in own["centres"].items() if n in wanted}
        minutes = {}
        for key, taken in own["minutes"].items():
            one, other = key.split(" ")
            minutes[one, other] = minutes[other, one] = taken
        return Known(
            postcodes={name: wgs84(*at) for name, at in file.places(set(postcodes)).items()},
            districts={name: wgs84(*at) for name, at in file.districts(wanted).items()} | typed,
            minutes=minutes,
        )

    # -- what was typed here

    def _own_folder(self) -> Path:
        if self._folder is None or not self._folder.is_dir():
            raise UnreachableError(
                "There is no desk in this profile.",
                what_to_do="Make one with: d2a desk init --org ODS --role ROLE",
                code="no_desk",
            )
        return self._folder

    def _own(self) -> dict[str, dict[str, Any]]:
        assert self._folder is not None
        try:
            held = json.loads((self._folder / _OWN_FILE).read_text(encoding="utf-8"))
            return {"centres": dict(held["centres"]), "minutes": dict(held["minutes"])}
        except FileNotFoundError:
            return {"centres": {}, "minutes": {}}
        except (OSError, ValueError, KeyError, TypeError):
            raise InputFileError(
                f"The file {_OWN_FILE} in the desk's folder cannot be read.",
                what_to_do="Mend it, or remove it to begin without typed places.",
                code="places_unreadable",
            ) from None

    def _save(self, own: dict[str, dict[str, Any]]) -> None:
        file = self._own_folder() / _OWN_FILE
        fresh = file.with_suffix(".new")
        try:
            with fresh.open("w", encoding="utf-8") as stream:
                json.dump(own, stream, indent=1, sort_keys=True)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(file)
        except OSError as error:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            raise UnreachableError(
                "The places could not be saved; what was there before still is.",
                what_to_do="Check the disk's free space and the right to write to the desk's"
                " folder.",
                code="places_unwritable",
            ) from error


class _Counted:
    """The rows of a zip on their way into the file, counted for whoever waits."""

    def __init__(self, source: CodePointOpen, on_rows: OnRows) -> None:
        self._source, self._on_rows = source, on_rows
        self._read = self._done = 0
        self.unlocated = 0

    def rows(self) -> Iterator[Row]:
        for each in self._source.files:
            for place in self._source.rows(each):
                self._read += 1
                if place is None:
                    self.unlocated += 1
                else:
                    yield place.postcode, place.outward, place.easting, place.northing
            self._done += 1
            self._tell()

    def keep(self, cancelled: Callable[[], bool]) -> bool:
        self._tell()
        return not cancelled()

    def _tell(self) -> None:
        self._on_rows(self._read, self._done, len(self._source.files))


def attribution(year: int) -> str:
    """Return the words that the licence of Code-Point Open (OGL 3.0) asks to show."""
    return (
        f"Contains OS data © Crown copyright and database right {year}. "
        f"Contains Royal Mail data © Royal Mail copyright and database right {year}. "
        f"Contains National Statistics data © Crown copyright and database right {year}."
    )


def outward_code(text: str) -> str:
    """Return an outward code such as PO6 in capitals.

    Raises:
        UsageError: it is none, or a whole postcode: those may be somebody's home.
    """
    packed = "".join(text.split()).upper()
    try:
        Postcode.parse(f"{packed} 1AA")
    except UsageError:
        raise UsageError(
            "This is not the first half of a postcode.",
            what_to_do="Write it like PO6; a whole postcode is not kept here.",
            code="outward_code",
        ) from None
    return packed
