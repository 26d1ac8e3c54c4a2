"""Which case or offer a person means: a case reference, an NHS number or an offer reference."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.spell import Spell


def find_case(session: Session, wanted: str) -> str:
    """Return the case id for a case reference, an NHS number (any spacing) or an id.

    Raises:
        RefusedError: none on this desk (code "unknown_case").
        UsageError: the NHS number has several open cases; use the case reference.
    """
    wanted = wanted.strip()
    by_ref = select(Spell.id).where(
        (func.upper(Spell.case_ref) == wanted.upper()) | (Spell.id == wanted.lower())
    )
    found = list(session.scalars(by_ref))
    digits = "".join(c for c in wanted if c.isdigit())
    if not found and len(digits) == 10:
        by_number = (
            select(Spell.id)
            .join(Patient, Patient.scope_id == Spell.id)
            .where(Patient.nhs_number == digits, Spell.voided_at.is_(None))
        )
        found = list(session.scalars(by_number))
    if not found:
        raise RefusedError("This desk holds no such case.", code="unknown_case")
    if len(found) > 1:
        raise UsageError(
            "That NHS number has more than one case.", what_to_do="Use the case reference."
        )
    return found[0]


def find_offer(session: Session, wanted: str) -> Offer | None:
    """Return the offer with this reference or id, if this desk holds it."""
    wanted = wanted.strip()
    return session.scalars(
        select(Offer).where(
            (func.upper(Offer.reference) == wanted.upper()) | (Offer.id == wanted.lower())
        )
    ).first()


def case_of_offer(session: Session, offer_id: str) -> str | None:
    """Return the case an offer is about, where this desk may know it."""
    return session.scalars(select(OfferLink.scope_id).where(OfferLink.offer_id == offer_id)).first()


def find_organisation(session: Session, ods_code: str) -> Organisation:
    """Return the organisation with this ODS code.

    Raises:
        UsageError: it is not in this sharing system.
    """
    found = session.scalars(
        select(Organisation).where(func.upper(Organisation.ods_code) == ods_code.strip().upper())
    ).first()
    if found is None:
        raise UsageError(
            f"There is no organisation {ods_code} in this sharing system.",
            what_to_do="Check the ODS code, and synchronise once.",
        )
    return found
