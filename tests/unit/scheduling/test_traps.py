"""Small instances of every trap of 48 hour visits, each proven optimal by trying every schedule."""

from __future__ import annotations

from typing import Any

import pytest

from d2a_desktop.scheduling.engine import solve_document
from tests.unit.scheduling.brute_force import best_objective, grid
from tests.unit.scheduling.instances import assessor, horizon, problem, visit

Json = dict[str, Any]


def solved(document: Json, first: str, last: str, *, minutes: int = 30) -> Json:
    """Solve, and hold the answer against every schedule on a grid of UTC starts."""
    solution = solve_document(document)
    assert solution["status"] == "optimal"
    best = best_objective(document, grid(first, last, minutes))
    assert tuple(solution["objective"]) == best
    return solution


def starts(solution: Json) -> dict[str, tuple[str, str]]:
    return {row["visit"]: (row["assessor"], row["start"]) for row in solution["visits"]}


def test_a_weekend_counts_so_the_visit_is_moved_to_who_works_on_saturday():
    # Home on Friday at 16:30: Monday is too late, however much better it would suit.
    weekday = assessor("A1")
    saturday = assessor("A2", pattern={"sat": ["10:00", "14:00"]}, languages=["cy"])
    asked = visit("V1", "2027-03-05T16:30", languages_preferred=["en"])
    document = problem(
        [weekday, saturday],
        [asked],
        calendar=horizon("2027-03-05", "2027-03-09"),
        now="2027-03-05T08:00",
    )
    solution = solved(document, "2027-03-06T10:00", "2027-03-08T15:00", minutes=15)
    assert starts(solution)["V1"][0] == "A2"
    assert solution["objective"] == [0, 0, 0, 4, 30]


@pytest.mark.parametrize(("works", "late"), [(True, 0), (False, 63.25 * 60)])
def test_a_bank_holiday_is_worked_only_by_those_who_work_them(works: bool, late: float):
    # Good Friday and Easter Monday 2027; home on Maundy Thursday at 17:00, due on Saturday 17:00.
    person = assessor("A1", works_bank_holidays=works)
    document = problem(
        [person],
        [visit("V1", "2027-03-25T17:00")],
        calendar=horizon("2027-03-25", "2027-03-30", "2027-03-26", "2027-03-29"),
        now="2027-03-25T08:00",
    )
    solution = solve_document(document)
    assert solution["status"] == "optimal"
    # Saturday 17:00 GMT to Tuesday 09:15 BST: the lost hour is not an elapsed one.
    assert solution["objective"][2] == late
    assert best_objective(document, grid("2027-03-26T09:00", "2027-03-30T16:00", 15)) == tuple(
        solution["objective"]
    )


def test_an_extra_shift_on_a_bank_holiday_is_worked():
    extra = {"start": "2027-03-26T10:00", "end": "2027-03-26T12:00"}
    document = problem(
        [assessor("A1", extra_shifts=[extra])],
        [visit("V1", "2027-03-25T17:00")],
        calendar=horizon("2027-03-25", "2027-03-30", "2027-03-26", "2027-03-29"),
        now="2027-03-25T08:00",
    )
    assert starts(solved(document, "2027-03-26T10:00", "2027-03-26T12:00", minutes=15)) == {
        "V1": ("A1", "2027-03-26T10:15")
    }


@pytest.mark.parametrize(
    ("home", "shift", "late"),
    [
        # Spring: 27-Mar 10:00 GMT + 48 h = 29-Mar 11:00 BST.
        ("2027-03-27T10:00", ("2027-03-29T10:45", "2027-03-29T12:30"), 0),
        ("2027-03-27T10:00", ("2027-03-29T10:46", "2027-03-29T12:31"), 1),
        # Autumn: 30-Oct 10:00 BST + 48 h = 1-Nov 09:00 GMT.
        ("2027-10-30T10:00", ("2027-11-01T08:45", "2027-11-01T10:30"), 0),
        ("2027-10-30T10:00", ("2027-11-01T08:46", "2027-11-01T10:31"), 1),
    ],
)
def test_48_hours_are_elapsed_hours_across_both_clock_changes(
    home: str, shift: tuple[str, str], late: int
):
    extra = {"start": shift[0], "end": shift[1]}
    document = problem(
        [assessor("A1", pattern={}, extra_shifts=[extra])],
        [visit("V1", home)],
        calendar=horizon(home[:10], shift[0][:10]),
        now=home,
    )
    day = shift[0][:10]
    solution = solved(document, f"{day}T08:00", f"{day}T11:30", minutes=1)
    assert solution["objective"][:3] == [late, 0, late]


