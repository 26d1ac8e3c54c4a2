"""Taking in an extract of 10,000 rows, beside a bare executemany of what it writes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from benchmarks.desks import Rows, bench_desk, put_rows, stored_rows
from benchmarks.extracts import write_extract
from benchmarks.figures import Figure, in_turn, stopwatch, timed
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.interop.csv_import import read_pas_csv
from d2a_desktop.services.imports import Imports

ROWS = 10_000
_RECORDS = ("spell", "patient", "nctr_period")
_TRAIL = ("outbox_op", "audit_entry")
_LIMIT = "bare executemany of the same {} rows into SQLCipher"


def figures(folder: Path) -> Iterator[Figure]:
    """Measure an import into an empty desk, the reading alone, and a second import."""
    now = SystemClock().now()
    extract = write_extract(folder / "extract.csv", ROWS, now=now)
    numbers = count()

    def ours() -> float:
        with bench_desk(folder / f"desk{next(numbers)}") as desk, stopwatch() as taken:
            report = Imports(desk.context).pas_csv(desk.caller, extract)
        assert report.accepted == ROWS, report
        return taken[0]

    records, trail = _written(folder / "written", extract)

    def bare(rows: Rows) -> float:
        with bench_desk(folder / f"desk{next(numbers)}") as desk, desk.bare() as connection:
            with stopwatch() as taken:
                put_rows(connection, rows)
            return taken[0]

    seconds, limit = in_turn(ours, lambda: bare(records), times=3)
    yield Figure(
        "import", f"import of {ROWS:,} PAS rows", seconds, limit, _LIMIT.format(_count(records)),
        count=ROWS,
    )  # fmt: skip
    everything = records | trail
    yield Figure(
        "import", "  the same import", seconds, bare(everything),
        _LIMIT.format(_count(everything)), note="with its outbox and audit rows",
    )  # fmt: skip
    reading = in_turn(
        timed(lambda: read_pas_csv(extract, now=now)), timed(lambda: _bare_read(extract)), times=3
    )
    yield Figure("import", "  of it: reading and checking", *reading, "csv.reader over the file")
    yield _again(folder, extract)


def _again(folder: Path, extract: Path) -> Figure:
    """The same extract a second time changes nothing; a ward does it every hour."""
    with bench_desk(folder / "again") as desk:
        imports = Imports(desk.context)
        imports.pas_csv(desk.caller, extract)
        with desk.bare() as connection:
            again = in_turn(
                timed(lambda: imports.pas_csv(desk.caller, extract)),
                timed(lambda: stored_rows(connection, _RECORDS)),
                times=3,
            )
    words = "bare SELECT of the rows it compares"
    return Figure("import", "  the same extract again", *again, words)


def _written(folder: Path, extract: Path) -> tuple[Rows, Rows]:
    """Return the rows that one import writes: the records, and its trail (outbox, audit)."""
    with bench_desk(folder) as desk:
        Imports(desk.context).pas_csv(desk.caller, extract)
        with desk.bare() as connection:
            return stored_rows(connection, _RECORDS), stored_rows(connection, _TRAIL)


def _count(rows: Rows) -> str:
    return f"{sum(map(len, rows.values())):,}"


def _bare_read(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file))
