"""An agency's roster and its accepted offers as a problem of the matching engine (FORMAT.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.models.availability import Availability
from d2a_desktop.models.credential import Credential
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.worker import Worker

_FAR = date(2099, 12, 31)
_HORIZON = timedelta(days=400)
_DEFAULT_REST_HOURS = 24
_DEFAULT_BLOCK_DAYS = 42
_ARRIVAL = time(10, 0)

# Every live-in block needs these papers in date to its end (H03, H04, H05).
BASE_CERTIFICATES = ("DBS_ENH_AB", "RTW", "MH")
_MEDICINES = frozenset({"administer", "delegated"})

WEIGHTS = {
    "gender_preference": 6,
    "language_preference": 6,
    "continuity": 10,
    "offer_withdrawn": 8,
    "plan_change": 6,
}
"""Default points (codes/matching_constraints.json); settings of an agency later."""


@dataclass(frozen=True)
class Roster:
    """An agency's workers with what the engine asks of them."""

    workers: Sequence[Worker]
    papers: Mapping[str, Sequence[Credential]]
    away: Mapping[str, Sequence[Availability]]
    blocks: Mapping[str, Sequence[PlacementBlock]]


def load_roster(session: Session, *, agency_org_id: str) -> Roster:
    """Load the workers of one agency, active or not."""
    mine = select(Worker).where(Worker.scope_id == agency_org_id).order_by(Worker.id)
    live = ("proposed", "confirmed", "active")
    return Roster(
        workers=list(session.scalars(mine)),
        papers=_by_worker(
            session.scalars(select(Credential).where(Credential.voided_at.is_(None)))
        ),
        away=_by_worker(
            session.scalars(select(Availability).where(Availability.voided_at.is_(None)))
        ),
        blocks=_by_worker(
            session.scalars(select(PlacementBlock).where(PlacementBlock.status.in_(live)))
        ),
    )


