"""Push: effects once, groups whole, poison alone, and the merge as the table says."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from d2a_desktop.core.errors import BugError
from d2a_desktop.shared_db.failures import ClientTooOldError
from tests.integration.shared_db.wire_client import WireClient, at, new, new_case, refer
from tests.shared_databases import System
from tests.unit.sync.merge_cases import CASES, MergeCase

pytestmark = pytest.mark.postgres


@pytest.fixture
def ward(shared):
    return WireClient(shared, "ward")


def rows_of(system: System, entity: str) -> Any:
    with system.superuser() as owner:
        row = owner.execute(f"SELECT count(*) FROM dc.{entity}").fetchone()
    return row and row[0]


def test_a_batch_sent_again_has_its_effect_once_and_gets_the_same_answers(shared, ward):
    scope = new_case(ward)
    ops = [ward.insert_op("note", scope, text=str(n)) for n in range(5)]
    first = ward.push(*ops)
    for again in (ops, ops[::-1], ops[:2]):
        answers = {a.op: a for a in ward.push(*again)}
        for result in first:
            if result.op in answers:
                assert answers[result.op].duplicate
                assert (answers[result.op].status, answers[result.op].ver) == ("ok", result.ver)
    assert rows_of(shared, "note") == 5


def test_a_refusal_is_final_and_repeated_word_for_word(ward):
    scope = new_case(ward)
    op = ward.insert_op("note", new(), text="nowhere")
    assert [(r.status, r.why) for r in ward.push(op)] == [("rejected", "not_allowed")]
    (again,) = ward.push(op)
    assert (again.status, again.why, again.duplicate) == ("rejected", "not_allowed", True)
    ward.insert("note", scope)


def test_an_operation_id_used_for_something_else_is_refused_also_for_another_person(shared, ward):
    scope = new_case(ward)
    op = ward.insert_op("note", scope, text="first")
    ward.push(op)
    other = {**op, "id": new(), "set": {**op["set"], "text": "second"}}
    assert ward.push(other)[0].why == "op_id_reuse"
    stranger = WireClient(shared, "agency")
    assert stranger.push(op)[0].why == "op_id_reuse"
    assert rows_of(shared, "note") == 1


def test_a_group_is_applied_whole_or_not_at_all(shared, ward):
    scope = new_case(ward)
    grp = new()
    good = [ward.insert_op("note", scope, text=str(n)) for n in range(3)]
    bad = ward.insert_op("note", new(), text="nowhere")
    results = ward.push(*[{**op, "grp": grp} for op in (good[0], bad, good[1], good[2])])
    assert [(r.status, r.why) for r in results] == [
        ("rejected", "group"), ("rejected", "not_allowed"), ("rejected", "group"),
        ("rejected", "group"),
    ]  # fmt: skip
    assert rows_of(shared, "note") == 0


@pytest.mark.parametrize(
    ("fault", "why", "final"),
    [({"at": "never"}, "invalid", True), ({}, "not_allowed", False)],
    ids=["for good", "for now"],
)
def test_a_replayed_group_waits_as_a_whole_or_is_refused_as_a_whole(
    shared, ward, fault, why, final
):
    scope, elsewhere = new_case(ward), new()
    grp = {"grp": new(), "replay": True}
    good = ward.insert_op("note", scope, text="good") | grp
    bad = ward.insert_op("note", scope if fault else elsewhere, text="bad") | grp
    bad["set"] |= fault
    results = ward.push(good, bad)
    assert [(r.why, r.final) for r in results] == [("group", final), (why, final)]
    # By itself, as a desk of an older version would send it now.
    again = ward.push(good)[0]
    assert (again.status, again.duplicate) == (("rejected", True) if final else ("ok", False))


def test_a_group_larger_than_twenty_is_refused_whole(shared, ward):
    scope, grp = new_case(ward), new()
    ops = [{**ward.insert_op("note", scope), "grp": grp} for _ in range(21)]
    assert {(r.status, r.why) for r in ward.push(*ops)} == {("rejected", "invalid")}
    assert rows_of(shared, "note") == 0


def test_a_scope_begins_before_its_contents_whatever_their_order_in_the_group(shared, ward):
    scope, grp = new(), new()
    ops = [
        ward.insert_op("patient", scope),
        ward.insert_op("spell", scope, id=scope, hospital_org_id=ward.org),
    ]
    assert [r.status for r in ward.push(*[{**op, "grp": grp} for op in ops])] == ["ok", "ok"]
    assert rows_of(shared, "patient") == 1


def test_a_poison_operation_holds_up_only_its_own_row(ward):
    scope, other = new_case(ward), new_case(ward)
    ward.pull()
    poison = ward.patch_op("spell", scope, edd="no date")
    after = ward.patch_op("spell", scope, bed="2")
    elsewhere = ward.patch_op("spell", other, bed="3")
    results = ward.push(poison, after, elsewhere)
    assert [(r.status, r.why) for r in results] == [
        ("rejected", "invalid"), ("blocked", None), ("ok", None),
    ]  # fmt: skip
    assert ward.push(after)[0].status == "ok"


MALFORMED: list[dict[str, Any]] = [
    {"op": "not-a-uuid"},
    {"op": None},
    {"e": "pg_class"},
    {"e": "note; DROP TABLE dc.note"},
    {"id": "x"},
    {"scope": None},
    {"k": "delete"},
    {"set": []},
    {"set": "x"},
    {"base": 7},
    {"bv": "1 OR 1=1"},
    {"hlc": -1},
    {"hlc": 1e30},
    {"grp": "x"},
    {"set": {"text": "x" * 300_000}},
    {"set": {"at": "infinity", "text": "x", "author": "x", "kind": "x"}},
    {"set": {"at": "yesterday", "text": "x", "author": "x", "kind": "x"}},
    {"set": {"text": None, "author": "x", "kind": "x", "at": "2030-01-01T00:00:00Z"}},
]


def test_a_malformed_operation_is_answered_and_the_next_one_still_applied(ward, subtests):
    scope = new_case(ward)
    for damage in MALFORMED:
        with subtests.test(str(damage)[:60]):
            results = ward.push(
                {**ward.insert_op("note", scope), **damage}, ward.insert_op("note", scope)
            )
            assert [(r.status, r.why) for r in results] == [("rejected", "invalid"), ("ok", None)]


@pytest.mark.parametrize("garbage", [7, "x", {}, None])
def test_a_batch_or_an_operation_that_is_no_object_breaks_nothing(shared, ward, garbage):
    ward.hello()
    connection = shared.connect("ward")
    row = connection.execute(
        "SELECT sync.push(%s, 1, %s)", (ward.client, Jsonb([garbage]))
    ).fetchone()
    assert row[0][0]["s"] == "rejected"


def test_a_batch_that_is_too_long_is_refused(ward):
    ward.hello()
    with pytest.raises(BugError):
        ward.push(*[{}] * 501)


def test_a_client_that_is_too_old_is_told_so_and_may_still_read(shared, ward):
    scope = new_case(ward)
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.meta SET min_client_ver = 2")
    with pytest.raises(ClientTooOldError):
        ward.push(ward.insert_op("note", scope))
    ward.hello()
    ward.pull()
    assert scope in ward.seen("spell")


def test_fields_are_written_by_their_kinds_alone(shared, ward):
    hub = WireClient(shared, "hub")
    scope = new_case(ward)
    refer(ward, scope)
    hub.hello()
    hub.pull()
    assert hub.patch("spell", scope, hub_owner_name="Case manager").status == "ok"
    refused = hub.patch("spell", scope, edd="2030-01-01")
    assert (refused.status, refused.why) == ("rejected", "not_allowed")
    unknown = hub.push(hub.op("patch", "spell", scope, scope, {"ver": 99}))[0]
    assert unknown.why == "not_allowed"
    server_only = ward.push(ward.insert_op("organisation", shared.system_id, kind="agency"))[0]
    assert server_only.why == "not_allowed"


def test_the_server_merges_as_the_table_says(shared, ward, subtests):
    for case in CASES:
        with subtests.test(case.name):
            merge_on_the_server(shared, ward, case)


def merge_on_the_server(shared: System, ward: WireClient, case: MergeCase) -> None:
    scope = new_case(ward, bed="1", ward="B1")
    start = {
        "spell": {"bed": "1", "ward": "B1"},
        "barrier": {"status": "open"},
        "note": {"text": "said"},
    }[case.entity]
    row_id = scope
    if case.entity != "spell":
        row_id = ward.insert(case.entity, scope, **start)
    ward.pull()
    if case.seen:
        with shared.superuser() as owner:
            for name, value in case.seen.items():
                owner.execute(
                    f"UPDATE dc.{case.entity} SET {name} = %s WHERE id = %s", (value, row_id)
                )
        ward.pull()
    mine = ward.patch_op(case.entity, row_id, **case.mine) | {"hlc": case.mine_at}
    with shared.superuser() as owner:
        for name, value in case.now.items():
            owner.execute(f"UPDATE dc.{case.entity} SET {name} = %s WHERE id = %s", (value, row_id))
        if not case.same_version:
            owner.execute(f"UPDATE dc.{case.entity} SET hlc = 100 WHERE id = %s", (row_id,))
        found = owner.execute(f"SELECT ver FROM dc.{case.entity} WHERE id = %s", (row_id,))
        if case.same_version:
            mine["bv"] = found.fetchone()[0]
    if case.replayed:
        mine["replay"] = True
    (result,) = ward.push(mine)
    ward.pull()
    row = ward.rows[case.entity, row_id]
    if case.refused:
        assert (result.status, result.why) == ("rejected", case.refused)
    elif case.theirs:
        assert (result.status, dict(result.theirs)) == ("conflict", case.theirs)
        # An administrator wrote it past every desk: there is a time, and nobody to name.
        told = dict(result.theirs_by or {})
        assert set(told) == set(case.theirs)
        assert all(set(by) == {"at"} for by in told.values())
        assert {n: row[n] for n in case.mine} != case.mine
    else:
        assert (result.status, result.lost) == ("ok", case.lost)
        take = case.mine if case.take is None else case.take
        assert {n: row[n] for n in take} == take
        assert {n: row[n] for n in case.lost} == {n: case.now[n] for n in case.lost}


def test_a_logical_clock_far_ahead_is_held_to_five_minutes(shared, ward):
    scope = new_case(ward)
    ward.pull()
    ward.push(ward.patch_op("spell", scope, bed="2") | {"hlc": 10**18 - 1})
    with shared.superuser() as owner:
        row = owner.execute(
            "SELECT (hlc >> 16) / 1000 - extract(epoch FROM now()) FROM dc.spell"
        ).fetchone()
    assert 290 < row[0] <= 300


def test_the_state_machine_holds_for_an_administrator_too(shared, ward):
    scope = new_case(ward)
    referral = refer(ward, scope)
    with shared.superuser() as owner, pytest.raises(Exception, match="status_machine"):
        owner.execute("UPDATE dc.referral SET status = 'closed' WHERE id = %s", (referral,))


def test_nothing_can_be_deleted_or_moved_to_another_scope_even_by_the_owner(shared, ward):
    new_case(ward)
    with shared.superuser() as owner:
        for statement in (
            "DELETE FROM dc.patient",
            "TRUNCATE dc.patient",
            "DELETE FROM sync.audit",
        ):
            with pytest.raises(Exception, match="append-only"):
                owner.execute(statement)
        with pytest.raises(Exception, match="fixed"):
            owner.execute("UPDATE dc.patient SET scope_id = gen_random_uuid()")


def test_a_visit_outside_its_period_is_refused_by_name(ward):
    scope = new_case(ward)
    result = ward.push(
        ward.insert_op("visit", scope, status="planned", starts_at=at(2), ends_at=at(1))
    )[0]
    assert result.status == "rejected"
    assert result.why in {"bad_period", "invalid"}