def test_the_hour_that_comes_twice_is_written_with_its_offset():
    # The shift begins in the second hour from one to two.
    extra = {"start": "2027-10-31T01:15+00:00", "end": "2027-10-31T02:45"}
    document = problem(
        [assessor("A1", pattern={}, extra_shifts=[extra])],
        [visit("V1", "2027-10-30T22:00")],
        calendar=horizon("2027-10-30", "2027-10-31"),
        now="2027-10-30T22:00",
    )
    solution = solved(document, "2027-10-31T00:00", "2027-10-31T03:00", minutes=15)
    assert starts(solution)["V1"][1] == "2027-10-31T01:30+00:00"


@pytest.mark.parametrize(
    ("change", "person", "reason"),
    [
        ({"required_skills": ["SW"]}, {}, "skill"),
        ({"gender_required": "M"}, {}, "gender"),
        ({"windows": [{"start": "2027-03-01T18:00", "end": "2027-03-01T20:00"}]}, {}, "window"),
        ({"duration_minutes": 480}, {}, "travel"),
        ({}, {"pattern": {}}, "hours"),
    ],
)
def test_an_impossible_visit_is_listed_as_impossible_not_as_late(
    change: Json, person: Json, reason: str
):
    document = problem(
        [assessor("A1", **person)],
        [visit("V1", "2027-03-01T08:00", **change), visit("V2", "2027-03-01T09:00")],
        calendar=horizon("2027-03-01", "2027-03-01"),
    )
    solution = solved(document, "2027-03-01T09:00", "2027-03-01T19:00")
    assert solution["unscheduled"][0]["visit"] == "V1"
    assert solution["unscheduled"][0]["reasons"] == [reason]
    assert "V1" not in starts(solution)


def test_late_is_late_and_the_heavier_one_is_on_time():
    # One place before both deadlines; the other is shown late, not dropped.
    person = assessor("A1", pattern={"mon": ["09:00", "10:30"], "tue": ["09:00", "10:30"]})
    light = visit("V1", "2027-02-27T12:00")
    heavy = visit("V2", "2027-02-27T12:00", priority_weight=2)
    solution = solved(
        problem([person], [light, heavy]), "2027-03-01T09:00", "2027-03-02T10:00", minutes=15
    )
    assert starts(solution)["V2"] == ("A1", "2027-03-01T09:15")
    assert starts(solution)["V1"] == ("A1", "2027-03-02T09:15")
    assert solution["objective"][:3] == [1, 0, 21 * 60 + 15]


def test_a_confirmed_visit_stays_although_another_order_would_be_shorter():
    person = assessor("A1", pattern={"mon": ["09:00", "12:00"]})
    kept = visit(
        "V1", "2027-02-28T12:00", confirmed={"assessor": "A1", "start": "2027-03-01T10:00"}
    )
    other = visit("V2", "2027-02-28T12:00", priority_weight=9)
    solution = solved(
        problem([person], [kept, other], calendar=horizon("2027-03-01", "2027-03-01")),
        "2027-03-01T09:00",
        "2027-03-01T12:00",
        minutes=15,
    )
    # 09:15 to 10:15 or 11:15 to 12:15 would do for V2 alone; V1 stands.
    assert starts(solution) == {"V1": ("A1", "2027-03-01T10:00")}
    assert solution["unscheduled"][0]["reasons"] == ["competition"]


def test_an_absence_voids_a_confirmed_visit_which_is_rebooked_at_its_price():
    absence = {"start": "2027-03-01T09:00", "end": "2027-03-01T10:30"}
    sick = assessor("A1", absences=[absence])
    kept = visit(
        "V1", "2027-02-28T12:00", confirmed={"assessor": "A1", "start": "2027-03-01T10:00"}
    )
    document = problem([sick, assessor("A2")], [kept], calendar=horizon("2027-03-01", "2027-03-01"))
    solution = solved(document, "2027-03-01T09:00", "2027-03-01T16:00")
    assert solution["objective"] == [0, 0, 0, 20, 30]


def test_an_absence_cuts_the_shift_and_each_piece_begins_and_ends_at_base():
    absence = {"start": "2027-03-01T11:00", "end": "2027-03-01T15:00"}
    person = assessor("A1", absences=[absence])
    two = [visit("V1", "2027-02-28T12:00"), visit("V2", "2027-02-28T12:00")]
    document = problem([person], two, calendar=horizon("2027-03-01", "2027-03-01"))
    solution = solved(document, "2027-03-01T09:00", "2027-03-01T17:00", minutes=15)
    assert solution["objective"] == [0, 0, 0, 0, 60]


