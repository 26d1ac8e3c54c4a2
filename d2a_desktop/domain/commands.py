"""What a person can ask the desk to do to a case, as typed values read from JSON."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from d2a_desktop.core.errors import UsageError


@dataclass(frozen=True)
class OnBehalf:
    """Recorded for a partner without a desk: which organisation, who said it, by which channel."""

    org: str
    spoken_to: str
    channel: str = "phone"


@dataclass(frozen=True)
class NewCase:
    """`new`: an inpatient taken in by hand; instants aware, in UTC."""

    family_name: str
    birth_date: date
    site: str
    ward: str
    admitted_at: datetime
    given_name: str | None = None
    title: str | None = None
    preferred_name: str | None = None
    gender: str = "not_known"
    nhs_number: str | None = None
    nhs_number_status: str | None = None
    mrn: str | None = None
    spell_number: str | None = None
    bed: str | None = None
    specialty: str | None = None
    consultant: str | None = None
    edd: date | None = None
    address_1: str | None = None
    address_2: str | None = None
    address_3: str | None = None
    postcode: str | None = None
    phone: str | None = None
    gp_practice_code: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class UpdateRecord:
    """`update`: field values by record, and new or changed lines of its lists.

    `values` maps a one-row record (patient, spell, referral, care_need, home, consent, departure)
    to its fields; `add` maps a list record (contact, medicine, equipment, risk,
    restricted_note) to new lines; `void` names lines by id. Checked against `fields.RECORDS`.
    `check` names medicine lines that a second clinician has compared with the letter.
    """

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    add: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    void: tuple[str, ...] = ()
    check: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewCriteria:
    """`review`: the criteria to reside that apply (codes CTR01..CTR11; none = NCTR starts)."""

    decided_by: str
    decided_role: str
    applies: tuple[str, ...] = ()
    exception: str | None = None
    decided_at: datetime | None = None
    up_and_dressed: bool | None = None


@dataclass(frozen=True)
class Refer:
    """`refer`: save the referral's record and, unless `send` is false, send it to the hub."""

    record: UpdateRecord = field(default_factory=UpdateRecord)
    early: bool = False
    send: bool = True


@dataclass(frozen=True)
class ConfirmPathway:
    """`pathway`: the hub's decision with its reasons, or the referral returned to the ward."""

    pathway: str | None = None
    rationale: str | None = None
    decided_by: str | None = None
    decided_role: str | None = None
    options: tuple[str, ...] = ()
    took_part: tuple[str, ...] = ()
    service: str | None = None
    predicted_need: str | None = None
    funding_confirmed: bool | None = None
    return_reason: str | None = None


@dataclass(frozen=True)
class SendOffers:
    """`offer`: the anonymous need profile to these agencies (ODS codes)."""

    agencies: tuple[str, ...]
    respond_by: datetime | None = None
    suggested_profile: str | None = None


@dataclass(frozen=True)
class Withdraw:
    """`withdraw`: one offer (by reference), else the whole referral (SCCI2075 reason 01 to 13)."""

    reason: str
    offer: str | None = None


@dataclass(frozen=True)
class AcceptOffer:
    """`accept`: an agency's acceptance, naming a slot or a proposed worker."""

    offer: str | None = None
    slot: str | None = None
    worker: str | None = None
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True)
class DeclineOffer:
    """`decline`: with the code of the rule that failed."""

    reason: str
    offer: str | None = None
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True)
class HandBack:
    """`hand-back`: an accepted offer returned by its agency."""

    reason: str
    offer: str | None = None
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True)
class Override:
    """A rule overruled by a person whose role may, with the reason kept."""

    reason: str
    role: str
    by: str
    on_call: str | None = None
    rule: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class Allocate:
    """`allocate`: a worker (id, or first name for a partner without a desk) for one block."""

    starts_at: datetime
    ends_at: datetime
    worker: str | None = None
    first_name: str | None = None
    offer: str | None = None
    kind: str = "main"
    expected_at: datetime | None = None
    overrides: tuple[Override, ...] = ()
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True)
class CheckGate:
    """`gate`: the departure gate's items, for a planned or a new departure; changes nothing."""

    planned_at: datetime | None = None


@dataclass(frozen=True)
class Depart:
    """`depart`: plan a departure (`planned_at`), or record that the person left (`left_at`)."""

    planned_at: datetime | None = None
    latest_arrival_at: datetime | None = None
    destination: str | None = None
    transport: str | None = None
    transport_state: str | None = None
    medicines_state: str | None = None
    equipment_state: str | None = None
    key_state: str | None = None
    left_at: datetime | None = None
    override: Override | None = None


@dataclass(frozen=True)
class Reopen:
    """`reopen`: a cancelled discharge (ADT A13); the clock is void."""

    reason: str
    at: datetime | None = None


@dataclass(frozen=True)
class Arrive:
    """`arrive`: an observed event: worker_arrived, arrived_home or welfare_check."""

    what: str
    at: datetime | None = None
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True)
class TurnBack:
    """`turn-back`: before_leaving, at_door or same_day_return, with its reason."""

    where: str
    reason: str
    at: datetime | None = None
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True)
class PlanVisit:
    """`visit`: plan, confirm, move or void a home assessment."""

    assessor: str | None = None
    second_assessor: str | None = None
    starts_at: datetime | None = None
    duration_minutes: int = 60
    visit: str | None = None
    confirm: bool = False
    void_reason: str | None = None
    purpose: str = "home_assessment"


