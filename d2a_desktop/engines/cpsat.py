"""CP-SAT for lexicographic levels: one thread, a fixed seed, limits, a stop from another thread."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from ortools.sat.python import cp_model

from d2a_desktop.core.errors import BugError

_AGAIN_SECONDS = 0.01
_FIRST_SHARE = 0.6
# Two levels are joined in one objective only while it stays well inside 64 bits.
_SAFE = 2**60


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search: wall seconds, and CP-SAT's own repeatable measure where plans must be.

    A wall limit that is reached makes two runs differ; `deterministic` (seconds of a nominal
    machine, per run) does not.
    """

    seconds: float = 10.0
    deterministic: float | None = None
    seed: int = 1


class StopFlag:
    """A wish to stop, set from any thread; whoever searches registers how to be stopped."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._stops: list[Callable[[], None]] = []

    def is_set(self) -> bool:
        """Tell whether a stop was asked for."""
        return self._event.is_set()

    def set(self) -> None:
        """Ask for a stop; returns at once."""
        self._event.set()
        threading.Thread(target=self._insist, daemon=True).start()

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Have `stop` called while the block runs, if a stop is asked for."""
        with self._lock:
            self._stops.append(stop)
        try:
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)

    def _insist(self) -> None:
        # A stop that arrives before the solver has begun is lost on it: say it again.
        while True:
            with self._lock:
                stops = list(self._stops)
            if not stops:
                return
            for stop in stops:
                stop()
            time.sleep(_AGAIN_SECONDS)


class Deadline:
    """The wall seconds that are left of an effort."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave: whether a solution was found, proven, and the lower bound (minimising)."""

    found: bool
    proven: bool
    bound: int | None


class _Reporter(cp_model.CpSolverSolutionCallback):
    def __init__(self, stop: StopFlag, on_solution: Callable[[Any], None] | None) -> None:
        super().__init__()
        self._stop = stop
        self._on_solution = on_solution

    def on_solution_callback(self) -> None:
        """Report an improved solution, and stop if that was asked for."""
        if self._on_solution is not None:
            self._on_solution(self)
        if self._stop.is_set():
            self.stop_search()


class Search:
    """Runs models under one effort and one stop flag."""

    def __init__(self, effort: Effort, stop: StopFlag) -> None:
        self.effort = effort
        self.stop = stop

    def minimise(
        self,
        model: Any,
        *,
        seconds: float,
        on_solution: Callable[[Any], None] | None = None,
        on_bound: Callable[[int], None] | None = None,
        may_fail: bool = False,
    ) -> tuple[Outcome, Any]:
        """Solve `model`, whose objective is to be minimised; return the outcome and the solver.

        Args:
            model: the CP-SAT model.
            seconds: the wall limit.
            on_solution: called with each better solution, on a thread of the solver's.
            on_bound: called with each better lower bound, likewise.
            may_fail: the model may have no solution: then nothing is found, and that is proven.

        Raises:
            BugError: the model is malformed, or has no solution although its hint is one.
        """
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self.effort.seed
        # The LP relaxation is what proves the waiting days of a full board.
        solver.parameters.linearization_level = 2
        # Measured on boards of 60 workers and 15 referrals: 0.6-1.1 s instead of 2-4 s to a proof.
        solver.parameters.cp_model_probing_level = 0
        solver.parameters.max_presolve_iterations = 1
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        if self.effort.deterministic is not None:
            solver.parameters.max_deterministic_time = self.effort.deterministic
        if self.stop.is_set():
            return Outcome(found=False, proven=False, bound=None), solver
        if on_bound is not None:
            solver.best_bound_callback = lambda low: on_bound(_whole(low))
        with self.stop.stopping(solver.stop_search):
            status = solver.solve(model, _Reporter(self.stop, on_solution))
        if status == cp_model.INFEASIBLE and may_fail:
            return Outcome(found=False, proven=True, bound=None), solver
        if status in {cp_model.MODEL_INVALID, cp_model.INFEASIBLE}:
            raise BugError(f"the planning model is {solver.status_name(status)}")
        found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
        bound = solver.best_objective_bound
        return (
            Outcome(
                found=found,
                proven=status == cp_model.OPTIMAL,
                bound=_whole(bound) if found and math.isfinite(bound) else None,
            ),
            solver,
        )


