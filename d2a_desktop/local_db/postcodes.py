"""The postcodes' places in an SQLite file of their own: nothing of anybody, so it is not encrypted.

It is written beside the old one and takes its place whole; whoever looks up never sees half of it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from d2a_desktop.core.errors import UnreachableError

FILE_NAME = "postcodes.sqlite3"
_VERSION = 1
_BATCH = 20_000
_SCHEMA = """
CREATE TABLE place (
    postcode TEXT PRIMARY KEY, easting INTEGER NOT NULL, northing INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE district (
    outward TEXT PRIMARY KEY, easting INTEGER NOT NULL, northing INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE about (copyright_year INTEGER NOT NULL, places INTEGER NOT NULL);
"""

Row = tuple[str, str, int, int]
"""Postcode, its outward part, easting and northing in metres."""


@dataclass(frozen=True)
class About:
    """Whose data the file holds, and how many places."""

    copyright_year: int
    places: int


class PostcodeFile:
    """The file of one desk; there need not be one."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME

    def about(self) -> About | None:
        """Return what the file holds; None when there is none (or none that can be read)."""
        with self._reading() as connection:
            if connection is None:
                return None
            row = connection.execute("SELECT copyright_year, places FROM about").fetchone()
            return About(*row) if row else None

    def places(self, postcodes: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return the (easting, northing) of those of these postcodes that are known."""
        return self._points("SELECT easting, northing FROM place WHERE postcode = ?", postcodes)

    def districts(self, outwards: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return the middle (easting, northing) of those of these districts that are known."""
        return self._points("SELECT easting, northing FROM district WHERE outward = ?", outwards)

    def replace(
        self, rows: Iterable[Row], *, copyright_year: int, keep: Callable[[], bool] = lambda: True
    ) -> int | None:
        """Write a new file from rows and put it in the old one's place; return the places in it.

        Args:
            rows: read once, as a stream; a postcode that comes twice counts with its last place.
            copyright_year: of the attribution.
            keep: asked before every batch and once at the end; False leaves all as it was and
                None is returned.

        Raises:
            UnreachableError: the desk's folder cannot be written to, or the disk is full.
        """
        fresh = self._file.with_suffix(".new")
        try:
            fresh.unlink(missing_ok=True)
            with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
                connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
                connection.executescript(_SCHEMA + f"PRAGMA user_version={_VERSION};")
                connection.execute("BEGIN")
                total = _fill(connection, rows, keep)
                connection.execute("INSERT INTO about VALUES (?, ?)", (copyright_year, total or 0))
                connection.execute("COMMIT")
            if total is None or not keep():
                return None
            with fresh.open("rb+") as written:
                os.fsync(written.fileno())
            fresh.replace(self._file)
            return total
        except (OSError, sqlite3.OperationalError) as error:
            raise UnreachableError(
                "The postcodes could not be saved; what was there before still is.",
                what_to_do="Check the disk's free space and the right to write to the desk's"
                " folder, then import again.",
                code="postcodes_unwritable",
            ) from error
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)

    def _points(self, question: str, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        with self._reading() as connection:
            if connection is not None:
                for name in names:
                    row = connection.execute(question, (name,)).fetchone()
                    if row is not None:
                        found[name] = (row[0], row[1])
        return found

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Open the file for reading; None where there is none, or one that is not ours."""
        if not self._file.is_file():
            yield None
            return
        connection = sqlite3.connect(f"{self._file.as_uri()}?mode=ro", uri=True)
        with closing(connection):
            try:
                version = connection.execute("PRAGMA user_version").fetchone()[0]
            except sqlite3.DatabaseError:
                version = None
            yield connection if version == _VERSION else None


def _fill(
    connection: sqlite3.Connection, rows: Iterable[Row], keep: Callable[[], bool]
) -> int | None:
    middles: dict[str, list[int]] = {}
    batch: list[tuple[str, int, int]] = []
    for postcode, outward, easting, northing in rows:
        batch.append((postcode, easting, northing))
        middle = middles.setdefault(outward, [0, 0, 0])
        middle[0] += easting
        middle[1] += northing
        middle[2] += 1
        if len(batch) >= _BATCH:
            if not keep():
                return None
            _write(connection, batch)
    _write(connection, batch)
    connection.executemany(
        "INSERT INTO district VALUES (?, ?, ?)",
        [(name, round(e / n), round(m / n)) for name, (e, m, n) in sorted(middles.items())],
    )
    total: int = connection.execute("SELECT count(*) FROM place").fetchone()[0]
    return total


def _write(connection: sqlite3.Connection, batch: list[tuple[str, int, int]]) -> None:
    connection.executemany("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", batch)
    batch.clear()
