"""Leaving, arriving and the assessment at home, on the desks of ward, hub, agency and assessor."""

from __future__ import annotations

from datetime import datetime, timedelta

from d2a_desktop.demo.cast import Cast
from d2a_desktop.demo.evidence import Step
from d2a_desktop.demo.fates import Reach, Twist
from d2a_desktop.demo.people import DemoPerson
from d2a_desktop.demo.system import AGENCY, AGENCY_TWO, ASSESSOR, CARE_HUB, WARD, WARD_B
from d2a_desktop.domain.commands import (
    Arrive,
    Depart,
    Override,
    PlanVisit,
    RecordOutcome,
    TurnBack,
    UpdateRecord,
)

_VISIT = timedelta(minutes=60)
_OBSERVED = ("Worker arrived", "Arrived home", "Welfare check")
_WAY_HOME = timedelta(hours=1)


def leave(cast: Cast, step: Step) -> None:
    """Step 8: departures planned, visits booked, the gate blocked and then passed."""
    hero = cast.hero
    for person in cast.reaching(Reach.PLANNED, lambda p: p.times.plan):
        _plan_departure(cast, person)
    cast.at(hero.times.leave)
    words, reasons = cast.refused(WARD, hero, "depart", Depart(left_at=hero.times.leave))
    step.fact(gate_says=words, gate_open_items=list(reasons))
    step.holds(
        "The departure gate was closed, each open item with its reason",
        {"Medicines to take home", "Key to the home", "Handover pack given"}
        <= {reason.partition(":")[0] for reason in reasons},
    )
    cast.system.sync(WARD, WARD_B, CARE_HUB)
    book_visits(cast)
    cast.system.sync(CARE_HUB, WARD, WARD_B)
    for person in cast.reaching(Reach.HOME, lambda p: p.times.leave):
        _go(cast, person)
    view = cast.view(WARD, hero)
    step.fact(
        stage=view.stage,
        left_ward_at=hero.times.leave,
        due_at=view.clock.due_at,
    )
    step.holds("With everything settled the gate let the person go", view.stage == "at_home")
    left = hero.times.leave or cast.now
    step.holds(
        "The clock started when the person left the ward: 48 elapsed hours",
        view.clock.due_at == left + timedelta(hours=48),
    )
    late = cast.person("at_home_late")
    step.holds(
        "With the key not known of, another gate opened only by an override with role and on-call",
        cast.view(WARD, late).records["departure"].get("override_reason"),
    )
    waiting = next(p for p in cast.people if p.has(Twist.GATE_CLOSED))
    shut = [item.label for item in cast.view(WARD, waiting).gate if item.state.value != "ok"]
    step.fact(still_open_for_another_person=shut)


def _plan_departure(cast: Cast, person: DemoPerson) -> None:
    cast.at(person.times.plan)
    at = person.times.leave or cast.now
    unready = person.key == cast.hero.key or person.has(Twist.GATE_CLOSED)
    cast.do(
        cast.ward_of(person),
        person,
        "depart",
        Depart(
            planned_at=at,
            latest_arrival_at=at + timedelta(hours=4),
            transport="patient_transport",
            transport_state="ready",
            medicines_state="not_ready" if unready else "ready",
            equipment_state="ready",
            key_state="unknown" if unready or person.has(Twist.NO_VISIT) else "ready",
        ),
    )


def book_visits(cast: Cast) -> None:
    """Book the assessments at home on the hub's desk, each in a place that is free."""
    hub = cast.system[CARE_HUB]
    assessors = [row.assessor_id for row in hub.queries.assessors(hub.caller)]
    booked: dict[str, list[datetime]] = {assessor: [] for assessor in assessors}
    for person in cast.reaching(Reach.PLANNED, lambda p: p.times.visit):
        if person.has(Twist.NO_VISIT) or person.has(Twist.GATE_CLOSED):
            continue
        cast.at((person.times.plan or cast.now) + timedelta(minutes=30))
        if person.key == cast.hero.key:
            place = hub.schedules.proposals(hub.caller, cast.refs[person.key])[0]
            who, at = place.assessor_id, place.starts_at
        else:
            at = (person.times.visit or cast.now).replace(second=0, microsecond=0)
            who = _free(booked, at)
        booked[who].append(at)
        cast.visits[person.key] = at
        cast.do(CARE_HUB, person, "visit", PlanVisit(assessor=who, starts_at=at, confirm=True))


