"""Writes of every kind to every record, as the desks of the convergence tests make them."""

from __future__ import annotations

import uuid
from datetime import datetime
from random import Random
from typing import Any

from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.machines import MACHINES
from tests.convergence.desk import ConvergingDesk
from tests.convergence.values import changeable, poison, required_values, some_value
from tests.convergence.world import World

# What a view may hold, and once what it may not: that is refused, and all goes on.
VIEWS: tuple[dict[str, Any], ...] = tuple(
    {
        "chip": chip, "sort": "person", "descending": False, "beside": None,
        "columns": {"shown": ["person", "bed"], "widths": {"bed": 77}},
    }
    for chip in ("", "ready", "mine", "What a person typed")
)  # fmt: skip


_IN_CODES = {
    "age_band": "80-84", "outward_postcode": "PO4", "required_skills": ["peg"], "pets": ["cat"],
    "languages": ["Polish"], "gender_required": "male", "stairs": "flight", "funding_type": "d2a",
    "withdrawn_reason": None,
    # Nobody has answered a new offer.
    **dict.fromkeys((
        "responded_at", "handed_back_at", "responded_by", "spoken_to", "decline_reason",
        "handed_back_reason", "channel", "slot_id", "proposed_worker_id", "on_behalf_of",
    )),
}  # fmt: skip
"""What an offer says beside its needs, which are at random and often no codes."""


def new_id(desk: ConvergingDesk) -> str:
    """Return an id that no other row of this ground has."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(desk.ground.next_number())))


def insert_anything(world: World, chance: Random) -> None:
    """A new row of a kind that this organisation may write."""
    desk = world.desk(chance)
    kinds = [e for e, record in RECORDS.items() if desk.member.kind in record.insert]
    row = any_insert(desk, chance.choice(kinds), chance)
    if row is not None:
        write(desk, row)


def insert_in_turn(world: World, chance: Random) -> None:
    """A new row of the next kind in turn, so that each kind is written in a hundred examples."""
    kinds = [entity for entity, record in RECORDS.items() if record.insert]
    entity = kinds[world.number % len(kinds)]
    for desk in world.desks.values():
        if desk.member.kind in RECORDS[entity].insert:
            row = any_insert(desk, entity, chance)
            if row is not None:
                write(desk, row)
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
        return one(desk, "capacity_contract", chance)
    if RECORDS[entity].scope == "roster":
        return desk.member.org_id
    return one(desk, "spell", chance)


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
        values |= {n: v for n, v in _IN_CODES.items() if n in values}
    elif entity == "capacity_contract":
        values["agency_org_id"] = own
    elif entity == "slot":
        number = chance.randrange(99)
        values |= {"contract_id": scope, "week": "2030-W23", "number": number, "status": "open"}
    elif entity == "shared_view":
        values |= {
            "page": "ward_board", "shared_by_login": desk.member.login,
            "ward": chance.choice(("C5", "C6")) if desk.member.kind == "hospital" else None,
            "definition": chance.choice(VIEWS), "name": chance.choice(("Morning", "Leaving")),
        }  # fmt: skip
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
        write(desk, change)


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
                write(desk, (entity, row_id, None, {known: value}))


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
        write(desk, *parts.values())


def write(desk: ConvergingDesk, *changes: tuple[str, str, str | None, dict[str, object]]) -> None:
    """Change rows in one command; edits of nothing are left out."""
    changes = tuple(c for c in changes if c[2] is not None or c[3])
    if changes:
        desk.write(*changes)


def one(desk: ConvergingDesk, entity: str, chance: Random) -> str | None:
    ids = desk.ids(entity)
    return chance.choice(ids) if ids else None


def wire(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")[:-6] + "Z"
