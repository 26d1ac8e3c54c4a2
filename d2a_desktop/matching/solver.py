"""The solver: greedy plan, independent components, two lexicographic solves, best plan kept."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from d2a_desktop.engines.cpsat import (
    Deadline,
    Effort,
    Level,
    Proof,
    Search,
    StopFlag,
    lexicographic,
)
from d2a_desktop.matching.components import placeable, split
from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.greedy import Greedy
from d2a_desktop.matching.model import Component, MatchModel, SearchStopped
from d2a_desktop.matching.neighbourhood import MOST_FREE, choose, small_problem
from d2a_desktop.matching.problem import Problem
from d2a_desktop.matching.roster import Choice, Plan
from d2a_desktop.matching.scoring import Objective, Scorer, as_km
from d2a_desktop.matching.slack import (
    common_days,
    first_days,
    least_wait,
    places_all,
    within_days,
    within_slack,
)

Progress = Callable[[dict[str, Any]], None]
OnPlan = Callable[["Result"], None]
Bounds = tuple[int | None, ...]

# Above so many columns only the best workers of each part, and the best plan's own, are offered to
# the solver, and nothing is called proven.
_MOST_COLUMNS = 60_000
_KEPT_PER_PART = 12
# Above so many columns a board is first improved by parts, a few referrals at a time.
_MOST_COLUMNS_AT_ONCE = 5_000
_PARTS_SHARE = 0.6
_PARTS_ROUNDS = 400
_PART_SECONDS = 1.0
_STALE_ROUNDS = 60
# A large board first tries to place everybody with so many days beyond the least wait, in all.
_AIMS = (0, 1, 2, 3, 4)
_AIM_SHARE = 0.3
# Where everybody is placed, the waiting days get this share and points and distance the rest.
_WAIT_SHARE = 0.6
# Better bounds alone are told so often at most.
_TELL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Result:
    """A plan and what is known about it.

    `bound` holds a lower bound per level (priority placed is negative; the last in metres), None
    where nothing is known.
    """

    plan: Plan
    objective: Objective
    greedy: Objective
    proven: bool
    bound: Bounds


def solve(
    problem: Problem,
    *,
    effort: Effort | None = None,
    stop: StopFlag | None = None,
    on_progress: Progress | None = None,
    on_plan: OnPlan | None = None,
    timetable: Timetable | None = None,
    force: Sequence[str] = (),
    warm: Plan | None = None,
) -> Result:
    """Return the best plan found within the effort, never worse than the greedy one.

    Args:
        problem: the parsed problem.
        effort: limits and seed; the default is ten wall seconds.
        stop: set from another thread to end the search with the best plan so far.
        on_progress: called with {"objective": levels, "bound": levels or None, "placed": count} of
            each better plan, and now and then of better bounds.
        on_plan: called with each better plan; plans are never changed afterwards.
        timetable: the static pairs, if they are known already (or with a rule waived).
        force: referrals to be placed before all others, whatever it costs ("what if"), with those
            that are pinned. Where they cannot all be placed, the earlier one is.
        warm: a plan that breaks no rule of this problem, to begin with where it is better.
    """
    effort = effort or Effort()
    run = _Run(
        problem,
        timetable or Timetable(problem),
        search=Search(effort, stop or StopFlag()),
        listener=_Listener(on_progress, on_plan),
        force=force,
    )
    return run.solve(Deadline(effort.seconds), warm or {})


@dataclass(frozen=True, slots=True)
class _Listener:
    """Who is told of better plans."""

    progress: Progress | None
    plan: OnPlan | None


class _Run:
    """One solve: the best choice of every referral, improved component by component."""

    def __init__(
        self,
        problem: Problem,
        timetable: Timetable,
        *,
        search: Search,
        listener: _Listener,
        force: Sequence[str],
    ) -> None:
        self.problem = problem
        self.timetable = timetable
        self.search = search
        self.scorer = Scorer(problem)
        pinned = dict.fromkeys(pin.referral for pin in problem.pins)
        self._asked = tuple(force)
        self.force: tuple[str, ...] = tuple(dict.fromkeys((*force, *pinned)))
        self.best: dict[str, Choice] = {}
        self._listener = listener
        self._first: Objective | None = None
        # By a component's referrals.
        self._bounds: dict[tuple[str, ...], Bounds] = {}
        # Days of waiting beyond the least that are proven to be needed, by a component's referrals.
        self._unavoidable: dict[tuple[str, ...], int] = {}
        self._outside_points = 0
        self._told = Deadline(0)

    def solve(self, deadline: Deadline, warm: Plan) -> Result:
        greedy = Greedy(self.problem, self.timetable)
        stopped = self.search.stop.is_set
        self.best = dict(greedy.plan(first=self.force, stopped=stopped))
        self._first = first = self.scorer.objective(self.best)
        self.force = tuple(r for r in self.force if r in self.best)
        if set(self.force) <= set(warm) and self.scorer.objective(warm) < first:
            self.best = dict(warm)
        self.report()
        if not set(self._asked) <= set(self.best):
            # Not even before all others: no search can place it.
            return Result(self.best, first, first, proven=False, bound=(None,) * 4)
        components = self._components()
        outside = set(self.problem.referrals).difference(*(c.referrals for c in components))
        self._outside_points = self.entry_points(outside)
        self._bounds = {each.referrals: self._least(each) for each in components}
        proven = True
        todo = sum(component.size for component in components)
        for component in components:
            share = deadline.left() * component.size / todo
            proof = self._improve(component, share)
            todo -= component.size
            proven = proven and proof.proven
            self._bounds[component.referrals] = proof.bounds
        if not proven:
            self._fill_up()
        self._tell_levels()
        objective = self.scorer.objective(self.best)
        return Result(self.best, objective, first, proven, self._bound())

    def report(self) -> None:
        """Tell the present best plan, its levels and what is known of the best possible."""
        self._tell_levels()
        if self._listener.plan is not None:
            objective = self.scorer.objective(self.best)
            first, bound = self._first or objective, self._bound()
            self._listener.plan(Result(dict(self.best), objective, first, False, bound))

    def _tell_levels(self) -> None:
        if self._listener.progress is None:
            return
        self._told = Deadline(_TELL_SECONDS)
        bound = self._bound()
        self._listener.progress(
            {
                "objective": self.scorer.objective(self.best).levels(),
                "bound": [*bound[:3], None if bound[3] is None else as_km(bound[3])],
                "placed": len(self.best),
            }
        )

    def bounded(self, component: Component, bounds: Sequence[int | None]) -> None:
        """Take a component's better bounds, and tell them now and then."""
        self._bounds[component.referrals] = tuple(bounds)
        if self._told.left() == 0:
            self._tell_levels()

    def _least(self, component: Component) -> Bounds:
        """Return the bound before any search: everybody of the component placed."""
        people = (self.problem.referrals[each] for each in component.referrals)
        return (-sum(person.priority_weight for person in people), None, None, None)

    def _bound(self) -> Bounds:
        """Return the bound of the whole from those of its components."""
        if not self._bounds and self.problem.referrals:
            return (None,) * 4
        total: Bounds = (0, 0, self._outside_points, 0)
        for bounds in self._bounds.values():
            total = tuple(
                None if a is None or b is None else a + b
                for a, b in zip(total, bounds, strict=True)
            )
        return total

    def entry_points(self, referrals: Iterable[str]) -> int:
        """Return the points lost if no offer or plan entry of these referrals is honoured."""
        inside = set(referrals)
        return sum(p.points for entry, p in self.scorer.entries() if entry.referral in inside)

    def _components(self) -> list[Component]:
        """Return the independent components, the smallest first."""
        return split(self.problem, placeable(self.problem, self.timetable))

    def _offered(self, component: Component, first: Mapping[str, date]) -> tuple[Component, bool]:
        """Return the columns worth choosing from, and whether a better plan is certainly in them.

        A board that is still large without the days that no better plan can use is cut to the
        workers who suit each part best, and to the best plan's own.
        """
        if places_all(component, self.best):
            component = within_slack(component, self.best, first)
        return self._cut(component)

    def _cut(self, component: Component) -> tuple[Component, bool]:
        """Return a component small enough to be solved, and whether all of it is there."""
        if component.size <= _MOST_COLUMNS:
            return component, True
        pairs = sum(len(workers) for workers in component.candidates.values())
        kept = _MOST_COLUMNS * pairs // component.size // len(component.candidates)
        most = max(_KEPT_PER_PART, kept)
        thinned = {k: self._thin(k, workers, most) for k, workers in component.candidates.items()}
        return Component(thinned), False

    def _thin(
        self, key: tuple[str, int], workers: Mapping[str, frozenset[date]], most: int
    ) -> dict[str, frozenset[date]]:
        referral, part = key

        def cost(worker: str) -> tuple[int, int, int, str]:
            points = self.scorer.pair_points(worker=worker, referral=referral, part=part)
            metres = self.problem.distances[worker][referral] or 0
            return points, -len(workers[worker]), metres, worker

        kept = set(sorted(workers, key=cost)[:most])
        if referral in self.best:
            kept.add(self.best[referral].workers[part])
        return {worker: workers[worker] for worker in sorted(kept)}

    def _improve(self, component: Component, seconds: float) -> Proof:
        deadline = Deadline(seconds)
        first = first_days(component)
        try:
            if not self.search.stop.is_set():
                return self._search(component, first, deadline)
        except SearchStopped:
            pass
        return Proof(proven=False, bounds=self._floor(component, first))

    def _floor(self, component: Component, first: Mapping[str, date]) -> Bounds:
        """Return what is known without a search."""
        weight = sum(self.problem.referrals[r].priority_weight for r in component.referrals)
        placed = places_all(component, self.best)
        least = least_wait(self.problem, first) + self._unavoidable.get(component.referrals, 0)
        return (-weight, least if placed else None, None, None)

    def _search(self, component: Component, first: Mapping[str, date], deadline: Deadline) -> Proof:
        offered, whole = self._offered(component, first)
        if offered.size > _MOST_COLUMNS_AT_ONCE:
            with suppress(SearchStopped):  # its own time is up, not the search's
                self._aim(component, first, Deadline(deadline.left() * _AIM_SHARE))
            offered, whole = self._offered(component, first)
            self._improve_by_parts(offered, Deadline(deadline.left() * _PARTS_SHARE))
            offered, whole = self._offered(component, first)
        known = self._unavoidable.get(component.referrals, 0)
        task = _ComponentTask(self, offered, self.problem, deadline, unavoidable=known)
        task.on_bounds = partial(self.bounded, component) if whole else None
        if task.places_all:
            return self._level_by_level(component, first, task, deadline=deadline)
        groups = ((0, 1), (2, 3))
        proof = lexicographic(self.search, task, groups=groups, seconds=deadline.left())
        if not whole:
            return Proof(proven=False, bounds=self._floor(component, first))
        return Proof(proof.proven, task.in_metres(proof.bounds))

    def _aim(self, component: Component, first: Mapping[str, date], deadline: Deadline) -> None:
        """Try to place everybody on their first day, then with one day more in all, and so on.

        A day in all that is not enough is proven to be waited; what is found then is the least.
        """
        for extra in _AIMS:
            days, whole = self._cut(within_days(component, first, extra))
            if self._reached(component, first) <= extra or deadline.left() == 0:
                return
            aim = _Aim(component.referrals, extra)
            task = _ComponentTask(self, days, self.problem, deadline, aim=aim)
            found, solver = self.search.minimise(task.model, seconds=deadline.left(), may_fail=True)
            if found.found:
                task.accept(solver)
            if found.found or not (found.proven and whole):
                return
            self._unavoidable[component.referrals] = extra + 1

    def _reached(self, component: Component, first: Mapping[str, date]) -> float:
        """Return the days beyond their first ones that the best plan lets people wait, in all."""
        if not places_all(component, self.best):
            return math.inf
        return sum((self.best[name].start - day).days for name, day in first.items())

    def _level_by_level(
        self,
        component: Component,
        first: Mapping[str, date],
        task: _ComponentTask,
        *,
        deadline: Deadline,
    ) -> Proof:
        """Everybody is placed: the wait alone, then with the days it leaves points and distance."""
        share, whole = deadline.left() * _WAIT_SHARE, task.on_bounds is not None
        waits = lexicographic(self.search, task, groups=((0,), (1,)), seconds=share)
        weight, least, *_ = self._floor(component, first)
        told = waits.bounds if whole else (weight, least)
        above = Proof(proven=task.values()[1] == told[1], bounds=told)
        self.bounded(component, (*told, None, None))
        narrowed, whole = self._offered(component, first)
        if narrowed.size < task.component.size:
            try:
                task = _ComponentTask(self, narrowed, self.problem, deadline)
            except SearchStopped:
                return Proof(proven=False, bounds=(*told, None, None))
            task.hold(2)
        task.on_bounds = partial(self.bounded, component) if whole else None
        left = deadline.left()
        rest = lexicographic(self.search, task, groups=((2, 3),), seconds=left, above=above)
        if not whole:
            return Proof(proven=False, bounds=(*told, None, None))
        return Proof(rest.proven, task.in_metres(rest.bounds))

    def _improve_by_parts(self, component: Component, deadline: Deadline) -> None:
        """Set a few referrals free at a time: on a large board the whole finds little in time."""
        # Not a secret: a search that can be repeated.
        rng = random.Random(self.search.effort.seed)  # noqa: S311
        best, stale = self.scorer.objective(self.best), 0
        # So few are set free together anyway: the search of the whole does it.
        rounds = _PARTS_ROUNDS if len(component.referrals) > MOST_FREE else 0
        for _ in range(rounds):
            if deadline.left() == 0 or self.search.stop.is_set() or stale == _STALE_ROUNDS:
                return
            free = choose(component, self.best, self.problem, rng)
            smaller, part = small_problem(
                self.problem, self.timetable, component, plan=self.best, free=free
            )
            try:
                task = _ComponentTask(self, part, smaller, deadline)
            except SearchStopped:
                return
            seconds = min(deadline.left(), _PART_SECONDS)
            lexicographic(self.search, task, groups=((0, 1), (2, 3)), seconds=seconds)
            now = self.scorer.objective(self.best)
            best, stale = now, (stale + 1 if now == best else 0)

    def _fill_up(self) -> None:
        """Place who still fits: a search that was cut short may have left room."""
        greedy = Greedy(self.problem, self.timetable)
        filled = greedy.plan(keep=self.best)
        if self.scorer.objective(filled) < self.scorer.objective(self.best):
            self.best = dict(filled)


