"""What services answer: a command's result, and a proposed place for a visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet


@dataclass(frozen=True)
class Reversal:
    """The command that takes an action back: a new one with its own audit, never a deletion."""

    action: str
    document: Mapping[str, Any]


@dataclass(frozen=True)
class ActionResult:
    """The answer to one command.

    `stage` is the derived stage after it; `changed` names what was written, as
    (entity, id, fields); `cascaded` says in words what the shared database closes with it;
    `confirmed` is false until the shared database has taken it: then the words are
    "requested", never "placed". `reversal` is None for what cannot be taken back.
    """

    case_id: str | None
    case_ref: str | None
    action: str
    stage: str | None
    changed: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    cascaded: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)
    changes: ChangeSet = NO_CHANGES
    confirmed: bool = False
    reversal: Reversal | None = None


@dataclass(frozen=True)
class VisitProposal:
    """A place in an assessor's day for one visit, best first, with its reasons."""

    assessor_id: str
    assessor: str
    starts_at: datetime
    ends_at: datetime
    travel_minutes: int
    travel_estimated: bool
    late_by_minutes: int
    sentence: str
