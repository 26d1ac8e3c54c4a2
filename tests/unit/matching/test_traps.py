"""Small instances of every trap of live-in matching, each proven optimal by trying every plan."""

from __future__ import annotations

from typing import Any

import pytest

from d2a_desktop.engines.cpsat import Effort
from d2a_desktop.matching.engine import solve_document
from tests.unit.matching.brute_force import best_objective
from tests.unit.matching.instances import part, problem, referral, worker


def solved(document: dict[str, Any]) -> dict[str, Any]:
    """Solve, and hold the answer against every possible plan."""
    solution = solve_document(document)
    assert solution["status"] == "optimal"
    assert tuple(solution["objective"]) == best_objective(document)
    return solution


def starts(solution: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {row["referral"]: (row["worker"], row["start"]) for row in solution["assignments"]}


def test_a_certificate_that_ends_inside_the_placement_moves_the_work_to_somebody_else():
    # The part ends on 16-Feb; valid to the 15th is one day short, to the 16th is enough.
    short = worker("W1", certificates={"DBS": "2027-02-15"})
    enough = worker("W2", certificates={"DBS": "2027-02-16"})
    document = problem([short, enough], [referral("R1")])
    document["distance_km"]["W2"]["R1"] = 150
    assert starts(solved(document)) == {"R1": ("W2", "2027-02-02")}


@pytest.mark.parametrize(("end_day", "placed"), [("27", True), ("28", True), ("29", False)])
def test_a_certificate_of_29_february_ends_on_the_28th_after_36_months(end_day: str, placed: bool):
    certificate = {"issued": "2024-02-29", "valid_months": 36}
    days = {"27": 13, "28": 14, "29": 15}[end_day]
    start = "2027-02-14"
    person = referral("R1", earliest_start=start, latest_start=start, parts=[part(days=days)])
    document = problem([worker("W1", certificates={"DBS": certificate})], [person])
    solution = solved(document)
    assert bool(solution["assignments"]) is placed
    if not placed:
        assert solution["unplaced"][0]["reasons"] == ["certificate"]
        assert "valid to 28-Feb-2027, part ends 01-Mar-2027" in solution["unplaced"][0]["facts"][0]


@pytest.mark.parametrize(
    ("ends", "rest", "start"),
    [
        # 28-Mar-2027 has 23 hours: 10:00 to 10:00 is one hour short of 24, so a day later.
        ("2027-03-27T10:00", 24, "2027-03-29"),
        ("2027-03-27T10:00", 23, "2027-03-28"),
        # 31-Oct-2027 has 25 hours: even 25 hours of rest hold from 10:00 to 10:00.
        ("2027-10-30T10:00", 25, "2027-10-31"),
        ("2027-10-30T10:00", 26, "2027-11-01"),
    ],
)
def test_rest_is_counted_in_elapsed_hours_across_a_clock_change(ends: str, rest: int, start: str):
    booking = {"start": f"{ends[:5]}01-02T10:00", "end": ends}
    first = ends[:10]
    latest = "2027-04-02" if ends < "2027-06" else "2027-11-03"
    person = referral("R1", fit_date=first, earliest_start=first, latest_start=latest)
    document = problem([worker("W1", bookings=[booking], min_rest_hours=rest)], [person])
    assert starts(solved(document)) == {"R1": ("W1", start)}


def test_rest_between_two_planned_stints_is_elapsed_time_too():
    # The first ends on 27-Mar at 10:00; 24 hours later it is already 11:00 on the wall.
    window = {"earliest_start": "2027-03-13", "latest_start": "2027-03-13"}
    first = referral("R1", fit_date="2027-03-13", **window, priority_weight=5)
    window = {"earliest_start": "2027-03-28", "latest_start": "2027-03-28"}
    early = referral("R2", fit_date="2027-03-28", **window)
    late = referral("R3", fit_date="2027-03-28", **window, parts=[part(start_time="11:00")])
    solution = solved(problem([worker("W1")], [first, early, late]))
    assert set(starts(solution)) == {"R1", "R3"}


def test_a_couple_is_placed_with_both_workers_or_not_at_all():
    couple = referral("R1", priority_weight=2, parts=[part(), part()])
    single = referral("R2")
    two = problem([worker("W1"), worker("W2")], [couple, single])
    assert set(starts(solved(two))) == {"R1"}
    one = problem([worker("W1")], [couple, single])
    solution = solved(one)
    assert set(starts(solution)) == {"R2"}
    assert solution["unplaced"][0]["reasons"] == ["overlap"]


def test_a_relief_worker_overlaps_by_a_handover_day_so_it_cannot_be_the_same_one():
    person = referral("R1", parts=[part(), part(offset_days=13)])
    assert solved(problem([worker("W1")], [person]))["assignments"] == []
    solution = solved(problem([worker("W1"), worker("W2")], [person]))
    assert {row["worker"] for row in solution["assignments"]} == {"W1", "W2"}


def test_one_worker_may_do_two_parts_when_the_rest_gap_holds():
    person = referral("R1", parts=[part(days=7), part(offset_days=9, days=7)])
    assert {r["worker"] for r in solved(problem([worker("W1")], [person]))["assignments"]} == {"W1"}


def test_the_rolling_cap_counts_recent_starts_in_every_window_of_seven_days():
    agencies = [{"id": "A1", "max_starts_per_7_days": 2, "recent_starts": ["2027-01-29"]}]
    people = [referral(f"R{n}", latest_start="2027-02-09") for n in range(3)]
    crew = [worker(f"W{n}") for n in range(3)]
    solution = solved(problem(crew, people, agencies=agencies))
    # 29-Jan and 2-Feb fill the week to 4-Feb; the next may start on 5-Feb, the third on 9-Feb.
    assert sorted(start for _, start in starts(solution).values()) == [
        "2027-02-02",
        "2027-02-05",
        "2027-02-09",
    ]


def test_a_cap_that_is_already_exceeded_by_the_past_allows_no_start_in_that_window():
    agencies = [{"id": "A1", "max_starts_per_7_days": 1, "recent_starts": ["2027-02-01"] * 3}]
    document = problem([worker("W1")], [referral("R1")], agencies=agencies)
    assert solved(document)["unplaced"][0]["reasons"] == ["capacity"]


@pytest.mark.parametrize(
    ("limit", "start"), [(14, "2027-02-25"), (21, "2027-02-18"), (28, "2027-02-12")]
)
def test_days_worked_in_any_28_include_the_bookings(limit: int, start: str):
    # Booked for the 14 days from 28-Jan to 10-Feb; rest until 11-Feb 10:00 and the window opens 12.
    booking = {"start": "2027-01-28T10:00", "end": "2027-02-11T10:00"}
    person = referral("R1", earliest_start="2027-02-12", latest_start="2027-02-28")
    document = problem([worker("W1", bookings=[booking], max_days_in_28=limit)], [person])
    assert starts(solved(document)) == {"R1": ("W1", start)}


def test_days_in_28_are_shared_between_two_planned_stints():
    people = [
        referral("R1", earliest_start="2027-02-02", latest_start="2027-02-02"),
        referral("R2", earliest_start="2027-02-17", latest_start="2027-02-19"),
    ]
    assert len(solved(problem([worker("W1", max_days_in_28=24)], people))["assignments"]) == 1
    solution = solved(problem([worker("W1", max_days_in_28=26)], people))
    assert starts(solution)["R2"] == ("W1", "2027-02-18")


def test_a_pending_offer_is_kept_before_kilometres_but_not_before_waiting():
    document = problem([worker("W1"), worker("W2")], [referral("R1")])
    document["offers"] = [{"referral": "R1", "part": 0, "worker": "W2", "start": "2027-02-02"}]
    assert starts(solved(document)) == {"R1": ("W2", "2027-02-02")}
    document["offers"][0]["start"] = "2027-02-04"
    assert starts(solved(document)) == {"R1": ("W1", "2027-02-02")}


def test_a_worker_offered_twice_keeps_at_most_one_offer():
    document = problem([worker("W1"), worker("W2")], [referral("R1"), referral("R2")])
    document["offers"] = [
        {"referral": name, "part": 0, "worker": "W1", "start": "2027-02-02"}
        for name in ("R1", "R2")
    ]
    document["current_plan"] = [
        {"referral": "R2", "part": 0, "worker": "W1", "start": "2027-02-02"}
    ]
    assert starts(solved(document))["R2"] == ("W1", "2027-02-02")


def test_unconfirmed_facts_are_not_placed_on_and_are_told_apart():
    document = problem(
        [worker("W1", cannot_confirm=["driver"])], [referral("R1", needs_driver=True)]
    )
    left = solved(document)["unplaced"][0]
    assert (left["reasons"], left["cannot_confirm"]) == (["driver"], True)
    assert (
        solved(problem([worker("W1", cannot_confirm=["driver"])], [referral("R1")]))["unplaced"]
        == []
    )


def test_extra_points_of_the_product_decide_between_equal_workers():
    document = problem([worker("W1"), worker("W2")], [referral("R1")])
    document["extra_points"] = [
        {"referral": "R1", "worker": "W1", "points": 2, "sentence": "long since the last visit"}
    ]
    solution = solved(document)
    assert starts(solution)["R1"][0] == "W2"
    assert solution["objective"][2] == 0


def test_kilometres_may_have_decimals():
    document = problem([worker("W1"), worker("W2")], [referral("R1")])
    document["distance_km"] = {"W1": {"R1": 10.25}, "W2": {"R1": 10.2}}
    assert solved(document)["objective"][3] == 10.2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"parts": [part(required_skills=["peg"])]}, "skill"),
        ({"parts": [part(required_certificates=["medication"])]}, "certificate"),
        ({"gender_required": "M"}, "gender"),
        ({"parts": [part(gender_required="M")]}, "gender"),
        ({"languages_required": ["pl"]}, "language"),
        ({"pets": ["snake"]}, "pets"),
        ({"parts": [part(days=43)]}, "max_consecutive"),
        ({"excluded_workers": ["W1"]}, "excluded"),
        ({"no_start_dates": ["2027-02-02", "2027-02-03", "2027-02-04"]}, "window"),
    ],
)
def test_each_rule_of_the_person_is_named_when_it_decides(change: dict[str, Any], code: str):
    solution = solved(problem([worker("W1")], [referral("R1", **change)]))
    assert solution["unplaced"][0]["reasons"] == [code]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"smoker": True}, "smoking"),
        ({"driver": False}, "driver"),
        ({"max_distance_km": 9}, "distance"),
        ({"refused": ["R1"]}, "refused"),
        ({"available": [["2027-02-01", "2027-02-15"]]}, "availability"),
        ({"bookings": [{"start": "2027-02-01T10:00", "end": "2027-03-01T10:00"}]}, "overlap"),
        ({"bookings": [{"start": "2027-01-01T10:00", "end": "2027-02-03T12:00"}]}, "rest"),
        ({"max_days_in_28": 13}, "max_days_in_28"),
    ],
)
def test_each_rule_of_the_worker_is_named_when_it_decides(change: dict[str, Any], code: str):
    person = referral("R1", non_smoker_required=True, needs_driver=True)
    if code == "rest":
        person["earliest_start"] = "2027-02-04"
    solution = solved(problem([worker("W1", **change)], [person]))
    assert solution["unplaced"][0]["reasons"] == [code]


