"""The checker's own test: each of its decisions, knocked out or turned, is noticed.

Every `if` of the checker is made never true, every filter lets all through, every comparison is
turned or shifted by one; then a battery of good and broken plans is judged by the mutant. A mutant
that judges all of them as the true checker does has survived.
"""

from __future__ import annotations

import ast
import copy
import sys
import time
import types
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.scheduling import checker
from tests.unit.scheduling.instances import assessor, horizon, problem, visit
from tests.unit.scheduling.test_checker import GOOD, MUTATIONS, diary

Json = dict[str, Any]
SOURCE = Path(checker.__file__).read_text(encoding="utf-8")
_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
# What no plan can tell apart from the true checker, each with its reason.
_SAME = {
    # A piece of no length holds no stop; and each of the two places that drop them suffices.
    "a < b -> a <= b",
    "a < b -> always",
}


def plans() -> Iterator[tuple[Json, Json]]:
    """Good plans and plans broken in every way, each with its document."""
    yield diary(), GOOD
    for _, mutate in MUTATIONS:
        document = copy.deepcopy(diary())
        mutate(document)
        yield document, GOOD
    good: Json = GOOD
    first, second = good["visits"]
    for rows, left in (
        ([first], ["V2"]),
        ([second], ["V1"]),
        ([], ["V1", "V2"]),
        ([first], []),
        ([first, second], ["V1"]),
        ([first, second, {**second, "visit": "V9"}], []),
        ([first, {**second, "assessor": "A9"}], []),
        ([{**first, "assessor": "A2"}, second], []),
        ([{**first, "start": "2027-03-01T09:16"}, second], []),
        ([{**first, "start": "2027-03-01T13:15"}, second], []),
        ([first, {**second, "start": "2027-03-01T10:45"}], []),
        ([first, {**second, "start": "2027-03-01T10:46"}], []),
        ([first, second], [{"visit": "V9", "reasons": []}]),
    ):
        yield diary(), {"instance": "test", "visits": rows, "unscheduled": left}
    yield diary(), {**GOOD, "instance": "other"}
    yield from _times()
    yield from _promises()


def _one(start: str, *, arrived: str = "2027-02-28T12:00", **changes: Any) -> tuple[Json, Json]:
    """One visit of A1 at a time, in a document changed at the top or at the only assessor."""
    person = {key[3:]: changes.pop(key) for key in list(changes) if key.startswith("a1_")}
    asked = {key[3:]: changes.pop(key) for key in list(changes) if key.startswith("v1_")}
    document = problem([assessor("A1", **person)], [visit("V1", arrived, **asked)], **changes)
    row = {"visit": "V1", "assessor": "A1", "start": start}
    return document, {"instance": "test", "visits": [row], "unscheduled": []}


