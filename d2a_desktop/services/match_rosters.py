"""A whole agency's offers against its whole roster, as one problem and as one proposed plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.offer import has_expired
from d2a_desktop.models.capacity_contract import CapacityContract
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.services.eligibility import home_obstacles
from d2a_desktop.services.match_choices import (
    Preferences,
    blocks_by_worker,
    full_name,
    preferences_of,
    reason_words,
    worker_points,
)
from d2a_desktop.services.match_problems import (
    WEIGHTS,
    Roster,
    block_days,
    load_roster,
    matching_document,
    referral_document,
)

_ROLLING_WEEK = timedelta(days=7)
_LIVE = ("proposed", "confirmed", "active")
# A promise made comes before one still to be made.
_ACCEPTED_WEIGHT, _OPEN_WEIGHT = 10, 1


@dataclass(frozen=True)
class MatchRow:
    """One proposed block: this worker for this offer from this start (aware UTC), with why."""

    offer_id: str
    offer_reference: str
    accepted: bool
    worker_id: str
    worker: str
    starts_at: datetime
    ends_at: datetime
    sentence: str


@dataclass(frozen=True)
class UnplacedOffer:
    """An offer for which the plan has nobody, with the reasons in words."""

    offer_id: str
    offer_reference: str
    accepted: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class MatchPlan:
    """A proposed plan of a roster; a person decides. `proven`: no better plan exists."""

    rows: tuple[MatchRow, ...]
    unplaced: tuple[UnplacedOffer, ...]
    proven: bool


@dataclass(frozen=True)
class RosterProblem:
    """A problem with what is needed to tell its solution in words."""

    document: dict[str, Any]
    offers: Mapping[str, Offer]
    wishes: Mapping[str, Preferences]
    roster: Roster
    blocks: Mapping[str, Sequence[PlacementBlock]]
    impossible: tuple[UnplacedOffer, ...]


def roster_problem(
    session: Session,
    *,
    agency_org_id: str,
    now: datetime,
    weights: Mapping[str, int] = WEIGHTS,
    before: Sequence[Mapping[str, Any]] = (),
) -> RosterProblem:
    """Return the agency's open offers and those it accepted without a worker, as one problem.

    `before` are the assignments of the plan that people saw last: an equal plan keeps them.
    """
    today = london_day(now)
    offers = _waiting(session, agency_org_id, now)
    blocked = {o.id: _blocked(o) for o in offers}
    wishes = {o.id: preferences_of(session, o) for o in offers}
    roster = load_roster(session, agency_org_id=agency_org_id)
    known = {worker.id for worker in roster.workers}
    possible = [o for o in offers if not blocked[o.id]]
    longest = _longest_block(roster)
    referrals = [
        _with_wishes(
            referral_document(o, today=today, longest_block=longest), o, wishes[o.id], known
        )
        for o in possible
    ]
    recent = _starts(roster, since=today - _ROLLING_WEEK)
    owed = sum(
        len(referral["parts"])
        for offer, referral in zip(possible, referrals, strict=True)
        if offer.status == "accepted"
    )
    document = matching_document(
        "roster",
        roster=roster,
        referrals=referrals,
        today=today,
        cap=_cap(session, agency_org_id, recent=len(recent), owed=owed, today=today),
        recent_starts=recent,
        weights=weights,
    )
    document["offers"] = _proposed(possible, referrals, roster)
    document["current_plan"] = _still_possible(before, document)
    return RosterProblem(
        document=document,
        offers={o.id: o for o in possible},
        wishes=wishes,
        roster=roster,
        blocks=blocks_by_worker(session, agency_org_id=agency_org_id),
        impossible=tuple(
            UnplacedOffer(o.id, o.reference, o.status == "accepted", blocked[o.id])
            for o in offers
            if blocked[o.id]
        ),
    )


def _starts(roster: Roster, *, since: date) -> list[date]:
    """Return the days on which workers have started since then, or will."""
    days = (london_day(b.starts_at) for blocks in roster.blocks.values() for b in blocks)
    return sorted(day for day in days if day > since)


def _cap(
    session: Session, agency_org_id: str, *, recent: int, owed: int, today: date
) -> int | None:
    """Return how many may start in any seven days: the contracts' most, None without a contract.

    What was accepted is owed, whatever the week: a contract never keeps a plan from serving it.
    """
    contracts = session.scalars(
        select(CapacityContract).where(
            CapacityContract.agency_org_id == agency_org_id,
            CapacityContract.valid_from <= today,
            or_(CapacityContract.valid_to.is_(None), CapacityContract.valid_to >= today),
        )
    ).all()
    if not contracts:
        return None
    return max(sum(contract.max_starts for contract in contracts), recent + owed)


def _still_possible(
    before: Sequence[Mapping[str, Any]], document: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the entries of an earlier plan whose offer, part and worker are there still."""
    parts = {row["id"]: len(row["parts"]) for row in document["referrals"]}
    workers = {row["id"] for row in document["workers"]}
    return [
        {name: entry[name] for name in ("referral", "part", "worker", "start")}
        for entry in before
        if entry["part"] < parts.get(entry["referral"], 0) and entry["worker"] in workers
    ]


