"""Seeded problems for the two engines, in the neutral format (version 1)."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

Json = dict[str, Any]
_SKILLS = ("hoist", "dementia", "peg", "stoma", "catheter", "insulin", "oxygen", "eol")
_MONDAY = date(2027, 2, 1)


def agency_board(*, workers: int, referrals: int, seed: int) -> Json:
    """Return a matching problem: agencies of about 25, scarce skills, most workers busy a while."""
    rng = random.Random(seed)
    agencies = [
        {"id": f"A{n}", "max_starts_per_7_days": rng.randint(5, 8), "recent_starts": []}
        for n in range(max(1, workers // 25))
    ]
    crew = [_worker(rng, f"W{n:03}", agencies) for n in range(workers)]
    people = [_referral(rng, f"R{n:03}") for n in range(referrals)]
    return {
        "kind": "matching",
        "format": 1,
        "id": f"board {workers}x{referrals} {seed}",
        "title": "generated",
        "calendar": {"timezone": "Europe/London"},
        "agencies": agencies,
        "weights": {
            "gender_preference": 5, "language_preference": 4, "continuity": 3,
            "offer_withdrawn": 8, "plan_change": 6,
        },
        "workers": crew,
        "referrals": people,
        "distance_km": {
            worker["id"]: {person["id"]: rng.randint(2, 260) for person in people}
            for worker in crew
        },
        "offers": [],
        "current_plan": [],
    }  # fmt: skip


def _worker(rng: random.Random, name: str, agencies: list[Json]) -> Json:
    free = _MONDAY + timedelta(days=rng.randint(0, 24))
    busy = {"start": f"{free - timedelta(days=14)}T10:00", "end": f"{free}T10:00"}
    return {
        "id": name,
        "agency": rng.choice(agencies)["id"],
        "gender": rng.choice("FFFM"),
        "languages": ["en", *rng.sample(["pl", "pa", "cy"], rng.randint(0, 1))],
        "skills": rng.sample(_SKILLS, rng.randint(2, 6)),
        "driver": rng.random() < 0.6,
        "smoker": rng.random() < 0.2,
        "accepts_pets": [pet for pet in ("cat", "dog") if rng.random() < 0.7],
        "accepts_smoking_home": rng.random() < 0.7,
        "max_distance_km": rng.choice([80, 150, 300]),
        "min_rest_hours": rng.choice([24, 48, 72]),
        "max_consecutive_days": rng.choice([21, 42]),
        "certificates": {"DBS": str(_MONDAY + timedelta(days=rng.randint(5, 400)))},
        "available": [["2026-01-01", "2029-12-31"]],
        "bookings": [busy] if rng.random() < 0.6 else [],
        "refused": [],
    }


def _referral(rng: random.Random, name: str) -> Json:
    fit = _MONDAY + timedelta(days=rng.randint(-3, 4))
    earliest = max(fit, _MONDAY)
    days = rng.choice([7, 14, 21, 28, 42])
    part = {
        "offset_days": 0, "days": min(days, 21), "start_time": "10:00", "end_time": "10:00",
        "required_skills": rng.sample(_SKILLS, rng.choice([0, 1, 1, 2])),
        "required_certificates": ["DBS"],
    }  # fmt: skip
    relief = [{**part, "offset_days": 20, "days": days - 20}] if days > 21 else []
    return {
        "id": name,
        "fit_date": str(fit),
        "earliest_start": str(earliest),
        "latest_start": str(earliest + timedelta(days=13)),
        "no_start_dates": [],
        "priority_weight": rng.choice([1, 1, 2, 3]),
        "gender_required": "F" if rng.random() < 0.12 else None,
        "gender_preferred": rng.choice("FM") if rng.random() < 0.25 else None,
        "languages_required": [],
        "languages_preferred": ["pl"] if rng.random() < 0.15 else [],
        "pets": ["dog"] if rng.random() < 0.2 else [],
        "smoking_home": rng.random() < 0.15,
        "non_smoker_required": False,
        "needs_driver": rng.random() < 0.15,
        "excluded_workers": [],
        "previous_workers": [],
        "parts": [part, *relief],
    }


def hub_diary(*, assessors: int, visits: int, seed: int) -> Json:
    """Return a scheduling problem of three days: three professions, travel at 35 km/h."""
    rng = random.Random(seed)
    crew = [_assessor(rng, f"A{n:02}") for n in range(assessors)]
    people = [_visit(rng, f"V{n:03}") for n in range(visits)]
    nodes = [*(each["base"] for each in crew), *(each["node"] for each in people)]
    places = {node: (rng.uniform(0, 20), rng.uniform(0, 20)) for node in nodes}
    return {
        "kind": "scheduling",
        "format": 1,
        "id": f"hub {assessors}x{visits} {seed}",
        "title": "generated",
        "calendar": {
            "timezone": "Europe/London", "horizon_start": "2027-03-01",
            "horizon_end": "2027-03-04", "bank_holidays": [],
        },
        "now": "2027-03-01T08:00",
        "rules": {"deadline_hours": 48},
        "weights": {
            "gender_preference": 5, "language_preference": 4, "continuity": 6,
            "assessor_changed": 5, "time_changed": 3, "confirmed_moved": 20,
        },
        "assessors": crew,
        "visits": people,
        "previous_plan": [],
        "travel_minutes": {
            a: {b: 0 if a == b else _minutes(places[a], places[b]) for b in nodes} for a in nodes
        },
    }  # fmt: skip


def _assessor(rng: random.Random, name: str) -> Json:
    return {
        "id": name,
        "gender": rng.choice("FFM"),
        "languages": ["en", *rng.sample(["pl", "pa"], rng.randint(0, 1))],
        "skills": rng.sample(["OT", "PT", "SW"], rng.randint(1, 3)),
        "base": f"base:{name}",
        "pattern": {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        "works_bank_holidays": False,
        "extra_shifts": [],
        "absences": [],
        "appointments": [],
    }


def _visit(rng: random.Random, name: str) -> Json:
    arrived = datetime(2027, 2, 28, 14, tzinfo=UTC) + timedelta(minutes=30 * rng.randint(0, 96))
    return {
        "id": name,
        "node": f"home:{name}",
        "arrived_home": f"{arrived:%Y-%m-%dT%H:%M}",
        "duration_minutes": rng.choice([45, 60, 75, 90]),
        "required_skills": [rng.choice(["OT", "PT", "SW"])],
        "gender_required": None,
        "gender_preferred": rng.choice("FM") if rng.random() < 0.2 else None,
        "languages_preferred": ["pl"] if rng.random() < 0.1 else [],
        "previous_assessor": None,
        "windows": None,
        "priority_weight": rng.choice([1, 1, 2]),
        "confirmed": None,
    }


def _minutes(one: tuple[float, float], other: tuple[float, float]) -> int:
    return round(math.dist(one, other) * 1.3 / 35 * 60 + 3)
