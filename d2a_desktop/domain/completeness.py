"""The minimum data set of a referral as one table, and how much of it is there.

The floor is the assessment notice of SCCI2075 (DOMAIN 3.2); the rest is what a live-in worker
needs on the first night (DOMAIN 3.3). Names are those of `fields.RECORDS`; a record alone,
such as "contact", means that at least one row of it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from d2a_desktop.domain.codes import Labelled


class Level(Labelled):
    """What a missing value stops (DOMAIN 3.1, MRO)."""

    MANDATORY = "mandatory", "Must be there before the referral is sent"
    REQUIRED = "required", "Should be there, or said to be not known"


@dataclass(frozen=True)
class DataItem:
    """One item of the minimum data set.

    Args:
        name: `entity.field`, or `entity` for at least one row; alternatives are joined by "|".
        label: its words.
        section: the section of the form, and of the pack, in which it is entered.
        level: mandatory or required.
        early: whether it is mandatory on an early referral too, before the need is known.
    """

    name: str
    label: str
    section: str
    level: Level
    early: bool = False

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The names of which any one is enough."""
        return tuple(self.name.split("|"))


_M, _R = Level.MANDATORY, Level.REQUIRED

MINIMUM_DATA: tuple[DataItem, ...] = (
    DataItem("patient.family_name", "Surname", "Person", _M, early=True),
    DataItem("patient.given_name", "Forename", "Person", _R),
    DataItem("patient.birth_date", "Date of birth", "Person", _M, early=True),
    DataItem("patient.gender", "Gender", "Person", _M, early=True),
    DataItem("patient.nhs_number", "NHS number", "Person", _R),
    DataItem("patient.nhs_number_status", "NHS number status", "Person", _M, early=True),
    DataItem("spell.mrn|spell.spell_number", "Hospital number", "Person", _M, early=True),
    DataItem("patient.address_1", "Address", "Person", _M),
    DataItem("patient.postcode", "Postcode", "Person", _M, early=True),
    DataItem("patient.phone", "Telephone", "Person", _R),
    DataItem("patient.language", "Language", "Person", _R),
    DataItem("patient.interpreter_required", "Interpreter needed", "Person", _R),
    DataItem("patient.gp_practice_code|patient.gp_practice_name", "GP practice", "Person", _R),
    DataItem("spell.site", "Hospital site", "Stay", _M, early=True),
    DataItem("spell.ward", "Ward", "Stay", _M, early=True),
    DataItem("spell.admitted_at", "Admission date", "Stay", _M, early=True),
    DataItem("referral.admission_type", "Admission type", "Stay", _R),
    DataItem("referral.proposed_discharge", "Proposed discharge date", "Stay", _R),
    DataItem("referral.lead_clinician", "Lead clinician", "Stay", _R),
    DataItem("referral.liaison_name", "Ward contact", "Stay", _M, early=True),
    DataItem("referral.liaison_phone", "Ward contact's telephone", "Stay", _M, early=True),
    DataItem("referral.reason_for_referral", "Reason for referral", "Why", _M, early=True),
    DataItem("referral.why_in_hospital", "Why in hospital", "Why", _M),
    DataItem("referral.what_changed", "What changed", "Why", _R),
    DataItem("referral.supporting_information", "Supporting information", "Why", _R),
    DataItem("care_need.personal_care", "Personal care", "Function", _M),
    DataItem("care_need.mobility", "Mobility", "Function", _M),
    DataItem("care_need.transfers", "Transfers", "Function", _M),
    DataItem("care_need.continence", "Continence", "Function", _M),
    DataItem("care_need.night_pattern", "Nights", "Function", _M),
    DataItem("care_need.cognition", "Cognition and behaviour", "Function", _M),
    DataItem("care_need.communication", "Communication", "Function", _M),
    DataItem("care_need.diet", "Diet", "Function", _M),
    DataItem("care_need.left_alone_hours", "Hours that can be left alone", "Function", _M),
    DataItem("care_need.skin", "Skin", "Function", _R),
    DataItem("care_need.falls_risk", "Falls risk", "Function", _R),
    DataItem("care_need.infection", "Infection", "Function", _R),
    DataItem("care_need.frailty", "Clinical Frailty Scale", "Function", _R),
    DataItem("care_need.function_summary", "Function in words", "Function", _R),
    DataItem("care_need.medicines_level", "Help with medicines", "Medicines", _M),
    DataItem("patient.allergy_state", "Allergies", "Medicines", _M),
    DataItem("medicine", "Medicines list", "Medicines", _R),
    DataItem("care_need.required_skills", "Specialist tasks", "Live-in care", _M),
    DataItem("care_need.earliest_start", "Earliest start", "Live-in care", _M),
    DataItem("care_need.length_days", "Expected length", "Live-in care", _M),
    DataItem("care_need.funding_type", "Funding", "Live-in care", _R),
    DataItem("care_need.driver_required", "Driver needed", "Live-in care", _R),
    DataItem("home.bedroom_for_worker", "Bedroom for the worker", "Home", _M),
    DataItem("home.smoking_home", "Smoking in the home", "Home", _M),
    DataItem("home.pets", "Pets", "Home", _M),
    DataItem("home.lives_alone", "Lives alone", "Home", _R),
    DataItem("home.stairs", "Stairs", "Home", _R),
    DataItem("home.heating", "Heating", "Home", _R),
    DataItem("home.hot_water", "Hot water", "Home", _R),
    DataItem("home.food_in", "Food in", "Home", _R),
    DataItem("home.bed_location", "Where the bed is", "Home", _R),
    DataItem("home.access_notes", "Access", "Home", _R),
    DataItem("home.keys_held_by", "Who holds the keys", "Home", _R),
    DataItem("contact", "Next of kin or carer", "People", _M),
    DataItem("consent.person_agrees", "Person agrees", "Consent", _M),
    DataItem("consent.agreed_by", "Agreed by", "Consent", _M),
    DataItem("consent.share_consent", "Informed of sharing", "Consent", _M, early=True),
    DataItem("consent.capacity", "Mental capacity", "Consent", _M),
    DataItem("consent.carer_consulted", "Carer consulted", "Consent", _R),
    DataItem("consent.family_informed_at", "Family informed", "Consent", _R),
    DataItem("referral.chc_considered", "Continuing healthcare considered", "Consent", _R),
    DataItem("referral.local_authority", "Local authority", "Consent", _R),
    DataItem("referral.social_services_team", "Social services team", "Consent", _R),
    DataItem("referral.what_matters", "What matters to me", "About me", _R),
    DataItem("referral.communication_tips", "How to communicate with me", "About me", _R),
    DataItem("referral.how_support", "How and when to support me", "About me", _R),
    DataItem("referral.goals", "Goals", "Plan", _R),
    DataItem("referral.red_flags", "Red flags and whom to ring", "Plan", _R),
    DataItem("referral.contingency", "Contingency plan", "Plan", _M),
)


