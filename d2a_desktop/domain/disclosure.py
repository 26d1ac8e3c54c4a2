"""Staged disclosure: which fields an agency sees at which stage, as one data table.

Names are those of `fields.RECORDS`. The shared database enforces the same by rows and grants; a
test compares both, field by field, so that a new field is seen by nobody until it stands here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from types import MappingProxyType

from d2a_desktop.core.errors import BugError, RefusedError
from d2a_desktop.domain.code_lists import need_groups
from d2a_desktop.domain.person import Postcode, age_band, age_on


class DisclosureStage(IntEnum):
    """How far a person's record is open to an agency (DOMAIN 7.3)."""

    CAPACITY = 0
    OFFER = 1
    ACCEPTED = 2
    WORKER_COPY = 3
    ENDED = 4

    @property
    def label(self) -> str:
        """The stage in words."""
        return _STAGE_WORDS[self]


_STAGE_WORDS = {
    DisclosureStage.CAPACITY: "Counts only",
    DisclosureStage.OFFER: "Anonymous offer",
    DisclosureStage.ACCEPTED: "Accepted, care record",
    DisclosureStage.WORKER_COPY: "Worker's copy",
    DisclosureStage.ENDED: "After decline or end",
}


def _names(record: str, fields: str) -> frozenset[str]:
    return frozenset(f"{record}.{field}" for field in fields.split())


_COUNTS = _names(
    "capacity_week",
    "contract_id agency_org_id week min_starts max_starts open_slots held_slots accepted_slots"
    " started_slots lost_slots",
)

# DECISIONS, "Need profile": no free text, no initials, ward, bed or exact age.
NEED_PROFILE_FIELDS = frozenset(
    {
        "reference",
        "age_band",
        "gender_required",
        "outward_postcode",
        "needs",
        "required_skills",
        "languages",
        "pets",
        "smoking_home",
        "stairs",
        "bedroom",
        "driver_required",
        "earliest_start",
        "latest_start",
        "length_days",
        "carers_needed",
        "funding_type",
    }
)

# The need levels of DOMAIN 4.3 that travel inside `offer.needs`, as codes and small numbers.
NEEDS_IN_PROFILE = (
    "personal_care",
    "transfers",
    "continence",
    "night_pattern",
    "night_calls",
    "cognition",
    "medicines_level",
    "communication",
    "diet",
    "infection",
    "left_alone_hours",
)
_NEED_NUMBERS = frozenset({"night_calls", "left_alone_hours"})

_OFFER = frozenset(f"offer.{field}" for field in NEED_PROFILE_FIELDS) | _names(
    "offer",
    # The envelope and the agency's own reply.
    "status agency_org_id sent_by_org_id suggested_profile_id respond_by sent_at withdrawn_at"
    " withdrawn_reason responded_at handed_back_at responded_by spoken_to decline_reason"
    " handed_back_reason channel slot_id proposed_worker_id on_behalf_of",
)