def _whole(bound: float) -> int:
    """Return the least integer an objective of integers can have above a bound."""
    return math.ceil(bound - 1e-6)


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the objective (minimised) with the range its value certainly lies in."""

    expression: Any
    low: int
    high: int


class Task(Protocol):
    """A model whose levels are to be minimised one after the other, and its best plan so far."""

    @property
    def model(self) -> Any:
        """Return the CP-SAT model."""
        ...

    @property
    def levels(self) -> Sequence[Level]:
        """Return the levels, the first in order first."""
        ...

    def hint(self) -> None:
        """Give the best plan so far to the model, every variable of it."""
        ...

    def values(self) -> Sequence[int] | None:
        """Return the levels of the best plan so far, None while there is none."""
        ...

    def accept(self, solution: Any) -> None:
        """Take over the solver's (or callback's) present solution if it is better."""
        ...

    def bounded(self, bounds: Sequence[int | None]) -> None:
        """Hear of better lower bounds of the levels while the search goes on."""
        ...


@dataclass(frozen=True, slots=True)
class Proof:
    """Lower bounds level by level, None where nothing is known (also below an unproven level)."""

    proven: bool
    bounds: tuple[int | None, ...]


def lexicographic(
    search: Search,
    task: Task,
    *,
    groups: Sequence[tuple[int, ...]],
    seconds: float,
    above: Proof | None = None,
) -> Proof:
    """Minimise the levels in order, each group of (one or two) levels in one solve.

    Every solve gets a share of the seconds that are left; its levels are fixed for the next.

    Args:
        search: effort and stop.
        task: the model with its levels.
        groups: the levels of each solve; those above the first are fixed in the model.
        seconds: the wall limit of all solves.
        above: what is known of the levels above the first group.

    Returns:
        the bounds of all levels from the top to the last of `groups`.
    """
    deadline = Deadline(seconds)
    proven = above is None or above.proven
    bounds: list[int | None] = [] if above is None else list(above.bounds)
    todo = [part for group in groups for part in _joinable(task.levels, group)]
    for n, group in enumerate(todo):
        levels = [task.levels[i] for i in group]
        # The first levels are the hardest to prove; what they leave goes to the next.
        share = 1.0 if n == len(todo) - 1 else _FIRST_SHARE
        known = tuple(bounds) if proven else None
        found = _solve_group(search, task, group, seconds=deadline.left() * share, known=known)
        values = task.values()
        if values is None:
            return Proof(proven=False, bounds=(None,) * len(task.levels))
        reached = [values[i] for i in group]
        bounds += _split_bound(levels, reached, found.bound) if proven else [None] * len(group)
        proven = proven and found.proven
        for level, value in zip(levels, reached, strict=True):
            if not isinstance(level.expression, int):
                task.model.add(level.expression == value)
    return Proof(proven=proven, bounds=tuple(bounds))


def _joinable(levels: Sequence[Level], group: tuple[int, ...]) -> list[tuple[int, ...]]:
    if len(group) == 1:
        return [group]
    first, second = (levels[i] for i in group)
    most = max(abs(first.low), abs(first.high)) + 1
    width = second.high - second.low + 1
    return [group] if most * width < _SAFE else [(i,) for i in group]


def _solve_group(
    search: Search,
    task: Task,
    group: tuple[int, ...],
    *,
    seconds: float,
    known: tuple[int | None, ...] | None,
) -> Outcome:
    """Minimise one group; `known` are the bounds of the levels above, None if one is unproven."""
    levels = [task.levels[i] for i in group]
    objective = levels[0].expression
    least = levels[0].low
    if len(group) == 2:
        width = levels[1].high - levels[1].low + 1
        objective = objective * width + levels[1].expression
        least = levels[0].low * width + levels[1].low
    values = task.values()
    if values is not None and all(values[i] == task.levels[i].low for i in group):
        return Outcome(found=True, proven=True, bound=least)
    task.model.minimize(objective)
    task.hint()

    def bounded(low: int) -> None:
        reached = task.values()
        if known is None or reached is None:
            return
        lows = _split_bound(levels, [reached[i] for i in group], low)
        rest = len(task.levels) - len(known) - len(lows)
        task.bounded((*known, *lows, *[None] * rest))

    outcome, solver = search.minimise(
        task.model, seconds=seconds, on_solution=task.accept, on_bound=bounded
    )
    if outcome.found:
        task.accept(solver)
    return outcome


def _split_bound(
    levels: Sequence[Level], reached: Sequence[int], bound: int | None
) -> list[int | None]:
    """Return the bound of each level of a group from the bound of the joined objective."""
    if bound is None:
        return [levels[0].low, *[None for _ in levels[1:]]]
    if len(levels) == 1:
        return [max(bound, levels[0].low)]
    width = levels[1].high - levels[1].low + 1
    first = max(-((levels[1].high - bound) // width), levels[0].low)
    if first < reached[0]:
        return [first, None]
    return [reached[0], max(bound - reached[0] * width, levels[1].low)]