@dataclass(frozen=True, slots=True)
class _Aim:
    """Everybody placed, with so many days of waiting beyond the least in all."""

    force: Sequence[str]
    extra: int


class _ComponentTask:
    """One component as the levels of a lexicographic search."""

    def __init__(
        self,
        run: _Run,
        component: Component,
        problem: Problem,
        deadline: Deadline,
        *,
        aim: _Aim | None = None,
        unavoidable: int = 0,
    ) -> None:
        def stopped() -> bool:
            return run.search.stop.is_set() or deadline.left() == 0

        self._run = run
        self.component = component
        self.on_bounds: Callable[[Sequence[int | None]], None] | None = None
        self._inside = frozenset(component.referrals)
        # The objective counts every offer; those of other components are not ours.
        self._others = run.entry_points(set(run.problem.referrals) - self._inside)
        # Once everybody is placed nobody is given up again: that only takes choices away.
        self.places_all = places_all(component, run.best)
        self._unavoidable = unavoidable
        force = run.force if aim is None else aim.force
        force = component.referrals if self.places_all else force
        self.built = MatchModel(problem, run.timetable, component, force=force, stopped=stopped)
        self.model = self.built.model
        self.levels = self._levels(problem, component)
        if aim is not None:
            least = least_wait(problem, first_days(component))
            self.model.add(self.built.wait <= least + aim.extra)

    def _levels(self, problem: Problem, component: Component) -> tuple[Level, ...]:
        people = problem.referrals
        days = common_days(component)
        least = {r: (min(days[r]) - people[r].fit_date).days for r in component.referrals}
        most = {r: (max(days[r]) - people[r].fit_date).days for r in component.referrals}
        low = least if self.places_all else {r: min(0, n) for r, n in least.items()}
        high = most if self.places_all else {r: max(0, n) for r, n in most.items()}
        (least_points, points), (least_metres, metres) = self.built.ranges()
        if not self.places_all:
            least_points = least_metres = 0
        weight = sum(people[r].priority_weight for r in component.referrals)
        return (
            Level(-self.built.weight, -weight, 0),
            Level(self.built.wait, sum(low.values()) + self._unavoidable, sum(high.values())),
            Level(self.built.points, least_points, points + self._run.entry_points(self._inside)),
            Level(self.built.metres, least_metres, metres),
        )

    def in_metres(self, bounds: Bounds) -> Bounds:
        """Return bounds with the last in metres, which the model counts in larger units."""
        last = bounds[3]
        return (*bounds[:3], None if last is None else last * self.built.unit)

    def hold(self, count: int) -> None:
        """Fix the first levels at what the best plan so far reaches."""
        for level, value in zip(self.levels[:count], self.values(), strict=False):
            if not isinstance(level.expression, int):
                self.model.add(level.expression == value)

    def hint(self) -> None:
        """Warm-start the model with the best plan so far."""
        self.built.hint(self._plan())

    def values(self) -> tuple[int, int, int, int]:
        """Return this component's levels of the best plan so far."""
        return self._values(self._plan())

    def accept(self, solution: Any) -> None:
        """Keep the solver's solution if it is better."""
        found = self.built.plan_of(solution)
        if self._values(found) < self._values(self._plan()):
            kept = {r: c for r, c in self._run.best.items() if r not in self._inside}
            self._run.best = kept | found
            self._run.report()

    def bounded(self, bounds: Sequence[int | None]) -> None:
        """Hand on better bounds of the levels, the last in metres."""
        if self.on_bounds is not None:
            self.on_bounds(self.in_metres(tuple(bounds)))

    def _plan(self) -> dict[str, Choice]:
        return {r: c for r, c in self._run.best.items() if r in self._inside}

    def _values(self, plan: Plan) -> tuple[int, int, int, int]:
        levels = self._run.scorer.objective(plan)
        return (
            levels.minus_weight,
            levels.wait_days,
            levels.points - self._others,
            levels.metres // self.built.unit,
        )
