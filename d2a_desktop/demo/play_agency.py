"""The agencies' and the hub's part: capacity, matching, offers and answers, workers allocated."""

from __future__ import annotations

from datetime import timedelta

from d2a_desktop.core.clock import london_day
from d2a_desktop.demo.cast import PARTNER, Cast
from d2a_desktop.demo.evidence import Step
from d2a_desktop.demo.fates import AGENCY_A, AGENCY_B, AGENCY_BY_PHONE, Reach, Twist
from d2a_desktop.demo.people import DemoPerson
from d2a_desktop.demo.system import AGENCY, AGENCY_TWO, CARE_HUB, WARD, WARD_B
from d2a_desktop.demo.workers import GRACE, assessor_documents, contract_document, worker_documents
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.commands import (
    AcceptOffer,
    DeclineOffer,
    OnBehalf,
    SendOffers,
)
from d2a_desktop.services.queries.rows import OfferRow

_AGENCIES = {AGENCY_A: AGENCY, AGENCY_B: AGENCY_TWO}
# Weeks before this one in which starts were made, and weeks ahead that are open.
_WEEKS = range(-4, 3)


def prepare_capacity(cast: Cast) -> None:
    """Give every agency its contract, starts and workers, and the hub its assessors."""
    cast.at(cast.ago(days=25))
    today = london_day(cast.now)
    for agency, desk_name in _AGENCIES.items():
        desk = cast.system[desk_name]
        desk.roster.save(desk.caller, "contract", contract_document(today))
        for document in worker_documents(agency, seed=cast.seed, today=today):
            saved = desk.roster.save(desk.caller, "worker", document)
            cast.roster[str(saved.details["id"])] = document
        _open_slots(cast, desk_name, count=8 if agency == AGENCY_A else 6)
    hub = cast.system[CARE_HUB]
    # An agency without a desk: the hub keeps its contract and its starts for it.
    hub.roster.save(hub.caller, "contract", contract_document(today) | {"agency": AGENCY_BY_PHONE})
    _open_slots(cast, CARE_HUB, count=5, agency=AGENCY_BY_PHONE)
    for document in assessor_documents(login=cast.system.logins["assessor"]):
        hub.roster.save(hub.caller, "assessor", document)
    cast.system.sync(AGENCY, AGENCY_TWO, CARE_HUB)


def _open_slots(cast: Cast, desk_name: str, *, count: int, agency: str | None = None) -> None:
    desk = cast.system[desk_name]
    for weeks in _WEEKS:
        week = IsoWeek.of(london_day(cast.now) + timedelta(weeks=weeks))
        document: dict[str, object] = {"week": str(week), "count": count}
        if agency is not None:
            document["agency"] = agency
        desk.roster.save(desk.caller, "slot", document)


def show_capacity(cast: Cast, step: Step) -> None:
    """Step 4: what the hub sees of the agencies' guaranteed starts."""
    cast.at(None)
    cast.system.sync(CARE_HUB)
    hub = cast.system[CARE_HUB]
    week = str(IsoWeek.of(london_day(cast.now) + timedelta(weeks=1)))
    weeks = [row for row in hub.queries.weeks(hub.caller) if row.week == week]
    step.fact(
        week=week,
        agencies={
            row.agency_ods: f"{row.guaranteed_min} to {row.guaranteed_max}, {row.available} open"
            for row in weeks
        },
        workers_on_the_agency_desk=len(worker_ids(cast, AGENCY)),
        workers_named_at_the_hub=len(worker_ids(cast, CARE_HUB)),
    )
    step.holds(
        "Three agencies guarantee 5 to 8 starts a week, with starts open next week",
        len(weeks) == 3
        and all((r.guaranteed_min, r.guaranteed_max) == (5, 8) and r.available for r in weeks),
    )
    step.holds(
        "More than sixty workers are on the agencies' own rosters, none of them at the hub",
        len(worker_ids(cast, AGENCY)) + len(worker_ids(cast, AGENCY_TWO)) > 60
        and not worker_ids(cast, CARE_HUB),
    )


