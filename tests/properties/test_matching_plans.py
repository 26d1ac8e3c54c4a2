"""Properties of matching plans over generated boards, small enough to try every plan."""

from __future__ import annotations

import copy
import dataclasses
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from d2a_desktop.engines.cpsat import Effort, StopFlag
from d2a_desktop.matching import solver
from d2a_desktop.matching.checker import check
from d2a_desktop.matching.eligibility import Timetable
from d2a_desktop.matching.engine import solve_document
from d2a_desktop.matching.greedy import Greedy
from d2a_desktop.matching.model import Component, SearchStopped
from d2a_desktop.matching.neighbourhood import choose, small_problem
from d2a_desktop.matching.problem import parse
from d2a_desktop.matching.scoring import Scorer
from d2a_desktop.matching.solver import solve
from tests.unit.matching.brute_force import best_objective
from tests.unit.matching.instances import agency_case, part, problem, referral, worker

Json = dict[str, Any]
SEEDS = st.integers(0, 10_000)
# A repeatable measure of work, so that a busy machine changes nothing.
EFFORT = Effort(seconds=60, deterministic=2)


@st.composite
def tiny_boards(draw: st.DrawFn) -> Json:
    """Up to three workers and three referrals, over a clock change, with every dynamic rule."""
    days = [f"2027-03-{day}" for day in (26, 27, 28, 29)]
    crew = [
        worker(
            f"W{n}",
            gender=draw(st.sampled_from("FM")),
            skills=draw(st.sampled_from([[], ["hoist"]])),
            min_rest_hours=draw(st.sampled_from([0, 23, 24, 25])),
            max_days_in_28=draw(st.sampled_from([None, 4, 6])),
            bookings=draw(
                st.sampled_from([[], [{"start": "2027-03-20T10:00", "end": "2027-03-26T10:00"}]])
            ),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    people = []
    for n in range(draw(st.integers(0, 3))):
        first, last = sorted(draw(st.lists(st.sampled_from(days), min_size=2, max_size=2)))
        stints = draw(st.sampled_from([[0], [0], [0, 0], [0, 2]]))
        people.append(
            referral(
                f"R{n}",
                fit_date="2027-03-26",
                earliest_start=first,
                latest_start=last,
                priority_weight=draw(st.integers(1, 3)),
                gender_preferred=draw(st.sampled_from([None, "F"])),
                parts=[
                    part(
                        offset_days=offset,
                        days=draw(st.sampled_from([1, 2, 3])),
                        start_time=draw(st.sampled_from(["09:00", "10:00"])),
                        required_skills=draw(st.sampled_from([[], ["hoist"]])),
                    )
                    for offset in stints
                ],
            )
        )
    cap = draw(st.sampled_from([None, 1, 2]))
    agency = {"id": "A1", "max_starts_per_7_days": cap, "recent_starts": ["2027-03-21"]}
    document = problem(crew, people, agencies=[agency])
    if crew and people:
        entry = {"referral": "R0", "part": 0, "worker": "W0", "start": draw(st.sampled_from(days))}
        document[draw(st.sampled_from(["offers", "current_plan"]))] = [entry]
    return document


@settings(max_examples=60, deadline=None)
@given(tiny_boards())
def test_no_plan_is_better_than_the_one_called_optimal(document: Json):
    solution = solve_document(document)
    assert solution["status"] == "optimal"
    assert tuple(solution["objective"]) == best_objective(document)


@settings(max_examples=40, deadline=None)
@given(tiny_boards(), st.integers(0, 1000))
def test_improving_by_parts_breaks_no_rule_and_only_improves(document: Json, seed: int):
    whole = parse(document)
    timetable = Timetable(whole)
    plan = Greedy(whole, timetable).plan()
    columns = {
        (name, n): timetable.eligible_workers(name, n)
        for name, person in whole.referrals.items()
        for n in range(len(person.parts))
    }
    component = Component(columns)
    if not plan:
        return
    free = choose(component, plan, whole, random.Random(seed))
    smaller, part_of_it = small_problem(whole, timetable, component, plan=plan, free=free)
    # The small board's own plan, laid beside what stands, is a valid plan of the whole.
    small = solve(
        dataclasses.replace(
            smaller, referrals={r: smaller.referrals[r] for r in part_of_it.referrals}
        )
    )
    standing = {r: choice for r, choice in plan.items() if r not in free}
    together = {**standing, **small.plan}
    rows = [
        {"referral": r, "part": n, "worker": w, "start": str(choice.start)}
        for r, choice in together.items()
        for n, w in enumerate(choice.workers)
    ]
    left = [r for r in whole.referrals if r not in together]
    solution = {"instance": document["id"], "assignments": rows, "unplaced": left}
    assert check(document, solution).violations == ()
    scorer = Scorer(whole)
    assert scorer.objective(together) <= scorer.objective(plan)


@settings(max_examples=12, deadline=None)
@given(SEEDS, st.integers(0, 8), st.integers(0, 10))
def test_a_plan_breaks_no_rule_and_is_never_worse_than_greedy(seed: int, people: int, crew: int):
    document = agency_case(referrals=people, workers=crew, seed=seed)
    solution = solve_document(document, effort=EFFORT)
    checked = check(document, solution)
    assert checked.violations == ()
    assert list(checked.objective) == solution["objective"]
    result = solve(parse(document), effort=EFFORT)
    assert result.objective <= result.greedy
    lower = [bound for bound in result.bound if bound is not None]
    reached = (
        result.objective.minus_weight,
        result.objective.wait_days,
        result.objective.points,
        result.objective.metres,
    )
    assert all(low <= value for low, value in zip(lower, reached, strict=False))


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_same_board_in_another_order_gives_the_same_plan(seed: int, random: Any):
    document = agency_case(referrals=6, workers=8, seed=seed)
    turned = copy.deepcopy(document)
    for name in ("workers", "referrals", "agencies", "offers"):
        random.shuffle(turned[name])
    assert solve_document(document, effort=EFFORT) == solve_document(turned, effort=EFFORT)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_one_worker_fewer_never_gives_a_better_plan(seed: int):
    document = agency_case(referrals=6, workers=6, seed=seed)
    fewer = copy.deepcopy(document)
    gone = fewer["workers"].pop()["id"]
    fewer["offers"] = [offer for offer in fewer["offers"] if offer["worker"] != gone]
    dropped = len(document["offers"]) - len(fewer["offers"])
    whole = solve_document(document)["objective"]
    less = solve_document(fewer)["objective"]
    less[2] += 8 * dropped
    assert whole <= less


@settings(max_examples=5, deadline=None)
@given(SEEDS)
def test_a_search_stopped_before_it_began_still_gives_a_valid_plan(seed: int):
    document = agency_case(referrals=8, workers=10, seed=seed)
    stop = StopFlag()
    stop.set()
    solution = solve_document(document, stop=stop)
    assert check(document, solution).violations == ()
    assert solution["status"] == "feasible"
    assert solution["stopped"]


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.booleans())
def test_who_may_take_a_part_is_the_same_read_for_all_at_once_and_one_by_one(seed: int, odd: bool):
    document = agency_case(referrals=5, workers=12, seed=seed)
    if odd:
        # Optional facts, unconfirmed ones, pins and overrides leave the quick way.
        document["workers"][0]["engaged"] = [["2027-01-01", "2027-02-20"]]
        document["workers"][1]["cannot_confirm"] = ["driver", "gender", "skill:hoist", "pets:dog"]
        document["workers"][2]["refused"] = ["R0001"]
        document["referrals"][2]["excluded_workers"] = ["W0003"]
        document["referrals"][3]["consent"] = True
        document["pins"] = [{"referral": "R0004", "part": 0, "worker": "W0005"}]
    whole = parse(document)
    at_once, one_by_one = Timetable(whole), Timetable(whole)
    for name, person in whole.referrals.items():
        for n in range(len(person.parts)):
            slow = {
                w: days
                for w in whole.workers
                if (days := one_by_one.eligible_starts(worker=w, referral=name, part=n))
            }
            assert dict(at_once.eligible_workers(name, n)) == slow


@settings(max_examples=25, deadline=None)
@given(tiny_boards())
def test_the_ways_of_a_large_board_end_at_the_same_optimum(document: Json):
    with pytest.MonkeyPatch.context() as patch:
        # Even the smallest board aims at the least wait, and is improved by parts.
        patch.setattr(solver, "_MOST_COLUMNS_AT_ONCE", 0)
        patch.setattr(solver, "_PARTS_ROUNDS", 2)
        found = solve_document(document, effort=EFFORT)
    assert found["status"] == "optimal"
    assert found["objective"] == solve_document(document)["objective"]


@settings(max_examples=15, deadline=None)
@given(tiny_boards())
def test_a_board_too_large_to_be_offered_whole_claims_no_more_than_it_knows(document: Json):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver, "_MOST_COLUMNS", 3)
        patch.setattr(solver, "_KEPT_PER_PART", 1)
        found = solve_document(document, effort=EFFORT)
    best = solve_document(document)["objective"]
    assert best <= found["objective"]
    assert found["objective"] <= solve(parse(document)).greedy.levels()
    if found["status"] == "optimal":
        assert found["objective"] == best
    lower = found.get("bound", [])
    for low, reached, value in zip(lower, best, found["objective"], strict=False):
        assert low is None or low <= reached
        if value != reached:
            break


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(1, 6))
def test_a_search_stopped_at_any_better_plan_gives_a_valid_one_no_worse(seed: int, after: int):
    document = agency_case(referrals=8, workers=10, seed=seed)
    stop, told = StopFlag(), []

    def count(step: Json) -> None:
        told.append(step["objective"])
        if len(told) == after:
            stop.set()

    solution = solve_document(document, effort=EFFORT, stop=stop, on_progress=count)
    checked = check(document, solution)
    assert checked.violations == ()
    assert list(checked.objective) == solution["objective"] <= min(told)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.sampled_from(["skill", "window", "limit", "cap", "refusal", "age"]))
