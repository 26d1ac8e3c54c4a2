"""Every plan of a small matching document, judged by the independent checker: the best is proof."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from d2a_desktop.matching.checker import check

Json = dict[str, Any]


def best_objective(document: Json) -> tuple[float, ...]:
    """Return the best objective of all valid plans by trying every one."""
    best: tuple[float, ...] | None = None
    options = [_options(document, referral) for referral in document["referrals"]]
    for rows in itertools.product(*options):
        solution = {
            "instance": document["id"],
            "assignments": [row for choice in rows if choice for row in choice],
            "unplaced": [
                referral["id"]
                for referral, choice in zip(document["referrals"], rows, strict=True)
                if not choice
            ],
        }
        checked = check(document, solution)
        if not checked.violations and (best is None or checked.objective < best):
            best = checked.objective
    assert best is not None
    return best


def _options(document: Json, referral: Json) -> list[list[Json]]:
    """Return "unplaced" and every choice that is valid by itself."""
    found: list[list[Json]] = [[]]
    workers = [worker["id"] for worker in document["workers"]]
    for start in _days(referral):
        for team in itertools.product(workers, repeat=len(referral["parts"])):
            rows = [
                {"referral": referral["id"], "part": n, "worker": w, "start": start}
                for n, w in enumerate(team)
            ]
            others = [r["id"] for r in document["referrals"] if r is not referral]
            alone = {"instance": document["id"], "assignments": rows, "unplaced": others}
            if not check(document, alone).violations:
                found.append(rows)
    return found


def _days(referral: Json) -> Iterator[str]:
    day = date.fromisoformat(referral["earliest_start"])
    while day <= date.fromisoformat(referral["latest_start"]):
        yield day.isoformat()
        day += timedelta(days=1)