_PERSON = _names(
    "patient",
    "nhs_number nhs_number_status family_name given_name title preferred_name gender birth_date"
    " address_1 address_2 address_3 address_4 postcode phone gp_practice_code gp_practice_name"
    " language interpreter_required allergy_state allergies",
)
_STAY = _names(
    "spell",
    "hospital_org_id case_ref entered_from site ward bed specialty consultant admission_method"
    " owner_name owner_login last_import_id last_seen_at spell_number mrn admitted_at"
    " pas_nctr_from pas_discharged_at edd pas_delay_reason pas_destination hub_owner_name"
    " hub_owner_login voided_at void_reason died_at",
)
_REFERRAL = _names(
    "referral",
    "reference kind status to_org_id sent_at returned_at confirmed_at closed_at withdrawn_reason"
    " predicted_need chc_considered admission_type returned_reason reason_for_referral"
    " supporting_information why_in_hospital what_changed what_matters communication_tips"
    " please_do please_dont how_support goals therapy_plan contingency red_flags lead_clinician"
    " liaison_name liaison_phone follow_up local_authority social_services_team"
    " proposed_discharge",
)
_NEED = _names(
    "care_need",
    "personal_care mobility transfers continence night_pattern cognition medicines_level"
    " communication diet skin falls_risk infection gender_required gender_preferred funding_type"
    " stairs night_calls frailty left_alone_hours carers_needed length_days priority_weight"
    " required_skills languages_required languages_preferred driver_required earliest_start"
    " latest_start funded_until function_summary sensory",
)
_HOME = _names(
    "home",
    "lives_alone bedroom_for_worker heating hot_water food_in wifi parking smoking_home key_safe"
    " pets stairs bed_location access_notes keys_held_by other_household",
)
_CARE_LISTS = (
    _names("contact", "name phone note organisation relationship unpaid_carer covers_breaks")
    | _names("medicine", "name dose route times reason change administration controlled")
    | _names("medicine", "tto_days source_at voided_at")
    | _names("equipment", "item supplier contact ordered_at delivered_at voided_at training_done")
    | _names("risk", "kind detail voided_at")
    | _names("contact", "voided_at")
)
_CONSENT = _names(
    "consent",
    "person_agrees agreed_by share_consent capacity carer_consulted agreed_at family_informed_at"
    " introduction_offered_at introduction_held_at representative_name family_informed_who"
    " objection lpa adrt respect_form dols",
)
_WORK = (
    _names(
        "task",
        "status kind owner_kind outcome_code title owner_name note owner_org_id about_id urgent"
        " due_at done_at",
    )
    | _names(
        "event",
        "kind source channel at recorded_at voided_at recorded_by recorded_role spoken_to"
        " void_reason on_behalf_of about_id detail",
    )
    | _names(
        "departure",
        "status left_at arrived_home_at settled_at ended_at left_source end_reason clock_effect"
        " offer_id planned_at latest_arrival_at overridden_at transport transport_state"
        " medicines_state equipment_state key_state destination override_reason override_by"
        " override_role override_on_call gate",
    )
    | _names(
        "visit",
        "status assessor_id second_assessor_id departure_id assessor_name outcome_note void_reason"
        " purpose place outcome need_found starts_at ends_at started_at finished_at"
        " travel_minutes provisional next_review_on form",
    )
    | _names(
        "pack_issue",
        "kind purpose version pages reference content_hash printed_by printed_role printed_at"
        " draft given_at given_to",
    )
    | _names("offer_link", "offer_id referral_id agency_org_id")
    | _names(
        "arrival_card",
        "offer_id block_id agency_org_id first_name role on_call_phone status kind expected_at"
        " starts_at ends_at",
    )
)

_ACCEPTED = (
    _COUNTS | _OFFER | _PERSON | _STAY | _REFERRAL | _NEED | _HOME | _CARE_LISTS | _CONSENT | _WORK
)

# The paper that stays in the house: no NHS number (PRODUCT: the agency keeps it to identify the
# person with GP and pharmacy), no administration of the stay, nothing about other people's desks.
_WORKER_COPY = (
    (_PERSON - _names("patient", "nhs_number nhs_number_status"))
    | _names("spell", "case_ref ward site")
    | (
        _REFERRAL
        - _names("referral", "to_org_id returned_reason returned_at withdrawn_reason closed_at")
    )
    | (_NEED - _names("care_need", "priority_weight funding_type funded_until"))
    | _HOME
    | _CARE_LISTS
    | _names("consent", "person_agrees agreed_by capacity lpa adrt respect_form dols")
    | _names("departure", "planned_at latest_arrival_at transport")
    | _names("visit", "assessor_name starts_at place")
    | _names("arrival_card", "first_name role on_call_phone expected_at starts_at ends_at kind")
)

_ENDED = _names("offer_outcome", "offer_reference outcome reason at") | _names(
    "placement",
    "offer_id offer_reference outward_postcode status planned_start planned_end started_at"
    " ended_at end_reason",
)

VISIBLE: Mapping[DisclosureStage, frozenset[str]] = MappingProxyType(
    {
        DisclosureStage.CAPACITY: _COUNTS,
        DisclosureStage.OFFER: _COUNTS | _OFFER,
        DisclosureStage.ACCEPTED: _ACCEPTED,
        DisclosureStage.WORKER_COPY: _WORKER_COPY,
        DisclosureStage.ENDED: _COUNTS | _ENDED,
    }
)


def is_visible(name: str, stage: DisclosureStage) -> bool:
    """Return whether an agency sees the field `entity.field` at this stage."""
    return name in VISIBLE[stage]


def hidden(names: Collection[str], stage: DisclosureStage) -> tuple[str, ...]:
    """Return those of `names` (`entity.field`) that this stage does not disclose, sorted."""
    return tuple(sorted(set(names) - VISIBLE[stage]))


def require_disclosable(names: Collection[str], stage: DisclosureStage) -> None:
    """Stop a document or message that holds a field outside its stage's table.

    Raises:
        BugError: it does; our code put it there, so the message names the fields.
    """
    outside = hidden(names, stage)
    if outside:
        raise BugError(f"not disclosed at stage {stage.label!r}: {', '.join(outside)}")


