"""A worker's time as bars: what is free, what cannot be confirmed, and what speaks against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from d2a_desktop.domain.roster import base_papers_hold
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.services.queries.worker_bars import free_from, unsure_now, worker_bars
from d2a_desktop.services.queries.worker_time_rows import WorkerBlock
from tests.builder_ids import NOW, some_id
from tests.roster_builders import (
    make_availability,
    make_credential,
    make_placement_block,
    make_worker,
)

TODAY = date(2026, 11, 22)
FAR = date(2030, 1, 1)


def papers(**ends: date | None) -> list[Any]:
    known: dict[str, date | None] = {"DBS_ENH_AB": FAR, "RTW": FAR, "MH": FAR, **ends}
    return [
        make_credential(id=some_id(code), code=code, valid_to=end) for code, end in known.items()
    ]


def bars(
    blocks: Sequence[PlacementBlock] = (), away: Sequence[Any] = (), held: Any = None, **worker: Any
) -> tuple[WorkerBlock, ...]:
    return worker_bars(
        make_worker(**worker),
        blocks,
        away,
        papers() if held is None else held,
        labels={some_id("placement"): "PO4"},
        today=TODAY,
    )


def kinds(found: Sequence[WorkerBlock]) -> list[str]:
    return [bar.kind for bar in found]


def test_free_time_is_told_before_between_and_after_what_is_booked_or_away():
    leave = make_availability(kind="leave", from_day=date(2026, 12, 1), to_day=date(2026, 12, 7))
    found = bars([make_placement_block(starts_at=NOW + timedelta(days=20))], [leave])
    assert kinds(found) == ["free", "leave", "free", "booked", "rest", "free"]
    assert free_from(found) == TODAY
    assert found[0].label == "Free from 22-Nov-2026"


def test_days_given_as_available_leave_no_other_day_free():
    given = make_availability(
        kind="available", from_day=date(2026, 12, 1), to_day=date(2026, 12, 2)
    )
    (free,) = bars(away=[given])
    assert (free.kind, free.ends_at - free.starts_at) == ("free", timedelta(days=2))


@pytest.mark.parametrize("held", [[], papers(MH=date(2026, 11, 1)), papers(DBS_ENH_AB=None)])
def test_a_worker_whose_papers_are_not_known_to_hold_is_never_free(held: Any):
    found = bars(held=held)
    assert kinds(found) == ["unsure"]
    assert free_from(found) is None
    assert unsure_now(found, NOW)


def test_a_worker_is_free_to_the_end_of_the_first_paper_and_unsure_after_it():
    found = bars(held=papers(MH=date(2026, 12, 2)))
    assert kinds(found) == ["free", "unsure"]
    assert "ends 02-Dec-2026" in found[1].label
    assert unsure_now(found, NOW) == ""


def test_a_worker_who_is_paused_has_no_free_time():
    assert bars(status="paused") == ()


def test_a_block_tells_what_speaks_against_it():
    block = make_placement_block()
    twice = make_placement_block(
        id=some_id("other"),
        starts_at=NOW + timedelta(days=7),
        ends_at=NOW + timedelta(days=40),
    )
    leave = make_availability(kind="leave", from_day=date(2026, 12, 1), to_day=date(2026, 12, 2))
    soon = make_placement_block(
        id=some_id("soon"),
        placement_id=some_id("next"),
        starts_at=block.ends_at + timedelta(hours=3),
        ends_at=block.ends_at + timedelta(days=9),
    )

    def note(*blocks: PlacementBlock, held: Any = None, away: Any = ()) -> str:
        found = bars(blocks, away, held)
        return next(bar.note for bar in found if bar.block_id == blocks[-1].id)

    assert note(block) == ""
    assert note(block, twice) == "booked twice"
    assert note(block, away=[leave]) == "leave at the same time"
    assert "ends 02-Dec-2026" in note(block, held=papers(MH=date(2026, 12, 2)))
    assert note(block, soon) == "too little rest before it"
    soon.overrides = [{"rule": "rest", "reason": "agreed"}]
    assert note(block, soon) == ""
    assert next(bar for bar in bars([block, twice]) if bar.block_id == block.id).clash


def test_the_base_papers_hold_to_the_first_end_and_unknown_is_no_end():
    known = {paper.code: paper.valid_to for paper in papers(MH=date(2026, 12, 2))}
    assert base_papers_hold(known.items()) == (date(2026, 12, 2), "MH")
    assert base_papers_hold([*known.items(), ("MH", FAR)]) == (FAR, "DBS_ENH_AB")
    assert base_papers_hold([("RTW", None), ("MH", FAR)]) == (date.min, "DBS_ENH_AB")