def _by_worker(rows: Iterable[Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.worker_id, []).append(row)
    return groups


def matching_document(
    name: str,
    *,
    roster: Roster,
    referrals: Sequence[Mapping[str, Any]],
    today: date,
    cap: int | None,
    recent_starts: Sequence[date],
) -> dict[str, Any]:
    """Return the neutral document of one agency (id "own")."""
    active = [worker for worker in roster.workers if worker.status == "active"]
    return {
        "kind": "matching",
        "format": 1,
        "id": name,
        "calendar": {"timezone": "Europe/London"},
        "agencies": [
            {
                "id": "own",
                "max_starts_per_7_days": cap,
                "recent_starts": [day.isoformat() for day in recent_starts],
            }
        ],
        "weights": WEIGHTS,
        "workers": [worker_document(worker, roster, today=today) for worker in active],
        "referrals": list(referrals),
        "distance_km": {
            worker.id: {r["id"]: _distance(worker) for r in referrals} for worker in active
        },
        "offers": [],
        "current_plan": [],
    }


def _distance(worker: Worker) -> int | None:
    # A worker without a limit goes anywhere; with one, an unknown distance cannot be confirmed.
    return 0 if worker.max_distance_km is None else None


def worker_document(worker: Worker, roster: Roster, *, today: date) -> dict[str, Any]:
    """Return one worker; what nobody recorded stands in `cannot_confirm`, never as a pass."""
    unknown = [name for name in ("gender", "driver") if getattr(worker, name) is None]
    if worker.accepts_smoking_home is None:
        unknown.append("smoking")
    papers = {paper.code: paper for paper in roster.papers.get(worker.id, ())}
    unknown += [f"certificate:{c}" for c in (*BASE_CERTIFICATES, "MEDS") if c not in papers]
    if worker.accepts_pets is None:
        unknown += ["pets:cat", "pets:dog", "pets:other"]
    document = {
        "id": worker.id,
        "agency": "own",
        "gender": worker.gender or "not_known",
        "languages": list(worker.languages or ["English"]),
        "skills": _skills(worker, today),
        "driver": bool(worker.driver),
        "smoker": bool(worker.smoker),
        "accepts_pets": list(worker.accepts_pets or []),
        "accepts_smoking_home": bool(worker.accepts_smoking_home),
        "max_distance_km": worker.max_distance_km or 2000,
        "min_rest_hours": worker.min_rest_hours or _DEFAULT_REST_HOURS,
        "max_consecutive_days": worker.max_block_days or _DEFAULT_BLOCK_DAYS,
        "certificates": {c: (p.valid_to or _FAR).isoformat() for c, p in papers.items()},
        "available": _available(roster.away.get(worker.id, ()), today),
        "bookings": [_booking(block) for block in roster.blocks.get(worker.id, ())],
        "refused": [],
        "cannot_confirm": unknown,
    }
    if worker.max_days_in_28 is not None:
        document["max_days_in_28"] = worker.max_days_in_28
    return document


def _skills(worker: Worker, today: date) -> list[str]:
    held = []
    for skill in worker.skills or ():
        if isinstance(skill, dict):
            valid_to = skill.get("valid_to")
            if valid_to is None or date.fromisoformat(valid_to) >= today:
                held.append(skill["code"])
        else:
            held.append(skill)
    return held


def _available(stretches: Sequence[Availability], today: date) -> list[list[str]]:
    given = [(s.from_day, s.to_day) for s in stretches if s.kind == "available"]
    free = given or [(today - timedelta(days=1), today + _HORIZON)]
    for away in stretches:
        if away.kind == "available":
            continue
        cut: list[tuple[date, date]] = []
        for first, last in free:
            if away.to_day < first or last < away.from_day:
                cut.append((first, last))
                continue
            if first < away.from_day:
                cut.append((first, away.from_day - timedelta(days=1)))
            if away.to_day < last:
                cut.append((away.to_day + timedelta(days=1), last))
        free = cut
    return [[first.isoformat(), last.isoformat()] for first, last in sorted(free)]


def local_wall(instant: datetime) -> str:
    """Return an instant as the format's local wall clock, with its offset (DST-exact)."""
    return instant.astimezone(LONDON).isoformat(timespec="minutes")


def _booking(block: PlacementBlock) -> dict[str, str]:
    return {"start": local_wall(block.starts_at), "end": local_wall(block.ends_at)}


def referral_document(
    offer: Offer,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    today: date,
) -> dict[str, Any]:
    """Return an offer as a referral: in its own window, or for one given block exactly."""
    if starts_at is not None and ends_at is not None:
        first = last = london_day(starts_at)
        days = (london_day(ends_at) - first).days or 1
        from_time, to_time = _wall_time(starts_at), _wall_time(ends_at)
        carers = 1
    else:
        first = max(offer.earliest_start or today, today)
        last = max(offer.latest_start or first + timedelta(days=7), first)
        days = offer.length_days or 28
        from_time = to_time = _ARRIVAL.strftime("%H:%M")
        carers = offer.carers_needed or 1
    part = {
        "offset_days": 0,
        "days": days,
        "start_time": from_time,
        "end_time": to_time,
        "required_skills": list(offer.required_skills or []),
        "required_certificates": _certificates(offer),
    }
    return {
        "id": offer.id,
        "fit_date": london_day(offer.sent_at).isoformat() if offer.sent_at else first.isoformat(),
        "earliest_start": first.isoformat(),
        "latest_start": last.isoformat(),
        "no_start_dates": [],
        "priority_weight": 1,
        "gender_required": offer.gender_required,
        "gender_preferred": None,
        "languages_required": list(offer.languages or []),
        "languages_preferred": [],
        "pets": list(offer.pets or []),
        "smoking_home": bool(offer.smoking_home),
        "non_smoker_required": False,
        "needs_driver": bool(offer.driver_required),
        "excluded_workers": [],
        "previous_workers": [],
        "parts": [dict(part) for _ in range(carers)],
    }


def _wall_time(instant: datetime) -> str:
    return instant.astimezone(LONDON).strftime("%H:%M")


def _certificates(offer: Offer) -> list[str]:
    needed = list(BASE_CERTIFICATES)
    if (offer.needs or {}).get("medicines_level") in _MEDICINES:
        needed.append("MEDS")
    return needed
