"""A worker and a part in question, and how a rule that keeps them apart is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from d2a_desktop.matching.problem import Agency, Part, Problem, Referral, Worker


@dataclass(frozen=True, slots=True)
class Broken:
    """A hard rule that does not hold, with the fact; `certain` is False for "cannot confirm".

    `name` is the certificate's where the rule is "certificate".
    """

    code: str
    fact: str
    certain: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The pair in question, and the rules set aside for it with the last day that covers."""

    worker: Worker
    referral: Referral
    part: Part
    metres: int | None
    agency: Agency
    overrides: Mapping[tuple[str, str], date] = field(default_factory=dict)

    def covers(self, broken: Broken, end_day: date) -> bool:
        """Tell whether a broken rule is set aside for a part that ends on `end_day`."""
        expires = self.overrides.get((broken.code, broken.name))
        return expires is not None and end_day <= expires


def case_of(problem: Problem, *, worker: str, referral: str, part: int) -> Case:
    """Return the pair of a worker and a part by their ids."""
    person, carer = problem.referrals[referral], problem.workers[worker]
    return Case(
        worker=carer,
        referral=person,
        part=person.parts[part],
        metres=problem.distances[worker][referral],
        agency=problem.agencies[carer.agency],
        overrides=overrides_of(problem, worker=worker, referral=referral),
    )


def overrides_of(problem: Problem, *, worker: str, referral: str) -> Mapping[tuple[str, str], date]:
    """Return (rule, name) → the last day on which it is set aside for this pair."""
    if not problem.overrides:
        return {}
    found: dict[tuple[str, str], date] = {}
    for override in problem.overrides:
        if (override.worker, override.referral) == (worker, referral):
            key = (override.rule, override.name)
            found[key] = max(override.expires, found.get(key, override.expires))
    return found
