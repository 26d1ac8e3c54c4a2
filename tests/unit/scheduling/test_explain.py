"""Explanations of schedules: why not, why late, what it costs, and who came second."""

from __future__ import annotations

from typing import Any

from d2a_desktop.scheduling.engine import solve_document
from tests.unit.scheduling.instances import assessor, horizon, problem, visit

Json = dict[str, Any]
ONE_DAY = horizon("2027-03-01", "2027-03-01")


def explained(document: Json) -> Json:
    found: Json = solve_document(document, explain=True)["explanations"]
    return found


def test_an_unscheduled_visit_tells_for_each_assessor_why_not():
    crew = [assessor("A1", skills=["PT"]), assessor("A2", pattern={}), assessor("A3")]
    asked = visit("V1", "2027-02-28T12:00", duration_minutes=470)
    found = explained(problem(crew, [asked], calendar=ONE_DAY))
    assert found["unscheduled"] == [
        {
            "visit": "V1",
            "why_not": {
                "A1": [
                    {"rule": "skill", "fact": "lacks OT"},
                    {"rule": "travel", "fact": "the way leaves no time for it in any shift"},
                ],
                "A2": [{"rule": "hours", "fact": "has no working time left"}],
                "A3": [{"rule": "travel", "fact": "the way leaves no time for it in any shift"}],
            },
            "would_help": [
                {
                    "change": "in 45 minutes",
                    "assessor": "A3",
                    "start": "2027-03-01T09:15",
                    "minutes_late": 0,
                    "extra_travel_minutes": 30,
                }
            ],
        }
    ]


def test_late_because_nobody_could_and_late_because_others_were_are_told_apart():
    person = assessor("A1", pattern={"mon": ["09:00", "10:30"], "tue": ["09:00", "10:30"]})
    two = [visit(name, "2027-02-27T12:00") for name in ("V1", "V2")]
    rows = explained(problem([person], two))["scheduled"]
    told = [row["late"] for row in rows if "late" in row]
    assert [row["reason"] for row in told] == ["competition"]
    alone = explained(problem([person], [visit("V1", "2027-02-26T12:00")]))["scheduled"][0]
    assert alone["late"] == {
        "reason": "hours",
        "fact": "nobody can be there before 2027-03-01 09:15",
    }


def test_a_confirmed_visit_that_is_late_is_told_as_confirmed():
    confirmed = {"assessor": "A1", "start": "2027-03-01T14:00"}
    asked = visit("V1", "2027-02-27T12:00", confirmed=confirmed)
    row = explained(problem([assessor("A1")], [asked], calendar=ONE_DAY))["scheduled"][0]
    assert row["late"]["reason"] == "confirmed"
    assert row["runner_up"] is None


def test_points_have_sentences_and_the_runner_up_its_first_losing_level():
    asked = visit(
        "V1",
        "2027-02-28T12:00",
        gender_preferred="M",
        languages_preferred=["cy"],
        previous_assessor="A2",
    )
    document = problem(
        [assessor("A1", gender="M", languages=["cy"]), assessor("A2")],
        [asked],
        calendar=ONE_DAY,
        previous_plan=[{"visit": "V1", "assessor": "A2", "start": "2027-03-01T08:00"}],
    )
    row = explained(document)["scheduled"][0]
    assert row["points"] == [
        {"points": 5, "because": "M was preferred"},
        {"points": 4, "because": "does not speak cy, as preferred"},
        {"points": 3, "because": "was planned at another time"},
    ]
    # A1 costs 6 for continuity, 5 for the change of assessor and 3 for the time.
    assert row["runner_up"] == {
        "assessor": "A1",
        "start": "2027-03-01T09:15",
        "loses_at": "preference points",
        "by": 2,
    }


def test_an_impossible_visit_names_every_rule_when_none_keeps_all_out():
    crew = [assessor("A1", skills=["PT"]), assessor("A2", gender="M")]
    document = problem(crew, [visit("V1", "2027-02-28T12:00", gender_required="F")])
    left = solve_document(document)["unscheduled"][0]
    assert left["reasons"] == ["gender", "skill"]
    assert left["facts"] == ["A2: F is required", "A1: lacks OT"]


def test_for_a_planned_visit_every_other_assessor_is_answered_for():
    booked = {"id": "P1", "start": "2027-03-01T09:15", "end": "2027-03-01T16:30", "node": "clinic"}
    crew = [
        assessor("A1"),
        assessor("A2", skills=["PT"]),
        assessor("A3", base="base:far"),
        assessor("A4", appointments=[booked]),
    ]
    document = problem(crew, [visit("V1", "2027-02-28T12:00")], calendar=ONE_DAY)
    document["travel_minutes"]["base:far"]["home:V1"] = 40
    others = explained(document)["scheduled"][0]["others"]
    assert others["A2"] == {"rules": [{"rule": "skill", "fact": "lacks OT"}]}
    assert others["A3"] == {"start": "2027-03-01T09:40", "loses_at": "travel minutes", "by": 25}
    assert [row["rule"] for row in others["A4"]["rules"]] == ["competition"]


def test_the_changes_that_would_let_a_visit_be_planned_are_named_and_no_others():
    wish = [{"start": "2027-03-01T18:00", "end": "2027-03-01T20:00"}]
    asked = visit("V1", "2027-02-28T12:00", required_skills=["OT", "SW"], duration_minutes=45)
    crew = [assessor("A1")]
    (row,) = explained(problem(crew, [asked], calendar=ONE_DAY))["unscheduled"]
    assert [each["change"] for each in row["would_help"]] == ["without the required skills"]
    (row,) = explained(problem(crew, [{**asked, "windows": wish}], calendar=ONE_DAY))["unscheduled"]
    assert row["would_help"] == []
