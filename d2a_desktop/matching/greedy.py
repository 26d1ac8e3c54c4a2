"""The greedy plan: the solver's complete warm start, and the floor below which no plan falls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.problem import Problem, Stint
from d2a_desktop.matching.roster import Choice, Plan, Roster
from d2a_desktop.matching.scoring import Scorer

# A start date with many parts and no way to fill the last is left after this many trials.
_TRIALS_PER_DAY = 2_000


class Greedy:
    """Places referrals one by one, the heaviest first, each as early and as fitting as it can."""

    def __init__(self, problem: Problem, timetable: Timetable) -> None:
        self._problem = problem
        self._timetable = timetable
        self._scorer = Scorer(problem)
        self._roster = Roster(problem)
        self._trials = 0

    def plan(
        self,
        *,
        keep: Plan | None = None,
        first: Sequence[str] = (),
        stopped: Callable[[], bool] = lambda: False,
    ) -> Plan:
        """Return a valid plan.

        Args:
            keep: choices that stand; the others are added to them.
            first: referrals to be placed before all others, in this order.
            stopped: ends the search early with what is placed so far.
        """
        found: dict[str, Choice] = dict(keep or {})
        for referral in sorted(found):
            stints = self._timetable.stints(referral)[found[referral].start]
            for worker, stint in zip(found[referral].workers, stints, strict=True):
                self._roster.add(worker, stint)
        waiting = [referral for referral in self._order() if referral not in found]
        order = {referral: n for n, referral in enumerate(first)}
        for referral in sorted(waiting, key=lambda r: order.get(r, len(order))):
            if stopped():
                break
            choice = self.place(referral)
            if choice is not None:
                found[referral] = choice
        return found

    def place(self, referral: str) -> Choice | None:
        """Place one referral on the roster as it stands, or return None."""
        candidates = self._candidates(referral)
        if not all(candidates):
            return None
        for day, stints in self._timetable.stints(referral).items():
            on_day = [[w for w, days in part if day in days] for part in candidates]
            chosen: list[str] = []
            self._trials = 0
            if all(on_day) and self._fill(on_day, stints, chosen):
                return Choice(day, tuple(chosen))
        return None

    def _order(self) -> list[str]:
        people = self._problem.referrals
        return sorted(people, key=lambda r: (-people[r].priority_weight, people[r].latest_start, r))

    def _candidates(self, referral: str) -> list[list[tuple[str, frozenset[date]]]]:
        """Return, per part, the eligible workers with their days, the most fitting first."""
        found = []
        for part in range(len(self._problem.referrals[referral].parts)):
            workers = self._timetable.eligible_workers(referral, part)

            def cost(worker: str, part: int = part) -> tuple[int, int, str]:
                points = self._scorer.pair_points(worker=worker, referral=referral, part=part)
                return points, self._problem.distances[worker][referral] or 0, worker

            found.append([(worker, workers[worker]) for worker in sorted(workers, key=cost)])
        return found

    def _fill(self, on_day: list[list[str]], stints: tuple[Stint, ...], chosen: list[str]) -> bool:
        """Choose a worker for each further part, going back where a later part finds nobody."""
        part = len(chosen)
        if part == len(stints):
            return True
        for worker in on_day[part]:
            self._trials += 1
            if self._trials > _TRIALS_PER_DAY:
                return False
            if self._roster.clash(worker, stints[part]):
                continue
            self._roster.add(worker, stints[part])
            chosen.append(worker)
            if self._fill(on_day, stints, chosen):
                return True
            chosen.pop()
            self._roster.remove(worker, stints[part])
        return False
