"""What one more worker would unlock: people placed and days waited less, per skill that is short.

Each trial adds one worker to the board and solves it again. What the trial worker is like beside
the skill in question is stated in `trial_worker`, so that the answer can be questioned.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import Any

from d2a_desktop.engines.cpsat import Deadline, Effort, StopFlag
from d2a_desktop.matching.problem import Problem, Referral, Worker, parse
from d2a_desktop.matching.roster import Plan
from d2a_desktop.matching.solver import Result, solve

Json = dict[str, Any]

_FAR = date(2199, 12, 31)
_TRIAL = "one more worker"
# A whole answer is looked at by somebody who waits: many trials share its time.
_LEAST_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Shortage:
    """What the added worker can do beyond what most of the crew can."""

    skills: frozenset[str] = frozenset()
    certificates: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    driver: bool = False

    @property
    def order(self) -> tuple[int, list[str], list[str], list[str]]:
        """Return the order in which shortages of equal effect are told: the plainest first."""
        names = sorted(self.skills), sorted(self.certificates), sorted(self.languages)
        return sum(map(len, names)) + self.driver, *names


def unlocked_by_one_more(
    document: Any,
    *,
    agency: str | None = None,
    effort: Effort | None = None,
    stop: StopFlag | None = None,
) -> list[Json]:
    """Return what one more worker with each skill that is short would change, the most first.

    Args:
        document: the neutral matching document (FORMAT.md, version 1).
        agency: whose worker it is; by default the agency with the most workers.
        effort: limits and seed for the whole answer, all trials together.
        stop: set from another thread, ends it with the trials done so far.

    Returns:
        one row per trial: {"skills", "certificates", "languages", "driver", "placed" (people
        more), "referrals" (who), "weight" (priority placed more), "days" (waited less by those
        placed anyway), "proven" (both plans are optimal)}. A row of empty lists is one more worker
        with what most of the crew can do.

    Raises:
        NeutralFormatError: (a UsageError) the document is malformed; names the JSON path.
    """
    problem = parse(document)
    effort, stop = effort or Effort(), stop or StopFlag()
    deadline = Deadline(effort.seconds)
    if not problem.referrals or not problem.agencies:
        return []
    half = dataclasses.replace(effort, seconds=effort.seconds / 3)
    now = solve(problem, effort=half, stop=stop)
    shortages = sorted(set(_shortages(problem, now.plan)), key=lambda s: s.order)
    rows = []
    for n, shortage in enumerate(shortages):
        if stop.is_set() or deadline.left() == 0:
            break
        seconds = max(deadline.left() / (len(shortages) - n), _LEAST_SECONDS)
        richer = with_one_more(problem, shortage, agency=agency)
        step = dataclasses.replace(effort, seconds=seconds)
        then = solve(richer, effort=step, stop=stop, warm=now.plan)
        rows.append(_row(problem, shortage, now, then))
    return sorted(rows, key=lambda row: (-row["weight"], -row["placed"], -row["days"]))


def with_one_more(problem: Problem, shortage: Shortage, *, agency: str | None = None) -> Problem:
    """Return the problem with one more worker, who can do what `shortage` says."""
    worker = trial_worker(problem, shortage, agency=agency)
    distances = {
        referral: _typical_metres(problem, referral, worker) for referral in problem.referrals
    }
    return dataclasses.replace(
        problem,
        workers={**problem.workers, worker.id: worker},
        distances={**problem.distances, worker.id: distances},
    )


def trial_worker(problem: Problem, shortage: Shortage, *, agency: str | None = None) -> Worker:
    """Return the added worker: free at once, every paper in date, of the crew's usual kind.

    Skills, papers, languages are those of at least half of the crew and of `shortage`; gender is
    the crew's most frequent, rest and longest block are its lower medians; pets and smoke are no
    hindrance, and the home is as far as the crew's median worker lives.
    """
    crew = list(problem.workers.values())
    people = problem.referrals.values()
    papers = _common([frozenset(w.certificates) for w in crew]) | shortage.certificates
    return Worker(
        id=_unused(problem.workers),
        agency=agency or _largest_agency(problem),
        gender=_most_frequent([worker.gender for worker in crew], "F"),
        languages=_common([w.languages for w in crew]) | shortage.languages,
        skills=_common([w.skills for w in crew]) | shortage.skills,
        driver=shortage.driver or 2 * sum(w.driver for w in crew) >= max(1, len(crew)),
        smoker=False,
        accepts_pets=frozenset().union(*(person.pets for person in people)),
        accepts_smoking_home=True,
        max_distance_metres=max((w.max_distance_metres for w in crew), default=1_000_000),
        min_rest_minutes=median_low([w.min_rest_minutes for w in crew] or [24 * 60]),
        max_consecutive_days=median_low([w.max_consecutive_days for w in crew] or [42]),
        max_days_in_28=None,
        certificates=dict.fromkeys(sorted(papers), _FAR),
        available=((min(p.earliest_start for p in people) - timedelta(days=1), _FAR),),
        bookings=(),
        refused=frozenset(),
        cannot_confirm=frozenset(),
        facts=_no_hindrance(people),
    )


def _no_hindrance(people: Iterable[Referral]) -> dict[str, Any]:
    """Return the facts with which no special rule of these people stands against a worker."""
    protections: frozenset[str] = frozenset()
    for person in people:
        protections |= person.facts.get("protections_required") or frozenset()
    vehicles = {person.facts.get("vehicle") for person in people} - {None}
    return {
        "protections": protections,
        "vehicles": frozenset(vehicles),
        "must_not": frozenset(),
        "contraindications": frozenset(),
    }


def _shortages(problem: Problem, plan: Plan) -> Iterator[Shortage]:
    """Yield what those need who are not placed, or later than on their first day."""
    yield Shortage()
    crew = problem.workers.values()
    skills = _common([w.skills for w in crew])
    papers = _common([frozenset(w.certificates) for w in crew])
    for referral, person in problem.referrals.items():
        if referral in plan and not _waits(person, plan[referral].start):
            continue
        yield from (Shortage(languages=frozenset({n})) for n in person.languages_required)
        if person.needs_driver:
            yield Shortage(driver=True)
        for part in person.parts:
            lacking = part.required_skills - skills
            unpapered = part.required_certificates - papers
            yield from (Shortage(skills=frozenset({name})) for name in lacking)
            yield from (Shortage(certificates=frozenset({name})) for name in unpapered)
            yield Shortage(lacking, unpapered, person.languages_required)


def _waits(person: Referral, start: date) -> bool:
    return start > person.earliest_start


def _row(problem: Problem, shortage: Shortage, now: Result, then: Result) -> Json:
    more = sorted(set(then.plan) - set(now.plan))
    both = set(then.plan) & set(now.plan)
    lost = set(now.plan) - set(then.plan)
    return {
        "skills": sorted(shortage.skills),
        "certificates": sorted(shortage.certificates),
        "languages": sorted(shortage.languages),
        "driver": shortage.driver,
        "placed": len(more) - len(lost),
        "referrals": more,
        "weight": now.objective.minus_weight - then.objective.minus_weight,
        "days": sum((now.plan[r].start - then.plan[r].start).days for r in both),
        "proven": now.proven and then.proven,
    }


def _typical_metres(problem: Problem, referral: str, worker: Worker) -> int:
    """Return the lower median of the known distances, cut to what the worker travels."""
    known = [to[referral] for to in problem.distances.values()]
    metres = median_low([m for m in known if m is not None] or [0])
    return min(metres, worker.max_distance_metres)


def _largest_agency(problem: Problem) -> str:
    sizes = Counter(worker.agency for worker in problem.workers.values())
    return min(problem.agencies, key=lambda name: (-sizes[name], name))


def _most_frequent(values: Sequence[str], otherwise: str) -> str:
    counts = Counter(values)
    return min(counts, key=lambda v: (-counts[v], v), default=otherwise)


def _common(held: Sequence[frozenset[str]]) -> frozenset[str]:
    counts = Counter(name for names in held for name in names)
    return frozenset(name for name, times in counts.items() if 2 * times >= len(held))


def _unused(taken: Mapping[str, object]) -> str:
    name = _TRIAL
    while name in taken:
        name += "+"
    return name
