"""The main job in the convergence tests: people taken in, and one sensible step at a time."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.convergence.desk import ConvergingDesk
from tests.convergence.world import World
from tests.convergence.writing import new_id, wire, write
from tests.integration.main_job.desks import full_record

# --- taking people in ---------------------------------------------------------------------------


def take_in(world: World, chance: Random) -> None:
    """A ward takes a person in."""
    desk = world.desk(chance, "hospital")
    marker = world.new_marker()
    made = desk.do(
        None, "new", family_name=marker, given_name="Zoë", birth_date="1940-02-28",
        gender="female", site="XDA01", ward="C5", bed="A1", mrn=marker,
        admitted_at=desk.ago(days=9),
    )  # fmt: skip
    if made is not None and made.case_id is not None:
        world.markers[marker] = made.case_id
        world.owners[made.case_id] = desk.member.org_id
        desk.do(
            made.case_ref, "review", decided_by="Dr Sample", decided_role="consultant",
            decided_at=desk.ago(days=3),
        )  # fmt: skip


def set_the_scene(world: World, chance: Random) -> None:
    """Bring one case some way by plain rows: referred, offered, accepted, allocated, left."""
    depth = chance.randrange(6)
    ward, hub, agency = (world.desks[name] for name in ("ward", "hub", "agency"))
    case, referral, offer, sister, worker = (new_id(ward) for _ in range(5))
    marker = world.new_marker()
    world.markers[marker] = case
    world.owners[case] = ward.member.org_id
    rows: list[tuple[str, str, str | None, dict[str, object]]] = [
        ("spell", case, case, {
            "hospital_org_id": ward.member.org_id, "case_ref": f"C-{marker}", "bed": "1",
            "admitted_at": wire(ward.now() - timedelta(days=9)),
        }),
        ("patient", new_id(ward), case, {"family_name": marker, "allergy_state": "known"}),
        ("nctr_period", new_id(ward), case, {"nctr_from": wire(ward.now()), "source": "person"}),
    ]  # fmt: skip
    if depth:
        rows += [
            ("referral", referral, case, {
                "reference": f"R-{marker}", "kind": "full", "status": "sent",
            }),
            ("care_need", new_id(ward), case, {}),
            ("home", new_id(ward), case, {}),
            ("consent", new_id(ward), case, {"person_agrees": "yes"}),
        ]  # fmt: skip
    write(ward, *rows)
    write(
        agency,
        ("worker", worker, agency.member.org_id, {"first_name": "Amara", "status": "active"}),
    )
    ward.sync()
    agency.sync()
    if depth < 2:  # the others come when they come
        return
    sent: dict[str, object] = {
        "sent_by_org_id": hub.member.org_id, "respond_by": wire(hub.now() + timedelta(hours=9)),
        "status": "sent",
    }  # fmt: skip
    offers: list[tuple[str, str, str | None, dict[str, object]]] = []
    for each, short in ((offer, "agency"), (sister, "agency2")):
        to = {"agency_org_id": world.system.orgs[short]}
        link = {"offer_id": each, "referral_id": referral, **to}
        offers.append(("offer", each, each, {**sent, **to, "reference": f"O-{each}"}))
        offers.append(("offer_link", new_id(ward), case, {**link}))
    hub.sync()
    if not hub.ids("referral", "id = ?", referral):
        return  # the judge will tell
    write(
        hub,
        ("referral", referral, None, {"status": "confirmed"}),
        ("pathway_decision", new_id(ward), case, {"referral_id": referral, "pathway": "P1"}),
        *offers,
    )
    hub.sync()
    agency.sync()
    if depth < 3 or not agency.ids("offer", "id = ?", offer):
        return
    write(agency, ("offer", offer, None, {"status": "accepted", "proposed_worker_id": worker}))
    agency.sync()
    if depth > 3:
        _allocate(agency, case, chance)
        agency.sync()
        ward.sync()
    if depth > 4:
        gone = {"status": "planned", "planned_at": wire(ward.now())}
        departure = new_id(ward)
        write(ward, ("departure", departure, case, gone))
        left = {"status": "left", "left_at": wire(ward.now()), "left_source": "person"}
        write(ward, ("departure", departure, None, left))
        ward.sync()
        agency.sync()


# --- the main job, one step at a time -----------------------------------------------------------


def walk(world: World, chance: Random) -> None:
    """Take one case one sensible step further, on the desk whose turn it is."""
    if not world.markers or chance.random() < 0.1:
        take_in(world, chance)
        return
    case = chance.choice(list(world.markers.values()))
    desks = list(world.desks.values())
    if not _step(desks, case, chance):
        for desk in desks:
            if desk.has_work():
                desk.sync()
        _step(desks, case, chance)


def _step(desks: list[ConvergingDesk], case: str, chance: Random) -> bool:
    for step in _WAY:
        for desk in desks:
            if step(desk, case, chance):
                if chance.random() < 0.8:
                    desk.sync()
                return True
    return False


def refer(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    mine = desk.ids("spell", "id = ? AND hospital_org_id = ?", case, desk.member.org_id)
    if not mine or desk.ids(
        "referral", "scope_id = ? AND status NOT IN ('draft', 'returned')", case
    ):
        return False
    return desk.do(case, "refer", record=full_record()) is not None


def _pathway(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind not in ("community", "council"):
        return False
    if not desk.ids("referral", "scope_id = ? AND status = 'sent'", case):
        return False
    return desk.do(
        case, "pathway", pathway="P1", rationale="Can recover at home", decided_by="Sam Sample",
        decided_role="Case manager", options=["P1"], took_part=["therapy", "social work"],
    ) is not None  # fmt: skip


def _offer(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind != "community":
        return False
    if not desk.ids("referral", "scope_id = ? AND status = 'confirmed'", case):
        return False
    if desk.ids(
        "offer",
        "status IN ('sent', 'accepted') AND id IN"
        " (SELECT offer_id FROM offer_link WHERE scope_id = ?)",
        case,
    ):
        return False
    system = desk.system
    to = chance.sample(system.agencies, min(len(system.agencies), chance.choice((1, 2, 2))))
    agencies = [system.ods(short) for short in ([system.partner] if chance.random() < 0.2 else to)]
    return desk.do(case, "offer", agencies=agencies, respond_by=desk.ahead(hours=9)) is not None


def answer(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind != "agency":
        return False
    open_offers = desk.ids("offer", "status = 'sent'")
    if not open_offers:
        return False
    offer = chance.choice(open_offers)
    if chance.random() < 0.15:
        return desk.do(offer, "decline", reason="capacity") is not None
    workers = desk.ids("worker", "status = 'active'") or hire(desk, chance)
    slots = desk.ids("slot", "status = 'open'")
    naming = {"slot": chance.choice(slots)} if slots and chance.random() < 0.6 else {}
    return desk.do(offer, "accept", worker=chance.choice(workers), **naming) is not None


def hire(desk: ConvergingDesk, chance: Random) -> list[str]:
    made = desk.keep(
        "worker",
        first_name="Amara",
        status="active",
        gender="female",
        driver=True,
        skills=[],
        credentials=[{"code": "DBS_ENH_AB", "valid_to": "2099-01-01"}],
        availability=[{"kind": "away", "from_day": "2031-01-01", "to_day": "2031-01-02"}],
    )
    return [made.details["id"]] if made else []


def _answer_for_partner(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind != "community":
        return False
    partner = desk.system.orgs[desk.system.partner]
    behalf = {
        "org": desk.system.ods(desk.system.partner),
        "spoken_to": "Kim Sample",
        "channel": "phone",
    }
    for offer in desk.ids("offer", "status = 'sent' AND agency_org_id = ?", partner):
        return desk.do(offer, "accept", on_behalf=behalf) is not None
    return False


def _allocate(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    """Confirm a block for an accepted offer that has none; past the eligibility rules."""
    if desk.member.kind not in ("agency", "community"):
        return False
    for placement, offer, scope in desk.sql(
        "SELECT id, offer_id, scope_id FROM placement p WHERE status = 'open' AND NOT EXISTS"
        " (SELECT 1 FROM placement_block b WHERE b.placement_id = p.id"
        " AND b.status IN ('confirmed', 'active')) ORDER BY id"
    ):
        workers = desk.ids("worker", "scope_id = ? AND status = 'active'", scope)
        if not workers and scope == desk.member.org_id:
            workers = hire(desk, chance)
        if not workers:
            continue
        begin = desk.now() + timedelta(hours=chance.choice((-2, 0, 30)))
        write(
            desk,
            (
                "placement_block",
                new_id(desk),
                scope,
                {
                    "placement_id": placement, "offer_id": offer, "kind": "main",
                    "worker_id": chance.choice(workers), "status": "confirmed",
                    "starts_at": wire(begin), "ends_at": wire(begin + timedelta(days=3)),
                },
            ),
        )  # fmt: skip
        return True
    return False


def _depart(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind != "hospital" or not desk.ids("arrival_card", "scope_id = ?", case):
        return False
    if desk.ids("departure", "scope_id = ? AND status <> 'planned'", case):
        return False
    plan = {
        "planned_at": desk.ago(hours=1), "latest_arrival_at": desk.ahead(hours=8),
        "transport": "taxi", "transport_state": "ready", "medicines_state": "ready",
        "equipment_state": "not_needed", "key_state": "ready",
    }  # fmt: skip
    if chance.random() < 0.3:
        return desk.do(case, "depart", **plan) is not None
    override = {
        "reason": "Pack handed over on paper", "role": "Matron", "by": "M Sample",
        "on_call": "On-call manager Sample",
    }  # fmt: skip
    left = desk.do(case, "depart", **plan, left_at=desk.ago(minutes=30), override=override)
    return left is not None


def _arrive(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if not desk.ids("departure", "scope_id = ? AND status = 'left'", case):
        return False
    seen = {r[0] for r in desk.sql("SELECT kind FROM event WHERE scope_id = ?", case)}
    for what, ago in (("worker_arrived", 20), ("arrived_home", 15), ("welfare_check", 5)):
        if what not in seen:
            return desk.do(case, "arrive", what=what, at=desk.ago(minutes=ago)) is not None
    return False


def _visit(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind != "community" or not desk.ids("referral", "scope_id = ?", case):
        return False
    if desk.ids("visit", "scope_id = ? AND status IN ('planned', 'confirmed', 'done')", case):
        return False
    assessors = desk.ids("assessor", "active = 1")
    if not assessors or chance.random() < 0.1:
        made = desk.keep(
            "assessor", name="Ola Sample", profession="OT", skills=["OT"],
            pattern={"mon": ["09:00", "17:00"]},
        )  # fmt: skip
        assessors = [made.details["id"]] if made else []
    if not assessors:
        return False
    # Few hours to choose from: two visits of one assessor often meet.
    start = desk.ahead(hours=chance.choice((20, 20.5, 21)))
    made = desk.do(case, "visit", assessor=chance.choice(assessors), starts_at=start, confirm=True)
    return made is not None


def _outcome(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind != "community":
        return False
    if not desk.ids("visit", "scope_id = ? AND status = 'confirmed'", case):
        return False
    if not desk.ids("departure", "scope_id = ? AND status IN ('left', 'settled')", case):
        return False
    outcome = chance.choice(("done", "done", "no_access", "died"))
    return desk.do(
        case, "outcome", outcome=outcome, started_at=desk.ago(minutes=4),
        finished_at=desk.ago(minutes=1), need_found="less", next_review_on="2099-01-01",
    ) is not None  # fmt: skip


def _end(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind not in ("agency", "community"):
        return False
    if desk.ids("event", "scope_id = ? AND kind = 'placement_ended'", case):
        return False
    if not desk.ids("event", "scope_id = ? AND kind = 'arrived_home'", case):
        return False
    return desk.do(case, "end", reason=chance.choice(("independent", "readmitted"))) is not None


_WAY = (
    answer, _answer_for_partner, _allocate, refer, _pathway, _offer, _visit, _depart, _arrive,
    _outcome, _end,
)  # fmt: skip