# What may cross before an acceptance beside codes; the server says the same (0033).
_TEN_DIGITS = re.compile(r"(?:[0-9][ -]?){9}[0-9]")
_TELEPHONE = re.compile(r"[0-9+() ./-]{0,24}((ext\.?|x) ?[0-9]{1,6})?")
_LONGEST_LINE = 200
_MOST = 999


def is_short(number: int | None) -> bool:
    """Return whether a number has three digits at most: it names nobody."""
    return number is None or -_MOST <= number <= _MOST


def is_near(day: date | None) -> bool:
    """Return whether a day is one of 2010 to 2099: no adult's birth date is."""
    return day is None or 2010 <= day.year <= 2099


def is_line(text: str | None) -> bool:
    """Return whether a text is one line of fit length that holds no NHS number."""
    return text is None or (
        len(text) <= _LONGEST_LINE
        and all(ord(each) >= ord(" ") and each != "\x7f" for each in text)
        and _TEN_DIGITS.search(text) is None
    )


def is_telephone(text: str | None) -> bool:
    """Return whether a text is a telephone number, perhaps with an extension, and nothing else."""
    return text is None or _TELEPHONE.fullmatch(text) is not None


@dataclass(frozen=True)
class NeedFacts:
    """What a need profile is made from; free text has no place to enter."""

    reference: str
    birth_date: date
    postcode: str
    needs: Mapping[str, str | int | None]
    earliest_start: date | None
    latest_start: date | None
    length_days: int | None
    gender_required: str | None = None
    required_skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    pets: tuple[str, ...] = ()
    smoking_home: bool | None = None
    stairs: str | None = None
    bedroom: bool | None = None
    driver_required: bool | None = None
    carers_needed: int | None = None
    funding_type: str | None = None


def need_profile(facts: NeedFacts, *, today: date) -> dict[str, object]:
    """Return the fields of an offer that describe the person, and no others.

    The age becomes a five-year band, the postcode its outward half; needs are cut to the codes
    of DOMAIN 4.3, and a code that is none of ours is refused, because a free text could name
    the person.

    Raises:
        RefusedError: a need, skill, pet or other code is not one of the list, or a number or a
            day is none of an offer ("need_code").
    """
    for name in ("length_days", "carers_needed"):
        if not is_short(getattr(facts, name)):
            raise _not_a_code(name)
    for name in ("earliest_start", "latest_start"):
        if not is_near(getattr(facts, name)):
            raise _not_a_code(name)
    profile: dict[str, object] = {
        "reference": facts.reference,
        "age_band": age_band(age_on(facts.birth_date, today)),
        "outward_postcode": Postcode.parse(facts.postcode).outward,
        "needs": {name: _need(name, facts.needs[name]) for name in _given_needs(facts)},
        "gender_required": _code("gender_required", facts.gender_required),
        "required_skills": [_code("skill", skill) for skill in facts.required_skills],
        "languages": [_language(language) for language in facts.languages],
        "pets": [_code("pets", pet) for pet in facts.pets],
        "smoking_home": facts.smoking_home,
        "stairs": _code("stairs", facts.stairs),
        "bedroom": facts.bedroom,
        "driver_required": facts.driver_required,
        "earliest_start": facts.earliest_start,
        "latest_start": facts.latest_start,
        "length_days": facts.length_days,
        "carers_needed": facts.carers_needed,
        "funding_type": _code("funding_type", facts.funding_type),
    }
    require_disclosable([f"offer.{name}" for name in profile], DisclosureStage.OFFER)
    return profile


def _given_needs(facts: NeedFacts) -> tuple[str, ...]:
    return tuple(name for name in NEEDS_IN_PROFILE if facts.needs.get(name) is not None)


def _need(name: str, value: str | int | None) -> str | int | None:
    if name in _NEED_NUMBERS:
        if not isinstance(value, int) or not is_short(value):
            raise _not_a_code(name)
        return value
    return _code(name, str(value))


def _code(group: str, value: str | None) -> str | None:
    if value is None:
        return None
    if value not in {level.code for level in need_groups()[group].levels}:
        raise _not_a_code(group)
    return value


def _language(value: str) -> str:
    # Languages are ISO 639 codes or a plain name; a sentence would be free text.
    if not value.replace("-", "").isalpha() or len(value) > 30:
        raise _not_a_code("language")
    return value


def _not_a_code(group: str) -> RefusedError:
    return RefusedError(
        f"The need “{group.replace('_', ' ')}” has a value that is not one of its codes.",
        what_to_do="Choose a level from the list; an offer carries no free text.",
        code="need_code",
    )
