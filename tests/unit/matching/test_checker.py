"""The checker by mutation: each rule, broken in a good plan, is caught and named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from d2a_desktop.matching.checker import check
from d2a_desktop.matching.engine import solve_document
from tests.unit.matching.instances import part, problem, referral, worker

Json = dict[str, Any]


def board() -> Json:
    """Two workers busy one after the other; every kind of need is in play."""
    needs = part(required_skills=["hoist"])
    first = referral(
        "R1",
        latest_start="2027-02-02",
        priority_weight=3,
        gender_required="F",
        gender_preferred="M",
        languages_required=["en"],
        languages_preferred=["pl"],
        pets=["dog"],
        smoking_home=True,
        needs_driver=True,
        non_smoker_required=True,
        previous_workers=["W2"],
        parts=[needs],
    )
    second = referral("R2", earliest_start="2027-02-17", latest_start="2027-02-17")
    return problem(
        [worker("W1", max_days_in_28=28), worker("W2", driver=False)],
        [first, second],
        agencies=[{"id": "A1", "max_starts_per_7_days": 1, "recent_starts": ["2027-01-26"]}],
        current_plan=[{"referral": "R2", "part": 0, "worker": "W1", "start": "2027-02-17"}],
    )


GOOD: Json = {
    "instance": "test",
    "assignments": [
        {"referral": "R1", "part": 0, "worker": "W1", "start": "2027-02-02"},
        {"referral": "R2", "part": 0, "worker": "W1", "start": "2027-02-17"},
    ],
    "unplaced": [],
}


def _worker(field: str, value: Any) -> Callable[[Json], Any]:
    return lambda document: document["workers"][0].__setitem__(field, value)


def _first(field: str, value: Any) -> Callable[[Json], Any]:
    return lambda document: document["referrals"][0].__setitem__(field, value)


def _part(field: str, value: Any) -> Callable[[Json], Any]:
    return lambda document: document["referrals"][0]["parts"][0].__setitem__(field, value)


def _booked(start: str, end: str) -> Callable[[Json], Any]:
    return _worker("bookings", [{"start": start, "end": end}])


MUTATIONS = [
    ("skill", _worker("skills", [])),
    ("certificate", _worker("certificates", {})),
    ("certificate", _worker("certificates", {"DBS": "2027-03-02"})),
    ("certificate", _worker("certificates", {"DBS": {"issued": "2024-02-29", "valid_months": 36}})),
    ("gender", _worker("gender", "M")),
    ("gender", _part("gender_required", "M")),
    ("language", _worker("languages", ["pl"])),
    ("pets", _worker("accepts_pets", ["cat"])),
    ("smoking", _worker("smoker", True)),
    ("smoking", _worker("accepts_smoking_home", False)),
    ("driver", _worker("driver", False)),
    ("driver", _worker("cannot_confirm", ["driver"])),
    ("skill", _worker("cannot_confirm", ["skill:hoist"])),
    ("distance", _worker("max_distance_km", 9.9)),
    ("max_consecutive", _worker("max_consecutive_days", 13)),
    ("excluded", _first("excluded_workers", ["W1"])),
    ("refused", _worker("refused", ["R2"])),
    (
        "availability",
        _worker("available", [["2027-01-01", "2027-02-20"], ["2027-02-21", "2028-01-01"]]),
    ),
    ("overlap", _booked("2027-02-16T09:00", "2027-02-16T09:30")),
    ("overlap", _part("days", 16)),
    ("rest", _booked("2027-01-20T10:00", "2027-02-01T10:01")),
    ("rest", _worker("min_rest_hours", 24.1)),
    ("window", _first("no_start_dates", ["2027-02-02"])),
    ("window", _first("earliest_start", "2027-02-03")),
    ("window", _first("latest_start", "2027-02-01")),
    ("capacity", lambda d: d["agencies"][0]["recent_starts"].append("2027-01-27")),
    ("capacity", lambda d: d["agencies"][0]["recent_starts"].append("2027-02-08")),
    ("max_days_in_28", _worker("max_days_in_28", 26)),
]


def test_the_good_plan_passes_with_its_objective():
    checked = check(board(), GOOD)
    assert checked.violations == ()
    # Weight 3 + 1; 1 + 16 days; M preferred, no Polish, not W2: 5 + 4 + 3; 10 + 20 km.
    assert checked.objective == (-4, 17, 12, 30)


@pytest.mark.parametrize(("code", "mutate"), MUTATIONS)
def test_each_broken_rule_is_caught(code: str, mutate: Callable[[Json], Any]):
    document = copy.deepcopy(board())
    mutate(document)
    assert code in {violation.code for violation in check(document, GOOD).violations}


@pytest.mark.parametrize("mutate", [mutate for _, mutate in MUTATIONS])
def test_the_solver_respects_each_rule_of_the_mutations(mutate: Callable[[Json], Any]):
    document = copy.deepcopy(board())
    mutate(document)
    solution = solve_document(document)
    assert check(document, solution).violations == ()
    assert solution["assignments"] != GOOD["assignments"]


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"unplaced": ["R1"]}, "placed or unplaced 2 times"),
        ({"assignments": GOOD["assignments"][:1]}, "placed or unplaced 0 times"),
        ({"assignments": [GOOD["assignments"][0]] * 2 + [GOOD["assignments"][1]]}, "all parts"),
        ({"unplaced": ["R9"]}, "unknown referral"),
        ({"instance": "other"}, "another instance"),
        (
            {"assignments": [{**GOOD["assignments"][0], "worker": "W9"}, GOOD["assignments"][1]]},
            "unknown referral or worker",
        ),
    ],
)
def test_a_plan_of_the_wrong_shape_is_told(change: Json, fact: str):
    facts = " ".join(violation.fact for violation in check(board(), {**GOOD, **change}).violations)
    assert fact in facts


def test_parts_of_one_referral_must_start_together():
    document = problem([worker("W1"), worker("W2")], [referral("R1", parts=[part(), part()])])
    rows = [
        {"referral": "R1", "part": 0, "worker": "W1", "start": "2027-02-02"},
        {"referral": "R1", "part": 1, "worker": "W2", "start": "2027-02-03"},
    ]
    broken = check(document, {"instance": "test", "assignments": rows, "unplaced": []}).violations
    assert "no common start date" in broken[0].fact
