"""Who could take a placement, on a real store: choices, a roster's plan, and the hub's board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.core.errors import NotPermittedError, RefusedError, UsageError
from d2a_desktop.models.base import Synced
from d2a_desktop.services.matches import Matches
from d2a_desktop.services.queries.rows import WorkerChoice
from d2a_desktop.services.solver_process import SolverProcess
from tests.builder_ids import AGENCY, HUB, OFFER, some_id
from tests.builders import (
    make_capacity_week,
    make_care_need,
    make_offer,
    make_offer_link,
    make_organisation,
    make_patient,
    make_spell,
    make_worker_profile,
)
from tests.integration.services.engine_here import EngineHere
from tests.integration.services.walk import HUB_CALLER, WARD, Walk, at, new_walk
from tests.local_stores import HOSPITAL_DESK, SCHEDULER, START
from tests.roster_builders import (
    make_availability,
    make_capacity_contract,
    make_credential,
    make_placement_block,
    make_worker,
)

STARTS, ENDS = at(10, day=23), at(10, day=23) + timedelta(days=28)
AGENCY_DESK = replace(
    HOSPITAL_DESK,
    desk_id=some_id("agency desk"),
    org_id=AGENCY,
    org_ods="AXX01",
    org_kind="agency",
    org_name="Seafront Carers",
)
OTHER_AGENCY = some_id("other agency")


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Walk]:
    """An agency's desk with one accepted offer."""
    made = new_walk(tmp_path / "agency", desk=AGENCY_DESK)
    made.arrives_from_server(an_offer(OFFER))
    yield made
    made.close()


def an_offer(offer_id: str, **changes: Any) -> Synced:
    values: dict[str, Any] = {
        "id": offer_id,
        "scope_id": offer_id,
        "status": "accepted",
        "needs": {"personal_care": "some_help", "medicines_level": "prompt"},
        "required_skills": ["dementia"],
        "languages": [],
        "pets": ["cat"],
        "smoking_home": False,
        "bedroom": True,
        "driver_required": False,
        "carers_needed": 1,
        "earliest_start": date(2026, 11, 23),
        "latest_start": date(2026, 11, 26),
        "length_days": 28,
    }
    return make_offer(**{**values, **changes})


def a_worker(walk: Walk, name: str, *, papers: bool = True, **changes: Any) -> str:
    """Put a worker in the roster: fit for the offer unless changed."""
    worker_id = some_id(name)
    values: dict[str, Any] = {
        "first_name": name,
        "family_name": None,
        "gender": "female",
        "skills": ["dementia", "hoist"],
        "languages": ["English"],
        "accepts_pets": ["cat", "dog"],
        "accepts_smoking_home": False,
        "driver": True,
    }
    rows: list[Synced] = [make_worker(id=worker_id, **{**values, **changes})]
    if papers:
        rows += [
            make_credential(
                id=some_id(name + code), worker_id=worker_id, code=code, valid_to=date(2028, 1, 1)
            )
            for code in ("DBS_ENH_AB", "RTW", "MH", "MEDS")
        ]
    walk.arrives_from_server(*rows)
    return worker_id


def matches(walk: Walk) -> Matches:
    return Matches(walk.context, EngineHere())


def choices(walk: Walk, offer: str = "O-346A-789B") -> dict[str, WorkerChoice]:
    found = matches(walk).choices(SCHEDULER, offer, starts_at=STARTS, ends_at=ENDS)
    return {choice.name: choice for choice in found}


def test_who_fits_comes_first_then_who_cannot_be_confirmed_then_who_is_excluded(agency: Walk):
    a_worker(agency, "Unskilled", skills=["hoist"])
    a_worker(agency, "Unknown", papers=False)
    a_worker(agency, "Fitting")
    a_worker(agency, "Paused", status="paused")
    a_worker(agency, "Gone", status="left")
    found = choices(agency)
    assert list(found) == ["Fitting", "Unknown", "Paused", "Unskilled"]
    assert [(c.verdict, c.rank) for c in found.values()] == [
        ("fits", 1),
        ("cannot_confirm", None),
        ("excluded", None),
        ("excluded", None),
    ]
    assert found["Unskilled"].reasons == ("Skill: lacks Dementia",)
    assert any("Right to work check" in words for words in found["Unknown"].cannot_confirm)
    assert found["Unknown"].reasons == ()
    assert found["Paused"].reasons == ("Worker active: not an active worker",)


