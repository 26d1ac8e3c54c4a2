"""How well each worker of a roster fits one offer: hard rules first, then points with words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.code_lists import credentials, need_groups
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.person import Postcode
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.eligibility import Obstacle, obstacles
from d2a_desktop.services.match_factors import factors
from d2a_desktop.services.match_problems import WEIGHTS, Roster
from d2a_desktop.services.queries.rows import WorkerChoice

_LIVE = frozenset({"proposed", "confirmed", "active"})
_WORKED = frozenset({"active", "ended", "confirmed"})
_TIGHT = timedelta(days=7)
_TIGHT_POINTS = 3
_FAIR_WINDOW = timedelta(days=28)
_VERDICTS = ("fits", "cannot_confirm", "excluded")


@dataclass(frozen=True)
class Preferences:
    """What is wished for and not required; known to an agency from acceptance on."""

    gender: str | None = None
    languages: tuple[str, ...] = ()
    previous_workers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Points:
    """What speaks for and against a worker beyond the rules; fewer `total` is better."""

    total: int
    days_worked: int
    words: tuple[str, ...]


def preferences_of(session: Session, offer: Offer) -> Preferences:
    """Return the wishes of the offer's person, as far as this desk may see them."""
    case_id = session.scalars(
        select(OfferLink.scope_id).where(OfferLink.offer_id == offer.id)
    ).first()
    need, offers = None, [offer.id]
    if case_id is not None:
        need = session.scalars(select(CareNeed).where(CareNeed.scope_id == case_id)).first()
        links = select(OfferLink.offer_id).where(OfferLink.scope_id == case_id)
        offers = [*session.scalars(links)]
    before = select(PlacementBlock.worker_id).where(
        PlacementBlock.offer_id.in_(offers), PlacementBlock.status.in_(("active", "ended"))
    )
    return Preferences(
        gender=need.gender_preferred if need else None,
        languages=tuple(need.languages_preferred or ()) if need else (),
        previous_workers=frozenset(session.scalars(before)),
    )


def worker_points(
    worker: Worker,
    blocks: Sequence[PlacementBlock],
    wishes: Preferences,
    *,
    starts_at: datetime,
    ends_at: datetime,
    weights: Mapping[str, int] = WEIGHTS,
) -> Points:
    """Weigh one worker for one block: wishes, continuity, room after it, a fair share of work."""
    total, words = 0, []
    if wishes.gender:
        label = _level("gender_preferred", wishes.gender).lower()
        held = worker.gender == wishes.gender
        total += 0 if held else weights["gender_preference"]
        words.append(f"{label}, as preferred" if held else f"{label} was preferred")
    for language in wishes.languages:
        held = language in (worker.languages or ())
        total += 0 if held else weights["language_preference"]
        words.append(f"{'speaks' if held else 'does not speak'} {language}, as preferred")
    if wishes.previous_workers:
        held = worker.id in wishes.previous_workers
        total += 0 if held else weights["continuity"]
        words.append(
            "has cared for this person before" if held else "has not cared for this person before"
        )
    following = min(
        (b.starts_at for b in blocks if b.status in _LIVE and b.starts_at >= ends_at), default=None
    )
    if following is None:
        words.append("nothing booked after it")
    else:
        total += _TIGHT_POINTS if following - ends_at < _TIGHT else 0
        days = (london_day(following) - london_day(ends_at)).days
        words.append(f"next booking {days} days after it, {display_date(london_day(following))}")
    worked = _days_worked(blocks, until=starts_at)
    words.append(f"{worked} of the 28 days before it worked")
    return Points(total, worked, tuple(words))


def _days_worked(blocks: Sequence[PlacementBlock], *, until: datetime) -> int:
    since = until - _FAIR_WINDOW
    worked = timedelta()
    for block in blocks:
        if block.status in _WORKED:
            start = max(block.arrived_at or block.starts_at, since)
            worked += max(min(block.left_at or block.ends_at, until) - start, timedelta())
    return round(worked / timedelta(days=1))


