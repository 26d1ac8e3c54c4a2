"""The hard rules beyond FORMAT.md: home, nights, consent, protection, registration (DOMAIN 4.4).

Each reads optional facts (`circumstances`): absent is not asked, null cannot be confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from d2a_desktop.matching.pairs import Broken, Case
from d2a_desktop.matching.problem import Stint

_SMOKE = "smoke"


def broken_at_home(case: Case) -> Iterator[Broken]:
    """Yield the rules that this pair breaks whatever the date; nothing for a plain document."""
    if case.referral.facts:
        for rule in _HOME_RULES:
            yield from rule(case)
    if case.worker.facts:
        yield from _allergy(case)
    if case.agency.facts:
        yield from _registration(case)


def broken_at_home_on(case: Case, when: Stint) -> Iterator[Broken]:
    """Yield the rules of engagement, arrival and competence that this pair breaks on one date."""
    facts = case.worker.facts
    if not facts:
        return
    if "engaged" in facts:
        yield from _engaged(facts["engaged"], when)
    if "arrives_from" in facts:
        yield from _arrival(facts["arrives_from"], when)
    if "skills_valid_to" in facts:
        yield from _competence(case, facts["skills_valid_to"] or {}, when)


def licence_obstacles(case: Case) -> Iterator[Broken]:
    """Yield what keeps a driver from the vehicle that the person needs driven."""
    person, carer = case.referral, case.worker
    if not person.needs_driver:
        return
    if "vehicle" in person.facts:
        vehicle, drives = person.facts["vehicle"], carer.facts.get("vehicles")
        if vehicle is None or drives is None:
            yield Broken("driver", "cannot confirm which vehicles are driven", certain=False)
        elif vehicle not in drives:
            yield Broken("driver", f"does not drive the vehicle there ({vehicle})")
    if "vehicle_insured" in person.facts:
        yield from _said(case, "vehicle_insured", "driver", "the vehicle's insurance")


def _said(case: Case, fact: str, code: str, what: str) -> Iterator[Broken]:
    """Yield `code` where a thing that must be so is not so, or not known."""
    known = case.referral.facts.get(fact)
    if known is None:
        yield Broken(code, f"cannot confirm {what}: nobody has recorded it", certain=False)
    elif not known:
        yield Broken(code, f"{what}: no")


def _needs_cover(case: Case, *, need: str, cover: str, code: str, words: str) -> Iterator[Broken]:
    """Yield `code` where a need is there, or may be, and nobody else is arranged for it."""
    facts = case.referral.facts
    if need not in facts or facts[need] is False or facts.get(cover):
        return
    if facts[need] is None:
        yield Broken(code, f"cannot confirm whether {words} is needed", certain=False)
    elif cover in facts and facts[cover] is None:
        yield Broken(code, f"cannot confirm that {words} is arranged", certain=False)
    else:
        yield Broken(code, f"{words} is needed and not arranged")


def _double_handed(case: Case) -> Iterator[Broken]:
    # A couple, or two carers, are two parts that begin together.
    mine = case.part.offset_days
    if sum(part.offset_days == mine for part in case.referral.parts) < 2:
        yield from _needs_cover(
            case, need="double_handed", cover="second_carer_arranged",
            code="double_handed", words="a second carer at a time",
        )  # fmt: skip


def _waking_night(case: Case) -> Iterator[Broken]:
    yield from _needs_cover(
        case, need="waking_night", cover="night_cover_arranged",
        code="waking_night", words="separate night cover",
    )  # fmt: skip


def _rest_cover(case: Case) -> Iterator[Broken]:
    facts = case.referral.facts
    if "can_be_left_alone" not in facts or facts["can_be_left_alone"]:
        return
    alone, cover = facts["can_be_left_alone"], facts.get("break_cover_arranged")
    if cover:
        return
    if alone is None:
        words = "cannot confirm whether the person can be left alone"
        yield Broken("rest_cover", words, certain=False)
    elif cover is None and "break_cover_arranged" in facts:
        yield Broken("rest_cover", "cannot confirm that breaks are covered", certain=False)
    else:
        words = "the person cannot be left alone and nobody covers the daily break"
        yield Broken("rest_cover", words)


def _accommodation(case: Case) -> Iterator[Broken]:
    if "bedroom" in case.referral.facts:
        yield from _said(case, "bedroom", "accommodation", "a separate bedroom for the worker")
    if "home_safe" in case.referral.facts:
        yield from _said(case, "home_safe", "accommodation", "the home's safety check")


def _consent(case: Case) -> Iterator[Broken]:
    if "consent" in case.referral.facts:
        yield from _said(case, "consent", "consent", "consent to live-in care")


def _lacks(case: Case, *, need: str, held: str, code: str, words: str) -> Iterator[Broken]:
    if need not in case.referral.facts:
        return
    asked, has = case.referral.facts[need], case.worker.facts.get(held)
    if asked is None:
        yield Broken(code, f"cannot confirm {words}: not known what is required", certain=False)
    elif asked and has is None:
        yield Broken(code, f"cannot confirm {words}: {_listed(asked)}", certain=False)
    elif asked and asked - has:
        yield Broken(code, f"{words} not met: {_listed(asked - has)}")


def _infection(case: Case) -> Iterator[Broken]:
    yield from _lacks(
        case, need="protections_required", held="protections",
        code="infection_immunity", words="the required protection",
    )  # fmt: skip


def _fitness(case: Case) -> Iterator[Broken]:
    facts = case.referral.facts
    if not {"demands"} & facts.keys():
        return
    asked, limits = facts["demands"], case.worker.facts.get("must_not")
    if asked is None or (asked and limits is None):
        words = "cannot confirm that the transfers are within the worker's limits"
        yield Broken("manual_handling_limit", words, certain=False)
    elif asked and asked & limits:
        words = f"the worker must not do: {_listed(asked & limits)}"
        yield Broken("manual_handling_limit", words)


def _allergy(case: Case) -> Iterator[Broken]:
    if "contraindications" not in case.worker.facts:
        return
    person, known = case.referral, case.worker.facts["contraindications"]
    features = person.facts.get("home_features", frozenset())
    fixed = person.pets | (features or frozenset()) | ({_SMOKE} if person.smoking_home else set())
    if known is None:
        if fixed:
            words = f"cannot confirm that the worker tolerates {_listed(fixed)}"
            yield Broken("allergy_or_phobia", words, certain=False)
    elif fixed & known:
        yield Broken("allergy_or_phobia", f"must not live with {_listed(fixed & known)}")
    elif features is None and known:
        words = "cannot confirm what is fixed in the home"
        yield Broken("allergy_or_phobia", words, certain=False)


def _registration(case: Case) -> Iterator[Broken]:
    facts = case.agency.facts
    for name, words in (
        ("registered", "the agency's registration for personal care"),
        ("on_contract", "the agency on the commissioner's contract"),
    ):
        if name in facts and facts[name] is None:
            yield Broken("registration", f"cannot confirm {words}", certain=False)
        elif name in facts and not facts[name]:
            yield Broken("registration", f"{words}: no")
    if "areas" in facts:
        area = case.referral.facts.get("area")
        if area is None or facts["areas"] is None:
            words = "cannot confirm that the agency covers the place"
            yield Broken("registration", words, certain=False)
        elif area not in facts["areas"]:
            yield Broken("registration", f"the agency does not cover {area}")


def _engaged(spans: Any, when: Stint) -> Iterator[Broken]:
    if spans is None:
        yield Broken("worker_active", "cannot confirm the engagement", certain=False)
    elif not any(first <= when.first_day and when.end_day <= last for first, last in spans):
        words = f"not engaged from {told(when.first_day)} to {told(when.end_day)}"
        yield Broken("worker_active", words)


def _arrival(from_minute: int | None, when: Stint) -> Iterator[Broken]:
    if from_minute is None:
        yield Broken("earliest_arrival", "cannot confirm when the worker can come", certain=False)
    elif when.begin < from_minute:
        hours = (from_minute - when.begin) / 60
        yield Broken(
            "earliest_arrival", f"can be there {hours:g} h after the start at the earliest"
        )


def _competence(case: Case, ends: Any, when: Stint) -> Iterator[Broken]:
    for name in sorted(case.part.required_skills & ends.keys() & case.worker.skills):
        last = ends[name]
        if last is None:
            yield Broken("skill", f"cannot confirm until when {name} is in date", certain=False)
        elif last < when.end_day:
            yield Broken("skill", f"{name} in date to {told(last)}, part ends {told(when.end_day)}")


def _listed(names: Any) -> str:
    return ", ".join(sorted(names))


def told(day: Any) -> str:
    """Write a day as 19-Mar-2027."""
    return str(day.strftime("%d-%b-%Y"))


_HOME_RULES: tuple[Callable[[Case], Iterator[Broken]], ...] = (
    _double_handed,
    _waking_night,
    _accommodation,
    _rest_cover,
    _infection,
    _fitness,
    _consent,
)