def test_every_broken_rule_is_told_and_which_of_them_may_be_overridden(agency: Walk):
    a_worker(agency, "Far", gender="male", accepts_pets=[], max_block_days=14)
    agency.arrives_from_server(
        make_availability(
            worker_id=some_id("Far"),
            kind="leave",
            from_day=date(2026, 12, 1),
            to_day=date(2026, 12, 3),
        ),
        an_offer(some_id("strict"), reference="O-4444-6666", gender_required="female"),
    )
    far = choices(agency, "O-4444-6666")["Far"]
    rules = {words.partition(":")[0] for words in far.reasons}
    assert rules == {"Gender", "Pets", "Max consecutive", "Availability"}
    assert set(far.overridable) == {"gender", "max_consecutive"}


def test_a_booking_excludes_and_a_short_gap_after_costs_points(agency: Walk):
    a_worker(agency, "Booked")
    a_worker(agency, "Soon")
    a_worker(agency, "Free")
    agency.arrives_from_server(
        make_placement_block(
            id=some_id("b1"), worker_id=some_id("Booked"), starts_at=STARTS, ends_at=ENDS
        ),
        make_placement_block(
            id=some_id("b2"),
            worker_id=some_id("Soon"),
            starts_at=ENDS + timedelta(days=3),
            ends_at=ENDS + timedelta(days=20),
        ),
    )
    found = choices(agency)
    assert list(found) == ["Free", "Soon", "Booked"]
    assert "nothing booked after it" in found["Free"].points
    assert "next booking 3 days after it, 24-Dec-2026" in found["Soon"].points
    assert found["Booked"].reasons == ("Overlap: booked from 23-Nov-2026 to 21-Dec-2026",)


def test_wishes_continuity_and_a_fair_share_rank_those_who_fit(agency: Walk):
    case = some_id("case")
    for name in ("Known", "Polish", "Tired", "Rested"):
        a_worker(agency, name, languages=["English", *(["Polish"] if name == "Polish" else [])])
    agency.arrives_from_server(
        make_spell(id=case, scope_id=case),
        make_patient(scope_id=case),
        make_offer_link(scope_id=case, offer_id=OFFER),
        make_care_need(scope_id=case, languages_preferred=["Polish"], required_skills=[]),
        _past_block("Known", days_ago=60, length=20),
        _past_block("Tired", days_ago=25, length=20, offer=some_id("elsewhere")),
    )
    found = choices(agency)
    assert list(found) == ["Known", "Polish", "Rested", "Tired"]
    assert "has cared for this person before" in found["Known"].points
    assert "speaks Polish, as preferred" in found["Polish"].points
    assert "20 of the 28 days before it worked" in found["Tired"].points
    assert "0 of the 28 days before it worked" in found["Rested"].points


def _past_block(name: str, *, days_ago: int, length: int, offer: str = OFFER) -> Synced:
    start = STARTS - timedelta(days=days_ago)
    return make_placement_block(
        id=some_id(name + "past"),
        worker_id=some_id(name),
        offer_id=offer,
        status="ended",
        starts_at=start,
        ends_at=start + timedelta(days=length),
    )


