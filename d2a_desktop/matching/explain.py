"""Why a referral is unplaced, what single change would place it, and who was the runner-up."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from d2a_desktop.matching.eligibility import RULE_CODES, Timetable, no_start, why_not
from d2a_desktop.matching.greedy import Greedy
from d2a_desktop.matching.pairs import Broken
from d2a_desktop.matching.problem import Problem, Stint
from d2a_desktop.matching.roster import Choice, Plan, Roster
from d2a_desktop.matching.scoring import LEVELS, Objective, Scorer, points_by_referral
from d2a_desktop.matching.solver import Result

# Solves a changed problem, with one referral forced in if named; None: no time is left for it.
Resolve = Callable[[Problem, Timetable, str | None], Result | None]

# Rules that a person may set aside; overlap, rest and days worked are law or physics.
_WAIVABLE = (
    *("excluded", "refused", "skill", "gender", "language", "pets", "smoking", "driver"),
    *("distance", "max_consecutive", "certificate", "availability"),
)
_LONGER_WINDOW_DAYS = 14


class Explainer:
    """Answers questions about one finished plan."""

    def __init__(self, problem: Problem, timetable: Timetable, plan: Plan) -> None:
        self._problem = problem
        self._timetable = timetable
        self._plan = plan
        self._scorer = Scorer(problem)

    def reasons(self, referral: str) -> tuple[Broken, ...]:
        """Return why a referral is unplaced: the rule codes that decide, each with a fact."""
        person = self._problem.referrals[referral]
        if not person.start_dates():
            return (Broken("window", no_start(person)),)
        parts = range(len(person.parts))
        empty = [p for p in parts if not self._timetable.eligible_workers(referral, p)]
        if empty:
            found = {b.code: b for part in empty for b in self._deciding(referral, part)}
            return tuple(found[code] for code in RULE_CODES if code in found)
        alone = Greedy(self._problem, self._timetable).place(referral)
        if alone is None:
            codes = self._clashes(referral, Roster(self._problem)) | self._own_clashes(referral)
            known = [c for c in RULE_CODES if c in codes] or ["availability"]
            fact = "no start date on which every part has a worker"
            return tuple(Broken(code, fact) for code in known)
        codes = self._clashes(referral, self._roster())
        told = [Broken("capacity", "the agency's starts of the week are taken by others")]
        told = told if "capacity" in codes else []
        if codes != {"capacity"}:
            told.append(Broken("competition", "every worker who could is given to others"))
        return tuple(told)

    def funnel(self, referral: str, part: int) -> list[dict[str, Any]]:
        """Return how many workers are left after each rule in turn."""
        broken = self._broken_by_worker(referral, part)
        left, steps = set(broken), []
        for code in RULE_CODES:
            gone = {w for w in left if any(b.code == code for b in broken[w])}
            if gone:
                left -= gone
                steps.append({"rule": code, "removes": len(gone), "left": len(left)})
        return steps

    def runner_up(self, referral: str) -> dict[str, Any] | None:
        """Return the best other choice with the rest of the plan as it is, and where it loses."""
        chosen = self._plan[referral]
        roster = self._roster(without=referral)
        others = self._others(referral, chosen, roster)
        here = self._scorer.objective(self._plan)
        found = min(
            ((self._scorer.objective({**self._plan, referral: c}), c.start, c) for c in others),
            key=lambda row: (row[0], row[1], row[2].workers),
            default=None,
        )
        if found is None:
            return None
        levels, _, choice = found
        return {
            "workers": list(choice.workers),
            "start": choice.start.isoformat(),
            **first_difference(here, levels),
        }

    def changes(self, referral: str, resolve: Resolve) -> list[dict[str, Any]]:
        """Return the single changes that would place a referral, and their cost to the others."""
        found = []
        for rule, change, problem, waived in self._single_changes(referral):
            timetable = Timetable(problem, waived=waived)
            result = resolve(problem, timetable, referral)
            if result is None:
                break
            if referral in result.plan:
                found.append(
                    {
                        "rule": rule,
                        "change": change,
                        "workers": list(result.plan[referral].workers),
                        "start": result.plan[referral].start.isoformat(),
                        "costs_others": self._cost_to_others(referral, result.plan),
                    }
                )
        return found

    def points(self) -> dict[str, list[dict[str, Any]]]:
        """Return the points of each placed referral, each with its sentence."""
        return {
            referral: [{"points": p.points, "because": p.sentence} for p in points]
            for referral, points in points_by_referral(self._problem, self._plan).items()
        }

    def _broken_by_worker(self, referral: str, part: int) -> dict[str, tuple[Broken, ...]]:
        return {
            worker: why_not(self._problem, worker=worker, referral=referral, part=part)
            for worker in self._problem.workers
        }

    def _deciding(self, referral: str, part: int) -> Iterator[Broken]:
        """Yield the rule that keeps everybody out, or else the rules that do it together."""
        broken = self._broken_by_worker(referral, part)
        if not broken:
            yield Broken("availability", "there is no worker")
            return
        codes = [{b.code for b in rules} for rules in broken.values()]
        alone = set.intersection(*codes)
        left = dict(broken)
        for code in RULE_CODES:
            gone = {w: b for w, rules in left.items() for b in rules if b.code == code}
            if (code in alone) or (gone and not alone):
                worker, rule = next(iter(gone.items()))
                fact = f"keeps {len(gone)} of {len(broken)} workers out, e.g. {worker}: {rule.fact}"
                yield Broken(code, fact, certain=any(b.certain for b in gone.values()))
                left = {w: rules for w, rules in left.items() if w not in gone}
                if alone or not left:
                    return

    def _roster(self, *, without: str = "") -> Roster:
        roster = Roster(self._problem)
        for referral, choice in self._plan.items():
            if referral != without:
                stints = self._timetable.stints(referral)[choice.start]
                for worker, stint in zip(choice.workers, stints, strict=True):
                    roster.add(worker, stint)
        return roster

    def _clashes(self, referral: str, roster: Roster) -> set[str]:
        """Return the codes by which a roster keeps eligible workers from a referral."""
        codes = set()
        for day, stints in self._timetable.stints(referral).items():
            for part, stint in enumerate(stints):
                for worker, days in self._timetable.eligible_workers(referral, part).items():
                    if day in days:
                        codes.add(roster.clash(worker, stint))
        return codes - {""}

    def _own_clashes(self, referral: str) -> set[str]:
        """Return the codes by which the referral's first part keeps its others from workers."""
        codes = set()
        for day, (first, *rest) in self._timetable.stints(referral).items():
            for worker, days in self._timetable.eligible_workers(referral, 0).items():
                if day not in days:
                    continue
                roster = Roster(self._problem)
                roster.add(worker, first)
                for part, stint in enumerate(rest, start=1):
                    if worker in self._timetable.eligible_workers(referral, part):
                        codes.add(roster.clash(worker, stint))
        return codes - {""}

    def _others(self, referral: str, chosen: Choice, roster: Roster) -> Iterator[Choice]:
        """Yield the choices that differ from `chosen` in the worker of one part."""
        for part, worker in enumerate(chosen.workers):
            for other, days in self._timetable.eligible_workers(referral, part).items():
                if other == worker:
                    continue
                workers = (*chosen.workers[:part], other, *chosen.workers[part + 1 :])
                for day in sorted(days):
                    stints = self._timetable.stints(referral)[day]
                    if self._all_eligible(referral, workers, day) and _fits(
                        roster, workers, stints
                    ):
                        yield Choice(day, workers)

    def _all_eligible(self, referral: str, workers: Sequence[str], day: Any) -> bool:
        return all(
            day in self._timetable.eligible_starts(worker=w, referral=referral, part=part)
            for part, w in enumerate(workers)
        )

    def _single_changes(
        self, referral: str
    ) -> Iterator[tuple[str, str, Problem, tuple[str, str] | None]]:
        """Yield (rule, words, changed problem, waived rule) for each change worth a trial."""
        problem = self._problem
        person = problem.referrals[referral]
        yield "competition", "others give way", problem, None
        broken = {
            b.code
            for part in range(len(person.parts))
            for rules in self._broken_by_worker(referral, part).values()
            for b in rules
        }
        for code in _WAIVABLE:
            if code in broken:
                yield code, f"the rule {code!r} is set aside", problem, (referral, code)
        later = person.latest_start + timedelta(days=_LONGER_WINDOW_DAYS)
        longer = dataclasses.replace(person, latest_start=later)
        changed = dataclasses.replace(problem, referrals={**problem.referrals, referral: longer})
        yield "window", f"a start up to {_LONGER_WINDOW_DAYS} days later", changed, None
        for agency in problem.agencies.values():
            if agency.max_starts_per_7_days is not None:
                more = dataclasses.replace(
                    agency, max_starts_per_7_days=agency.max_starts_per_7_days + 1
                )
                changed = dataclasses.replace(
                    problem, agencies={**problem.agencies, agency.id: more}
                )
                yield "capacity", f"one more start per 7 days from {agency.id}", changed, None

    def _cost_to_others(self, referral: str, plan: Plan) -> dict[str, Any]:
        before = self._scorer.objective(self._plan)
        others = {r: choice for r, choice in plan.items() if r != referral}
        after = self._scorer.objective(others)
        lost = sorted(set(self._plan) - set(plan))
        steps = zip(LEVELS, before.levels(), after.levels(), strict=True)
        return {"unplaces": lost, **{name: b - a for name, a, b in steps if b != a}}


def first_difference(chosen: Objective, other: Objective) -> dict[str, Any]:
    """Name the first level at which `other` differs from `chosen`, and by how much it is worse."""
    pairs = zip(LEVELS, chosen.levels(), other.levels(), strict=True)
    for name, mine, theirs in pairs:
        if theirs != mine:
            return {"loses_at": name, "by": theirs - mine}
    return {"loses_at": None, "by": 0}


def _fits(roster: Roster, workers: Sequence[str], stints: Sequence[Stint]) -> bool:
    added = []
    fits = True
    for worker, stint in zip(workers, stints, strict=True):
        if roster.clash(worker, stint):
            fits = False
            break
        roster.add(worker, stint)
        added.append((worker, stint))
    for worker, stint in added:
        roster.remove(worker, stint)
    return fits
