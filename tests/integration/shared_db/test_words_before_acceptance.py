"""No word of a person crosses between organisations before an offer is accepted, field by field.

Every login writes a name into every field that it can reach, one field at a time, by edits and by
new rows; then every other organisation reads all that it may. What came across is compared with the
short list of what may: whatever is not on it, or is on it and does not cross, fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from d2a_desktop.domain.fields import RECORDS, Merge
from d2a_desktop.domain.machines import MACHINES
from tests.integration.shared_db.wire_client import (
    WireClient,
    at,
    new,
    new_case,
    offer,
    refer,
)
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

_SPEAKING = {"text", "code", "json"}
_SHAPES = 3
_KIND = {
    "ward": "hospital", "ward2": "hospital", "hub": "community", "council": "council",
    "agency": "agency", "agency2": "agency",
}  # fmt: skip


@dataclass
class World:
    """A referred case, two open offers, contracts, starts and workers; nothing is accepted."""

    system: System
    desks: dict[str, WireClient]
    markers: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By marker: who wrote it, and into which field."""

    def name_somebody(self, who: str, field_name: str) -> str:
        """A surname that stands nowhere else."""
        number = "".join("abcdefghij"[int(each)] for each in f"{len(self.markers):04d}")
        self.markers[marker := f"Marker{number}"] = (who, field_name)
        return marker


def _world(shared: System) -> World:
    desks = {who: WireClient(shared, who) for who in _KIND}
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.org SET share_profiles = true WHERE kind = 'agency'")
    ward, hub, agency = desks["ward"], desks["hub"], desks["agency"]
    scope = new_case(ward)
    referral = refer(ward, scope)
    for org in ("agency", "agency2", "agency3"):
        offer(hub, scope, referral, shared.orgs[org])
    for desk in (agency, desks["agency2"]):
        contract = new()
        desk.insert(
            "capacity_contract", contract, id=contract, agency_org_id=desk.org, min_starts=1,
            max_starts=2,
        )  # fmt: skip
        desk.insert(
            "slot", contract, contract_id=contract, week="2030-W23", number=1, status="open"
        )
        desk.insert("worker", desk.org, first_name="Bo", status="active", home_postcode="PO4 8LD")
    hub.insert("assessor", hub.org, name="O Therapist", active=True)
    for desk in desks.values():
        desk.hello()
        desk.pull()
    return World(shared, desks)


def _tries(world: World, who: str, shape: int) -> Iterator[dict[str, Any]]:
    """Every operation by which this login could put a name somewhere, in one shape of several."""
    desk, kind = world.desks[who], _KIND[who]
    for entity, record in RECORDS.items():
        for name, known in record.fields.items():
            if known.type.value not in _SPEAKING or kind not in known.kinds:
                continue
            surname = world.name_somebody(who, f"{entity}.{name}")
            value: Any = surname
            if known.type.value == "json":
                value = ([surname], {surname: surname}, {"mon": [surname, ""]})[shape]
            elif shape:
                continue
            # A worker who is no more active is shown to nobody, whatever else is said.
            if known.merge is not Merge.FIXED and name != "status":
                for row in desk.seen(entity).values():
                    yield desk.op(
                        "patch", entity, row["id"], row["scope_id"], {name: value},
                        base={name: row.get(name)}, bv=row["ver"],
                    )  # fmt: skip
            yield from _inserts(world, desk, entity, {name: value})


