"""The planner: insertion in two passes, improvement, and an exact proof on small days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from d2a_desktop.engines.cpsat import Deadline, Effort, Search, StopFlag, lexicographic
from d2a_desktop.scheduling.exact import ExactModel
from d2a_desktop.scheduling.insertion import first_plan, improve
from d2a_desktop.scheduling.problem import Problem, Slot
from d2a_desktop.scheduling.route import Board, Cost, Routes

Progress = Callable[[dict[str, Any]], None]

# Above so many visits to decide there is a good plan but no useful bound (MATCHING section 5).
MOST_EXACT_VISITS = 12
_ROUNDS_BEFORE_EXACT = 60
_ROUNDS = 20_000
# The exact search gets what is left; without it improvement gets all.
_IMPROVE_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Result:
    """A plan and what is known about it; `bound` is a lower bound per level, None: unknown."""

    slots: Mapping[str, Slot]
    cost: Cost
    greedy: Cost
    proven: bool
    bound: tuple[int | None, ...]
    board: Board
    routes: Routes


def plan(
    problem: Problem,
    *,
    effort: Effort | None = None,
    stop: StopFlag | None = None,
    on_progress: Progress | None = None,
    rounds: int | None = None,
) -> Result:
    """Return the best plan found within the effort, never worse than best insertion.

    Args:
        problem: the parsed problem.
        effort: limits and seed; the default is ten wall seconds.
        stop: set from another thread to end the search with the best plan so far.
        on_progress: called with {"objective": levels} of each better plan.
        rounds: how many rounds of improvement at most; a fixed number makes plans repeatable.
    """
    effort, stop = effort or Effort(), stop or StopFlag()
    deadline = Deadline(effort.seconds)
    board = Board(problem)
    routes = first_plan(board)
    greedy = routes.cost()
    report = _reporter(on_progress)
    report(routes)
    small = len(board.free) <= MOST_EXACT_VISITS
    improving = Deadline(effort.seconds * (_IMPROVE_SHARE if small else 1.0))
    routes = improve(
        routes,
        seed=effort.seed,
        rounds=rounds if rounds is not None else _ROUNDS_BEFORE_EXACT if small else _ROUNDS,
        stopped=lambda: stop.is_set() or improving.left() == 0,
        on_better=report,
    )
    proven, bound = False, _static_bound(board, routes)
    if small and not stop.is_set():
        task = _Reporting(board, routes, report)
        proof = lexicographic(
            Search(effort, stop), task, groups=((0, 1), (2,), (3, 4)), seconds=deadline.left()
        )
        routes, proven = task.best, proof.proven
        bound = _better(bound, proof.bounds)
    return Result(routes.slots(), routes.cost(), greedy, proven, bound, board, routes)


class _Reporting(ExactModel):
    """The exact model, telling each better plan."""

    def __init__(self, board: Board, best: Routes, report: Callable[[Routes], None]) -> None:
        super().__init__(board, best)
        self._report = report

    def accept(self, solution: Any) -> None:
        """Keep the solver's solution if it is better, and tell it."""
        before = self.best
        super().accept(solution)
        if self.best is not before:
            self._report(self.best)


def _reporter(on_progress: Progress | None) -> Callable[[Routes], None]:
    def report(routes: Routes) -> None:
        if on_progress is not None:
            on_progress({"objective": list(routes.cost()), "scheduled": len(routes.slots())})

    return report


def _static_bound(board: Board, routes: Routes) -> tuple[int | None, ...]:
    """Return what no plan can do better: who is never on time, and who is impossible."""
    bare = Routes(board).cost()
    weight, left = bare[0], bare[1]
    for name, pieces in board.options.items():
        visit = board.problem.visits[name]
        if any(spans[0][0] <= visit.deadline for spans in pieces.values()):
            weight -= visit.priority_weight
        if pieces:
            left -= 1
    reached = routes.cost()
    return (weight, left if reached[0] == weight else None, None, None, None)


def _better(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> tuple[int | None, ...]:
    pairs = zip(one, other, strict=True)
    return tuple(b if a is None else a if b is None else max(a, b) for a, b in pairs)
