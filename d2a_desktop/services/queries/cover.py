"""Which open placements have nobody for a time: no worker yet, or no relief (DOMAIN 4.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import LONDON
from d2a_desktop.domain.display import display_family_name
from d2a_desktop.domain.placement import Block, uncovered
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.placement import Placement
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.services.queries.worker_time_rows import CoverGap

COVERING = ("proposed", "confirmed", "active", "ended")
_ARRIVAL = time(10, 0)
# An agreed end is a day, a block ends at an hour: less than a day at the end is no gap.
_LAST_DAY = timedelta(hours=24)
# Where no end was agreed: so much is shown after the last worker leaves.
_UNKNOWN_END = timedelta(days=7)


def cover_gaps(session: Session, *, now: datetime) -> tuple[CoverGap, ...]:
    """Return the stretches from now on in which an open placement lacks a worker, soonest first.

    Each of two carers is asked for by itself. A placement whose end nobody agreed has a gap after
    its last block: whether relief is wanted is not known, and that is shown.
    """
    offers = {offer.id: offer for offer in session.scalars(select(Offer))}
    names = _names(session)
    blocks: dict[str, list[PlacementBlock]] = defaultdict(list)
    asked = select(PlacementBlock).where(PlacementBlock.status.in_(COVERING))
    for block in session.scalars(asked.order_by(PlacementBlock.starts_at)):
        blocks[block.placement_id].append(block)
    found = []
    for placement in session.scalars(select(Placement).where(Placement.status == "open")):
        offer = offers.get(placement.offer_id)
        mine = blocks.get(placement.id, [])
        starts, ends = span(placement, mine, now)
        known = ends is not None
        latest = max((b.ends_at for b in mine), default=starts)
        until = ends if ends is not None else latest + _UNKNOWN_END
        carers = (offer.carers_needed if offer else None) or 1
        for number, gap in enumerate(
            uncovered(
                [Block(b.worker_id, b.starts_at, _end_of(b), b.status) for b in mine],
                starts_at=starts,
                ends_at=until,
                carers=carers,
            )
        ):
            tail = gap.ends_at == until and known and gap.ends_at - gap.starts_at < _LAST_DAY
            if gap.ends_at <= now or (tail and mine):
                continue
            found.append(
                CoverGap(
                    gap_id=f"{placement.id} {number}",
                    placement_id=placement.id,
                    offer_id=placement.offer_id,
                    reference=placement.offer_reference,
                    about=names.get(placement.offer_id, placement.offer_reference),
                    place=placement.outward_postcode or "",
                    starts_at=gap.starts_at,
                    ends_at=gap.ends_at,
                    first=not mine,
                    end_known=known,
                )
            )
    return tuple(sorted(found, key=lambda gap: (gap.starts_at, gap.reference)))


def placement_labels(session: Session) -> dict[str, str]:
    """Return what each placement is called, by its id: the person where disclosed, and the place.

    After the end the person is not on this desk any more; the place stays.
    """
    names = _names(session)
    return {
        row.id: " · ".join(
            part for part in (names.get(row.offer_id, ""), row.outward_postcode or "") if part
        )
        for row in session.scalars(select(Placement))
    }


def span(
    placement: Placement, blocks: Sequence[PlacementBlock], now: datetime
) -> tuple[datetime, datetime | None]:
    """Return from when to when a worker is wanted; the end is None where nobody agreed one.

    Who starts later than was planned stays as long as was planned.
    """
    planned = placement.planned_start
    starts = datetime.combine(planned, _ARRIVAL, tzinfo=LONDON) if planned else now
    soonest = max(starts, now)  # nobody yet: the day that was asked for may be past
    begins = min((block.starts_at for block in blocks), default=soonest).astimezone(UTC)
    if planned is None or placement.planned_end is None:
        return begins, None
    length = placement.planned_end - planned
    return begins, (begins.astimezone(LONDON) + length).astimezone(UTC)


def _end_of(block: PlacementBlock) -> datetime:
    """Return when a worker left, where that was seen: the plan gives way to it."""
    return block.left_at if block.left_at and block.left_at > block.starts_at else block.ends_at


def _names(session: Session) -> dict[str, str]:
    """Return the disclosed people by offer, as `SURNAME F`."""
    people = {patient.scope_id: patient for patient in session.scalars(select(Patient))}
    links = {link.offer_id: link.scope_id for link in session.scalars(select(OfferLink))}
    return {
        offer: f"{display_family_name(people[case].family_name)} "
        f"{(people[case].given_name or '')[:1]}".strip()
        for offer, case in links.items()
        if case in people
    }
