"""Synthetic live-in workers of the agencies, their contracts, and the hub's assessors."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from d2a_desktop.demo import names
from d2a_desktop.demo.fates import AGENCY_A

FAMILIES = ("Workerby", "Carefield", "Livingstone-Demo", "Steadyhand", "Homewood-Test",
             "Kindlyson", "Rosterham", "Blockley", "Reliefson", "Shiftwell")  # fmt: skip
_SKILLS = ("hoist", "catheter", "stoma", "insulin", "oxygen", "dementia", "parkinsons", "stroke",
           "end_of_life", "peg")  # fmt: skip
_LANGUAGES = ("Polish", "Romanian", "Shona", "Punjabi", "Welsh")
_WORKERS = {AGENCY_A: 38, "XDL02": 26}
GRACE = "Testerby"
"""Family name of the worker who goes home with the person whom the story follows."""

CATLESS = "Nocats-Trial"
"""Family name of the worker who would fit, but cannot live with a cat."""

_ALL_ROUNDERS = 4
REPLY_HOURS = {day: ["07:00", "21:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def worker_documents(agency: str, *, seed: int, today: date) -> list[dict[str, Any]]:
    """Return an agency's workers with credentials and leave, for `Roster.save`."""
    rng = random.Random(f"{seed} {agency}")
    made = [_worker(rng, n, today) for n in range(_WORKERS[agency])]
    if agency == AGENCY_A:
        made[0] |= {
            "first_name": "Grace",
            "family_name": GRACE,
            "gender": "female",
            "accepts_pets": ["cat", "dog"],
            "driver": True,
            "languages": ["English"],
            "skills": ["hoist", "dementia", "insulin", "stroke"],
            "max_block_days": 56,
            "credentials": _papers(today, 400),
            "availability": [],
        }
        for n in range(2, 2 + _ALL_ROUNDERS):
            made[n] |= _all_rounder(today)
        # The domain's case 6: one who would fit otherwise cannot live with a cat.
        made[1] |= {
            "first_name": "Joyce",
            "family_name": CATLESS,
            "gender": "female",
            "accepts_pets": [],
            "skills": ["dementia"],
        }
    return made


def _all_rounder(today: date) -> dict[str, Any]:
    """Return what makes a worker fit for nearly everybody, so that no seed leaves a gap."""
    return {
        "skills": list(_SKILLS),
        "accepts_pets": ["cat", "dog", "other"],
        "accepts_smoking_home": True,
        "driver": True,
        "smoker": False,
        "max_block_days": 56,
        "credentials": _papers(today, 300),
        "availability": [],
    }


def _worker(rng: random.Random, n: int, today: date) -> dict[str, Any]:
    female = rng.random() < 0.7
    # Every ninth has a paper that lapses in the middle of a placement that starts now.
    days = rng.randint(9, 20) if n % 9 == 4 else rng.randint(70, 500)
    skills: list[object] = list(rng.sample(_SKILLS, rng.randint(2, 5)))
    if n % 9 == 2:
        # A competency that is signed off for a time only.
        until = today + timedelta(days=rng.randint(60, 200))
        skills[0] = {"code": skills[0], "valid_to": until.isoformat()}
    languages = ["English", *([rng.choice(_LANGUAGES)] if rng.random() < 0.4 else [])]
    if n % 12 == 7:
        languages.append("BSL")
    return {
        "first_name": rng.choice(names.WORKER_FEMALE if female else names.WORKER_MALE),
        "family_name": rng.choice(FAMILIES),
        "gender": "female" if female else "male",
        "role_title": "Live-in care worker",
        "phone": f"01632 962{rng.randint(100, 999)}",
        "home_postcode": f"{rng.choice(names.OUTWARDS)} {rng.randint(1, 9)}ZZ",
        "languages": languages,
        "skills": skills,
        "accepts_pets": rng.choice((["cat", "dog", "other"], ["cat", "dog"], ["dog"], [])),
        "driver": rng.random() < 0.6,
        "smoker": rng.random() < 0.1,
        "accepts_smoking_home": rng.random() < 0.5,
        "min_rest_hours": 24,
        "max_block_days": rng.choice((28, 42, 56)),
        "credentials": _papers(today, days),
        "availability": _leave(rng, today) if n % 5 == 3 else [],
    }


def _papers(today: date, days: int) -> list[dict[str, Any]]:
    return [
        {"code": "DBS_ENH_AB", "valid_to": (today + timedelta(days=700)).isoformat(),
         "checked_on": (today - timedelta(days=60)).isoformat()},
        {"code": "RTW", "checked_on": (today - timedelta(days=60)).isoformat()},
        {"code": "MH", "valid_to": (today + timedelta(days=days)).isoformat()},
        {"code": "MEDS", "valid_to": (today + timedelta(days=max(days, 60))).isoformat()},
    ]  # fmt: skip


def _leave(rng: random.Random, today: date) -> list[dict[str, Any]]:
    start = today + timedelta(days=rng.randint(-4, 20))
    end = start + timedelta(days=rng.randint(5, 14))
    return [{"kind": "leave", "from_day": start.isoformat(), "to_day": end.isoformat()}]


def contract_document(today: date) -> dict[str, Any]:
    """Return a capacity contract of five to eight starts a week (the seed article's figures)."""
    return {
        "commissioner": "Sampleshire Council and ICB (demo)",
        "valid_from": (today - timedelta(days=120)).isoformat(),
        "valid_to": (today + timedelta(days=245)).isoformat(),
        "min_starts": 5,
        "max_starts": 8,
        "response_hours": 2,
        "hours": REPLY_HOURS,
        "on_call_phone": "01632 960190",
        "unused_slot_rule": "lost",
    }


ASSESSORS: tuple[tuple[str, str, list[str], str], ...] = (
    ("Olive Therapist-Test", "occupational_therapist", ["moving_handling"], "female"),
    ("Pat Physio-Sample", "physiotherapist", ["moving_handling"], "male"),
    ("Sol Workwell-Demo", "social_worker", ["mental_capacity"], "male"),
    ("Tara Trusted-Trial", "trusted_assessor", [], "female"),
    ("Oskar Próba", "occupational_therapist", ["moving_handling"], "male"),
    ("Phoebe Pattern", "physiotherapist", ["moving_handling"], "female"),
    ("Nina Nursewell-Demo", "nurse", ["wound_care"], "female"),
)


def assessor_documents(*, login: str) -> list[dict[str, Any]]:
    """Return the hub's home assessors with their week; the first is the one with a laptop.

    All seven days are covered: the promise of 48 hours does not stop at a weekend.
    """
    documents = []
    for n, (name, profession, skills, gender) in enumerate(ASSESSORS):
        weekend = n % 2 == 0
        days = ("mon", "tue", "wed", "thu", "fri") + (("sat", "sun") if weekend else ())
        documents.append(
            {
                "name": name,
                "profession": profession,
                "gender": gender,
                "skills": skills,
                "languages": ["English", "BSL"] if n == 3 else ["English"],
                "pattern": {day: ["08:00", "18:00"] for day in days},
                "works_bank_holidays": weekend,
                "base_postcode": f"{names.OUTWARDS[n % len(names.OUTWARDS)]} 1ZZ",
                "active": True,
                **({"login": login} if n == 0 else {}),
            }
        )
    return documents