def blocks_by_worker(session: Session, *, agency_org_id: str) -> dict[str, list[PlacementBlock]]:
    """Return every block of an agency by worker, past ones too."""
    groups: dict[str, list[PlacementBlock]] = {}
    mine = select(PlacementBlock).where(PlacementBlock.scope_id == agency_org_id)
    for block in session.scalars(mine.order_by(PlacementBlock.starts_at)):
        groups.setdefault(block.worker_id, []).append(block)
    return groups


def worker_choices(
    session: Session,
    offer: Offer,
    roster: Roster,
    blocks: Mapping[str, Sequence[PlacementBlock]],
    *,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    weights: Mapping[str, int] = WEIGHTS,
) -> tuple[WorkerChoice, ...]:
    """Return every worker who is still with the agency, best first, each with all reasons."""
    wishes = preferences_of(session, offer)
    ranked: list[tuple[tuple[Any, ...], WorkerChoice]] = []
    for worker in roster.workers:
        if worker.status == "left":
            continue
        found = obstacles(
            session, worker, offer, starts_at=starts_at, ends_at=ends_at, now=now, roster=roster
        )
        points = worker_points(
            worker,
            blocks.get(worker.id, ()),
            wishes,
            starts_at=starts_at,
            ends_at=ends_at,
            weights=weights,
        )
        bars = factors(
            worker,
            offer,
            blocks.get(worker.id, ()),
            before=wishes.previous_workers,
            days_worked=points.days_worked,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        choice = replace(_choice(worker, found, points), factors=bars)
        order = (
            _VERDICTS.index(choice.verdict),
            len(choice.reasons),
            len(choice.cannot_confirm),
            points.total,
            points.days_worked,
            choice.name,
        )
        ranked.append((order, choice))
    return _numbered([choice for _, choice in sorted(ranked, key=lambda pair: pair[0])])


def _choice(worker: Worker, found: Sequence[Obstacle], points: Points) -> WorkerChoice:
    certain = [o for o in found if o.certain]
    unsure = [o for o in found if not o.certain]
    verdict = "excluded" if certain else "cannot_confirm" if unsure else "fits"
    return WorkerChoice(
        worker_id=worker.id,
        name=full_name(worker),
        verdict=verdict,
        reasons=tuple(reason_words(o.rule, o.fact) for o in certain),
        cannot_confirm=tuple(reason_words(o.rule, o.fact) for o in unsure),
        points=points.words,
        overridable=tuple(dict.fromkeys(o.rule for o in found if o.overridable)),
        rank=None,
        lives_in=Postcode.parse(worker.home_postcode).outward if worker.home_postcode else "",
    )


def _numbered(choices: Sequence[WorkerChoice]) -> tuple[WorkerChoice, ...]:
    return tuple(
        replace(choice, rank=number if choice.verdict == "fits" else None)
        for number, choice in enumerate(choices, start=1)
    )


def full_name(worker: Worker) -> str:
    """Return first and family name of one's own worker."""
    return f"{worker.first_name} {worker.family_name or ''}".strip()


def reason_words(rule: str, fact: str) -> str:
    """Return a broken rule with its fact for people: codes of papers and skills as their names."""
    words = _CODE.sub(lambda found: _names().get(found[0], found[0]), fact)
    return f"{rule.replace('_', ' ').capitalize()}: {_JOINED.sub(': ', words)}"


_JOINED = re.compile(r":(?=[A-Za-z])")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@cache
def _names() -> Mapping[str, str]:
    papers = {kind.code: kind.name for kind in credentials()}
    skills = {level.code: level.label for level in need_groups()["skill"].levels}
    return {**papers, **skills}


def _level(group: str, code: str) -> str:
    levels = {level.code: level.label for level in need_groups()[group].levels}
    return levels.get(code, code)
