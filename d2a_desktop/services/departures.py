"""Leaving the ward: the departure gate, the plan, the actual departure and its ways back."""

from __future__ import annotations

from datetime import datetime, timedelta

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.codes import DepartureEnd, Readiness
from d2a_desktop.domain.commands import CheckGate, Depart, Override, Reopen, TurnBack
from d2a_desktop.domain.departure import DEPARTURE_ENDS, DEPARTURE_MACHINE
from d2a_desktop.domain.gate import GateItem, GateOverride, is_open, require_gate
from d2a_desktop.models.departure import Departure
from d2a_desktop.services.case_gate import case_gate
from d2a_desktop.services.schedule_places import Rules, earliest_free
from d2a_desktop.services.work import Work, given


def check_gate(work: Work, command: CheckGate) -> None:
    """Answer the departure gate's items without changing anything."""
    departure = work.case.departure
    planned = command.planned_at or (departure.planned_at if departure else work.now)
    items = _gate(work, planned)
    work.details["gate"] = [
        {"code": i.code, "label": i.label, "state": i.state.value, "detail": i.detail}
        for i in items
    ]
    work.details["open"] = not is_open(items)


def _gate(work: Work, at: datetime) -> tuple[GateItem, ...]:
    hours = work.context.settings.assessment_clock_hours
    rules = Rules.of(work.context.settings, work.context.places, now=work.now)
    free = earliest_free(work.session, work.case, at, rules=rules)
    return case_gate(work.case, planned_at=at, clock_hours=hours, assessor_free_at=free)


def depart(work: Work, command: Depart) -> None:
    """Plan the departure (`planned_at`), record that the person left (`left_at`), or both.

    Raises:
        BlockedError: the gate has open items and no override was given.
    """
    if command.planned_at is None and command.left_at is None and work.case.departure is None:
        raise UsageError("Give planned_at, or left_at when the person has left.")
    departure = _plan(work, command)
    if command.left_at is not None:
        _leave(work, departure, command.left_at, command.override)


def _plan(work: Work, command: Depart) -> Departure:
    rows = work.case
    departure = rows.departure
    if departure is not None and departure.status != "planned":
        raise RefusedError("The person has already left.", code="already_left")
    if departure is None:
        offer = rows.accepted_offer
        departure = work.add(
            Departure,
            status="planned",
            planned_at=command.planned_at or command.left_at or work.now,
            offer_id=offer.id if offer else None,
        )
        rows.departures.append(departure)
    elif command.planned_at is not None:
        if command.left_at is None and command.planned_at != departure.planned_at:
            work.reversible("depart", planned_at=departure.planned_at)
        departure.planned_at = command.planned_at
    for name in ("latest_arrival_at", "destination", "transport"):
        if getattr(command, name) is not None:
            setattr(departure, name, getattr(command, name))
    for name in ("transport_state", "medicines_state", "equipment_state", "key_state"):
        if getattr(command, name) is not None:
            setattr(departure, name, _readiness(name, getattr(command, name)))
    return departure


def _readiness(name: str, value: str) -> str:
    try:
        return Readiness(value).value
    except ValueError:
        known_states = ", ".join(state.value for state in Readiness)
        raise UsageError(f"$.{name} must be one of: {known_states}.") from None


def _leave(work: Work, departure: Departure, at: datetime, override: Override | None) -> None:
    rows = work.case
    left_at = work.observed(at, not_before=rows.spell.admitted_at, what="Leaving the ward")
    items = _gate(work, left_at)
    require_gate(items, _gate_override(override))
    work.move(DEPARTURE_MACHINE, departure, "left")
    if override is not None and not is_open(items):
        departure.override_reason = override.reason
        departure.override_by = override.by
        departure.override_role = override.role
        departure.override_on_call = override.on_call
        departure.overridden_at = work.now
    departure.gate = [{"code": i.code, "state": i.state} for i in items]
    departure.left_at = left_at
    departure.left_source = "person"
    for visit in rows.visits:
        if visit.status in ("planned", "confirmed"):
            # Its due time rested on the plan; now it rests on what was seen.
            visit.provisional = False
    work.event("left_ward", left_at, about_id=departure.id)
    _follow_up_tasks(work, left_at)
    if rows.spell.pas_discharged_at and rows.spell.pas_discharged_at != left_at:
        title = "PAS and the ward give different leaving times"
        work.task("times_differ", title, owner_kind="ward", by_rule=True)


def _gate_override(override: Override | None) -> GateOverride | None:
    if override is None:
        return None
    return GateOverride(
        by=override.by, role=override.role, reason=override.reason, on_call=override.on_call or ""
    )


def _follow_up_tasks(work: Work, left_at: datetime) -> None:
    """The calls and checks that a departure owes (task_kinds.json)."""
    work.task(
        "welfare_check",
        "Welfare check on the day of discharge",
        owner_kind="agency",
        due_at=left_at + timedelta(hours=6),
    )
    work.task("call_24h", "24 hour call", owner_kind="hub", due_at=left_at + timedelta(hours=24))
    work.task("call_72h", "72 hour call", owner_kind="hub", due_at=left_at + timedelta(hours=72))


_WAYS_BACK = {
    "before_leaving": DepartureEnd.TURNED_BACK_BEFORE_LEAVING,
    "at_door": DepartureEnd.TURNED_BACK_AT_DOOR,
    "same_day_return": DepartureEnd.RETURNED_SAME_DAY,
}


def turn_back(work: Work, command: TurnBack) -> None:
    """Record that a departure failed: before leaving, at the door, or returned the same day."""
    if command.where not in _WAYS_BACK:
        raise UsageError(f"'where' must be one of: {', '.join(_WAYS_BACK)}.")
    end = _WAYS_BACK[command.where]
    departure = work.case.departure
    if departure is None:
        raise RefusedError("There is no departure to turn back.", code="no_departure")
    if (command.where == "before_leaving") != (departure.status == "planned"):
        raise RefusedError("That does not fit: check whether the person has left.", code="state")
    at = work.observed(command.at, not_before=departure.left_at, what="Turning back")
    _end(work, departure, end, at)
    work.event(
        "turned_back",
        at,
        on_behalf=command.on_behalf,
        about_id=departure.id,
        detail={"where": command.where, "reason": given(command.reason, "The reason")},
    )
    work.task(
        "after_turn_back",
        "Decide what happens after the turn back",
        owner_kind="hub",
        by_rule=True,
    )


def reopen(work: Work, command: Reopen) -> None:
    """Reopen a stay whose discharge was cancelled (A13): the clock is void (DOMAIN 1.6 f)."""
    departure = work.case.departure
    if departure is None or departure.left_at is None:
        raise RefusedError("There is no discharge to cancel.", code="no_departure")
    at = work.observed(command.at, what="The cancellation")
    _end(work, departure, DepartureEnd.REOPENED, at)
    detail = {"reason": given(command.reason, "The reason")}
    work.event("discharge_cancelled", at, about_id=departure.id, detail=detail)


def _end(work: Work, departure: Departure, end: DepartureEnd, at: datetime) -> None:
    rule = DEPARTURE_ENDS[end]
    work.move(DEPARTURE_MACHINE, departure, rule.status)
    departure.ended_at = at
    departure.end_reason = end.value
    departure.clock_effect = rule.clock.value
    work.cascaded.append(rule.words)
