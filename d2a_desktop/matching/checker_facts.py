"""The checker's own reading of the optional facts: the rules and points beyond FORMAT.md.

Like the checker it takes raw JSON and shares nothing with the engine's rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stay:
    """One assignment with its dates (local) and instants (UTC)."""

    referral: Json
    index: int
    part: Json
    worker: Json
    agency: Json
    begin: datetime
    end: datetime
    first: date
    last: date
    # Optional instants of worker and referral, in UTC.
    instants: Mapping[str, datetime | None]

    def dates(self) -> set[date]:
        """Return the local days from the start to the day before the end."""
        return {self.first + timedelta(days=n) for n in range((self.last - self.first).days)}


def broken_facts(stay: Stay) -> Iterator[str]:
    """Yield the code of each optional rule that is broken, or not known to hold."""
    r, w, a = stay.referral, stay.worker, stay.agency
    twins = sum(p["offset_days"] == stay.part["offset_days"] for p in r["parts"])
    checks = {
        "worker_active": "engaged" not in w or _inside(stay, w["engaged"]),
        "double_handed": twins > 1 or _covered(r, "double_handed", "second_carer_arranged"),
        "waking_night": _covered(r, "waking_night", "night_cover_arranged"),
        "rest_cover": r.get("can_be_left_alone", True) is True
        or r.get("break_cover_arranged") is True,
        "accommodation": r.get("bedroom", True) is True and r.get("home_safe", True) is True,
        "consent": r.get("consent", True) is True,
        "allergy_or_phobia": "contraindications" not in w or _tolerates(r, w["contraindications"]),
        "infection_immunity": "protections_required" not in r
        or _holds(r["protections_required"], w.get("protections")),
        "manual_handling_limit": "demands" not in r or _can_do(r["demands"], w.get("must_not")),
        "registration": a.get("registered", True) is True
        and a.get("on_contract", True) is True
        and ("areas" not in a or r.get("area") in (a["areas"] or [])),
        "earliest_arrival": "arrives_from" not in w or _arrived(stay),
        "skill": all(
            _still_valid(w["skills_valid_to"][name], stay.last)
            for name in stay.part["required_skills"]
            if name in (w.get("skills_valid_to") or {})
        ),
        "driver": not r["needs_driver"] or _may_drive(r, w),
    }
    for code, holds in checks.items():
        if not holds:
            yield code


def _inside(stay: Stay, spans: Any) -> bool:
    return any(a <= stay.first.isoformat() and stay.last.isoformat() <= b for a, b in spans or [])


def _covered(referral: Json, need: str, cover: str) -> bool:
    return referral.get(need, False) is False or referral.get(cover) is True


def _tolerates(referral: Json, known: Any) -> bool:
    fixed = {*referral["pets"], *(referral.get("home_features") or [])}
    fixed |= {"smoke"} if referral["smoking_home"] else set()
    if known is None:
        return not fixed
    unsure = "home_features" in referral and referral["home_features"] is None and known
    return not unsure and not fixed & set(known)


def _holds(asked: Any, held: Any) -> bool:
    if asked is None:
        return False
    return set(asked) <= set(held or [])


def _can_do(asked: Any, limits: Any) -> bool:
    if asked is None or (asked and limits is None):
        return False
    return not set(asked) & set(limits or [])


def _arrived(stay: Stay) -> bool:
    possible = stay.instants["arrives_from"]
    return possible is not None and stay.begin >= possible


def _still_valid(last: str | None, end: date) -> bool:
    return last is not None and date.fromisoformat(last) >= end


def _may_drive(referral: Json, worker: Json) -> bool:
    if referral.get("vehicle_insured", True) is not True:
        return False
    if "vehicle" not in referral:
        return True
    return referral["vehicle"] is not None and referral["vehicle"] in (worker.get("vehicles") or [])


def fact_points(document: Json, stay: Stay, valid_to: Mapping[str, date]) -> int:
    """Return the points of the soft rules beyond FORMAT.md.

    Args:
        document: the problem.
        stay: the assignment.
        valid_to: the last valid day of each of the worker's certificates.
    """
    r, w, part = stay.referral, stay.worker, stay.part
    counts = {
        "preferred_worker": bool(r.get("preferred_workers"))
        and w["id"] not in r["preferred_workers"],
        "language_preference": _missing(r, "background_preferred", w, "background"),
        "pets_ok": len(set(r["pets"]) & set(w.get("uneasy_with") or [])),
        "smoking_match": w["smoker"] is not r["smoking_home"],
        "driving_pref": bool(r.get("driver_useful")) and not w["driver"],
        "travel_distance": _differ(w, r, "region"),
        "placement_length_fit": not _fits(part["days"], w.get("preferred_block_days")),
        "experience": max(0, r["complexity"] - w["experience"])
        if None not in (r.get("complexity"), w.get("experience"))
        else 0,
        "fairness": 0
        if w.get("weeks_since_placement") is None
        else max(0, 4 - int(w["weeks_since_placement"])),
        "cost": None not in (w.get("rate_band"), r.get("rate_band"))
        and w["rate_band"] > r["rate_band"],
        "rural_isolation": 0
        if w.get("accepts_home") is None
        else _missing(r, "home_features", w, "accepts_home"),
        "cooking_diet": _missing(r, "diets", w, "cooks"),
        "interests": bool(r.get("interests"))
        and not set(r["interests"]) & set(w.get("interests") or []),
        "skill_surplus": len(
            set(w["skills"])
            & set(document.get("scarce_skills") or []) - set(part["required_skills"])
        ),
        "handover_overlap": stay.index == 0
        and (leaves := stay.instants["outgoing_leaves"]) is not None
        and stay.begin > leaves,
        "expiry_soon": any(
            name in valid_to and valid_to[name] - stay.last <= timedelta(days=28)
            for name in part["required_certificates"]
        ),
    }
    weights = document["weights"]
    return sum(int(weights.get(key) or 0) * int(times) for key, times in counts.items())


def _missing(one: Json, wanted: str, other: Json, held: str) -> int:
    return len(set(one.get(wanted) or []) - set(other.get(held) or []))


def _differ(one: Json, other: Json, name: str) -> bool:
    return None not in (one.get(name), other.get(name)) and one[name] != other[name]


def _fits(days: int, preferred: Any) -> bool:
    return not preferred or preferred[0] <= days <= preferred[1]
