"""The frozen rows of workers' time: a worker with the bars of a timeline, and what lacks one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class WorkerBlock:
    """One bar of a timeline; `pending`: requested, `note`: what speaks against what is booked.

    `kind` is booked, held, offer, free, unsure (not confirmed as free), rest or leave.
    """

    block_id: str | None
    kind: str
    starts_at: datetime
    ends_at: datetime
    label: str
    clash: bool = False
    pending: bool = False
    offer_id: str = ""
    note: str = ""


@dataclass(frozen=True)
class CoverGap:
    """A stretch of an open placement with too few workers (DOMAIN 4.6), `[starts_at, ends_at)`.

    `first`: nobody was allocated yet, else relief is wanted. `about` is the person where the
    record is disclosed, else the offer; `end_known` is false where no end was agreed.
    """

    gap_id: str
    placement_id: str
    offer_id: str
    reference: str
    about: str
    place: str
    starts_at: datetime
    ends_at: datetime
    first: bool
    end_known: bool = True


@dataclass(frozen=True)
class WorkerRow:
    """A live-in care worker of one's own agency."""

    worker_id: str
    name: str
    first_name: str
    gender: str | None
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    driver: bool | None
    status: str
    free_from: date | None
    expiring: tuple[str, ...]
    blocks: tuple[WorkerBlock, ...]
    unsure: str = ""
    """Why the worker cannot be confirmed as free now; empty where nothing speaks against it."""
    lives_in: str = ""
    """The outward postcode of the worker's home: tells two workers of one name apart."""
