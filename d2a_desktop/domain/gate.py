"""The departure gate: what must be so before a person leaves, and what an override needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from d2a_desktop.core.errors import BlockedError, UsageError
from d2a_desktop.domain.codes import Labelled, PersonAgrees, Readiness
from d2a_desktop.domain.display import display_datetime, display_duration


class GateState(Labelled):
    """What the gate says of one item; unknown is never ok (PRODUCT section 3)."""

    OK = "ok", "In order"
    OPEN = "open", "Open"
    CANNOT_CONFIRM = "cannot_confirm", "Cannot confirm"


class WorkerPresence(Labelled):
    """How certain it is that the worker will be there."""

    NONE = "none", "No worker"
    REQUESTED = "requested", "Requested, not yet confirmed by the shared database"
    CONFIRMED = "confirmed", "Confirmed"
    TRAVELLING = "travelling", "On the way"
    ARRIVED = "arrived", "In place"


@dataclass(frozen=True)
class GateItem:
    """One line of the gate."""

    code: str
    label: str
    state: GateState
    detail: str
    overridable: bool = True


@dataclass(frozen=True)
class GateFacts:
    """What is known before a departure; None is "not known". Times are aware.

    Args:
        nctr_open: whether an NCTR period is open.
        worker: how certain the worker is.
        person_agrees: a `PersonAgrees`.
        represented: whether a best interest decision or a representative stands for a person
            who lacks capacity.
        medicines, transport, equipment, key: a `Readiness` each.
        expected_arrival_at: when the person is expected home.
        latest_arrival_at: until when somebody can receive them.
        pack_given: whether the present version of the handover pack was given.
        assessment_due_at: provisional due time, planned departure + 48 h.
        assessment_at: start of the booked visit.
        assessor_free_at: earliest time an assessor is free, when none is booked.
    """

    nctr_open: bool | None = None
    worker: WorkerPresence | None = None
    person_agrees: PersonAgrees | None = None
    represented: bool = False
    medicines: Readiness | None = None
    transport: Readiness | None = None
    equipment: Readiness | None = None
    key: Readiness | None = None
    expected_arrival_at: datetime | None = None
    latest_arrival_at: datetime | None = None
    pack_given: bool | None = None
    assessment_due_at: datetime | None = None
    assessment_at: datetime | None = None
    assessor_free_at: datetime | None = None


def departure_gate(facts: GateFacts) -> tuple[GateItem, ...]:
    """Return the gate's items in their fixed order (PRODUCT section 2, step 8)."""
    return (
        _nctr(facts),
        _agreement(facts),
        _worker(facts),
        _readiness("medicines", "Medicines to take home", facts.medicines),
        _readiness("transport", "Transport", facts.transport),
        _readiness("equipment", "Equipment at home", facts.equipment),
        _readiness("key", "Key to the home", facts.key),
        _arrival(facts),
        _pack(facts),
        _assessment(facts),
    )


def is_open(items: Sequence[GateItem]) -> bool:
    """Return whether every item is in order."""
    return all(item.state is GateState.OK for item in items)


@dataclass(frozen=True)
class GateOverride:
    """An explicit, audited override: who decided, in which role, why, who is on call."""

    by: str
    role: str
    reason: str
    on_call: str


def require_gate(items: Sequence[GateItem], override: GateOverride | None = None) -> None:
    """Let a departure pass, or refuse it with every open item, worst first.

    Raises:
        BlockedError: an item is open and there is no override ("gate"), or one that may never
            be overridden is ("gate_fixed").
        UsageError: the override lacks its role, reason, name or on-call name.
    """
    not_ok = sorted(
        (item for item in items if item.state is not GateState.OK),
        key=lambda item: (item.overridable, item.state is not GateState.OPEN),
    )
    if not not_ok:
        return
    reasons = [f"{item.label}: {item.detail}" for item in not_ok]
    fixed = [item.label.lower() for item in not_ok if not item.overridable]
    if fixed:
        raise BlockedError(
            "The person cannot leave yet.",
            reasons=reasons,
            what_to_do=f"This cannot be overridden: {', '.join(fixed)}.",
            code="gate_fixed",
        )
    if override is None:
        raise BlockedError(
            "The departure gate is not passed.",
            reasons=reasons,
            what_to_do="Settle what is open, or override with role, reason and the on-call name.",
            code="gate",
        )
    _require_override(override)


