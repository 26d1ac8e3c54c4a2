"""Refusals of malformed scheduling documents: each names the JSON path that is wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.scheduling.problem import parse
from tests.unit.scheduling.instances import assessor, problem, visit

MISSING = object()


def document() -> dict[str, Any]:
    return problem([assessor("A1"), assessor("A2")], [visit("V1", "2027-02-28T12:00")])


def put(target: Any, path: list[Any], value: Any) -> None:
    for step in path[:-1]:
        target = target[step]
    if value is MISSING:
        del target[path[-1]]
    else:
        target[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (["kind"], "matching", "$.kind: must be 'scheduling'"),
        (["now"], "2027-03-28T01:30", "$.now: 2027-03-28T01:30 does not exist"),
        (["now"], "2027-03-01", "$.now: must be a date and time"),
        (["calendar", "horizon_end"], "2027-02-01", "$.calendar.horizon_end"),
        (["calendar", "horizon_end"], "2099-02-01", "$.calendar.horizon_end"),
        (["calendar", "bank_holidays"], ["Easter"], "$.calendar.bank_holidays[0]"),
        (["rules", "deadline_hours"], -1, "$.rules.deadline_hours"),
        (["weights", "time_changed"], MISSING, "$.weights.time_changed: is missing"),
        (["assessors", 1, "id"], "A1", "$.assessors[1].id: 'A1' is already"),
        (["assessors", 0, "skills"], "OT", "$.assessors[0].skills: must be a list"),
        (["assessors", 0, "pattern"], {"monday": ["09:00", "10:00"]}, "pattern.monday"),
        (["assessors", 0, "pattern"], {"mon": ["09:00", "09:00"]}, "pattern.mon[1]"),
        (["assessors", 0, "pattern"], {"mon": ["9", "17"]}, "pattern.mon[0]"),
        (["assessors", 0, "absences"], [{"start": "2027-03-01T09:00"}], "absences[0].end"),
        (
            ["assessors", 0, "extra_shifts"],
            [{"start": "2027-03-01T09:00", "end": "2027-03-01T08:00"}],
            "extra_shifts[0].end: must be after",
        ),
        (["visits", 0, "duration_minutes"], 0, "$.visits[0].duration_minutes"),
        (["visits", 0, "duration_minutes"], 99999, "$.visits[0].duration_minutes"),
        (["visits", 0, "windows"], [["2027-03-01T10:00"]], "$.visits[0].windows[0]"),
        (
            ["visits", 0, "confirmed"],
            {"assessor": "A9", "start": "2027-03-01T10:00"},
            "$.visits[0].confirmed.assessor: unknown assessor 'A9'",
        ),
        (["visits", 0, "arrived_home"], MISSING, "$.visits[0].arrived_home: is missing"),
        (
            ["travel_minutes", "base:A1", "home:V1"],
            MISSING,
            "$.travel_minutes['base:A1']['home:V1']",
        ),
        (["travel_minutes", "home:V1"], MISSING, "$.travel_minutes['home:V1']: is missing"),
        (["travel_minutes", "base:A1", "home:V1"], 1.5, "must be a whole number"),
        (
            ["previous_plan"],
            [{"visit": "V9", "assessor": "A1", "start": "2027-03-01T10:00"}],
            "$.previous_plan[0].visit: unknown visit",
        ),
        (
            ["previous_plan"],
            [{"visit": "V1", "assessor": "A1", "start": "2027-03-01T10:00"}] * 2,
            "$.previous_plan[1].visit",
        ),
    ],
)
def test_a_malformed_document_names_its_path(path: list[Any], value: Any, told: str):
    broken = copy.deepcopy(document())
    put(broken, path, value)
    with pytest.raises(UsageError) as refusal:
        parse(broken)
    assert told in str(refusal.value)
    assert refusal.value.exit_code == 2


def test_the_order_of_the_lists_changes_nothing():
    turned = copy.deepcopy(document())
    turned["assessors"].reverse()
    assert parse(turned) == parse(document())


def test_windows_may_be_written_as_pairs():
    paired = document()
    paired["visits"][0]["windows"] = [["2027-03-01T10:00", "2027-03-01T12:00"]]
    named = document()
    named["visits"][0]["windows"] = [{"start": "2027-03-01T10:00", "end": "2027-03-01T12:00"}]
    assert parse(paired) == parse(named)
