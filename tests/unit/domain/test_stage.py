from __future__ import annotations

import pytest

from d2a_desktop.domain.codes import OwnerKind, Stage
from d2a_desktop.domain.stage import STEPS, CaseFacts, derive_stage, next_action, reached


def confirmed(**more):
    return CaseFacts(nctr_open=True, referral="confirmed", **more)


def allocated(**more):
    return confirmed(offers=("declined", "accepted"), workers=("confirmed",), **more)


def home(**more):
    return allocated(departure="left", **more)


CASES = [
    (CaseFacts(), Stage.INPATIENT, "await_review", OwnerKind.WARD),
    (CaseFacts(review_stale=True), Stage.INPATIENT, "review", OwnerKind.WARD),
    (CaseFacts(nctr_open=True), Stage.NCTR, "refer", OwnerKind.WARD),
    (CaseFacts(nctr_open=True, referral="draft"), Stage.NCTR, "refer", OwnerKind.WARD),
    (CaseFacts(nctr_open=True, referral="withdrawn"), Stage.NCTR, "refer", OwnerKind.WARD),
    (CaseFacts(nctr_open=True, referral="sent"), Stage.REFERRED, "pathway", OwnerKind.HUB),
    (CaseFacts(referral="sent", early=True), Stage.REFERRED, "pathway", OwnerKind.HUB),
    (CaseFacts(nctr_open=True, referral="returned"), Stage.REFERRED, "refer", OwnerKind.WARD),
    (confirmed(), Stage.PATHWAY_CONFIRMED, "offer", OwnerKind.HUB),
    (confirmed(offers=("declined",)), Stage.PATHWAY_CONFIRMED, "offer", OwnerKind.HUB),
    (confirmed(offers=("handed_back",)), Stage.PATHWAY_CONFIRMED, "offer", OwnerKind.HUB),
    (confirmed(offers=("declined", "sent")), Stage.OFFERED, "accept", OwnerKind.AGENCY),
    (
        confirmed(offers=("sent",), offer_expired=True),
        Stage.OFFERED,
        "chase_offer",
        OwnerKind.HUB,
    ),
    (confirmed(offers=("accepted",)), Stage.ACCEPTED, "allocate", OwnerKind.AGENCY),
    # An agency's desk is sent neither reviews nor periods: that is not "criteria met again".
    (
        CaseFacts(nctr_known=False, referral="confirmed", offers=("accepted",)),
        Stage.ACCEPTED,
        "allocate",
        OwnerKind.AGENCY,
    ),
    (
        confirmed(offers=("accepted",), workers=("proposed", "cancelled")),
        Stage.ACCEPTED,
        "allocate",
        OwnerKind.AGENCY,
    ),
    (allocated(), Stage.ALLOCATED, "plan_departure", OwnerKind.WARD),
    (allocated(departure="turned_back"), Stage.ALLOCATED, "plan_departure", OwnerKind.WARD),
    (allocated(departure="planned"), Stage.DISCHARGE_PLANNED, "depart", OwnerKind.WARD),
    (
        allocated(departure="planned", gate_open=False),
        Stage.DISCHARGE_PLANNED,
        "gate",
        OwnerKind.WARD,
    ),
    (
        confirmed(offers=("accepted",), departure="planned"),
        Stage.ACCEPTED,
        "allocate",
        OwnerKind.AGENCY,
    ),
    (home(), Stage.AT_HOME, "arrive", OwnerKind.AGENCY),
    (home(arrived=True), Stage.AT_HOME, "visit", OwnerKind.HUB),
    (home(arrived=True, visit_booked=True), Stage.AT_HOME, "welfare_check", OwnerKind.AGENCY),
    (
        home(arrived=True, visit_booked=True, welfare_checked=True),
        Stage.AT_HOME,
        "outcome",
        OwnerKind.ASSESSOR,
    ),
    (home(arrived=True, overdue=True), Stage.AT_HOME, "outcome", OwnerKind.ASSESSOR),
    (home(assessed=True), Stage.ASSESSED, "review_placement", OwnerKind.HUB),
    (home(assessed=True, reviewed=True), Stage.UNDER_REVIEW, "end", OwnerKind.HUB),
    (home(ended=True), Stage.CLOSED, "none", OwnerKind.NOBODY),
    (CaseFacts(referral="closed"), Stage.CLOSED, "none", OwnerKind.NOBODY),
]


@pytest.mark.parametrize(("facts", "stage", "action", "owner"), CASES)
def test_the_stage_and_the_next_action_follow_from_what_happened(facts, stage, action, owner):
    assert derive_stage(facts) is stage
    todo = next_action(facts)
    assert (todo.code, todo.owner) == (action, owner)
    assert todo.words


def test_every_stage_is_reached_by_one_of_the_cases():
    assert {stage for _, stage, _, _ in CASES} == set(Stage)


def test_being_at_home_counts_even_when_the_nctr_period_has_ended():
    facts = CaseFacts(nctr_open=False, referral="confirmed", departure="settled", arrived=True)
    assert derive_stage(facts) is Stage.AT_HOME
    assert next_action(facts).code == "visit"


@pytest.mark.parametrize("offers", [(), ("sent",), ("accepted",)])
def test_when_criteria_are_met_again_the_hub_is_told_before_anything_else(offers):
    facts = CaseFacts(nctr_open=False, referral="confirmed", offers=offers)
    assert next_action(facts).code == "meets_again"
    assert next_action(facts).owner is OwnerKind.HUB


def test_the_steps_of_the_record_end_with_the_assessment_at_home():
    assert [label for label, _ in STEPS] == [
        "Referred",
        "Offered",
        "Worker agreed",
        "Home",
        "Assessed at home",
    ]
    assert reached(Stage.AT_HOME, Stage.AT_HOME)
    assert reached(Stage.UNDER_REVIEW, Stage.REFERRED)
    assert not reached(Stage.OFFERED, Stage.ALLOCATED)