def _longest_block(roster: Roster) -> int | None:
    """Return after how many days relief comes: the longest block that anybody active may stay."""
    blocks = [block_days(worker) for worker in roster.workers if worker.status == "active"]
    return max(blocks, default=None)


def _proposed(
    offers: Sequence[Offer], referrals: Sequence[Mapping[str, Any]], roster: Roster
) -> list[dict[str, Any]]:
    """Return the workers already proposed for offers, so that a plan keeps them where it can."""
    active = {worker.id for worker in roster.workers if worker.status == "active"}
    return [
        {
            "referral": offer.id,
            "part": 0,
            "worker": offer.proposed_worker_id,
            "start": referral["earliest_start"],
        }
        for offer, referral in zip(offers, referrals, strict=True)
        if offer.proposed_worker_id in active
    ]


def _waiting(session: Session, agency_org_id: str, now: datetime) -> list[Offer]:
    mine = select(Offer).where(
        Offer.agency_org_id == agency_org_id, Offer.status.in_(("sent", "accepted"))
    )
    taken = set(
        session.scalars(
            select(PlacementBlock.offer_id).where(PlacementBlock.status.in_((*_LIVE, "ended")))
        )
    )
    return [
        offer
        for offer in session.scalars(mine.order_by(Offer.id))
        if offer.id not in taken
        and not has_expired(offer.status, respond_by=offer.respond_by, now=now)
    ]


def _blocked(offer: Offer) -> tuple[str, ...]:
    """Return what of the home or the nights keeps every single worker away."""
    return tuple(obstacle.words for obstacle in home_obstacles(offer))


def _with_wishes(
    document: dict[str, Any], offer: Offer, wishes: Preferences, known: set[str]
) -> dict[str, Any]:
    accepted = offer.status == "accepted"
    return {
        **document,
        "priority_weight": _ACCEPTED_WEIGHT if accepted else _OPEN_WEIGHT,
        "gender_preferred": wishes.gender,
        "languages_preferred": list(wishes.languages),
        "previous_workers": sorted(wishes.previous_workers & known),
    }


def plan_in_words(problem: RosterProblem, solution: Mapping[str, Any]) -> MatchPlan:
    """Return a solution as rows for people: names, instants, reasons."""
    rows = [_row(problem, assignment) for assignment in solution["assignments"]]
    unplaced = [*problem.impossible]
    for left_out in solution["unplaced"]:
        offer = problem.offers[left_out["referral"]]
        unplaced.append(
            UnplacedOffer(
                offer.id, offer.reference, offer.status == "accepted", _why(problem, left_out)
            )
        )
    return MatchPlan(
        rows=tuple(sorted(rows, key=lambda r: (r.starts_at, r.offer_reference, r.worker))),
        unplaced=tuple(sorted(unplaced, key=lambda u: (not u.accepted, u.offer_reference))),
        proven=solution["status"] == "optimal",
    )


def _row(problem: RosterProblem, assignment: Mapping[str, Any]) -> MatchRow:
    offer = problem.offers[assignment["referral"]]
    worker = next(w for w in problem.roster.workers if w.id == assignment["worker"])
    document = next(r for r in problem.document["referrals"] if r["id"] == offer.id)
    part = document["parts"][assignment["part"]]
    first = date.fromisoformat(assignment["start"]) + timedelta(days=part["offset_days"])
    starts_at = _local(first, part["start_time"])
    ends_at = _local(first + timedelta(days=part["days"]), part["end_time"])
    points = worker_points(
        worker,
        problem.blocks.get(worker.id, ()),
        problem.wishes[offer.id],
        starts_at=starts_at,
        ends_at=ends_at,
        weights=problem.document["weights"],
    )
    length = f"{part['days']} days from {display_date(first, weekday=True)}"
    return MatchRow(
        offer_id=offer.id,
        offer_reference=offer.reference,
        accepted=offer.status == "accepted",
        worker_id=worker.id,
        worker=full_name(worker),
        starts_at=starts_at,
        ends_at=ends_at,
        sentence="; ".join((f"{full_name(worker)}, {length}", *points.words)),
    )


def _local(day: date, wall: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(wall), tzinfo=LONDON).astimezone(UTC)


def _why(problem: RosterProblem, left_out: Mapping[str, Any]) -> tuple[str, ...]:
    names = {worker.id: full_name(worker) for worker in problem.roster.workers}
    told = []
    for rule, fact in zip(left_out["reasons"], left_out["facts"], strict=True):
        words = reason_words(rule, fact)
        for worker_id, name in names.items():
            words = words.replace(worker_id, name)
        told.append(words)
    return tuple(told)