def test_an_appointment_is_a_stop_and_the_way_to_it_counts_without_any_visit():
    booked = {"id": "P1", "start": "2027-03-01T11:00", "end": "2027-03-01T12:00", "node": "clinic"}
    person = assessor("A1", appointments=[booked], pattern={"mon": ["09:00", "13:00"]})
    empty = problem([person], [], calendar=horizon("2027-03-01", "2027-03-01"))
    assert solved(empty, "2027-03-01T09:00", "2027-03-01T09:00")["objective"][4] == 30
    asked = problem(
        [person], [visit("V1", "2027-02-28T12:00")], calendar=horizon("2027-03-01", "2027-03-01")
    )
    solution = solved(asked, "2027-03-01T09:00", "2027-03-01T12:00", minutes=15)
    assert solution["objective"] == [0, 0, 0, 0, 45]


@pytest.mark.parametrize(("planned", "points"), [("10:30", 0), ("08:40", 3)])
def test_a_planned_time_is_kept_within_half_an_hour_where_it_can_be(planned: str, points: int):
    document = problem(
        [assessor("A1", pattern={"mon": ["09:00", "13:00"]})],
        [visit("V1", "2027-02-28T12:00")],
        calendar=horizon("2027-03-01", "2027-03-01"),
        previous_plan=[{"visit": "V1", "assessor": "A1", "start": f"2027-03-01T{planned}"}],
    )
    solution = solved(document, "2027-03-01T09:00", "2027-03-01T12:00", minutes=15)
    assert solution["objective"] == [0, 0, 0, points, 30]


def test_keeping_a_planned_time_yields_to_the_lateness_of_the_next():
    person = assessor("A1", pattern={"mon": ["09:00", "15:00"]})
    first = visit("V1", "2027-02-28T12:00")
    # Due at 10:30: V1 keeps its time from 09:20 on, which makes V2 late at 10:35.
    second = visit("V2", "2027-02-27T10:30")
    document = problem(
        [person],
        [first, second],
        calendar=horizon("2027-03-01", "2027-03-01"),
        previous_plan=[{"visit": "V1", "assessor": "A1", "start": "2027-03-01T09:50"}],
    )
    solution = solved(document, "2027-03-01T09:00", "2027-03-01T14:00", minutes=5)
    assert solution["objective"] == [0, 0, 0, 3, 45]


def test_nothing_is_planned_before_now_or_before_the_expected_arrival():
    document = problem(
        [assessor("A1")],
        [
            visit("V1", "2027-02-28T12:00"),
            visit("V2", "2027-03-01T09:00", not_before="2027-03-01T15:00"),
        ],
        calendar=horizon("2027-03-01", "2027-03-01"),
        now="2027-03-01T12:10",
    )
    found = starts(solve_document(document))
    assert found["V1"][1] >= "2027-03-01T12:25"
    assert found["V2"][1] >= "2027-03-01T15:00"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"start": "2027-03-01T07:30"}, "hours"),
        ({"start": "2027-03-01T09:05"}, "travel"),
        ({"start": "2027-02-28T10:00"}, "window"),
    ],
)
def test_a_confirmed_time_that_cannot_stand_is_listed_with_its_reason(change: Json, reason: str):
    promised = {"assessor": "A1", **change}
    document = problem([assessor("A1")], [visit("V1", "2027-02-28T12:00", confirmed=promised)])
    solution = solve_document(document)
    assert solution["unscheduled"][0]["reasons"] == [reason]


def test_an_empty_diary_and_one_without_assessors_are_answered():
    assert solve_document(problem([], []))["objective"] == [0, 0, 0, 0, 0]
    left = solve_document(problem([], [visit("V1", "2027-02-28T12:00")]))["unscheduled"][0]
    assert (left["reasons"], left["facts"]) == (["hours"], ["there is no assessor"])


def test_appointments_that_cannot_be_reached_close_their_piece_and_no_other():
    booked = [
        {"id": "P1", "start": "2027-03-01T09:00", "end": "2027-03-01T10:00", "node": "clinic"}
    ]
    document = problem(
        [assessor("A1", appointments=booked)],
        [visit("V1", "2027-02-28T17:00")],
        calendar=horizon("2027-03-01", "2027-03-02"),
    )
    assert starts(solve_document(document))["V1"][1] == "2027-03-02T09:15"
