"""Every field and value in the words of a person: for forms, conflicts and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from d2a_desktop.domain.code_lists import delay_reason, need_groups
from d2a_desktop.domain.codes import (
    AgreedBy,
    AllergyState,
    AvailabilityKind,
    BlockKind,
    Channel,
    ClockEffect,
    DeclineReason,
    DepartureEnd,
    Gender,
    HandBackReason,
    Labelled,
    NctrEnd,
    NeedFound,
    NhsNumberStatus,
    OfferWithdrawal,
    OwnerKind,
    Pathway,
    PersonAgrees,
    PlacementEnd,
    Readiness,
    ReferralKind,
    TransportMode,
    VisitOutcome,
    VisitPlace,
    VisitPurpose,
    WorkerStatus,
)
from d2a_desktop.domain.completeness import MINIMUM_DATA
from d2a_desktop.domain.display import (
    NOT_RECORDED,
    display_date,
    display_datetime,
    display_nhs_number,
    display_phone,
)
from d2a_desktop.domain.fields import RECORDS, Type
from d2a_desktop.domain.offer import OfferStatus

Options = tuple[tuple[str, str], ...]


def _of(labelled: type[Labelled]) -> Options:
    return tuple((each.value, each.label) for each in labelled)


_ADMISSION: Options = (("emergency", "Emergency"), ("elective", "Elective"), ("other", "Other"))
_CAPACITY: Options = (
    ("has_capacity", "Has capacity for this decision"),
    ("lacks_capacity", "Lacks capacity for this decision"),
    ("not_assessed", "Not assessed"),
)
_CONSULTED: Options = (("yes", "Yes"), ("no", "No"), ("no_known_carer", "No known carer"))
_YES_NO: Options = (("yes", "Yes"), ("no", "No"))
CODES: Mapping[str, Options] = {
    "patient.gender": _of(Gender),
    "patient.nhs_number_status": _of(NhsNumberStatus),
    "patient.allergy_state": _of(AllergyState),
    "referral.admission_type": _ADMISSION,
    "referral.chc_considered": (*_YES_NO, ("not_applicable", "Not applicable")),
    "consent.person_agrees": _of(PersonAgrees),
    "consent.agreed_by": _of(AgreedBy),
    "consent.share_consent": (*_YES_NO, ("lacks_capacity", "Lacks mental capacity")),
    "consent.capacity": _CAPACITY,
    "consent.carer_consulted": _CONSULTED,
    "contact.relationship": (
        *(("next_of_kin", "Next of kin"), ("spouse", "Husband, wife or partner")),
        *(("daughter", "Daughter"), ("son", "Son"), ("friend", "Friend"), ("other", "Other")),
        *(("gp", "GP"), ("district_nurse", "District nurse"), ("pharmacy", "Pharmacy")),
        *(("social_worker", "Social worker"), ("carer_agency", "Care agency so far")),
    ),
    "medicine.change": (
        *(("same", "Same as before"), ("new", "New"), ("changed", "Changed")),
        ("stopped", "Stopped"),
    ),
    "medicine.administration": (
        *(("self", "By the person"), ("prompt", "With a prompt"), ("assist", "With help")),
        *(("administer", "By the worker"), ("nurse", "By a nurse")),
    ),
    "risk.kind": (
        *(("to_self", "To self"), ("to_others", "To others"), ("choking", "Choking")),
        *(("infection", "Infection"), ("oxygen", "Oxygen and fire"), ("falls", "Falls")),
        *(("lone_working", "Lone working"), ("self_neglect", "Self-neglect")),
    ),
    "restricted_note.kind": (
        *(("safeguarding", "Safeguarding"), ("key_code", "Key code")),
        ("other", "Other restricted text"),
    ),
}
WORDS: Mapping[str, str] = {
    "patient.title": "Title",
    "patient.preferred_name": "Preferred name",
    "patient.address_2": "Address, second line",
    "patient.address_3": "Address, third line",
    "patient.gp_practice_code": "GP practice code",
    "patient.gp_practice_name": "GP practice",
    "spell.mrn": "Hospital number",
    "spell.edd": "Expected date of discharge",
    "spell.voided_at": "Taken out of the program",
    "spell.pas_discharged_at": "Discharged, by the hospital system",
    "spell.pas_nctr_from": "No criteria to reside from, by the hospital system",
    "spell.hub_owner_name": "Hub case manager",
    "spell.owner_name": "Ward's case holder",
    "spell.died_at": "Died",
    "patient.allergies": "Allergies, listed",
    "departure.planned_at": "Planned departure",
    "departure.latest_arrival_at": "Home at the latest",
    "departure.left_at": "Left the ward",
    "departure.arrived_home_at": "Arrived home",
    "visit.starts_at": "Assessment begins",
    "visit.ends_at": "Assessment ends",
    "visit.assessor_id": "Assessor",
    "visit.second_assessor_id": "Second assessor",
    "placement_block.worker_id": "Worker",
    "placement_block.starts_at": "Block begins",
    "placement_block.ends_at": "Block ends",
    "placement_block.expected_at": "Worker expected",
    "placement_block.arrived_at": "Worker arrived",
    "offer.respond_by": "Answer by",
    "offer.proposed_worker_id": "Proposed worker",
    "nctr_period.nctr_to": "No criteria to reside until",
    "task.due_at": "Due",
    "barrier.reason_code": "Delay reason",
    "referral.please_do": "Please do",
    "referral.please_dont": "Please don't",
    "referral.follow_up": "Follow-up appointments",
    "referral.therapy_plan": "Therapy plan",
    "care_need.night_calls": "Calls a night",
    "care_need.carers_needed": "Carers needed at once",
    "care_need.languages_required": "Languages required",
    "care_need.languages_preferred": "Languages preferred",
    "care_need.latest_start": "Latest start",
    "care_need.funded_until": "Funded until",
    "care_need.gender_required": "Worker's gender required",
    "care_need.gender_preferred": "Worker's gender preferred",
    "care_need.sensory": "Sight and hearing",
    "home.wifi": "Wi-Fi",
    "home.key_safe": "Key safe fitted",
    "consent.lpa": "Lasting power of attorney",
    "consent.adrt": "Advance decision",
    "consent.respect_form": "ReSPECT form",
    "consent.dols": "Deprivation of liberty",
    "consent.family_informed_who": "Who was informed",
    "medicine.tto_days": "Days supplied",
    "contact.unpaid_carer": "Unpaid carer",
    "contact.covers_breaks": "Covers the worker's breaks",
}

RECORD_WORDS: Mapping[str, str] = {
    "organisation": "Organisation",
    "staff": "Colleague",
    "capacity_week": "Week of an agency",
    "worker_profile": "Worker's profile",
    "spell": "Hospital stay",
    "patient": "Person's details",
    "criteria_review": "Review of the criteria to reside",
    "nctr_period": "Time without criteria to reside",
    "referral": "Referral",
    "care_need": "Care needs",
    "home": "Home",
    "consent": "Agreement and law",
    "contact": "Contact",
    "medicine": "Medicine",
    "equipment": "Equipment",
    "risk": "Risk",
    "restricted_note": "Restricted note",
    "pathway_decision": "Pathway decision",
    "barrier": "Barrier",
    "task": "Task",
    "event": "Event",
    "note": "Note",
    "departure": "Departure",
    "visit": "Home assessment",
    "pack_issue": "Print of a pack",
    "offer_link": "Offer of this person",
    "arrival_card": "Worker's arrival",
    "offer": "Offer",
    "offer_outcome": "Outcome of an offer",
    "placement": "Placement",
    "placement_block": "Worker's block",
    "worker": "Worker",
    "credential": "Credential",
    "availability": "Worker's availability",
    "capacity_contract": "Contract",
    "slot": "Guaranteed start",
    "assessor": "Assessor",
    "assessor_time": "Assessor's time",
    "directory_entry": "Directory entry",
    "shared_view": "Shared view",
    "access_log": "Access",
    "import_batch": "Import",
}
_LISTS: Mapping[str, type[Labelled]] = {
    "offer.status": OfferStatus,
    "referral.kind": ReferralKind,
    "pathway_decision.pathway": Pathway,
    "nctr_period.end_reason": NctrEnd,
    "task.owner_kind": OwnerKind,
    "event.channel": Channel,
    "offer.channel": Channel,
    "offer.decline_reason": DeclineReason,
    "offer.withdrawn_reason": OfferWithdrawal,
    "offer.handed_back_reason": HandBackReason,
    "departure.end_reason": DepartureEnd,
    "departure.clock_effect": ClockEffect,
    "departure.transport": TransportMode,
    "departure.transport_state": Readiness,
    "departure.medicines_state": Readiness,
    "departure.equipment_state": Readiness,
    "departure.key_state": Readiness,
    "visit.place": VisitPlace,
    "visit.purpose": VisitPurpose,
    "visit.outcome": VisitOutcome,
    "visit.need_found": NeedFound,
    "placement.end_reason": PlacementEnd,
    "placement_block.kind": BlockKind,
    "worker.status": WorkerStatus,
    "worker.gender": Gender,
    "worker_profile.gender": Gender,
    "assessor.gender": Gender,
    "availability.kind": AvailabilityKind,
}
_NEEDS: Mapping[str, str] = {
    "required_skills": "skill",
    "skills": "skill",
    "accepts_pets": "pets",
    "pets": "pets",
}
_LABELS = {
    name: item.label
    for item in MINIMUM_DATA
    if len(item.alternatives) == 1
    for name in item.alternatives
}


def field_label(entity: str, name: str) -> str:
    """Return what a field is called: `Expected date of discharge`; never a stored name."""
    full = f"{entity}.{name}"
    found = WORDS.get(full) or _LABELS.get(full)
    if found is not None:
        return found
    return name.removesuffix("_id").replace("_", " ").capitalize()


def value_words(entity: str, name: str, value: Any, *, names: Mapping[str, str] = {}) -> str:
    """Return a wire value in words: labels of codes, days and times as they are displayed.

    Args:
        entity: the record.
        name: its field.
        value: the value as it crosses to the shared database.
        names: what the ids of other records are called; an id without a name is not shown.
    """
    if value is None or value == "":
        return NOT_RECORDED
    if isinstance(value, list):
        return ", ".join(_one(entity, name, each, names) for each in value) or "None"
    return _one(entity, name, value, names)


def _one(entity: str, name: str, value: Any, names: Mapping[str, str]) -> str:
    field = RECORDS[entity].fields.get(name)
    kind = field.type if field is not None else Type.TEXT
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if kind is Type.UUID:
        return names.get(str(value), "Another record")
    if kind is Type.INSTANT:
        return display_datetime(datetime.fromisoformat(str(value)))
    if kind is Type.DATE:
        return display_date(date.fromisoformat(str(value)))
    if isinstance(value, Mapping):
        return ": ".join(str(each) for each in value.values() if each not in (None, ""))
    if name == "nhs_number":
        return display_nhs_number(str(value))
    if name in ("phone", "liaison_phone", "on_call_phone"):
        return display_phone(str(value))
    if kind in (Type.CODE, Type.JSON):
        return _code(entity, name, str(value))
    return str(value)


def code_options(entity: str, name: str) -> Options:
    """Return the codes that a field may hold, with their labels; none where no list is known."""
    full = f"{entity}.{name}"
    if (labelled := _LISTS.get(full)) is not None:
        return _of(labelled)
    if full in CODES:
        return CODES[full]
    group = need_groups().get(_NEEDS.get(name, name))
    return () if group is None else tuple((level.code, level.label) for level in group.levels)


def _code(entity: str, name: str, code: str) -> str:
    if (entity, name) == ("barrier", "reason_code"):
        return delay_reason(code).reason
    return dict(code_options(entity, name)).get(code, _plain(code))


def _plain(code: str) -> str:
    words = code.replace("_", " ")
    return words[:1].upper() + words[1:]