def worker_ids(cast: Cast, desk_name: str) -> list[str]:
    """Return the ids of the workers whom a desk can see."""
    desk = cast.system[desk_name]
    return [row.worker_id for row in desk.queries.workers(desk.caller)]


def offer(cast: Cast, step: Step) -> None:
    """Step 6, first: anonymous offers go out, and what the agency sees of them."""
    hero = cast.hero
    for person in cast.reaching(Reach.PATHWAY, lambda p: p.times.pathway):
        _send(cast, person)
    cast.system.sync(CARE_HUB, AGENCY, AGENCY_TWO)
    mine = cast.offers[hero.key]
    row = next(r for r in _offers(cast, AGENCY) if r.reference == mine[AGENCY_A])
    step.fact(
        offers_sent=mine,
        seen_by_the_agency={
            "age_band": row.age_band,
            "outward_postcode": row.outward_postcode,
            "needs": row.needs_summary,
            "person": row.person,
        },
        found_before_acceptance=cast.found(AGENCY, hero),
    )
    step.holds(
        "Before acceptance the agency sees the need alone: no person, no record, nothing found",
        row.person is None
        and cast.found(AGENCY, hero) == 0
        and not cast.holds_record(AGENCY, hero),
    )


def answer(cast: Cast, step: Step) -> None:
    """Step 6, then: the answers; the first acceptance that the server confirms wins."""
    _answer_all(cast)
    _race(cast, step)
    _phone_partner(cast, step)
    cast.system.sync(WARD, WARD_B)
    step.holds("The ward sees that an agency accepted", _stage(cast, WARD) == "accepted")


def _stage(cast: Cast, desk: str) -> str:
    return cast.view(desk, cast.hero).stage


def _send(cast: Cast, person: DemoPerson) -> None:
    refused_by_all = person.has(Twist.REFUSED_BY_ALL)
    if person.reach < Reach.OFFERED and not refused_by_all:
        return
    cast.at(person.times.offer or (person.times.pathway or cast.now) + timedelta(hours=1))
    agencies: tuple[str, ...] = (person.scenario.agency,)
    if person.key == cast.hero.key:
        agencies = (AGENCY_A, AGENCY_B, AGENCY_BY_PHONE)
    elif refused_by_all or person.has(Twist.DECLINED_BY_ONE):
        agencies = (AGENCY_A, AGENCY_B)
    # The shared database judges by its own clock: a reply of days ago must still be in time.
    command = SendOffers(agencies=agencies, respond_by=cast.now + timedelta(hours=4))
    sent = cast.do(CARE_HUB, person, "offer", command)
    cast.offers[person.key] = {o["agency"]: o["reference"] for o in sent.details["offers"]}


def _offers(cast: Cast, desk_name: str) -> tuple[OfferRow, ...]:
    desk = cast.system[desk_name]
    return desk.queries.offers(desk.caller)


def _answer_all(cast: Cast) -> None:
    """Accept or decline for everybody but the hero, on the desk of each agency."""
    taken: set[str] = set()
    for person in cast.reaching(Reach.PATHWAY, lambda p: p.times.pathway):
        mine = cast.offers.get(person.key, {})
        cast.at(person.times.answer or (person.times.pathway or cast.now) + timedelta(hours=2))
        if person.has(Twist.REFUSED_BY_ALL):
            for agency, desk in _AGENCIES.items():
                cast.do(desk, mine[agency], "decline", DeclineOffer(reason="waking_night"))
        if person.has(Twist.DECLINED_BY_ONE):
            cast.do(AGENCY, mine[AGENCY_A], "decline", DeclineOffer(reason="double_handed"))
        if person.reach < Reach.ACCEPTED or person.key == cast.hero.key:
            continue
        if person.scenario.agency in _AGENCIES:
            desk = _AGENCIES[person.scenario.agency]
            slot = _free_slot(cast, desk, person, taken)
            cast.do(desk, mine[person.scenario.agency], "accept", AcceptOffer(slot=slot))
    cast.hero_slot = _free_slot(cast, AGENCY, cast.hero, taken)


