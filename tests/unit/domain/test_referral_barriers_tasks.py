from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.barriers import (
    DelaySituation,
    OpenBarrier,
    primary,
    require_fits,
    suggest_delay_reasons,
)
from d2a_desktop.domain.codes import OwnerKind, Pathway
from d2a_desktop.domain.referral import (
    PathwayDecision,
    leaves_scope,
    quorum_warning,
    require_pathway_decision,
    takes_live_in,
    withdrawal_reason,
)
from d2a_desktop.domain.tasks import DueRule, Trigger, opened_by, task_kind, task_kinds

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_there_are_thirteen_reasons_to_withdraw():
    assert withdrawal_reason("08") == "Patient has died"
    with pytest.raises(UsageError):
        withdrawal_reason("14")


DECISION = PathwayDecision(
    pathway=Pathway.P1,
    rationale="Can manage at home with live-in care",
    options=("P1 visits", "P1 live-in"),
    took_part=("nursing", "therapy"),
    decided_by="E. Eff",
    decided_role="Case manager",
)


def test_a_whole_pathway_decision_passes():
    require_pathway_decision(DECISION)


@pytest.mark.parametrize(
    "change",
    [
        {"rationale": " "},
        {"options": ()},
        {"took_part": ()},
        {"decided_by": ""},
        {"decided_role": ""},
    ],
)
def test_a_pathway_decision_without_its_reasons_is_refused(change):
    with pytest.raises(RefusedError) as refused:
        require_pathway_decision(replace(DECISION, **change))
    assert refused.value.code == "incomplete"


def test_only_pathway_1_takes_live_in_care_and_pathway_0_leaves():
    assert [p for p in Pathway if takes_live_in(p)] == [Pathway.P1]
    assert [p for p in Pathway if leaves_scope(p)] == [Pathway.P0]


def test_one_discipline_alone_brings_a_warning():
    assert quorum_warning(["Nursing", " nursing ", ""])
    assert not quorum_warning(["nursing", "therapy"])


def barrier(name, day, *, is_primary=False):
    return OpenBarrier(name, "HP05", AT + timedelta(days=day), is_primary)


def test_the_marked_barrier_is_the_primary_one_else_the_oldest():
    assert primary([]) is None
    assert primary([barrier("b", 1), barrier("a", 0)]) == barrier("a", 0)
    marked = barrier("b", 1, is_primary=True)
    assert primary([barrier("a", 0), marked]) == marked
    assert primary([barrier("c", 2, is_primary=True), marked]) == marked


def test_a_delay_reason_must_fit_the_confirmed_pathway():
    assert require_fits("CAP03", Pathway.P1).code == "CAP03"
    assert require_fits("CAP03", None).code == "CAP03"
    with pytest.raises(RefusedError, match="Pathway 1 only"):
        require_fits("CAP03", Pathway.P2)


REFERRED = DelaySituation(referred=True)
CONFIRMED = replace(REFERRED, pathway_confirmed=True)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (DelaySituation(), ("HP02",)),
        (DelaySituation(therapy_outstanding=True), ("HP01",)),
        (replace(REFERRED, referral_returned=True), ("HP02",)),
        (REFERRED, ("CTH01",)),
        (CONFIRMED, ("CTH02",)),
        (replace(CONFIRMED, offer_open=True), ("CAP03",)),
        (replace(CONFIRMED, offer_open=True, reablement=False), ("CAP04",)),
        (replace(CONFIRMED, accepted=True), ("IP04",)),
        (replace(CONFIRMED, accepted=True, reablement=False), ("IP03",)),
        (replace(CONFIRMED, provider_asks=True), ("IP10", "CTH02")),
        (replace(CONFIRMED, family_undecided=True), ("IP08", "CTH02")),
        (
            replace(CONFIRMED, accepted=True, equipment_missing=True, medicines_missing=True),
            ("CAP05", "HP05", "IP04"),
        ),
        (
            replace(CONFIRMED, transport_missing=True, home_not_ready=True, self_funding=True),
            ("HP06", "WB01", "IP07", "CTH02"),
        ),
    ],
)
def test_the_situation_suggests_the_delay_reasons_of_the_reference(facts, codes):
    assert suggest_delay_reasons(facts) == codes
    for code in codes:
        require_fits(code, Pathway.P1)


WANTED = [
    "gp_contact_7",
    "gp_contact_14",
    "gp_contact_21",
    "pharmacy",
    "medicines",
    "housing",
    "transport",
    "equipment",
    "voluntary_sector",
    "mental_health_liaison",
    "telecare",
    "food_heat_bed",
    "call_24h",
    "call_72h",
    "up_and_dressed",
    "welfare_check",
    "arrival_not_confirmed",
    "times_differ",
    "duplicate_person",
    "close_offer_followup",
    "ctr_review_stale",
    "family_informed",
]


@pytest.mark.parametrize("code", WANTED)
def test_the_work_that_people_chase_is_in_the_table(code):
    assert task_kind(code).label


def test_an_unknown_kind_of_task_is_refused():
    with pytest.raises(UsageError):
        task_kind("make_tea")


@pytest.mark.parametrize("kind", task_kinds().values(), ids=lambda kind: kind.code)
def test_every_kind_has_outcomes_that_it_knows(kind):
    assert kind.outcomes
    for code, words in kind.outcomes.items():
        assert kind.require_outcome(code) == words
    with pytest.raises(UsageError):
        kind.require_outcome("nonsense")


def test_kinds_belong_to_partners_inside_and_outside():
    assert task_kind("pharmacy").external
    assert task_kind("pharmacy").owner is OwnerKind.PHARMACY
    assert not task_kind("medicines").external
    assert task_kind("medicines").in_pack
    assert task_kind("arrival_not_confirmed").urgent


def test_an_event_opens_its_tasks_in_order():
    assert [kind.code for kind in opened_by(Trigger.LEFT_WARD)] == [
        "welfare_check",
        "call_24h",
        "call_72h",
        "medication_review",
    ]


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        (DueRule(hours=24), AT + timedelta(hours=24)),
        (DueRule(hours=-4), AT - timedelta(hours=4)),
        (DueRule(hours=0), AT),
        (DueRule(days=1, at=time(9)), datetime(2026, 11, 24, 9, tzinfo=UTC)),
        (DueRule(days=0), datetime(2026, 11, 23, 17, tzinfo=UTC)),
        (DueRule(), None),
    ],
)
def test_a_task_is_due_by_its_rule(rule, due):
    assert rule.due_at(AT) == due


def test_a_due_time_of_day_is_local():
    summer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # already the 2nd in London
    assert DueRule(days=0, at=time(12)).due_at(summer) == datetime(2026, 7, 2, 11, tzinfo=UTC)
