"""Explanations: why nobody, what single change would help at which price, and who came second."""

from __future__ import annotations

from typing import Any

from d2a_desktop.matching.eligibility import why_not
from d2a_desktop.matching.engine import solve_document
from d2a_desktop.matching.problem import parse
from tests.unit.matching.instances import agency_case, part, problem, referral, worker

Json = dict[str, Any]


def explained(document: Json) -> Json:
    solution = solve_document(document, explain=True)
    found: Json = solution["explanations"]
    return found


def test_every_broken_rule_is_told_with_its_fact():
    person = referral("R1", gender_required="M", parts=[part(required_skills=["peg"], days=43)])
    document = problem([worker("W1", certificates={"DBS": "2027-03-01"})], [person])
    broken = why_not(parse(document), worker="W1", referral="R1", part=0)
    assert [(b.code, b.fact) for b in broken] == [
        ("skill", "lacks peg"),
        ("gender", "M is required, the worker is F"),
        ("max_consecutive", "the part is 43 days, the worker does at most 42 in a row"),
        ("certificate", "DBS valid to 01-Mar-2027, part ends 17-Mar-2027"),
    ]


def test_dated_rules_are_told_for_the_day_that_comes_nearest():
    booked = {"start": "2027-01-10T10:00", "end": "2027-02-03T12:00"}
    held = {"DBS": "2027-02-10"}
    document = problem([worker("W1", bookings=[booked], certificates=held)], [referral("R1")])
    broken = why_not(parse(document), worker="W1", referral="R1", part=0)
    # The certificate is short on every day; on the 2nd and 3rd the booking overlaps, on the 4th two
    # of the 24 hours of rest are missing: the earliest of equals is told.
    assert [b.code for b in broken] == ["certificate", "overlap"]
    assert broken[1].fact == "booked from 10-Jan-2027 to 03-Feb-2027"


def test_the_funnel_counts_who_is_left_after_each_rule():
    crew = [
        worker("W1", skills=[]),
        worker("W2", gender="M"),
        worker("W3", skills=[], gender="M"),
    ]
    person = referral("R1", gender_required="F", parts=[part(required_skills=["hoist"])])
    solution = solve_document(problem(crew, [person]), explain=True)
    assert solution["explanations"]["unplaced"][0]["funnel"] == [
        [
            {"rule": "skill", "removes": 2, "left": 1},
            {"rule": "gender", "removes": 1, "left": 0},
        ]
    ]
    # No rule alone keeps all three out: both are named.
    assert solution["unplaced"][0]["reasons"] == ["skill", "gender"]


def test_the_single_changes_that_place_a_person_are_told_with_their_cost_to_others():
    heavy = referral("R1", priority_weight=3)
    light = referral("R2", parts=[part(required_skills=["peg"])])
    found = explained(problem([worker("W1"), worker("W2")], [heavy, light]))
    changes = {row["rule"]: row for row in found["unplaced"][0]["changes"]}
    assert set(changes) == {"skill"}
    assert changes["skill"]["costs_others"] == {"unplaces": []}


def test_competition_names_who_would_have_to_give_way():
    found = explained(problem([worker("W1")], [referral("R1", priority_weight=3), referral("R2")]))
    changes = {row["rule"]: row for row in found["unplaced"][0]["changes"]}
    assert changes["competition"]["costs_others"]["unplaces"] == ["R1"]
    assert changes["competition"]["costs_others"]["priority placed"] == 3
    # Two weeks later W1 is free again, and nobody has to give way.
    assert changes["window"]["costs_others"]["unplaces"] == []
    assert changes["window"]["start"] == "2027-02-17"


def test_one_more_start_a_week_is_a_change_that_is_tried():
    agencies = [{"id": "A1", "max_starts_per_7_days": 1, "recent_starts": []}]
    crew, people = [worker("W1"), worker("W2")], [referral("R1", priority_weight=2), referral("R2")]
    solution = solve_document(problem(crew, people, agencies=agencies), explain=True)
    # W1 is taken, and for W2 the week is full.
    assert solution["unplaced"][0]["reasons"] == ["capacity", "competition"]
    rows = solution["explanations"]["unplaced"][0]["changes"]
    rules = {row["rule"]: row["costs_others"]["unplaces"] for row in rows}
    assert rules["capacity"] == []
    assert rules["competition"] == ["R1"]


def test_the_runner_up_is_told_with_the_first_level_at_which_it_loses():
    crew = [
        worker("W1"),
        worker("W2", bookings=[{"start": "2027-01-10T10:00", "end": "2027-02-02T10:00"}]),
    ]
    later = explained(problem(crew, [referral("R1")]))["placed"][0]["runner_up"]
    assert later == {
        "workers": ["W2"],
        "start": "2027-02-03",
        "loses_at": "days of waiting",
        "by": 1,
    }
    farther = explained(problem([worker("W1"), worker("W2")], [referral("R1")]))
    assert farther["placed"][0]["runner_up"]["loses_at"] == "kilometres"
    alone = explained(problem([worker("W1")], [referral("R1")]))
    assert alone["placed"][0]["runner_up"] is None


def test_each_point_of_a_placement_has_its_sentence():
    person = referral(
        "R1", gender_preferred="M", languages_preferred=["cy"], previous_workers=["W7"]
    )
    document = problem([worker("W1")], [person])
    document["offers"] = [{"referral": "R1", "part": 0, "worker": "W1", "start": "2027-02-03"}]
    assert explained(document)["placed"][0]["points"] == [
        {"points": 5, "because": "W1: M was preferred"},
        {"points": 4, "because": "W1: does not speak cy, as preferred"},
        {"points": 3, "because": "W1: has not cared for this person before"},
        {"points": 8, "because": "a pending offer is withdrawn"},
    ]


def test_a_whole_board_is_explained_and_every_unplaced_person_has_a_reason():
    document = agency_case(referrals=10, workers=8, seed=3)
    solution = solve_document(document, explain=True)
    assert solution["unplaced"]
    assert all(row["reasons"] and row["facts"] for row in solution["unplaced"])
    named = {row["referral"] for rows in solution["explanations"].values() for row in rows}
    assert named == {referral["id"] for referral in document["referrals"]}
