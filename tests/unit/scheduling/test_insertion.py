"""One visit into a diary with nothing else moved."""

from __future__ import annotations

import dataclasses

from d2a_desktop.engines.neutral_json import wall_clock
from d2a_desktop.scheduling.insertion import best_insertion, best_insertions
from d2a_desktop.scheduling.problem import Slot, parse
from tests.unit.scheduling.instances import assessor, hub_case, problem, visit


def at(text: str) -> str:
    return f"2027-03-01T{text}"


def test_a_new_visit_takes_the_nearest_gap_and_moves_nobody():
    first = visit("V1", "2027-02-28T12:00", confirmed={"assessor": "A1", "start": at("10:15")})
    asked = problem([assessor("A1"), assessor("A2")], [first, visit("V2", "2027-02-28T12:00")])
    found = parse(asked)
    placement = best_insertion(found, found.visits["V2"])
    assert placement is not None
    # Beside V1 the way is 15 minutes longer; a route of its own for A2 would be 30.
    assert (placement.assessor, placement.extra_travel_minutes) == ("A1", 15)
    assert wall_clock(placement.start, found.zone) == at("11:30")
    assert placement.minutes_late == 0


def test_the_former_plan_is_the_diary_where_nothing_is_confirmed():
    asked = problem(
        [assessor("A1", pattern={"mon": ["09:00", "11:00"]})],
        [visit("V1", "2027-02-28T12:00"), visit("V2", "2027-02-28T12:00")],
        previous_plan=[{"visit": "V1", "assessor": "A1", "start": at("09:30")}],
    )
    found = parse(asked)
    assert best_insertion(found, found.visits["V2"]) is None
    assert best_insertion(found, found.visits["V2"], diary={}) is not None


def test_a_visit_may_be_new_to_the_problem():
    found = parse(problem([assessor("A1")], [visit("V1", "2027-02-28T12:00")]))
    newcomer = dataclasses.replace(found.visits["V1"], id="V9")
    assert best_insertion(found, newcomer) is not None


def test_a_late_place_is_offered_only_behind_those_in_time_and_says_how_late():
    asked = problem([assessor("A1")], [visit("V1", "2027-02-26T12:00")])
    found = parse(asked)
    places = best_insertions(found, found.visits["V1"], most=5)
    assert [p.minutes_late for p in places] == sorted(p.minutes_late for p in places)
    # Due on Sunday at noon; Monday 09:15 is 21 h 15 later.
    assert places[0].minutes_late == 21 * 60 + 15


def test_the_preferences_it_costs_are_told_in_words():
    asked = problem(
        [assessor("A1")],
        [visit("V1", "2027-02-28T12:00", languages_preferred=["cy"], gender_preferred="M")],
    )
    found = parse(asked)
    placement = best_insertion(found, found.visits["V1"])
    assert placement is not None
    assert placement.points == 9
    assert placement.because == ("M was preferred", "does not speak cy, as preferred")


def test_forty_visits_are_inserted_one_after_another():
    found = parse(hub_case(assessors=10, visits=40, seed=1))
    diary: dict[str, Slot] = {}
    for name in found.visits:
        placement = best_insertion(found, found.visits[name], diary=diary)
        if placement is not None:
            diary[name] = Slot(placement.assessor, placement.start)
    assert len(diary) == 40