def _inserts(
    world: World, desk: WireClient, entity: str, said: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """New rows of a record that say this, wherever this login could file them.

    Those of a case lie in a scope that is closed to agencies; `test_attack_push.py` tries it.
    """
    record, orgs = RECORDS[entity], world.system.orgs
    if _KIND[desk.who] not in record.insert or record.scope == "case":
        return
    if entity == "offer":
        for agency in ("agency", "agency2", "agency3"):
            meant: dict[str, Any] = {
                "id": (row_id := new()), "agency_org_id": orgs[agency], "needs": {},
            }  # fmt: skip
            meant |= {"sent_by_org_id": desk.org, "status": "sent", "respond_by": at(48)}
            yield desk.insert_op(entity, row_id, **meant | said)
        return
    rosters = {desk.org, orgs["agency"], orgs["agency3"]}
    scopes: Collection[str] = (
        rosters if record.scope == "roster" else [new(), *desk.seen("capacity_contract")]
    )
    for scope in scopes:
        meant = {"id": new()}
        if entity == "capacity_contract":
            meant = {"id": scope, "agency_org_id": desk.org}
        elif entity == "slot":
            meant |= {"contract_id": scope, "week": "2030-W24", "number": 2, "status": "open"}
        elif record.status is not None:
            meant["status"] = str(MACHINES[entity].initial)
        known = {name: value for name, value in meant.items() if name in {*record.fields, "id"}}
        yield desk.insert_op(entity, scope, **known | said)


def _crossed(world: World, by: str) -> set[tuple[str, str, str]]:
    """What others are told now: who wrote, the field, who reads."""
    found = set()
    for who, desk in world.desks.items():
        if who == by:
            continue
        row = world.system.looking(who).execute("SELECT sync.pull('0', 0, 5000)").fetchone()
        assert row is not None
        assert not row[0]["more"]
        for marker in {*re.findall("Marker[a-j]{4}", json.dumps(row[0]))}:
            writer, name = world.markers[marker]
            if world.system.people[writer].org_id != desk.org:
                found.add((writer, name, who))
    return found


_CASE = {
    f"{entity}.{name}"
    for entity, record in RECORDS.items()
    for name in record.fields
    if record.scope == "case"
}


def _push(world: World, who: str, ops: list[dict[str, Any]]) -> set[str]:
    """Push each operation in a call of its own, so that none waits behind another."""
    answers: set[str] = set()
    for n in range(0, len(ops), 200):
        row = (
            world.system.looking(who)
            .execute(
                "SELECT array_agg(sync.push(%s, 1, jsonb_build_array(o)) -> 0 ->> 's')"
                " FROM jsonb_array_elements(%s::jsonb) o",
                (world.desks[who].client, json.dumps(ops[n : n + 200])),
            )
            .fetchone()
        )
        assert row is not None
        answers |= {*row[0]}
    return answers


def test_no_word_crosses_before_an_acceptance(shared: System) -> None:
    world = _world(shared)
    crossed: set[tuple[str, str, str]] = set()
    for who, desk in world.desks.items():
        for shape in range(_SHAPES):
            desk.pull()
            answers = _push(world, who, list(_tries(world, who, shape)))
            assert {"rejected"} <= answers <= {"ok", "rejected"}, who
            crossed |= _crossed(world, who)  # before the next one writes over it
    # To agencies nothing but one word of letters, where languages are (0032): no list has them all.
    to_agencies = {(name, who) for who, name, reader in crossed if _KIND[reader] == "agency"}
    assert to_agencies == {("offer.languages", who) for who in ("hub", "council")}
    # From agencies what they say of themselves: never to one another.
    assert {name for who, name, _ in crossed if _KIND[who] == "agency"} == {
        "offer.responded_by", "offer.spoken_to", "capacity_contract.commissioner",
        "worker.languages",
    }  # fmt: skip
    # Between those who care for the person: the case, from referral; and teams and services.
    between = {one for one in crossed if "agency" not in (_KIND[one[0]], _KIND[one[2]])}
    of_a_case = {one for one in between if one[1] in _CASE}
    assert {one for one in of_a_case if "ward2" in (one[0], one[2])} == set()
    assert {one[0] for one in of_a_case} == {"ward", "hub"}, "nothing was written"
    of_services = {name.partition(".")[0] for _, name, _ in between - of_a_case}
    assert of_services == {"assessor", "capacity_contract", "directory_entry", "offer"}
