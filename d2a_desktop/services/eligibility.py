"""Whether one worker may take one block: the engine's hard rules and those of the home."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.code_lists import need_groups
from d2a_desktop.domain.commands import Override
from d2a_desktop.matching.eligibility import why_not as rules_broken
from d2a_desktop.matching.problem import parse
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.match_problems import (
    Roster,
    load_roster,
    matching_document,
    referral_document,
)

# The engine's codes beside the rule whose `overridable` decides (matching_constraints.json).
OVERRIDABLE = frozenset(
    {
        "gender",
        "language",
        "driver",
        "max_consecutive",
        "rest",
        "max_days_in_28",
        "distance",
    }
)


@dataclass(frozen=True)
class Obstacle:
    """One rule that keeps a worker from a block; not `certain` means it cannot be confirmed."""

    rule: str
    fact: str
    certain: bool
    overridable: bool

    @property
    def words(self) -> str:
        """The rule and its fact, for people."""
        return f"{self.rule.replace('_', ' ').capitalize()}: {self.fact}"


def obstacles(
    session: Session,
    worker: Worker,
    offer: Offer,
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    roster: Roster | None = None,
) -> tuple[Obstacle, ...]:
    """Return everything that keeps this worker from the block, certain ones first."""
    today = london_day(now)
    found = list(home_obstacles(offer))
    if worker.status != "active":
        found.append(Obstacle("worker_active", "not an active worker", True, False))
        return tuple(found)
    all_workers = roster or load_roster(session, agency_org_id=worker.scope_id)
    referral = referral_document(offer, starts_at=starts_at, ends_at=ends_at, today=today)
    document = matching_document(
        "eligibility",
        roster=Roster([worker], all_workers.papers, all_workers.away, all_workers.blocks),
        referrals=[referral],
        today=today,
        cap=None,
        recent_starts=(),
    )
    problem = parse(document)
    for broken in rules_broken(problem, worker=worker.id, referral=offer.id, part=0):
        code = broken.code
        found.append(Obstacle(code, broken.fact, broken.certain, code in OVERRIDABLE))
    return tuple(sorted(found, key=lambda o: (not o.certain, o.overridable)))


def home_obstacles(offer: Offer) -> Iterable[Obstacle]:
    """Yield what about the home or the nights keeps every single worker from an offer."""
    if offer.bedroom is False:
        yield Obstacle("accommodation", "no bedroom for the worker", True, False)
    if offer.bedroom is None:
        yield Obstacle("accommodation", "bedroom not known", False, False)
    nights = (offer.needs or {}).get("night_pattern")
    lone = (offer.carers_needed or 1) < 2
    for level in need_groups()["night_pattern"].levels:
        if level.code == nights and level.rule is not None and lone:
            yield Obstacle("waking_night", f"{level.label}: one worker is not enough", True, False)


def standing(found: Iterable[Obstacle], overrides: Iterable[Override]) -> list[Obstacle]:
    """Return the obstacles that no override takes away; fixed rules stand whatever is said."""
    overruled = {override.rule for override in overrides}
    return [o for o in found if not (o.overridable and o.rule in overruled)]