def test_one_rule_more_never_gives_a_better_plan(seed: int, rule: str):
    document = agency_case(referrals=6, workers=6, seed=seed)
    document["offers"] = []
    harder = copy.deepcopy(document)
    if rule == "skill":
        harder["referrals"][0]["parts"][0]["required_skills"] = ["hoist", "peg", "oxygen"]
    elif rule == "window":
        harder["referrals"][1]["latest_start"] = harder["referrals"][1]["earliest_start"]
    elif rule == "limit":
        harder["workers"][0]["max_days_in_28"] = 10
    elif rule == "cap":
        harder["agencies"][0]["max_starts_per_7_days"] = 1
    elif rule == "refusal":
        harder["workers"][1]["refused"] = ["R0000", "R0001", "R0002"]
    else:
        harder["workers"][2]["certificates"] = {}
    assert solve_document(document)["objective"] <= solve_document(harder)["objective"]


def test_an_aim_whose_time_is_up_leaves_the_search_its_own():
    document = problem([worker("W1"), worker("W2")], [referral("R1"), referral("R2")])

    def late(*_: Any) -> Any:
        raise SearchStopped

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver, "_MOST_COLUMNS_AT_ONCE", 0)
        patch.setattr(solver, "within_days", late)
        assert solve_document(document, effort=EFFORT)["status"] == "optimal"
