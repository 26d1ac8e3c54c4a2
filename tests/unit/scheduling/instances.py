"""Scheduling documents for tests: small ones by hand, and seeded hubs of any size."""

from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta
from typing import Any

Json = dict[str, Any]
NINE_TO_FIVE = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def assessor(name: str, **changes: Any) -> Json:
    """An occupational therapist, Monday to Friday, nine to five."""
    return {
        "id": name,
        "gender": "F",
        "languages": ["en"],
        "skills": ["OT"],
        "base": f"base:{name}",
        "pattern": NINE_TO_FIVE,
        "works_bank_holidays": False,
        "extra_shifts": [],
        "absences": [],
        "appointments": [],
        **changes,
    }


def visit(name: str, arrived: str, **changes: Any) -> Json:
    """An hour at home, at any time."""
    return {
        "id": name,
        "node": f"home:{name}",
        "arrived_home": arrived,
        "duration_minutes": 60,
        "required_skills": ["OT"],
        "gender_required": None,
        "gender_preferred": None,
        "languages_preferred": [],
        "previous_assessor": None,
        "windows": None,
        "priority_weight": 1,
        "confirmed": None,
        **changes,
    }


def problem(assessors: list[Json], visits: list[Json], **changes: Any) -> Json:
    """A week from Monday 1-Mar-2027 at 08:00; every way takes 15 minutes."""
    nodes = {a["base"] for a in assessors} | {v["node"] for v in visits}
    nodes |= {p["node"] for a in assessors for p in a["appointments"]}
    return {
        "kind": "scheduling",
        "format": 1,
        "id": "test",
        "title": "a test",
        "calendar": {
            "timezone": "Europe/London",
            "horizon_start": "2027-03-01",
            "horizon_end": "2027-03-07",
            "bank_holidays": [],
        },
        "now": "2027-03-01T08:00",
        "rules": {"deadline_hours": 48},
        "weights": {
            "gender_preference": 5,
            "language_preference": 4,
            "continuity": 6,
            "assessor_changed": 5,
            "time_changed": 3,
            "confirmed_moved": 20,
        },
        "assessors": assessors,
        "visits": visits,
        "previous_plan": [],
        "travel_minutes": {
            a: {b: 0 if a == b else 15 for b in sorted(nodes)} for a in sorted(nodes)
        },
        **changes,
    }


def horizon(first: str, last: str, *bank_holidays: str) -> Json:
    """A calendar of the days from `first` to `last`."""
    return {
        "timezone": "Europe/London",
        "horizon_start": first,
        "horizon_end": last,
        "bank_holidays": list(bank_holidays),
    }


def hub_case(*, assessors: int, visits: int, seed: int, days: int = 3) -> Json:
    """A generated hub after MATCHING section 5: travel at 35 km/h x 1.3 + 3, three skills."""
    rng = random.Random(seed)
    first = date(2027, 3, 1)
    crew = [
        assessor(
            f"A{n:02}",
            gender=rng.choice("FFM"),
            languages=["en", *rng.sample(["pl", "pa", "cy"], rng.randint(0, 1))],
            skills=rng.sample(["OT", "PT", "SW"], rng.randint(1, 3)),
        )
        for n in range(assessors)
    ]
    people = []
    for n in range(visits):
        at = datetime(2027, 2, 28, 14) + timedelta(
            minutes=30 * rng.randint(0, 96 * (days - 1) // 2)
        )
        people.append(
            visit(
                f"V{n:03}",
                at.isoformat(timespec="minutes"),
                duration_minutes=rng.choice([45, 60, 75, 90]),
                required_skills=[rng.choice(["OT", "PT", "SW"])],
                gender_preferred=rng.choice("FM") if rng.random() < 0.2 else None,
                languages_preferred=["pl"] if rng.random() < 0.1 else [],
                priority_weight=rng.choice([1, 1, 2]),
            )
        )
    document = problem(crew, people, id=f"hub {assessors}x{visits} {seed}")
    document["calendar"]["horizon_end"] = str(first + timedelta(days=days))
    places = {node: (rng.uniform(0, 20), rng.uniform(0, 20)) for node in document["travel_minutes"]}
    document["travel_minutes"] = {
        a: {
            b: 0 if a == b else round(math.dist(places[a], places[b]) * 1.3 / 35 * 60 + 3)
            for b in places
        }
        for a in sorted(places)
    }
    return document
