"""The four levels of the objective, and each preference point with its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from d2a_desktop.matching.problem import Entry, ExtraPoints, Problem, Referral, Stint, stint
from d2a_desktop.matching.roster import Choice, Plan
from d2a_desktop.matching.wishes import missed_by_pair, missed_on

LEVELS = ("priority placed", "days of waiting", "preference points", "kilometres")


@dataclass(frozen=True, slots=True)
class Point:
    """Points of the third level, and why they are given."""

    points: int
    sentence: str


@dataclass(frozen=True, slots=True, order=True)
class Objective:
    """The levels in order; all are minimised, so a smaller objective is a better plan."""

    minus_weight: int
    wait_days: int
    points: int
    metres: int

    def levels(self) -> list[int | float]:
        """Return the levels as FORMAT.md states them, the last in km."""
        return [self.minus_weight, self.wait_days, self.points, as_km(self.metres)]

    def plus(self, other: Objective) -> Objective:
        """Return the sum, level by level."""
        return Objective(
            self.minus_weight + other.minus_weight,
            self.wait_days + other.wait_days,
            self.points + other.points,
            self.metres + other.metres,
        )


def as_km(metres: int) -> int | float:
    """Return metres as km: a whole number where it is one."""
    whole, rest = divmod(metres, 1000)
    return whole if rest == 0 else metres / 1000


class Scorer:
    """The points of one problem; extra points are looked up, not searched."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._extra: dict[tuple[str, str], list[ExtraPoints]] = {}
        for extra in problem.extra_points:
            self._extra.setdefault((extra.referral, extra.worker), []).append(extra)
        more = problem.weights.more
        self._weights = {**more, "language_preference": problem.weights.language_preference}
        self._asking = {r for r, person in problem.referrals.items() if self._asks(person)}
        # Most documents ask nothing that hangs on the date.
        self.dated = bool(more.get("expiry_soon") or more.get("handover_overlap"))

    def _asks(self, person: Referral) -> bool:
        """Tell whether any pair with this person can cost points."""
        return bool(
            self._problem.weights.more
            or person.facts
            or person.gender_preferred
            or person.languages_preferred
            or person.previous_workers
            or any(referral == person.id for referral, _ in self._extra)
        )

    def pair(self, *, worker: str, referral: str, part: int) -> Iterator[Point]:
        """Yield the points that giving this part to this worker costs."""
        weights = self._problem.weights
        person, carer = self._problem.referrals[referral], self._problem.workers[worker]
        if person.gender_preferred and person.gender_preferred != carer.gender:
            yield Point(weights.gender_preference, f"{person.gender_preferred} was preferred")
        for language in sorted(person.languages_preferred - carer.languages):
            yield Point(weights.language_preference, f"does not speak {language}, as preferred")
        if person.previous_workers and worker not in person.previous_workers:
            yield Point(weights.continuity, "has not cared for this person before")
        if weights.more or carer.facts or person.facts:
            scarce = self._problem.scarce_skills
            three = (carer, person, person.parts[part])
            yield from (
                Point(n, words) for n, words in missed_by_pair(self._weights, scarce, three)
            )
        for extra in self._extra.get((referral, worker), []):
            if extra.part is None or extra.part == part:
                yield Point(extra.points, extra.sentence)

    def pair_points(self, *, worker: str, referral: str, part: int) -> int:
        """Return the sum of `pair`, quickly where a person asks nothing: boards ask it a lot."""
        if referral not in self._asking:
            return 0
        return sum(p.points for p in self.pair(worker=worker, referral=referral, part=part))

    def on(self, *, worker: str, referral: str, part: int, when: Stint) -> Iterator[Point]:
        """Yield the points that hang on the date, beside those of `pair`."""
        if self.dated:
            person = self._problem.referrals[referral]
            three = (self._problem.workers[worker], person, person.parts[part])
            missed = missed_on(self._weights, three, when, first=part == 0)
            yield from (Point(n, words) for n, words in missed)

    def most_on(self) -> int:
        """Return an upper bound of the points of `on` for one part."""
        more = self._problem.weights.more
        return more.get("expiry_soon", 0) + more.get("handover_overlap", 0)

    def choice(self, referral: str, choice: Choice) -> Iterator[tuple[str, Point]]:
        """Yield (worker, point) for everything that one referral's choice costs."""
        person = self._problem.referrals[referral]
        for part, worker in enumerate(choice.workers):
            for point in self.pair(worker=worker, referral=referral, part=part):
                yield worker, point
            if self.dated:
                when = stint(person.parts[part], choice.start, self._problem.zone)
                for point in self.on(worker=worker, referral=referral, part=part, when=when):
                    yield worker, point

    def entries(self) -> Iterator[tuple[Entry, Point]]:
        """Yield each offer and plan entry with the points lost if it is not honoured exactly."""
        weights = self._problem.weights
        for offer in self._problem.offers:
            yield offer, Point(weights.offer_withdrawn, "a pending offer is withdrawn")
        for entry in self._problem.current_plan:
            yield entry, Point(weights.plan_change, "the current plan is changed")

    def objective(self, plan: Plan) -> Objective:
        """Return the levels of a plan."""
        weight = wait = points = metres = 0
        for referral, choice in plan.items():
            person = self._problem.referrals[referral]
            weight += person.priority_weight
            wait += (choice.start - person.fit_date).days
            points += sum(point.points for _, point in self.choice(referral, choice))
            metres += sum(self._problem.distances[w][referral] or 0 for w in choice.workers)
        lost = (p.points for entry, p in self.entries() if not honoured(plan, entry))
        return Objective(-weight, wait, points + sum(lost), metres)


def honoured(plan: Plan, entry: Entry) -> bool:
    """Tell whether a plan does exactly what an offer or plan entry says."""
    choice = plan.get(entry.referral)
    return choice is not None and choice.does(entry.part, entry.worker, entry.start)


def points_by_referral(problem: Problem, plan: Plan) -> Mapping[str, list[Point]]:
    """Return the points of each placed referral with their sentences, for the explanation."""
    scorer = Scorer(problem)
    found: dict[str, list[Point]] = {}
    for referral, choice in plan.items():
        found[referral] = [
            Point(p.points, f"{worker}: {p.sentence}")
            for worker, p in scorer.choice(referral, choice)
        ]
    for entry, point in scorer.entries():
        if entry.referral in found and not honoured(plan, entry):
            found[entry.referral].append(point)
    return found
