"""The engines on a working day's size: a checked plan, beside the greedy plan it starts from."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, stopwatch
from benchmarks.instances import agency_board, hub_diary
from d2a_desktop.engines.cpsat import Effort
from d2a_desktop.matching import engine as matching
from d2a_desktop.matching import problem as matching_problem
from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.greedy import Greedy
from d2a_desktop.scheduling import engine as scheduling
from d2a_desktop.scheduling import problem as scheduling_problem
from d2a_desktop.scheduling.insertion import first_plan
from d2a_desktop.scheduling.route import Board

Json = dict[str, Any]
_SEEDS = (1, 2, 3, 4)
_MATCH_SECONDS, _SCHEDULE_SECONDS = 3.0, 5.0


def figures(folder: Path) -> Iterator[Figure]:
    """Solve four boards and four diaries; `folder` is not needed."""
    del folder

    def match(document: Json) -> Json:
        effort = Effort(seconds=_MATCH_SECONDS)
        return matching.solve_document(document, effort=effort)

    def greedy_match(document: Json) -> None:
        problem = matching_problem.parse(document)
        Greedy(problem, Timetable(problem)).plan()

    def schedule(document: Json) -> Json:
        effort = Effort(seconds=_SCHEDULE_SECONDS)
        return scheduling.solve_document(document, effort=effort)

    def greedy_schedule(document: Json) -> None:
        first_plan(Board(scheduling_problem.parse(document)))

    boards = [agency_board(workers=60, referrals=15, seed=seed) for seed in _SEEDS]
    diaries = [hub_diary(assessors=10, visits=40, seed=seed) for seed in _SEEDS]
    match(boards[0])  # OR-Tools is loaded with the first
    yield _figure(
        "match 15 referrals to 60 workers", match, greedy_match, boards,
        f"the greedy plan alone; at most {_MATCH_SECONDS:g} s",
    )  # fmt: skip
    yield _figure(
        "schedule 40 visits of 10 assessors", schedule, greedy_schedule, diaries,
        f"best insertion alone; at most {_SCHEDULE_SECONDS:g} s",
    )  # fmt: skip


def _figure(
    what: str,
    solve: Callable[[Json], Json],
    greedy: Callable[[Json], None],
    documents: Sequence[Json],
    limit_is: str,
) -> Figure:
    ours, limit, statuses = [], [], []
    for document in documents:
        with stopwatch() as taken:
            statuses.append(solve(document)["status"])
        ours.append(taken[0])
        with stopwatch() as taken:
            greedy(document)
        limit.append(taken[0])
    note = f"{statuses.count('optimal')} of {len(statuses)} proven optimal"
    return Figure(
        "solve", what, statistics.median(ours), statistics.median(limit), limit_is, note=note
    )
