"""Refusals of malformed matching documents: each names the JSON path that is wrong."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.matching.problem import parse
from tests.unit.matching.instances import part, problem, referral, worker

ENTRY = {"referral": "R1", "part": 0, "worker": "W1", "start": "2027-02-02"}
MISSING = object()


def document() -> dict[str, Any]:
    return problem([worker("W1"), worker("W2")], [referral("R1", parts=[part(), part()])])


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
        (["kind"], "scheduling", "$.kind"),
        (["format"], 2, "$.format"),
        (["id"], "", "$.id"),
        (["calendar", "timezone"], "Europe/Nowhere", "$.calendar.timezone"),
        (["workers"], {}, "$.workers: must be a list"),
        (["workers", 0], 7, "$.workers[0]"),
        (["workers", 0, "skills"], MISSING, "$.workers[0].skills: is missing"),
        (["workers", 0, "skills"], [1], "$.workers[0].skills[0]"),
        (["workers", 0, "driver"], "yes", "$.workers[0].driver"),
        (["workers", 0, "agency"], "A9", "$.workers[0].agency: unknown agency 'A9'"),
        (["workers", 1, "id"], "W1", "$.workers[1].id: 'W1' is already"),
        (["workers", 0, "available"], [["2027-01-01"]], "$.workers[0].available[0]"),
        (["workers", 0, "available"], [["2027-02-01", "2027-01-01"]], "available[0][1]"),
        (["workers", 0, "certificates"], {"moving handling": "soon"}, "['moving handling']"),
        (["workers", 0, "certificates"], {"DBS": {"issued": "2024-02-29"}}, "DBS.valid_months"),
        (["workers", 0, "max_days_in_28"], -1, "$.workers[0].max_days_in_28"),
        (["workers", 0, "min_rest_hours"], True, "min_rest_hours: must be a number"),
        (["workers", 0, "max_distance_km"], float("nan"), "max_distance_km"),
        (
            ["workers", 0, "bookings"],
            [{"start": "2027-03-28T01:30", "end": "2027-04-01T10:00"}],
            "$.workers[0].bookings[0].start: 2027-03-28T01:30 does not exist",
        ),
        (
            ["workers", 0, "bookings"],
            [{"start": "2027-03-28T10:00", "end": "2027-03-28T10:00"}],
            "$.workers[0].bookings[0].end: must be after",
        ),
        (["workers", 0, "refused"], ["R9"], "$.workers[0].refused[0]"),
        (["referrals", 0, "excluded_workers"], ["W9"], "$.referrals[0].excluded_workers[0]"),
        (["referrals", 0, "earliest_start"], "2027-02-30", "$.referrals[0].earliest_start"),
        (["referrals", 0, "latest_start"], "2199-01-01", "$.referrals[0].latest_start"),
        (["referrals", 0, "priority_weight"], 1.5, "$.referrals[0].priority_weight"),
        (["referrals", 0, "parts"], [], "$.referrals[0].parts"),
        (["referrals", 0, "parts", 1, "start_time"], "25:00", "$.referrals[0].parts[1].start_time"),
        (["referrals", 0, "parts", 1, "days"], 0, "$.referrals[0].parts[1].days"),
        (["distance_km", "W1", "R1"], MISSING, "$.distance_km.W1.R1: is missing"),
        (["distance_km", "W2"], MISSING, "$.distance_km.W2: is missing"),
        (["distance_km", "W1", "R1"], -3, "$.distance_km.W1.R1"),
        (["weights", "continuity"], "3", "$.weights.continuity"),
        (["offers"], [{**ENTRY, "worker": "W9"}], "$.offers[0].worker: unknown worker"),
        (["offers"], [{**ENTRY, "part": 2}], "$.offers[0].part"),
        (["current_plan"], [{**ENTRY, "start": "soon"}], "$.current_plan[0].start"),
        (["extra_points"], [{**ENTRY, "points": 3}], "$.extra_points[0].sentence"),
        (["agencies", 0, "recent_starts"], "2027-01-01", "$.agencies[0].recent_starts"),
    ],
)
def test_a_malformed_document_names_its_path(path: list[Any], value: Any, told: str):
    broken = copy.deepcopy(document())
    put(broken, path, value)
    with pytest.raises(UsageError) as refusal:
        parse(broken)
    assert told in str(refusal.value)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize("value", [None, [], "text", 7])
def test_what_is_not_an_object_is_refused(value: Any):
    with pytest.raises(UsageError, match=r"^\$: must be an object"):
        parse(value)


def test_a_local_time_may_carry_an_offset_and_without_one_is_the_first_of_two():
    bookings = [{"start": "2027-10-31T01:30", "end": "2027-10-31T01:30+00:00"}]
    found = parse(problem([worker("W1", bookings=bookings)], [])).workers["W1"].bookings[0]
    assert (found.end - found.start).total_seconds() == 3600


def test_an_unknown_distance_is_null_and_cannot_be_confirmed():
    unknown = document()
    unknown["distance_km"]["W1"]["R1"] = None
    assert parse(unknown).distances["W1"]["R1"] is None


def test_the_order_of_the_lists_changes_nothing():
    turned = copy.deepcopy(document())
    turned["workers"].reverse()
    assert parse(turned) == parse(document())
