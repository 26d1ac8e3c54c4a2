"""Every synced table by its entity name, so that code can go over all of them."""

from __future__ import annotations

from d2a_desktop.models.access_log import AccessLog
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.assessor_time import AssessorTime
from d2a_desktop.models.availability import Availability
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.base import Synced
from d2a_desktop.models.capacity_contract import CapacityContract
from d2a_desktop.models.capacity_week import CapacityWeek
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.consent import Consent
from d2a_desktop.models.contact import Contact
from d2a_desktop.models.credential import Credential
from d2a_desktop.models.criteria_review import CriteriaReview
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.directory_entry import DirectoryEntry
from d2a_desktop.models.equipment import Equipment
from d2a_desktop.models.event import Event
from d2a_desktop.models.home import Home
from d2a_desktop.models.import_batch import ImportBatch
from d2a_desktop.models.medicine import Medicine
from d2a_desktop.models.nctr_period import NctrPeriod
from d2a_desktop.models.note import Note
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.offer_outcome import OfferOutcome
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.models.pathway_decision import PathwayDecision
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.placement import Placement
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.referral import Referral
from d2a_desktop.models.restricted_note import RestrictedNote
from d2a_desktop.models.risk import Risk
from d2a_desktop.models.shared_view import SharedView
from d2a_desktop.models.slot import Slot
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.staff import Staff
from d2a_desktop.models.task import Task
from d2a_desktop.models.visit import Visit
from d2a_desktop.models.worker import Worker
from d2a_desktop.models.worker_profile import WorkerProfile

RECORD_CLASSES: dict[str, type[Synced]] = {
    "organisation": Organisation,
    "staff": Staff,
    "capacity_week": CapacityWeek,
    "worker_profile": WorkerProfile,
    "spell": Spell,
    "patient": Patient,
    "criteria_review": CriteriaReview,
    "nctr_period": NctrPeriod,
    "referral": Referral,
    "care_need": CareNeed,
    "home": Home,
    "consent": Consent,
    "contact": Contact,
    "medicine": Medicine,
    "equipment": Equipment,
    "risk": Risk,
    "restricted_note": RestrictedNote,
    "pathway_decision": PathwayDecision,
    "barrier": Barrier,
    "task": Task,
    "event": Event,
    "note": Note,
    "departure": Departure,
    "visit": Visit,
    "pack_issue": PackIssue,
    "offer_link": OfferLink,
    "arrival_card": ArrivalCard,
    "offer": Offer,
    "offer_outcome": OfferOutcome,
    "placement": Placement,
    "placement_block": PlacementBlock,
    "worker": Worker,
    "credential": Credential,
    "availability": Availability,
    "capacity_contract": CapacityContract,
    "slot": Slot,
    "assessor": Assessor,
    "assessor_time": AssessorTime,
    "directory_entry": DirectoryEntry,
    "shared_view": SharedView,
    "access_log": AccessLog,
    "import_batch": ImportBatch,
}