def _require_override(override: GateOverride) -> None:
    parts = {
        "who overrides": override.by,
        "their role": override.role,
        "the reason": override.reason,
        "the on-call name": override.on_call,
    }
    missing = [words for words, value in parts.items() if not value.strip()]
    if missing:
        raise UsageError(
            "The override is incomplete.",
            what_to_do=f"Give: {', '.join(missing)}.",
            code="override_incomplete",
        )


def _nctr(facts: GateFacts) -> GateItem:
    # Someone who meets the criteria again must not go: never overridable (DOMAIN HZ08).
    label = "No criteria to reside"
    if facts.nctr_open is None:
        return _unknown("nctr", label, "Not reviewed yet", overridable=False)
    if facts.nctr_open:
        return GateItem("nctr", label, GateState.OK, "A period is open", overridable=False)
    detail = "The person meets the criteria to reside"
    return GateItem("nctr", label, GateState.OPEN, detail, overridable=False)


def _agreement(facts: GateFacts) -> GateItem:
    # Consent is never overridable (DOMAIN 4.4, rule H22).
    label = "Person agrees"
    answer = facts.person_agrees
    if answer is None or answer is PersonAgrees.NOT_ASKED:
        return _unknown("person_agrees", label, "Not asked yet", overridable=False)
    stands_for = answer is PersonAgrees.LACKS_CAPACITY and facts.represented
    state = GateState.OK if answer is PersonAgrees.YES or stands_for else GateState.OPEN
    detail = answer.label
    if stands_for:
        detail = "Best interest decision or representative"
    return GateItem("person_agrees", label, state, detail, overridable=False)


def _worker(facts: GateFacts) -> GateItem:
    label = "Worker confirmed"
    presence = facts.worker
    if presence is None or presence is WorkerPresence.REQUESTED:
        return _unknown("worker", label, presence.label if presence else "Not known")
    state = GateState.OPEN if presence is WorkerPresence.NONE else GateState.OK
    return GateItem("worker", label, state, presence.label)


def _readiness(code: str, label: str, readiness: Readiness | None) -> GateItem:
    if readiness is None or readiness is Readiness.UNKNOWN:
        return _unknown(code, label, "Not known")
    state = GateState.OPEN if readiness is Readiness.NOT_READY else GateState.OK
    return GateItem(code, label, state, readiness.label)


def _arrival(facts: GateFacts) -> GateItem:
    label = "Home before the latest arrival time"
    expected, latest = facts.expected_arrival_at, facts.latest_arrival_at
    if expected is None or latest is None:
        missing = "expected" if expected is None else "latest"
        return _unknown("arrival", label, f"The {missing} arrival time is not known")
    if expected <= latest:
        detail = f"Expected {display_datetime(expected)}"
        return GateItem("arrival", label, GateState.OK, detail)
    detail = f"Expected {display_datetime(expected)}, latest {display_datetime(latest)}"
    return GateItem("arrival", label, GateState.OPEN, detail)


def _pack(facts: GateFacts) -> GateItem:
    label = "Handover pack given"
    if facts.pack_given is None:
        return _unknown("pack", label, "Not known")
    if facts.pack_given:
        return GateItem("pack", label, GateState.OK, "Given")
    return GateItem("pack", label, GateState.OPEN, "Not given in its present version")


def _assessment(facts: GateFacts) -> GateItem:
    label = "Assessment at home in time"
    due = facts.assessment_due_at
    at = facts.assessment_at or facts.assessor_free_at
    if due is None or at is None:
        words = "The due time is not known" if due is None else "No visit booked, no assessor known"
        return _unknown("assessment", label, words)
    what = "Booked" if facts.assessment_at is not None else "An assessor is free"
    detail = f"{what} {display_datetime(at)}"
    if at <= due:
        return GateItem("assessment", label, GateState.OK, detail)
    late = display_duration(at - due)
    return GateItem("assessment", label, GateState.OPEN, f"{detail}, {late} late")


def _unknown(code: str, label: str, detail: str, *, overridable: bool = True) -> GateItem:
    return GateItem(code, label, GateState.CANNOT_CONFIRM, detail, overridable)
