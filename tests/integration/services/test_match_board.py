"""The hub's board: which agency to ask next, by free starts and shared profiles."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from d2a_desktop.core.errors import NotPermittedError
from d2a_desktop.models.base import Synced
from tests.builder_ids import AGENCY, some_id
from tests.builders import (
    make_capacity_week,
    make_organisation,
    make_worker_profile,
)
from tests.integration.services.match_desks import (
    OTHER_AGENCY,
    matches,
)
from tests.integration.services.walk import HUB_CALLER, WARD, Walk
from tests.local_stores import START


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
        {"free_from": None},
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
    assert "1 of 7 shared profiles fit" in row.agencies[0].sentence
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
