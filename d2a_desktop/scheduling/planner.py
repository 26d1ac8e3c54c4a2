"""The planner: insertion in two passes, PyVRP, and an exact proof wherever few visits compete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from d2a_desktop.engines.cpsat import Deadline, Effort, Search, StopFlag, lexicographic
from d2a_desktop.scheduling import fleet
from d2a_desktop.scheduling.components import (
    Part,
    cost_outside,
    parts_of,
    put_together,
    taken_apart,
)
from d2a_desktop.scheduling.exact import ExactModel
from d2a_desktop.scheduling.insertion import first_plan, improve
from d2a_desktop.scheduling.problem import Problem, Slot
from d2a_desktop.scheduling.route import Board, Cost, Routes, added

Progress = Callable[[dict[str, Any]], None]
OnPlan = Callable[[Callable[[], "Result"]], None]
"""Given a way to make a result of the plan as it stands, which may be used on any thread."""
Bound = tuple[int | None, ...]

# Above so many visits to decide there is a good plan but no useful bound (MATCHING section 5).
MOST_EXACT_VISITS = 12
# A visit in one of so many pieces is found sooner than its model is built.
_MOST_EXACT_OPTIONS = 5_000
_FIRST_PLAN_SECONDS = 30.0
_ROUNDS_BEFORE_EXACT = 60
_ROUNDS = 20_000
# The exact search gets what is left; without it improvement gets all.
_IMPROVE_SHARE = 0.2
# PyVRP has lateness only in bands and former times only as prizes: the last word on those is had
# by a search in the true levels.
_POLISH_SHARE = 0.15
_ON_TIME_SHARE = 0.5
# A nominal second of PyVRP where plans must be repeatable.
_ITERATIONS_A_SECOND = 500
# The bound of travel looks at every pair of places.
_MOST_BOUNDED_NODES = 2000


@dataclass(frozen=True, slots=True)
class Result:
    """A plan and what is known about it; `bound` is a lower bound per level, None: unknown."""

    slots: Mapping[str, Slot]
    cost: Cost
    greedy: Cost
    proven: bool
    bound: Bound
    board: Board
    routes: Routes


def plan(
    problem: Problem,
    *,
    effort: Effort | None = None,
    stop: StopFlag | None = None,
    on_progress: Progress | None = None,
    on_plan: OnPlan | None = None,
    rounds: int | None = None,
) -> Result:
    """Return the best plan found within the effort, never worse than best insertion.

    Args:
        problem: the parsed problem.
        effort: limits and seed; the default is ten wall seconds.
        stop: set from another thread to end the search with the best plan so far.
        on_progress: called with {"objective": levels, "bound": levels or None, "scheduled": count}
            of each better plan.
        on_plan: called with each better plan.
        rounds: how many rounds of improvement at most; a fixed number makes plans repeatable.
    """
    effort, stop = effort or Effort(), stop or StopFlag()
    deadline = Deadline(effort.seconds)
    board = Board(problem)
    # A plan with everybody in it is worth more than the seconds that it is late.
    building = Deadline(max(effort.seconds, _FIRST_PLAN_SECONDS))
    first = first_plan(board, stopped=lambda: stop.is_set() or building.left() == 0)
    run = _Run(first, effort, stop, rounds, _Listener(on_progress, on_plan))
    run.tell()
    for n in range(len(run.parts)):
        run.improve(n, deadline)
    return run.result()


@dataclass(frozen=True, slots=True)
class _Listener:
    """Who is told of better plans."""

    progress: Progress | None
    plan: OnPlan | None


class _Run:
    """The parts of a plan while they are searched one after the other."""

    def __init__(
        self,
        first: Routes,
        effort: Effort,
        stop: StopFlag,
        rounds: int | None,
        listener: _Listener,
    ) -> None:
        self.parts: list[Part] = parts_of(first.board)
        self._first, self._effort, self._stop = first, effort, stop
        self._listener, self._rounds = listener, rounds
        self._shares = taken_apart(first, self.parts)
        self._costs = [share.cost() for share in self._shares]
        self._outside = cost_outside(first, self._shares)
        self._proven = [False] * len(self.parts)
        self._bounds: list[Bound] = [_static_bound(share.board, share) for share in self._shares]

    def tell(self) -> None:
        """Report the plan as it stands."""
        if self._listener.progress is not None:
            scheduled = sum(len(share.slots()) for share in self._shares)
            self._listener.progress(
                {
                    "objective": list(self._total(self._costs)),
                    "bound": list(self.standing()[1]),
                    "scheduled": scheduled,
                }
            )
        if self._listener.plan is not None:
            # Plans are replaced and never changed, so a copy of the list holds this one.
            shares, standing = list(self._shares), self.standing()
            self._listener.plan(lambda: self._result(shares, standing))

    def improve(self, n: int, deadline: Deadline) -> None:
        """Search one part within its share of the time that is left."""
        if self._stop.is_set():
            return
        board = self.parts[n].board
        waiting = sum(len(part.board.free) for part in self.parts[n:])
        seconds = deadline.left() * len(board.free) / waiting
        options = sum(len(pieces) for pieces in board.options.values())
        if len(board.free) <= MOST_EXACT_VISITS and options <= _MOST_EXACT_OPTIONS:
            # What a small part leaves goes to the next, and it seldom needs much.
            self._small(n, max(seconds, deadline.left() / 2))
        else:
            self._large(n, seconds)

    def result(self) -> Result:
        """Return the whole plan and what is known about it."""
        return self._result(self._shares, self.standing())

    def _result(self, shares: Sequence[Routes], standing: tuple[bool, Bound]) -> Result:
        routes = put_together(self._first, self.parts, shares)
        return Result(
            routes.slots(), routes.cost(), self._first.cost(), *standing, routes.board, routes
        )

    def standing(self) -> tuple[bool, Bound]:
        """Return whether the plan is proven, and the bound of each level."""
        bounds = []
        for level, fixed in enumerate(self._outside):
            parts = [bound[level] for bound in self._bounds]
            known = [low for low in parts if low is not None]
            bounds.append(fixed + sum(known) if len(known) == len(parts) else None)
        met = tuple(bounds) == self._total(self._costs)
        if self._first.board.pruned:
            return False, (None,) * len(bounds)
        return met or all(self._proven), tuple(bounds)

    # -- one part

    def _take(self, n: int, routes: Routes) -> None:
        cost = routes.cost()
        if cost < self._costs[n]:
            self._shares[n], self._costs[n] = routes, cost
            self.tell()

    def _small(self, n: int, seconds: float) -> None:
        deadline, improving = Deadline(seconds), Deadline(seconds * _IMPROVE_SHARE)
        rounds = self._rounds if self._rounds is not None else _ROUNDS_BEFORE_EXACT
        self._polish(n, rounds, improving)
        if self._stop.is_set():
            return
        task = _Reporting(self.parts[n].board, self._shares[n], lambda r: self._take(n, r))
        search = Search(self._effort, self._stop)
        proof = lexicographic(search, task, groups=((0, 1), (2,), (3, 4)), seconds=deadline.left())
        self._take(n, task.best)
        self._proven[n] = proof.proven
        self._bounds[n] = _better(self._bounds[n], proof.bounds)

    def _large(self, n: int, seconds: float) -> None:
        deadline = Deadline(seconds)
        rounds = self._rounds if self._rounds is not None else _ROUNDS
        if fleet.too_large(self.parts[n].board):
            self._polish(n, rounds, deadline)
            return
        in_time = self._in_time(n)
        polished = not in_time or bool(self.parts[n].board.problem.previous_plan)
        share = 1.0 - (_POLISH_SHARE if polished else 0.0)
        self._vehicles(n, Deadline(seconds * (share if in_time else _ON_TIME_SHARE)), late=False)
        if not self._in_time(n):
            self._vehicles(n, Deadline(deadline.left() * (1 - _POLISH_SHARE)), late=True)
        if polished:
            self._polish(n, rounds, deadline)

    def _in_time(self, n: int) -> bool:
        """Tell whether nobody of a part is late or out who could be anything else."""
        return self._costs[n][0] == (self._bounds[n][0] or 0) and self._costs[n][2] == 0

    def _vehicles(self, n: int, deadline: Deadline, *, late: bool) -> None:
        iterations = self._rounds
        if self._effort.deterministic is not None:
            iterations = int(self._effort.deterministic * _ITERATIONS_A_SECOND)
        found = fleet.search(
            self._shares[n],
            late=late,
            seed=self._effort.seed,
            iterations=iterations,
            stopped=self._stopped(deadline),
            on_better=lambda routes: self._take(n, routes),
        )
        self._take(n, found)

    def _polish(self, n: int, rounds: int, deadline: Deadline) -> None:
        if self._effort.deterministic is not None:
            rounds = min(rounds, _ROUNDS_BEFORE_EXACT)
        found = improve(
            self._shares[n],
            seed=self._effort.seed,
            rounds=rounds,
            stopped=self._stopped(deadline),
            on_better=lambda routes: self._take(n, routes),
        )
        self._take(n, found)

    def _stopped(self, deadline: Deadline) -> Callable[[], bool]:
        return lambda: self._stop.is_set() or deadline.left() == 0

    def _total(self, costs: Sequence[Cost]) -> Cost:
        total = self._outside
        for cost in costs:
            total = added(total, cost)
        return total


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


def _static_bound(board: Board, routes: Routes) -> Bound:
    """Return what no plan can do better: level by level, as far as the plan reaches each."""
    bare, reached = Routes(board).cost(), routes.cost()
    weight, left, late, given = bare[:4]
    for name, pieces in board.options.items():
        if not pieces:
            continue
        visit = board.problem.visits[name]
        soonest = min(spans[0][0] for spans in pieces.values())
        late += max(0, soonest - visit.deadline)
        if soonest <= visit.deadline:
            weight -= visit.priority_weight
        left -= 1
        who = {board.pieces[n].assessor for n in pieces}
        given += min(board.assessor_points(visit, each) for each in who)
    bound: list[int | None] = [weight, left, late, given, _least_travel(board)]
    for level in range(1, len(bound)):
        # A level is bounded by itself only while those above it are at their best.
        if reached[:level] != tuple(bound[:level]):
            bound[level] = None
    return tuple(bound)


def _least_travel(board: Board) -> int:
    """Return minutes of travel that no plan with everybody undercuts: the way to each stop."""
    travel = board.problem.travel
    stops = [stop for fixed in board.fixed for stop in fixed] + list(board.free.values())
    times = Counter(stop.node for stop in stops)
    if len(times) > _MOST_BOUNDED_NODES:
        return 0
    starts = {piece.base for piece in board.pieces} | times.keys()
    return sum(
        min(travel[start][node] for start in starts if start != node)
        for node, count in times.items()
        if count == 1 and len(starts) > 1
    )


def _better(one: Bound, other: Bound) -> Bound:
    pairs = zip(one, other, strict=True)
    return tuple(b if a is None else a if b is None else max(a, b) for a, b in pairs)
