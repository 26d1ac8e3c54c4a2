"""A grant opens one scope, its own: nobody takes another's by naming it, or reads on a promise."""

from __future__ import annotations

import json
import threading
from typing import Any

import psycopg
import pytest

from tests.integration.shared_db.wire_client import (
    FIRST_ID,
    WireClient,
    at,
    new,
    new_case,
    offer,
    refer,
)

pytestmark = pytest.mark.postgres

ALL_BUCKETS = list(range(256))


@pytest.fixture
def desks(shared):
    who = ("ward", "ward2", "hub", "council", "agency", "agency2")
    made = {one: WireClient(shared, one) for one in who}
    for one in made.values():
        one.hello()
    return made


def offered(desks: dict[str, WireClient]) -> tuple[str, str, str]:
    """Offer a referred case to the agency; return scope, referral and offer."""
    scope = new_case(desks["ward"])
    referral = refer(desks["ward"], scope)
    return scope, referral, offer(desks["hub"], scope, referral, desks["agency"].org)


def fetched(client: WireClient, entity: str) -> str:
    return json.dumps(
        client.gateway.fetch(entity=entity, buckets=ALL_BUCKETS, after=FIRST_ID, limit=99)
    )


def begin_op(client: WireClient, entity: str, scope: str) -> dict[str, Any]:
    """An operation that begins a case, an offer or a contract under a chosen identity."""
    owner = {
        "spell": {"hospital_org_id": client.org, "case_ref": new()},
        "offer": {
            "sent_by_org_id": client.org, "agency_org_id": client.system.orgs["agency"],
            "reference": f"O-{new()}", "status": "draft", "respond_by": at(9),
        },
        "capacity_contract": {"agency_org_id": client.org},
    }[entity]  # fmt: skip
    return client.insert_op(entity, scope, id=scope, **owner)


THIEVES = [
    ("ward2", "spell"),
    ("hub", "offer"),
    ("council", "offer"),
    ("agency2", "capacity_contract"),
]


@pytest.mark.parametrize(("thief", "entity"), THIEVES)
def test_no_record_begins_a_scope_under_the_identity_of_anothers(shared, desks, thief, entity):
    agency, ward = desks["agency"], desks["ward"]
    scope, _, sent = offered(desks)
    contract = agency.insert(
        "capacity_contract", stolen := new(), id=stolen, agency_org_id=agency.org
    )
    agency.insert("worker", agency.org, first_name="Amara", family_name="Marker", status="active")
    ward.pull()
    agency.pull()
    before = {who: dict(desks[who].rows) for who in ("agency", "ward")}
    for victim in (
        scope,
        sent,
        contract,
        agency.org,
        ward.org,
        shared.orgs["agency3"],
        shared.system_id,
    ):
        if thief == "hub" and victim == sent:
            continue  # its own offer: refused as a second of the same identity, tested elsewhere
        (result,) = desks[thief].push(begin_op(desks[thief], entity, victim))
        assert (result.status, result.why) == ("rejected", "not_allowed"), victim
    for seen in ("worker", "staff", "patient") if thief in ("ward2", "agency2") else ("worker",):
        assert "Marker" not in fetched(desks[thief], seen)
    for who in ("agency", "ward"):
        desks[who].pull()
        assert desks[who].rows == before[who]


