"""What a person with a valid login and psql can find out: nothing beyond the functions."""

from __future__ import annotations

import psycopg
import pytest

from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.shared_db.check import CLIENT_FUNCTIONS
from tests.integration.shared_db.wire_client import WireClient, at, new, new_case, offer, refer

pytestmark = pytest.mark.postgres

NOTHING = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def desks(shared):
    made = {who: WireClient(shared, who) for who in ("ward", "ward2", "hub", "agency")}
    for one in made.values():
        one.hello()
    return made


ENGINE_TABLES = (
    "acl", "feed", "applied_op", "audit", "conflict", "session", "member", "org", "system", "meta",
    "entity", "field", "transition", "acceptance", "visit_booking", "pseudonym", "schema_file",
)  # fmt: skip


@pytest.mark.parametrize("who", ["agency", "ward", "hub"])
def test_no_table_can_be_read_written_or_explained(shared, desks, who):
    scope = new_case(desks["ward"])
    connection = shared.connect(who)
    tables = [f"dc.{name}" for name in RECORDS] + [f"sync.{name}" for name in ENGINE_TABLES]
    for table in tables:
        for statement in (
            f"SELECT * FROM {table}",
            f"SELECT count(*) FROM {table}",
            f"EXPLAIN ANALYZE SELECT 1 FROM {table}",
            f"EXPLAIN SELECT 1 FROM {table}",
            f"DELETE FROM {table}",
            f"LOCK TABLE {table}",
            f"COPY {table} TO STDOUT",
            f"CREATE TEMP TABLE copy AS SELECT * FROM {table}",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)
    assert scope


FORBIDDEN = [
    "SET ROLE dc_owner",
    "SET ROLE dc_apply",
    "SET ROLE dc_read",
    "SET SESSION AUTHORIZATION d2a_super",
    "CREATE TABLE public.mine (x int)",
    "CREATE SCHEMA mine",
    "CREATE TEMP TABLE mine (x int)",
    "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "SELECT sync.regrant('case', gen_random_uuid())",
    "SELECT sync.new_epoch()",
    "SELECT sync.wanted('case', gen_random_uuid())",
    "SELECT sync.why_hidden('offer', gen_random_uuid())",
    "SELECT sync.op_patient('{}', 1)",
    "SELECT sync.page_patient(ARRAY[gen_random_uuid()])",
    "SELECT sync.may_touch('spell', gen_random_uuid(), NULL, false)",
    "SELECT sync.last_change('spell', gen_random_uuid())",
    "SELECT pg_read_file('PG_VERSION')",
    "ALTER ROLE dc_client SUPERUSER",
    "GRANT dc_owner TO CURRENT_USER",
    "SELECT nextval('sync.feed_seq')",
]


def test_no_way_around_the_functions_is_open(shared, subtests):
    connection = shared.connect("agency")
    for statement in FORBIDDEN:
        with subtests.test(statement), pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


def test_the_functions_a_client_may_execute_are_exactly_the_known_ones(shared):
    rows = shared.connect("agency").execute(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname IN ('sync', 'dc') AND has_function_privilege(p.oid, 'EXECUTE')"
        " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'i')"
    ).fetchall()  # fmt: skip
    assert {row[0] for row in rows} == CLIENT_FUNCTIONS


def test_explaining_a_function_shows_only_that_it_is_called(shared):
    plan = shared.connect("agency").execute(
        "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF)"
        " SELECT * FROM sync.pull('0', 0, 10)"
    ).fetchall()  # fmt: skip
    assert len(plan) == 1
    assert plan[0][0].startswith("Function Scan on pull")


def test_settings_of_the_client_change_nothing_about_who_it_is(shared, desks):
    scope = new_case(desks["ward"])
    connection = shared.connect("agency")
    for statement in (
        "SET session_replication_role = replica",
        "SET search_path = evil, public",
        f"SELECT set_config('dc.op_id', '{new()}', false)",
        "SELECT set_config('dc.cascade', 'garbage', false)",
        "SELECT set_config('role', 'dc_owner', false)",
    ):
        try:
            connection.execute(statement)
        except psycopg.Error:
            continue
    agency = desks["agency"]
    agency.gateway.close()
    agency.gateway._connection = agency.gateway._greeted = connection
    agency.pull()
    assert "spell" not in agency.entities()
    result = agency.push(agency.op("patch", "spell", scope, scope, {"bed": "1"}))[0]
    assert result.why == "not_allowed"


def test_row_security_switched_off_by_a_client_gives_errors_instead_of_rows(shared, desks):
    new_case(desks["ward"])
    connection = shared.connect("agency")
    connection.execute("SET row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT sync.fetch('patient', ARRAY[1], gen_random_uuid(), 10)")


def test_hidden_and_absent_rows_give_the_same_answers(shared, desks):
    scope = new_case(desks["ward"])
    ward, agency = desks["ward"], desks["agency"]
    ward.pull()
    (patient,) = ward.seen("patient")

    def answer(
        entity: str, row_id: str, where: str, verb: str, /, **values: str
    ) -> tuple[str, str | None]:
        (result,) = agency.push(agency.op(verb, entity, row_id, where, values))
        return result.status, result.why

    for entity, hidden in (("spell", scope), ("task", patient)):
        assert answer(
            entity, hidden, scope, "patch", **{"bed" if entity == "spell" else "note": "x"}
        ) == (
            answer(entity, new(), scope, "patch", **{"bed" if entity == "spell" else "note": "x"})
        )
    event = {"kind": "call", "source": "x", "at": at(), "recorded_at": at(), "recorded_by": "x"}
    assert answer("event", new(), scope, "ins", **event) == answer(
        "event", new(), new(), "ins", **event
    )
    assert answer("offer", scope, scope, "patch", status="accepted") == answer(
        "offer", new(), new(), "patch", status="accepted"
    )


