"""The checker's own mutation test: each comparison, turned, must be noticed by some plan.

The corpus is every broken and kept rule of the other tests, and generated boards with plans shaken
at random. A mutant that judges all of them like the checker would be a check that nobody tests.
"""

from __future__ import annotations

import ast
import copy
import random
import sys
import types
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.matching import checker, checker_facts
from d2a_desktop.matching.circumstances import OPTIONAL_WEIGHTS
from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.greedy import Greedy
from d2a_desktop.matching.problem import parse
from tests.unit.matching import test_checker, test_reference_rules
from tests.unit.matching.instances import agency_case, part, problem, referral, worker

Json = dict[str, Any]
Check = Callable[[Json, Json], Any]

_SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_MODULES = {"checker": checker, "checker_facts": checker_facts}
# Turned, these judge the same: the reason stands beside each.
_EQUAL = {
    (
        "checker",
        "27",
    ): "a window beside the stay holds no more days than the nearest that touches it",
}


class _Mutator(ast.NodeTransformer):
    """Turns the node of one number; counts them all."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.seen = -1
        self.what = ""

    def _mine(self, node: ast.AST) -> bool:
        self.seen += 1
        if self.seen == self.wanted:
            self.what = f"line {getattr(node, 'lineno', 0)}: {ast.unparse(node)}"
        return self.seen == self.wanted

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        # `frozen=True` and the like judge no plan.
        for n, statement in enumerate(node.body):
            node.body[n] = self.visit(statement)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        for n, operator in enumerate(node.ops):
            if self._mine(node):
                node.ops[n] = _SWAPS[type(operator)]()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        if self._mine(node):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and self._mine(node):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        value = node.value
        if isinstance(value, int) and self._mine(node):
            other = not value if isinstance(value, bool) else value + 1
            return ast.copy_location(ast.Constant(other), node)
        return node


def mutant(name: str, wanted: int) -> tuple[Check | None, str]:
    """Return a checker with the wanted node turned, or None where there is no such node."""
    source = Path(str(_MODULES[name].__file__)).read_text(encoding="utf-8")
    mutator = _Mutator(wanted)
    tree = ast.fix_missing_locations(mutator.visit(ast.parse(source)))
    if not mutator.what:
        return None, ""
    fresh = types.ModuleType(f"mutant_{name}")
    fresh.__dict__["__name__"] = fresh.__name__
    sys.modules[fresh.__name__] = fresh
    try:
        exec(compile(tree, "mutant", "exec"), fresh.__dict__)
    finally:
        del sys.modules[fresh.__name__]
    if name == "checker":
        return fresh.check, mutator.what
    return _with_facts(fresh), mutator.what


def _with_facts(facts: types.ModuleType) -> Check:
    source = Path(str(checker.__file__)).read_text(encoding="utf-8")
    module = types.ModuleType("checker_of_mutant")
    sys.modules[module.__name__] = module
    exec(compile(source, "checker", "exec"), module.__dict__)
    del sys.modules[module.__name__]
    for name in ("Stay", "broken_facts", "fact_points"):
        setattr(module, name, getattr(facts, name))
    check: Check = module.check
    return check


@cache
def corpus() -> list[tuple[Json, Json]]:
    """Return (document, plan) pairs, of which each is judged with codes and objective."""
    return [*_by_hand(), *_shaken()]


def _by_hand() -> Iterator[tuple[Json, Json]]:
    yield test_checker.board(), test_checker.GOOD
    for _, mutate in test_checker.MUTATIONS:
        document = copy.deepcopy(test_checker.board())
        mutate(document)
        yield document, test_checker.GOOD
    rules, plan = test_reference_rules, test_reference_rules.PLAN
    for rule, (_, kept, broken, unknown) in rules.HARD.items():
        for change in (kept, broken, unknown):
            if change is not None:
                yield rules.board(change), plan
        signed = rules.board(broken)
        signed["overrides"] = [rules.override(rules.override_code(rule))]
        yield signed, plan
        for wrong in ({"expires": "2027-02-15"}, {"worker": "W9"}, {"reason": " "}, {"role": ""}):
            unsigned = copy.deepcopy(signed)
            unsigned["overrides"][0].update(wrong)
            yield unsigned, plan
    for _, _, change in rules.ALSO_BROKEN:
        yield rules.board(change), plan
    for key, kept, missed, _ in rules.SOFT.values():
        yield rules.weighed(kept, {key: 3}), plan
        yield rules.weighed(missed, {key: 3}), plan
    yield from _corners()


def _corners() -> Iterator[tuple[Json, Json]]:
    """Yield what the tables of the other tests have no case for."""
    rules, plan = test_reference_rules, test_reference_rules.PLAN
    for change in (
        {"referral": {"can_be_left_alone": True}},
        {"referral": {"can_be_left_alone": None, "break_cover_arranged": True}},
        {"referral": {"double_handed": False, "second_carer_arranged": None}},
        {"worker": {"contraindications": None}},
        {"worker": {"contraindications": ["cat"]}, "referral": {"home_features": None}},
        {"worker": {"contraindications": []}, "referral": {"home_features": None}},
        {"referral": {"demands": None}, "worker": {"must_not": []}},
        {"referral": {"demands": []}},
        {"referral": {"protections_required": None}},
        {"referral": {"vehicle": "manual"}, "worker": {"vehicles": ["automatic"]}},
        {"referral": {"needs_driver": True, "vehicle": None}, "worker": {"vehicles": ["x"]}},
        {"referral": {"needs_driver": True, "vehicle": "x"}},
        {"referral": {"needs_driver": False}, "worker": {"driver": False}},
        {"agency": {"areas": None}, "referral": {"area": "PO"}},
        {"agency": {"areas": ["PO"]}},
        {"agency": {"registered": None}},
        {"worker": {"certificates": {}}},
        {"worker": {"cannot_confirm": ["skill:peg", "gender", "driver", "smoking"]}},
        {"worker": {"cannot_confirm": ["smoking"]}, "referral": {"smoking_home": True}},
        {"worker": {"cannot_confirm": ["smoking"]}, "referral": {"non_smoker_required": True}},
        {"worker": {"cannot_confirm": ["gender"]}, "part": {"gender_required": "F"}},
        {"worker": {"cannot_confirm": ["pets:dog"]}, "referral": {"pets": ["dog"]}},
        {"worker": {"cannot_confirm": ["language:en"]}, "referral": {"languages_required": ["en"]}},
        {"worker": {"skills_valid_to": None}, "part": {"required_skills": ["hoist"]}},
        {"worker": {"certificates": {"DBS": {"issued": "2024-01-31", "valid_months": 37}}}},
        {"worker": {"certificates": {"DBS": {"issued": "2024-12-16", "valid_months": 26}}}},
        {"worker": {"certificates": {"DBS": {"issued": "2024-12-15", "valid_months": 26}}}},
        {"worker": {"certificates": {"DBS": {"issued": "2025-02-16", "valid_months": 22}}}},
        {"worker": {"certificates": {"DBS": {"issued": "2024-02-28", "valid_months": 36}}},
         "part": {"days": 26}},
        {"worker": {"certificates": {"DBS": {"issued": "2024-08-31", "valid_months": 30}}},
         "part": {"days": 26}},
        {"worker": {"certificates": {"DBS": {"issued": "2025-01-20", "valid_months": 36}}}},
        {"worker": {"max_distance_km": 10}},
        {"worker": {"available": [["2027-02-02", "2027-02-16"]]}},
        {"worker": {"engaged": [["2027-02-02", "2027-02-16"]]}},
        {"worker": {"min_rest_hours": 0, **rules.booked("2027-02-16T10:00", "2027-02-17T10:00")}},
        {"worker": {"min_rest_hours": 0, **rules.booked("2027-01-16T10:00", "2027-02-02T10:00")}},
        {"worker": {"min_rest_hours": 1, **rules.booked("2027-01-16T10:00", "2027-02-02T10:00")}},
        {"worker": {**rules.booked("2027-01-16T10:00", "2027-02-01T10:30+01:00")}},
        {"worker": {**rules.booked("2027-02-17T10:00", "2027-03-02T10:00")}},
        {"worker": {**rules.booked("2027-02-17T09:59", "2027-03-02T10:00")}},
        *({"worker": {"max_days_in_28": limit}} for limit in (13, 14, 20)),
        *({"worker": {"max_days_in_28": limit, **rules.booked(*away)}}
          for limit in (14, 15, 27, 28)
          for away in (("2027-01-05T10:00", "2027-01-07T10:00"),
                       ("2027-01-20T10:00", "2027-02-01T10:00"),
                       ("2027-02-17T10:00", "2027-03-03T10:00"),
                       ("2027-03-01T10:00", "2027-03-03T10:00"))),
        *({"agency": {"max_starts_per_7_days": 1, "recent_starts": days}}
          for days in (["2027-01-26"] * 2, ["2027-01-27"], ["2027-02-08"], ["2027-02-09"] * 2)),
    ):  # fmt: skip
        yield rules.board(change), plan
    everything = dict.fromkeys([*OPTIONAL_WEIGHTS, "language_preference"], 1)
    yield rules.weighed({}, everything), plan
    yield rules.weighed({"worker": {"preferred_block_days": [7, 14]}}, everything), plan
    yield from _of_parts()
    for code, change in (
        ("certificate:MH", {"part": {"required_certificates": ["MH"]},
                            "worker": {"cannot_confirm": ["certificate:MH"]}}),
        ("language", {"referral": {"languages_required": ["en"]},
                      "worker": {"cannot_confirm": ["language:en"]}}),
    ):  # fmt: skip
        document = rules.board(change)
        document["overrides"] = [rules.override(code)]
        yield document, plan
    for km in (10.25, 10.2, None):
        document = rules.board({})
        document["distance_km"]["W1"]["R1"] = km
        document["overrides"] = [rules.override("distance")]
        yield document, plan
    # The night of 28-Mar-2027 has an hour less.
    away = rules.booked("2027-03-01T10:00", "2027-03-27T10:00")
    for rest in (23, 24):
        night = problem(
            [worker("W1", min_rest_hours=rest, **away)],
            [referral("R1", earliest_start="2027-03-28", latest_start="2027-03-28")],
        )
        yield night, {**plan, "assignments": [_row("R1", "W1", "2027-03-28")]}
    # A rest set aside beside a booking is not set aside beside a planned stay.
    two = problem(
        [worker("W1", bookings=[{"start": "2027-01-01T10:00", "end": "2027-02-02T09:30"}])],
        [referral("R1"), referral("R2", earliest_start="2027-02-17", latest_start="2027-02-17")],
    )
    two["overrides"] = [
        {**rules.override("rest"), "expires": "2027-03-05", "referral": name}
        for name in ("R1", "R2")
    ]
    late = {**plan, "assignments": [*plan["assignments"], _row("R2", "W1", "2027-02-17")]}
    yield two, late
    two["referrals"][0]["parts"] = [part(days=15)]
    yield two, late
    for pin in ({"worker": "W1"}, {"worker": "W9"}, {"worker": "W1", "start": "2027-02-03"},
                {"worker": "W9", "part": 1}, {"worker": "W9", "referral": "R9"}):  # fmt: skip
        document = rules.board({})
        document["pins"] = [{"referral": "R1", "part": 0, **pin}]
        yield document, plan


def _of_parts() -> Iterator[tuple[Json, Json]]:
    """Yield people of several parts: a couple, relief, points of one part alone."""
    plan = test_reference_rules.PLAN
    for offsets in ((0, 0), (0, 20, 40)):
        crew = [worker(f"W{n + 1}") for n in range(len(offsets))]
        parts = [part(offset_days=offset) for offset in offsets]
        document = problem(crew, [referral("R1", double_handed=True, parts=parts)])
        document["extra_points"] = [
            {"referral": "R1", "part": n, "worker": "W1", "points": 3 + n, "sentence": "x"}
            for n in range(len(offsets))
        ]
        rows = [_row("R1", f"W{n + 1}", "2027-02-02", n) for n in range(len(offsets))]
        yield document, {**plan, "assignments": rows}


def _row(name: str, who: str, start: str, index: int = 0) -> Json:
    return {"referral": name, "part": index, "worker": who, "start": start}


def _shaken() -> Iterator[tuple[Json, Json]]:
    for seed in range(3):
        rng = random.Random(seed)
        document = agency_case(referrals=6, workers=6, seed=seed)
        for agency in document["agencies"]:
            agency["max_starts_per_7_days"] = 3
        document["extra_points"] = [
            {"referral": "R0001", "worker": "W0001", "points": 7, "sentence": "x"},
            {"referral": "R0002", "part": 0, "worker": "W0002", "points": 5, "sentence": "y"},
        ]
        whole = parse(document)
        plan = Greedy(whole, Timetable(whole)).plan()
        rows = [
            _row(name, who, str(choice.start), index)
            for name, choice in plan.items()
            for index, who in enumerate(choice.workers)
        ]
        names = [r["id"] for r in document["referrals"]]
        for _ in range(12):
            shaken = copy.deepcopy(rows)
            for row in rng.sample(shaken, min(len(shaken), rng.randint(0, 3))):
                if rng.random() < 0.5:
                    row["worker"] = rng.choice(document["workers"])["id"]
                else:
                    moved = date.fromisoformat(row["start"]) + timedelta(days=rng.randint(-9, 9))
                    for other in shaken:
                        if other["referral"] == row["referral"]:
                            other["start"] = str(moved)
            left = [n for n in names if n not in {row["referral"] for row in shaken}]
            yield document, {"instance": document["id"], "assignments": shaken, "unplaced": left}
        yield from _misshapen(document, rows, names)


def _misshapen(document: Json, rows: list[Json], names: list[str]) -> Iterator[tuple[Json, Json]]:
    good = {
        "instance": document["id"],
        "assignments": rows,
        "unplaced": [n for n in names if n not in {row["referral"] for row in rows}],
    }
    yield document, {**good, "instance": "another"}
    yield document, {**good, "assignments": rows[1:]}
    yield document, {**good, "assignments": [*rows, rows[0]]}
    yield document, {**good, "unplaced": [*good["unplaced"], "R9999"]}
    yield document, {**good, "unplaced": [{"referral": n} for n in good["unplaced"]]}
    for field in ("referral", "worker"):
        yield document, {**good, "assignments": [{**rows[0], field: "unknown"}, *rows[1:]]}


def judged(check: Check) -> Iterator[Any]:
    """Yield what a checker says of each pair; a checker that breaks down is noticed too."""
    for document, plan in corpus():
        try:
            found = check(document, plan)
        except Exception as error:  # noqa: BLE001  whatever a mutant does
            yield type(error).__name__
        else:
            told = sorted((v.code, v.referral) for v in found.violations)
            yield told, None if found.violations else repr(found.objective)


@pytest.mark.parametrize("name", _MODULES)
def test_each_comparison_of_the_checker_is_noticed_when_it_is_turned(name: str):
    expected = list(judged(checker.check))
    assert not [each for each in expected if isinstance(each, str)]
    unnoticed, count = [], 0
    while True:
        check, what = mutant(name, count)
        if check is None:
            break
        count += 1
        pairs = zip(judged(check), expected, strict=True)
        if (name, what.partition(": ")[2]) not in _EQUAL and all(
            one == other for one, other in pairs
        ):
            unnoticed.append((count - 1, what))
    assert count > 50
    assert unnoticed == [], "\n".join(map(str, unnoticed))