def test_two_that_begin_different_scopes_under_one_identity_at_once_get_one(shared, desks):
    scope, wins = new(), []
    gate = threading.Barrier(2)

    def begin(who: str, entity: str) -> None:
        gate.wait()
        wins.append(desks[who].push(begin_op(desks[who], entity, scope))[0].status)

    threads = [
        threading.Thread(target=begin, args=pair)
        for pair in (("ward2", "spell"), ("agency2", "capacity_contract"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wins) == ["ok", "rejected"]


SCOPES_OF_KIND = {
    "case": "referral", "offer": "offer", "roster": "assessor", "contract": "slot",
}  # fmt: skip


def test_a_record_is_filed_only_in_a_scope_of_its_own_kind(shared, desks):
    hub, agency, ward = desks["hub"], desks["agency"], desks["ward"]
    scope, _, sent = offered(desks)
    contract = new()
    agency.insert("capacity_contract", contract, id=contract, agency_org_id=agency.org)
    places = {"case": scope, "offer": sent, "roster": hub.org, "contract": contract}
    for one in desks.values():
        one.pull()
    before = {who: dict(one.rows) for who, one in desks.items()}
    for kind, entity in SCOPES_OF_KIND.items():
        for other, place in places.items():
            if other == kind:
                continue
            more = {"contract_id": place, "status": "open"} if entity == "slot" else {}
            more |= {"status": "draft"} if entity in ("referral", "offer") else {}
            (result,) = hub.push(hub.insert_op(entity, place, **more))
            assert (result.status, result.why) == ("rejected", "not_allowed"), (entity, other)
    for place in (contract, ward.org, sent):
        (result,) = ward.push(ward.insert_op("referral", place, status="sent", kind="full"))
        assert (result.status, result.why) == ("rejected", "not_allowed")
    for who, one in desks.items():
        one.pull()
        assert one.rows == before[who]


def test_a_grant_of_one_kind_is_never_worked_out_for_a_scope_of_another(shared, desks):
    scope, _, _ = offered(desks)
    with shared.superuser() as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("SELECT sync.regrant('contract', %s)", (scope,))
    desks["ward"].pull()
    assert scope in desks["ward"].seen("spell")


READERS = [
    "SELECT sync.fetch('patient', ARRAY(SELECT generate_series(0, 255)), '{first}', 100)",
    "SELECT sync.digest('patient')",
    "SELECT sync.pull('0', 0, 1000)",
]


@pytest.mark.parametrize("reader", READERS)
def test_nothing_is_read_on_an_acceptance_that_can_still_be_taken_back(shared, desks, reader):
    agency = desks["agency"]
    _, _, sent = offered(desks)
    agency.pull()
    accept = json.dumps([agency.patch_op("offer", sent, status="accepted")])
    statement = reader.format(first=FIRST_ID)
    connection = shared.connect("agency")
    for savepoint in ("", "SAVEPOINT s"):
        connection.execute("BEGIN; " + savepoint)
        (answer,) = connection.execute(
            "SELECT sync.push(%s, 1, %s::jsonb)", (agency.client, accept)
        ).fetchone()  # fmt: skip
        assert answer[0]["s"] == "ok"
        with pytest.raises(psycopg.errors.ActiveSqlTransaction) as caught:
            connection.execute(statement)
        assert "Marker" not in str(caught.value)
        connection.execute("ROLLBACK")
    with pytest.raises(psycopg.errors.ActiveSqlTransaction):  # nor in one statement
        connection.execute(
            f"SELECT sync.push(%s, 1, %s::jsonb)::text, ({statement})::text",
            (agency.client, accept),
        )


def test_a_snapshot_from_before_the_end_of_a_grant_writes_nothing_after_it(shared, desks):
    agency = desks["agency"]
    scope, _, sent = offered(desks)
    agency.pull()
    assert agency.patch("offer", sent, status="accepted").status == "ok"
    agency.pull()
    late = json.dumps([agency.insert_op("task", scope, status="open", title="too late")])
    connection = shared.connect("agency")
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    connection.execute("SELECT sync.my_channel()")  # takes the snapshot
    handed = agency.patch("offer", sent, status="handed_back", handed_back_reason="other")
    assert handed.status == "ok"
    with pytest.raises(psycopg.Error) as caught:
        connection.execute("SELECT sync.push(%s, 1, %s::jsonb)", (agency.client, late))
    assert caught.value.sqlstate in {"25001", "40001"}
    connection.execute("ROLLBACK")
    desks["ward"].pull()
    assert "task" not in desks["ward"].entities()


def test_a_draft_that_was_withdrawn_does_not_open_the_case_to_the_hub(desks):
    ward, hub = desks["ward"], desks["hub"]
    for straight in (True, False):
        scope = new_case(ward)
        if straight:
            ward.insert("referral", scope, status="withdrawn", kind="full")
        else:
            draft = ward.insert("referral", scope, status="draft", kind="full")
            ward.pull()
            assert ward.patch("referral", draft, status="withdrawn").status == "ok"
        hub.pull()
        assert scope not in hub.seen("spell")
    scope = new_case(ward)
    sent = refer(ward, scope)
    ward.pull()
    assert ward.patch("referral", sent, status="withdrawn").status == "ok"
    hub.pull()
    assert scope in hub.seen("spell")  # who was asked keeps what was asked


def test_an_operation_twice_in_one_group_has_no_effect(shared, desks):
    ward = desks["ward"]
    scope, grp = new_case(ward), new()
    first = ward.insert_op("note", scope, text="one") | {"grp": grp}
    second = ward.insert_op("note", scope, text="two") | {"grp": grp, "op": first["op"]}
    results = ward.push(first, second)
    assert {(r.status, r.why) for r in results} == {("rejected", "op_id_reuse")}
    ward.pull()
    assert "note" not in ward.entities()
    assert ward.push(first)[0].status == "ok"


def test_overlap_tells_nothing_of_another_agencys_worker(shared, desks):
    agency, other = desks["agency"], desks["agency2"]
    scope, _, sent = offered(desks)
    elsewhere = offer(desks["hub"], scope, refer(desks["ward"], scope), other.org)
    for one, its in ((agency, sent), (other, elsewhere)):
        one.pull()
        assert one.patch("offer", its, status="accepted").status == "ok"
        one.pull()
    worker = agency.insert("worker", agency.org, first_name="Amara", status="active")
    when = {"starts_at": at(0), "ends_at": at(24), "status": "confirmed", "kind": "main"}
    (mine,) = agency.seen("placement")
    (theirs,) = other.seen("placement")
    agency.insert(
        "placement_block", agency.org, placement_id=mine, offer_id=sent, worker_id=worker, **when
    )
    for hours, who in ((0, worker), (100, worker), (0, new())):
        guess = other.insert_op(
            "placement_block", other.org, placement_id=theirs, offer_id=elsewhere, worker_id=who,
            **when | {"starts_at": at(hours), "ends_at": at(hours + 1)},
        )  # fmt: skip
        (result,) = other.push(guess)
        assert (result.status, result.why) == ("rejected", "not_allowed")


def test_an_offer_is_not_linked_for_somebody_who_died_or_by_one_who_does_not_see_it(shared, desks):
    ward, hub, other = desks["ward"], desks["hub"], desks["ward2"]
    scope = new_case(ward)
    referral = refer(ward, scope)
    hub.pull()
    unlinked = hub.push(hub.insert_op(
        "offer", hidden := new(), id=hidden, agency_org_id=desks["agency"].org,
        sent_by_org_id=hub.org, status="sent", respond_by=at(9), reference=f"O-{new()}",
    ))  # fmt: skip
    assert unlinked[0].status == "ok"
    own = new_case(other)
    own_referral = refer(other, own)
    link = {"offer_id": hidden, "agency_org_id": desks["agency"].org}
    (result,) = other.push(other.insert_op("offer_link", own, referral_id=own_referral, **link))
    assert (result.status, result.why) == ("rejected", "not_allowed")
    ward.pull()
    assert ward.patch("spell", scope, died_at=at(0)).status == "ok"
    (result,) = hub.push(hub.insert_op("offer_link", scope, referral_id=referral, **link))
    assert (result.status, result.why) == ("rejected", "withdrawn")


def test_a_login_that_holds_everybody_back_from_another_database_is_ended(shared, desks):
    person = shared.people["agency"]
    stuck = psycopg.connect(
        host="127.0.0.1", port=shared.database.port, dbname="postgres", user=person.login,
        password=person.password, autocommit=True,
    )  # fmt: skip
    stuck.execute("SET idle_in_transaction_session_timeout = 0")
    stuck.execute("BEGIN")
    stuck.execute("SELECT pg_current_xact_id()")
    with shared.superuser() as owner:
        (definition,) = owner.execute("SELECT pg_get_functiondef('sync.reap'::regproc)").fetchone()
        owner.execute(definition.replace("120 seconds", "0 seconds"))
    assert desks["ward"].gateway.reap() >= 1
    with pytest.raises(psycopg.OperationalError):
        stuck.execute("SELECT 1")
    stuck.close()
