"""The forms of what is done on the ward: review, refer, withdraw, depart and its ways back."""

from __future__ import annotations

from typing import Any

from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.code_lists import criteria, destinations, scci2075
from d2a_desktop.domain.codes import DeciderRole, Readiness, TransportMode
from d2a_desktop.domain.completeness import MINIMUM_DATA, Level
from d2a_desktop.domain.gate import GateState
from d2a_desktop.services.queries.rows import CaseView
from d2a_desktop.ui.dialogs.action_dialog import ActionForm
from d2a_desktop.ui.dialogs.form_kit import Asked, Options, codes, told
from d2a_desktop.ui.widgets.editors import FieldSpec, Kind

_OVERRIDE = "override"


def last_decider(view: CaseView) -> tuple[str, str | None]:
    """Return who decided the last review, and in which role where it is one of the list."""
    name, _, role = (view.criteria_by or "").rpartition(", ")
    return name, role if role in set(DeciderRole) else None


def review_form(asked: Asked) -> ActionForm:
    """Return the form of the review of the criteria to reside."""
    name, role = last_decider(asked.view)
    return ActionForm(
        action="review",
        title="Review criteria to reside",
        button="Record review",
        done="Criteria to reside reviewed",
        facts=("Tick what applies today, by its key. None ticked: no criteria to reside.",),
        fields=(
            FieldSpec(
                key="applies",
                words="Criteria that apply",
                kind=Kind.COLUMN,
                options=tuple((each.code, each.label) for each in criteria()),
            ),
            FieldSpec(key="exception", words="Clinical exception, with its reason"),
            FieldSpec(key="up_and_dressed", words="Up and dressed", kind=Kind.YES_NO),
            FieldSpec(key="decided_by", words="Decided by", required=True),
            FieldSpec(
                key="decided_role",
                words="Their role",
                kind=Kind.CODE,
                options=codes(DeciderRole),
                required=True,
            ),
            FieldSpec(key="decided_at", words="Decided at", kind=Kind.MOMENT, required=True),
        ),
        defaults={
            "decided_by": name or None,
            "decided_role": role or DeciderRole.CONSULTANT.value,
            "decided_at": asked.now,
        },
    )


def refer_form(asked: Asked) -> ActionForm:
    """Return the form of sending the referral."""
    view = asked.view
    return ActionForm(
        action="refer",
        title="Send the referral to the hub",
        button="Send referral",
        done="Referral sent to the hub",
        facts=(
            f"{view.completeness_done} of {view.completeness_total} items are there.",
            *_missing_words(view),
        ),
        fields=(
            FieldSpec(
                key="early",
                words="Early referral, on the expected date of discharge",
                kind=Kind.TICK,
                hint="For a person who still meets the criteria to reside.",
            ),
        ),
        defaults={"early": view.nctr_since is None},
    )


def _missing_words(view: CaseView) -> list[str]:
    """Say what stops the referral apart from what should be there too."""
    mandatory = {item.label for item in MINIMUM_DATA if item.level is Level.MANDATORY}
    stops = [words for words in view.missing if words in mandatory]
    rest = [words for words in view.missing if words not in mandatory]
    lines = []
    if stops:
        lines.append(f"Needed before it is sent: {'; '.join(stops)}.")
    if rest:
        lines.append(f"Should be there, or said to be not known: {'; '.join(rest)}.")
    return lines


def withdraw_form(asked: Asked) -> ActionForm:
    """Return the form of withdrawing the referral."""
    return ActionForm(
        action="withdraw",
        title="Withdraw the referral",
        button="Withdraw referral",
        done="Referral withdrawn",
        facts=("Open offers, holds and visits of this referral close with it.",),
        fields=(
            FieldSpec(
                key="reason",
                words="Reason",
                kind=Kind.CODE,
                options=tuple(scci2075("withdrawal_reason").items()),
                required=True,
            ),
        ),
        defaults={"reason": None},
        dangerous=True,
    )


