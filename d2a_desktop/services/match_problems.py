"""An agency's roster and its accepted offers as a problem of the matching engine (FORMAT.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.roster import (
    BASE_CERTIFICATES,
    end_is_known,
    lasting,
    missing_papers,
)
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
_HANDOVER_DAYS = 1

_MEDICINES = frozenset({"administer", "delegated"})


def weights_of(settings: Settings) -> dict[str, int]:
    """Return the points of an agency's plans (defaults: codes/matching_constraints.json)."""
    return {
        "gender_preference": settings.points_gender_preferred,
        "language_preference": settings.points_language_preferred,
        "continuity": settings.points_continuity,
        "offer_withdrawn": settings.points_offer_withdrawn,
        "plan_change": settings.points_offer_withdrawn,
        "expiry_soon": settings.points_expiry_soon,
    }


WEIGHTS = weights_of(Settings())
"""The points where nobody has set others."""


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
    weights: Mapping[str, int] = WEIGHTS,
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
        "weights": dict(weights),
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
    held = sorted(roster.papers.get(worker.id, ()), key=lambda p: lasting(p.code, p.valid_to))
    papers = {paper.code: paper for paper in held}  # of one kind, the one that lasts longest
    # A paper that lapses and whose end nobody recorded is as unknown as one that is not there.
    unsure = [c for c, p in papers.items() if not end_is_known(c, p.valid_to)]
    unknown += [f"certificate:{c}" for c in (*missing_papers(papers), *unsure)]
    if worker.accepts_pets is None:
        unknown += ["pets:cat", "pets:dog", "pets:other"]
    document = {
        "id": worker.id,
        "agency": "own",
        "gender": worker.gender or "not_known",
        "languages": list(worker.languages or ["English"]),
        "skills": [code for code, _ in _skills(worker)],
        "skills_valid_to": {code: last for code, last in _skills(worker) if last is not None},
        "driver": bool(worker.driver),
        "smoker": bool(worker.smoker),
        "accepts_pets": list(worker.accepts_pets or []),
        "accepts_smoking_home": bool(worker.accepts_smoking_home),
        "max_distance_km": worker.max_distance_km or 2000,
        "min_rest_hours": worker.min_rest_hours or _DEFAULT_REST_HOURS,
        "max_consecutive_days": block_days(worker),
        "certificates": {
            c: (p.valid_to or _FAR).isoformat() for c, p in papers.items() if c not in unsure
        },
        "available": _available(roster.away.get(worker.id, ()), today),
        "bookings": [_booking(block) for block in roster.blocks.get(worker.id, ())],
        "refused": [],
        "cannot_confirm": unknown,
    }
    if worker.contraindications:
        document["contraindications"] = list(worker.contraindications)
    if worker.max_days_in_28 is not None:
        document["max_days_in_28"] = worker.max_days_in_28
    return document


def block_days(worker: Worker) -> int:
    """Return the most days a worker stays in one block."""
    return worker.max_block_days or _DEFAULT_BLOCK_DAYS


def _skills(worker: Worker) -> list[tuple[str, str | None]]:
    """Return (code, last valid day or None) of each skill: it must hold to the block's end."""
    return [
        (skill["code"], skill.get("valid_to")) if isinstance(skill, dict) else (skill, None)
        for skill in worker.skills or ()
    ]


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
    longest_block: int | None = None,
) -> dict[str, Any]:
    """Return an offer as a referral: in its own window, or for one given block exactly.

    Args:
        offer: the offer.
        starts_at: start of the given block, aware.
        ends_at: its end, aware.
        today: the local day before which nobody starts.
        longest_block: where nobody may stay the whole length, the days after which relief comes,
            with a day of handover.
    """
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
    shared = {
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
        "parts": [
            {"offset_days": offset, "days": length, **shared}
            for _ in range(carers)
            for offset, length in stints(days, longest_block)
        ],
    }


def stints(days: int, longest: int | None) -> list[tuple[int, int]]:
    """Return (offset, days) of each stint of a placement, in days.

    A placement beyond `longest` days is shared: each relief worker comes a day before the one
    before leaves, so that somebody hands over (DOMAIN 4.6).
    """
    if longest is None or longest < 2 or days <= longest:
        return [(0, days)]
    found, offset = [], 0
    while offset + longest < days:
        found.append((offset, longest))
        offset += longest - _HANDOVER_DAYS
    return [*found, (offset, days - offset)]


def _wall_time(instant: datetime) -> str:
    return instant.astimezone(LONDON).strftime("%H:%M")


def _certificates(offer: Offer) -> list[str]:
    needed = list(BASE_CERTIFICATES)
    if (offer.needs or {}).get("medicines_level") in _MEDICINES:
        needed.append("MEDS")
    return needed
