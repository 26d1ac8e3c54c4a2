"""The frozen rows that the boards and the command line show; nothing lazy, nothing of storage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from d2a_desktop.domain.clocks import ClockState
from d2a_desktop.domain.gate import GateItem


class WardBoardRow(NamedTuple):
    """One person on the ward board; `bed` is ward and bed as one identifier.

    A named tuple: thousands are made at once, in half the time that a frozen dataclass takes.
    """

    case_id: str
    case_ref: str
    site: str
    ward: str
    bed: str
    family_name: str
    given_name: str | None
    title: str | None
    nhs_number: str | None
    nhs_number_verified: bool
    hospital_number: str | None
    birth_date: date
    age: int
    gender: str
    stage: str
    stage_label: str
    nctr_since: datetime | None
    waiting_days: int | None
    clock: ClockState
    provisional_due: datetime | None
    needs: str
    match: str
    next_action: str
    owner: str
    primary_barrier: str | None
    open_tasks: int
    urgent_tasks: int
    leaving_on: date | None
    edd: date | None
    not_in_extract: str | None
    criteria_stale: bool
    pending: bool
    similar_name: bool
    pack_superseded: bool | None = None
    """Whether a print that was given out no longer says what the record does; None: not looked."""
    consultant: str = ""
    assessment_at: datetime | None = None
    agency: str = ""
    starts_at: datetime | None = None
    changed_at: datetime | None = None
    """When anything of the case was last edited, at any desk."""
    changed: tuple[str, ...] = ()
    """What changed since the person at this desk last looked, in words; see `last_looks`."""


@dataclass(frozen=True)
class BoardKpis:
    """The figures above the ward board, each named by its clock."""

    ready: int
    longest_wait_days: int
    awaiting_agency: int
    leaving_today: int
    due_within_12_h: int
    overdue: int


@dataclass(frozen=True)
class WardBoard:
    """The ward board as it stood at `as_of`; `synced_at` says how old the picture is."""

    rows: tuple[WardBoardRow, ...]
    kpis: BoardKpis
    as_of: datetime
    synced_at: datetime | None


@dataclass(frozen=True)
class Banner:
    """The patient banner's values (NHS CUI, ISB 1505); `allergy_title` is one of four."""

    family_name: str
    given_name: str | None
    title: str | None
    preferred_name: str | None
    birth_date: date
    age: int
    gender: str
    nhs_number: str | None
    nhs_number_verified: bool
    hospital_number: str | None
    bed: str
    allergy_title: str | None
    allergies: tuple[str, ...]
    died_on: date | None = None


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened: event time, words, who recorded it, and when it was received."""

    at: datetime
    kind: str
    title: str
    text: str
    who: str
    recorded_at: datetime | None
    voided: bool
    pending: bool


@dataclass(frozen=True)
class TaskRow:
    """A task that somebody chases; `status` is open, done, cancelled, or alarm (derived)."""

    task_id: str
    case_id: str
    case_ref: str
    kind: str
    title: str
    owner: str
    due_at: datetime | None
    status: str
    urgent: bool
    outcomes: tuple[tuple[str, str], ...]
    about: str


@dataclass(frozen=True)
class BarrierRow:
    """A barrier with its delay reason (DOMAIN 2.2)."""

    barrier_id: str
    reason_code: str
    reason: str
    group: str
    detail: str
    owner: str
    opened_at: datetime
    resolved_at: datetime | None
    is_primary: bool


@dataclass(frozen=True)
class OfferRow:
    """An offer as hub or agency may see it; it never holds an identity."""

    offer_id: str
    reference: str
    status: str
    status_label: str
    expired: bool
    agency_ods: str
    agency_name: str
    agency_has_desk: bool
    sent_at: datetime | None
    respond_by: datetime
    responded_at: datetime | None
    decline_reason: str | None
    age_band: str
    gender_required: str | None
    outward_postcode: str | None
    needs: tuple[tuple[str, str], ...]
    needs_summary: str
    required_skills: tuple[str, ...]
    languages: tuple[str, ...]
    pets: tuple[str, ...]
    smoking_home: bool | None
    stairs: str | None
    bedroom: bool | None
    driver_required: bool | None
    earliest_start: date | None
    latest_start: date | None
    length_days: int | None
    carers_needed: int | None
    funding_type: str | None
    case_id: str | None
    case_ref: str | None
    person: str | None
    worker: str | None
    worker_pending: bool
    """The allocation is not confirmed yet: the worker is requested, not agreed."""
    confirmed: bool
    """An acceptance that the shared database has confirmed; the record was disclosed then."""
    pending: bool


@dataclass(frozen=True)
class VisitRow:
    """A home assessment in the diary."""

    visit_id: str
    case_id: str
    case_ref: str
    person: str
    nhs_number: str | None
    outward_postcode: str | None
    address: str
    assessor_id: str | None
    assessor: str
    starts_at: datetime
    ends_at: datetime
    status: str
    provisional: bool
    purpose: str
    outcome: str | None
    travel_minutes: int | None
    due_at: datetime | None
    late_by_minutes: int | None
    pending: bool


@dataclass(frozen=True)
class DueRow:
    """A person at home (or about to be) whose assessment has no visit yet, with the clock."""

    case_id: str
    case_ref: str
    person: str
    outward_postcode: str | None
    clock: ClockState
    due_at: datetime | None


@dataclass(frozen=True)
class AssessorRow:
    """An assessor and how the day stands."""

    assessor_id: str
    name: str
    profession: str
    skills: tuple[str, ...]
    working_today: str
    active: bool


@dataclass(frozen=True)
class CapacityWeekRow:
    """One agency's week against its contract (DOMAIN 4.5); counts only."""

    week: str
    agency_ods: str
    agency_name: str
    guaranteed_min: int
    guaranteed_max: int
    available: int
    held: int
    accepted: int
    started: int
    lost: int
    shortfall: int