@dataclass(frozen=True)
class Completeness:
    """How much of the minimum data set is there; labels in the order of the form."""

    done: int
    total: int
    missing: tuple[str, ...]
    missing_mandatory: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Whole per cent done, rounded down, so that 100 means everything."""
        return self.done * 100 // self.total

    @property
    def can_send(self) -> bool:
        """Whether every mandatory item is there."""
        return not self.missing_mandatory


def is_given(value: object) -> bool:
    """Return whether a value answers its question: False, 0 and an empty list do."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None


def completeness(values: Mapping[str, object], *, early: bool = False) -> Completeness:
    """Measure a referral against the minimum data set.

    Args:
        values: value by `entity.field`; by record name a number of rows (or None).
        early: whether the referral is an early one, on an expected date of discharge: then the
            need may still be open, and only the items marked `early` are mandatory.
    """
    missing: list[str] = []
    mandatory: list[str] = []
    for entry in MINIMUM_DATA:
        if any(_is_there(values, name) for name in entry.alternatives):
            continue
        missing.append(entry.label)
        if entry.level is Level.MANDATORY and (entry.early or not early):
            mandatory.append(entry.label)
    total = len(MINIMUM_DATA)
    return Completeness(total - len(missing), total, tuple(missing), tuple(mandatory))


def _is_there(values: Mapping[str, object], name: str) -> bool:
    value = values.get(name)
    return is_given(value) if "." in name else bool(value)
