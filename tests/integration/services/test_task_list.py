"""What is prompted by the table of task kinds as a case goes on, and whose a task is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.codes import OwnerKind
from d2a_desktop.domain.tasks import answers_for
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.queries.task_list import WorkRow
from tests.integration.services.walk import HUB_CALLER, LEAVES, WARD, Walk


def rows(walk: Walk, state: str) -> dict[str, WorkRow]:
    return {r.kind: r for r in Queries(walk.context).tasks(WARD).rows if r.state == state}


def test_a_planned_departure_prompts_for_what_is_not_ready_and_leaving_for_the_review(ready: Walk):
    assert {"medicines", "transport", "equipment"} <= set(rows(ready, "prompted"))
    states = {"medicines_state": "ready", "transport_state": "ready", "equipment_state": "unknown"}
    ready.do(WARD, "depart", planned_at=LEAVES.isoformat(), **states)
    prompted = rows(ready, "prompted")
    assert {"food_heat_bed", "pharmacy", "housing", "telecare", "introduction"} <= set(prompted)
    # The departure says that these are ready; what is not known is asked for.
    assert {"medicines", "transport", "equipment"} & set(prompted) == {"equipment"}
    assert prompted["food_heat_bed"].due_at == LEAVES - timedelta(hours=4)
    ready.do(WARD, "task", kind="pharmacy")
    assert "pharmacy" not in rows(ready, "prompted")
    assert rows(ready, "open")["pharmacy"].title == ("Community pharmacy told of changed medicines")
    ready.clock.set(LEAVES)
    ready.do(WARD, "depart", left_at=LEAVES.isoformat(), override={
        "by": "M Sample", "role": "Matron", "reason": "Sample", "on_call": "On call"})  # fmt: skip
    prompted = rows(ready, "prompted")
    assert "medication_review" in prompted
    assert not {"food_heat_bed", "housing", "up_and_dressed"} & set(prompted)


def test_an_outcome_of_another_kind_is_refused(ready: Walk):
    ready.do(WARD, "task", kind="housing")
    task = rows(ready, "open")["housing"]
    with pytest.raises(UsageError, match="cannot end like that"):
        ready.do(WARD, "task", done=task.task_id, outcome_code="spoken")
    with pytest.raises(UsageError, match="no such open task"):
        ready.do(WARD, "task", change="nothing", owner_name="Sam")


def test_partners_are_chased_by_the_hospital_until_the_person_has_left():
    assert answers_for("hospital", OwnerKind.PHARMACY, left=False)
    assert not answers_for("hospital", OwnerKind.PHARMACY, left=True)
    assert answers_for("community", OwnerKind.PHARMACY, left=True)
    assert not answers_for("agency", OwnerKind.PHARMACY, left=True)
    assert answers_for("agency", OwnerKind.AGENCY, left=False)
    assert HUB_CALLER.org_kind == "community"
