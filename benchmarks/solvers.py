"""The engines on a working day's size: a checked plan, beside the greedy plan it starts from."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks import matching_boards
from benchmarks.figures import Figure, stopwatch
from benchmarks.instances import hub_diary
from d2a_desktop.engines.cpsat import Effort
from d2a_desktop.scheduling import engine as scheduling
from d2a_desktop.scheduling import problem as scheduling_problem
from d2a_desktop.scheduling.insertion import first_plan
from d2a_desktop.scheduling.route import Board

Json = dict[str, Any]
_SEEDS = (1, 2, 3, 4)
_SCHEDULE_SECONDS = 5.0


def figures(folder: Path) -> Iterator[Figure]:
    """Solve the boards of matching and four diaries; `folder` is not needed."""
    del folder

    def schedule(document: Json) -> Json:
        effort = Effort(seconds=_SCHEDULE_SECONDS)
        return scheduling.solve_document(document, effort=effort)

    def greedy_schedule(document: Json) -> None:
        first_plan(Board(scheduling_problem.parse(document)))

    diaries = [hub_diary(assessors=10, visits=40, seed=seed) for seed in _SEEDS]
    yield from matching_boards.figures()
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
