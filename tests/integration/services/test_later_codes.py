"""Codes of a later program: a desk one version older shows them as unknown and never stops."""

from __future__ import annotations

from d2a_desktop.domain.gate import GateState
from d2a_desktop.services.case_gate import case_gate
from d2a_desktop.services.case_stage import case_stage
from tests.integration.services.walk import LEAVES, Walk


def test_a_case_with_codes_of_a_later_program_has_a_stage_and_a_shut_gate(ready: Walk):
    with ready.store.apply() as session:
        for change in (
            "departure SET medicines_state = 'later'",
            "consent SET person_agrees = 'later'",
            "visit SET outcome = 'later'",
        ):
            assert session.connection().exec_driver_sql(f"UPDATE {change}").rowcount == 1
    with ready.rows() as rows:
        stage = case_stage(rows, now=ready.clock.now())
        gate = case_gate(rows, planned_at=LEAVES, clock_hours=48)
    assert not stage.facts.assessed
    states = {item.code: item.state for item in gate}
    assert GateState.OK not in (states["medicines"], states["person_agrees"])