def _free(booked: dict[str, list[datetime]], at: datetime) -> str:
    """Return the assessor with the fewest visits who has none near this time."""
    near = timedelta(hours=2)
    free = [who for who, times in booked.items() if all(abs(t - at) >= near for t in times)]
    return min(free, key=lambda who: len(booked[who]))


def _go(cast: Cast, person: DemoPerson) -> None:
    """Print and give the pack, then record that the person left."""
    desk = cast.system[cast.ward_of(person)]
    reference = cast.refs[person.key]
    hero = person.key == cast.hero.key
    cast.at((person.times.leave or cast.now) - timedelta(minutes=40))
    if hero:
        ready = Depart(medicines_state="ready", key_state="ready")
        cast.do(cast.ward_of(person), person, "depart", ready)
        patient = cast.system.out / "patient-copy.pdf"
        desk.packs.issue(desk.caller, reference, "patient", patient, purpose="For the person")
        cast.files["patient"] = patient
    name = "handover-pack.pdf" if hero else f"handover-{reference}.pdf"
    file = cast.system.out / name if hero else cast.system.packs_dir / name
    issued = desk.packs.issue(
        desk.caller, reference, "handover", file, purpose="For the live-in care worker"
    )
    desk.packs.give(desk.caller, reference, issued.pack_id, to="Transport crew, for the worker")
    if hero:
        cast.files["handover"] = file
    cast.at(person.times.leave)
    cast.do(
        cast.ward_of(person),
        person,
        "depart",
        Depart(left_at=person.times.leave, override=_override(person)),
    )


def _override(person: DemoPerson) -> Override | None:
    if not person.has(Twist.NO_VISIT):
        return None
    return Override(
        reason="The neighbour with the key could not be reached; the worker is in the house",
        role="Matron",
        by="Mo Matron-Demo",
        on_call="Olga Oncall-Trial",
    )


def arrive(cast: Cast, step: Step) -> None:
    """Step 9: arrivals and the welfare check, observed by the agency or told by telephone."""
    hero = cast.hero
    cast.system.sync(WARD, WARD_B, AGENCY, AGENCY_TWO, CARE_HUB)
    for person in cast.reaching(Reach.HOME, lambda p: p.times.leave):
        desk, behalf = cast.agency_of(person), cast.on_behalf(person)
        left = person.times.leave or cast.now
        seen = [
            ("worker_arrived", left - timedelta(hours=2)),
            ("arrived_home", left + _WAY_HOME),
            ("welfare_check", left + timedelta(hours=3)),
        ]
        if person.has(Twist.TURNED_BACK):
            seen = seen[:1]
        for what, at in seen:
            cast.at(at)
            cast.do(desk, person, "arrive", Arrive(what=what, at=at, on_behalf=behalf))
        if person.has(Twist.TURNED_BACK):
            at = cast.at(left + timedelta(hours=1.5))
            reason = "The heating does not work and the house is cold"
            cast.do(desk, person, "turn-back", TurnBack(where="at_door", reason=reason, at=at))
    cast.system.sync(AGENCY, AGENCY_TWO, CARE_HUB, WARD, WARD_B)
    view = cast.view(WARD, hero)
    told = {entry.title: entry.at for entry in view.timeline if entry.title in _OBSERVED}
    step.fact(worker=view.arrivals, observed=told)
    step.holds(
        "The ward sees the worker's arrival, the person's and the welfare check",
        set(told) == set(_OBSERVED),
    )
    departure = view.records["departure"]
    step.holds("The departure is settled", departure["status"] == "settled")
    turned = cast.view(WARD, next(p for p in cast.people if p.has(Twist.TURNED_BACK)))
    step.fact(turned_back={"stage": turned.stage, "clock": turned.clock.kind.value})
    step.holds(
        "The person turned back at the door is an inpatient again, and the clock is void",
        turned.stage != "at_home" and turned.clock.kind.value in ("void", "waiting"),
    )
    by_phone = next(p for p in cast.people if p.has(Twist.BY_PHONE))
    step.holds(
        "The partner without a desk told of its arrival by telephone",
        cast.view(CARE_HUB, by_phone).stage == "at_home",
    )