@dataclass(frozen=True)
class RecordOutcome:
    """`outcome`: what happened at a visit; only done and part_done at home stop the clock."""

    outcome: str
    started_at: datetime | None = None
    finished_at: datetime | None = None
    place: str = "home"
    need_found: str | None = None
    next_review_on: date | None = None
    note: str | None = None
    visit: str | None = None
    form: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class EndPlacement:
    """`end`: how the placement ended, observed at `at`."""

    reason: str
    at: datetime | None = None
    on_behalf: OnBehalf | None = None


@dataclass(frozen=True)
class AddNote:
    """`note`: a note or a call, insert-only."""

    text: str
    kind: str = "note"
    spoken_to: str | None = None


@dataclass(frozen=True)
class ChangeBarrier:
    """`barrier`: open one (`reason_code`), resolve one (`resolve` = its id), or change one.

    `again` names a resolved one: it goes on as a new one from when it was resolved. `change` is
    the id of an open one that gets another owner or detail, or becomes the primary one; what is
    not given stays, and an empty text takes it away.
    """

    reason_code: str | None = None
    detail: str | None = None
    owner_name: str | None = None
    primary: bool = False
    resolve: str | None = None
    again: str | None = None
    change: str | None = None


@dataclass(frozen=True)
class ChangeTask:
    """`task`: open one (`kind`), finish one (`done` = its id) with its outcome, or change one.

    `change` is the id of an open task that gets another owner or due time; what is not given
    stays. `cancel` names an open one that is not to be done, with `note` as the reason; `again` a
    closed one that goes on as a new one. A task without a title is called as its kind.
    """

    kind: str | None = None
    title: str | None = None
    due_at: datetime | None = None
    owner_kind: str | None = None
    owner_name: str | None = None
    urgent: bool = False
    note: str | None = None
    done: str | None = None
    outcome_code: str | None = None
    cancel: str | None = None
    again: str | None = None
    change: str | None = None


Command = (
    NewCase
    | UpdateRecord
    | ReviewCriteria
    | Refer
    | ConfirmPathway
    | SendOffers
    | Withdraw
    | AcceptOffer
    | DeclineOffer
    | HandBack
    | Allocate
    | CheckGate
    | Depart
    | Reopen
    | Arrive
    | TurnBack
    | PlanVisit
    | RecordOutcome
    | EndPlacement
    | AddNote
    | ChangeBarrier
    | ChangeTask
)

ACTIONS: dict[str, type[Command]] = {
    "new": NewCase,
    "update": UpdateRecord,
    "review": ReviewCriteria,
    "refer": Refer,
    "pathway": ConfirmPathway,
    "offer": SendOffers,
    "withdraw": Withdraw,
    "accept": AcceptOffer,
    "decline": DeclineOffer,
    "hand-back": HandBack,
    "allocate": Allocate,
    "gate": CheckGate,
    "depart": Depart,
    "reopen": Reopen,
    "arrive": Arrive,
    "turn-back": TurnBack,
    "visit": PlanVisit,
    "outcome": RecordOutcome,
    "end": EndPlacement,
    "note": AddNote,
    "barrier": ChangeBarrier,
    "task": ChangeTask,
}

_Made = TypeVar("_Made")


def parse_command(action: str, document: object) -> Command:
    """Read one action's JSON document.

    Raises:
        UsageError: unknown action or member, missing member or wrong type, with its JSON path.
    """
    if action not in ACTIONS:
        known = ", ".join(ACTIONS)
        raise UsageError(f"There is no action '{action}'.", what_to_do=f"Use one of: {known}.")
    return parse(ACTIONS[action], document)


def parse(kind: type[_Made], document: object, path: str = "$") -> _Made:
    """Read a JSON document into the frozen dataclass `kind`, strictly."""
    if not isinstance(document, Mapping):
        raise UsageError(f"{path} must be a JSON object.")
    hints = get_type_hints(kind)
    members = {member.name: member for member in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    for name in document:
        if name not in members:
            known = ", ".join(members)
            raise UsageError(f"{path}.{name} is not known.", what_to_do=f"Known: {known}.")
    values: dict[str, Any] = {}
    for name, member in members.items():
        if name in document:
            values[name] = _value(hints[name], document[name], f"{path}.{name}")
        elif member.default is MISSING and member.default_factory is MISSING:
            raise UsageError(f"{path}.{name} is missing.")
    return kind(**values)


def _value(hint: Any, value: object, path: str) -> object:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in get_args(hint):
            return None
        (hint,) = (part for part in get_args(hint) if part is not type(None))
        return _value(hint, value, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise UsageError(f"{path} must be a list.")
        item = get_args(hint)[0]
        return tuple(_value(item, each, f"{path}[{n}]") for n, each in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise UsageError(f"{path} must be a JSON object.")
        return value
    if is_dataclass(hint):
        return parse(hint, value, path)  # type: ignore[arg-type]  # a dataclass type
    return _scalar(hint, value, path)


def _scalar(hint: Any, value: object, path: str) -> object:
    if hint is datetime:
        return _instant(value, path)
    if hint is date:
        return _day(value, path)
    if hint is int and isinstance(value, bool):
        raise UsageError(f"{path} must be a whole number.")
    if isinstance(value, hint):
        return value.strip() if isinstance(value, str) else value
    words = {str: "text", int: "a whole number", bool: "true or false"}[hint]
    raise UsageError(f"{path} must be {words}.")


def _instant(value: object, path: str) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    try:
        instant = datetime.fromisoformat(str(value))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise UsageError(
            f"{path} must be an instant with its offset, such as 2026-11-27T16:10Z.",
        )
    return instant


def _day(value: object, path: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{path} must be a date such as 2026-11-27.") from None
