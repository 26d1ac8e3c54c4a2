"""The static hard rules: may this worker take this part, and if not, by which rule and fact.

Codes and meaning are those of FORMAT.md. Rules between two planned parts (overlap, rest, the
rolling caps) are in `roster`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from d2a_desktop.engines.neutral_json import minutes_of
from d2a_desktop.matching.problem import Part, Problem, Referral, Stint, Worker, stint
from d2a_desktop.matching.roster import most_days_in_28

# The order in which rules are told and counted: what never changes first.
RULE_CODES = (
    "window",
    "excluded",
    "refused",
    "skill",
    "gender",
    "language",
    "pets",
    "smoking",
    "driver",
    "distance",
    "max_consecutive",
    "certificate",
    "availability",
    "overlap",
    "rest",
    "max_days_in_28",
    "capacity",
    "competition",
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A hard rule that does not hold, with the fact; `certain` is False for "cannot confirm"."""

    code: str
    fact: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """The pair in question."""

    worker: Worker
    referral: Referral
    part: Part
    metres: int | None


def case_of(problem: Problem, *, worker: str, referral: str, part: int) -> Case:
    """Return the pair of a worker and a part by their ids."""
    person = problem.referrals[referral]
    return Case(
        worker=problem.workers[worker],
        referral=person,
        part=person.parts[part],
        metres=problem.distances[worker][referral],
    )


def broken_always(case: Case) -> Iterator[Broken]:
    """Yield the rules that this pair breaks on every date, unconfirmed facts last."""
    for code, rule in _PAIR_RULES:
        fact = rule(case)
        if fact:
            yield Broken(code, fact)
    if case.worker.cannot_confirm:
        for need in sorted(_leans_on(case) & case.worker.cannot_confirm):
            yield Broken(need.partition(":")[0], f"cannot confirm {need}", certain=False)
    if case.metres is None:
        yield Broken("distance", "cannot confirm distance: it is not known", certain=False)


def broken_on(case: Case, when: Stint) -> Iterator[Broken]:
    """Yield the rules that this pair breaks on one date, other plans aside."""
    for code, rule in _DATE_RULES:
        fact = rule(case, when)
        if fact:
            yield Broken(code, fact)


class Timetable:
    """The stints of every referral by start date, and the static pairs; computed once."""

    def __init__(self, problem: Problem, *, waived: tuple[str, str] | None = None) -> None:
        self.problem = problem
        # (referral, rule code) that is set aside, for "what single change would place them".
        self._waived = waived
        self._stints: dict[str, dict[date, tuple[Stint, ...]]] = {}
        self._starts: dict[tuple[str, int, str], frozenset[date]] = {}

    def stints(self, referral: str) -> Mapping[date, tuple[Stint, ...]]:
        """Return start date → one stint per part, for each allowed start date."""
        if referral not in self._stints:
            person = self.problem.referrals[referral]
            self._stints[referral] = {
                day: tuple(stint(part, day, self.problem.zone) for part in person.parts)
                for day in person.start_dates()
            }
        return self._stints[referral]

    def eligible_starts(self, *, worker: str, referral: str, part: int) -> frozenset[date]:
        """Return the start dates on which no static rule keeps this worker from this part."""
        key = (referral, part, worker)
        if key not in self._starts:
            case = case_of(self.problem, worker=worker, referral=referral, part=part)
            self._starts[key] = self._find_starts(case, part)
        return self._starts[key]

    def eligible_workers(self, referral: str, part: int) -> dict[str, frozenset[date]]:
        """Return the workers with at least one eligible start date for this part."""
        found = {}
        for worker in self.problem.workers:
            days = self.eligible_starts(worker=worker, referral=referral, part=part)
            if days:
                found[worker] = days
        return found

    def _find_starts(self, case: Case, part: int) -> frozenset[date]:
        if any(self._counts(case, broken) for broken in broken_always(case)):
            return frozenset()
        return frozenset(
            day
            for day, stints in self.stints(case.referral.id).items()
            if not any(self._counts(case, broken) for broken in broken_on(case, stints[part]))
        )

    def _counts(self, case: Case, broken: Broken) -> bool:
        return self._waived != (case.referral.id, broken.code)


def why_not(problem: Problem, *, worker: str, referral: str, part: int) -> tuple[Broken, ...]:
    """Return every rule that keeps a worker from a part, or () if no static rule does.

    Dated rules are told for the start date on which the fewest are broken, the earliest of those.
    """
    case = case_of(problem, worker=worker, referral=referral, part=part)
    always = tuple(broken_always(case))
    best: tuple[Broken, ...] | None = None
    for day in case.referral.start_dates():
        broken = tuple(broken_on(case, stint(case.part, day, problem.zone)))
        if best is None or len(broken) < len(best):
            best = broken
    if best is None:
        best = (Broken("window", no_start(case.referral)),)
    return always + best


def no_start(referral: Referral) -> str:
    """Say that a referral has no day on which it may start."""
    first, last = told(referral.earliest_start), told(referral.latest_start)
    return f"no day from {first} to {last} on which a start is allowed"


def told(day: date) -> str:
    """Write a day as 19-Mar-2027."""
    return day.strftime("%d-%b-%Y")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _unknown(case: Case, kind: str) -> frozenset[str]:
    if not case.worker.cannot_confirm:
        return frozenset()
    prefix = f"{kind}:"
    named = (n for n in case.worker.cannot_confirm if n.startswith(prefix))
    return frozenset(name.removeprefix(prefix) for name in named)


