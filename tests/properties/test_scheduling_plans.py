"""Properties of schedules over generated diaries, small enough to try every one."""

from __future__ import annotations

import copy
import itertools
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from d2a_desktop.engines.cpsat import Effort, StopFlag
from d2a_desktop.engines.neutral_json import wall_clock
from d2a_desktop.scheduling import fleet
from d2a_desktop.scheduling.checker import check
from d2a_desktop.scheduling.engine import solve_document
from d2a_desktop.scheduling.insertion import first_plan
from d2a_desktop.scheduling.planner import plan
from d2a_desktop.scheduling.problem import parse
from d2a_desktop.scheduling.route import Board
from tests.unit.scheduling.brute_force import best_objective, grid
from tests.unit.scheduling.instances import assessor, horizon, hub_case, problem, visit

Json = dict[str, Any]
SEEDS = st.integers(0, 10_000)
# A repeatable measure of work, so that a busy machine changes nothing.
EFFORT = Effort(seconds=60, deterministic=2)
DAY = "2027-03-01"


@st.composite
def tiny_diaries(draw: st.DrawFn) -> Json:
    """Up to two assessors and three visits on one short day; everything on the half hour."""
    clock = [f"{DAY}T{h:02}:{m}" for h in range(9, 13) for m in ("00", "30")]

    def span() -> Json:
        first = draw(st.integers(0, len(clock) - 3))
        last = draw(st.integers(first + 2, len(clock) - 1))
        return {"start": clock[first], "end": clock[last]}

    crew = [
        assessor(
            f"A{n}",
            skills=draw(st.sampled_from([["OT"], ["OT", "SW"]])),
            pattern={"mon": ["09:00", draw(st.sampled_from(["11:30", "13:00"]))]},
            absences=[span()] if draw(st.integers(0, 3)) == 0 else [],
            gender=draw(st.sampled_from("FM")),
        )
        for n in range(draw(st.integers(0, 2)))
    ]
    people = []
    for n in range(draw(st.integers(0, 3))):
        clock_start = draw(
            st.sampled_from(["2027-02-27T10:00", "2027-02-27T11:00", f"{DAY}T09:00"])
        )
        confirmed = None
        # Two promises that exclude each other have no best plan; one is enough to pin.
        if crew and n == 0 and draw(st.integers(0, 2)) == 0:
            confirmed = {"assessor": "A0", "start": draw(st.sampled_from(clock))}
        people.append(
            visit(
                f"V{n}",
                clock_start,
                duration_minutes=draw(st.sampled_from([30, 60])),
                required_skills=draw(st.sampled_from([["OT"], ["SW"]])),
                gender_preferred=draw(st.sampled_from([None, "F"])),
                windows=draw(st.sampled_from([None, None, [span()]])),
                priority_weight=draw(st.integers(0, 3)),
                confirmed=confirmed,
            )
        )
    document = problem(crew, people, calendar=horizon(DAY, DAY))
    document["travel_minutes"] = {
        a: {b: 0 if a == b else 30 for b in ways} for a, ways in document["travel_minutes"].items()
    }
    if crew and people:
        document["previous_plan"] = [
            {"visit": "V0", "assessor": "A0", "start": draw(st.sampled_from(clock))}
        ]
    return document


@settings(max_examples=60, deadline=None)
@given(tiny_diaries())
def test_no_schedule_is_better_than_the_one_called_optimal(document: Json):
    solution = solve_document(document)
    assert solution["status"] == "optimal"
    best = best_objective(document, grid(f"{DAY}T09:00", f"{DAY}T13:00", 30))
    assert tuple(solution["objective"]) == best


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(0, 16), st.integers(0, 4))
def test_a_schedule_breaks_no_rule_and_is_never_worse_than_insertion(
    seed: int, visits: int, crew: int
):
    document = hub_case(assessors=crew, visits=visits, seed=seed)
    result = plan(parse(document), effort=Effort(seconds=1), rounds=5)
    assert result.cost <= result.greedy
    known = [low for low in result.bound if low is not None]
    assert all(low <= value for low, value in zip(known, result.cost, strict=False))
    solution = solve_document(document, effort=Effort(seconds=0.5))
    checked = check(document, solution)
    assert checked.violations == ()
    assert list(checked.objective) == solution["objective"]


