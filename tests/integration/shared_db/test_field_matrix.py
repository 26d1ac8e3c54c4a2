"""Every field, every kind of organisation, inserted and edited: only the listed may write it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from d2a_desktop.domain.codes import OrgKind
from d2a_desktop.domain.fields import BASE_COLUMNS, RECORDS, Field, Merge
from tests.integration.shared_db.marked_world import Listener, MarkedWorld, build, places_of
from tests.integration.shared_db.wire_client import new
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

KINDS = [str(kind) for kind in OrgKind]
_VALUE: dict[str, Any] = {
    "text": "another", "code": "another", "int": 3, "bool": False, "date": "2035-01-01",
    "instant": "2031-05-01T09:00:00.000000Z", "json": {"another": 1},
}  # fmt: skip

_CODES: dict[tuple[str, str], Any] = {
    ("offer", "withdrawn_reason"): "died",
    ("offer", "decline_reason"): "skill",
    ("offer", "handed_back_reason"): "other",
    ("offer", "channel"): "phone",
    ("capacity_contract", "unused_slot_rule"): "roll_over",
    ("capacity_contract", "hours"): {"tue": ["08:00", "18:00"]},
    ("capacity_contract", "on_call_phone"): "01632 960190",
    ("slot", "lost_reason"): None,
}
"""Fields in which the server takes a code of its list alone, or a number, or hours."""
_OWN_WORDS = {("capacity_contract", "commissioner"), ("capacity_contract", "on_call_phone")} | {
    ("offer", name)
    for name in (
        "responded_at", "handed_back_at", "responded_by", "spoken_to", "decline_reason",
        "handed_back_reason", "channel", "slot_id", "proposed_worker_id", "on_behalf_of",
    )
}  # fmt: skip
"""What an agency with a desk says, it says itself (0033)."""


def value_of(field: Field) -> Any:
    return new() if field.type == "uuid" else _VALUE[field.type.value]


def expected(entity: str, verb: str, name: str, kind: str) -> str | None:
    """The word for an operation that names one field, by the table alone."""
    record = RECORDS[entity]
    if verb == "ins" and kind not in record.insert:
        return "not_allowed"
    field = record.fields.get(name)
    return None if field is not None and kind in field.kinds else "not_allowed"


def test_the_allow_list_of_every_field_is_the_table(shared):
    cases = [
        (entity, verb, name, kind)
        for entity, record in RECORDS.items()
        for verb in ("ins", "patch")
        for name in (*record.fields, *BASE_COLUMNS, "audit_head", "ctid", "nothing", "")
        for kind in KINDS
    ]
    ops = []
    for entity, verb, name, _ in cases:
        field = RECORDS[entity].fields.get(name)
        ops.append(
            json.dumps({"e": entity, "k": verb, "set": {name: value_of(field) if field else "x"}})
        )
    with shared.superuser() as owner:
        rows = owner.execute(
            "SELECT sync.why_not(o::jsonb, ARRAY[k]) FROM unnest(%s::text[], %s::text[])"
            " WITH ORDINALITY x (o, k, n) ORDER BY n",
            (ops, [case[3] for case in cases]),
        ).fetchall()
    wrong = [
        (case, word) for case, (word,) in zip(cases, rows, strict=True) if word != expected(*case)
    ]
    assert len(cases) > 3000
    assert not wrong


DESKS = {"ward": "hospital", "hub": "community", "council": "council", "agency": "agency"}
_OTHERS_TEAM = {"hub": "roster:council", "council": "roster:community"}
"""The assessors of another team are read only."""


@pytest.fixture
def world(shared: System) -> MarkedWorld:
    """A case that the first agency has accepted, so that every kind sees its part of it."""
    made = build(shared)
    made.change("case", "referral", status="sent")
    made.change("offer:agency", "offer", status="sent")
    made.change("offer:agency", "offer", status="accepted")
    return made


def _others_entry(entity: str, place: str, kind: str) -> bool:
    """A directory entry is changed by the organisation that keeps it, and read by the others."""
    return entity == "directory_entry" and place != f"roster:{kind}"


def _word(entity: str, name: str, kind: str) -> set[str]:
    record, field = RECORDS[entity], RECORDS[entity].fields[name]
    if kind not in field.kinds or (kind != "agency" and (entity, name) in _OWN_WORDS):
        return {"not_allowed"}
    if field.merge is Merge.FIXED:
        return {"fixed"}
    if record.append_only is not None:
        return {"append_only"}  # every field of a marked row is filled
    # Rules of their own: a machine, a period, somebody else's worker.
    return {"ok", "status_machine", "bad_period", "overlap", "not_allowed"} if (
        name == "status" or entity in ("placement_block", "visit", "assessor_time", "availability")
    ) else {"ok"}  # fmt: skip


@pytest.mark.parametrize("who", DESKS)
def test_every_field_of_every_visible_row_is_written_by_its_kinds_alone(shared, world, who):
    desk, kind = Listener(shared, who), DESKS[who]
    heard = desk.listen()
    wrong, tried = [], 0
    for entity, record in RECORDS.items():
        for place in places_of(entity):
            row = heard.rows.get((entity, world.ids[place, entity]))
            if row is None:
                continue
            ops = [
                desk.op(
                    "patch", entity, row["id"], row["scope_id"],
                        {name: _CODES.get((entity, name), value_of(field))},
                    base={name: row[name]}, bv=row["ver"],
                )
                for name, field in record.fields.items()
            ]  # fmt: skip
            desk.raw.execute("BEGIN")
            answers = desk.ask(
                "SELECT json_agg(sync.push(%s, 1, jsonb_build_array(o)) -> 0)"
                " FROM jsonb_array_elements(%s::jsonb) o",
                (desk.client, json.dumps(ops)),
            )
            desk.raw.execute("ROLLBACK")
            for name, answer in zip(record.fields, answers, strict=True):
                tried += 1
                words = _word(entity, name, kind)
                if place == _OTHERS_TEAM.get(who) or _others_entry(entity, place, kind):
                    words = {"not_allowed"}
                if answer.get("why", answer["s"]) not in words:
                    wrong.append((place, entity, name, answer))
    assert tried > 100
    assert not wrong
