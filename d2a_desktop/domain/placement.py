"""A live-in placement and its workers' blocks: states, cover without gaps, handover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.codes import Labelled, OrgKind
from d2a_desktop.domain.machine import Machine, Move, moves

_AGENCY = frozenset({OrgKind.AGENCY})
_FOR_AGENCY = frozenset({OrgKind.COMMUNITY, OrgKind.HOSPITAL})


class PlacementStatus(Labelled):
    """The stored states of a placement."""

    OPEN = "open", "Open"
    ENDED = "ended", "Ended"


class BlockStatus(Labelled):
    """The stored states of one worker's block of a placement."""

    PROPOSED = "proposed", "Proposed"
    CONFIRMED = "confirmed", "Confirmed"
    ACTIVE = "active", "In place"
    ENDED = "ended", "Ended"
    CANCELLED = "cancelled", "Cancelled"
    FAILED_START = "failed_start", "Failed start"


PLACEMENT_MACHINE = Machine(
    name="placement",
    states=tuple(PlacementStatus),
    initial=PlacementStatus.OPEN,
    final=frozenset({PlacementStatus.ENDED}),
    moves=(
        Move(
            PlacementStatus.OPEN,
            PlacementStatus.ENDED,
            _AGENCY | {OrgKind.COMMUNITY},
            ("end_reason",),
            on_behalf=_FOR_AGENCY,
            cascade=True,
        ),
    ),
)

_B = BlockStatus

BLOCK_MACHINE = Machine(
    name="placement block",
    states=tuple(_B),
    initial=_B.PROPOSED,
    final=frozenset({_B.ENDED, _B.CANCELLED, _B.FAILED_START}),
    moves=(
        Move(_B.PROPOSED, _B.CONFIRMED, _AGENCY, on_behalf=_FOR_AGENCY),
        *moves(
            (_B.PROPOSED, _B.CONFIRMED),
            _B.CANCELLED,
            _AGENCY,
            ("cancelled_reason",),
            on_behalf=_FOR_AGENCY,
            cascade=True,
        ),
        # A worker is in place when seen to arrive, never because it was planned (DOMAIN 0.12).
        Move(
            _B.CONFIRMED, _B.ACTIVE, _AGENCY, ("arrived_at",), on_behalf=_FOR_AGENCY, cascade=True
        ),
        Move(
            _B.CONFIRMED,
            _B.FAILED_START,
            _AGENCY,
            ("cancelled_reason",),
            on_behalf=_FOR_AGENCY,
            cascade=True,
        ),
        Move(_B.ACTIVE, _B.ENDED, _AGENCY, ("left_at",), on_behalf=_FOR_AGENCY, cascade=True),
    ),
)

# A block in one of these states occupies its worker; the shared database excludes overlaps.
OCCUPYING = frozenset({BlockStatus.CONFIRMED, BlockStatus.ACTIVE})


@dataclass(frozen=True)
class Block:
    """One worker's stint: half-open from `starts_at` to `ends_at` (aware), travel included."""

    worker_id: str
    starts_at: datetime
    ends_at: datetime
    status: str = BlockStatus.PROPOSED

    def __post_init__(self) -> None:
        if self.starts_at >= self.ends_at:
            raise UsageError(
                "A block must end after it starts.",
                what_to_do="Correct its start or its end.",
                code="block_period",
            )

    @property
    def occupies(self) -> bool:
        """Whether the worker cannot be anywhere else."""
        return self.status in OCCUPYING

    def overlaps(self, other: Block) -> bool:
        """Return whether the two periods share an instant; touching ends do not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Gap:
    """A stretch of a placement in which no worker is with the person."""

    starts_at: datetime
    ends_at: datetime


def clashes(block: Block, others: Sequence[Block]) -> tuple[Block, ...]:
    """Return the other blocks that already occupy this block's worker at the same time.

    Source: DOMAIN 12, invariants; the shared database refuses them, this shows them first.
    """
    return tuple(
        other
        for other in others
        if other.worker_id == block.worker_id and other.occupies and block.overlaps(other)
    )


def uncovered(
    blocks: Sequence[Block], *, starts_at: datetime, ends_at: datetime, carers: int = 1
) -> tuple[Gap, ...]:
    """Return the stretches from `starts_at` to `ends_at` with fewer than `carers` (DOMAIN 4.6).

    Cancelled and failed blocks cover nothing; proposed ones count, because the plan is asked.
    """
    dropped = (BlockStatus.CANCELLED, BlockStatus.FAILED_START)
    held = [block for block in blocks if block.status not in dropped]
    bounds = {moment for block in held for moment in (block.starts_at, block.ends_at)}
    inside = {moment for moment in bounds if starts_at < moment < ends_at}
    moments = sorted({starts_at, ends_at} | inside)
    gaps: list[Gap] = []
    for begin, end in pairwise(moments):
        if sum(block.starts_at <= begin and end <= block.ends_at for block in held) >= carers:
            continue
        if gaps and gaps[-1].ends_at == begin:
            gaps[-1] = Gap(gaps[-1].starts_at, end)
        else:
            gaps.append(Gap(begin, end))
    return tuple(gaps)


def handover_overlap(outgoing: Block, incoming: Block) -> timedelta:
    """Return how long both workers are there; negative is the length of the gap between them."""
    return min(outgoing.ends_at, incoming.ends_at) - max(outgoing.starts_at, incoming.starts_at)
