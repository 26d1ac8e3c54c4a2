"""The figures of an agency's people placed: whose care runs, begins, ends, or lacks a worker."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.placement import Placement
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.services.queries.cover import COVERING, cover_gaps, span

_NEAR = timedelta(days=7)


@dataclass(frozen=True)
class Placed:
    """The ids of the cases that make each figure; one case may make several."""

    now: frozenset[str]
    """A worker was seen to arrive and has not left."""
    starting: frozenset[str]
    """The care begins, or began, in the running ISO week (Monday to Sunday, London)."""
    ending: frozenset[str]
    """The agreed end is at most 7 days away, or past with the placement still open."""
    lacking: frozenset[str]
    """Nobody is allocated for a time, or relief is wanted (DOMAIN 4.6)."""


def placed(session: Session, *, now: datetime) -> Placed:
    """Return the figures over the open placements of this desk (`now` aware).

    A placement whose person is not disclosed to this desk belongs to no case, and is left out.
    """
    cases = {link.offer_id: link.scope_id for link in session.scalars(select(OfferLink))}
    blocks: dict[str, list[PlacementBlock]] = defaultdict(list)
    for block in session.scalars(select(PlacementBlock).where(PlacementBlock.status.in_(COVERING))):
        blocks[block.placement_id].append(block)
    week = IsoWeek.of(london_day(now))
    running, starting, ending = set(), set(), set()
    for placement in session.scalars(select(Placement).where(Placement.status == "open")):
        case = cases.get(placement.offer_id)
        if case is None:
            continue
        mine = blocks.get(placement.id, [])
        starts, ends = span(placement, mine, now)
        if any(block.status == "active" for block in mine):
            running.add(case)
        if london_day(starts) in week:
            starting.add(case)
        if ends is not None and ends <= now + _NEAR:
            ending.add(case)
    lacking = {cases[gap.offer_id] for gap in cover_gaps(session, now=now) if gap.offer_id in cases}
    return Placed(*(frozenset(each) for each in (running, starting, ending, lacking)))