def _times() -> Iterator[tuple[Json, Json]]:
    day = "2027-03-01T"
    at = f"{day}10:00"
    yield _one(at, arrived=at)
    yield _one(at, v1_not_before=at)
    yield _one(at, v1_windows=[{"start": at, "end": f"{day}11:00"}])
    yield _one(at, v1_windows=[[f"{day}09:00", f"{day}10:59"]])
    yield _one(at, arrived="2027-02-27T10:00")
    yield _one(at, arrived="2027-02-27T09:59")
    for start in ("09:15", "09:14", "15:45", "15:46"):
        yield _one(f"{day}{start}")
    for former in ("09:30", "09:29", "10:30", "10:31"):
        planned = {"visit": "V1", "assessor": "A1", "start": f"{day}{former}"}
        yield _one(at, previous_plan=[planned])
    yield _one(at, v1_previous_assessor="A1", v1_gender_preferred="F")
    yield _one(at, v1_previous_assessor="", v1_gender_preferred="M")
    holiday = horizon("2027-03-01", "2027-03-02", "2027-03-01")
    yield _one(at, calendar=holiday)
    yield _one(at, calendar=holiday, a1_works_bank_holidays=True)
    yield _one(at, a1_pattern={}, a1_extra_shifts=[{"start": f"{day}09:45", "end": f"{day}11:15"}])
    for begins in ("12:00", "12:01", "11:30"):
        # Two shifts that touch are two round trips; two that overlap are one.
        extra = {"start": f"{day}{begins}", "end": f"{day}14:00"}
        yield _one(f"{day}11:50", a1_pattern={"mon": ["09:00", "12:00"]}, a1_extra_shifts=[extra])
    for away in (("11:00", "12:00"), ("11:15", "12:00"), ("09:00", "09:45"), ("10:59", "12:00")):
        yield _one(at, a1_absences=[{"start": f"{day}{away[0]}", "end": f"{day}{away[1]}"}])
    for booked in (("08:30", "09:30"), ("09:00", "09:45"), ("16:30", "17:00"), ("16:30", "17:30")):
        stop = {
            "id": "P1", "node": "clinic", "start": f"{day}{booked[0]}", "end": f"{day}{booked[1]}",
        }  # fmt: skip
        yield _one(at, a1_appointments=[stop])
    yield _one(
        f"{day}09:40",
        a1_appointments=[
            {"id": "P1", "node": "clinic", "start": f"{day}08:30", "end": f"{day}09:30"}
        ],
    )
    touching = {"start": f"{day}12:00", "end": f"{day}14:00"}
    at_home, solution = _one(
        f"{day}12:00", a1_pattern={"mon": ["09:00", "12:00"]}, a1_extra_shifts=[touching]
    )
    at_home["travel_minutes"]["base:A1"]["home:V1"] = 0
    yield at_home, solution
    round_trip, solution = _one(at)
    round_trip["travel_minutes"]["base:A1"]["base:A1"] = 5
    yield round_trip, solution
    # By summer time, an hour off UTC.
    summer = horizon("2027-07-05", "2027-07-05")
    yield _one(
        "2027-07-05T10:00",
        arrived="2027-07-05T08:30+00:00",
        calendar=summer,
        now="2027-07-05T08:00",
    )
    last = horizon("2027-03-01", "2027-03-01")
    yield _one(at, calendar=last)
    night = {"start": f"{day}20:00", "end": "2027-03-02T04:00"}
    for start in (f"{day}21:00", f"{day}22:45", f"{day}22:46", "2027-03-02T01:00"):
        yield _one(start, calendar=last, a1_extra_shifts=[night])
    yield _one(
        f"{day}07:00", now=f"{day}09:00", a1_extra_shifts=[{**night, "start": f"{day}06:00"}]
    )


def _promises() -> Iterator[tuple[Json, Json]]:
    day = "2027-03-01T"
    promise = {"assessor": "A1", "start": f"{day}10:00"}
    for away in (("09:00", "10:00"), ("09:00", "10:01"), ("11:00", "12:00"), ("10:59", "12:00")):
        absence = [{"start": f"{day}{away[0]}", "end": f"{day}{away[1]}"}]
        for start in ("10:00", "13:00"):
            yield _one(f"{day}{start}", v1_confirmed=promise, a1_absences=absence)
        document, solution = _one(f"{day}10:00", v1_confirmed=promise, a1_absences=absence)
        yield document, {**solution, "visits": [], "unscheduled": ["V1"]}
    for change in ({"required_skills": ["SW"]}, {"required_skills": ["OT"]}):
        named = {f"v1_{key}": value for key, value in change.items()}
        document, solution = _one(f"{day}10:00", v1_confirmed=promise, **named)
        yield document, {**solution, "visits": [], "unscheduled": ["V1"]}
    # A promise of somebody else is no reason to leave one out.
    elsewhere = [
        visit("V1", "2027-02-28T12:00", confirmed=promise),
        visit("V2", "2027-02-28T12:00", confirmed={**promise, "assessor": "A2"}),
    ]
    yield (
        problem([assessor("A1"), assessor("A2")], elsewhere),
        {"instance": "test", "visits": [{"visit": "V1", **promise}], "unscheduled": ["V2"]},
    )
    # Two promises that exclude each other: either one may be left out.
    crew, late = [assessor("A1")], {**promise, "start": f"{day}10:30"}
    people = [
        visit("V1", "2027-02-28T12:00", confirmed=promise),
        visit("V2", "2027-02-28T12:00", confirmed=late),
    ]
    for kept, out in (("V1", "V2"), ("V2", "V1")):
        row = {"visit": kept, **(promise if kept == "V1" else late)}
        yield (
            problem(crew, people),
            {"instance": "test", "visits": [row], "unscheduled": [out]},
        )


