"""Where an assessment fits, on a real store: shifts, absences, other visits, due times, plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from d2a_desktop.core.errors import NotPermittedError, RefusedError, UsageError
from d2a_desktop.domain.permissions import Role
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.visit import Visit
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.schedules import DayPlan, Schedules
from d2a_desktop.services.solver_process import SolverProcess
from tests.builder_ids import HUB, some_id
from tests.builders import make_departure, make_patient, make_spell, make_visit
from tests.integration.services.engine_here import EngineHere
from tests.integration.services.walk import ASSESSOR, HUB_CALLER, LEAVES, WARD, Walk, at
from tests.roster_builders import make_assessor, make_assessor_time

WEEK = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
SECOND = some_id("second assessor")


def schedules(walk: Walk) -> Schedules:
    return Schedules(walk.context, EngineHere())


def works(walk: Walk, assessor: str = ASSESSOR, **changes: Any) -> None:
    """Give an assessor hours and a base, as the server has sent them."""
    values = {"pattern": WEEK, "base_postcode": "PO4 9AA", **changes}
    with walk.store.apply() as session:
        row = session.get_one(Assessor, assessor)
        for name, value in values.items():
            setattr(row, name, value)


def void_visits(walk: Walk) -> None:
    with walk.store.apply() as session:
        for visit in session.query(Visit):
            visit.status = "void"


def another_case(walk: Walk, word: str, *, visit_at: datetime | None = None, **visit: Any) -> str:
    """Put another person in the store, leaving at the same time, with or without a visit."""
    case = some_id(word)
    rows = [
        make_spell(id=case, scope_id=case, case_ref=f"C-{word.upper()[:4]}-AAAA"),
        make_patient(id=some_id(word + "p"), scope_id=case, nhs_number=None, postcode="PO4 8BB"),
        make_departure(id=some_id(word + "d"), scope_id=case, planned_at=LEAVES),
    ]
    if visit_at is not None:
        values = {
            "assessor_id": ASSESSOR,
            "starts_at": visit_at,
            "ends_at": visit_at + timedelta(hours=1),
            **visit,
        }
        rows.append(make_visit(id=some_id(word + "v"), scope_id=case, **values))
    walk.arrives_from_server(*rows)
    return case


def test_proposals_are_on_time_at_round_times_inside_the_shift(ready: Walk):
    works(ready)
    found = schedules(ready).proposals(HUB_CALLER, ready.case)
    assert [p.starts_at for p in found][:2] == [at(9, 15, day=23), at(9, 15, day=24)]
    best = found[0]
    assert (best.assessor_id, best.assessor) == (ASSESSOR, "Tom Ellis")
    assert best.ends_at - best.starts_at == timedelta(hours=1)
    assert best.late_by_minutes == 0
    assert best.travel_estimated
    assert best.travel_minutes == 24
    assert "Tom Ellis, Mon 23-Nov-2026 09:15; 1d 5hr 15min before it is due" in best.sentence
    assert all(p.starts_at.minute % 15 == 0 for p in found)


def test_absences_and_other_visits_keep_their_time(ready: Walk):
    works(ready)
    void_visits(ready)
    another_case(ready, "other", visit_at=at(9, 30, day=24))
    ready.arrives_from_server(
        make_assessor_time(
            assessor_id=ASSESSOR,
            kind="absence",
            starts_at=at(0, day=23),
            ends_at=at(0, day=24),
        )
    )
    best = schedules(ready).proposals(HUB_CALLER, ready.case)[0]
    assert best.starts_at == at(10, 45, day=24)
    assert best.travel_minutes < 24, "the way goes on from the visit before"


def test_an_extra_shift_on_a_sunday_is_used(ready: Walk):
    works(ready, pattern={})
    assert schedules(ready).proposals(HUB_CALLER, ready.case) == ()
    ready.arrives_from_server(
        make_assessor_time(
            assessor_id=ASSESSOR,
            kind="extra_shift",
            starts_at=at(13, day=22),
            ends_at=at(18, day=22),
        )
    )
    (only,) = schedules(ready).proposals(HUB_CALLER, ready.case)
    assert only.starts_at == LEAVES + timedelta(hours=1)


def test_a_late_place_is_shown_as_late_after_those_on_time(ready: Walk):
    works(ready, pattern={"wed": ["09:00", "17:00"]})
    (late,) = schedules(ready).proposals(HUB_CALLER, ready.case)
    assert late.starts_at == at(9, 15, day=25)
    assert late.late_by_minutes == 18 * 60 + 45
    assert "18hr 45min late" in late.sentence


def test_a_language_spoken_puts_an_assessor_first(ready: Walk):
    works(ready)
    ready.arrives_from_server(make_assessor(id=SECOND, scope_id=HUB, name="Ewa Example"))
    works(ready, SECOND, base_postcode="SO14 1AA", languages=["English", "Polish"])
    first, *others = schedules(ready).proposals(HUB_CALLER, ready.case)
    assert first.assessor == "Ewa Example"
    assert any("does not speak Polish, as preferred" in p.sentence for p in others)


@pytest.mark.parametrize(
    "pattern",
    [
        {"mon": ["17:00", "09:00"], "tue": "all day", "wed": None, "thu": ["9", {}], "fri": 7},
        ["mon", "09:00", "17:00"],
        "always",
        3,
    ],
)
def test_hours_that_cannot_be_read_are_not_worked(ready: Walk, pattern: object):
    works(ready, pattern=pattern)
    (row,) = Queries(ready.context).assessors(HUB_CALLER)
    assert row.working_today == "Not working"
    assert schedules(ready).proposals(HUB_CALLER, ready.case) == ()


def test_a_diary_that_an_estimate_would_call_impossible_stays_open(ready: Walk):
    works(ready)
    another_case(ready, "early", visit_at=at(9, day=23))
    another_case(ready, "close", visit_at=at(10, 5, day=23))
    found = schedules(ready).proposals(HUB_CALLER, ready.case)
    assert any(p.starts_at.day == 23 for p in found)


def test_without_a_departure_there_is_no_time_to_propose(walk: Walk):
    walk.come_in()
    with pytest.raises(RefusedError) as refusal:
        schedules(walk).proposals(WARD, walk.case)
    assert refusal.value.code == "no_departure"
    with pytest.raises(UsageError, match="between 10 and 480"):
        schedules(walk).proposals(WARD, walk.case, duration_minutes=5)
    scheduler = replace(WARD, role=Role.AGENCY_SCHEDULER, org_kind="agency")
    with pytest.raises(NotPermittedError):
        schedules(walk).proposals(scheduler, walk.case)


def test_the_gate_learns_when_somebody_is_first_free(ready: Walk):
    works(ready)
    after = at(10, day=23)
    assert schedules(ready).earliest_free(WARD, ready.case, after) == after + timedelta(hours=1)
    works(ready, pattern={})
    assert schedules(ready).earliest_free(WARD, ready.case, after) is None


def plan(walk: Walk, first: date, last: date) -> DayPlan:
    return schedules(walk).plan_day(HUB_CALLER, first=first, last=last)


def test_a_plan_places_everybody_due_and_leaves_confirmed_visits_alone(ready: Walk):
    works(ready)
    void_visits(ready)
    waiting = another_case(ready, "waiting")
    another_case(ready, "fixed", visit_at=at(9, 30, day=23), status="confirmed")
    found = plan(ready, date(2026, 11, 23), date(2026, 11, 24))
    assert found.proven
    assert found.unplaced == ()
    assert {v.case_id for v in found.visits} == {ready.case_id, waiting}
    assert all(v.change == "new" and v.late_by_minutes == 0 for v in found.visits)
    taken = [(at(9, 30, day=23), at(10, 30, day=23))]
    taken += [(v.starts_at, v.ends_at) for v in found.visits]
    ordered = sorted(taken)
    assert all(one[1] <= other[0] for one, other in pairwise(ordered))


def test_days_are_planned_by_the_engine_in_its_own_process(ready: Walk):
    works(ready)
    void_visits(ready)
    solver = SolverProcess()
    try:
        found = Schedules(ready.context, solver).plan_day(
            HUB_CALLER, first=date(2026, 11, 23), cancel=lambda: False
        )
    finally:
        solver.close()
    assert [(v.case_id, v.assessor) for v in found.visits] == [(ready.case_id, "Tom Ellis")]


def test_a_planned_visit_is_kept_where_it_can_be_and_moved_where_it_must(ready: Walk):
    works(ready)
    kept = plan(ready, date(2026, 11, 23), date(2026, 11, 24))
    assert [(v.change, v.starts_at) for v in kept.visits] == [
        ("kept", LEAVES + timedelta(hours=20))
    ]
    ready.arrives_from_server(
        make_assessor_time(
            assessor_id=ASSESSOR, kind="absence", starts_at=at(8, day=23), ends_at=at(18, day=23)
        )
    )
    moved = plan(ready, date(2026, 11, 23), date(2026, 11, 24))
    assert [(v.change, v.starts_at.day) for v in moved.visits] == [("moved", 24)]


def test_who_cannot_be_visited_in_these_days_is_named_with_the_reason(ready: Walk):
    works(ready, pattern={"wed": ["09:00", "17:00"]})
    void_visits(ready)
    found = plan(ready, date(2026, 11, 23), date(2026, 11, 24))
    (left_out,) = found.unplaced
    assert left_out.case_ref == ready.case
    assert left_out.reasons
    assert ASSESSOR not in " ".join(left_out.reasons)


def test_days_that_are_no_plan_are_refused(ready: Walk):
    with pytest.raises(UsageError, match="fortnight"):
        plan(ready, date(2026, 11, 24), date(2026, 11, 23))
    with pytest.raises(UsageError, match="past"):
        plan(ready, date(2026, 11, 20), date(2026, 11, 21))
