"""Every place of a full document, spoilt in every way: a path is named, nothing breaks down."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.matching.engine import solve_document
from d2a_desktop.matching.problem import parse
from d2a_desktop.matching.questions import read_questions
from tests.unit.matching.instances import part, problem, referral, worker

Json = dict[str, Any]
_GONE = object()
_SPOILT: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 10**30, float("nan"), "", "no such", "2027-02-30", [], [None], {},
    _GONE,
)  # fmt: skip


def full_document() -> Json:
    """Return a document with every field the engine knows, the optional ones too."""
    carer = worker(
        "W1", max_days_in_28=28, cannot_confirm=["driver"], refused=["R2"],
        certificates={"DBS": "2030-01-01", "MH": {"issued": "2024-02-29", "valid_months": 36}},
        bookings=[{"start": "2027-01-01T10:00", "end": "2027-01-20T10:00"}],
        engaged=[["2026-01-01", "2028-01-01"]], skills_valid_to={"hoist": "2028-01-01"},
        refresher_booked=["MH"], contraindications=["cat"], vehicles=["manual"],
        protections=["flu"], must_not=["full_hoist"], uneasy_with=["dog"], region="S",
        preferred_block_days=[7, 28],
        experience=2, weeks_since_placement=1, rate_band=2, accepts_home=["rural"], cooks=["halal"],
        interests=["chess"], background=["x"], arrives_from="2027-01-31T10:00",
    )  # fmt: skip
    person = referral(
        "R1", gender_required="F", gender_preferred="F", languages_required=["en"], pets=["dog"],
        excluded_workers=["W2"], previous_workers=["W1"], no_start_dates=["2027-02-03"],
        double_handed=False, second_carer_arranged=True, waking_night=False,
        night_cover_arranged=True, home_features=["rural"], vehicle="manual", vehicle_insured=True,
        bedroom=True, home_safe=True, can_be_left_alone=True, break_cover_arranged=True,
        interpreter_arranged=True, protections_required=["flu"], area="PO", demands=["stand_aid"],
        consent=True, preferred_workers=["W1"], background_preferred=["x"], driver_useful=True,
        region="S", complexity=2, rate_band=2, diets=["halal"], interests=["chess"],
        outgoing_leaves="2027-02-02T12:00", parts=[part(gender_required="F")],
    )  # fmt: skip
    document = problem([carer, worker("W2")], [person, referral("R2")])
    document["agencies"][0].update(
        max_starts_per_7_days=3, recent_starts=["2027-01-30"], registered=True, on_contract=True,
        areas=["PO"],
    )  # fmt: skip
    entry = {"referral": "R1", "part": 0, "worker": "W1", "start": "2027-02-02"}
    document["offers"], document["current_plan"] = [entry], [dict(entry)]
    document["extra_points"] = [
        {"referral": "R1", "part": 0, "worker": "W1", "points": 1, "sentence": "x"}
    ]
    document["overrides"] = [
        {"rule": "gender", "worker": "W1", "referral": "R1", "role": "manager", "reason": "x",
         "expires": "2027-12-31"},
    ]  # fmt: skip
    document["pins"] = [dict(entry)]
    document["scarce_skills"] = ["hoist"]
    document["weights"]["fairness"] = 2
    document["questions"] = [
        {"ask": "pin", **entry}, {"ask": "why_nobody", "referral": "R2"},
        {"ask": "override", "rule": "gender", "worker": "W1", "referral": "R1"},
    ]  # fmt: skip
    return document


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a document."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, key))


def spoil(document: Json, path: tuple[Any, ...], value: Any) -> Json:
    target: Any = document
    for step in path[:-1]:
        target = target[step]
    if value is _GONE:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return document


def test_the_full_document_is_read_and_solved():
    solution = solve_document(full_document())
    assert solution["status"] == "optimal"
    assert len(solution["answers"]) == 3
    assert parse(json.loads(json.dumps(full_document()))) == parse(full_document())


def refusal_of(document: Json) -> UsageError | None:
    """Return the refusal of a document, None where it is read; anything else breaks the test."""
    try:
        read_questions(document, parse(document))
    except UsageError as refused:
        return refused
    return None


@pytest.mark.parametrize("section", [*full_document()])
def test_a_spoilt_place_is_read_or_refused_with_its_path(section: str):
    for path in (path for path in places(full_document()) if path[0] == section):
        spoilt = [spoil(copy.deepcopy(full_document()), path, value) for value in _SPOILT]
        refusals = [refused for document in spoilt if (refused := refusal_of(document))]
        assert all(r.exit_code == 2 and str(r).startswith("$") for r in refusals)
        # Nothing but the title takes every kind of value.
        assert refusals or section == "title", path


@pytest.mark.parametrize("section", ["workers", "referrals", "agencies", "distance_km", "weights"])
def test_what_is_read_although_spoilt_is_also_solved(section: str):
    paths = [path for path in places(full_document()) if path[0] == section]
    for path in paths[::5]:
        for value in _SPOILT:
            document = spoil(full_document(), path, value)
            document.pop("questions")
            if refusal_of(document) is None:
                assert solve_document(document)["status"] == "optimal"
