"""Boards of an agency, of a town and of a region: greedy, ours and the bound side by side.

`python -m benchmarks.matching_boards` solves the largest in a process of its own, for its memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.figures import Figure, peak_megabytes, stopwatch
from benchmarks.instances import agency_board
from d2a_desktop.engines.cpsat import Effort
from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.engine import solve_document
from d2a_desktop.matching.greedy import Greedy
from d2a_desktop.matching.problem import parse
from d2a_desktop.matching.scoring import Scorer

Json = dict[str, Any]

# (workers, referrals, seeds, seconds to search)
_BOARDS = ((60, 15, (1, 2, 3, 4, 5, 6), 3.0), (200, 50, (1, 2, 3), 5.0))
_LARGEST = (2000, 500, 1, 10.0)


def figures() -> Iterator[Figure]:
    """Solve every board; the first, which loads OR-Tools, once more before."""
    solve_document(agency_board(workers=20, referrals=5, seed=1))
    for workers, referrals, seeds, seconds in _BOARDS:
        for seed in seeds:
            yield _figure(workers, referrals, seed, measure(workers, referrals, seed, seconds))
    command = (sys.executable, "-m", "benchmarks.matching_boards")
    # This program with fixed arguments.
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    workers, referrals, seed, _ = _LARGEST
    yield _figure(workers, referrals, seed, json.loads(run.stdout))


def measure(workers: int, referrals: int, seed: int, seconds: float) -> Json:
    """Return the seconds and levels of the greedy plan and of ours, and the peak memory in MB."""
    document = agency_board(workers=workers, referrals=referrals, seed=seed)
    with stopwatch() as greedy:
        problem = parse(document)
        plan = Greedy(problem, Timetable(problem)).plan()
    floor = Scorer(problem).objective(plan).levels()
    before = time.process_time()
    with stopwatch() as ours:
        solution = solve_document(document, effort=Effort(seconds=seconds))
    return {
        "greedy_seconds": greedy[0],
        "seconds": ours[0],
        "cpu_seconds": time.process_time() - before,
        "greedy": floor,
        "ours": solution["objective"],
        "status": solution["status"],
        "bound": solution.get("bound", solution["objective"]),
        "memory": round(peak_megabytes()),
    }


def _figure(workers: int, referrals: int, seed: int, found: Json) -> Figure:
    note = (
        f"{found['status']}; greedy {_told(found['greedy'])}, ours {_told(found['ours'])},"
        f" bound {_told(found['bound'])}; {found['cpu_seconds']:.1f} CPU s, {found['memory']} MB"
    )
    return Figure(
        "solve", f"match {referrals} to {workers} workers, board {seed}", found["seconds"],
        found["greedy_seconds"], "reading the board and the greedy plan alone", note=note,
    )  # fmt: skip


def _told(levels: list[Any]) -> str:
    """Write priority placed (the right way up), days of waiting, points, km."""
    return "/".join("?" if level is None else f"{abs(level):g}" for level in levels)


if __name__ == "__main__":
    json.dump(measure(*_LARGEST), sys.stdout)
