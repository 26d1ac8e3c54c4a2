"""The full referral record of a synthetic person, as the ward would fill it in."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from d2a_desktop.core.clock import london_day
from d2a_desktop.demo.people import DemoPerson
from d2a_desktop.domain.commands import UpdateRecord

_ALLERGIES: tuple[list[dict[str, str]], ...] = (
    [],
    [{"substance": "Penicillin", "reaction": "Rash"}],
    [],
    [{"substance": "Latex", "reaction": "Wheeze"}, {"substance": "Codeine", "reaction": "Sick"}],
)
_FAMILY = (("daughter", "Dana"), ("son", "Sam"), ("niece", "Nora"), ("neighbour", "Nils"))


def referral_record(person: DemoPerson, rng: random.Random, *, now: datetime) -> UpdateRecord:
    """Return the minimum data set for one person (domain/completeness.py).

    All but the medicines: a ward types none, the hospital's letter goes along.
    """
    at = person.times.refer or now
    values = {
        "patient": _patient(rng, person),
        "referral": _referral(person, at),
        "care_need": _need(person, now),
        "home": _home(rng, person),
        "consent": _consent(person, at),
    }
    add = {
        "contact": _contacts(rng, person),
        "equipment": _equipment(person, at),
        "risk": _risks(person),
        "restricted_note": [{"kind": "key_code", "text": f"Key safe {rng.randint(1000, 9999)}"}],
    }
    return UpdateRecord(values=values, add={name: lines for name, lines in add.items() if lines})


def early_record(person: DemoPerson, *, now: datetime) -> UpdateRecord:
    """Return what an early referral, on an expected date of discharge, must have."""
    values = {
        "referral": _referral(person, person.times.refer or now),
        "consent": _consent(person, person.times.refer or now),
    }
    return UpdateRecord(values=values)


def _patient(rng: random.Random, person: DemoPerson) -> dict[str, Any]:
    known = rng.choice(_ALLERGIES)
    return {
        "language": "Polish" if person.key == "case05" else "English",
        "interpreter_required": person.key == "case05b",
        "gp_practice_name": "Sampleton Surgery (demo)",
        "allergy_state": "known" if known else "none_known",
        "allergies": known,
    }


def _referral(person: DemoPerson, at: datetime) -> dict[str, Any]:
    return {
        "reason_for_referral": "Live-in care at home while needs are assessed there",
        "supporting_information": "Therapy notes and discharge letter sent with the pack",
        "why_in_hospital": person.why,
        "what_changed": "Managed alone before; needs another person day and night now",
        "admission_type": "emergency",
        "proposed_discharge": (london_day(at) + timedelta(days=2)).isoformat(),
        "lead_clinician": person.consultant,
        "liaison_name": "Dora Exampleward",
        "liaison_phone": "01632 960150",
        "chc_considered": "not_now",
        "local_authority": "Sampleshire Council (demo)",
        "social_services_team": "Sampleton hospital team",
        "what_matters": "My own bed, my garden and a proper cup of tea",
        "communication_tips": "Speak slowly, from the front; wait for an answer",
        "please_do": "Ask before you help",
        "please_dont": "Please do not call me dear",
        "how_support": "Help me up at eight, walk with me to the kitchen",
        "goals": "Walk to the shop; make my own tea",
        "therapy_plan": "Exercises twice a day, sheet in the folder",
        "red_flags": "New confusion or a fall: ring 111, then the agency's on-call number",
        "contingency": "If the worker cannot come: the agency's on-call sends relief the same day",
        "follow_up": "Clinic letter to follow\nNurse visits in the first week",
    }


def _need(person: DemoPerson, now: datetime) -> dict[str, Any]:
    start = london_day(person.times.leave or now + timedelta(days=1))
    values: dict[str, Any] = {
        "personal_care": "some_help",
        "mobility": "aid",
        "transfers": "one_person",
        "continence": "occasional",
        "night_pattern": "sleeping_with_calls",
        "night_calls": 1,
        "cognition": "no_concern",
        "medicines_level": "prompt",
        "communication": "no_difficulty",
        "diet": "ordinary",
        "skin": "intact",
        "falls_risk": "medium",
        "infection": "none",
        "frailty": 5,
        "left_alone_hours": 2,
        "carers_needed": 1,
        "required_skills": [],
        "languages_required": [],
        "languages_preferred": [],
        "driver_required": False,
        "funding_type": "d2a",
        "stairs": "none",
        "length_days": 28,
        "earliest_start": start.isoformat(),
        "latest_start": (start + timedelta(days=5)).isoformat(),
        "funded_until": (start + timedelta(days=42)).isoformat(),
        "function_summary": "Stands with one person and a frame; washes at the basin with help",
    }
    changes = {k: v for k, v in person.scenario.need.items() if k in values or k in _NEED_EXTRA}
    return values | changes


_NEED_EXTRA = frozenset({"gender_required", "gender_preferred"})
_HOME_FIELDS = frozenset({"pets", "smoking_home", "lives_alone"})


def _home(rng: random.Random, person: DemoPerson) -> dict[str, Any]:
    values: dict[str, Any] = {
        "lives_alone": True,
        "bedroom_for_worker": True,
        "heating": True,
        "hot_water": True,
        "food_in": rng.random() < 0.7,
        "wifi": rng.random() < 0.8,
        "parking": rng.random() < 0.6,
        "smoking_home": False,
        "key_safe": True,
        "pets": [],
        "stairs": "none",
        "bed_location": "Ground floor, front room",
        "access_notes": "Side gate, then the back door",
        "keys_held_by": "Next of kin and the key safe",
        "other_household": "",
    }
    return values | {k: v for k, v in person.scenario.need.items() if k in _HOME_FIELDS}


def _consent(person: DemoPerson, at: datetime) -> dict[str, Any]:
    confused = person.scenario.need.get("cognition") == "walks_with_purpose"
    informed = at + timedelta(hours=1)
    return {
        "person_agrees": "lacks_capacity" if confused else "yes",
        "agreed_by": "best_interest" if confused else "person",
        "agreed_at": at,
        "share_consent": "informed",
        "capacity": "lacks_capacity" if confused else "has_capacity",
        "carer_consulted": "yes",
        "family_informed_at": informed,
        "family_informed_who": "Next of kin, by telephone",
        "introduction_offered_at": informed,
        "respect_form": "In the folder",
    }


def _contacts(rng: random.Random, person: DemoPerson) -> list[dict[str, Any]]:
    relation, first = rng.choice(_FAMILY)
    family = person.family_name.split("-")[0]
    return [
        {"name": f"{first} {family}", "relationship": "next_of_kin",
         "phone": f"01632 961{rng.randint(100, 999)}", "note": relation.capitalize(),
         "unpaid_carer": True, "covers_breaks": rng.random() < 0.5},
        {"name": "Sampleton Pharmacy (demo)", "relationship": "pharmacy",
         "phone": "01632 960170"},
        {"name": "Community nursing team (demo)", "relationship": "community_nurse",
         "phone": "01632 960180"},
    ]  # fmt: skip


def _equipment(person: DemoPerson, at: datetime) -> list[dict[str, Any]]:
    items = person.scenario.need.get("equipment", ["Walking frame", "Commode"])
    return [
        {"item": item, "supplier": "Sampleton equipment store (demo)", "contact": "01632 960160",
         "ordered_at": at, "delivered_at": at + timedelta(hours=6), "training_done": True}
        for item in items
    ]  # fmt: skip


def _risks(person: DemoPerson) -> list[dict[str, Any]]:
    risks = person.scenario.need.get("risks", [["falls", "Walks with the frame, day and night"]])
    return [{"kind": kind, "detail": detail} for kind, detail in risks]
