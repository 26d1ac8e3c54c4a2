"""A roster's plan: promises first, what binds it, what is kept, and what would place the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.services.match_changes import take_over
from d2a_desktop.services.matches import Matches
from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.solver_process import SolverProcess
from d2a_desktop.ui.item_models.plan_model import roster_lines
from tests.builder_ids import AGENCY, HUB, OFFER, some_id
from tests.builders import (
    make_care_need,
    make_offer_link,
    make_spell,
)
from tests.integration.services.engine_here import EngineHere
from tests.integration.services.match_desks import (
    a_worker,
    an_offer,
    matches,
)
from tests.integration.services.walk import WARD, Walk, at
from tests.local_stores import SCHEDULER, START
from tests.roster_builders import (
    make_capacity_contract,
    make_credential,
    make_placement,
    make_placement_block,
)


def test_a_roster_is_planned_promises_first_and_who_is_left_out_is_told_why(agency: Walk):
    a_worker(agency, "Ada")
    a_worker(agency, "Bea", skills=["peg"])
    agency.arrives_from_server(
        an_offer(
            some_id("open"), reference="O-6666-7777", status="sent", respond_by=at(18, day=22)
        ),
        an_offer(some_id("peg"), reference="O-8888-9999", required_skills=["peg"]),
        an_offer(some_id("late"), reference="O-9999-AAAA", status="sent", respond_by=at(1, day=22)),
        an_offer(some_id("nobed"), reference="O-AAAA-BBBB", bedroom=False),
        an_offer(some_id("placed"), reference="O-BBBB-CCCC"),
        make_placement_block(
            offer_id=some_id("placed"), worker_id=some_id("Ada"), status="cancelled"
        ),
    )
    told: list[Any] = []
    plan = matches(agency).solve_roster(SCHEDULER, on_progress=told.append)
    assert plan.proven
    placed = {row.offer_reference: row for row in plan.rows}
    accepted = {"O-346A-789B", "O-BBBB-CCCC"}
    assert len(placed) == 2
    assert placed["O-8888-9999"].worker == "Bea"
    (ada,) = (row for row in plan.rows if row.worker == "Ada")
    assert ada.offer_reference in accepted
    assert ada.accepted
    assert ada.starts_at == at(10, day=23)
    assert ada.ends_at - ada.starts_at == timedelta(days=28)
    assert "28 days from Mon 23-Nov-2026" in ada.sentence
    left_out = {u.offer_reference: u for u in plan.unplaced}
    assert set(left_out) == {"O-6666-7777", "O-AAAA-BBBB", *(accepted - {ada.offer_reference})}
    assert left_out["O-AAAA-BBBB"].reasons == ("Accommodation: no bedroom for the worker",)
    assert all(u.reasons for u in plan.unplaced)
    assert "O-9999-AAAA" not in left_out, "an offer past its reply time is not planned"


def test_a_roster_is_planned_by_the_engine_in_its_own_process(agency: Walk):
    a_worker(agency, "Ada")
    solver = SolverProcess()
    try:
        plan = Matches(agency.context, solver).solve_roster(SCHEDULER)
    finally:
        solver.close()
    assert [row.worker for row in plan.rows] == ["Ada"]


def test_the_contracts_most_starts_bind_open_offers_and_never_what_was_accepted(agency: Walk):
    for name in ("Ada", "Bea", "Cal"):
        a_worker(agency, name)
    agency.arrives_from_server(
        make_capacity_contract(agency_org_id=AGENCY, min_starts=1, max_starts=1),
        an_offer(some_id("owed"), reference="O-2222-3333"),
        an_offer(
            some_id("open"), reference="O-6666-7777", status="sent", respond_by=at(18, day=22)
        ),
    )
    plan = matches(agency).solve_roster(SCHEDULER)
    assert {row.offer_reference for row in plan.rows} == {"O-346A-789B", "O-2222-3333"}
    (left_out,) = plan.unplaced
    assert left_out.offer_reference == "O-6666-7777"
    assert "in any 7 days" in left_out.reasons[0] or "apacity" in left_out.reasons[0]


def test_a_plan_made_again_keeps_whom_it_had_where_nothing_is_gained(agency: Walk):
    a_worker(agency, "Bea")
    service = matches(agency)
    assert [row.worker for row in service.solve_roster(SCHEDULER).rows] == ["Bea"]
    for name in ("Ada", "Cal"):  # equal in everything, and first by name or by id
        a_worker(agency, name)
    assert [row.worker for row in service.solve_roster(SCHEDULER).rows] == ["Bea"]


def test_what_one_more_worker_would_let_the_agency_take_is_told(agency: Walk):
    a_worker(agency, "Ada")
    agency.arrives_from_server(
        an_offer(some_id("peg"), reference="O-8888-9999", required_skills=["peg"])
    )
    solver = SolverProcess()
    try:
        found = Matches(agency.context, solver).unlock(SCHEDULER)
    finally:
        solver.close()
    assert found[0].offers == ("O-8888-9999",)
    assert found[0].sentence == "One more worker with PEG feeding: 1 more offer (O-8888-9999)"
    assert all(row.placed or row.days_sooner for row in found)


def test_relief_comes_a_day_before_the_first_worker_leaves(agency: Walk):
    agency.arrives_from_server(
        an_offer(some_id("long"), reference="O-8888-9999", length_days=40, required_skills=["peg"])
    )
    a_worker(agency, "Ada", skills=["peg"], max_block_days=21)
    alone = matches(agency).solve_roster(SCHEDULER)
    assert alone.rows == (), "relief needs a second worker"
    a_worker(agency, "Bea", skills=["peg"], max_block_days=21)
    first, relief = matches(agency).solve_roster(SCHEDULER).rows
    assert {first.worker, relief.worker} == {"Ada", "Bea"}
    assert first.ends_at - first.starts_at == timedelta(days=21)
    assert relief.starts_at == first.ends_at - timedelta(days=1)
    assert relief.ends_at - first.starts_at == timedelta(days=40)


def test_the_points_of_a_plan_are_settings_of_the_agency(agency: Walk):
    agency.arrives_from_server(
        make_offer_link(offer_id=OFFER), make_spell(), make_care_need(gender_preferred="male")
    )
    a_worker(agency, "Ada", gender="female")
    # A paper of Bob's runs out soon after.
    ends = {"DBS_ENH_AB": 2028, "RTW": 2028, "MH": 2027}
    a_worker(agency, "Bob", gender="male", papers=False)
    agency.arrives_from_server(
        *(
            make_credential(
                id=some_id("Bob" + code),
                worker_id=some_id("Bob"),
                code=code,
                valid_to=date(year, 1, 1),
            )
            for code, year in ends.items()
        )
    )
    assert [row.worker for row in matches(agency).solve_roster(SCHEDULER).rows] == ["Bob"]
    settings = replace(agency.context.settings, points_gender_preferred=0, points_expiry_soon=50)
    other = Matches(replace(agency.context, settings=settings), EngineHere())
    assert [row.worker for row in other.solve_roster(SCHEDULER).rows] == ["Ada"]


@pytest.mark.parametrize("name", ["Ada", "Bea"])
def test_a_worker_already_proposed_is_kept_among_equals(agency: Walk, name: str):
    for each in ("Ada", "Bea"):
        a_worker(agency, each)
    second = an_offer(some_id("second"), reference="O-8888-9999", proposed_worker_id=some_id(name))
    agency.arrives_from_server(second)
    rows = {r.offer_reference: r.worker for r in matches(agency).solve_roster(SCHEDULER).rows}
    assert (len(rows), rows["O-8888-9999"]) == (2, name)


def test_nobody_plans_a_roster_who_keeps_none(agency: Walk):
    with pytest.raises(NotPermittedError):
        matches(agency).solve_roster(replace(WARD, org_kind="hospital"))
    with pytest.raises(NotPermittedError):
        matches(agency).unlock(replace(WARD, org_kind="hospital"))


def test_instants_of_a_plan_are_utc_whatever_the_season(agency: Walk):
    a_worker(agency, "Ada")
    agency.clock.set(datetime(2027, 3, 26, 9, tzinfo=START.tzinfo))
    with agency.store.apply() as session:
        offer = session.get_one(type(an_offer("x")), OFFER)
        offer.earliest_start = offer.latest_start = date(2027, 3, 29)
    (row,) = matches(agency).solve_roster(SCHEDULER).rows
    assert row.starts_at == datetime(2027, 3, 29, 9, tzinfo=START.tzinfo)
    assert HUB not in row.sentence


def test_the_single_changes_that_would_place_who_is_left_out_are_told_with_names(agency: Walk):
    a_worker(agency, "Ada", skills=["hoist"])
    (left_out,) = matches(agency).solve_roster(SCHEDULER).unplaced
    told = matches(agency).would_place(SCHEDULER, left_out.offer_id)
    assert any("Ada from 23-Nov-2026; it costs the others nothing" in each for each in told), told
    assert not any(some_id("Ada") in each or OFFER in each for each in told)
    assert matches(agency).would_place(SCHEDULER, some_id("unknown")) == ()


def test_a_plan_is_taken_over_line_by_line_and_one_refusal_holds_up_no_other(agency: Walk):
    a_worker(agency, "Ada")
    agency.arrives_from_server(make_placement(status="open"))
    lines = roster_lines(matches(agency).solve_roster(SCHEDULER).rows, ())
    (step,) = [line.step for line in lines if line.step is not None]
    gone = replace(step, document={**step.document, "worker": some_id("gone")})
    answer = take_over(agency.actions, SCHEDULER, [gone, step])
    assert [each for each, _ in answer.refused] == [gone]
    assert "no such worker" in answer.refused[0][1]
    assert [each for each, _ in answer.done] == [step]
    assert Queries(agency.context).workers(SCHEDULER)[0].blocks[0].kind in ("booked", "free")
    again = take_over(agency.actions, SCHEDULER, [step])
    assert "Overlap" in again.refused[0][1] or "Availability" in again.refused[0][1]
