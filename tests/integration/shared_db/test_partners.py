"""Agencies without a desk, and systems without a community organisation."""

from __future__ import annotations

import pytest

from d2a_desktop.shared_db import admin
from tests.integration.shared_db.wire_client import WireClient, at, new, new_case, offer, refer
from tests.shared_databases import Person

pytestmark = pytest.mark.postgres


@pytest.fixture
def desks(shared):
    made = {who: WireClient(shared, who) for who in ("ward", "hub", "council", "agency")}
    for one in made.values():
        one.hello()
    return made


def test_the_hub_keeps_roster_slots_and_placement_of_an_agency_without_a_desk(shared, desks):
    hub, ward = desks["hub"], desks["ward"]
    partner = shared.orgs["agency3"]
    contract = new()
    hub.insert(
        "capacity_contract",
        contract,
        id=contract,
        agency_org_id=partner,
        min_starts=5,
        max_starts=8,
    )
    slot = hub.insert(
        "slot", contract, contract_id=contract, week="2030-W23", number=1, status="open"
    )
    scope = new_case(ward)
    sent = offer(hub, scope, refer(ward, scope), partner)
    hub.pull()
    accepted = hub.patch(
        "offer", sent, status="accepted", slot_id=slot, spoken_to="Jo", channel="phone"
    )
    assert accepted.status == "ok"
    hub.pull()
    (placement,) = (
        p for p in hub.seen("placement") if hub.rows["placement", p]["scope_id"] == partner
    )
    worker = hub.insert("worker", partner, first_name="Ben", status="active")
    block = hub.insert(
        "placement_block", partner, placement_id=placement, offer_id=sent, worker_id=worker,
        starts_at=at(0), ends_at=at(48), status="confirmed", kind="main", expected_at=at(1),
    )  # fmt: skip
    ward.pull()
    assert [c["first_name"] for c in ward.seen("arrival_card").values()] == ["Ben"]
    assert "worker" not in ward.entities()
    hub.pull()
    assert hub.patch("placement_block", block, status="active", arrived_at=at(1)).status == "ok"
    hub.pull()
    assert hub.patch("placement_block", block, status="ended", left_at=at(40)).status == "ok"
    hub.pull()
    assert (
        hub.patch("placement", placement, status="ended", end_reason="independent").status == "ok"
    )


def test_the_ward_may_record_the_reply_of_a_partner_but_not_of_an_agency_with_a_desk(shared, desks):
    ward, hub = desks["ward"], desks["hub"]
    scope = new_case(ward)
    referral = refer(ward, scope)
    partner = offer(hub, scope, referral, shared.orgs["agency3"])
    other = offer(hub, scope, referral, desks["agency"].org)
    ward.pull()
    refused = ward.patch("offer", other, status="declined", decline_reason="capacity")
    assert (refused.status, refused.why) == ("rejected", "status_machine")
    said = ward.patch(
        "offer", partner, status="declined", decline_reason="capacity", spoken_to="Jo"
    )
    assert said.status == "ok"


def test_an_agency_that_gets_a_desk_takes_over_its_roster(shared, desks):
    hub = desks["hub"]
    partner = shared.orgs["agency3"]
    worker = hub.insert("worker", partner, first_name="Ben", status="active")
    hub.pull()
    assert worker in hub.seen("worker")
    with shared.database.admin() as connection:
        admin.add_org(
            connection, ods_code="AG003", kind="agency",
            details=admin.OrganisationDetails(name="Test agency3", has_desk=True),
        )  # fmt: skip
        made = admin.add_user(connection, ods_code="AG003", role="agency_scheduler", name="Al")
    shared.people["agency3"] = Person(made.login, made.password, made.org_id, "AG003", made.role)
    own = WireClient(shared, "agency3")
    own.hello()
    own.pull()
    hub.pull()
    assert worker in own.seen("worker")
    assert worker not in hub.seen("worker")
    del shared.people["agency3"]


def test_a_directory_entry_is_read_by_those_who_care_and_written_by_who_keeps_it(desks):
    ward, hub, agency = desks["ward"], desks["hub"], desks["agency"]
    kept = hub.insert("directory_entry", hub.org, kind="pharmacy", name="Example Pharmacy")
    own = agency.insert("directory_entry", agency.org, kind="person", name="A Neighbour")
    for desk in (ward, hub, agency):
        desk.pull()
    assert kept in ward.seen("directory_entry")
    assert own not in ward.seen("directory_entry")
    assert set(agency.seen("directory_entry")) == {own}
    refused = ward.push(ward.op("patch", "directory_entry", kept, hub.org, {"phone": "1"}))[0]
    assert refused.why == "not_allowed"
    assert hub.patch("directory_entry", kept, phone="01632 960111").status == "ok"


