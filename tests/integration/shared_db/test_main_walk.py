"""The walk of one case over the wire: what each organisation is told, and when it is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.shared_db.wire_client import WireClient, at, new, new_case, offer, refer

pytestmark = pytest.mark.postgres


@pytest.fixture
def desks(shared):
    return {who: WireClient(shared, who) for who in ("ward", "ward2", "hub", "agency", "agency2")}


def pull_all(desks: dict[str, WireClient]) -> None:
    for desk in desks.values():
        desk.hello()
        desk.pull()


CASE_RECORDS = {"spell", "patient", "referral", "offer_link"}


def test_an_inpatient_is_the_hospitals_alone_until_the_referral(desks):
    scope = new_case(desks["ward"])
    pull_all(desks)
    assert desks["ward"].seen("spell").keys() == {scope}
    assert all("spell" not in desks[who].entities() for who in ("ward2", "hub", "agency"))
    refer(desks["ward"], scope)
    pull_all(desks)
    assert desks["hub"].entities() >= {"spell", "patient", "referral"}
    assert "patient" not in desks["ward2"].entities()
    assert "patient" not in desks["agency"].entities()


def test_an_open_offer_shows_its_anonymous_row_and_nothing_else(desks):
    scope = new_case(desks["ward"])
    referral = refer(desks["ward"], scope)
    sent = offer(desks["hub"], scope, referral, desks["agency"].org)
    pull_all(desks)
    agency = desks["agency"]
    assert agency.seen("offer").keys() == {sent}
    assert not agency.entities() & CASE_RECORDS
    text = str(agency.rows)
    assert "Marker" not in text
    assert "9990000018" not in text
    assert scope not in text
    assert referral not in text
    assert "offer" not in desks["agency2"].entities()
    assert desks["ward"].seen("offer").keys() == {sent}


def test_the_first_acceptance_opens_the_record_to_its_agency_and_closes_the_others(desks):
    scope = new_case(desks["ward"])
    referral = refer(desks["ward"], scope)
    first = offer(desks["hub"], scope, referral, desks["agency"].org)
    second = offer(desks["hub"], scope, referral, desks["agency2"].org)
    pull_all(desks)
    won = desks["agency"].patch("offer", first, status="accepted", responded_by="A. Person")
    assert won.status == "ok"
    assert {c["e"] for c in won.cascade} == {"placement"}
    lost = desks["agency2"].patch("offer", second, status="accepted")
    assert (lost.status, lost.why) == ("rejected", "already_taken")
    pull_all(desks)
    agency, other, hub = desks["agency"], desks["agency2"], desks["hub"]
    assert agency.entities() >= {"spell", "patient", "referral", "offer", "placement"}
    (placement,) = agency.seen("placement").values()
    assert placement["scope_id"] == agency.org
    assert placement["outward_postcode"] == "PO6"
    assert hub.seen("offer")[second]["status"] == "filled"
    assert "offer" not in other.entities()
    assert "patient" not in other.entities()
    (outcome,) = other.seen("offer_outcome").values()
    assert outcome["outcome"] == "filled"
    assert scope not in str(other.rows)


def test_the_cascade_is_reported_to_the_hub_that_acts_for_an_agency_without_a_desk(desks, shared):
    scope = new_case(desks["ward"])
    referral = refer(desks["ward"], scope)
    sister = offer(desks["hub"], scope, referral, desks["agency"].org)
    by_phone = offer(desks["hub"], scope, referral, shared.orgs["agency3"])
    pull_all(desks)
    result = desks["hub"].patch(
        "offer", by_phone, status="accepted", spoken_to="Jo", channel="phone",
        on_behalf_of=shared.orgs["agency3"],
    )  # fmt: skip
    assert result.status == "ok"
    assert {(c["e"], c["to"]) for c in result.cascade} == {
        ("offer", "filled"),
        ("placement", "open"),
    }
    assert {c["id"] for c in result.cascade} >= {sister}
    refused = desks["hub"].patch("offer", sister, status="accepted")
    assert refused.status != "ok"


def test_the_hub_may_not_accept_for_an_agency_that_has_a_desk(desks):
    scope = new_case(desks["ward"])
    sent = offer(desks["hub"], scope, refer(desks["ward"], scope), desks["agency"].org)
    pull_all(desks)
    result = desks["hub"].patch("offer", sent, status="accepted")
    assert (result.status, result.why) == ("rejected", "status_machine")


def accepted_case(desks: dict[str, WireClient]) -> tuple[str, str, str]:
    scope = new_case(desks["ward"])
    sent = offer(desks["hub"], scope, refer(desks["ward"], scope), desks["agency"].org)
    pull_all(desks)
    assert desks["agency"].patch("offer", sent, status="accepted").status == "ok"
    pull_all(desks)
    (placement,) = desks["agency"].seen("placement")
    return scope, sent, placement


def block(agency: WireClient, placement: str, sent: str, worker: str) -> dict[str, Any]:
    return agency.insert_op(
        "placement_block", agency.org, placement_id=placement, offer_id=sent, worker_id=worker,
        starts_at=at(0), ends_at=at(24), status="confirmed", kind="main", expected_at=at(0),
    )  # fmt: skip


def worker(agency: WireClient) -> str:
    return agency.insert(
        "worker", agency.org, first_name="Amara", family_name="Secretname", phone="07700900000",
        status="active",
    )  # fmt: skip


def test_a_confirmed_block_shows_the_case_a_card_with_first_name_and_nothing_more(desks):
    _scope, sent, placement = accepted_case(desks)
    agency = desks["agency"]
    (result,) = agency.push(block(agency, placement, sent, worker(agency)))
    assert result.status == "ok"
    pull_all(desks)
    (card,) = desks["ward"].seen("arrival_card").values()
    assert card["first_name"] == "Amara"
    assert card["expected_at"] == at(0)
    assert "Secretname" not in str(desks["ward"].rows) + str(desks["hub"].rows)
    assert "worker" not in desks["hub"].entities() | desks["ward"].entities()
    agency.pull()
    (block_id,) = agency.seen("placement_block")
    assert agency.patch("placement_block", block_id, status="cancelled").status == "ok"
    desks["ward"].pull()
    assert next(iter(desks["ward"].seen("arrival_card").values()))["status"] == "cancelled"


def test_the_end_of_a_placement_takes_the_record_from_the_agency_and_leaves_its_own_rows(desks):
    _scope, sent, placement = accepted_case(desks)
    agency = desks["agency"]
    agency.push(block(agency, placement, sent, worker(agency)))
    agency.pull()
    assert (
        agency.patch("placement", placement, status="ended", end_reason="independent").status
        == "ok"
    )
    pull_all(desks)
    assert not agency.entities() & (CASE_RECORDS | {"offer"})
    assert agency.seen("placement")[placement]["status"] == "ended"
    assert [b["status"] for b in agency.seen("placement_block").values()] == ["cancelled"]
    assert [o["outcome"] for o in agency.seen("offer_outcome").values()] == ["ended"]
    assert "Marker" not in str(agency.rows)


def test_a_handed_back_offer_revokes_the_record_and_another_agency_can_take_it(desks):
    scope, sent, _ = accepted_case(desks)
    agency = desks["agency"]
    assert (
        agency.patch("offer", sent, status="handed_back", handed_back_reason="no_relief").status
        == "ok"
    )
    pull_all(desks)
    assert not agency.entities() & (CASE_RECORDS | {"offer"})
    (referral,) = desks["hub"].seen("referral")
    again = offer(desks["hub"], scope, referral, desks["agency2"].org)
    pull_all(desks)
    assert desks["agency2"].patch("offer", again, status="accepted").status == "ok"


def test_a_second_grant_after_a_revocation_sends_every_row_again(desks):
    scope, sent, _ = accepted_case(desks)
    agency = desks["agency"]
    before = {key for key, row in agency.rows.items() if row["scope_id"] == scope}
    agency.patch("offer", sent, status="handed_back", handed_back_reason="other")
    agency.pull()
    (referral,) = desks["hub"].seen("referral")
    again = offer(desks["hub"], scope, referral, agency.org)
    agency.pull()
    assert agency.patch("offer", again, status="accepted").status == "ok"
    agency.pull()
    after = {key for key, row in agency.rows.items() if row["scope_id"] == scope}
    assert before <= after
    assert len(after) == len(before) + 1


def test_revoked_and_granted_again_while_offline_arrives_whole(desks):
    scope, sent, _ = accepted_case(desks)
    agency, manager = desks["agency"], WireClient(desks["agency"].system, "manager")
    manager.hello()
    manager.pull()
    agency.patch("offer", sent, status="handed_back", handed_back_reason="other")
    (referral,) = desks["hub"].seen("referral")
    again = offer(desks["hub"], scope, referral, agency.org)
    agency.pull()
    agency.patch("offer", again, status="accepted")
    desks["ward"].pull()
    desks["ward"].patch("spell", scope, bed="B7")
    agency.pull()
    manager.pull()
    assert manager.rows == agency.rows
    assert manager.seen("spell")[scope]["bed"] == "B7"


def test_an_offer_that_lapsed_is_taken_back_and_cannot_be_accepted(desks, shared):
    scope = new_case(desks["ward"])
    sent = offer(desks["hub"], scope, refer(desks["ward"], scope), desks["agency"].org)
    pull_all(desks)
    with shared.superuser() as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE dc.offer SET respond_by = now() - interval '1 minute'")
        owner.execute(
            "UPDATE sync.acl SET valid_until = now() - interval '1 minute' WHERE stage = 'offered'"
        )
    result = desks["agency"].patch("offer", sent, status="accepted")
    assert (result.status, result.why) == ("rejected", "expired")
    pull_all(desks)
    assert "offer" not in desks["agency"].entities()
    assert [o["outcome"] for o in desks["agency"].seen("offer_outcome").values()] == ["expired"]


def test_meeting_the_criteria_again_closes_offers_visits_and_plans_and_lists_them(desks):
    scope = new_case(desks["ward"])
    ward, hub = desks["ward"], desks["hub"]
    period = ward.insert("nctr_period", scope)
    referral = refer(ward, scope)
    offer(hub, scope, referral, desks["agency"].org)
    hub.insert("visit", scope, status="planned", assessor_id=new(), starts_at=at(1), ends_at=at(2))
    ward.insert("departure", scope, status="planned", planned_at=at(1))
    pull_all(desks)
    result = ward.patch("nctr_period", period, nctr_to=at(0), end_reason="meets_criteria")
    assert {(c["e"], c["to"]) for c in result.cascade} == {
        ("offer", "withdrawn"), ("visit", "void"), ("departure", "turned_back"),
    }  # fmt: skip
    pull_all(desks)
    assert "offer" not in desks["agency"].entities()


def test_a_death_withdraws_an_acceptance_that_has_not_started(desks):
    scope, _sent, placement = accepted_case(desks)
    ward = desks["ward"]
    ward.insert("task", scope, status="open")
    ward.pull()
    result = ward.patch("spell", scope, died_at=at(0))
    assert {(c["e"], c["to"]) for c in result.cascade} == {
        ("offer", "withdrawn"),
        ("task", "cancelled"),
    }
    pull_all(desks)
    assert desks["agency"].seen("placement")[placement]["status"] == "ended"
    assert "patient" not in desks["agency"].entities()


def test_turning_back_releases_the_worker_and_voids_the_visits(desks):
    scope, sent, placement = accepted_case(desks)
    agency, ward, hub = desks["agency"], desks["ward"], desks["hub"]
    agency.push(block(agency, placement, sent, worker(agency)))
    departure = ward.insert("departure", scope, status="planned", planned_at=at(1))
    hub.insert("visit", scope, status="planned", assessor_id=new(), starts_at=at(1), ends_at=at(2))
    pull_all(desks)
    assert ward.patch("departure", departure, status="left", left_at=at(0)).status == "ok"
    ward.pull()
    result = ward.patch(
        "departure", departure, status="turned_back", end_reason="turned_back_at_door"
    )
    assert ("visit", "void") in {(c["e"], c["to"]) for c in result.cascade}
    pull_all(desks)
    assert [b["status"] for b in agency.seen("placement_block").values()] == ["failed_start"]
    assert [c["status"] for c in ward.seen("arrival_card").values()] == ["failed_start"]
    assert agency.seen("placement")[placement]["status"] == "open"


def test_a_slot_is_taken_once_counted_for_all_and_freed_when_handed_back(desks):
    scope = new_case(desks["ward"])
    agency, hub, ward = desks["agency"], desks["hub"], desks["ward"]
    contract = new()
    agency.insert(
        "capacity_contract",
        contract,
        id=contract,
        agency_org_id=agency.org,
        min_starts=5,
        max_starts=8,
    )
    slot = agency.insert(
        "slot", contract, contract_id=contract, week="2030-W23", number=1, status="open"
    )
    sent = offer(hub, scope, refer(ward, scope), agency.org)
    pull_all(desks)
    assert ward.seen("slot").keys() == {slot}
    result = agency.patch("offer", sent, status="accepted", slot_id=slot)
    assert ("slot", "accepted") in {(c["e"], c["to"]) for c in result.cascade}
    pull_all(desks)
    (week,) = hub.seen("capacity_week").values()
    assert (week["open_slots"], week["accepted_slots"], week["max_starts"]) == (0, 1, 8)
    assert not {"slot", "capacity_week"} & set(desks["agency2"].entities())
    agency.patch("offer", sent, status="handed_back", handed_back_reason="other")
    pull_all(desks)
    assert hub.seen("slot")[slot]["status"] == "open"
