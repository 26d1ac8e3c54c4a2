"""PyVRP's plans: never worse, repeatable, true to pins, round times, former times and lateness."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from d2a_desktop.engines.cpsat import Effort
from d2a_desktop.engines.neutral_json import wall_clock
from d2a_desktop.scheduling import fleet
from d2a_desktop.scheduling.checker import check
from d2a_desktop.scheduling.components import parts_of
from d2a_desktop.scheduling.engine import solve_document
from d2a_desktop.scheduling.planner import plan
from d2a_desktop.scheduling.problem import parse
from d2a_desktop.scheduling.route import Board, Routes
from tests.unit.scheduling.instances import assessor, horizon, hub_case, problem, visit

Json = dict[str, Any]
EFFORT = Effort(seconds=60, deterministic=5)
ONE_DAY = horizon("2027-03-01", "2027-03-01")


def searched(document: Json, *, late: bool = False, iterations: int = 200) -> Routes:
    """PyVRP alone, from an empty plan, its plan judged by the checker."""
    found = fleet.search(
        Routes(Board(parse(document))),
        late=late,
        seed=1,
        iterations=iterations,
        stopped=lambda: False,
    )
    slots = found.slots()
    zone = found.board.problem.zone
    solution = {
        "instance": document["id"],
        "visits": [
            {"visit": name, "assessor": slot.assessor, "start": wall_clock(slot.start, zone)}
            for name, slot in slots.items()
        ],
        "unscheduled": [v["id"] for v in document["visits"] if v["id"] not in slots],
    }
    checked = check(document, solution)
    assert checked.violations == ()
    assert checked.objective == found.cost()
    return found


@pytest.mark.parametrize("seed", range(6))
def test_pyvrp_finds_what_the_exact_model_proves(seed: int):
    document = hub_case(assessors=3, visits=7, seed=seed)
    proven = plan(parse(document))
    assert proven.proven
    assert searched(document, late=True).cost() == proven.cost


def test_the_same_seed_gives_the_same_plan_and_more_steps_never_a_worse_one():
    document = hub_case(assessors=5, visits=30, seed=3)
    one, same = (searched(document, iterations=60) for _ in range(2))
    assert one.slots() == same.slots()
    assert searched(document, iterations=300).cost() <= one.cost()


def test_what_is_confirmed_and_booked_stays_where_it_is():
    booked = {"id": "P1", "start": "2027-03-01T12:00", "end": "2027-03-01T13:00", "node": "clinic"}
    promise = {"assessor": "A2", "start": "2027-03-01T10:05"}
    crew = [assessor("A1", appointments=[booked]), assessor("A2")]
    people = [visit(f"V{n}", "2027-02-28T12:00") for n in range(8)]
    people[3]["confirmed"] = promise
    slots = searched(problem(crew, people, calendar=ONE_DAY)).slots()
    assert len(slots) == 8
    assert slots["V3"].assessor == "A2"


def round_times(day: str, minutes: int) -> list[Json]:
    """Windows as the desk makes them: one for each quarter of an hour."""
    start = datetime.fromisoformat(f"{day}T07:00")
    starts = (start + timedelta(minutes=15 * n) for n in range((14 * 60 - minutes) // 15 + 1))
    return [
        {
            "start": each.isoformat(timespec="minutes"),
            "end": (each + timedelta(minutes=minutes)).isoformat(timespec="minutes"),
        }
        for each in starts
    ]


def test_round_times_are_one_stretch_and_are_kept():
    people = [
        visit(f"V{n}", "2027-02-28T12:00", windows=round_times("2027-03-01", 60)) for n in range(9)
    ]
    document = problem([assessor("A1"), assessor("A2")], people, calendar=ONE_DAY)
    # Five an hour and a quarter apart fit in each day: from 09:15 to 14:15 with ways of 15.
    found = searched(document)
    assert found.cost()[:2] == (0, 0)
    assert all(slot.start % 15 == 0 for slot in found.slots().values())
    # One client of PyVRP each, not one for each of 53 windows.
    assert fleet.Fleet(found.board, late=False).data.num_clients == 9


def test_separate_wishes_stay_separate():
    # In the morning or in the evening, and the shift covers the time between as well.
    wish = [
        {"start": "2027-03-01T09:00", "end": "2027-03-01T10:15"},
        {"start": "2027-03-01T15:00", "end": "2027-03-01T16:15"},
    ]
    people = [visit(f"V{n}", "2027-02-28T12:00", windows=wish) for n in range(3)]
    document = problem([assessor("A1")], people, calendar=ONE_DAY)
    found = searched(document)
    assert len(found.slots()) == 2
    assert fleet.Fleet(found.board, late=False).data.num_clients == 6


def test_a_former_time_is_kept_where_that_costs_only_travel():
    people = [visit(f"V{n}", "2027-02-28T12:00") for n in range(4)]
    planned = [
        {"visit": f"V{n}", "assessor": "A1", "start": f"2027-03-01T{hour:02}:00"}
        for n, hour in enumerate((15, 13, 11, 9))
    ]
    planned[3]["start"] = "2027-03-01T09:30"
    document = problem([assessor("A1")], people, calendar=ONE_DAY, previous_plan=planned)
    assert searched(document).cost()[3] == 0


def test_late_is_planned_late_in_the_second_pass_only():
    person = assessor("A1", pattern={"mon": ["09:00", "10:30"], "tue": ["09:00", "10:30"]})
    two = [visit(name, "2027-02-27T12:00") for name in ("V1", "V2")]
    document = problem([person], two)
    board = Board(parse(document))
    assert fleet.Fleet(board, late=False).data.num_clients == 2
    assert fleet.Fleet(board, late=True).data.num_clients > 2
    assert searched(document, late=True).cost()[:3] == (1, 0, 21 * 60 + 15)


def test_visits_that_compete_with_few_are_proven_although_all_together_are_many():
    document = hub_case(assessors=4, visits=14, seed=2)
    for n, row in enumerate(document["visits"]):
        row["required_skills"] = [("OT", "PT")[n % 2]]
    for n, row in enumerate(document["assessors"]):
        row["skills"] = [("OT", "PT")[n % 2]]
    assert [len(part.board.free) for part in parts_of(Board(parse(document)))] == [7, 7]
    assert solve_document(document, effort=EFFORT)["status"] == "optimal"


def test_a_large_plan_has_bounds_where_they_are_known():
    document = hub_case(assessors=6, visits=40, seed=1)
    result = plan(parse(document), effort=Effort(seconds=60, deterministic=0.2))
    assert not result.proven
    assert result.bound[:3] == result.cost[:3] == (0, 0, 0)
    assert result.bound[4] is None or result.bound[4] <= result.cost[4]


def test_a_hub_too_large_for_matrices_is_still_planned(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(fleet, "too_large", lambda board: True)
    result = plan(parse(hub_case(assessors=4, visits=14, seed=1)), rounds=3)
    assert result.cost[1] == 0