@cache
def battery() -> tuple[tuple[Json, Json], ...]:
    return tuple(plans())


def judged(module: types.ModuleType) -> Iterator[Any]:
    """Yield what a checker says of each plan of the battery; how it fails, where it does."""
    for document, solution in battery():
        try:
            checked = module.check(document, solution)
        except Exception as problem:  # noqa: BLE001  a mutant may fail in any way; that is noticed
            yield type(problem).__name__
            continue
        codes = sorted((each.code, each.visit) for each in checked.violations)
        yield codes, checked.objective


def survives(module: types.ModuleType, truth: Sequence[Any]) -> bool:
    """Tell whether a checker judges every plan as the true one does."""
    return all(one == other for one, other in zip(judged(module), truth, strict=True))


def mutants() -> list[tuple[str, ast.Module]]:
    """Every mutant with what was done to it."""
    found = []
    count = sum(1 for _ in _places(ast.parse(SOURCE)))
    for n in range(count):
        tree = ast.parse(SOURCE)
        words = next(place for number, place in enumerate(_places(tree)) if number == n)()
        if not any(words.endswith(same) for same in _SAME):
            found.append((words, ast.fix_missing_locations(tree)))
    return found


def _places(tree: ast.Module) -> Iterator[Any]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If | ast.IfExp) and "TYPE_CHECKING" not in ast.unparse(node.test):
            yield lambda node=node: _never(node)
        if isinstance(node, ast.comprehension):
            for at in range(len(node.ifs)):
                yield lambda node=node, at=at: _always(node, at)
        if isinstance(node, ast.Compare):
            for at in range(len(node.ops)):
                yield lambda node=node, at=at: _turn(node, at)


def _never(node: Any) -> str:
    words = f"line {node.lineno}: if {ast.unparse(node.test)} -> never"
    node.test = ast.Constant(value=False)
    return words


def _always(node: ast.comprehension, at: int) -> str:
    words = f"line {node.ifs[at].lineno}: {ast.unparse(node.ifs[at])} -> always"
    node.ifs[at] = ast.Constant(value=True)
    return words


def _turn(node: ast.Compare, at: int) -> str:
    before = ast.unparse(node)
    node.ops[at] = _TURNED[type(node.ops[at])]()
    return f"line {node.lineno}: {before} -> {ast.unparse(node)}"


def loaded(name: str, tree: ast.Module, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    module = types.ModuleType(name)
    # Dataclasses look their module up by name.
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(tree, name, "exec"), module.__dict__)
    return module


@pytest.fixture(autouse=True)
def far_from_london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the computer itself live in another zone: whoever leans on its zone is noticed."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_every_decision_of_the_checker_is_noticed_when_it_is_knocked_out(
    monkeypatch: pytest.MonkeyPatch,
):
    truth = list(judged(checker))
    assert survives(loaded("checker_same", ast.parse(SOURCE), monkeypatch), truth)
    all_of_them = mutants()
    survivors = [
        words
        for n, (words, tree) in enumerate(all_of_them)
        if survives(loaded(f"checker_mutant_{n}", tree, monkeypatch), truth)
    ]
    assert len(all_of_them) > 50
    assert survivors == []
