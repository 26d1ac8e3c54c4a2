"""What an open placement lacks: a first worker, relief, the second of two, an agreed end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from d2a_desktop.services.queries.reads import Queries
from d2a_desktop.services.queries.worker_time_rows import CoverGap
from tests.builder_ids import OFFER, some_id
from tests.builders import make_offer, make_offer_link
from tests.integration.services.walk import Walk
from tests.local_stores import SCHEDULER, START
from tests.roster_builders import make_placement, make_placement_block, make_worker

DAY = timedelta(days=1)


def gaps(walk: Walk, *blocks: Any, carers: int = 1, **placement: Any) -> tuple[CoverGap, ...]:
    values = {"planned_start": date(2026, 11, 23), "planned_end": date(2026, 12, 21), **placement}
    walk.arrives_from_server(
        make_offer(status="accepted", carers_needed=carers),
        make_worker(),
        make_placement(**{"status": "open", "outward_postcode": "PO4", **values}),
        *blocks,
    )
    return Queries(walk.context).cover_gaps(SCHEDULER)


def block(name: str, first: int, last: int, **more: Any) -> Any:
    return make_placement_block(
        id=some_id(name), starts_at=START + first * DAY, ends_at=START + last * DAY, **more
    )


def test_an_acceptance_without_a_worker_is_a_gap_of_its_whole_length(walk: Walk):
    (gap,) = gaps(walk)
    assert (gap.first, gap.end_known, gap.ends_at - gap.starts_at) == (True, True, 28 * DAY)
    assert (gap.offer_id, gap.place, gap.about) == (OFFER, "PO4", gap.reference)


def test_an_acceptance_whose_days_are_past_is_a_gap_from_now_on(walk: Walk):
    (gap,) = gaps(walk, planned_start=date(2026, 1, 1), planned_end=date(2026, 1, 29))
    assert gap.first
    assert (gap.starts_at, gap.ends_at - gap.starts_at) == (START, 28 * DAY)


def test_a_block_that_ends_before_the_placement_wants_relief(walk: Walk):
    (gap,) = gaps(walk, block("b", 1, 22))
    assert (gap.first, gap.starts_at, gap.ends_at) == (False, START + 22 * DAY, START + 29 * DAY)


def test_relief_that_comes_in_time_leaves_no_gap_and_a_cancelled_one_does(walk: Walk):
    found = gaps(
        walk,
        block("b", 1, 22),
        block("r", 21, 29, worker_id=some_id("relief"), kind="relief"),
        block("c", 29, 40, status="cancelled"),
    )
    assert found == ()


def test_each_of_two_carers_is_asked_for(walk: Walk):
    (gap,) = gaps(walk, block("b", 1, 29), carers=2)
    assert gap.ends_at - gap.starts_at == 28 * DAY


def test_a_placement_whose_end_nobody_agreed_never_looks_covered(walk: Walk):
    (gap,) = gaps(walk, block("b", 1, 22), planned_end=None)
    assert not gap.end_known
    assert gap.starts_at == START + 22 * DAY


def test_an_ended_placement_wants_nobody(walk: Walk):
    assert gaps(walk, block("b", 1, 22), status="ended") == ()


def figures(walk: Walk) -> tuple[int, int, int, int]:
    found = Queries(walk.context).placed(SCHEDULER)
    return len(found.now), len(found.starting), len(found.ending), len(found.lacking)


def test_an_agencys_figures_begin_with_the_disclosure(walk: Walk):
    gaps(walk)
    assert figures(walk) == (0, 0, 0, 0)
    walk.arrives_from_server(make_offer_link(offer_id=OFFER))
    assert figures(walk) == (0, 0, 0, 1)  # it begins on the Monday after this Sunday


def test_an_agencys_figures_say_who_is_placed_begins_and_ends(walk: Walk):
    gaps(walk, block("b", 0, 6, status="active"), planned_end=date(2026, 11, 28))
    walk.arrives_from_server(make_offer_link(offer_id=OFFER))
    assert figures(walk) == (1, 1, 1, 0)
