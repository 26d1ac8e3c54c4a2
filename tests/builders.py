"""One plain builder for each record but those of `roster_builders`, changed by keyword."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.capacity_week import CapacityWeek
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.consent import Consent
from d2a_desktop.models.contact import Contact
from d2a_desktop.models.criteria_review import CriteriaReview
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.equipment import Equipment
from d2a_desktop.models.event import Event
from d2a_desktop.models.home import Home
from d2a_desktop.models.import_batch import ImportBatch
from d2a_desktop.models.medicine import Medicine
from d2a_desktop.models.nctr_period import NctrPeriod
from d2a_desktop.models.note import Note
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.models.pathway_decision import PathwayDecision
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.referral import Referral
from d2a_desktop.models.restricted_note import RestrictedNote
from d2a_desktop.models.risk import Risk
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.staff import Staff
from d2a_desktop.models.task import Task
from d2a_desktop.models.visit import Visit
from d2a_desktop.models.worker_profile import WorkerProfile
from tests.builder_ids import (
    AGENCY,
    CASE,
    CONTRACT,
    HOSPITAL,
    HUB,
    NOW,
    OFFER,
    SYSTEM,
    changed,
    some_id,
)


def make_organisation(**given: Any) -> Organisation:
    row = Organisation(
        id=some_id("organisation"),
        scope_id=SYSTEM,
        ods_code="RXX01",
        name="Demo Hospital",
        kind="hospital",
        has_desk=True,
        share_profiles=False,
    )
    return changed(row, given)


def make_staff(**given: Any) -> Staff:
    row = Staff(
        id=some_id("staff"),
        scope_id=HOSPITAL,
        login="u_0123456789ab",
        name="Pat Example",
        role="ward_coordinator",
        active=True,
    )
    return changed(row, given)


def make_capacity_week(**given: Any) -> CapacityWeek:
    row = CapacityWeek(
        id=some_id("capacity_week"),
        scope_id=SYSTEM,
        contract_id=CONTRACT,
        agency_org_id=AGENCY,
        week="2026-W48",
        min_starts=5,
        max_starts=8,
        open_slots=5,
        held_slots=0,
        accepted_slots=0,
        started_slots=0,
        lost_slots=0,
    )
    return changed(row, given)


def make_worker_profile(**given: Any) -> WorkerProfile:
    row = WorkerProfile(
        id=some_id("worker_profile"),
        scope_id=SYSTEM,
        agency_org_id=AGENCY,
        opaque_id="W-346789AB",
        skills=["hoist"],
    )
    return changed(row, given)


def make_spell(**given: Any) -> Spell:
    row = Spell(
        id=CASE,
        scope_id=CASE,
        hospital_org_id=HOSPITAL,
        case_ref="C-346A-789B",
        entered_from="pas",
        site="RXX01",
        ward="Willow",
        bed="12",
        mrn="M1001",
        admitted_at=NOW - timedelta(days=9),
    )
    return changed(row, given)


def make_patient(**given: Any) -> Patient:
    row = Patient(
        id=some_id("patient"),
        scope_id=CASE,
        nhs_number="9990000018",
        family_name="Example",
        given_name="Ada",
        nhs_number_status="01",
        gender="female",
        birth_date=date(1941, 3, 14),
        allergy_state="none_known",
        postcode="ZZ99 3AA",
    )
    return changed(row, given)


def make_criteria_review(**given: Any) -> CriteriaReview:
    row = CriteriaReview(
        id=some_id("criteria_review"),
        scope_id=CASE,
        applies=[],
        decided_by="Dr Example",
        decided_role="consultant",
        entered_by="Pat Example",
        decided_at=NOW,
    )
    return changed(row, given)


def make_nctr_period(**given: Any) -> NctrPeriod:
    row = NctrPeriod(
        id=some_id("nctr_period"), scope_id=CASE, nctr_from=NOW - timedelta(days=2), source="review"
    )
    return changed(row, given)


def make_referral(**given: Any) -> Referral:
    row = Referral(
        id=some_id("referral"),
        scope_id=CASE,
        reference="R-346A-789B",
        kind="full",
        status="sent",
        sent_at=NOW,
    )
    return changed(row, given)


def make_care_need(**given: Any) -> CareNeed:
    row = CareNeed(
        id=some_id("care_need"),
        scope_id=CASE,
        personal_care="one_carer",
        required_skills=["hoist"],
        length_days=42,
    )
    return changed(row, given)


def make_home(**given: Any) -> Home:
    row = Home(
        id=some_id("home"), scope_id=CASE, lives_alone=True, bedroom_for_worker=True, pets=["cat"]
    )
    return changed(row, given)


def make_consent(**given: Any) -> Consent:
    row = Consent(
        id=some_id("consent"),
        scope_id=CASE,
        person_agrees="yes",
        agreed_at=NOW,
        capacity="has_capacity",
    )
    return changed(row, given)


def make_contact(**given: Any) -> Contact:
    row = Contact(id=some_id("contact"), scope_id=CASE, name="Kim Example", relationship="daughter")
    return changed(row, given)


def make_medicine(**given: Any) -> Medicine:
    row = Medicine(id=some_id("medicine"), scope_id=CASE, name="Paracetamol", change="unchanged")
    return changed(row, given)


def make_equipment(**given: Any) -> Equipment:
    row = Equipment(id=some_id("equipment"), scope_id=CASE, item="Hoist")
    return changed(row, given)


def make_risk(**given: Any) -> Risk:
    row = Risk(id=some_id("risk"), scope_id=CASE, kind="falls", detail="Two falls this year")
    return changed(row, given)


def make_restricted_note(**given: Any) -> RestrictedNote:
    row = RestrictedNote(
        id=some_id("restricted_note"),
        scope_id=CASE,
        kind="key_code",
        text="A code",
        written_by="Pat Example",
        written_at=NOW,
    )
    return changed(row, given)


def make_pathway_decision(**given: Any) -> PathwayDecision:
    row = PathwayDecision(
        id=some_id("pathway_decision"),
        scope_id=CASE,
        referral_id=some_id("referral"),
        pathway="P1",
        rationale="Live-in care at home",
        decided_by="Sam Example",
        decided_role="hub_case_manager",
        decided_at=NOW,
    )
    return changed(row, given)


def make_barrier(**given: Any) -> Barrier:
    row = Barrier(
        id=some_id("barrier"),
        scope_id=CASE,
        status="open",
        reason_code="R001",
        is_primary=True,
        opened_at=NOW,
    )
    return changed(row, given)


def make_task(**given: Any) -> Task:
    row = Task(
        id=some_id("task"),
        scope_id=CASE,
        status="open",
        kind="gp_contact",
        owner_kind="hub",
        title="Contact the GP",
        urgent=False,
        due_at=NOW + timedelta(days=1),
    )
    return changed(row, given)


def make_event(**given: Any) -> Event:
    row = Event(
        id=some_id("event"),
        scope_id=CASE,
        kind="arrived_home",
        source="phone",
        at=NOW,
        recorded_at=NOW,
        recorded_by="Pat Example",
    )
    return changed(row, given)


def make_note(**given: Any) -> Note:
    row = Note(
        id=some_id("note"),
        scope_id=CASE,
        kind="progress",
        text="All well",
        author="Pat Example",
        at=NOW,
    )
    return changed(row, given)


def make_departure(**given: Any) -> Departure:
    row = Departure(
        id=some_id("departure"),
        scope_id=CASE,
        status="planned",
        planned_at=NOW + timedelta(hours=4),
    )
    return changed(row, given)


def make_visit(**given: Any) -> Visit:
    row = Visit(
        id=some_id("visit"),
        scope_id=CASE,
        status="planned",
        purpose="home_assessment",
        place="home",
        starts_at=NOW + timedelta(hours=24),
        ends_at=NOW + timedelta(hours=25),
        provisional=True,
    )
    return changed(row, given)


def make_pack_issue(**given: Any) -> PackIssue:
    row = PackIssue(
        id=some_id("pack_issue"),
        scope_id=CASE,
        kind="handover",
        version=1,
        pages=4,
        reference="P-346A-789B",
        content_hash="0" * 64,
        printed_by="Pat Example",
        printed_at=NOW,
        draft=False,
    )
    return changed(row, given)


def make_offer_link(**given: Any) -> OfferLink:
    row = OfferLink(
        id=some_id("offer_link"),
        scope_id=CASE,
        offer_id=OFFER,
        referral_id=some_id("referral"),
        agency_org_id=AGENCY,
    )
    return changed(row, given)


def make_arrival_card(**given: Any) -> ArrivalCard:
    row = ArrivalCard(
        id=some_id("arrival_card"),
        scope_id=CASE,
        offer_id=OFFER,
        block_id=some_id("block"),
        agency_org_id=AGENCY,
        first_name="Jo",
        role="Live-in carer",
        status="confirmed",
        kind="main",
        starts_at=NOW + timedelta(hours=6),
        ends_at=NOW + timedelta(days=42),
    )
    return changed(row, given)


def make_offer(**given: Any) -> Offer:
    row = Offer(
        id=OFFER,
        scope_id=OFFER,
        status="sent",
        reference="O-346A-789B",
        age_band="85-89",
        agency_org_id=AGENCY,
        sent_by_org_id=HUB,
        needs={"personal_care": "some_help"},
        respond_by=NOW + timedelta(hours=4),
        sent_at=NOW,
    )
    return changed(row, given)


def make_access_log(**given: Any) -> AccessLog:
    row = AccessLog(
        id=some_id("access_log"),
        scope_id=HOSPITAL,
        action="record:viewed",
        at=NOW,
        who="Pat Example",
        case_id=CASE,
    )
    return changed(row, given)


def make_import_batch(**given: Any) -> ImportBatch:
    row = ImportBatch(
        id=some_id("import_batch"),
        scope_id=HOSPITAL,
        file_sha256="0" * 64,
        file_kind="pas-csv",
        imported_by="Pat Example",
        accepted=1,
        changed=0,
        unchanged=0,
        refused=0,
        extract_at=NOW,
    )
    return changed(row, given)