def test_who_loses_to_others_is_told_competition():
    people = [referral("R1", priority_weight=2), referral("R2")]
    assert solved(problem([worker("W1")], people))["unplaced"] == [
        {
            "referral": "R2",
            "reasons": ["competition"],
            "facts": ["every worker who could is given to others"],
            "cannot_confirm": False,
        }
    ]


def test_an_empty_board_and_a_board_without_workers_are_answered():
    assert solved(problem([], []))["objective"] == [0, 0, 0, 0]
    left = solved(problem([], [referral("R1")]))["unplaced"][0]
    assert (left["reasons"], left["facts"]) == (["availability"], ["there is no worker"])


def test_ten_thousand_workers_are_answered():
    crew = [worker(f"W{n:05}", skills=["peg"] if n == 9_000 else []) for n in range(10_000)]
    day = {"latest_start": "2027-02-02"}
    people = [referral("R1", **day, parts=[part(required_skills=["peg"])]), referral("R2", **day)]
    document = problem(crew, people)
    document["distance_km"] = {w["id"]: {"R1": 5, "R2": n % 190} for n, w in enumerate(crew)}
    solution = solve_document(document, effort=Effort(seconds=60, deterministic=1))
    assert solution["objective"] == [-2, 2, 0, 5]
    assert starts(solution)["R1"] == ("W09000", "2027-02-02")
