"""Work that the table of task kinds prompts for and that nobody has opened yet.

Derived each time, like an alarm: there is no server process that could open a task on the 7th day
in hospital, and two desks that opened it would open it twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from d2a_desktop.domain.codes import Readiness
from d2a_desktop.domain.tasks import TaskKind, Trigger, opened_by
from d2a_desktop.services.case_rows import CaseRows

_STAYS = ((Trigger.LOS_21, 21), (Trigger.LOS_14, 14), (Trigger.LOS_7, 7))
_SETTLED = frozenset({Readiness.READY.value, Readiness.NOT_NEEDED.value})


@dataclass(frozen=True)
class Prompted:
    """One kind of work that is due by its table and has no task; `due_at` aware UTC."""

    kind: TaskKind
    due_at: datetime | None


def prompted(rows: CaseRows, *, now: datetime) -> tuple[Prompted, ...]:
    """Return what the table asks for; nothing for a case that is over.

    A kind that was ever opened on the case is not asked for again, nor what the departure or the
    record already says to be settled.
    """
    if rows.ended is not None or rows.spell.died_at is not None:
        return ()
    opened = {task.kind for task in rows.tasks}
    settled = _settled(rows)
    return tuple(
        Prompted(kind, kind.due.due_at(at))
        for trigger, at in _triggers(rows, now).items()
        for kind in opened_by(trigger)
        if kind.code not in opened and kind.code not in settled
    )


def _triggers(rows: CaseRows, now: datetime) -> Mapping[Trigger, datetime]:
    """Return which triggers have come, and when."""
    departure, referral, decision = rows.departure, rows.referral, rows.decision
    offer, period = rows.accepted_offer, rows.open_period
    left = departure.left_at if departure else None
    found: dict[Trigger, datetime | None] = {
        Trigger.REFERRAL_SENT: referral.sent_at if referral else None,
        Trigger.PATHWAY_CONFIRMED: decision.decided_at if decision else None,
        Trigger.OFFER_ACCEPTED: offer.responded_at if offer else None,
        Trigger.LEFT_WARD: left,
    }
    if left is None and rows.spell.pas_discharged_at is None:
        found[Trigger.NCTR_STARTED] = period.nctr_from if period else None
        found[Trigger.DEPARTURE_PLANNED] = departure.planned_at if departure else None
        trigger, at = _stay(rows, now)
        found[trigger] = at
    else:  # what was to be ready before the person left is no longer asked for
        for trigger in (Trigger.REFERRAL_SENT, Trigger.PATHWAY_CONFIRMED, Trigger.OFFER_ACCEPTED):
            found[trigger] = None
    return {trigger: at for trigger, at in found.items() if at is not None}


def _stay(rows: CaseRows, now: datetime) -> tuple[Trigger, datetime | None]:
    """Return the longest stay that was reached: one call at 21 days, not three."""
    for trigger, days in _STAYS:
        at = rows.spell.admitted_at + timedelta(days=days)
        if at <= now:
            return trigger, at
    return Trigger.LOS_7, None


def _settled(rows: CaseRows) -> frozenset[str]:
    found = set()
    departure = rows.departure
    if departure is not None:
        states = {
            "transport": departure.transport_state,
            "medicines": departure.medicines_state,
            "equipment": departure.equipment_state,
        }
        found |= {code for code, state in states.items() if state in _SETTLED}
    if rows.consent is not None and rows.consent.family_informed_at is not None:
        found.add("family_informed")
    return frozenset(found)
