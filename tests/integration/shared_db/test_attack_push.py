"""The attack list through the functions themselves: forged, stolen, malformed, answered alike."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

import pytest

from d2a_desktop.domain.fields import RECORDS
from tests.integration.shared_db.marked_world import places_of
from tests.integration.shared_db.persons import (
    OUTSIDERS,
    PERSONS,
    WITHOUT_MEMBERSHIP,
    Siege,
)
from tests.integration.shared_db.wire_client import WireClient, filled, new

pytestmark = pytest.mark.postgres

MEMBERS = tuple(p for p in OUTSIDERS if p not in WITHOUT_MEMBERSHIP)


def sent(siege: Siege, who: str, *ops: Any, client: str | None = None) -> tuple[str, Any, str]:
    """Push as a person and take it back; return SQLSTATE, answers and every word heard."""
    client = client or (new() if who in WITHOUT_MEMBERSHIP else siege.client(who).client)
    connection = siege.connection(who)
    connection.execute("BEGIN")
    state, said = siege.tried_within(
        who, "SELECT sync.push(%s, 1, %s::jsonb)", (client, json.dumps(ops))
    )
    connection.execute("ROLLBACK")
    answers = json.loads(said.splitlines()[0])[0][0] if not state else None
    return state, answers, said


def one_by_one(siege: Siege, who: str, ops: list[Any]) -> tuple[str, Any, str]:
    """Push each operation in a call of its own, so that none waits behind another; take it back."""
    connection = siege.connection(who)
    connection.execute("BEGIN")
    state, said = siege.tried_within(
        who,
        "SELECT json_agg(sync.push(%s, 1, jsonb_build_array(o)) -> 0)"
        " FROM jsonb_array_elements(%s::jsonb) o",
        (siege.client(who).client, json.dumps(ops)),
    )
    connection.execute("ROLLBACK")
    return state, json.loads(said.splitlines()[0])[0][0] if not state else None, said


def shape(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in a.items() if k != "op"} for a in answers]


@pytest.mark.parametrize("who", MEMBERS)
@pytest.mark.parametrize("entity", RECORDS)
def test_hidden_and_absent_are_answered_alike(siege, who, entity):
    client, world = siege.client(who), siege.world
    place = places_of(entity)[0]
    if RECORDS[entity].scope in ("system", "contract") or place.endswith("community"):
        place = "case"  # a row of a table that this person may see is looked for in a hidden scope
    hidden_scope = world.scope_of(place)
    hidden = world.ids.get((place, entity), world.scope)
    kinds = {name: f.kinds for name, f in RECORDS[entity].fields.items()}
    (kind,) = world.owner.execute(
        "SELECT kind FROM sync.org WHERE id = %s", (client.org,)
    ).fetchone()
    named = [n for n in kinds if kind in kinds[n]][:1] + [n for n in kinds if kind not in kinds[n]][
        :1
    ]

    def answers(row_id: str, scope: str) -> list[Any]:
        ops = [client.op("patch", entity, row_id, scope, {name: None}, bv=0) for name in named]
        ops.append(client.op("ins", entity, new(), scope, filled(entity, {})))
        state, said, heard = one_by_one(siege, who, ops)
        assert not state
        assert not siege.leaks(heard)
        return shape(said)

    absent = answers(new(), new())
    assert {a["s"] for a in absent} == {"rejected"}
    assert answers(hidden, hidden_scope) == absent
    assert answers(hidden, new()) == absent


@pytest.mark.parametrize("entity", RECORDS)
def test_an_analyst_writes_nothing_but_the_log_of_looks(siege, entity):
    analyst, world = siege.client("analyst"), siege.world
    own = analyst.insert_op("access_log", analyst.org, action="view", who="x")
    ops = [own] if entity == "access_log" else []
    for place in places_of(entity):
        ops += [
            analyst.op(
                "patch", entity, world.ids[place, entity], world.scope_of(place), {name: None}, bv=1
            )
            for name in RECORDS[entity].fields
        ]  # fmt: skip
        if entity != "access_log":
            ops.append(analyst.insert_op(entity, world.scope_of(place)))
    state, answers, _ = one_by_one(siege, "analyst", ops)
    assert state == ""
    taken = [a["s"] for a in answers if a["s"] != "rejected"]
    assert taken == (["ok"] if entity == "access_log" else [])


@pytest.mark.parametrize("who", PERSONS)
def test_a_desk_of_another_organisation_is_not_spoken_for(siege, who):
    """Its client id is as good as unknown, with any of its session numbers."""
    victim = siege.client("agency")
    stolen, known = victim.client, victim.nonce
    calls = (
        ("SELECT sync.push(%s, 1, '[]')", (stolen,), ("SELECT sync.push(%s, 1, '[]')", (new(),))),
        (
            "SELECT sync.hello(%s, %s, %s, 1)", (stolen, known, new()),
            ("SELECT sync.hello(%s, %s, %s, 1)", (new(), new(), new())),
        ),
        (
            "SELECT sync.hello(%s, NULL, %s, 1)", (stolen, known),
            ("SELECT sync.hello(%s, %s, %s, 1)", (new(), new(), new())),
        ),
    )  # fmt: skip
    for statement, values, (same, unknown) in calls:
        state, said = siege.tried(who, statement, values)
        absent, _ = siege.tried(who, same, unknown)
        assert state == absent == ("42501" if who in WITHOUT_MEMBERSHIP else "DC002")
        assert not siege.leaks(said)
    assert victim.hello()  # and its session is as it was


def test_a_person_without_a_membership_is_told_nothing_by_any_function(siege):
    for who in WITHOUT_MEMBERSHIP:
        for call in (
            "pull('0', 0, 10)", "digest('patient')", "reap()", f"push('{new()}', 1, '[]')",
            f"hello('{new()}', NULL, '{new()}', 1)", f"fetch('note', ARRAY[1], '{new()}', 10)",
        ):  # fmt: skip
            assert siege.tried(who, f"SELECT sync.{call}")[0] == "42501", call
        assert siege.tried(who, "SELECT sync.my_channel()") == ("", "[[null]]")


def test_the_actor_of_an_audit_entry_is_the_login_whatever_is_claimed(siege):
    client = siege.client("agency_accepted")
    forged = {
        "actor": "d2a_super",
        "op_id": new(),
        "at": "2001-01-01T00:00:00Z",
        "ver": 99,
        "hash": "x",
    }
    for name in ("dc.op_id", "dc.cascade", "dc.actor"):
        siege.tried("agency_accepted", f"SET {name} = '{new()}'")
    op = client.insert_op("access_log", client.org, action="view", who="somebody else")
    state, said = siege.tried(
        "agency_accepted", "SELECT sync.push(%s, 1, %s::jsonb)",
        (client.client, json.dumps([{**op, **forged}])),
    )  # fmt: skip
    assert (state, '"s": "ok"' in said, "cascade" in said) == ("", True, False)
    (row,) = siege.world.owner.execute(
        "SELECT actor, op_id::text, ver, abs(extract(epoch FROM clock_timestamp() - at)) < 300"
        " FROM sync.audit WHERE row_id = %s", (op["id"],),
    ).fetchall()  # fmt: skip
    assert row == (siege.world.system.people["agency_accepted"].login, op["op"], 1, True)
    siege.tried("agency_accepted", "DISCARD ALL")


# One op with damage of one kind each, as JSON text: the batch goes on, and nothing raw comes back.
_DEEP = "[" * 3000 + "]" * 3000
GARBAGE: dict[str, dict[str, Any]] = {
    "replay is no boolean": {"replay": "perhaps"},
    "replay is an object": {"replay": {"a": 1}},
    "replay is null": {"replay": None},
    "version too large": {"bv": "9" * 30},
    "version negative": {"bv": -1},
    "version a fraction": {"bv": 1.5},
    "version in other digits": {"bv": "\u0661\u0662"},
    "version with a line break": {"bv": "1\n"},
    "clock too large": {"hlc": "9" * 30},
    "clock in other digits": {"hlc": "\uff11\uff12"},
    "clock absent": {"hlc": None},
    "identity in capitals": {"id": str(uuid.uuid4()).upper()},
    "identity in braces": {"id": "{" + str(uuid.uuid4()) + "}"},
    "identity with a line break": {"id": str(uuid.uuid4()) + "\n"},
    "identity as a number": {"id": 7},
    "entity with a quote": {"e": "note'; DROP SCHEMA dc CASCADE; --"},
    "entity of the machinery": {"e": "acl"},
    "entity in capitals": {"e": "NOTE"},
    "entity as an array": {"e": ["note"]},
    "group as an object": {"grp": {}},
    "group as a number": {"grp": 1},
    "set is an array of pairs": {"set": [["text", "x"]]},
    "set is null": {"set": None},
    "set names the head of the chain": {"set": {"audit_head": "\\x00"}},
    "set names the version": {"set": {"ver": 7}},
    "set names the scope": {"set": {"scope_id": str(uuid.uuid4())}},
    "set names a system column": {"set": {"ctid": "(0,1)", "xmin": "1", "tableoid": "1"}},
    "set has an empty name": {"set": {"": "x"}},
    "set has a name with quotes": {"set": {'text" = (SELECT 1) --': "x"}},
    "base is text": {"base": "x"},
    "base names other columns": {"k": "patch", "base": {"audit_head": "x", "at": "never"}},
    "a number for an object": {"set": {"kind": 1, "text": 2, "author": 3, "at": 4}},
    "an array for a text": {"set": {"text": ["x"], "kind": {}, "author": [], "at": []}},
    "an instant out of range": {"set": {"at": "9999-99-99T99:99:99Z"}},
    "an instant of year 0": {"set": {"at": "0000-01-01T00:00:00Z"}},
    "an instant with an odd offset": {"set": {"at": "2030-01-01T00:00:00+99:99"}},
    "an instant as epoch": {"set": {"at": "epoch"}},
    "lone surrogates escaped twice": {"set": {"text": "\\ud800"}},
    "right to left marks": {"set": {"text": "\u202eexe\u202c\u2066\ufeff"}},
    "a very long name": {"set": {"x" * 10_000: "x"}},
    "ten thousand names": {"set": {f"f{n}": n for n in range(10_000)}},
    "an unknown verb": {"k": "del"},
    "no verb": {"k": None},
    "an operation inside": {"op": {"op": str(uuid.uuid4())}},
}  # fmt: skip


@pytest.mark.parametrize("damage", GARBAGE)
def test_a_damaged_operation_is_answered_and_stops_no_other(siege, damage):
    ward = siege.client("ward")
    good = ward.insert_op("note", siege.world.scope, text="good")
    bad = {**ward.insert_op("note", new()), **GARBAGE[damage]}
    state, answers, said = sent(siege, "ward", bad, good)
    assert (state, len(answers)) == ("", 2), said[:500]
    assert answers[0]["s"] == "rejected"
    assert answers[0]["why"] in {"invalid", "not_allowed", "fixed", "append_only"}
    assert answers[1]["s"] == "ok"


def test_a_damaged_operation_that_would_be_taken_changes_no_more_than_it_says(siege):
    ward = siege.client("ward")
    op = ward.insert_op("note", siege.world.scope, text="x")
    for damage in ("replay is no boolean", "replay is an object", "clock in other digits"):
        state, answers, _ = sent(siege, "ward", {**op, "op": new(), **GARBAGE[damage]})
        assert not state
        assert answers[0]["s"] in ("ok", "rejected")


# What cannot be a batch is refused whole, by a state and without a word of the data.
BATCHES = {
    "nul byte": '[{"op": "\\u0000"}]',
    "lone surrogate": '[{"op": "\\ud800"}]',
    "not json": "[",
    "a number too large": "[1e999999]",
    "too deep": _DEEP,
    "an object": "{}",
    "null": "null",
    "501 operations": json.dumps([{}] * 501),
    "400,000 operations": "[" + "1," * 400_000 + "1]",
}


@pytest.mark.parametrize("batch", BATCHES)
def test_what_is_no_batch_is_refused_whole(siege, batch):
    ward = siege.client("ward")
    state, said = siege.tried(
        "ward", "SELECT sync.push(%s, 1, %s::jsonb)", (ward.client, BATCHES[batch])
    )
    assert state[:2] in {"22", "54"} or (batch == "too deep" and not state), (state, said[:200])
    assert not siege.leaks(said)
    assert siege.client("ward").push(ward.insert_op("note", siege.world.scope))[0].status == "ok"


ARGUMENTS = {
    "negative limit": "pull('0', 0, -1)",
    "huge limit": "pull('0', 0, 2147483647)",
    "null limit": "pull('0', 0, NULL)",
    "negative sequence": "pull('0', -9223372036854775808, 10)",
    "last transaction": "pull('18446744073709551615', 9223372036854775807, 10)",
    "null cursor": "pull(NULL, NULL, 10)",
    "overflowing cursor": "pull('99999999999999999999', 0, 10)",
    "buckets out of range": "fetch('patient', ARRAY[-1, 2147483647, NULL], gen_random_uuid(), 9)",
    "no buckets": "fetch('patient', '{}', gen_random_uuid(), 10)",
    "null buckets": "fetch('patient', NULL, gen_random_uuid(), 10)",
    "buckets of buckets": "fetch('patient', ARRAY[[1, 2], [3, 4]], gen_random_uuid(), 10)",
    "a million buckets": "fetch('patient', ARRAY(SELECT generate_series(1, 1000000)),"
    " gen_random_uuid(), 10)",
    "after nothing": "fetch('patient', ARRAY[1], NULL, 10)",
    "negative rows": "fetch('patient', ARRAY[1], gen_random_uuid(), -5)",
    "no record": "fetch('acl', ARRAY[1], gen_random_uuid(), 10)",
    "record with a quote": "fetch('patient(1); --', ARRAY[1], gen_random_uuid(), 10)",
    "digest of nothing": "digest(NULL)",
    "digest of the machinery": "digest('feed')",
    "digest with a quote": "digest('patient(); DROP SCHEMA dc CASCADE; --')",
    "hello of nobody": "hello(NULL, NULL, NULL, NULL)",
    "hello without a number": "hello(gen_random_uuid(), NULL, NULL, 1)",
    "hello from the future": "hello(gen_random_uuid(), NULL, gen_random_uuid(), 2147483647)",
}


@pytest.mark.parametrize("call", ARGUMENTS)
@pytest.mark.parametrize("who", ["ward2", "agency_ended", "analyst", "stranger"])
def test_odd_arguments_show_nothing_and_break_nothing(siege, who, call):
    state, said = siege.tried(who, f"SELECT sync.{ARGUMENTS[call]}")
    assert state[:2] in {"", "22", "23", "42", "DC"}, (state, said)
    assert "patient" not in said or not state or state in {"42501", "22023"}
    if who in OUTSIDERS:
        assert not siege.leaks(said)


def _values(random_: random.Random) -> list[Any]:
    return [
        None, True, False, 0, -1, 10**18, 10**30, 1.5, 1e300, "", "x", "null", "{}", "[]", "yes",
        "NaN",
        "infinity", "-infinity", "epoch", "now", "2030-02-30", "2030-01-01", "2030-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31", "\\x00",
        str(uuid.uuid4()),
        "{1,2}", "[1,2)", {}, [], {"a": None}, [None], [[[]]], {"a": {"b": {"c": "x" * 100}}},
        "'", '"', "%s%n", "\u0001", "x" * 5000, random_.random(), "worker_arrived",
        "placement_ended",
        "accepted", "sent",
    ]  # fmt: skip


@pytest.mark.parametrize("entity", RECORDS)
def test_no_value_of_any_field_stops_a_batch(siege, entity):
    """Every field with every odd value, in inserts and patches: each is answered with a word."""
    random_ = random.Random(entity)
    world = siege.world
    words = {
        "invalid", "not_allowed", "status_machine", "overlap", "bad_period", "fixed", "append_only",
        "expired", "slot_taken", "already_taken", "withdrawn",
    }  # fmt: skip
    for who, place in (("ward", "case"), ("hub", "case"), ("agency", "roster:agency")):
        client: WireClient = siege.client(who)
        kind = {"ward": "hospital", "hub": "community", "agency": "agency"}[who]
        mine = [n for n, f in RECORDS[entity].fields.items() if kind in f.kinds]
        scope = world.scope if RECORDS[entity].scope == "case" else client.org
        ops = [
            client.insert_op(entity, scope, **{name: value})
            for name in mine
            for value in random_.sample(_values(random_), 5)
        ]
        ops += [
            client.op(
                "patch", entity, world.ids[where, entity], world.scope_of(where), {name: value},
                base={name: value}, bv=random_.choice([0, 1, 2]),
            )
            for where in places_of(entity)
            if where == place or entity in ("offer", "slot", "capacity_contract")
            for name in mine
            for value in random_.sample(_values(random_), 4)
        ]  # fmt: skip
        if not ops:
            continue
        state, answers, said = one_by_one(siege, who, ops)
        assert (state, len(answers or ())) == ("", len(ops)), said[:800]
        assert {a.get("why", "ok") for a in answers if a["s"] == "rejected"} <= words