def _leans_on(case: Case) -> set[str]:
    """Return the facts this pair rests on, in the words of `cannot_confirm`."""
    person, part = case.referral, case.part
    needs = {f"skill:{name}" for name in part.required_skills}
    needs |= {f"certificate:{name}" for name in part.required_certificates}
    needs |= {f"language:{name}" for name in person.languages_required}
    needs |= {f"pets:{name}" for name in person.pets}
    needs |= {"gender"} if person.gender_required or part.gender_required else set()
    needs |= {"driver"} if person.needs_driver else set()
    needs |= {"smoking"} if person.smoking_home or person.non_smoker_required else set()
    return needs


def _excluded(case: Case) -> str:
    return "excluded by the person" if case.worker.id in case.referral.excluded_workers else ""


def _refused(case: Case) -> str:
    return "refused by the worker" if case.referral.id in case.worker.refused else ""


def _skill(case: Case) -> str:
    missing = case.part.required_skills - case.worker.skills - _unknown(case, "skill")
    return f"lacks {_listed(missing)}" if missing else ""


def _gender(case: Case) -> str:
    if "gender" in case.worker.cannot_confirm:
        return ""
    for required in (case.referral.gender_required, case.part.gender_required):
        if required and required != case.worker.gender:
            return f"{required} is required, the worker is {case.worker.gender}"
    return ""


def _language(case: Case) -> str:
    missing = case.referral.languages_required - case.worker.languages
    missing -= _unknown(case, "language")
    return f"does not speak {_listed(missing)}" if missing else ""


def _pets(case: Case) -> str:
    missing = case.referral.pets - case.worker.accepts_pets - _unknown(case, "pets")
    return f"does not accept {_listed(missing)}" if missing else ""


def _smoking(case: Case) -> str:
    if "smoking" in case.worker.cannot_confirm:
        return ""
    if case.referral.smoking_home and not case.worker.accepts_smoking_home:
        return "does not accept a home where people smoke"
    if case.referral.non_smoker_required and case.worker.smoker:
        return "smokes, and a non-smoker is required"
    return ""


def _driver(case: Case) -> str:
    if not case.referral.needs_driver or "driver" in case.worker.cannot_confirm:
        return ""
    return "" if case.worker.driver else "does not drive"


def _distance(case: Case) -> str:
    limit = case.worker.max_distance_metres
    if case.metres is None or case.metres <= limit:
        return ""
    return f"{case.metres / 1000:g} km away, travels at most {limit / 1000:g} km"


def _max_consecutive(case: Case) -> str:
    limit = case.worker.max_consecutive_days
    if case.part.days <= limit:
        return ""
    return f"the part is {case.part.days} days, the worker does at most {limit} in a row"


def _certificate(case: Case, when: Stint) -> str:
    unknown = _unknown(case, "certificate")
    facts = []
    for name in sorted(case.part.required_certificates - unknown):
        last = case.worker.certificates.get(name)
        if last is None:
            facts.append(f"{name} not held")
        elif last < when.end_day:
            facts.append(f"{name} valid to {told(last)}, part ends {told(when.end_day)}")
    return "; ".join(facts)


def _availability(case: Case, when: Stint) -> str:
    for first, last in case.worker.available:
        if first <= when.first_day and when.end_day <= last:
            return ""
    return f"not available from {told(when.first_day)} to {told(when.end_day)}"


def _overlap(case: Case, when: Stint) -> str:
    for booking in case.worker.bookings:
        begin, end = minutes_of(booking.start), minutes_of(booking.end)
        if begin < when.end and when.begin < end:
            return f"booked from {told(booking.start.date())} to {told(booking.end.date())}"
    return ""


def _rest(case: Case, when: Stint) -> str:
    needed = case.worker.min_rest_minutes
    for booking in case.worker.bookings:
        begin, end = minutes_of(booking.start), minutes_of(booking.end)
        gap = when.begin - end if end <= when.begin else begin - when.end
        if 0 <= gap < needed:
            return f"{gap / 60:g} h between bookings, {needed / 60:g} h of rest are needed"
    return ""


def _days_in_28(case: Case, when: Stint) -> str:
    limit = case.worker.max_days_in_28
    if limit is None:
        return ""
    booked = {day for booking in case.worker.bookings for day in booking.days}
    most = most_days_in_28(booked.union(when.days), when.days)
    return f"{most} days within 28, at most {limit} allowed" if most > limit else ""


_PAIR_RULES: tuple[tuple[str, Callable[[Case], str]], ...] = (
    ("excluded", _excluded),
    ("refused", _refused),
    ("skill", _skill),
    ("gender", _gender),
    ("language", _language),
    ("pets", _pets),
    ("smoking", _smoking),
    ("driver", _driver),
    ("distance", _distance),
    ("max_consecutive", _max_consecutive),
)
_DATE_RULES: tuple[tuple[str, Callable[[Case, Stint], str]], ...] = (
    ("certificate", _certificate),
    ("availability", _availability),
    ("overlap", _overlap),
    ("rest", _rest),
    ("max_days_in_28", _days_in_28),
)
