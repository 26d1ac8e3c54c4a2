"""What people do in the convergence tests: the main job step by step, and writes of every kind.

Each deed takes the world and a source of chance, picks a desk, and does one thing there. A deed
that a desk's own rules refuse changes nothing, as for people.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from d2a_desktop.core.clock import SystemClock
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.machines import MACHINES
from tests.convergence.desk import ConvergingDesk
from tests.convergence.values import changeable, poison, required_values, some_value
from tests.convergence.world import World
from tests.integration.main_job.desks import full_record

Deed = Callable[[World, Random], None]


def new_id(desk: ConvergingDesk) -> str:
    """Return an id that no other row of this ground has."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(desk.ground.next_number())))


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
            "admitted_at": _wire(ward.now() - timedelta(days=9)),
        }),
        ("patient", new_id(ward), case, {"family_name": marker, "allergy_state": "known"}),
        ("nctr_period", new_id(ward), case, {"nctr_from": _wire(ward.now()), "source": "person"}),
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
    _write(ward, *rows)
    _write(
        agency,
        ("worker", worker, agency.member.org_id, {"first_name": "Amara", "status": "active"}),
    )
    ward.sync()
    agency.sync()
    if depth < 2:  # the others come when they come
        return
    sent: dict[str, object] = {
        "sent_by_org_id": hub.member.org_id, "respond_by": _wire(hub.now() + timedelta(hours=9)),
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
    _write(
        hub,
        ("referral", referral, None, {"status": "confirmed"}),
        ("pathway_decision", new_id(ward), case, {"referral_id": referral, "pathway": "P1"}),
        *offers,
    )
    hub.sync()
    agency.sync()
    if depth < 3 or not agency.ids("offer", "id = ?", offer):
        return
    _write(agency, ("offer", offer, None, {"status": "accepted", "proposed_worker_id": worker}))
    agency.sync()
    if depth > 3:
        _allocate(agency, case, chance)
        agency.sync()
        ward.sync()
    if depth > 4:
        gone = {"status": "planned", "planned_at": _wire(ward.now())}
        departure = new_id(ward)
        _write(ward, ("departure", departure, case, gone))
        left = {"status": "left", "left_at": _wire(ward.now()), "left_source": "person"}
        _write(ward, ("departure", departure, None, left))
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


def _refer(desk: ConvergingDesk, case: str, chance: Random) -> bool:
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


def _answer(desk: ConvergingDesk, case: str, chance: Random) -> bool:
    if desk.member.kind != "agency":
        return False
    open_offers = desk.ids("offer", "status = 'sent'")
    if not open_offers:
        return False
    offer = chance.choice(open_offers)
    if chance.random() < 0.15:
        return desk.do(offer, "decline", reason="capacity") is not None
    workers = desk.ids("worker", "status = 'active'") or _hire(desk, chance)
    slots = desk.ids("slot", "status = 'open'")
    naming = {"slot": chance.choice(slots)} if slots and chance.random() < 0.6 else {}
    return desk.do(offer, "accept", worker=chance.choice(workers), **naming) is not None


def _hire(desk: ConvergingDesk, chance: Random) -> list[str]:
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
            workers = _hire(desk, chance)
        if not workers:
            continue
        begin = desk.now() + timedelta(hours=chance.choice((-2, 0, 30)))
        _write(
            desk,
            (
                "placement_block",
                new_id(desk),
                scope,
                {
                    "placement_id": placement, "offer_id": offer, "kind": "main",
                    "worker_id": chance.choice(workers), "status": "confirmed",
                    "starts_at": _wire(begin), "ends_at": _wire(begin + timedelta(days=3)),
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
    _answer, _answer_for_partner, _allocate, _refer, _pathway, _offer, _visit, _depart, _arrive,
    _outcome, _end,
)  # fmt: skip


# --- what else happens to a case ----------------------------------------------------------------


def turn_away(world: World, chance: Random) -> None:
    """Something ends what was agreed: handed back, withdrawn, turned back, met again, died."""
    desk = world.desk(chance)
    if desk.member.kind == "agency":
        _agency_ends(desk, chance)
        return
    cases = desk.ids("spell")
    if not cases:
        return
    case = chance.choice(cases)
    action, document = chance.choice(_EXITS)
    if action == "died":
        _write(desk, ("spell", case, None, {"died_at": _wire(desk.now())}))
    elif action == "offer withdrawn":
        for offer in desk.ids("offer", "status = 'sent'")[:1]:
            desk.do(case, "withdraw", reason="pathway_changed", offer=offer)
    else:
        desk.do(case, action, **document)


_EXITS: tuple[tuple[str, dict[str, object]], ...] = (
    ("withdraw", {"reason": "01"}),
    ("turn-back", {"where": "before_leaving", "reason": "no key"}),
    ("turn-back", {"where": "at_door", "reason": "no key"}),
    ("review", {"decided_by": "Dr Sample", "decided_role": "consultant", "applies": ["CTR02"]}),
    ("reopen", {"reason": "entered by mistake"}),
    ("pathway", {"return_reason": "incomplete"}),
    ("died", {}),
    ("offer withdrawn", {}),
)


def _agency_ends(desk: ConvergingDesk, chance: Random) -> None:
    accepted = desk.ids("offer", "status = 'accepted'")
    if accepted and chance.random() < 0.6:
        desk.do(chance.choice(accepted), "hand-back", reason="worker_ill")
    elif placements := desk.ids("placement", "status = 'open'"):
        ended: dict[str, object] = {"status": "ended", "end_reason": "other"}
        _write(desk, ("placement", chance.choice(placements), None, ended))


def chase(world: World, chance: Random) -> None:
    """A note, a barrier, a task, a line of the record."""
    desk = world.desk(chance)
    cases = desk.ids("spell")
    if not cases:
        return
    case = chance.choice(cases)
    how = chance.randrange(5)
    if how == 0:
        desk.do(case, "note", text="Rang the daughter", spoken_to="Dee Sample")
    elif how == 1:
        desk.do(case, "barrier", reason_code=chance.choice(("R1", "AD1", "A1")), primary=True)
    elif how == 2:
        desk.do(case, "task", kind="call", title="Ring back", owner_kind="hub")
    elif how == 3:
        open_tasks = desk.ids("task", "scope_id = ? AND status = 'open'", case)
        if open_tasks:
            desk.do(case, "task", done=chance.choice(open_tasks), outcome_code="done")
    else:
        desk.do(
            case, "update", values={"patient": {"phone": f"01632 9601{chance.randrange(90):02d}"}},
            add={"contact": [{"name": "Dee", "relationship": "daughter"}],
                 "restricted_note": [{"kind": "key_code", "text": "1234"}]},
        )  # fmt: skip


def run_the_office(world: World, chance: Random) -> None:
    """Rosters, contracts, weeks, diaries."""
    desk = world.desk(chance, "agency", "community")
    how = chance.randrange(5)
    if desk.member.kind == "agency":
        if how == 0 or not desk.ids("capacity_contract"):
            desk.keep("contract", valid_from="2026-01-01", min_starts=2, max_starts=4)
        elif how in (1, 2):
            year, week, _ = desk.now().isocalendar()
            desk.keep("slot", week=f"{year}-W{week:02d}", count=2)
        else:
            _hire(desk, chance)
    elif how < 2 or not (assessors := desk.ids("assessor")):
        desk.keep("assessor", name="Ola Sample", profession="OT")
    else:
        desk.keep(
            "assessor_time", assessor_id=chance.choice(assessors), kind="away",
            starts_at=desk.ahead(hours=1), ends_at=desk.ahead(hours=2),
        )  # fmt: skip


# --- any write to any record --------------------------------------------------------------------


def insert_anything(world: World, chance: Random) -> None:
    """A new row of a kind that this organisation may write."""
    desk = world.desk(chance)
    kinds = [e for e, record in RECORDS.items() if desk.member.kind in record.insert]
    row = any_insert(desk, chance.choice(kinds), chance)
    if row is not None:
        _write(desk, row)


def insert_in_turn(world: World, chance: Random) -> None:
    """A new row of the next kind in turn, so that each kind is written in a hundred examples."""
    kinds = [entity for entity, record in RECORDS.items() if record.insert]
    entity = kinds[world.number % len(kinds)]
    for desk in world.desks.values():
        if desk.member.kind in RECORDS[entity].insert:
            row = any_insert(desk, entity, chance)
            if row is not None:
                _write(desk, row)
                desk.sync()
                return


def any_insert(
    desk: ConvergingDesk, entity: str, chance: Random
) -> tuple[str, str, str, dict[str, object]] | None:
    """Return one new row for a desk, None where it has no scope to put it in."""
    row_id = new_id(desk)
    values = required_values(desk, entity, chance)
    scope = _scope_of(desk, entity, row_id, chance)
    if scope is None or not _fill(desk, entity, row_id, scope, values, chance):
        return None
    if entity in MACHINES and chance.random() < 0.8:
        values["status"] = str(MACHINES[entity].initial)
    if "starts_at" in values and "ends_at" in values and chance.random() < 0.8:
        values["starts_at"], values["ends_at"] = sorted((values["starts_at"], values["ends_at"]))
    return entity, row_id, scope, values


def _scope_of(desk: ConvergingDesk, entity: str, row_id: str, chance: Random) -> str | None:
    if entity in ("spell", "offer", "capacity_contract"):
        return row_id
    if entity == "slot":
        return _one(desk, "capacity_contract", chance)
    if RECORDS[entity].scope == "roster":
        return desk.member.org_id
    return _one(desk, "spell", chance)


def _fill(
    desk: ConvergingDesk,
    entity: str,
    row_id: str,
    scope: str,
    values: dict[str, Any],
    chance: Random,
) -> bool:
    """Give what must fit; return whether there is something to fit it to."""
    own = desk.member.org_id
    if entity == "spell":
        values |= {
            "hospital_org_id": own, "case_ref": f"C-{row_id}", "spell_number": row_id,
        }  # fmt: skip
    elif entity == "offer":
        agency = desk.system.orgs[chance.choice(desk.system.agencies)]
        values |= {"sent_by_org_id": own, "reference": f"O-{row_id}", "agency_org_id": agency}
    elif entity == "capacity_contract":
        values["agency_org_id"] = own
    elif entity == "slot":
        number = chance.randrange(99)
        values |= {"contract_id": scope, "week": "2030-W23", "number": number, "status": "open"}
    elif entity == "offer_link":
        offers = desk.sql("SELECT id, agency_org_id FROM offer WHERE status = 'sent' ORDER BY id")
        referrals = desk.ids("referral", "scope_id = ?", scope)
        if not offers or not referrals:
            return False
        offer, agency = chance.choice(offers)
        values |= {
            "offer_id": offer, "agency_org_id": agency, "referral_id": chance.choice(referrals),
        }  # fmt: skip
    return True


def edit_anything(world: World, chance: Random) -> None:
    """Other values in some fields of a row that this desk sees."""
    desk = world.desk(chance)
    change = any_edit(desk, chance)
    if change is not None:
        _write(desk, change)


def any_edit(
    desk: ConvergingDesk, chance: Random, entity: str | None = None
) -> tuple[str, str, None, dict[str, object]] | None:
    """Return one edit for a desk, None where it holds nothing to edit."""
    usable = [e for e in RECORDS if changeable(desk, e)] if entity is None else [entity]
    chance.shuffle(usable)
    # What is edited by two people is what matters: records of cases first.
    usable.sort(key=lambda e: RECORDS[e].scope != "case" or chance.random() < 0.3)
    for one in usable:
        ids = desk.ids(one)
        if ids:
            names = changeable(desk, one)
            chosen = chance.sample(names, min(len(names), chance.choice((1, 1, 2, 3))))
            values = {name: some_value(desk, one, name, chance) for name in chosen}
            required = RECORDS[one].fields
            return one, chance.choice(ids), None, {
                n: v for n, v in values.items() if v is not None or not required[n].required
            }  # fmt: skip
    return None


def edit_the_same(world: World, chance: Random) -> None:
    """Two desks change one field of one row, neither knowing of the other."""
    first = world.desk(chance)
    others = [d for d in world.desks.values() if d is not first]
    entity = chance.choice(("spell", "patient", "referral", "care_need", "home", "task", "spell"))
    ids = first.ids(entity)
    if not ids:
        return
    row_id = chance.choice(ids)
    for desk in (first, *chance.sample(others, min(2, len(others)))):
        names = changeable(desk, entity)
        if names and desk.ids(entity, "id = ?", row_id):
            known = chance.choice(names[:3])
            value = some_value(desk, entity, known, chance)
            if value is not None:
                _write(desk, (entity, row_id, None, {known: value}))


def command_of_many_rows(world: World, chance: Random) -> None:
    """One command that changes several rows: all of it is taken, or nothing."""
    desk = world.desk(chance)
    parts: dict[str, tuple[str, str, str | None, dict[str, object]]] = {}
    kinds = [e for e, record in RECORDS.items() if desk.member.kind in record.insert]
    for _ in range(chance.choice((2, 3, 4))):
        part = (
            any_insert(desk, chance.choice(kinds), chance)
            if chance.random() < 0.5
            else any_edit(desk, chance)
        )
        if part is not None and part[3]:
            parts[part[1]] = part
    if chance.random() < 0.5 and (bad := poison(desk, chance)) is not None:
        parts[bad[1]] = (bad[0], bad[1], None, bad[2])
    if parts:
        _write(desk, *parts.values())


def _write(desk: ConvergingDesk, *changes: tuple[str, str, str | None, dict[str, object]]) -> None:
    changes = tuple(c for c in changes if c[2] is not None or c[3])
    if changes:
        desk.write(*changes)


def _one(desk: ConvergingDesk, entity: str, chance: Random) -> str | None:
    ids = desk.ids(entity)
    return chance.choice(ids) if ids else None


def _wire(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")[:-6] + "Z"


# --- exchange, and what befalls it ----------------------------------------------------------------


def settle_a_conflict(world: World, chance: Random) -> None:
    """A person looks at what was not taken and chooses."""
    desk = world.desk(chance)
    found = desk.open_conflicts()
    if not found:
        return
    op, _, code = chance.choice(found)
    choice = chance.choice(("mine", "theirs", "edit")) if code == "conflict" else "seen"
    values = None
    if choice == "edit":
        (row,) = desk.sql("SELECT entity, mine FROM conflict WHERE op = ?", op)
        names = sorted(json.loads(row[1] or "{}"))
        values = {n: some_value(desk, row[0], n, chance) for n in names}
        values = {n: v for n, v in values.items() if v is not None}
    desk.settle_conflict(op, choice, values)


def change_users(world: World, chance: Random) -> None:
    """Somebody else of the organisation signs in on a shared desk."""
    desk = world.desk(chance)
    desk.sign_in(chance.choice(desk.users))


def sync(world: World, chance: Random) -> None:
    """One desk exchanges."""
    world.desk(chance).sync()


def sync_some(world: World, chance: Random) -> None:
    """Some desks exchange, one after the other."""
    desks = list(world.desks.values())
    for desk in chance.sample(desks, chance.choice((2, len(desks)))):
        desk.sync()


def check_this_computer(world: World, chance: Random) -> None:
    """A person lets a desk compare itself with the server; a slow writer is no difference."""
    world.desk(chance).check()


def fault(world: World, chance: Random, fault: str) -> None:
    """Something will go wrong on a line, at one of its next calls; then the desk exchanges."""
    desk = world.desk(chance)
    for _ in range(chance.choice((1, 1, 2, 5))):
        desk.line.faults.append((fault, chance.randrange(1 << 16)))
    if chance.random() < 0.8:
        desk.sync()


def go_offline_or_back(world: World, chance: Random) -> None:
    """A desk leaves the network, or finds it again."""
    desk = world.desk(chance)
    desk.line.offline = not desk.line.offline


def power_cut(world: World, chance: Random) -> None:
    """A desk goes dark in the middle of an exchange and is started again."""
    desk = world.desk(chance)
    desk.failing.dark_in = chance.randrange(1, 10)
    desk.sync()
    desk.failing.dark_in = 0


def restart(world: World, chance: Random) -> None:
    """A desk is closed and opened."""
    world.desk(chance).restart()


def late_delivery(world: World, chance: Random) -> None:
    """The network brings an old batch to the server again."""
    line = world.desk(chance).line
    if line.batches:
        line.late_delivery(chance.randrange(1 << 16))


def move_a_clock(world: World, chance: Random) -> None:
    """A desk's clock is wrong by up to an hour, either way; or right again."""
    desk = world.desk(chance)
    minutes = chance.choice((-60, -3, 0, 4, 60))
    desk.clock.set(SystemClock().now() + timedelta(minutes=minutes))


def slow_writer(world: World, chance: Random) -> None:
    """A transaction stays open on the server, or ends at last."""
    if world.slow is not None:
        world.end_slow_writer(commit=chance.random() < 0.8)
    elif world.markers:
        world.begin_slow_writer(chance.choice(list(world.markers.values())))


def grant_while_writing(world: World, chance: Random) -> None:
    """A case goes a step further while somebody's row of it is written and not yet committed."""
    if not world.markers or world.slow is not None:
        return
    case = chance.choice(list(world.markers.values()))
    world.begin_slow_writer(case)
    for desk in world.desks.values():
        if desk.has_work():
            desk.sync()
        if any(step(desk, case, chance) for step in (_answer, _refer)):
            desk.sync()
            break
    world.end_slow_writer()


def offers_lapse(world: World, chance: Random) -> None:
    """The time to reply passes."""
    if chance.random() < 0.3:
        world.let_offers_lapse()
