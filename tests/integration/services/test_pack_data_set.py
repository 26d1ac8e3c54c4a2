"""Every item of the minimum data set is on the handover pack, or said not to be recorded there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from d2a_desktop.domain.completeness import MINIMUM_DATA
from d2a_desktop.packs.handover_content import HandoverContent
from d2a_desktop.packs.handover_pack import handover_sections, render_handover_pack
from d2a_desktop.packs.sections import Grid
from d2a_desktop.services.pack_contents import handover_content
from tests.integration.services.walk import RECORD, WARD, Walk, new_walk
from tests.unit.packs.pack_content import make_header

# Item of the data set: (the line that holds it, what is recorded, what the pack then says).
LINES: dict[str, tuple[str, Any, str]] = {
    "patient.address_1": ("Going to", "21 Sample Row", "21 Sample Row"),
    "patient.postcode": ("Going to", "PO4 0ZZ", "PO4 0ZZ"),
    "patient.phone": ("Telephone there", "02392000199", "023 9200 0199"),
    "patient.language": ("Language", "Polish", "Polish"),
    "patient.interpreter_required": ("Interpreter needed", True, "Yes"),
    "patient.gp_practice_code|patient.gp_practice_name": ("GP practice", "Hill Surgery", ""),
    "spell.site": ("Hospital", None, "Demo Hospital"),
    "spell.ward": ("From ward", None, "G5 12"),
    "spell.admitted_at": ("Admitted", None, "13-Nov-2026"),
    "referral.admission_type": ("Kind of admission", "emergency", "Emergency"),
    "referral.proposed_discharge": ("Proposed discharge", "2026-11-25", "25-Nov-2026"),
    "referral.lead_clinician": ("Lead clinician", "Miss Lead Example", ""),
    "referral.liaison_name": ("Prepared by", "Sister Liaison Example", ""),
    "referral.liaison_phone": ("Contact", "02392000555", "023 9200 0555"),
    "referral.reason_for_referral": ("Why referred", "Needs help day and night", ""),
    "referral.why_in_hospital": ("Why in hospital", "A fall on the stairs", ""),
    "referral.what_changed": ("What changed", "Walks with help now", ""),
    "referral.supporting_information": ("Also known", "Second stay this year", ""),
    "care_need.personal_care": ("Washing", "some_help", "Some help of one person"),
    "care_need.mobility": ("Mobility", "aid", "Walks with an aid"),
    "care_need.transfers": ("Transfers: aids, people", "one_person", ""),
    "care_need.continence": ("Toilet and continence", "pads", ""),
    "care_need.night_pattern": ("Nights", "sleeping_with_calls", ""),
    "care_need.cognition": ("Memory and behaviour", "forgetful", ""),
    "care_need.communication": ("Communication", "hearing", ""),
    "care_need.diet": ("Eating and drinking (IDDSI)", "soft", ""),
    "care_need.left_alone_hours": ("Can be left alone", 2, "2 hours"),
    "care_need.skin": ("Skin and pressure areas", "at_risk", ""),
    "care_need.falls_risk": ("Falls risk", "high", ""),
    "care_need.infection": ("Infection", "none", ""),
    "care_need.frailty": ("Clinical Frailty Scale", 6, "6"),
    "care_need.function_summary": ("In a few words", "Slow in the morning", ""),
    "care_need.medicines_level": ("Who gives medicines", "administer", "Worker administers"),
    "care_need.required_skills": ("Special tasks", ["dementia"], "Dementia"),
    "care_need.earliest_start": ("Earliest start", "2026-11-24", "24-Nov-2026"),
    "care_need.length_days": ("Expected length", 28, "28 days"),
    "care_need.funding_type": ("Funded by", "d2a", ""),
    "care_need.driver_required": ("Driver needed", False, "No"),
    "home.bedroom_for_worker": ("Worker's bedroom", True, "Yes"),
    "home.smoking_home": ("Smoking", False, "No"),
    "home.pets": ("Pets", ["cat"], "Cat"),
    "home.lives_alone": ("Who else lives there", True, "Lives alone"),
    "home.stairs": ("Stairs", "flight", ""),
    "home.heating": ("Heating", True, "Yes"),
    "home.hot_water": ("Hot water", True, "Yes"),
    "home.food_in": ("Food in", False, "No"),
    "home.bed_location": ("Bed", "Front room", "Front room"),
    "home.access_notes": ("How to get in", "Round the side", "Round the side"),
    "home.keys_held_by": ("Who holds keys", "The niece", "The niece"),
    "consent.person_agrees": ("Agrees to live-in care", "yes", "Agrees"),
    "consent.agreed_by": (
        "Agrees to live-in care",
        "best_interest",
        "Best interest decision",
    ),
    "consent.share_consent": ("Agrees to sharing this record", "yes", "Yes"),
    "consent.capacity": ("Capacity", "has_capacity", ""),
    "consent.carer_consulted": ("Carer consulted", "no_known_carer", "No known carer"),
    "consent.family_informed_at": (
        "Family informed",
        "2026-11-21T18:00:00+00:00",
        "21-Nov-2026 18:00",
    ),
    "referral.chc_considered": ("Continuing healthcare", "not_applicable", "Not applicable"),
    "referral.local_authority": ("Local authority", "Example Council", ""),
    "referral.social_services_team": ("Social services team", "Hospital team north", ""),
    "referral.what_matters": ("What matters most to me", "My garden", ""),
    "referral.communication_tips": ("How to communicate with me", "Look at me", ""),
    "referral.how_support": ("How and when to support me", "After ten", ""),
    "referral.goals": ("Goals for recovery", "To walk to the shop", ""),
    "referral.red_flags": ("Red flags, and who to ring", "Chest pain: 999", ""),
}
# On the banner of every page: what stands there when it is not known.
BANNER = {
    "patient.family_name": "KOWALSKA",
    "patient.given_name": "Zofia",
    "patient.birth_date": "14-Mar-1941",
    "patient.gender": "Gender Not Known",
    "patient.nhs_number": "NHS No. Not known",
    "patient.nhs_number_status": "NHS No. Not known",
    "spell.mrn|spell.spell_number": "H204417",
    "patient.allergy_state": "Allergies not recorded",
}
# Tables: the words of an empty one, and those of a row.
TABLES = {
    "medicine": ("See discharge letter, copy not attached", ""),
    "contact": ("Next of kin Not recorded", "Nora Example"),
    "referral.contingency": ("If things go wrong Not recorded", "agency sends relief"),
}


def page_text(content: HandoverContent, folder: Path) -> str:
    out = folder / "pack.pdf"
    render_handover_pack(content, out)
    with pypdfium2.PdfDocument(out) as document:
        return " ".join(" ".join(p.get_textpage().get_text_range() for p in document).split())


def lines(content: HandoverContent) -> dict[str, str]:
    return {
        line.label: line.value
        for part in handover_sections(content)
        for block in part.blocks
        if isinstance(block, Grid)
        for line in block.lines
    }


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    made = new_walk(tmp_path_factory.mktemp("data") / "desk")
    yield made
    made.close()


def test_the_table_of_this_test_is_the_data_set() -> None:
    assert {*LINES, *BANNER, *TABLES} == {item.name for item in MINIMUM_DATA}


def test_each_item_that_is_not_recorded_is_said_to_be_so(walk: Walk, tmp_path: Path) -> None:
    walk.come_in(gender="not_known", nhs_number=None, nhs_number_status=None, postcode=None)
    with walk.rows() as rows:
        content = handover_content(rows, header=make_header())
        content_lines = lines(content)
    text = page_text(content, tmp_path)
    for label, value, _ in LINES.values():
        assert label in content_lines
        if not content_lines[label]:
            after = text.split(f" {label} ", 1)[1]
            assert after.startswith("Not recorded") or f"{label} Not recorded" in text, label
        else:
            assert value is None or label in {"Contact", "Prepared by"}, f"{label} is invented"
    for words in (*BANNER.values(), *(empty for empty, _ in TABLES.values())):
        assert words in text, words


def test_each_item_that_is_recorded_is_printed(walk: Walk, tmp_path: Path) -> None:
    walk.come_in(family_name="Nowak", mrn="H204418", nhs_number="9990000026")
    record: dict[str, Any] = {"values": {"referral": dict(RECORD["values"]["referral"])}}
    for name, (_, value, _) in LINES.items():
        entity, _, field = name.rpartition("|")[2].partition(".")
        if value is not None:
            record["values"].setdefault(entity, {})[field] = value
    record["values"]["patient"]["allergy_state"] = "none_known"
    record["values"]["referral"]["contingency"] = "Worker ill: agency sends relief"
    record["add"] = {"contact": [{"name": "Nora Example", "relationship": "next_of_kin"}]}
    walk.do(WARD, "refer", record=record)
    with walk.rows() as rows:
        content = handover_content(rows, header=make_header())
        content_lines = lines(content)
    text = page_text(content, tmp_path)
    for label, value, said in LINES.values():
        wanted = said or (value if " " in str(value) else "")
        assert content_lines[label], label
        assert wanted in content_lines[label], (label, content_lines[label])
        assert " ".join(str(wanted).split()) in text
    for _, row in TABLES.values():
        assert row in text