def test_another_hospital_neither_sees_nor_touches_a_case(desks):
    ward, other = desks["ward"], desks["ward2"]
    scope = new_case(ward)
    refer(ward, scope)
    other.pull()
    assert not other.entities() & {"spell", "patient", "referral"}
    for entity in RECORDS:
        digest = other.gateway.digest(entity=entity)
        rows = other.gateway.fetch(
            entity=entity,
            buckets=list(range(256)),
            after=NOTHING,
            limit=99,
        )
        assert sum(count for count, _ in digest.values()) == len(rows)
        assert scope not in str(rows)
    assert (
        other.push(other.op("patch", "spell", scope, scope, {"bed": "1"}))[0].why == "not_allowed"
    )


def test_an_agency_sees_of_an_offer_exactly_the_fields_of_the_profile(desks):
    ward, hub, agency = desks["ward"], desks["hub"], desks["agency"]
    scope = new_case(ward)
    sent = offer(hub, scope, refer(ward, scope), agency.org)
    agency.pull()
    row = agency.seen("offer")[sent]
    assert set(row) == {"id", "scope_id", "ver", "hlc", *RECORDS["offer"].fields}
    allowed = {"organisation", "offer", "staff"}
    assert agency.entities() <= allowed
    assert all(scope not in str(r) for r in agency.rows.values())


def test_an_agency_cannot_reach_into_another_agencys_roster(shared, desks):
    agency = desks["agency"]
    other = WireClient(shared, "agency2")
    worker = other.insert("worker", other.org, first_name="Amara", status="active")
    agency.pull()
    assert worker not in agency.seen("worker")
    op = agency.op("patch", "worker", worker, other.org, {"first_name": "Mine"})
    assert agency.push(op)[0].why == "not_allowed"
    assert agency.push(agency.insert_op("worker", other.org))[0].why == "not_allowed"


def test_an_offer_cannot_be_sent_in_anothers_name_or_outside_the_system(shared, desks):
    hub = desks["hub"]
    forged = new()
    op = hub.insert_op(
        "offer", forged, id=forged, agency_org_id=desks["agency"].org,
        sent_by_org_id=desks["ward"].org, status="sent", respond_by=at(9),
    )  # fmt: skip
    assert hub.push(op)[0].why == "not_allowed"
    outside = new()
    op = hub.insert_op("offer", outside, id=outside, agency_org_id=new(), sent_by_org_id=hub.org,
                       status="sent", respond_by=at(9))  # fmt: skip
    assert hub.push(op)[0].why == "not_allowed"


def test_an_agency_cannot_link_itself_to_a_case_to_be_let_in(desks):
    agency, ward = desks["agency"], desks["ward"]
    scope = new_case(ward)
    op = agency.insert_op("offer_link", scope, agency_org_id=agency.org)
    assert agency.push(op)[0].why == "not_allowed"
    placement = agency.insert_op("placement", agency.org, status="open")
    assert agency.push(placement)[0].why == "not_allowed"


def test_restricted_text_is_for_roles_that_may_see_it(shared, desks):
    ward = desks["ward"]
    scope = new_case(ward)
    ward.insert("restricted_note", scope, text="Secretword")
    analyst = WireClient(shared, "analyst")
    analyst.hello()
    analyst.pull()
    assert scope in analyst.seen("spell")
    assert "restricted_note" not in analyst.entities()
    assert analyst.gateway.digest(entity="restricted_note") == {}
    assert analyst.push(analyst.insert_op("restricted_note", scope))[0].why == "not_allowed"


def test_profiles_are_shared_only_with_the_agencys_leave_and_never_with_a_ward(shared, desks):
    from d2a_desktop.shared_db import admin

    agency, hub, ward = desks["agency"], desks["hub"], desks["ward"]
    agency.insert(
        "worker", agency.org, first_name="Amara", home_postcode="PO6 1AA", status="active"
    )
    for one in (hub, ward):
        one.pull()
        assert "worker_profile" not in one.entities()
    details = {"name": "Test agency"}
    with shared.database.admin() as connection:
        for shares, expected in ((True, 1), (False, 0), (True, 1)):
            admin.add_org(
                connection, ods_code="AG001", kind="agency",
                details=admin.OrganisationDetails(**details, share_profiles=shares),
            )  # fmt: skip
            for one in (hub, ward):
                one.pull()
            assert len(hub.seen("worker_profile")) == expected
            assert "worker_profile" not in ward.entities()
    (profile,) = hub.seen("worker_profile").values()
    assert profile["outward_area"] == "PO6"
    assert "Amara" not in str(profile)
    assert not any(worker in str(profile) for worker in agency.seen("worker"))


def test_a_flood_of_garbage_gives_no_driver_text_away(shared, desks):
    agency = desks["agency"]
    for values in (
        {"scope_id": new()},
        {"audit_head": "x"},
        {"id": new()},
        {"'; --": 1},
        {"": None},
    ):
        result = agency.push(agency.op("patch", "offer", new(), new(), values))[0]
        assert (result.status, result.why) == ("rejected", "not_allowed")