def test_assessors_are_shared_with_those_who_care_and_not_with_agencies(desks):
    hub, ward, agency = desks["hub"], desks["ward"], desks["agency"]
    assessor = hub.insert("assessor", hub.org, name="O. Therapist", active=True)
    for one in (ward, agency):
        one.pull()
    assert assessor in ward.seen("assessor")
    assert "assessor" not in agency.entities()
    refused = ward.push(ward.op("patch", "assessor", assessor, hub.org, {"name": "x"}))[0]
    assert refused.why == "not_allowed"


def test_an_organisation_that_joins_later_sees_what_its_kind_may(shared, desks):
    ward = desks["ward"]
    scope = new_case(ward)
    refer(ward, scope)
    private = new_case(ward)
    with shared.database.admin() as connection:
        admin.add_org(
            connection, ods_code="C0200", kind="council",
            details=admin.OrganisationDetails(name="Late council"),
        )  # fmt: skip
        made = admin.add_user(connection, ods_code="C0200", role="hub_case_manager", name="Lee")
    shared.people["late"] = Person(made.login, made.password, made.org_id, "C0200", made.role)
    late = WireClient(shared, "late")
    late.hello()
    late.pull()
    assert late.seen("spell").keys() == {scope}
    assert private not in str(late.rows)
    del shared.people["late"]


@pytest.fixture
def solo(shared):
    """A second system in the same database: one hospital with the hub role inside, one agency."""
    with shared.database.admin() as connection:
        for ods, kind in (("SOLO1", "hospital"), ("SOLOA", "agency")):
            admin.add_org(
                connection, ods_code=ods, kind=kind, system="solo",
                details=admin.OrganisationDetails(name=ods, share_profiles=kind == "agency"),
            )  # fmt: skip
        for short, ods, role in (
            ("solo_ward", "SOLO1", "ward_coordinator"),
            ("solo_hub", "SOLO1", "hub_case_manager"),
            ("solo_agency", "SOLOA", "agency_scheduler"),
        ):
            made = admin.add_user(connection, ods_code=ods, role=role, name=short)
            shared.people[short] = Person(made.login, made.password, made.org_id, ods, role)
    yield {who: WireClient(shared, who) for who in ("solo_ward", "solo_hub", "solo_agency")}
    for short in ("solo_ward", "solo_hub", "solo_agency"):
        del shared.people[short]


def test_without_a_community_organisation_the_hospitals_hub_role_does_its_work(solo):
    ward, hub, agency = solo["solo_ward"], solo["solo_hub"], solo["solo_agency"]
    assert hub.hello().kinds == ("hospital", "community")
    assert ward.hello().kinds == ("hospital",)
    scope = new_case(ward)
    referral = refer(ward, scope)
    hub.pull()
    assert hub.patch("referral", referral, status="confirmed", confirmed_at=at()).status == "ok"
    sent = offer(hub, scope, referral, agency.org)
    agency.hello()
    agency.pull()
    assert agency.patch("offer", sent, status="accepted").status == "ok"
    agency.pull()
    assert scope in agency.seen("spell")
    agency.insert("worker", agency.org, first_name="Amara", status="active")
    hub.pull()
    ward.pull()
    assert len(hub.seen("worker_profile")) == 1
    assert "worker_profile" not in ward.entities()


def test_a_ward_without_the_hub_role_may_not_confirm_a_pathway(solo):
    ward = solo["solo_ward"]
    scope = new_case(ward)
    referral = refer(ward, scope)
    ward.pull()
    refused = ward.patch("referral", referral, status="confirmed")
    assert (refused.status, refused.why) == ("rejected", "status_machine")


def test_nothing_crosses_systems(solo, desks):
    scope = new_case(solo["solo_ward"])
    referral = refer(solo["solo_ward"], scope)
    for one in desks.values():
        one.pull()
        assert scope not in str(one.rows)
    hub = solo["solo_hub"]
    hub.hello()
    outside = new()
    op = hub.insert_op(
        "offer", outside, id=outside, agency_org_id=desks["agency"].org, sent_by_org_id=hub.org,
        status="sent", respond_by=at(9),
    )  # fmt: skip
    assert hub.push(op)[0].why == "not_allowed"
    assert referral
