"""The soft rules beyond FORMAT.md (S02, S05 to S18 of the reference): points with a sentence each.

Each rule gives how often it is missed for one worker and part; its weight is the document's, by the
rule's key, and absent counts nothing. What nobody knows gives no points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from d2a_desktop.matching.problem import Part, Referral, Stint, Worker

# How often a rule is missed, and the sentence; (0, ...) is not told.
Missed = tuple[int, str]

_EXPIRY_SOON = timedelta(days=28)
_FAIR_WEEKS = 4


def _set(facts: Mapping[str, Any], name: str) -> frozenset[str]:
    return facts.get(name) or frozenset()


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _preferred_worker(worker: Worker, person: Referral, part: Part) -> Missed:
    wanted = _set(person.facts, "preferred_workers")
    return int(bool(wanted) and worker.id not in wanted), "is not whom the person asked for"


def _background(worker: Worker, person: Referral, part: Part) -> Missed:
    missing = _set(person.facts, "background_preferred") - _set(worker.facts, "background")
    return len(missing), f"does not share {_listed(missing)}, as preferred"


def _pets_ok(worker: Worker, person: Referral, part: Part) -> Missed:
    uneasy = person.pets & _set(worker.facts, "uneasy_with")
    return len(uneasy), f"is uneasy with {_listed(uneasy)}"


def _smoking_match(worker: Worker, person: Referral, part: Part) -> Missed:
    words = "smokes, the home does not" if worker.smoker else "does not smoke, the home does"
    return int(worker.smoker != person.smoking_home), words


def _driving(worker: Worker, person: Referral, part: Part) -> Missed:
    return int(bool(person.facts.get("driver_useful")) and not worker.driver), (
        "does not drive, which would be useful"
    )


def _region(worker: Worker, person: Referral, part: Part) -> Missed:
    mine, theirs = worker.facts.get("region"), person.facts.get("region")
    return int(None not in (mine, theirs) and mine != theirs), f"comes from another region, {mine}"


def _length(worker: Worker, person: Referral, part: Part) -> Missed:
    fewest, most = worker.facts.get("preferred_block_days") or (0, part.days)
    return int(not fewest <= part.days <= most), (
        f"prefers blocks of {fewest} to {most} days, this is {part.days}"
    )


def _surplus(worker: Worker, scarce: frozenset[str], part: Part) -> Missed:
    spare = (worker.skills & scarce) - part.required_skills
    return len(spare), f"has the scarce {_listed(spare)}, not needed here"


def _experience(worker: Worker, person: Referral, part: Part) -> Missed:
    held, asked = worker.facts.get("experience"), person.facts.get("complexity")
    if held is None or asked is None:
        return 0, ""
    return max(0, asked - held), f"experience {held} for complexity {asked}"


def _fairness(worker: Worker, person: Referral, part: Part) -> Missed:
    weeks = worker.facts.get("weeks_since_placement")
    return (0, "") if weeks is None else (
        max(0, _FAIR_WEEKS - weeks),
        f"{weeks} weeks since the last placement",
    )  # fmt: skip


def _cost(worker: Worker, person: Referral, part: Part) -> Missed:
    asks, pays = worker.facts.get("rate_band"), person.facts.get("rate_band")
    dearer = asks is not None and pays is not None and asks > pays
    return int(dearer), f"rate band {asks}, {pays} is agreed"


def _isolation(worker: Worker, person: Referral, part: Part) -> Missed:
    if worker.facts.get("accepts_home") is None:
        return 0, ""
    missing = _set(person.facts, "home_features") - worker.facts["accepts_home"]
    return len(missing), f"would rather not: {_listed(missing)}"


def _diet(worker: Worker, person: Referral, part: Part) -> Missed:
    missing = _set(person.facts, "diets") - _set(worker.facts, "cooks")
    return len(missing), f"does not cook {_listed(missing)}"


def _interests(worker: Worker, person: Referral, part: Part) -> Missed:
    mine, theirs = _set(worker.facts, "interests"), _set(person.facts, "interests")
    return int(bool(theirs) and not mine & theirs), "shares no interest"


# Key of the reference → rule of a pair; the first of FORMAT's own weights has one more fact here.
PAIR_WISHES: Mapping[str, Callable[[Worker, Referral, Part], Missed]] = {
    "preferred_worker": _preferred_worker,
    "language_preference": _background,
    "pets_ok": _pets_ok,
    "smoking_match": _smoking_match,
    "driving_pref": _driving,
    "travel_distance": _region,
    "placement_length_fit": _length,
    "experience": _experience,
    "fairness": _fairness,
    "cost": _cost,
    "rural_isolation": _isolation,
    "cooking_diet": _diet,
    "interests": _interests,
}


def missed_by_pair(
    weights: Mapping[str, int], scarce: frozenset[str], pair: tuple[Worker, Referral, Part]
) -> Iterator[tuple[int, str]]:
    """Yield (points, sentence) of each soft rule that a pair misses whatever the date."""
    worker, person, part = pair
    for key, rule in PAIR_WISHES.items():
        if weights.get(key):
            times, words = rule(worker, person, part)
            if times:
                yield weights[key] * times, words
    if weights.get("skill_surplus"):
        times, words = _surplus(worker, scarce, part)
        if times:
            yield weights["skill_surplus"] * times, words


def missed_on(
    weights: Mapping[str, int], pair: tuple[Worker, Referral, Part], when: Stint, *, first: bool
) -> Iterator[tuple[int, str]]:
    """Yield (points, sentence) of each soft rule that a pair misses on one date.

    Args:
        weights: points by the rule's key.
        pair: worker, person and part.
        when: the part on that date.
        first: it is the referral's first part, which takes over from whoever is there now.
    """
    worker, person, part = pair
    leaves = person.facts.get("outgoing_leaves")
    if first and leaves is not None and when.begin > leaves and weights.get("handover_overlap"):
        yield weights["handover_overlap"], "comes after the outgoing worker has left"
    if weights.get("expiry_soon"):
        soon = sorted(
            name
            for name in part.required_certificates
            if _ends_soon(worker.certificates.get(name), when.end_day)
        )
        if soon:
            yield weights["expiry_soon"], f"{', '.join(soon)} runs out within 28 days after the end"


def _ends_soon(last: date | None, end: date) -> bool:
    return last is not None and last <= end + _EXPIRY_SOON
