"""Questions to a plan: each answer is data and words, and every cost is what a re-solve says."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.matching.checker import check
from d2a_desktop.matching.engine import solve_document
from tests.unit.matching.brute_force import best_objective
from tests.unit.matching.instances import part, problem, referral, worker

Json = dict[str, Any]


def ask(document: Json, **question: Any) -> Json:
    """Return the answer to one question."""
    asked = {**document, "questions": [question]}
    answer: Json = solve_document(asked)["answers"][0]
    assert all(isinstance(words, str) and words for words in answer["words"])
    return answer


def contest() -> Json:
    """W1 suits both people, W2 is far; two people, the heavier one keeps W1."""
    document = problem(
        [worker("W1"), worker("W2", skills=[])],
        [referral("R1", priority_weight=3, gender_preferred="F"), referral("R2")],
    )
    document["distance_km"] = {"W1": {"R1": 10, "R2": 12}, "W2": {"R1": 150, "R2": 90}}
    return document


def test_why_not_names_every_broken_rule_with_its_fact_and_whether_it_may_be_set_aside():
    document = contest()
    document["referrals"][0]["parts"] = [part(required_skills=["hoist"])]
    document["referrals"][0]["languages_required"] = ["en", "pl"]
    answer = ask(document, ask="why_not", worker="W2", referral="R1")
    assert answer["possible"] is False
    assert [(b["rule"], b["reference"], b["overridable"]) for b in answer["broken"]] == [
        ("skill", "H06", False),
        ("language", "H18", True),
    ]
    assert answer["words"] == ["skill: lacks hoist", "language: does not speak pl"]


def test_why_not_without_a_rule_says_what_the_worker_would_cost():
    answer = ask(contest(), ask="why_not", worker="W2", referral="R1")
    # W1 then goes to R2: 10 + 90 km become 150 + 12.
    assert (answer["possible"], answer["proven"]) == (True, True)
    assert answer["costs"] == {"kilometres": 62}
    assert (answer["loses_at"], answer["by"]) == ("kilometres", 62)
    assert answer["changes"] == ["R1", "R2"]
    assert answer["words"] == ["W2 for R1 is possible; it costs kilometres +62"]


def test_the_cost_of_a_pin_is_the_best_plan_that_keeps_it():
    for start in (None, "2027-02-03"):
        answer = ask(contest(), ask="pin", worker="W2", referral="R1", start=start)
        pinned = contest()
        pinned["pins"] = [{"referral": "R1", "part": 0, "worker": "W2", "start": start}]
        assert tuple(answer["would_be"]) == best_objective(pinned)
        assert solve_document(pinned)["objective"] == answer["would_be"]


def test_a_pin_that_takes_the_only_worker_names_who_is_left_without():
    document = problem([worker("W1")], [referral("R1", priority_weight=2), referral("R2")])
    answer = ask(document, ask="pin", worker="W1", referral="R2")
    assert answer["unplaces"] == ["R1"]
    assert answer["costs"]["priority placed"] == 1
    assert "R1 would be left without anybody; priority placed -1" in answer["words"][0]


def test_a_pin_that_no_other_part_can_follow_is_told():
    couple = referral("R1", parts=[part(required_skills=["hoist"]), part()])
    document = problem([worker("W1"), worker("W2", skills=[])], [couple])
    assert solve_document(document)["assignments"]
    answer = ask(document, ask="why_not", worker="W1", referral="R1", part=1)
    assert (answer["possible"], answer["broken"]) == (False, [])
    assert "every part of R1 has somebody" in answer["words"][0]


def test_why_this_one_names_the_first_level_that_differs():
    answer = ask(contest(), ask="why_this", worker="W2", referral="R1")
    assert answer["chosen"] == "W1"
    assert answer["words"] == ["W1 over W2: kilometres: +62"]
    taken = ask(contest(), ask="why_this", worker="W1", referral="R1")
    assert taken["words"] == ["W1 is the one proposed for R1"]


def test_why_nobody_has_the_funnel_and_the_changes_with_their_costs():
    document = problem([worker("W1")], [referral("R1", priority_weight=2), referral("R2")])
    answer = ask(document, ask="why_nobody", referral="R2")
    assert answer["placed"] is False
    assert [r["rule"] for r in answer["reasons"]] == ["competition"]
    assert "possible if others give way; it costs the others R1 left without" in answer["words"][1]
    assert ask(document, ask="why_nobody", referral="R1")["words"] == ["R1 is placed"]
    document["referrals"][1]["parts"] = [part(required_skills=["peg"])]
    words = ask(document, ask="why_nobody", referral="R2")["words"]
    assert any("nobody may set it aside: find or train somebody" in each for each in words)


def test_an_override_says_whom_it_would_place_and_what_else_stands_in_the_way():
    document = problem([worker("W1", driver=False)], [referral("R1", needs_driver=True)])
    answer = ask(document, ask="override", rule="driver", worker="W1", referral="R1")
    assert (answer["places"], answer["used"]) == (["R1"], True)
    assert answer["words"][0].startswith("R1 would be placed; priority placed +1")
    document["workers"][0]["skills"] = []
    document["referrals"][0]["parts"] = [part(required_skills=["hoist"])]
    answer = ask(document, ask="override", rule="driver", worker="W1", referral="R1")
    assert answer["used"] is False
    assert answer["words"] == ["nothing would change", "it is kept out by skill too: lacks hoist"]


@pytest.mark.parametrize(
    ("question", "path"),
    [
        ({"ask": "why"}, "$.questions[0].ask"),
        ({"ask": "why_not", "referral": "R9"}, "$.questions[0].referral"),
        ({"ask": "why_not", "referral": "R1"}, "$.questions[0].worker"),
        ({"ask": "pin", "referral": "R1", "worker": "W9"}, "$.questions[0].worker"),
        ({"ask": "pin", "referral": "R1", "worker": "W1", "part": 1}, "$.questions[0].part"),
        ({"ask": "pin", "referral": "R1", "worker": "W1", "start": 3}, "$.questions[0].start"),
        (
            {"ask": "override", "referral": "R1", "worker": "W1", "rule": "consent"},
            "$.questions[0].rule",
        ),
    ],
)
def test_a_malformed_question_names_its_path(question: Json, path: str):
    with pytest.raises(UsageError) as refusal:
        solve_document({**contest(), "questions": [question]})
    assert str(refusal.value).startswith(path)


def test_pins_are_kept_are_checked_and_are_told_where_they_cannot_be():
    document = contest()
    document["pins"] = [{"referral": "R1", "part": 0, "worker": "W2"}]
    solution = solve_document(document)
    assert {(a["referral"], a["worker"]) for a in solution["assignments"]} == {
        ("R1", "W2"),
        ("R2", "W1"),
    }
    unpinned = copy.deepcopy(solution)
    for row in unpinned["assignments"]:
        row["worker"] = {"W1": "W2", "W2": "W1"}[row["worker"]]
    assert [v.code for v in check(document, unpinned).violations] == ["pin"]
    document["workers"][1]["refused"] = ["R1"]
    left = solve_document(document)["unplaced"][0]
    assert left["reasons"] == ["pin", "refused"]


def test_a_pinned_person_is_placed_before_a_heavier_one():
    document = problem([worker("W1")], [referral("R1", priority_weight=9), referral("R2")])
    document["pins"] = [{"referral": "R2", "part": 0, "worker": "W1", "start": "2027-02-04"}]
    assert [a["referral"] for a in solve_document(document)["assignments"]] == ["R2"]


@pytest.mark.parametrize(
    ("pin", "path"),
    [
        ({"referral": "R9", "part": 0, "worker": "W1"}, "$.pins[0].referral"),
        ({"referral": "R1", "part": 1, "worker": "W1"}, "$.pins[0].part"),
        ({"referral": "R1", "part": 0, "worker": "W9"}, "$.pins[0].worker"),
        ({"referral": "R1", "part": 0, "worker": "W1", "start": "x"}, "$.pins[0].start"),
    ],
)
def test_a_malformed_pin_names_its_path(pin: Json, path: str):
    with pytest.raises(UsageError) as refusal:
        solve_document({**contest(), "pins": [pin]})
    assert str(refusal.value).startswith(path)
    twice = [{"referral": "R1", "part": 0, "worker": "W1"}] * 2
    with pytest.raises(UsageError, match=r"\$\.pins\[1\]"):
        solve_document({**contest(), "pins": twice})