def test_only_the_agency_or_who_acts_for_it_sees_its_roster(agency: Walk):
    a_worker(agency, "Fitting")
    with pytest.raises(UsageError, match="end after"):
        matches(agency).choices(SCHEDULER, "O-346A-789B", starts_at=ENDS, ends_at=STARTS)
    with pytest.raises(RefusedError) as refusal:
        matches(agency).choices(SCHEDULER, "O-XXXX-XXXX", starts_at=STARTS, ends_at=ENDS)
    assert refusal.value.code == "unknown_offer"
    for_partner = matches(agency).choices(HUB_CALLER, "O-346A-789B", starts_at=STARTS, ends_at=ENDS)
    assert [choice.name for choice in for_partner] == ["Fitting"]
    agency.arrives_from_server(
        make_organisation(
            id=OTHER_AGENCY, ods_code="AXX02", name="Other", kind="agency", has_desk=True
        ),
        an_offer(some_id("theirs"), reference="O-7777-8888", agency_org_id=OTHER_AGENCY),
    )
    for caller in (SCHEDULER, HUB_CALLER):
        with pytest.raises(RefusedError) as refusal:
            matches(agency).choices(caller, "O-7777-8888", starts_at=STARTS, ends_at=ENDS)
        assert refusal.value.code == "not_addressed"


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


def test_a_skill_must_be_in_date_to_the_end_of_the_block(agency: Walk):
    last = {"code": "dementia", "valid_to": "2026-12-20"}
    a_worker(agency, "Ada", skills=[last])
    a_worker(agency, "Bea", skills=[{**last, "valid_to": "2026-12-21"}])
    found = choices(agency)
    assert (found["Ada"].verdict, found["Bea"].verdict) == ("excluded", "fits")
    plan = matches(agency).solve_roster(SCHEDULER)
    assert [row.worker for row in plan.rows] == ["Bea"]


def test_what_a_worker_must_not_live_with_excludes_them(agency: Walk):
    a_worker(agency, "Ada", contraindications=["cat"])
    a_worker(agency, "Bea", contraindications=["dog"])
    found = choices(agency)
    assert (found["Ada"].verdict, found["Bea"].verdict) == ("excluded", "fits")
    assert any("must not live with cat" in words for words in found["Ada"].reasons)


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


@pytest.fixture
def hub(walk: Walk) -> Walk:
    """A board with one person who waits for an agency."""
    walk.come_in()
    walk.refer()
    walk.arrives_from_server(
        make_organisation(id=OTHER_AGENCY, ods_code="AXX02", name="Anchor Care", kind="agency"),
        _week(AGENCY, "2026-W47", 1),
        _week(OTHER_AGENCY, "2026-W47", 0),
        _week(OTHER_AGENCY, "2026-W48", 4),
    )
    return walk


def _week(agency: str, week: str, free: int) -> Synced:
    return make_capacity_week(
        id=some_id(agency + week), agency_org_id=agency, week=week, open_slots=free
    )


def test_the_board_proposes_the_agency_with_a_free_start_in_the_week_needed(hub: Walk):
    board = matches(hub).plan_board(HUB_CALLER)
    (row,) = board.rows
    assert board.as_of == START
    assert (row.case_ref, row.week) == (hub.case, "2026-W47")
    assert row.proposed == "AXX01"
    assert [(a.agency_ods, a.free_starts, a.first_free_week) for a in row.agencies] == [
        ("AXX01", 1, "2026-W47"),
        ("AXX02", 0, "2026-W48"),
    ]
    assert row.agencies[1].sentence == "no free starts in 2026-W47; first free in 2026-W48"


def test_an_open_offer_and_a_refusal_move_the_proposal_on(hub: Walk):
    reference = hub.offer()
    (row,) = matches(hub).plan_board(HUB_CALLER).rows
    assert row.proposed == "AXX02"
    assert "asked, reply by 22-Nov-2026 11:30" in row.agencies[1].sentence
    hub.do(
        HUB_CALLER,
        "decline",
        offer=reference,
        reason="skill",
        on_behalf={"org": "AXX01", "spoken_to": "Al Example"},
    )
    (row,) = matches(hub).plan_board(HUB_CALLER).rows
    assert row.proposed == "AXX02"
    assert row.agencies[1].standing == "declined: no worker with the skill"


