"""The static hard rules: may this worker take this part, and if not, by which rule and fact.

Codes and meaning are those of FORMAT.md. Rules between two planned parts (overlap, rest, the
rolling caps) are in `roster`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from d2a_desktop.engines.neutral_json import minutes_of
from d2a_desktop.matching.home_rules import (
    broken_at_home,
    broken_at_home_on,
    licence_obstacles,
    told,
)
from d2a_desktop.matching.pairs import Broken, Case, case_of
from d2a_desktop.matching.problem import Problem, Referral, Stint, stint
from d2a_desktop.matching.roster import most_days_in_28
from d2a_desktop.matching.rule_book import Pin, certificate_rule
from d2a_desktop.matching.screening import Screen

# The order in which rules are told and counted: what never changes first.
RULE_CODES = (
    "window",
    "pin",
    "consent",
    "registration",
    "accommodation",
    "waking_night",
    "double_handed",
    "rest_cover",
    "worker_active",
    "excluded",
    "refused",
    "skill",
    "gender",
    "language",
    "pets",
    "smoking",
    "driver",
    "allergy_or_phobia",
    "infection_immunity",
    "manual_handling_limit",
    "distance",
    "max_consecutive",
    "certificate",
    "availability",
    "earliest_arrival",
    "overlap",
    "rest",
    "max_days_in_28",
    "capacity",
    "competition",
)


def broken_always(case: Case) -> Iterator[Broken]:
    """Yield the rules that this pair breaks on every date, unconfirmed facts last."""
    for code, rule in _PAIR_RULES:
        fact = rule(case)
        if fact:
            yield Broken(code, fact)
    yield from broken_at_home(case)
    if case.referral.needs_driver and not _driver(case):
        yield from licence_obstacles(case)
    if case.worker.cannot_confirm:
        for need in sorted(_leans_on(case) & case.worker.cannot_confirm):
            code, _, name = need.partition(":")
            name = name if code == "certificate" else ""
            yield Broken(code, f"cannot confirm {need}", certain=False, name=name)
    if case.metres is None:
        yield Broken("distance", "cannot confirm distance: it is not known", certain=False)


def broken_on(case: Case, when: Stint) -> Iterator[Broken]:
    """Yield the rules that this pair breaks on one date, other plans aside."""
    yield from _certificates(case, when)
    for code, rule in _DATE_RULES:
        fact = rule(case, when)
        if fact:
            yield Broken(code, fact)
    yield from broken_at_home_on(case, when)


class Timetable:
    """The stints of every referral by start date, and the static pairs; computed once."""

    def __init__(self, problem: Problem, *, waived: tuple[str, str] | None = None) -> None:
        self.problem = problem
        # (referral, rule code) that is set aside, for "what single change would place them".
        self._waived = waived
        self._pins: dict[tuple[str, int], Pin] = {(p.referral, p.part): p for p in problem.pins}
        self._special = {pin.referral for pin in problem.pins}
        self._special |= {override.referral for override in problem.overrides}
        self._special |= {waived[0]} if waived else set()
        self._screen: Screen | None = None
        self._workers: dict[tuple[str, int], dict[str, frozenset[date]]] = {}
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
        known = self._workers.get((referral, part))
        if known is not None:
            return known.get(worker, frozenset())
        key = (referral, part, worker)
        if key not in self._starts:
            case = case_of(self.problem, worker=worker, referral=referral, part=part)
            self._starts[key] = self._find_starts(case, part)
        return self._starts[key]

    def eligible_workers(self, referral: str, part: int) -> Mapping[str, frozenset[date]]:
        """Return the workers with at least one eligible start date for this part."""
        key = (referral, part)
        if key not in self._workers:
            self._workers[key] = self._find_workers(referral, part)
        return self._workers[key]

    def _find_workers(self, referral: str, part: int) -> dict[str, frozenset[date]]:
        if self._screen is None:
            self._screen = Screen(self.problem)
        person = self.problem.referrals[referral]
        special = bool(person.facts) or referral in self._special
        found: dict[str, frozenset[date]] = {}
        if not special:
            found = self._screen.starts(person, part, self.stints(referral))
        if special or not self._screen.all_plain:
            plain = frozenset() if special else self._screen.plain_names
            for worker in self.problem.workers:
                if worker not in plain:
                    days = self.eligible_starts(worker=worker, referral=referral, part=part)
                    if days:
                        found[worker] = days
            found = {worker: found[worker] for worker in self.problem.workers if worker in found}
        return found

    def _find_starts(self, case: Case, part: int) -> frozenset[date]:
        pin = self._pins.get((case.referral.id, part))
        if pin is not None and pin.worker != case.worker.id:
            return frozenset()
        always = [broken for broken in broken_always(case) if self._counts(case, broken)]
        if any((broken.code, broken.name) not in case.overrides for broken in always):
            return frozenset()
        return frozenset(
            day
            for day, stints in self.stints(case.referral.id).items()
            if (pin is None or pin.start in {None, day})
            and all(case.covers(broken, stints[part].end_day) for broken in always)
            and not any(
                self._counts(case, broken) and not case.covers(broken, stints[part].end_day)
                for broken in broken_on(case, stints[part])
            )
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
        when = stint(case.part, day, problem.zone)
        broken = tuple(
            b for b in (*always, *broken_on(case, when)) if not case.covers(b, when.end_day)
        )
        if best is None or len(broken) < len(best):
            best = broken
    if best is None:
        best = (*always, Broken("window", no_start(case.referral)))
    pinned = [p for p in problem.pins if (p.referral, p.part) == (referral, part)]
    return (*(Broken("pin", _pinned(p)) for p in pinned if p.worker != worker), *best)


def _pinned(pin: Pin) -> str:
    return f"the part is pinned to {pin.worker}"


def no_start(referral: Referral) -> str:
    """Say that a referral has no day on which it may start."""
    first, last = told(referral.earliest_start), told(referral.latest_start)
    return f"no day from {first} to {last} on which a start is allowed"


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
    if case.referral.facts.get("interpreter_arranged"):
        return ""
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


def _certificates(case: Case, when: Stint) -> Iterator[Broken]:
    """Yield the papers that do not hold to the part's last day.

    Training of H05 that lapses in between stands where a refresher is booked.
    """
    unknown = _unknown(case, "certificate")
    refreshed = case.worker.facts.get("refresher_booked") or frozenset()
    for name in sorted(case.part.required_certificates - unknown):
        last = case.worker.certificates.get(name)
        if last is None:
            yield Broken("certificate", f"{name} not held", name=name)
            continue
        again = name in refreshed and certificate_rule(name) == "H05"
        if last < (when.first_day if again else when.end_day):
            words = f"{name} valid to {told(last)}, part ends {told(when.end_day)}"
            yield Broken("certificate", words, name=name)


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
    ("availability", _availability),
    ("overlap", _overlap),
    ("rest", _rest),
    ("max_days_in_28", _days_in_28),
)
