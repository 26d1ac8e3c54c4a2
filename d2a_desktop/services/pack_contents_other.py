"""The assessment form, the person's copy and the anonymous offer sheet, from a case's rows."""

from __future__ import annotations

from datetime import datetime

from d2a_desktop.domain.codes import TransportMode
from d2a_desktop.domain.display import display_date_long
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.packs.anonymous_sheet import NeedLevel, NeedProfile, OfferSheetContent
from d2a_desktop.packs.assessment_pack import (
    AssessmentContent,
    Background,
    VisitPlan,
    expected_function,
)
from d2a_desktop.packs.content import Header
from d2a_desktop.packs.patient_copy import PatientContent
from d2a_desktop.services import pack_contents_care as care
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.need_words import need_words
from d2a_desktop.services.pack_contents import allergies, identity
from d2a_desktop.services.pack_contents_facts import JOURNEY, PackFacts, pack_facts
from d2a_desktop.services.pack_contents_words import (
    code_words,
    days_words,
    joined,
    level_list,
    level_words,
    lines_of,
    phone_words,
    text_of,
    without_key_code,
)

_TAKE_ALONG = ("Your medicines and the list of them", "Your copy of this plan", "Your house keys")

# What a need means to the person, in plain words; a level that needs no help is left out.
_HELP = (
    ("personal_care", "Washing and dressing", frozenset({"independent"})),
    ("transfers", "Getting up and sitting down", frozenset({"independent"})),
    ("mobility", "Getting about at home", frozenset({"independent"})),
    ("continence", "Using the toilet", frozenset({"continent"})),
    ("medicines_level", "Your medicines", frozenset({"none"})),
    ("diet", "Meals that suit you", frozenset({"ordinary"})),
    ("night_pattern", "Help at night", frozenset({"sleeping"})),
)


def assessment_content(
    rows: CaseRows, *, header: Header, due_at: datetime | None = None
) -> AssessmentContent:
    """Return the home assessor's form, filled in with what the ward expected (DOMAIN 3.3, 14).

    `due_at` is when the assessment is due, aware UTC.
    """
    facts = pack_facts(rows)
    referral = facts.referral
    return AssessmentContent(
        header=header,
        identity=identity(rows, at=header.printed_at),
        allergies=allergies(rows),
        visit=_visit_plan(facts, due_at),
        background=_background(facts),
        function=expected_function(care.function(rows)),
        equipment=care.equipment(rows).lines,
        goals=lines_of(referral.goals if referral else None),
    )


def _visit_plan(facts: PackFacts, due_at: datetime | None) -> VisitPlan:
    rows, visit = facts.rows, facts.first_visit
    return VisitPlan(
        planned_at=visit.starts_at if visit else None,
        due_by=due_at,
        left_ward_at=rows.departure.left_at if rows.departure else None,
        assessor=text_of(visit.assessor_name) if visit else "",
        address=facts.address,
        home_phone=phone_words(rows.patient.phone),
        access=without_key_code(rows.home.access_notes) if rows.home else "",
        worker_first_name=facts.worker_names,
        agency_phone=phone_words(facts.agency_phone),
        hospital_phone=phone_words(facts.ward_phone),
    )


def _background(facts: PackFacts) -> Background:
    rows, referral = facts.rows, facts.referral
    found, kin, home = care.risks(rows), care.people(rows, facts.referral), care.home(rows)
    named = (
        found.to_self,
        found.from_others,
        found.to_others,
        found.infection,
        found.choking,
        found.oxygen_fire,
        found.lone_working,
    )
    others = (joined(one.risk, one.what_to_do, by=": ") for one in found.others)
    return Background(
        reason=text_of(referral.why_in_hospital) if referral else "",
        predicted_need=code_words(referral.predicted_need) if referral else "",
        medicines_support=care.medicines(rows).support,
        risks=joined(*named, *others, by="; "),
        communication=text_of(referral.communication_tips) if referral else "",
        language=joined(
            text_of(rows.patient.language),
            "interpreter needed" if rows.patient.interpreter_required else "",
        ),
        capacity=care.legal(rows).capacity,
        next_of_kin=kin.next_of_kin,
        unpaid_carer=kin.unpaid_carer,
        home=joined(
            home.bed_location and f"bed: {home.bed_location}",
            home.heating and f"heating: {home.heating.lower()}",
            home.others_in_home,
            by="; ",
        ),
    )


