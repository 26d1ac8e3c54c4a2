"""The checker by mutation: each rule, broken in a good schedule, is caught and named."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from d2a_desktop.scheduling.checker import check
from d2a_desktop.scheduling.engine import solve_document
from tests.unit.scheduling.instances import assessor, horizon, problem, visit

Json = dict[str, Any]


def diary() -> Json:
    """One assessor with an appointment, a confirmed visit and a free one; every need in play."""
    booked = {"id": "P1", "start": "2027-03-01T12:00", "end": "2027-03-01T13:00", "node": "clinic"}
    window = {"start": "2027-03-01T10:30", "end": "2027-03-01T11:45"}
    confirmed = {"assessor": "A1", "start": "2027-03-01T09:15"}
    return problem(
        [assessor("A1", appointments=[booked]), assessor("A2", skills=["SW"])],
        [
            visit("V1", "2027-02-28T12:00", confirmed=confirmed, gender_required="F"),
            visit(
                "V2",
                "2027-02-27T10:00",
                windows=[window],
                gender_preferred="M",
                languages_preferred=["pl"],
                previous_assessor="A2",
                priority_weight=2,
            ),
        ],
        calendar=horizon("2027-03-01", "2027-03-02"),
        previous_plan=[{"visit": "V2", "assessor": "A2", "start": "2027-03-01T09:00"}],
    )


GOOD = {
    "instance": "test",
    "visits": [
        {"visit": "V1", "assessor": "A1", "start": "2027-03-01T09:15"},
        {"visit": "V2", "assessor": "A1", "start": "2027-03-01T10:30"},
    ],
    "unscheduled": [],
}


def _person(field: str, value: Any) -> Callable[[Json], Any]:
    return lambda document: document["assessors"][0].__setitem__(field, value)


def _visit(n: int, field: str, value: Any) -> Callable[[Json], Any]:
    return lambda document: document["visits"][n].__setitem__(field, value)


def _away(start: str, end: str) -> Callable[[Json], Any]:
    day = "2027-03-01T"
    return _person("absences", [{"start": f"{day}{start}", "end": f"{day}{end}"}])


def _way(one: str, other: str, minutes: int) -> Callable[[Json], Any]:
    return lambda document: document["travel_minutes"][one].__setitem__(other, minutes)


MUTATIONS = [
    ("skill", _person("skills", [])),
    ("gender", _person("gender", "M")),
    ("window", _visit(1, "arrived_home", "2027-03-01T10:31")),
    ("window", _visit(1, "not_before", "2027-03-01T10:31")),
    ("window", _visit(1, "windows", [{"start": "2027-03-01T10:30", "end": "2027-03-01T11:29"}])),
    ("window", _visit(1, "windows", [])),
    ("confirmed", _visit(0, "confirmed", {"assessor": "A1", "start": "2027-03-01T09:16"})),
    ("confirmed", _visit(1, "confirmed", {"assessor": "A2", "start": "2027-03-01T10:30"})),
    ("hours", _person("pattern", {"tue": ["09:00", "17:00"]})),
    ("hours", lambda d: d["calendar"].__setitem__("bank_holidays", ["2027-03-01"])),
    ("hours", lambda d: d.__setitem__("now", "2027-03-01T09:20")),
    ("hours", _away("10:15", "11:00")),
    ("travel", _away("11:30", "11:40")),
    ("travel", _person("pattern", {"mon": ["09:05", "17:00"]})),
    ("travel", _person("pattern", {"mon": ["09:00", "13:10"]})),
    ("travel", lambda d: d.__setitem__("now", "2027-03-01T09:05")),
    ("travel", _visit(1, "duration_minutes", 76)),
    ("travel", _way("home:V1", "home:V2", 16)),
    ("travel", _way("home:V2", "clinic", 31)),
    ("travel", _way("base:A1", "home:V1", 16)),
]


def test_the_good_schedule_passes_with_its_objective():
    checked = check(diary(), GOOD)
    assert checked.violations == ()
    # V2 is 30 minutes late; M preferred, no Polish, not A2, other than planned twice over.
    assert checked.objective == (2, 0, 30, 5 + 4 + 6 + 5 + 3, 60)


@pytest.mark.parametrize(("code", "mutate"), MUTATIONS)
def test_each_broken_rule_is_caught(code: str, mutate: Callable[[Json], Any]):
    document = copy.deepcopy(diary())
    mutate(document)
    assert code in {violation.code for violation in check(document, GOOD).violations}


@pytest.mark.parametrize("mutate", [mutate for _, mutate in MUTATIONS])
def test_the_planner_respects_each_rule_of_the_mutations(mutate: Callable[[Json], Any]):
    document = copy.deepcopy(diary())
    mutate(document)
    solution = solve_document(document)
    assert check(document, solution).violations == ()


def test_an_absence_that_voids_a_confirmed_visit_is_charged_when_it_is_rebooked():
    document = copy.deepcopy(diary())
    _away("09:00", "09:20")(document)
    moved = copy.deepcopy(GOOD)
    moved["visits"][0]["start"] = "2027-03-01T14:00"
    checked = check(document, moved)
    assert checked.violations == ()
    assert checked.objective[3] == 23 + 20


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"unscheduled": ["V1"]}, "scheduled or unscheduled 2 times"),
        ({"visits": GOOD["visits"][:1]}, "scheduled or unscheduled 0 times"),
        ({"unscheduled": [{"visit": "V9", "reasons": ["skill"]}]}, "unknown visit"),
        ({"instance": "other"}, "another instance"),
        ({"visits": GOOD["visits"][1:], "unscheduled": ["V1"]}, "left out although"),
    ],
)
def test_a_schedule_of_the_wrong_shape_is_told(change: Json, fact: str):
    facts = " ".join(violation.fact for violation in check(diary(), {**GOOD, **change}).violations)
    assert fact in facts
