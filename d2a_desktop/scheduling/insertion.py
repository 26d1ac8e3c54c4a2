"""Best insertion: one visit into a diary in milliseconds, and whole plans built visit by visit."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from d2a_desktop.scheduling.options import points, time_points
from d2a_desktop.scheduling.problem import Problem, Slot, Visit
from d2a_desktop.scheduling.route import Board, Cost, Routes

_MOST_REMOVED = 6
_MANY_VISITS = 100


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a visit could go with nothing else moved (`start` in UTC minutes since 1970)."""

    visit: str
    assessor: str
    start: int
    minutes_late: int
    points: int
    extra_travel_minutes: int
    because: tuple[str, ...]


def best_insertions(
    problem: Problem,
    visit: Visit,
    *,
    diary: Mapping[str, Slot] | None = None,
    most: int = 3,
) -> list[Placement]:
    """Return the best places for one visit, every other visit staying exactly where it is.

    Args:
        problem: the problem; `visit` may be new to it, or be one that is to be moved.
        visit: the visit to place; a confirmed time of its own is ignored.
        diary: where the others stand; by default their confirmed times, else the previous plan.
        most: how many places to return, at most one per assessor and day part (piece).

    Returns:
        the best first: on time before late, then fewest points, then least extra travel.
    """
    diary = _diary(problem) if diary is None else diary
    loose = dataclasses.replace(visit, confirmed=None)
    others = {
        name: dataclasses.replace(other, confirmed=diary[name])
        for name, other in problem.visits.items()
        if name in diary and name != visit.id
    }
    board = Board(dataclasses.replace(problem, visits={**others, visit.id: loose}))
    routes = Routes(board)
    best: dict[int, tuple[Cost, int]] = {}
    for cost, piece, at in routes.insertions(visit.id):
        if piece not in best or (cost, at) < best[piece]:
            best[piece] = (cost, at)
    ranked = sorted((cost, piece, at) for piece, (cost, at) in best.items())
    return [_placement(board, routes, loose, row) for row in ranked[:most]]


def best_insertion(
    problem: Problem, visit: Visit, *, diary: Mapping[str, Slot] | None = None
) -> Placement | None:
    """Return the best place for one visit with nothing else moved, None if there is none."""
    return next(iter(best_insertions(problem, visit, diary=diary, most=1)), None)


def _diary(problem: Problem) -> dict[str, Slot]:
    found = dict(problem.previous_plan)
    for visit in problem.visits.values():
        if visit.confirmed is not None and not problem.is_void(visit):
            found[visit.id] = visit.confirmed
    return found


def _placement(board: Board, routes: Routes, visit: Visit, row: tuple[Cost, int, int]) -> Placement:
    cost, piece, at = row
    trial = routes.copy()
    trial.insert(visit.id, piece, at)
    slot = trial.slots()[visit.id]
    person = board.problem.assessors[slot.assessor]
    because = [p.sentence for p in points(board.problem, visit, person)]
    if time_points(board.problem, visit, slot.start):
        because.append("was planned at another time")
    return Placement(
        visit=visit.id,
        assessor=slot.assessor,
        start=slot.start,
        minutes_late=max(0, slot.start - visit.deadline),
        points=cost[3],
        extra_travel_minutes=cost[4],
        because=tuple(because),
    )


def build(
    routes: Routes, order: Sequence[str], stopped: Callable[[], bool] = lambda: False
) -> None:
    """Insert visits in two passes: whoever can be on time first, then late, never impossible."""
    late = [v for v in order if stopped() or not _insert_best(routes, v, on_time=True)]
    for visit in late:
        if stopped():
            return
        _insert_best(routes, visit, on_time=False)


def _insert_best(routes: Routes, visit: str, *, on_time: bool) -> bool:
    """Insert a visit where it costs least, if that is better than leaving it out."""
    limit = (1,) if on_time else routes.board.unscheduled(visit)
    found = min((row for row in routes.insertions(visit) if row[0] < limit), default=None)
    if found is None:
        return False
    routes.insert(visit, found[1], found[2])
    return True


def first_plan(board: Board, stopped: Callable[[], bool] = lambda: False) -> Routes:
    """Return the best of a few built plans: by deadline, by scarcity, by weight.

    A large hub gets the first of them, so that there is a whole plan within a second.
    """
    visits, free = board.problem.visits, sorted(board.free)
    orders = (
        sorted(free, key=lambda v: (visits[v].deadline, v)),
        sorted(free, key=lambda v: (len(board.options[v]), visits[v].deadline, v)),
        sorted(free, key=lambda v: (-visits[v].priority_weight, visits[v].deadline, v)),
    )
    tried = orders if len(free) <= _MANY_VISITS else orders[:1]
    return min((_built(board, order, stopped) for order in tried), key=Routes.cost)


def _built(board: Board, order: Sequence[str], stopped: Callable[[], bool]) -> Routes:
    routes = Routes(board)
    build(routes, order, stopped)
    return routes


def improve(
    routes: Routes,
    *,
    seed: int,
    rounds: int,
    stopped: Callable[[], bool],
    on_better: Callable[[Routes], None] = lambda routes: None,
) -> Routes:
    """Take some visits out and build them in again, over and over; keep what is not worse.

    Args:
        routes: the plan to begin with, which is not changed.
        seed: makes the search repeatable.
        rounds: how many times.
        stopped: ends the search early.
        on_better: called with each better plan.

    Returns:
        a plan that is never worse.
    """
    # Not a secret: a search that can be repeated.
    rng = random.Random(seed)  # noqa: S311
    free = sorted(routes.board.free)
    best, best_cost = routes, routes.cost()
    for _ in range(rounds if free else 0):
        if stopped():
            break
        trial = best.copy()
        chosen = _neighbours(best, rng, free)
        trial.remove(v for v in chosen if v not in trial.out)
        waiting = [v for v in free if v in trial.out]
        rng.shuffle(waiting)
        build(trial, waiting)
        cost = trial.cost()
        if cost <= best_cost:
            better = cost < best_cost
            best, best_cost = trial, cost
            if better:
                on_better(best)
    return best


def _neighbours(routes: Routes, rng: random.Random, free: Sequence[str]) -> list[str]:
    """Choose one visit and the nearest of the others, with some chance among them."""
    problem = routes.board.problem
    first = problem.visits[rng.choice(free)]
    near = sorted(
        free,
        key=lambda v: (
            problem.travel[first.node][problem.visits[v].node] * rng.uniform(0.5, 1.5)
            + abs(first.deadline - problem.visits[v].deadline) / 60 * rng.random(),
            v,
        ),
    )
    return near[: rng.randint(1, min(_MOST_REMOVED, len(near)))]
