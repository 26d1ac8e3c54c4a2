"""The referral form as one table: its sections, their fields, and how each is entered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from d2a_desktop.domain.code_lists import need_groups
from d2a_desktop.domain.completeness import MINIMUM_DATA, Level
from d2a_desktop.domain.field_words import CODES, Options, field_label
from d2a_desktop.domain.fields import RECORDS, Merge, Type
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind


@dataclass(frozen=True)
class FormSection:
    """One section: its fields (`record.field`), and the lists of lines that stand in it."""

    key: str
    words: str
    names: tuple[str, ...]
    lists: tuple[str, ...] = ()


# Several codes or words in one field.
_SEVERAL: Mapping[str, str] = {
    "care_need.required_skills": "skill",
    "home.pets": "pets",
}
_WORD_LISTS = frozenset({"care_need.languages_required", "care_need.languages_preferred"})
_LONG = frozenset(
    {
        *("referral.reason_for_referral", "referral.why_in_hospital", "referral.what_changed"),
        *("referral.supporting_information", "care_need.function_summary", "care_need.sensory"),
        *("referral.what_matters", "referral.communication_tips", "referral.how_support"),
        *("referral.please_do", "referral.please_dont", "referral.goals", "referral.therapy_plan"),
        *("referral.red_flags", "referral.contingency", "referral.follow_up"),
        *("home.access_notes", "consent.objection", "contact.note", "risk.detail"),
        *("medicine.reason", "restricted_note.text"),
    }
)
_HINTS: Mapping[str, str] = {
    "home.access_notes": "No key or alarm codes here: they have a restricted note of their own.",
    "care_need.frailty": "Clinical Frailty Scale, 1 to 9.",
    "patient.allergies": "Substance: reaction, with commas between them.",
}

SECTIONS: tuple[FormSection, ...] = (
    FormSection(
        "Person",
        "Person",
        (
            *("patient.family_name", "patient.given_name", "patient.title"),
            *("patient.preferred_name", "patient.birth_date", "patient.gender"),
            *("patient.nhs_number", "patient.nhs_number_status", "spell.mrn"),
            *("patient.address_1", "patient.address_2", "patient.address_3", "patient.postcode"),
            *("patient.phone", "patient.language", "patient.interpreter_required"),
            *("patient.gp_practice_name", "patient.gp_practice_code"),
        ),
    ),
    FormSection(
        "Stay",
        "Hospital stay",
        (
            *("spell.site", "spell.ward", "spell.bed", "spell.admitted_at", "spell.edd"),
            *("spell.consultant", "referral.admission_type", "referral.proposed_discharge"),
            *("referral.lead_clinician", "referral.liaison_name", "referral.liaison_phone"),
        ),
    ),
    FormSection(
        "Why",
        "Why referred",
        (
            *("referral.reason_for_referral", "referral.why_in_hospital", "referral.what_changed"),
            "referral.supporting_information",
        ),
    ),
    FormSection(
        "Function",
        "Function and needs",
        (
            *("care_need.personal_care", "care_need.mobility", "care_need.transfers"),
            *("care_need.continence", "care_need.night_pattern", "care_need.night_calls"),
            *("care_need.cognition", "care_need.communication", "care_need.diet"),
            *("care_need.left_alone_hours", "care_need.skin", "care_need.falls_risk"),
            *("care_need.infection", "care_need.frailty", "care_need.function_summary"),
            "care_need.sensory",
        ),
        lists=("risk",),
    ),
    FormSection(
        "Medicines",
        "Medicines and allergies",
        ("care_need.medicines_level", "patient.allergy_state", "patient.allergies"),
        lists=("medicine",),
    ),
    FormSection(
        "Live-in care",
        "Live-in care",
        (
            *("care_need.required_skills", "care_need.carers_needed", "care_need.earliest_start"),
            *("care_need.latest_start", "care_need.length_days", "care_need.funding_type"),
            *("care_need.driver_required", "care_need.gender_required"),
            *("care_need.gender_preferred", "care_need.languages_required"),
            *("care_need.languages_preferred", "care_need.funded_until"),
        ),
    ),
    FormSection(
        "Home",
        "Home",
        (
            *("home.lives_alone", "home.bedroom_for_worker", "home.pets", "home.smoking_home"),
            *("home.stairs", "home.bed_location", "home.heating", "home.hot_water"),
            *("home.food_in", "home.wifi", "home.parking", "home.key_safe", "home.keys_held_by"),
            "home.access_notes",
        ),
        lists=("equipment",),
    ),
    FormSection("People", "People", (), lists=("contact",)),
    FormSection(
        "Consent",
        "Agreement and law",
        (
            *("consent.person_agrees", "consent.agreed_by", "consent.representative_name"),
            *("consent.agreed_at", "consent.share_consent", "consent.capacity"),
            *("consent.carer_consulted", "consent.family_informed_who"),
            *("consent.family_informed_at", "consent.introduction_offered_at"),
            *("consent.introduction_held_at", "consent.objection", "consent.lpa", "consent.adrt"),
            *("consent.respect_form", "consent.dols", "referral.chc_considered"),
            *("referral.local_authority", "referral.social_services_team"),
        ),
    ),
    FormSection(
        "About me",
        "About me",
        (
            *("referral.what_matters", "referral.communication_tips", "referral.how_support"),
            *("referral.please_do", "referral.please_dont"),
        ),
    ),
    FormSection(
        "Plan",
        "Plan",
        (
            *("referral.goals", "referral.therapy_plan", "referral.follow_up"),
            *("referral.red_flags", "referral.contingency"),
        ),
        lists=("restricted_note",),
    ),
)
LIST_WORDS: Mapping[str, tuple[str, str]] = {
    "contact": ("Contacts and professionals", "Add a contact"),
    "medicine": ("Medicines", "Add a medicine"),
    "equipment": ("Equipment", "Add equipment"),
    "risk": ("Risks", "Add a risk"),
    "restricted_note": ("Restricted notes", "Add a restricted note"),
}
_NOT_TYPED = frozenset({"voided_at", "source_at", "written_by", "written_at"})


def field_spec(name: str) -> FieldSpec:
    """Return how a field (`record.field`) is shown; required: a referral is not sent without it."""
    entity, _, column = name.partition(".")
    field = RECORDS[entity].fields[column]
    kind, options = _kind(name, field.type)
    return FieldSpec(
        key=name,
        words=field_label(entity, column),
        kind=kind,
        options=options,
        required=name in _MANDATORY,
        hint=_HINTS.get(name, ""),
        none_words="None" if kind is Kind.CODES else "",
    )


def list_specs(entity: str) -> tuple[FieldSpec, ...]:
    """Return the fields of a new line of a list."""
    specs = []
    for column, field in RECORDS[entity].fields.items():
        if column in _NOT_TYPED:
            continue
        kind, options = _kind(f"{entity}.{column}", field.type)
        specs.append(
            FieldSpec(
                key=column,
                words=field_label(entity, column),
                kind=kind,
                options=options,
                required=field.required,
            )
        )
    return tuple(sorted(specs, key=lambda spec: not spec.required))


def editable(name: str, *, org_kind: str) -> bool:
    """Return whether an organisation of this kind may write a field of the record."""
    entity, _, column = name.partition(".")
    field = RECORDS[entity].fields[column]
    return org_kind in field.kinds and field.merge not in (Merge.FIXED, Merge.GUARD)


def section_of(label: str) -> str:
    """Return the key of the section in which an item of the minimum data set is entered."""
    return next((item.section for item in MINIMUM_DATA if item.label == label), "")


def shown_value(name: str, value: Any) -> Any:
    """Return a stored value as its editor takes it; allergies read `Penicillin: rash`."""
    if name != "patient.allergies" or value is None:
        return value
    parts = ((each.get("substance"), each.get("reaction")) for each in value)
    return [": ".join(str(part) for part in pair if part) for pair in parts]


def stored_value(name: str, value: Any) -> Any:
    """Return what an editor holds as the record stores it (see `shown_value`)."""
    if name != "patient.allergies" or value is None:
        return value
    allergies = []
    for words in value:
        substance, _, reaction = words.partition(":")
        line = {"substance": substance.strip(), "reaction": reaction.strip()}
        allergies.append({key: words for key, words in line.items() if words})
    return allergies


def _kind(name: str, of: Type) -> tuple[Kind, Options]:
    column = name.partition(".")[2]
    if column == "nhs_number":
        return Kind.NHS, ()
    if column == "postcode":
        return Kind.POSTCODE, ()
    if name in _SEVERAL:
        return Kind.CODES, _levels(_SEVERAL[name])
    if name in _WORD_LISTS or name == "patient.allergies":
        return Kind.WORDS, ()
    if of is Type.CODE:
        known = CODES.get(name) or (_levels(column) if column in need_groups() else ())
        return (Kind.CODE, known) if known else (Kind.LINE, ())
    kinds = {
        Type.BOOL: Kind.YES_NO,
        Type.INT: Kind.WHOLE,
        Type.DATE: Kind.DAY,
        Type.INSTANT: Kind.MOMENT,
    }
    return kinds.get(of, Kind.LONG if name in _LONG else Kind.LINE), ()


def _levels(group: str) -> Options:
    return tuple((level.code, level.label) for level in need_groups()[group].levels)


_MANDATORY = frozenset(
    name for item in MINIMUM_DATA if item.level is Level.MANDATORY for name in item.alternatives
)