def patient_content(
    rows: CaseRows,
    *,
    header: Header,
    due_at: datetime | None = None,
    large_print: bool = True,
    welsh: bool = False,
) -> PatientContent:
    """Return the person's own copy: plain words, no diagnosis, no medicine.

    `due_at` is by when somebody visits, aware UTC.
    """
    facts = pack_facts(rows)
    departure, visit, referral = rows.departure, facts.first_visit, facts.referral
    planned = departure.planned_at if departure else None
    cards = facts.cards
    agency = facts.agency.name if facts.agency else ""
    return PatientContent(
        header=header,
        identity=identity(rows, at=header.printed_at),
        allergies=allergies(rows),
        leaves_at=planned,
        home_at=planned + JOURNEY if planned else None,
        address=facts.address,
        travel=_travel(departure.transport if departure else None),
        worker_first_name=facts.worker_names,
        worker_arrives_at=(cards[0].expected_at or cards[0].starts_at) if cards else None,
        agency_name=agency,
        help_with=_help_with(rows),
        visit_at=visit.starts_at if visit else None,
        visit_by=due_at,
        visitor=text_of(visit.assessor_name) if visit else "",
        bring=_TAKE_ALONG,
        goals=text_of(referral.goals) if referral else "",
        costs=_costs(rows),
        phone=facts.agency_phone or facts.ward_phone,
        phone_of=f"{agency}, day and night" if facts.agency_phone and agency else "the ward",
        large_print=large_print,
        welsh=welsh,
    )


def _travel(code: str | None) -> str:
    if not code:
        return ""
    known = {mode.value: mode.label for mode in TransportMode}
    return known.get(code, code_words(code))


def _help_with(rows: CaseRows) -> tuple[str, ...]:
    need = rows.need
    if need is None:
        return ()
    levels = ((getattr(need, name), words, alone) for name, words, alone in _HELP)
    return tuple(words for level, words, alone in levels if level and level not in alone)


def _costs(rows: CaseRows) -> str:
    need = rows.need
    if need is None or not need.funding_type:
        return ""
    if need.funding_type == "self_funded":
        return "You pay for this help. Ask us before you go home if anything about it is unclear."
    if need.funded_until is None:
        return ""
    until = display_date_long(need.funded_until)
    return f"This help is paid for until {until}. Before then we talk with you about what follows."


def offer_sheet_content(
    offer: Offer, *, agency: Organisation | None, sender: Organisation | None, header: Header
) -> OfferSheetContent:
    """Return the anonymous sheet of an offer: its need profile and nothing else."""
    return OfferSheetContent(
        header=header,
        offer_reference=offer.reference,
        agency_name=agency.name if agency else "",
        respond_by=offer.respond_by,
        hub_name=sender.name if sender else "",
        hub_phone=(sender.phone or sender.on_call_phone or "") if sender else "",
        hub_email=(sender.secure_email or "") if sender else "",
        profile=_profile(offer),
    )


def _profile(offer: Offer) -> NeedProfile:
    skills, pets = offer.required_skills, offer.pets
    workers = offer.carers_needed
    return NeedProfile(
        age_band=offer.age_band,
        gender_required=level_words("gender_required", offer.gender_required),
        outward_postcode=offer.outward_postcode or "",
        earliest_start=offer.earliest_start,
        latest_start=offer.latest_start,
        length=days_words(offer.length_days),
        workers_needed="" if workers is None else str(workers),
        required_skills=None if skills is None else level_list("skill", skills),
        languages=None if offer.languages is None else tuple(offer.languages),
        pets=None if pets is None else level_list("pets", pets),
        smoking_home=offer.smoking_home,
        stairs=level_words("stairs", offer.stairs),
        bedroom=offer.bedroom,
        driver_required=offer.driver_required,
        funding_type=level_words("funding_type", offer.funding_type),
        needs=tuple(
            NeedLevel(need=need, level=level) for need, level in need_words(offer.needs or {})
        ),
    )
