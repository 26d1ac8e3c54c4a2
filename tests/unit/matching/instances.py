"""Matching documents for tests: small ones by hand, and seeded agencies of any size."""

from __future__ import annotations

import copy
import random
from datetime import date, timedelta
from typing import Any

Json = dict[str, Any]
MONDAY = date(2027, 2, 1)


def worker(name: str, **changes: Any) -> Json:
    """A worker who may do everything unless `changes` say otherwise."""
    return {
        "id": name,
        "agency": "A1",
        "gender": "F",
        "languages": ["en"],
        "skills": ["hoist", "dementia"],
        "driver": True,
        "smoker": False,
        "accepts_pets": ["cat", "dog"],
        "accepts_smoking_home": True,
        "max_distance_km": 200,
        "min_rest_hours": 24,
        "max_consecutive_days": 42,
        "certificates": {"DBS": "2030-12-31"},
        "available": [["2026-01-01", "2029-12-31"]],
        "bookings": [],
        "refused": [],
        **changes,
    }


def part(**changes: Any) -> Json:
    """A stint of two weeks from 10:00 to 10:00."""
    return {
        "offset_days": 0,
        "days": 14,
        "start_time": "10:00",
        "end_time": "10:00",
        "required_skills": [],
        "required_certificates": ["DBS"],
        **changes,
    }


def referral(name: str, **changes: Any) -> Json:
    """A person fit on 1-Feb-2027 who may start on one of the next three days."""
    return {
        "id": name,
        "fit_date": "2027-02-01",
        "earliest_start": "2027-02-02",
        "latest_start": "2027-02-04",
        "no_start_dates": [],
        "priority_weight": 1,
        "gender_required": None,
        "gender_preferred": None,
        "languages_required": [],
        "languages_preferred": [],
        "pets": [],
        "smoking_home": False,
        "non_smoker_required": False,
        "needs_driver": False,
        "excluded_workers": [],
        "previous_workers": [],
        "parts": [part()],
        **changes,
    }


def problem(workers: list[Json], referrals: list[Json], **changes: Any) -> Json:
    """A document of one agency without a cap; distances grow by 10 km from list to list."""
    distances = {
        w["id"]: {r["id"]: 10 + 10 * abs(i - j) for j, r in enumerate(referrals)}
        for i, w in enumerate(workers)
    }
    return {
        "kind": "matching",
        "format": 1,
        "id": "test",
        "title": "a test",
        "calendar": {"timezone": "Europe/London"},
        "agencies": [{"id": "A1", "max_starts_per_7_days": None, "recent_starts": []}],
        "weights": {
            "gender_preference": 5,
            "language_preference": 4,
            "continuity": 3,
            "offer_withdrawn": 8,
            "plan_change": 6,
        },
        "workers": workers,
        "referrals": referrals,
        "distance_km": distances,
        "offers": [],
        "current_plan": [],
        **changes,
    }


def agency_case(*, referrals: int, workers: int, seed: int, first: date = MONDAY) -> Json:
    """A generated agency board after MATCHING section 4: agencies of about 25, scarce skills."""
    rng = random.Random(seed)
    agencies = [
        {
            "id": f"A{n}",
            "max_starts_per_7_days": rng.randint(5, 8),
            "recent_starts": [str(first - timedelta(days=rng.randint(0, 6))) for _ in range(2)],
        }
        for n in range(max(1, workers // 25))
    ]
    crew = [_random_worker(rng, f"W{n:04}", agencies, first) for n in range(workers)]
    people = [_random_referral(rng, f"R{n:04}", first) for n in range(referrals)]
    document = problem(crew, people, agencies=agencies, id=f"agency {referrals}x{workers} {seed}")
    document["distance_km"] = {
        w["id"]: {r["id"]: rng.randint(2, 260) for r in people} for w in crew
    }
    for r in people[:2]:
        w = rng.choice(crew)["id"]
        document["offers"].append(
            {"referral": r["id"], "part": 0, "worker": w, "start": r["earliest_start"]}
        )
    return copy.deepcopy(document)


def _random_worker(rng: random.Random, name: str, agencies: list[Json], first: date) -> Json:
    skills = ["hoist", "dementia", "peg", "stoma", "catheter", "insulin", "oxygen", "eol"]
    bookings = []
    if rng.random() < 0.6:
        end = first + timedelta(days=rng.randint(0, 24))
        start = end - timedelta(days=14)
        bookings = [{"start": f"{start}T10:00", "end": f"{end}T10:00"}]
    return worker(
        name,
        agency=rng.choice(agencies)["id"],
        gender=rng.choice("FFFM"),
        languages=["en", *rng.sample(["pl", "pa", "cy", "ur"], rng.randint(0, 1))],
        skills=rng.sample(skills, rng.randint(2, 6)),
        driver=rng.random() < 0.6,
        smoker=rng.random() < 0.2,
        accepts_pets=[pet for pet in ("cat", "dog") if rng.random() < 0.7],
        accepts_smoking_home=rng.random() < 0.7,
        max_distance_km=rng.choice([80, 150, 300]),
        min_rest_hours=rng.choice([24, 48, 72]),
        max_consecutive_days=rng.choice([21, 42]),
        certificates={
            name: str(first + timedelta(days=rng.randint(5, 400)))
            for name in ("DBS", "moving_handling", "medication", "first_aid")
        },
        bookings=bookings,
        **({"max_days_in_28": 24} if rng.random() < 0.2 else {}),
    )


def _random_referral(rng: random.Random, name: str, first: date) -> Json:
    skills = ["hoist", "dementia", "peg", "stoma", "catheter", "insulin", "oxygen", "eol"]
    fit = first + timedelta(days=rng.randint(-3, 4))
    earliest = max(fit, first)
    days = rng.choice([7, 14, 21, 28, 42])
    needed = {
        "required_skills": rng.sample(skills, rng.choice([0, 1, 1, 2])),
        "required_certificates": ["DBS", *rng.sample(["moving_handling", "medication"], 1)],
        "start_time": rng.choice(["09:00", "10:00", "14:00"]),
    }
    parts = [part(days=min(days, 21), **needed)]
    if days > 21:
        parts.append(part(offset_days=20, days=days - 20, **needed))
    if rng.random() < 0.05:
        parts.append(part(days=min(days, 21), **{**needed, "required_skills": []}))
    return referral(
        name,
        fit_date=str(fit),
        earliest_start=str(earliest),
        latest_start=str(earliest + timedelta(days=13)),
        no_start_dates=[str(earliest + timedelta(days=rng.randint(0, 13)))],
        priority_weight=rng.choice([1, 1, 2, 3]),
        gender_required="F" if rng.random() < 0.12 else None,
        gender_preferred=rng.choice("FM") if rng.random() < 0.25 else None,
        languages_preferred=["pl"] if rng.random() < 0.15 else [],
        pets=["dog"] if rng.random() < 0.2 else [],
        smoking_home=rng.random() < 0.15,
        needs_driver=rng.random() < 0.15,
        parts=parts,
    )
