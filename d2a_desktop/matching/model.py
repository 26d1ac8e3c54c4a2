"""The CP-SAT column model of one independent component of a matching problem.

A column is one part given to one worker from one start date. Its begin and end are known in UTC
minutes, so overlap and rest are exact across clock changes, and every rule is a linear row, which
is what proves the waiting days of a full board: optional intervals, measured on the same boards,
left them open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from heapq import heappop, heappush
from math import gcd
from typing import Any

from ortools.sat.python import cp_model

from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.problem import Agency, Problem, Stint, Worker
from d2a_desktop.matching.roster import Choice, Plan
from d2a_desktop.matching.scoring import Scorer

# Sums of ortools' expressions collapse to plain numbers where they are empty.
Var = Any


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """One part given to one worker, the referral starting on `start`."""

    referral: str
    part: int
    worker: str
    start: date


@dataclass(frozen=True)
class Component:
    """Referrals that share no worker and no cap with the rest of the problem."""

    # (referral, part) → eligible workers → start dates
    candidates: Mapping[tuple[str, int], Mapping[str, frozenset[date]]]

    @cached_property
    def referrals(self) -> tuple[str, ...]:
        """Return the referrals in order."""
        return tuple(dict.fromkeys(referral for referral, _ in self.candidates))

    @cached_property
    def workers(self) -> Mapping[str, frozenset[str]]:
        """Return who could take any part of each referral."""
        found: dict[str, frozenset[str]] = {}
        for (referral, _), workers in self.candidates.items():
            found[referral] = found.get(referral, frozenset()).union(workers)
        return found

    @cached_property
    def size(self) -> int:
        """Return the number of columns."""
        return count_columns(self.candidates)


class SearchStopped(Exception):  # noqa: N818  a wish, not a fault
    """The search was stopped while its model was built; the best plan so far stands."""


def count_columns(candidates: Mapping[tuple[str, int], Mapping[str, frozenset[date]]]) -> int:
    """Return how many (part, worker, start date) there are."""
    return sum(len(days) for workers in candidates.values() for days in workers.values())


class MatchModel:
    """Variables, rules and levels of one component; `plan_of` reads a solution back."""

    def __init__(
        self,
        problem: Problem,
        timetable: Timetable,
        component: Component,
        *,
        force: Sequence[str] = (),
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.model = cp_model.CpModel()
        self._stopped = stopped
        self._problem = problem
        self._timetable = timetable
        self._component = component
        self._placed: dict[str, Var] = {}
        self._starts: dict[tuple[str, date], Var] = {}
        self._columns: dict[Column, Var] = {}
        for referral in component.referrals:
            self._give_way()
            self._add_referral(referral)
        by_worker: dict[str, list[Column]] = {}
        for column in self._columns:
            by_worker.setdefault(column.worker, []).append(column)
        for worker, columns in by_worker.items():
            self._give_way()
            self._keep_apart(problem.workers[worker], columns)
            self._limit_days(problem.workers[worker], columns)
        for agency in problem.agencies.values():
            self._cap_starts(agency)
        for referral in force:
            if referral in self._placed:
                self.model.add(self._placed[referral] == 1)
        self._give_way()
        # Metres per unit of the last level: usually whole kilometres, which keeps sums small.
        self.unit = max(1, gcd(*(self._metres(c.worker, c.referral) for c in self._columns)))
        self.weight, self.wait = self._first_levels()
        self.points, self.metres = self._last_levels()

    def plan_of(self, solution: Any) -> dict[str, Choice]:
        """Return the plan of a solution (a solver, or a solution callback)."""
        chosen: dict[str, list[Column]] = {}
        for column, variable in self._columns.items():
            if solution.boolean_value(variable):
                chosen.setdefault(column.referral, []).append(column)
        return {
            referral: Choice(columns[0].start, tuple(c.worker for c in sorted(columns)))
            for referral, columns in chosen.items()
        }

    def hint(self, plan: Plan) -> None:
        """Give `plan` to the solver as its warm start: every variable, else it may be lost."""
        model = self.model
        model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools left it out
        for referral, variable in self._placed.items():
            model.add_hint(variable, referral in plan)
        for (referral, day), variable in self._starts.items():
            model.add_hint(variable, referral in plan and plan[referral].start == day)
        for column, variable in self._columns.items():
            choice = plan.get(column.referral)
            given = choice is not None and choice.does(column.part, column.worker, column.start)
            model.add_hint(variable, given)

    def ranges(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return (lower, upper) bounds of the points of pairs and of the units of distance.

        The lower ones hold where everybody is placed.
        """
        scorer = Scorer(self._problem)
        points, metres = [0, scorer.most_on() * len(self._component.candidates)], [0, 0]
        for (referral, part), workers in self._component.candidates.items():
            costs = {scorer.pair_points(worker=w, referral=referral, part=part) for w in workers}
            ways = {self._metres(worker, referral) for worker in workers}
            points = [points[0] + min(costs), points[1] + max(costs)]
            metres = [metres[0] + min(ways), metres[1] + max(ways)]
        return (points[0], points[1]), (metres[0] // self.unit, metres[1] // self.unit)

    def _give_way(self) -> None:
        """Stop building a large model as soon as nobody wants it any more."""
        if self._stopped():
            raise SearchStopped

    def _metres(self, worker: str, referral: str) -> int:
        return self._problem.distances[worker][referral] or 0

    def _stint(self, column: Column) -> Stint:
        return self._timetable.stints(column.referral)[column.start][column.part]

    # -- variables

    def _add_referral(self, referral: str) -> None:
        """All parts or none, from one start date on which each part has somebody."""
        model, candidates = self.model, self._component.candidates
        placed = self._placed[referral] = model.new_bool_var("")
        starts = []
        for day in self._timetable.stints(referral):
            able = [
                [worker for worker, days in candidates[referral, part].items() if day in days]
                for part in range(len(self._problem.referrals[referral].parts))
            ]
            if not all(able):
                continue
            start = self._starts[referral, day] = model.new_bool_var("")
            starts.append(start)
            for part, workers in enumerate(able):
                given = []
                for worker in workers:
                    variable = model.new_bool_var("")
                    self._columns[Column(referral, part, worker, day)] = variable
                    given.append(variable)
                model.add(sum(given) == start)
        model.add(sum(starts) == placed)

    # -- rules between parts

    def _keep_apart(self, worker: Worker, columns: Sequence[Column]) -> None:
        """Of all columns that hold one minute, rest included, at most one.

        Two intervals [begin, end + rest) meet only if one holds the other's begin; a begin after
        which nobody has ended before the next begin adds nothing to that next one.
        """
        rest = worker.min_rest_minutes
        spans = sorted((s.begin, s.end + rest, c) for c in columns for s in (self._stint(c),))
        running: list[tuple[int, Column]] = []
        for n, (begin, end, column) in enumerate(spans):
            while running and running[0][0] <= begin:
                heappop(running)
            heappush(running, (max(end, begin + 1), column))
            following = spans[n + 1][0] if n + 1 < len(spans) else None
            maximal = following is None or running[0][0] <= following
            if maximal and len({(c.referral, c.part) for _, c in running}) > 1:
                self.model.add_at_most_one(self._columns[c] for _, c in running)

    def _limit_days(self, worker: Worker, columns: Sequence[Column]) -> None:
        """At most so many days in any 28, bookings included."""
        limit = worker.max_days_in_28
        if limit is None:
            return
        booked = {day.toordinal() for b in worker.bookings for day in b.days}
        days = {c: {day.toordinal() for day in self._stint(c).days} for c in columns}
        rows = set()
        # A fullest window begins on a worked day.
        for first in booked.union(*days.values()):
            window = set(range(first, first + 28))
            sizes = tuple((c, len(days[c] & window)) for c in columns if days[c] & window)
            # A window that bookings alone overfill allows no planned day in it.
            rows.add((sizes, max(0, limit - len(booked & window))))
        for sizes, room in sorted(rows):
            if sum(size for _, size in sizes) > room:
                self.model.add(sum(self._columns[c] * size for c, size in sizes) <= room)

    def _cap_starts(self, agency: Agency) -> None:
        """Starts in any 7 consecutive days; what recent starts overfill allows no further one."""
        cap = agency.max_starts_per_7_days
        if cap is None:
            return
        by_day: dict[int, list[Column]] = {}
        for column in self._columns:
            if self._problem.workers[column.worker].agency == agency.id:
                day = self._stint(column).first_day.toordinal()
                by_day.setdefault(day, []).append(column)
        recent = [day.toordinal() for day in agency.recent_starts]
        # A fullest window begins on a day with a start.
        for first in sorted({*by_day, *recent}):
            window = range(first, first + 7)
            inside = [c for day in by_day if day in window for c in by_day[day]]
            room = max(0, cap - sum(day in window for day in recent))
            if len({(c.referral, c.part) for c in inside}) > room:
                self.model.add(sum(self._columns[c] for c in inside) <= room)

    # -- objective

    def _first_levels(self) -> tuple[Var, Var]:
        people = self._problem.referrals
        weight = sum(v * people[r].priority_weight for r, v in self._placed.items())
        wait = sum(v * (day - people[r].fit_date).days for (r, day), v in self._starts.items())
        return weight, wait

    def _last_levels(self) -> tuple[Var, Var]:
        scorer = Scorer(self._problem)
        points: list[Var] = []
        metres: list[Var] = []
        for column, variable in self._columns.items():
            worker, referral = column.worker, column.referral
            cost = scorer.pair_points(worker=worker, referral=referral, part=column.part)
            if scorer.dated:
                when = self._stint(column)
                on = scorer.on(worker=worker, referral=referral, part=column.part, when=when)
                cost += sum(point.points for point in on)
            points.append(variable * cost)
            metres.append(variable * (self._metres(worker, referral) // self.unit))
        for entry, point in scorer.entries():
            if entry.referral not in self._placed:
                continue
            kept = Column(entry.referral, entry.part, entry.worker, entry.start)
            points.append(point.points)
            if kept in self._columns:
                points.append(self._columns[kept] * -point.points)
        return sum(points), sum(metres)
