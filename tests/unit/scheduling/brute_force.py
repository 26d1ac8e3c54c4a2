"""Every schedule of a small document on a grid of starts, judged by the independent checker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from d2a_desktop.scheduling.checker import check

Json = dict[str, Any]


def best_objective(document: Json, starts: Sequence[str]) -> tuple[int, ...]:
    """Return the best objective of all valid schedules with these starts.

    A part of a schedule that breaks a rule breaks it in every whole one (all ways in the test data
    keep the triangle inequality), so such parts are not extended.
    """
    best: tuple[int, ...] = (10**9,)
    visits = [visit["id"] for visit in document["visits"]]

    def extend(rows: list[Json], at: int) -> None:
        nonlocal best
        if at == len(visits):
            checked = check(document, _solution(document, rows))
            if not checked.violations:
                best = min(best, checked.objective)
            return
        extend(rows, at + 1)
        for assessor in document["assessors"]:
            for start in starts:
                row = {"visit": visits[at], "assessor": assessor["id"], "start": start}
                broken = check(document, _solution(document, [*rows, row])).violations
                if all(v.fact.startswith("is left out") for v in broken):
                    extend([*rows, row], at + 1)

    extend([], 0)
    return best


def grid(first: str, last: str, minutes: int) -> list[str]:
    """Return instants (UTC, with offset) from `first` to `last` every so many minutes."""
    at, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    found = []
    while at <= end:
        found.append(at.isoformat(timespec="minutes"))
        at += timedelta(minutes=minutes)
    return found


def _solution(document: Json, rows: list[Json]) -> Json:
    given = {row["visit"] for row in rows}
    left = [visit["id"] for visit in document["visits"] if visit["id"] not in given]
    return {"instance": document["id"], "visits": rows, "unscheduled": left}
