"""The worker's handover pack of a case: its rows in the words and sections of the paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.code_lists import label_key
from d2a_desktop.domain.codes import AllergyState, Gender, OwnerKind
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.person import age_on
from d2a_desktop.domain.tasks import task_kinds
from d2a_desktop.packs import handover_content as pack
from d2a_desktop.packs.content import Allergies, AllergyLine, Header, Identity
from d2a_desktop.services import pack_contents_care as care
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.pack_contents_facts import JOURNEY, PackFacts, pack_facts
from d2a_desktop.services.pack_contents_words import (
    day_words,
    field_words,
    joined,
    lines_of,
    phone_words,
    text_of,
    without_key_code,
)

NOT_DISCLOSED = "Reviewed by the hospital: ring the ward"
"""What an agency prints for the criteria to reside, whose reviews it does not see."""


def handover_content(
    rows: CaseRows,
    *,
    header: Header,
    due_at: datetime | None = None,
    sees_criteria: bool = True,
) -> pack.HandoverContent:
    """Return everything the handover pack prints (DOMAIN 3.3).

    Args:
        rows: the case; the session that loaded it must still be open.
        header: this issue of the pack.
        due_at: when the assessment at home is due, aware UTC.
        sees_criteria: false on an agency's desk, which never has the reviews.
    """
    facts = pack_facts(rows)
    return pack.HandoverContent(
        header=header,
        identity=identity(rows, at=header.printed_at),
        allergies=allergies(rows),
        bag=care.bag(rows),
        cover=_cover(facts, due_at),
        about_me=_about_me(facts),
        stay=_stay(facts, criteria_words(rows) if sees_criteria else NOT_DISCLOSED),
        function=care.function(rows),
        medicines=care.medicines(rows),
        risks=care.risks(rows),
        legal=care.legal(rows),
        equipment=care.equipment(rows),
        home=care.home(rows),
        people=care.people(rows, facts.referral),
        plan=_plan(facts),
        funding=care.funding(rows, facts.referral),
        sign_off=_sign_off(facts),
    )


def identity(rows: CaseRows, *, at: datetime) -> Identity:
    """Return whom a pack is about; the age is that of the day of `at`, or of death."""
    spell, patient = rows.spell, rows.patient
    return Identity(
        family_name=patient.family_name,
        given_name=text_of(patient.given_name),
        title=text_of(patient.title),
        preferred_name=text_of(patient.preferred_name),
        born=patient.birth_date,
        age_years=age_on(patient.birth_date, london_day(spell.died_at or at)),
        gender=Gender(patient.gender),
        nhs_number=patient.nhs_number,
        nhs_verified=patient.nhs_number_status == "01",
        hospital_number=text_of(spell.mrn or spell.spell_number),
    )


def allergies(rows: CaseRows) -> Allergies:
    """Return the exact allergy state; a list that contradicts its state is "unavailable".

    Neither is inferred from the other (CUI PAB-0064); "unavailable" keeps the pack a draft, so
    that somebody mends the record.
    """
    state = AllergyState(rows.patient.allergy_state)
    lines = tuple(_allergy(one) for one in rows.patient.allergies or ())
    if (state is AllergyState.KNOWN) != bool(lines):
        return Allergies(state=AllergyState.UNAVAILABLE)
    return Allergies(state=state, lines=lines)


def _allergy(one: Any) -> AllergyLine:
    if isinstance(one, dict):
        return AllergyLine(
            substance=text_of(one.get("substance")), reaction=text_of(one.get("reaction"))
        )
    return AllergyLine(substance=text_of(one))


def ward_and_bed(rows: CaseRows) -> str:
    """Return ward and bed, which are one identifier wherever shown."""
    return " ".join(part for part in (rows.spell.ward, rows.spell.bed) if part)


def criteria_words(rows: CaseRows) -> str:
    """Return how the person stands to the criteria to reside, with who decided; "" if unknown.

    A period that ended with the discharge still says why the person could leave.
    """
    period = rows.periods[-1] if rows.periods else None
    if period is not None and period.end_reason in (None, "discharged"):
        review = next((r for r in rows.reviews if r.id == period.review_id), None)
        who = f" ({review.decided_by}, {review.decided_role})" if review else ""
        return f"No criteria to reside since {display_datetime(period.nctr_from)}{who}"
    if rows.reviews and rows.reviews[-1].applies:
        return f"Meets criteria to reside, {display_datetime(rows.reviews[-1].decided_at)}"
    return ""


def _cover(facts: PackFacts, due_at: datetime | None) -> pack.Cover:
    rows = facts.rows
    departure, home, visit = rows.departure, rows.home, facts.first_visit
    planned = departure.planned_at if departure else None
    return pack.Cover(
        planned_arrival=planned + JOURNEY if planned else None,
        planned_departure=planned,
        destination_address=facts.address,
        home_phone=phone_words(rows.patient.phone),
        access=without_key_code(home.access_notes) if home else "",
        key_on_separate_sheet=home.key_safe if home else None,
        worker_first_name=facts.worker_names,
        worker_role=facts.cards[0].role if facts.cards else "",
        agency_name=facts.agency.name if facts.agency else "",
        agency_phone=phone_words(facts.agency_phone),
        ward=ward_and_bed(rows),
        hospital_phone=phone_words(facts.ward_phone),
        assessment_at=visit.starts_at if visit else None,
        assessor=text_of(visit.assessor_name) if visit else "",
        assessment_due=due_at,
    )


def _about_me(facts: PackFacts) -> pack.AboutMe:
    referral, patient = facts.referral, facts.rows.patient
    language = text_of(patient.language)
    interpreter = patient.interpreter_required
    if referral is None:
        return pack.AboutMe(language=language, interpreter=interpreter)
    return pack.AboutMe(
        what_matters=text_of(referral.what_matters),
        communication=text_of(referral.communication_tips),
        please_do=text_of(referral.please_do),
        please_do_not=text_of(referral.please_dont),
        support=text_of(referral.how_support),
        language=language,
        interpreter=interpreter,
    )


def _stay(facts: PackFacts, criteria: str) -> pack.HospitalStay:
    spell, referral = facts.rows.spell, facts.referral
    hospital = facts.hospital.name if facts.hospital else ""
    same = label_key(spell.site) == label_key(hospital)
    lead = referral.lead_clinician if referral else None
    return pack.HospitalStay(
        reason=text_of(referral.why_in_hospital) if referral else "",
        what_changed=text_of(referral.what_changed) if referral else "",
        criteria_statement=criteria,
        referred_for=text_of(referral.reason_for_referral) if referral else "",
        supporting=without_key_code(referral.supporting_information) if referral else "",
        admitted_on=london_day(spell.admitted_at),
        admission_type=field_words(
            "referral.admission_type", referral.admission_type if referral else None
        ),
        proposed_discharge=referral.proposed_discharge if referral else None,
        hospital=hospital if same else joined(hospital, text_of(spell.site)),
        consultant=text_of(lead or spell.consultant),
    )


def _plan(facts: PackFacts) -> pack.Plan:
    referral = facts.referral
    actions = tuple(
        pack.ActionLine(
            action=task.title,
            by_when=day_words(task.due_at),
            owner=text_of(task.owner_name) or OwnerKind(task.owner_kind).label,
        )
        for task in facts.rows.tasks
        if task.status == "open" and _in_pack(task.kind)
    )
    if referral is None:
        return pack.Plan(actions=actions)
    return pack.Plan(
        goals=text_of(referral.goals),
        therapy=text_of(referral.therapy_plan),
        red_flags=text_of(referral.red_flags),
        contingency=_contingency(referral.contingency, phone_words(facts.agency_phone)),
        actions=actions,
        appointments=tuple(
            pack.AppointmentLine(what=line) for line in lines_of(referral.follow_up)
        ),
    )


def _in_pack(kind: str) -> bool:
    known = task_kinds().get(kind)
    return known is not None and known.in_pack


def _contingency(text: str | None, phone: str) -> tuple[pack.ContingencyLine, ...]:
    """Return each line of the plan as "if this: do that"; one without a colon is for anything."""
    contact = joined("Agency", phone, by=" ")
    made = []
    for line in lines_of(text):
        trigger, _, response = (part.strip() for part in line.partition(":"))
        if not response:
            trigger, response = "Anything goes wrong", line
        made.append(pack.ContingencyLine(trigger=trigger, response=response, contact=contact))
    return tuple(made)


def _sign_off(facts: PackFacts) -> pack.SignOff:
    spell, referral = facts.rows.spell, facts.referral
    liaison = text_of(referral.liaison_name) if referral else ""
    # Who answers for the record, not who happens to print it: two people's prints say the same.
    return pack.SignOff(
        prepared_by=liaison or text_of(spell.owner_name),
        prepared_role="Ward contact" if liaison else "",
        prepared_contact=phone_words(facts.ward_phone),
        distribution=joined(
            facts.agency.name if facts.agency else "", "care transfer hub", "GP practice"
        ),
    )