def test_shared_profiles_count_only_those_whom_nothing_speaks_against(hub: Walk):
    profile: dict[str, Any] = {
        "agency_org_id": AGENCY,
        "skills": ["dementia"],
        "languages": ["English", "Polish"],
        "gender": "female",
        "accepts_pets": ["cat"],
        "free_from": date(2026, 11, 20),
        "longest_block_days": 42,
    }
    changes: list[dict[str, Any]] = [
        {},
        {"languages": ["English"]},
        {"gender": None},
        {"free_from": date(2026, 12, 1)},
        {"longest_block_days": 14},
        {"accepts_pets": None},
    ]
    hub.arrives_from_server(
        *(
            make_worker_profile(id=some_id(f"p{n}"), opaque_id=f"W-{n}", **{**profile, **change})
            for n, change in enumerate(changes)
        )
    )
    (row,) = matches(hub).plan_board(HUB_CALLER).rows
    assert (row.agencies[0].agency_ods, row.agencies[0].fits) == ("AXX01", 1)
    assert "1 of 6 shared profiles fit" in row.agencies[0].sentence
    assert row.agencies[1].fits is None


def test_a_free_start_is_proposed_once(hub: Walk):
    first = hub.case
    hub.come_in("Second", "H204418", nhs_number="9990000026")
    hub.refer()
    rows = matches(hub).plan_board(HUB_CALLER).rows
    proposed = {row.case_ref: row.proposed for row in rows}
    assert set(proposed) == {first, hub.case}
    assert sorted(str(ods) for ods in proposed.values()) == ["AXX01", "AXX02"]


def test_only_the_hub_plans_the_board(hub: Walk):
    with pytest.raises(NotPermittedError):
        matches(hub).plan_board(WARD)


def test_instants_of_a_plan_are_utc_whatever_the_season(agency: Walk):
    a_worker(agency, "Ada")
    agency.clock.set(datetime(2027, 3, 26, 9, tzinfo=START.tzinfo))
    with agency.store.apply() as session:
        offer = session.get_one(type(an_offer("x")), OFFER)
        offer.earliest_start = offer.latest_start = date(2027, 3, 29)
    (row,) = matches(agency).solve_roster(SCHEDULER).rows
    assert row.starts_at == datetime(2027, 3, 29, 9, tzinfo=START.tzinfo)
    assert HUB not in row.sentence


def test_a_paper_that_lapses_and_has_no_end_cannot_be_confirmed(agency: Walk):
    worker_id = a_worker(agency, "Endless", papers=False)
    agency.arrives_from_server(
        *(
            make_credential(id=some_id(code), worker_id=worker_id, code=code, valid_to=end)
            for code, end in (
                ("DBS_ENH_AB", date(2028, 1, 1)),
                ("RTW", None),
                ("MEDS", date(2028, 1, 1)),
                ("MH", None),
            )
        )
    )
    choice = choices(agency)["Endless"]
    assert choice.verdict == "cannot_confirm"
    assert [words for words in choice.cannot_confirm if "Moving" in words]
    assert not [words for words in choice.cannot_confirm if "Right to work" in words]
    # The newer paper of the kind counts, whichever row comes first.
    agency.arrives_from_server(
        make_credential(
            id=some_id("MH newer"), worker_id=worker_id, code="MH", valid_to=date(2028, 1, 1)
        )
    )
    assert choices(agency)["Endless"].verdict == "fits"


def test_what_decides_between_workers_stands_in_words_and_bars(agency: Walk):
    a_worker(agency, "Skilled", skills=["hoist", "dementia"])
    a_worker(agency, "Unskilled", skills=[])
    agency.arrives_from_server(
        make_placement_block(
            id=some_id("later block"),
            placement_id=some_id("later"),
            worker_id=some_id("Skilled"),
            starts_at=ENDS + timedelta(days=3),
            ends_at=ENDS + timedelta(days=20),
        ),
    )
    found = choices(agency)
    skilled = {label: rest for label, *rest in found["Skilled"].factors}
    assert list(skilled) == ["Skills", "Free dates", "Continuity", "Share of work"]
    assert skilled["Free dates"] == ["3 days after", 40, "warn"]
    assert skilled["Share of work"] == ["0 of 28 days", 100, "good"]
    wanted = {label: rest for label, *rest in found["Unskilled"].factors}["Skills"]
    assert wanted == ["0 of 1", 0, "bad"]
