"""The banner of a case's person, from the record the services give."""

from __future__ import annotations

from datetime import datetime

from d2a_desktop.domain.display import AllergyTitle, GenderText
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.ui.formats.facts import BannerFacts
from d2a_desktop.ui.formats.tones import Hue
from d2a_desktop.ui.formats.words import SIMILAR_NAME
from d2a_desktop.ui.item_models.clock_cells import case_clock_cell


def banner_facts(view: CaseView, *, now: datetime) -> BannerFacts:
    """Return what the banner shows; the clock is the one that counts at `now`."""
    who = view.banner
    spell = view.records.get("spell", {})
    return BannerFacts(
        family=who.family_name,
        given=who.given_name or "",
        title=who.title or "",
        preferred_name=who.preferred_name or "",
        born=who.birth_date,
        age_years=who.age,
        died=who.died_on,
        gender=GenderText(who.gender),
        nhs_number=who.nhs_number,
        nhs_verified=who.nhs_number_verified,
        hospital_number=who.hospital_number or "",
        place=who.bed,
        allergy_title=AllergyTitle(who.allergy_title) if who.allergy_title else None,
        allergies=who.allergies,
        alerts=_alerts(view),
        clock=case_clock_cell(
            view.clock,
            now=now,
            nctr_since=view.nctr_since,
            provisional_due=view.provisional_due,
            edd=spell.get("edd"),
        ),
    )


def _alerts(view: CaseView) -> tuple[tuple[str, Hue], ...]:
    need, patient = view.records.get("care_need", {}), view.records.get("patient", {})
    found: list[tuple[str, Hue]] = []
    if view.similar_name:
        found.append((SIMILAR_NAME, Hue.AMBER))
    if need.get("falls_risk") == "high":
        found.append(("Falls risk high", Hue.AMBER))
    if patient.get("interpreter_required"):
        found.append((f"Interpreter {patient.get('language') or ''}".strip(), Hue.BLUE))
    if (need.get("carers_needed") or 1) > 1:
        found.append(("Two carers", Hue.PURPLE))
    return tuple(found)
