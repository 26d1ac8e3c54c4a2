"""A plan's differences, accepted all or some; and the reviews that visits asked for."""

from __future__ import annotations

from datetime import date, timedelta

from d2a_desktop.domain.commands import PlanVisit
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.visit import Visit
from d2a_desktop.services.schedule_changes import accept, differences
from tests.builder_ids import some_id
from tests.builders import make_visit
from tests.integration.services.test_schedules import (
    another_case,
    plan,
    schedules,
    void_visits,
    works,
)
from tests.integration.services.walk import ASSESSOR, HUB_CALLER, LEAVES, Walk, at
from tests.roster_builders import make_assessor_time

DAYS = (date(2026, 11, 23), date(2026, 11, 24))


def booked(walk: Walk) -> dict[str, tuple[str | None, object]]:
    with walk.store.read() as session:
        return {
            row.scope_id: (row.assessor_id, row.starts_at)
            for row in session.query(Visit).where(Visit.status.in_(("planned", "confirmed")))
        }


def test_some_differences_are_booked_and_the_rest_stays_as_it_was(ready: Walk):
    works(ready)
    void_visits(ready)
    other = another_case(ready, "waiting")
    lines = differences(plan(ready, *DAYS))
    assert {each.visit.case_id for each in lines} == {ready.case_id, other}
    assert all(": new, Tom Ellis, " in each.words for each in lines)
    mine = [each for each in lines if each.visit.case_id == ready.case_id]
    answer = accept(ready.actions, HUB_CALLER, mine)
    assert answer.done == tuple(mine)
    assert answer.refused == ()
    assert booked(ready) == {ready.case_id: (ASSESSOR, mine[0].visit.starts_at)}
    # What was booked is no difference any more.
    again = plan(ready, *DAYS)
    assert [each.visit.case_id for each in differences(again)] == [other]


def test_a_visit_that_moves_tells_from_where_and_is_moved_not_doubled(ready: Walk):
    works(ready)
    ready.arrives_from_server(
        make_assessor_time(
            assessor_id=ASSESSOR, kind="absence", starts_at=at(8, day=23), ends_at=at(18, day=23)
        )
    )
    (line,) = differences(plan(ready, *DAYS))
    assert line.visit.was_at == LEAVES + timedelta(hours=20)
    assert "moves to Tom Ellis, Tue 24-Nov-2026" in line.words
    accept(ready.actions, HUB_CALLER, [line])
    assert booked(ready) == {ready.case_id: (ASSESSOR, line.visit.starts_at)}


def test_a_confirmed_visit_that_must_move_asks_for_a_new_agreement(ready: Walk):
    works(ready)
    ready.do(HUB_CALLER, "visit", confirm=True)
    assert differences(plan(ready, *DAYS)) == ()
    ready.arrives_from_server(
        make_assessor_time(
            assessor_id=ASSESSOR, kind="absence", starts_at=at(8, day=23), ends_at=at(18, day=23)
        )
    )
    (line,) = differences(plan(ready, *DAYS))
    assert line.words.endswith("was confirmed: agree the new time with the person")


def test_a_line_that_is_refused_holds_up_no_other_and_says_why(ready: Walk):
    works(ready)
    ready.arrives_from_server(
        make_assessor_time(
            assessor_id=ASSESSOR, kind="absence", starts_at=at(8, day=23), ends_at=at(18, day=23)
        )
    )
    (line,) = differences(plan(ready, *DAYS))
    void = PlanVisit(visit=line.visit.visit_id, void_reason="The person is away")
    ready.actions.do(HUB_CALLER, ready.case, "visit", void)
    answer = accept(ready.actions, HUB_CALLER, [line])
    assert answer.done == ()
    assert "closed" in answer.refused[0][1]


def test_the_plan_of_days_knows_where_people_live(ready: Walk):
    works(ready)
    void_visits(ready)
    another_case(ready, "near")
    with ready.store.read() as session:
        _, due = schedules(ready)._due(session, *DAYS, 60)
    assert {one.wanted.postcode for one in due if one.case_id == some_id("near")} == {"PO4 8BB"}


def test_a_review_that_a_visit_asked_for_is_planned_on_its_day_with_who_came_before(ready: Walk):
    works(ready)
    void_visits(ready)
    case = another_case(ready, "reviewed")
    with ready.store.apply() as session:
        departure = session.get_one(Departure, some_id("reviewedd"))
        departure.status, departure.left_at = "left", at(12, day=17)
    ready.arrives_from_server(
        make_visit(
            id=some_id("first visit"),
            scope_id=case,
            status="done",
            outcome="done",
            assessor_id=ASSESSOR,
            starts_at=at(9, day=18),
            ends_at=at(10, day=18),
            started_at=at(9, day=18),
            next_review_on=date(2026, 11, 24),
        )
    )
    found = {v.case_id: v for v in plan(ready, *DAYS).visits}[case]
    assert (found.purpose, found.starts_at.date()) == ("review", date(2026, 11, 24))
    assert (found.assessor_id, found.late_by_minutes) == (ASSESSOR, 0)
    (line,) = [each for each in differences(plan(ready, *DAYS)) if each.visit.case_id == case]
    assert ": review, " in line.words
    assert line.command().purpose == "review"