def _departure_fields(asked: Asked) -> tuple[FieldSpec, ...]:
    ready = codes(Readiness)
    places = tuple((each.code, each.published_label) for each in destinations())
    return (
        FieldSpec(key="planned_at", words="Planned departure", kind=Kind.MOMENT),
        FieldSpec(
            key="latest_arrival_at",
            words="Latest arrival at home",
            kind=Kind.MOMENT,
            hint="Until when somebody can receive the person.",
        ),
        FieldSpec(key="transport", words="Transport", kind=Kind.CODE, options=codes(TransportMode)),
        FieldSpec(key="transport_state", words="Transport is", kind=Kind.CODE, options=ready),
        FieldSpec(
            key="medicines_state", words="Medicines to take home", kind=Kind.CODE, options=ready
        ),
        FieldSpec(key="equipment_state", words="Equipment at home", kind=Kind.CODE, options=ready),
        FieldSpec(key="key_state", words="Key to the home", kind=Kind.CODE, options=ready),
        FieldSpec(key="destination", words="Destination", kind=Kind.CODE, options=places),
        FieldSpec(
            key="left_at",
            words="The person left at",
            kind=Kind.MOMENT,
            hint="Only when it has happened: it starts the assess-at-home clock.",
        ),
        FieldSpec(
            key="reason",
            words="Override: the reason",
            kind=Kind.LONG,
            group=_OVERRIDE,
            required=True,
        ),
        FieldSpec(key="by", words="Overridden by", group=_OVERRIDE, required=True),
        FieldSpec(key="role", words="Their role", group=_OVERRIDE, required=True),
        FieldSpec(key="on_call", words="On-call manager", group=_OVERRIDE, required=True),
    )


def gate_words(view: CaseView) -> tuple[str, ...]:
    """Return the departure gate's items that are not in order, as lines."""
    return tuple(
        f"{item.label}: {item.detail}" for item in view.gate if item.state is not GateState.OK
    )


def departure_words(view: CaseView) -> str:
    """Return what is to be done about the departure now."""
    if view.records.get("departure", {}).get("status") != "planned":
        return "Plan the departure"
    return "Settle the departure gate" if gate_words(view) else "Confirm the departure"


def depart_form(asked: Asked) -> ActionForm:
    """Return the form of planning a departure, then confirming it."""
    planned = asked.view.records.get("departure", {})
    is_planned = planned.get("status") == "planned"
    open_items = gate_words(asked.view)
    gate = "Departure gate, not in order: " + "; ".join(open_items) if open_items else ""
    settles = is_planned and bool(open_items)
    return ActionForm(
        action="depart",
        title=departure_words(asked.view),
        button="Record",
        done="Departure recorded",
        facts=(gate or "Every item of the departure gate is in order.",) if asked.view.gate else (),
        fields=_departure_fields(asked),
        defaults=(planned if is_planned else {})
        | {
            # Who settles the gate says by nothing that the person has left: that starts a clock.
            "left_at": asked.now if is_planned and not settles else None
        },
        document=_departure_document,
        reveals={"gate": _OVERRIDE},
    )


def _departure_document(values: dict[str, Any]) -> dict[str, Any]:
    parts = ("reason", "by", "role", "on_call")
    override = {key: values[key] for key in parts if key in values}
    rest = {key: value for key, value in values.items() if key not in parts}
    return rest | ({"override": override} if override else {})


def turn_back_form(asked: Asked) -> ActionForm:
    """Return the form of a departure that failed."""
    left = asked.view.clock.kind not in (ClockKind.WAITING, ClockKind.PROVISIONAL)
    ways: Options = (
        ("before_leaving", "Turned back before leaving the ward"),
        ("at_door", "Turned back at the door of the home"),
        ("same_day_return", "Returned to hospital the same day"),
    )
    return told(
        asked,
        ActionForm(
            action="turn-back",
            title="Turned back",
            button="Record turning back",
            done="Turning back recorded",
            fields=(
                FieldSpec(key="where", words="Where", kind=Kind.CODE, options=ways, required=True),
                FieldSpec(key="at", words="At", kind=Kind.MOMENT, required=True),
                FieldSpec(key="reason", words="Reason", kind=Kind.LONG, required=True),
            ),
            defaults={"where": "at_door" if left else "before_leaving", "at": asked.now},
            dangerous=True,
        ),
    )


def reopen_form(asked: Asked) -> ActionForm:
    """Return the form of a cancelled discharge."""
    return ActionForm(
        action="reopen",
        title="Cancel the discharge",
        button="Reopen the stay",
        done="Discharge cancelled, stay reopened",
        facts=("The stay goes on as if the person had not left; the clock is void.",),
        fields=(
            FieldSpec(key="at", words="Cancelled at", kind=Kind.MOMENT, required=True),
            FieldSpec(key="reason", words="Reason", kind=Kind.LONG, required=True),
        ),
        defaults={"at": asked.now},
        dangerous=True,
    )
