"""The live referrals of a desk: what waits for the hub, how complete each is, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.person import age_on
from d2a_desktop.domain.referral import ReferralStatus
from d2a_desktop.models.base import Synced
from d2a_desktop.models.contact import Contact
from d2a_desktop.models.equipment import Equipment
from d2a_desktop.models.home import Home
from d2a_desktop.models.medicine import Medicine
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.risk import Risk
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.completeness import case_completeness
from d2a_desktop.services.uncollected import one_at_a_time, uncollected
from d2a_desktop.services.unconfirmed import NOTHING, Unconfirmed

# What waits for the hub comes first, then what the ward has back.
_ORDER = (
    ReferralStatus.SENT,
    ReferralStatus.RETURNED,
    ReferralStatus.DRAFT,
    ReferralStatus.CONFIRMED,
)


@dataclass(frozen=True)
class ReferralRow:
    """One live referral; `bed` is ward and bed as one identifier, `missing` the labels lacking."""

    referral_id: str
    case_id: str
    case_ref: str
    reference: str
    family_name: str
    given_name: str
    nhs_number: str | None
    nhs_number_verified: bool
    age: int
    sender: str
    bed: str
    sent_at: datetime | None
    early: bool
    percent: int
    missing: tuple[str, ...]
    mandatory_missing: tuple[str, ...]
    status: str
    status_label: str
    returned_reason: str
    owner: str
    pending: bool


def referral_rows(
    session: Session, *, now: datetime, waiting: Unconfirmed = NOTHING
) -> tuple[ReferralRow, ...]:
    """Return every live referral: those that wait for the hub first, the oldest of them first."""
    with uncollected():
        cases = [rows for rows in one_at_a_time(load_board(session)) if rows.referral is not None]
        named = session.execute(select(Organisation.id, Organisation.name))
        names = {row.id: row.name for row in named}
        live = [rows for rows in one_at_a_time(cases) if rows.spell.voided_at is None]
        whole = _with_records(session, live)
        made = [
            _row(rows, names.get(rows.spell.hospital_org_id, ""), now, waiting)
            for rows in one_at_a_time(whole)
        ]
    latest = datetime.max.replace(tzinfo=now.tzinfo)
    return tuple(
        sorted(made, key=lambda row: (_ORDER.index(ReferralStatus(row.status)),
                                      row.sent_at or latest, row.bed))
    )  # fmt: skip


def _with_records(session: Session, cases: list[CaseRows]) -> list[CaseRows]:
    """Take cases and add the records of the minimum data set that a board does without."""
    homes = {row.scope_id: row for row in session.scalars(select(Home))}
    contacts, medicines = _by_case(session, Contact), _by_case(session, Medicine)
    equipment, risks = _by_case(session, Equipment), _by_case(session, Risk)
    return [
        replace(
            rows,
            home=homes.get(rows.spell.id),
            contacts=contacts.get(rows.spell.id, []),
            medicines=medicines.get(rows.spell.id, []),
            equipment=equipment.get(rows.spell.id, []),
            risks=risks.get(rows.spell.id, []),
        )
        for rows in one_at_a_time(cases)
    ]


def _by_case(session: Session, model: type[Synced]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in session.scalars(select(model)):
        if getattr(row, "voided_at", None) is None:
            found.setdefault(row.scope_id, []).append(row)
    return found


def _row(rows: CaseRows, sender: str, now: datetime, waiting: Unconfirmed) -> ReferralRow:
    spell, patient, referral = rows.spell, rows.patient, rows.referral
    assert referral is not None
    measured = case_completeness(rows)
    status = ReferralStatus(referral.status)
    hub = status in (ReferralStatus.SENT, ReferralStatus.CONFIRMED)
    return ReferralRow(
        referral_id=referral.id,
        case_id=spell.id,
        case_ref=spell.case_ref,
        reference=referral.reference,
        family_name=patient.family_name,
        given_name=patient.given_name or "",
        nhs_number=patient.nhs_number,
        nhs_number_verified=patient.nhs_number_status == "01",
        age=age_on(patient.birth_date, london_day(now)),
        sender=sender,
        bed=" ".join(part for part in (spell.ward, spell.bed) if part),
        sent_at=referral.sent_at,
        early=referral.kind == "early",
        percent=measured.percent,
        missing=measured.missing,
        mandatory_missing=measured.missing_mandatory,
        status=status.value,
        status_label=status.label,
        returned_reason=referral.returned_reason or "",
        owner=(spell.hub_owner_name or "Care transfer hub") if hub else spell.owner_name or "Ward",
        pending=waiting.touches((spell.id,)),
    )
