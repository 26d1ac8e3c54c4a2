"""Diaries of a working day's size: greedy, OR-Tools' routing and ours, side by side in one run."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import solomon
from benchmarks.figures import Figure, say, stopwatch
from benchmarks.instances import hub_diary
from benchmarks.routing_baseline import routed
from d2a_desktop.engines.cpsat import Effort
from d2a_desktop.scheduling.engine import solve_document
from d2a_desktop.scheduling.insertion import best_insertion, first_plan
from d2a_desktop.scheduling.problem import Slot, parse
from d2a_desktop.scheduling.route import Board, Routes

Json = dict[str, Any]
SOLOMON = "D2A_SOLOMON"
"""The environment variable that names the folder of Solomon's instances."""

_SIZES = ((10, 40), (50, 300))
_SEEDS = (1, 2)
_SHORT, _LONG = 1.0, 5.0
_SOLOMON_SECONDS = 5.0


def figures() -> Iterator[Figure]:
    """Yield the figures of plans, of one insertion, and of the public instances."""
    for assessors, visits in _SIZES:
        for seed in _SEEDS:
            yield from _diary(assessors, visits, seed)
    yield _insertion()
    yield from _solomon()


def _without_wishes(document: Json) -> Json:
    """Leave travel alone to compare: the routing library knows no lower levels."""
    for row in document["visits"]:
        row |= {"gender_preferred": None, "languages_preferred": []}
    return document


def _diary(assessors: int, visits: int, seed: int) -> Iterator[Figure]:
    name = f"{assessors}x{visits} seed {seed}"
    say(f"  planning {name}")
    document = _without_wishes(hub_diary(assessors=assessors, visits=visits, seed=seed))
    board = Board(parse(document))
    with stopwatch() as built:
        greedy = first_plan(board)
    told = f"greedy {_words(greedy)} in {built[0]:.2f} s"
    for seconds in (_SHORT, _LONG):
        dropped, baseline = routed(board, seconds=seconds)
        with stopwatch() as taken:
            ours = solve_document(document, effort=Effort(seconds))
        late, left, travel = (ours["objective"][level] for level in (0, 1, 4))
        low = (ours.get("bound") or ours["objective"])[4]
        yield Figure(
            "solve",
            f"schedule {name}, {seconds:g} s",
            travel,
            baseline,
            "OR-Tools routing in the same time",
            note=(
                f"{told}; ours {left} out, priority late or out {late}, bound {low},"
                f" took {taken[0]:.2f} s; routing {dropped} out"
            ),
            unit="min",
        )


def _words(routes: Routes) -> str:
    cost = routes.cost()
    return f"{cost[4]} min, {cost[1]} out"


def _insertion() -> Figure:
    """The best place for one visit more in a full diary, beside a whole plan of it."""
    problem = parse(hub_diary(assessors=10, visits=40, seed=1))
    with stopwatch() as whole:
        plan = first_plan(Board(problem))
    slots = plan.slots()
    taken = []
    for name in list(slots)[:20]:
        diary: dict[str, Slot] = {key: slot for key, slot in slots.items() if key != name}
        with stopwatch() as one:
            best_insertion(problem, problem.visits[name], diary=diary)
        taken.append(one[0])
    return Figure(
        "solve",
        "the best place for one visit among 39",
        statistics.median(taken),
        whole[0],
        "building the whole diary by insertion",
    )


def _solomon() -> Iterator[Figure]:
    folder = os.environ.get(SOLOMON)
    if not folder or not Path(folder).is_dir():
        say(f"  Solomon's instances are left out: {SOLOMON} names no folder with them")
        return
    gaps = []
    for each in solomon.instances(Path(folder)):
        found = solomon.distance(each, seconds=_SOLOMON_SECONDS)
        gaps.append((100 * (found / each.best_known - 1), each.name))
        say(f"  {each.name}: {found:.1f}, best known {each.best_known:.1f}, {gaps[-1][0]:.2f} %")
    if gaps:
        worst = max(gaps)
        yield Figure(
            "solve",
            f"Solomon, {len(gaps)} instances of 100",
            statistics.mean(gap for gap, _ in gaps),
            2.0,
            "2 % above the best known, on average",
            note=f"{_SOLOMON_SECONDS:g} s of CPU each; worst {worst[1]} {worst[0]:.2f} %",
            unit="%",
        )
