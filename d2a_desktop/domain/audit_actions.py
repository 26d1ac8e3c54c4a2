"""The vocabulary of the audit trail: what happened, as `subject:verb`."""

from __future__ import annotations

from enum import StrEnum


class AuditAction(StrEnum):
    """One audited act. The words before the colon name the record, those after it the act."""

    CASE_OPENED = "case:opened"
    CASE_CHANGED = "case:changed"
    CASE_REOPENED = "case:reopened"
    CRITERIA_REVIEWED = "criteria:reviewed"
    REFERRAL_CHANGED = "referral:changed"
    REFERRAL_WITHDRAWN = "referral:withdrawn"
    PATHWAY_CONFIRMED = "pathway:confirmed"
    OFFER_SENT = "offer:sent"
    OFFER_ACCEPTED = "offer:accepted"
    OFFER_DECLINED = "offer:declined"
    OFFER_HANDED_BACK = "offer:handed_back"
    PLACEMENT_ENDED = "placement:ended"
    BLOCK_CONFIRMED = "block:confirmed"
    GATE_CHECKED = "gate:checked"
    DEPARTURE_CHANGED = "departure:changed"
    DEPARTURE_TURNED_BACK = "departure:turned_back"
    ARRIVAL_RECORDED = "arrival:recorded"
    VISIT_CHANGED = "visit:changed"
    VISIT_DONE = "visit:done"
    BARRIER_CHANGED = "barrier:changed"
    TASK_CHANGED = "task:changed"
    NOTE_ADDED = "note:added"
    PACK_PREVIEWED = "pack:previewed"
    PACK_ISSUED = "pack:issued"
    PACK_GIVEN = "pack:given"
    LETTER_ATTACHED = "letter:attached"
    RECORD_VIEWED = "record:viewed"
    RESTRICTED_NOTE_VIEWED = "restricted_note:viewed"
    CONTRACT_CHANGED = "contract:changed"
    SLOT_OPENED = "slot:opened"
    WORKER_CHANGED = "worker:changed"
    CREDENTIAL_RECORDED = "credential:recorded"
    AVAILABILITY_RECORDED = "availability:recorded"
    ASSESSOR_CHANGED = "assessor:changed"
    DIRECTORY_CHANGED = "directory:changed"
    VIEW_SHARED = "view:shared"
    VIEW_RENAMED = "view:renamed"
    VIEW_TAKEN_BACK = "view:taken_back"
    CASELOAD_HANDED_OVER = "caseload:handed_over"
    IMPORT_RUN = "import:run"
    LIST_EXPORTED = "list:exported"
    CONFLICT_RESOLVED = "conflict:resolved"
    AUDIT_VIEWED = "audit:viewed"

    @property
    def subject(self) -> str:
        """The record or thing the act was done to, e.g. "offer"."""
        return self.value.partition(":")[0]

    @property
    def verb(self) -> str:
        """What was done, e.g. "accepted"."""
        return self.value.partition(":")[2]

    @property
    def label(self) -> str:
        """The act in words, e.g. "Offer handed back"."""
        return f"{self.subject} {self.verb}".replace("_", " ").capitalize()
