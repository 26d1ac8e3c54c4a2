"""Workers allocated on the agencies' desks, and the one booking that the server refuses."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from d2a_desktop.core.errors import BlockedError
from d2a_desktop.demo.cast import Cast
from d2a_desktop.demo.evidence import Step
from d2a_desktop.demo.fates import Reach, Twist
from d2a_desktop.demo.people import DemoPerson
from d2a_desktop.demo.play_agency import grace, worker_ids
from d2a_desktop.demo.system import AGENCY, AGENCY_TWO, CARE_HUB, MANAGER, WARD, WARD_B
from d2a_desktop.demo.workers import GRACE
from d2a_desktop.domain.commands import Allocate, HandBack

_BLOCK = timedelta(days=21)


def place(cast: Cast, step: Step) -> None:
    """Step 7: workers allocated; the server refuses the one who is booked elsewhere."""
    hero = cast.hero
    # The manager's desk knows the roster as it is now, before anybody is allocated.
    cast.system.sync(MANAGER, AGENCY_TWO)
    _hand_back(cast)
    for person in cast.reaching(Reach.ALLOCATED, lambda p: p.times.allocate):
        if person.key != "case06":
            _allocate(cast, person)
    cast.system.sync(AGENCY, AGENCY_TWO, CARE_HUB)
    _double_booking(cast, step)
    _allocate(cast, cast.person("case06"))
    cast.system.sync(AGENCY, AGENCY_TWO, CARE_HUB, WARD, WARD_B)
    view = cast.view(WARD, hero)
    step.fact(stage_on_the_ward=view.stage, worker_on_the_ward=view.arrivals)
    step.holds(
        "The ward sees the worker's first name and nothing else of the worker",
        view.stage == "allocated"
        and [name.split(" ")[0].rstrip(",") for name, _ in view.arrivals] == ["Grace"]
        and not worker_ids(cast, WARD),
    )


def _hand_back(cast: Cast) -> None:
    for person in cast.people:
        if person.has(Twist.HANDED_BACK):
            cast.at((person.times.answer or cast.now) + timedelta(hours=3))
            reference = cast.offers[person.key][person.scenario.agency]
            cast.do(AGENCY, reference, "hand-back", HandBack(reason="worker_ill"))


def block_of(person: DemoPerson) -> tuple[datetime, datetime]:
    """Return the first worker's block: from two hours before leaving, for three weeks."""
    start = (person.times.leave or person.times.allocate or person.admitted_at) + timedelta(
        hours=-2 if person.times.leave else 20
    )
    return start, start + _BLOCK


def _allocate(cast: Cast, person: DemoPerson) -> None:
    """Allocate the first worker of the agency whom every rule allows."""
    cast.at(person.times.allocate)
    start, end = block_of(person)
    reference = cast.offers[person.key][person.scenario.agency]
    behalf = cast.on_behalf(person)
    if behalf is not None:
        command = Allocate(starts_at=start, ends_at=end, first_name="Rosa", on_behalf=behalf)
        cast.do(CARE_HUB, reference, "allocate", command)
        return
    desk = cast.agency_of(person)
    candidates = [w for w in worker_ids(cast, desk) if w not in cast.workers.values()]
    if person.key == cast.hero.key:
        candidates = [grace(cast)]
    else:
        candidates = [w for w in candidates if _may_fit(cast.roster[w], person)]
        cast.rng.shuffle(candidates)
        # Scarce skills are kept for those who need them.
        candidates.sort(key=lambda w: len(cast.roster[w]["skills"]))
    for worker in candidates:
        try:
            cast.do(
                desk, reference, "allocate", Allocate(starts_at=start, ends_at=end, worker=worker)
            )
        except BlockedError:
            continue
        cast.workers[person.key] = worker
        return
    raise BlockedError(
        "No worker of the agency fits.", reasons=[f"{len(candidates)} asked for {person.key}"]
    )


def _may_fit(document: dict[str, Any], person: DemoPerson) -> bool:
    """Return whether asking is worth it: what a scheduler sees at a glance; the rules decide."""
    need = person.scenario.need
    skills = {s["code"] if isinstance(s, dict) else s for s in document["skills"]}
    return (
        document["family_name"] != GRACE
        and skills >= set(need.get("required_skills", ()))
        and set(document["accepts_pets"]) >= set(need.get("pets", ()))
        and (document["accepts_smoking_home"] or not need.get("smoking_home"))
        and (document["driver"] or not need.get("driver_required"))
    )


def _double_booking(cast: Cast, step: Step) -> None:
    """The manager's desk, which has not heard of it, books the hero's worker a second time."""
    person = cast.person("case06")
    cast.at(person.times.allocate)
    start, end = block_of(person)
    reference = cast.offers[person.key][person.scenario.agency]
    cast.do(
        MANAGER, reference, "allocate", Allocate(starts_at=start, ends_at=end, worker=grace(cast))
    )
    report = cast.system.sync(MANAGER)[MANAGER]
    manager = cast.system[MANAGER]
    codes = [refused.code for refused in report.rejected]
    asks = {row.conflict_id for row in manager.exchange.conflicts()}
    step.fact(double_booking=codes, needs_a_person=len(asks))
    step.holds("The shared database refused a worker who is booked elsewhere", "overlap" in codes)
    cast.settle(MANAGER)