def assess(cast: Cast, step: Step) -> None:
    """Step 10: the assessor's laptop, offline, then exchanged; every kind of clock told apart."""
    hero = cast.hero
    laptop = cast.system[ASSESSOR]
    cast.system.sync(ASSESSOR)
    form = cast.system.out / "assessment-form.pdf"
    visit_at = cast.visits[hero.key]
    cast.at(visit_at - timedelta(hours=2))
    laptop.packs.issue(
        laptop.caller, cast.refs[hero.key], "assessment", form, purpose="For the visit"
    )
    cast.files["assessment"] = form
    for person in cast.reaching(Reach.HOME, lambda p: p.times.visit):
        _visit(cast, person)
    waiting = laptop.exchange.light().pending
    step.fact(waiting_while_offline=waiting)
    step.holds("The laptop kept its work while offline", waiting > 0)
    cast.system.sync(ASSESSOR, CARE_HUB)
    _review_later(cast)
    cast.system.sync(CARE_HUB, ASSESSOR, WARD, WARD_B, AGENCY, AGENCY_TWO)
    view = cast.view(WARD, hero)
    started = view.clock.stopped_at or cast.now
    left = hero.times.leave or cast.now
    step.fact(
        clock=view.clock.kind.value,
        hours_from_leaving=round((started - left).total_seconds() / 3600, 1),
        stage=view.stage,
    )
    step.holds(
        "The ward reads: assessed at home, in time",
        view.clock.kind.value == "met" and started <= left + timedelta(hours=48),
    )
    _told_apart(cast, step)


def _visit(cast: Cast, person: DemoPerson) -> None:
    at = cast.visits.get(person.key)
    if person.has(Twist.DIED_AT_HOME):
        _died(cast, person)
        return
    if at is None or at > cast.now or person.has(Twist.TURNED_BACK):
        return
    if person.has(Twist.NO_ACCESS):
        cast.at(at + timedelta(minutes=20))
        nobody = RecordOutcome(outcome="no_access", started_at=at, note="Nobody opened the door")
        cast.do(ASSESSOR, person, "outcome", nobody)
    elif person.reach >= Reach.ASSESSED:
        cast.at(at + _VISIT)
        cast.do(
            ASSESSOR,
            person,
            "outcome",
            RecordOutcome(
                outcome="done",
                started_at=at,
                finished_at=at + timedelta(minutes=50),
                need_found=cast.rng.choice(("less", "same", "less", "more")),
                next_review_on=(at + timedelta(days=6)).date(),
                note="Walks to the kitchen with the frame; goals agreed",
            ),
        )


def _died(cast: Cast, person: DemoPerson) -> None:
    """The hub hears of the death: the clock is excluded, visits close, tasks stop."""
    at = cast.at((person.times.leave or cast.now) + timedelta(hours=30))
    cast.do(CARE_HUB, person, "update", UpdateRecord(values={"spell": {"died_at": at}}))


def _review_later(cast: Cast) -> None:
    """Hold the review of the placement for those who have come so far."""
    hub = cast.system[CARE_HUB]
    assessors = [row.assessor_id for row in hub.queries.assessors(hub.caller)]
    for n, person in enumerate(cast.reaching(Reach.REVIEWED, lambda p: p.times.visit)):
        first = cast.visits[person.key]
        at = first + timedelta(days=6, hours=2)
        cast.at(first + timedelta(days=1))
        who = assessors[n % len(assessors)]
        planned = cast.do(
            CARE_HUB,
            person,
            "visit",
            PlanVisit(assessor=who, starts_at=at, purpose="review", confirm=True),
        )
        cast.at(at + _VISIT)
        cast.do(
            CARE_HUB,
            person,
            "outcome",
            RecordOutcome(
                outcome="done",
                visit=str(planned.details["visit"]),
                started_at=at,
                finished_at=at + timedelta(minutes=40),
                need_found="less",
                note="Needs less help; plan the end of the placement",
            ),
        )


def _told_apart(cast: Cast, step: Step) -> None:
    cast.at(None)
    expected = {
        "at_home_due": "running",
        "at_home_late": "late_running",
        "no_access": "late_running",
        "case10": "excluded",
        "assessed_1": "met",
    }
    kinds = {key: cast.view(WARD, cast.person(key)).clock for key in expected}
    step.fact(clocks={key: clock.words for key, clock in kinds.items()})
    step.holds(
        "Running, overdue, no access, excluded and met are told apart",
        {key: clock.kind.value for key, clock in kinds.items()} == expected,
    )
