"""Every place of a document, broken in every way: refused with its path, or still understood."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from d2a_desktop.engines.neutral_json import NeutralFormatError
from d2a_desktop.scheduling.problem import parse
from tests.unit.scheduling.instances import assessor, horizon, problem, visit

Json = dict[str, Any]
Path = tuple[str | int, ...]
_GONE = object()
_WRONG: tuple[Any, ...] = (
    _GONE, None, True, -1, 0.5, 10**30, float("nan"), float("inf"), "", "x", [], {}, [None],
    "2027-13-01", "2027-03-01T25:00", "2027-03-28T01:30", "9999-12-31T23:59", ["17:00", "09:00"],
    [{"start": "2027-03-01T10:00", "end": "2027-03-01T09:00"}], "\ud800", "\N{SNOWMAN}" * 300,
)  # fmt: skip


def document() -> Json:
    """Everything that the format knows, once."""
    booked = {"id": "P1", "start": "2027-03-01T12:00", "end": "2027-03-01T13:00", "node": "clinic"}
    person = assessor(
        "A1",
        appointments=[booked],
        absences=[{"start": "2027-03-02T09:00", "end": "2027-03-02T12:00"}],
        extra_shifts=[{"start": "2027-03-06T09:00", "end": "2027-03-06T12:00"}],
    )
    asked = visit(
        "V1",
        "2027-02-28T12:00",
        gender_required="F",
        gender_preferred="F",
        languages_preferred=["pl"],
        previous_assessor="A1",
        windows=[{"start": "2027-03-01T09:00", "end": "2027-03-01T16:00"}],
        confirmed={"assessor": "A1", "start": "2027-03-01T10:00"},
    )
    return problem(
        [person],
        [asked],
        calendar=horizon("2027-03-01", "2027-03-07", "2027-03-05"),
        previous_plan=[{"visit": "V1", "assessor": "A1", "start": "2027-03-01T10:00"}],
    )


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a document, itself included."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    if isinstance(value, list):
        for n, inner in enumerate(value):
            yield from places(inner, (*path, n))


def put(whole: Json, path: Path, value: Any) -> Any:
    """Return a copy with another value at a place."""
    if not path:
        return None if value is _GONE else value
    changed = copy.deepcopy(whole)
    inner: Any = changed
    for step in path[:-1]:
        inner = inner[step]
    if value is _GONE:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return changed


def told(path: Path) -> str:
    """The path as a refusal writes it."""
    words = "$"
    for step in path:
        plain = isinstance(step, str) and step.replace("_", "a").isalnum()
        words += f".{step}" if plain else f"[{step!r}]"
    return words


@pytest.mark.parametrize("path", list(places(document())), ids=told)
def test_a_wrong_value_is_refused_with_a_path_or_understood(path: Path):
    whole = document()
    parse(whole)
    for value in _WRONG:
        try:
            parse(put(whole, path, value))
        except NeutralFormatError as refused:
            assert refused.path.startswith("$")  # noqa: PT017  any other error fails the test
            assert refused.exit_code == 2  # noqa: PT017  likewise


@pytest.mark.parametrize(
    "path",
    [
        ("calendar", "timezone"),
        ("calendar", "horizon_start"),
        ("calendar", "bank_holidays", 0),
        ("rules", "deadline_hours"),
        ("weights", "continuity"),
        ("assessors", 0, "pattern", "mon"),
        ("assessors", 0, "extra_shifts", 0, "end"),
        ("assessors", 0, "absences", 0, "start"),
        ("assessors", 0, "appointments", 0, "node"),
        ("assessors", 0, "works_bank_holidays"),
        ("visits", 0, "arrived_home"),
        ("visits", 0, "duration_minutes"),
        ("visits", 0, "windows", 0, "end"),
        ("visits", 0, "confirmed", "assessor"),
        ("visits", 0, "priority_weight"),
        ("previous_plan", 0, "visit"),
        ("travel_minutes", "base:A1", "home:V1"),
        ("now",),
    ],
    ids=told,
)
def test_the_path_is_that_of_the_wrong_value(path: Path):
    with pytest.raises(NeutralFormatError) as refused:
        parse(put(document(), path, {"wrong": ["value"]}))
    assert refused.value.path == told(path)
