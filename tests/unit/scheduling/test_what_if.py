"""What a promise or a waived rule costs, held against the plan that is made with it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.scheduling.checker import check
from d2a_desktop.scheduling.engine import solve_document
from d2a_desktop.scheduling.what_if import asked, compared
from tests.unit.scheduling.instances import assessor, horizon, problem, visit

Json = dict[str, Any]
ONE_DAY = horizon("2027-03-01", "2027-03-01")


def diary() -> Json:
    """One nearby and one far assessor; the far one speaks the language of the second person."""
    crew = [assessor("A1"), assessor("A2", gender="M", languages=["pl"])]
    people = [
        visit("V1", "2027-02-28T12:00", gender_required="F"),
        visit("V2", "2027-02-28T12:00", languages_preferred=["pl"]),
    ]
    return problem(crew, people, calendar=ONE_DAY)


def answered(document: Json, name: str, **question: Any) -> Json:
    before = solve_document(document)
    changed = asked(document, name, **question)
    after = solve_document(changed)
    assert check(changed, after).violations == ()
    return compared(document, name, before, after)


def test_a_promise_costs_what_the_levels_say():
    answer = answered(diary(), "V2", assessor="A1")
    assert answer["possible"]
    assert answer["proven"]
    # The language is missed; one route of 45 minutes instead of two of 30.
    assert answer["costs"] == {"preference points": 4, "travel minutes": -15}
    assert answer["first_level"] == "preference points"
    assert answer["words"].startswith("V2: possible with A1 at 2027-03-01")


def test_a_promised_time_moves_who_is_in_the_way_and_names_them():
    document = problem(
        [assessor("A1", pattern={"mon": ["09:00", "11:45"]})],
        [visit("V1", "2027-02-28T12:00"), visit("V2", "2027-02-27T09:30", priority_weight=3)],
        calendar=ONE_DAY,
    )
    answer = answered(document, "V1", start="2027-03-01T09:15")
    assert answer["costs"]["priority late or unscheduled"] == 3
    assert answer["first_level"] == "priority late or unscheduled"
    assert {row["visit"] for row in answer["moves"]} == {"V1", "V2"}


def test_a_promise_that_is_late_is_charged_with_the_weight_that_the_visit_has():
    document = problem([assessor("A1")], [visit("V1", "2027-02-27T12:00", priority_weight=2)])
    answer = answered(document, "V1", assessor="A1", start="2027-03-02T10:00")
    assert answer["costs"] == {"priority late or unscheduled": 2, "minutes late": 22 * 60}
    assert answer["moves"][0]["to"] == {"assessor": "A1", "start": "2027-03-02T10:00"}


def test_what_is_impossible_is_said_with_its_rules():
    answer = answered(diary(), "V1", assessor="A2")
    assert not answer["possible"]
    assert answer["reasons"] == ["gender"]
    assert answer["costs"] == {}
    assert "not possible" in answer["words"]


def test_a_waived_rule_is_set_aside_for_this_visit_alone():
    document = diary()
    kept = copy.deepcopy(document)
    answer = answered(document, "V1", assessor="A2", waive=["gender"])
    assert answer["possible"]
    assert document == kept
    changed = asked(document, "V1", waive=["gender"])
    assert [row["gender_required"] for row in changed["visits"]] == [None, None]
    assert document["visits"][0]["gender_required"] == "F"


def test_a_confirmed_visit_can_be_asked_for_elsewhere():
    promise = {"assessor": "A1", "start": "2027-03-01T10:00"}
    document = diary()
    document["visits"][0]["confirmed"] = promise
    answer = answered(document, "V1", start="2027-03-01T14:00")
    moved = next(row for row in answer["moves"] if row["visit"] == "V1")
    assert (moved["from"], moved["to"]) == (
        promise,
        {"assessor": "A1", "start": "2027-03-01T14:00"},
    )


@pytest.mark.parametrize(
    "question",
    [
        {"visit": "V9", "assessor": "A1"},
        {"visit": "V1", "assessor": "A9"},
        {"visit": "V1", "start": "ten o'clock"},
        {"visit": "V1", "waive": ["hours"]},
        {"visit": "V1"},
    ],
)
def test_a_question_about_nothing_known_is_wrong_use(question: Json):
    with pytest.raises(UsageError):
        asked(diary(), **question)
