"""Synthetic contents of the assessment form, the person's copy and the offer sheet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from d2a_desktop.packs.anonymous_sheet import NeedLevel, NeedProfile, OfferSheetContent
from d2a_desktop.packs.assessment_pack import (
    AssessmentContent,
    Background,
    VisitPlan,
    expected_function,
)
from d2a_desktop.packs.patient_copy import Appointment, PatientContent
from tests.unit.packs.pack_content import (
    make_allergies,
    make_handover,
    make_header,
    make_identity,
)


def make_assessment(**changes: Any) -> AssessmentContent:
    handover = make_handover()
    values: dict[str, Any] = {
        "header": make_header(given_to="Tom Ellis", purpose="Assessment at home"),
        "identity": make_identity(),
        "allergies": make_allergies(),
        "visit": VisitPlan(
            planned_at=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
            due_by=datetime(2026, 11, 25, 13, 45, tzinfo=UTC),
            left_ward_at=datetime(2026, 11, 23, 13, 45, tzinfo=UTC),
            assessor="Tom Ellis, occupational therapist",
            address="14 Example Terrace, Southsea, Portsmouth, PO4 0ZZ",
            home_phone="023 9200 0199",
            access="Side gate, ring twice",
            worker_first_name="Grace",
            agency_phone="023 9200 0100",
            hospital_phone="023 9200 0500",
        ),
        "background": Background(
            reason="Broken left hip, mended on 03-Nov-2026; chest infection, over.",
            predicted_need="Live-in worker, help of one, four weeks",
            medicines_support="Worker prompts and gives from the chart",
            risks="Gets up at night without the frame; cat underfoot",
            communication="Speak to her right side",
            language="Polish, English",
            capacity="Has capacity for this decision",
            next_of_kin="Anna Kowalska, daughter, 07700 900123",
        ),
        "function": expected_function(handover.function),
        "equipment": handover.equipment.lines,
        "goals": ("Walk to the church hall by Christmas", "Make her own tea"),
    }
    return AssessmentContent(**(values | changes))


def make_patient(**changes: Any) -> PatientContent:
    values: dict[str, Any] = {
        "header": make_header(given_to="", purpose=""),
        "identity": make_identity(),
        "allergies": make_allergies(),
        "leaves_at": datetime(2026, 11, 23, 13, 45, tzinfo=UTC),
        "home_at": datetime(2026, 11, 23, 14, 30, tzinfo=UTC),
        "address": "14 Example Terrace, Southsea, Portsmouth, PO4 0ZZ",
        "travel": "Your daughter drives you",
        "worker_first_name": "Grace",
        "worker_arrives_at": datetime(2026, 11, 23, 13, 0, tzinfo=UTC),
        "agency_name": "Harbour Live-in Care",
        "help_with": ("Getting up, washing and dressing", "Walking indoors", "Your medicines"),
        "visit_at": datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
        "visit_by": datetime(2026, 11, 25, 13, 45, tzinfo=UTC),
        "visitor": "Tom Ellis, occupational therapist,",
        "bring": ("Your medicines and the chart", "Glasses and hearing aid", "House keys"),
        "appointments": (
            Appointment(
                what="Fracture clinic",
                at=datetime(2026, 12, 3, 10, 30, tzinfo=UTC),
                where="Outpatients, level C",
            ),
            Appointment(what="Nurse for your heels", on=date(2026, 11, 26)),
        ),
        "goals": "To walk to the church hall by Christmas; to make your own tea.",
        "costs": "You do not pay for this help before your review in December.",
        "phone": "02392000100",
        "phone_of": "Harbour Live-in Care, day and night",
    }
    return PatientContent(**(values | changes))


def make_profile(**changes: Any) -> NeedProfile:
    values: dict[str, Any] = {
        "age_band": "85-89",
        "gender_required": "Female",
        "outward_postcode": "PO4",
        "earliest_start": date(2026, 11, 23),
        "latest_start": date(2026, 11, 25),
        "length": "28 days",
        "workers_needed": "1",
        "required_skills": ("Moving and handling", "Dementia"),
        "languages": ("Polish preferred",),
        "pets": ("Cat",),
        "smoking_home": False,
        "stairs": "Lives on one level",
        "bedroom": True,
        "driver_required": False,
        "funding_type": "Discharge to assess",
        "needs": (
            NeedLevel(need="Personal care", level="Help of one, morning and evening"),
            NeedLevel(need="Transfers", level="One person, frame"),
            NeedLevel(need="Night", level="Sleeping night, one or two calls"),
            NeedLevel(need="Medicines", level="Prompts and gives from the chart"),
        ),
    }
    return NeedProfile(**(values | changes))


def make_offer_sheet(**changes: Any) -> OfferSheetContent:
    values: dict[str, Any] = {
        "header": make_header(
            given_to="", purpose="", version=1, replaces_version=None, replaces_printed_at=None
        ),
        "offer_reference": "O-9WXK-3TRM",
        "agency_name": "Seafront Carers",
        "respond_by": datetime(2026, 11, 22, 16, 0, tzinfo=UTC),
        "hub_name": "Solent care transfer hub",
        "hub_phone": "023 9200 0400",
        "hub_email": "hub@example.nhs.uk",
        "profile": make_profile(),
    }
    return OfferSheetContent(**(values | changes))
