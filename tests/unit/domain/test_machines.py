from __future__ import annotations

import pytest

from d2a_desktop.core.errors import NotPermittedError, RefusedError
from d2a_desktop.domain.codes import OrgKind
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.machine import Machine, Move, moves
from d2a_desktop.domain.machines import MACHINES, transition_rows
from d2a_desktop.domain.offer import OFFER_MACHINE
from d2a_desktop.domain.referral import REFERRAL_MACHINE

HOSPITAL, COMMUNITY = OrgKind.HOSPITAL, OrgKind.COMMUNITY
COUNCIL, AGENCY = OrgKind.COUNCIL, OrgKind.AGENCY


def test_every_record_with_a_status_has_a_machine():
    assert set(MACHINES) == {name for name, record in RECORDS.items() if record.status}


@pytest.mark.parametrize("entity", MACHINES)
def test_every_state_can_be_reached_and_only_final_ones_have_no_exit(entity):
    machine = MACHINES[entity]
    assert machine.reachable() == set(machine.states)
    assert machine.final == {state for state in machine.states if not machine.exits(state)}


@pytest.mark.parametrize(
    ("entity", "source", "target"),
    [
        ("offer", "draft", "sent"),
        ("offer", "sent", "accepted"),
        ("offer", "sent", "declined"),
        ("offer", "sent", "withdrawn"),
        ("offer", "sent", "filled"),
        ("offer", "accepted", "handed_back"),
        ("placement_block", "proposed", "confirmed"),
        ("placement_block", "confirmed", "active"),
        ("placement_block", "active", "ended"),
        ("placement_block", "proposed", "cancelled"),
        ("placement_block", "confirmed", "cancelled"),
        ("placement_block", "confirmed", "failed_start"),
        ("visit", "planned", "confirmed"),
        ("visit", "confirmed", "done"),
        ("visit", "confirmed", "excluded"),
        ("visit", "confirmed", "void"),
        ("departure", "planned", "left"),
        ("departure", "left", "settled"),
        ("departure", "left", "turned_back"),
        ("departure", "left", "returned"),
        ("departure", "left", "reopened"),
        ("departure", "planned", "turned_back"),
    ],
)
def test_the_decided_moves_exist(entity, source, target):
    assert target in MACHINES[entity].exits(source)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("declined", "accepted"),
        ("filled", "accepted"),
        ("withdrawn", "accepted"),
        ("draft", "accepted"),
        ("accepted", "declined"),
    ],
)
def test_a_closed_offer_cannot_be_accepted(source, target):
    with pytest.raises(RefusedError) as refused:
        OFFER_MACHINE.require_move(source, target, AGENCY)
    assert refused.value.code == "illegal_move"


def test_the_refusal_says_what_can_follow():
    with pytest.raises(RefusedError, match="From here it can become: sent, withdrawn"):
        OFFER_MACHINE.require_move("draft", "accepted", AGENCY)
    with pytest.raises(RefusedError, match="Nothing follows this state"):
        OFFER_MACHINE.require_move("handed_back", "sent", COMMUNITY)


def test_an_agency_answers_but_does_not_send():
    assert OFFER_MACHINE.can_move("sent", "accepted", AGENCY)
    assert not OFFER_MACHINE.can_move("draft", "sent", AGENCY)
    with pytest.raises(NotPermittedError, match="community hub, council, hospital in the hub role"):
        OFFER_MACHINE.require_move("draft", "sent", AGENCY)


def test_a_hospital_sends_offers_in_the_hub_role_alone():
    assert not OFFER_MACHINE.can_move("draft", "sent", HOSPITAL)
    assert OFFER_MACHINE.can_move("draft", "sent", HOSPITAL, hub=True)


def test_the_hub_answers_for_an_agency_only_when_it_says_so():
    assert not OFFER_MACHINE.can_move("sent", "accepted", COMMUNITY)
    assert OFFER_MACHINE.can_move("sent", "accepted", COMMUNITY, on_behalf=True)
    with pytest.raises(NotPermittedError, match="on behalf of an agency without a desk"):
        OFFER_MACHINE.require_move("sent", "accepted", COUNCIL)


def test_an_offer_is_filled_by_the_server_alone():
    assert not any(OFFER_MACHINE.can_move("sent", "filled", kind, hub=True) for kind in OrgKind)
    with pytest.raises(NotPermittedError, match="the shared database alone"):
        OFFER_MACHINE.require_move("sent", "filled", COMMUNITY)


def test_a_move_names_what_was_not_given():
    with pytest.raises(RefusedError, match="Give: withdrawn reason") as refused:
        REFERRAL_MACHINE.require_move("sent", "withdrawn", HOSPITAL, given=())
    assert refused.value.code == "incomplete"
    move = REFERRAL_MACHINE.require_move("sent", "withdrawn", HOSPITAL, given={"withdrawn_reason"})
    assert move.target == "withdrawn"
    assert REFERRAL_MACHINE.require_move("sent", "withdrawn", HOSPITAL) is move


def test_the_ward_refers_and_the_hub_confirms():
    assert REFERRAL_MACHINE.can_move("draft", "sent", HOSPITAL)
    assert not REFERRAL_MACHINE.can_move("draft", "sent", COMMUNITY)
    assert REFERRAL_MACHINE.can_move("sent", "confirmed", COUNCIL)
    assert not REFERRAL_MACHINE.can_move("sent", "confirmed", HOSPITAL)
    assert not REFERRAL_MACHINE.can_move("sent", "confirmed", AGENCY)


def test_a_machine_with_a_state_nobody_declared_cannot_be_made():
    with pytest.raises(ValueError, match="unknown states"):
        Machine("thing", ("a",), "a", frozenset(), (Move("a", "b", frozenset()),))


def test_a_machine_with_a_step_declared_twice_cannot_be_made():
    twice = moves(("a", "a"), "b", frozenset())
    with pytest.raises(ValueError, match="declared twice"):
        Machine("thing", ("a", "b"), "a", frozenset({"b"}), twice)


def test_the_servers_table_has_every_move_and_only_kinds_that_may_write_the_status():
    rows = transition_rows()
    assert len(rows) == sum(len(machine.moves) for machine in MACHINES.values())
    for entity, _source, target, kinds in rows:
        record = RECORDS[entity]
        assert record.status is not None
        assert set(kinds) <= record.fields[record.status].kinds
        assert kinds or target == "filled"
