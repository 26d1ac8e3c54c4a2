from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.core.errors import BlockedError, UsageError
from d2a_desktop.domain.codes import PersonAgrees, Readiness
from d2a_desktop.domain.gate import (
    GateFacts,
    GateOverride,
    GateState,
    WorkerPresence,
    departure_gate,
    is_open,
    require_gate,
)

LEAVES = datetime(2026, 11, 23, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)

READY = GateFacts(
    nctr_open=True,
    worker=WorkerPresence.CONFIRMED,
    person_agrees=PersonAgrees.YES,
    medicines=Readiness.READY,
    transport=Readiness.READY,
    equipment=Readiness.NOT_NEEDED,
    key=Readiness.READY,
    expected_arrival_at=LEAVES + HOUR,
    latest_arrival_at=LEAVES + 6 * HOUR,
    pack_given=True,
    assessment_due_at=LEAVES + 48 * HOUR,
    assessment_at=LEAVES + 24 * HOUR,
)
OVERRIDE = GateOverride(by="A. Bee", role="Ward coordinator", reason="Agreed", on_call="C. Dee")


def states(facts):
    return {item.code: item.state for item in departure_gate(facts)}


def item(facts, code):
    return next(each for each in departure_gate(facts) if each.code == code)


def test_a_departure_with_everything_in_order_passes():
    gate = departure_gate(READY)
    assert is_open(gate)
    require_gate(gate)


def test_with_nothing_known_nothing_is_in_order():
    assert set(states(GateFacts()).values()) == {GateState.CANNOT_CONFIRM}
    assert len(states(GateFacts())) == 10


@pytest.mark.parametrize(
    "name",
    [f.name for f in fields(GateFacts) if f.name not in ("represented", "assessor_free_at")],
)
def test_any_one_thing_unknown_closes_the_gate(name):
    gate = departure_gate(replace(READY, **{name: None}))
    assert not is_open(gate)
    assert [i.state for i in gate if i.state is not GateState.OK] == [GateState.CANNOT_CONFIRM]


@pytest.mark.parametrize(
    ("change", "code", "state"),
    [
        ({"nctr_open": False}, "nctr", GateState.OPEN),
        ({"worker": WorkerPresence.NONE}, "worker", GateState.OPEN),
        ({"worker": WorkerPresence.REQUESTED}, "worker", GateState.CANNOT_CONFIRM),
        ({"worker": WorkerPresence.ARRIVED}, "worker", GateState.OK),
        ({"worker": WorkerPresence.TRAVELLING}, "worker", GateState.OK),
        ({"person_agrees": PersonAgrees.NO}, "person_agrees", GateState.OPEN),
        ({"person_agrees": PersonAgrees.NOT_ASKED}, "person_agrees", GateState.CANNOT_CONFIRM),
        ({"person_agrees": PersonAgrees.LACKS_CAPACITY}, "person_agrees", GateState.OPEN),
        ({"medicines": Readiness.NOT_READY}, "medicines", GateState.OPEN),
        ({"transport": Readiness.UNKNOWN}, "transport", GateState.CANNOT_CONFIRM),
        ({"expected_arrival_at": LEAVES + 7 * HOUR}, "arrival", GateState.OPEN),
        ({"expected_arrival_at": LEAVES + 6 * HOUR}, "arrival", GateState.OK),
        ({"pack_given": False}, "pack", GateState.OPEN),
        ({"assessment_at": LEAVES + 48 * HOUR}, "assessment", GateState.OK),
        ({"assessment_at": LEAVES + 49 * HOUR}, "assessment", GateState.OPEN),
    ],
)
def test_each_item_answers_for_itself(change, code, state):
    found = states(replace(READY, **change))
    assert found[code] is state
    assert all(other is GateState.OK for name, other in found.items() if name != code)


def test_one_who_lacks_capacity_may_be_represented():
    facts = replace(READY, person_agrees=PersonAgrees.LACKS_CAPACITY, represented=True)
    assert item(facts, "person_agrees").state is GateState.OK


def test_representation_does_not_overrule_a_refusal():
    facts = replace(READY, person_agrees=PersonAgrees.NO, represented=True)
    assert item(facts, "person_agrees").state is GateState.OPEN


def test_an_assessor_free_in_time_is_enough():
    facts = replace(READY, assessment_at=None, assessor_free_at=LEAVES + 30 * HOUR)
    assert item(facts, "assessment").state is GateState.OK
    assert "An assessor is free" in item(facts, "assessment").detail


def test_an_assessment_too_late_says_how_late():
    facts = replace(READY, assessment_at=LEAVES + 51 * HOUR)
    assert item(facts, "assessment").detail.endswith("3hr late")


def test_the_gate_refuses_with_every_reason_worst_first():
    facts = replace(READY, medicines=Readiness.NOT_READY, key=None, transport=None)
    with pytest.raises(BlockedError) as blocked:
        require_gate(departure_gate(facts))
    assert blocked.value.code == "gate"
    assert blocked.value.reasons == (
        "Medicines to take home: Not ready",
        "Transport: Not known",
        "Key to the home: Not known",
    )


def test_an_override_with_name_role_reason_and_on_call_passes():
    require_gate(departure_gate(replace(READY, worker=WorkerPresence.NONE)), OVERRIDE)


@pytest.mark.parametrize("part", ["by", "role", "reason", "on_call"])
def test_an_override_lacking_a_part_is_refused(part):
    with pytest.raises(UsageError) as refused:
        require_gate(
            departure_gate(replace(READY, pack_given=False)), replace(OVERRIDE, **{part: " "})
        )
    assert refused.value.code == "override_incomplete"


@pytest.mark.parametrize(
    "change",
    [{"nctr_open": False}, {"person_agrees": PersonAgrees.NO}, {"person_agrees": None}],
)
def test_criteria_met_again_and_consent_are_never_overridden(change):
    with pytest.raises(BlockedError) as blocked:
        require_gate(departure_gate(replace(READY, pack_given=False, **change)), OVERRIDE)
    assert blocked.value.code == "gate_fixed"
    assert len(blocked.value.reasons) == 2
    assert not blocked.value.reasons[0].startswith("Handover pack")