def _free_slot(cast: Cast, desk_name: str, person: DemoPerson, taken: set[str]) -> str:
    """Return an open start of the week in which the person is to go home."""
    day = london_day(person.times.leave or person.times.answer or cast.now)
    week = str(IsoWeek.of(day))
    desk = cast.system[desk_name]
    ods = person.scenario.agency
    for row in desk.queries.slots(desk.caller):
        fits = row.week >= week and row.status == "open" and row.agency_ods == ods
        if fits and row.slot_id not in taken:
            taken.add(row.slot_id)
            return row.slot_id
    raise AssertionError("the demo's agencies have more starts than people")


def _race(cast: Cast, step: Step) -> None:
    """Two agencies accept the hero, one declines by telephone; the server decides."""
    hero = cast.hero
    mine = cast.offers[hero.key]
    cast.at(hero.times.answer)
    lantern = OnBehalf(org=AGENCY_BY_PHONE, spoken_to=PARTNER, channel="phone")
    cast.do(
        CARE_HUB,
        mine[AGENCY_BY_PHONE],
        "decline",
        DeclineOffer(reason="gender", on_behalf=lantern),
    )
    cast.system.sync(CARE_HUB)
    other = cast.system[AGENCY_TWO]
    slot = next(r for r in other.queries.slots(other.caller) if r.status == "open")
    first = cast.do(
        AGENCY, mine[AGENCY_A], "accept", AcceptOffer(slot=cast.hero_slot, worker=grace(cast))
    )
    cast.do(AGENCY_TWO, mine[AGENCY_B], "accept", AcceptOffer(slot=slot.slot_id))
    won = cast.system.sync(AGENCY)[AGENCY]
    lost = cast.system.sync(AGENCY_TWO)[AGENCY_TWO]
    cast.system.sync(CARE_HUB, AGENCY)
    states = {row.agency_ods: row.status for row in cast.view(CARE_HUB, hero).offers}
    step.fact(
        requested_before_the_server_spoke=not first.confirmed,
        second_acceptance=[r.code for r in lost.rejected],
        states_at_the_hub=states,
        found_after_acceptance=cast.found(AGENCY, hero),
    )
    step.holds("The first acceptance was confirmed", not won.rejected)
    step.holds(
        "The second acceptance was refused as already taken and disclosed nothing",
        "already_taken" in [r.code for r in lost.rejected] and cast.found(AGENCY_TWO, hero) == 0,
    )
    step.holds(
        "One accepted, one filled, one declined by telephone on the partner's behalf",
        states == {AGENCY_A: "accepted", AGENCY_B: "filled", AGENCY_BY_PHONE: "declined"},
    )
    step.holds(
        "After acceptance the agency that won finds the person, once",
        cast.found(AGENCY, hero) == 1,
    )
    cast.settle(AGENCY_TWO)


def grace(cast: Cast) -> str:
    """Return the id of the worker who goes home with the hero."""
    desk = cast.system[AGENCY]
    rows = desk.queries.workers(desk.caller)
    return next(row.worker_id for row in rows if row.name.endswith(GRACE))


def _phone_partner(cast: Cast, step: Step) -> None:
    """The agency without a desk: its anonymous sheet, and its answer recorded by the hub."""
    hub = cast.system[CARE_HUB]
    for person in cast.reaching(Reach.ACCEPTED, lambda p: p.times.answer):
        behalf = cast.on_behalf(person)
        if behalf is None:
            continue
        reference = cast.offers[person.key][person.scenario.agency]
        cast.at((person.times.offer or cast.now) + timedelta(minutes=5))
        sheet = cast.system.out / "offer-sheet.pdf"
        hub.packs.offer_sheet(hub.caller, reference, sheet)
        cast.files["offer_sheet"] = sheet
        cast.at(person.times.answer)
        slot = _free_slot(cast, CARE_HUB, person, set())
        cast.do(CARE_HUB, reference, "accept", AcceptOffer(slot=slot, on_behalf=behalf))
        cast.system.sync(CARE_HUB)
        row = next(r for r in _offers(cast, CARE_HUB) if r.reference == reference)
        step.fact(by_phone={"agency": row.agency_name, "state": row.status})
        step.holds(
            "The partner without a desk accepted by telephone, recorded on its behalf",
            row.status == "accepted" and not row.agency_has_desk,
        )