@dataclass(frozen=True)
class SlotRow:
    """One guaranteed start."""

    slot_id: str
    week: str
    number: int
    status: str
    earliest_start: date | None
    agency_ods: str


@dataclass(frozen=True)
class WorkerChoice:
    """Whether a worker fits, cannot_confirm or is excluded; factors: label, words, %, tone."""

    worker_id: str
    name: str
    verdict: str
    reasons: tuple[str, ...]
    cannot_confirm: tuple[str, ...]
    points: tuple[str, ...]
    overridable: tuple[str, ...]
    rank: int | None
    factors: tuple[tuple[str, str, int, str], ...] = ()
    lives_in: str = ""
    """The outward postcode of the worker's home: tells two workers of one name apart."""


@dataclass(frozen=True)
class PackRow:
    """A print of a pack; `superseded` when a newer one took its place or the record has changed.

    `superseded_by` is the newer one's code; `changed` says what the newest does not say.
    """

    pack_id: str
    kind: str
    version: int
    reference: str
    pages: int
    draft: bool
    printed_by: str
    printed_at: datetime
    given_at: datetime | None
    superseded: bool
    superseded_by: str = ""
    changed: tuple[str, ...] = ()
    given_to: str = ""


@dataclass(frozen=True)
class StepState:
    """One step of the stepper: done, current or ahead."""

    label: str
    state: str


@dataclass(frozen=True)
class CaseView:
    """Everything the single-person record shows; `similar_name` as on the ward board."""

    case_id: str
    case_ref: str
    banner: Banner
    stage: str
    stage_label: str
    steps: tuple[StepState, ...]
    next_action: str
    clock: ClockState
    waiting_days: int | None
    nctr_since: datetime | None
    drd: date | None
    provisional_due: datetime | None
    records: dict[str, dict[str, Any]]
    """Field values by one-row record (spell, patient, referral, care_need, home, consent,
    departure), for the forms."""
    lists: dict[str, tuple[dict[str, Any], ...]]
    """Lines of contact, medicine, equipment, risk (each with its id)."""
    restricted_count: int
    completeness_done: int
    completeness_total: int
    missing: tuple[str, ...]
    criteria_at: datetime | None
    criteria_by: str | None
    criteria_applies: tuple[str, ...]
    criteria_stale: bool
    gate: tuple[GateItem, ...]
    tasks: tuple[TaskRow, ...]
    barriers: tuple[BarrierRow, ...]
    offers: tuple[OfferRow, ...]
    visits: tuple[VisitRow, ...]
    packs: tuple[PackRow, ...]
    arrivals: tuple[tuple[str, str], ...]
    """Worker cards: (first name and role, expected or arrived in words)."""
    timeline: tuple[TimelineEntry, ...]
    pending: bool
    unconfirmed: frozenset[str]
    """Fields (`record.field`) and lines (their ids) whose last edit is not confirmed yet."""
    synced_at: datetime | None
    editable: bool
    actions: tuple[str, ...]
    """The actions of `domain.commands.ACTIONS` that this caller may take now."""
    similar_name: bool = False
    need_found: str | None = None
    next_review_on: date | None = None


@dataclass(frozen=True)
class SyncStep:
    """What an exchange does now, in words; `total` is None where nobody knows."""

    stage: str
    words: str
    done: int
    total: int | None


@dataclass(frozen=True)
class SyncLight:
    """The one visible sync state (SYNC 7): synced, working, offline, delayed, needs_you, stuck.

    `words` name the state, `reason` says why, `code` is for who helps. `stale`: nothing was
    exchanged for a quarter of an hour, or nobody can tell. `conflicts` counts all that needs a
    person; `rejected` those among them that a rule refused. `document` is the same as JSON.
    """

    state: str
    words: str
    reason: str
    what_to_do: str
    code: str
    stale: bool
    last_at: datetime | None
    pending: int
    oldest_at: datetime | None
    conflicts: int
    rejected: int
    people: tuple[tuple[str, int, bool], ...]
    """Whose changes wait: name, how many, and whether that person is signed in."""
    clock_warning: str
    checked_at: datetime | None
    step: SyncStep | None
    lease_left: timedelta | None
    """How long this desk may go on without the server; None on a desk without a lease."""
    document: Mapping[str, Any]


@dataclass(frozen=True)
class WaitingRow:
    """What waits of one person for one record of one case, in words; `since` is the oldest."""

    name: str
    signed_in: bool
    record: str
    case_ref: str | None
    count: int
    since: datetime


@dataclass(frozen=True)
class ConflictField:
    """One field in question, in words: what it was, mine, what is there now, by whom and when.

    `field` is the stored name, for a choice by command. `who` is empty where nobody can be named,
    `theirs` where there is nothing.
    """

    field: str
    label: str
    was: str
    mine: str
    theirs: str
    who: str
    at: datetime | None
    value: Any
    """Mine as the record holds it, for whoever edits it."""


@dataclass(frozen=True)
class ConflictRow:
    """An edit that met another, or one that a rule refused; `choices` is how it may be settled.

    `also` names what else the same command wrote, not taken either; `identity` is as on the banner.
    """

    conflict_id: str
    entity: str
    record: str
    case_id: str | None
    case_ref: str | None
    person: str | None
    code: str
    reason: str
    made_by: str
    made_at: datetime
    identity: str
    fields: tuple[ConflictField, ...]
    also: tuple[str, ...]
    choices: tuple[str, ...]
