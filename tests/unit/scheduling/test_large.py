"""Problems far larger than any hub do not crash, are told as they are, or refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.engines.cpsat import Effort
from d2a_desktop.scheduling.engine import solve_document
from tests.unit.scheduling.instances import assessor, problem, visit

Json = dict[str, Any]


def hub(*, assessors: int, visits: int) -> Json:
    """All assessors at one base and all people at seven addresses: the travel table stays small."""
    crew = [assessor(f"A{n:05}", base="base") for n in range(assessors)]
    people = [visit(f"V{n:05}", "2027-02-28T12:00", node=f"home{n % 7}") for n in range(visits)]
    return problem(crew, people)


def test_ten_thousand_visits_and_nobody_to_make_them():
    solution = solve_document(hub(assessors=0, visits=10_000))
    assert solution["objective"][:2] == [10_000, 10_000]
    assert {tuple(row["reasons"]) for row in solution["unscheduled"]} == {("hours",)}


def test_ten_thousand_assessors_and_one_visit():
    solution = solve_document(hub(assessors=10_000, visits=1), effort=Effort(seconds=0.2))
    assert solution["objective"] == [0, 0, 0, 0, 30]
    # Only the nearest of so many were tried: nothing is claimed.
    assert solution["status"] == "feasible"
    assert solution["bound"] == [None] * 5


def test_what_no_computer_can_hold_is_refused():
    with pytest.raises(RefusedError) as refused:
        solve_document(hub(assessors=800, visits=2000))
    assert refused.value.code == "too_large"
