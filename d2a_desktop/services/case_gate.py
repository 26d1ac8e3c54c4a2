"""The departure gate of a case, from its rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from d2a_desktop.domain.codes import PersonAgrees, Readiness
from d2a_desktop.domain.gate import GateFacts, GateItem, WorkerPresence, departure_gate
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.pack_state import current_pack_given

# How long the journey home is taken to be where nobody said otherwise.
_JOURNEY = timedelta(hours=1)
_AGREES, _READY = frozenset(PersonAgrees), frozenset(Readiness)


def case_gate(
    rows: CaseRows,
    *,
    planned_at: datetime,
    clock_hours: int,
    assessor_free_at: datetime | None = None,
) -> tuple[GateItem, ...]:
    """Return the gate's items for a departure at `planned_at` (PRODUCT section 2, step 8)."""
    departure, consent = rows.departure, rows.consent
    visits = [v.starts_at for v in rows.visits if v.status in ("planned", "confirmed")]
    facts = GateFacts(
        nctr_open=rows.open_period is not None if rows.reviews or rows.periods else None,
        worker=_presence(rows),
        person_agrees=_agrees(consent.person_agrees if consent else None),
        represented=bool(consent and consent.agreed_by and consent.agreed_by != "person"),
        medicines=_readiness(departure and departure.medicines_state),
        transport=_readiness(departure and departure.transport_state),
        equipment=_readiness(departure and departure.equipment_state),
        key=_readiness(departure and departure.key_state),
        expected_arrival_at=planned_at + _JOURNEY,
        latest_arrival_at=departure.latest_arrival_at if departure else None,
        pack_given=current_pack_given(rows),
        assessment_due_at=planned_at + timedelta(hours=clock_hours),
        assessment_at=min(visits, default=None),
        assessor_free_at=assessor_free_at,
    )
    return departure_gate(facts)


def _presence(rows: CaseRows) -> WorkerPresence:
    if any(e.kind == "worker_arrived" for e in rows.events):
        return WorkerPresence.ARRIVED
    states = {card.status for card in rows.cards}
    if "active" in states:
        return WorkerPresence.ARRIVED
    if "confirmed" in states:
        return WorkerPresence.CONFIRMED
    return WorkerPresence.NONE


def _agrees(value: str | None) -> PersonAgrees | None:
    # A code of a later program is not known here: the gate stays shut on it.
    return PersonAgrees(value) if value in _AGREES else None


def _readiness(value: object) -> Readiness | None:
    return Readiness(str(value)) if value in _READY else None