@settings(max_examples=6, deadline=None)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_same_diary_in_another_order_gives_the_same_schedule(seed: int, random: Any):
    document = hub_case(assessors=3, visits=7, seed=seed)
    turned = copy.deepcopy(document)
    for name in ("assessors", "visits"):
        random.shuffle(turned[name])
    assert solve_document(document, effort=EFFORT) == solve_document(turned, effort=EFFORT)


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_nobody_is_dropped_and_a_stop_leaves_a_valid_schedule(seed: int):
    document = hub_case(assessors=2, visits=20, seed=seed)
    stop = StopFlag()
    stop.set()
    solution = solve_document(document, stop=stop)
    assert check(document, solution).violations == ()
    named = [row["visit"] for row in (*solution["visits"], *solution["unscheduled"])]
    assert sorted(named) == [visit["id"] for visit in document["visits"]]


def _worse(document: Json, how: str) -> Json:
    """A document that asks more of the same people, or the same of fewer."""
    worse = copy.deepcopy(document)
    if how == "one assessor fewer":
        worse["assessors"].pop()
    elif how == "an absence":
        away = {"start": f"{DAY}T10:00", "end": f"{DAY}T11:00"}
        worse["assessors"][0]["absences"].append(away)
    elif how == "a longer way":
        for start, ways in worse["travel_minutes"].items():
            worse["travel_minutes"][start] = {e: m + 10 if m else 0 for e, m in ways.items()}
    elif how == "a later start":
        worse["now"] = f"{DAY}T09:30"
    else:
        worse["visits"][0]["windows"] = [{"start": f"{DAY}T10:00", "end": f"{DAY}T12:00"}]
    return worse


@settings(max_examples=25, deadline=None)
@given(
    tiny_diaries(),
    st.sampled_from(
        ["one assessor fewer", "an absence", "a longer way", "a later start", "a window"]
    ),
)
def test_a_worse_input_never_gives_a_better_result(document: Json, how: str):
    # A promise that falls away may make room; that is another question.
    document["previous_plan"] = []
    for row in document["visits"]:
        row |= {"confirmed": None, "windows": None}
    assume(len(document["assessors"]) > 0 and len(document["visits"]) > 0)
    before, after = solve_document(document), solve_document(_worse(document, how))
    assert before["status"] == after["status"] == "optimal"
    assert after["objective"] >= before["objective"]


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.integers(0, 30))
def test_a_cancel_at_any_moment_leaves_a_valid_schedule(seed: int, after: int):
    """The stop is asked for by the search itself, so the moment is chosen, not timed."""
    document = hub_case(assessors=3, visits=24, seed=seed)
    board = Board(parse(document))
    asked = itertools.count()
    found = fleet.search(
        first_plan(board),
        late=bool(seed % 2),
        seed=1,
        iterations=None,
        stopped=lambda: next(asked) >= after,
    )
    rows = [
        {"visit": name, "assessor": s.assessor, "start": wall_clock(s.start, board.problem.zone)}
        for name, s in found.slots().items()
    ]
    left = [v["id"] for v in document["visits"] if v["id"] not in found.slots()]
    checked = check(document, {"instance": document["id"], "visits": rows, "unscheduled": left})
    assert checked.violations == ()
    assert checked.objective == found.cost()


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_the_same_seed_gives_the_same_large_plan(seed: int):
    document = hub_case(assessors=4, visits=20, seed=seed)
    effort = Effort(seconds=60, deterministic=0.2)
    assert solve_document(document, effort=effort) == solve_document(document, effort=effort)
