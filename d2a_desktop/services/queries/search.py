"""The search box: people, beds, offers, workers and agencies by the beginnings of their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.domain.codes import NhsNumberStatus
from d2a_desktop.domain.display import display_born, display_name, display_nhs_number
from d2a_desktop.domain.offer import OfferStatus
from d2a_desktop.local_db.search import SearchHit as Found
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.name_alert import alike_on_desk
from d2a_desktop.services.queries.search_rows import SearchHit

_MOST = 30


def search(store: LocalStore, text: str, *, now: datetime) -> tuple[SearchHit, ...]:
    """Return at most thirty answers, in the index's order."""
    found = store.search(text, _MOST)
    with store.read() as session:
        hits = [hit for one in found if (hit := _hit(session, one)) is not None]
        alike = alike_on_desk(session, [hit.case_id for hit in hits if hit.case_id], now=now)
    return tuple(replace(hit, similar_name=hit.case_id in alike) for hit in hits)


def _hit(session: Session, found: Found) -> SearchHit | None:
    if found.entity == "spell":
        return _person(session, found.row_id)
    if found.entity == "offer":
        offer = session.get(Offer, found.row_id)
        if offer is None:
            return None
        label = OfferStatus(offer.status).label
        return SearchHit("offer", offer.reference, label, None, offer.id)
    if found.entity == "worker":
        worker = session.get(Worker, found.row_id)
        if worker is None:
            return None
        name = f"{worker.first_name} {worker.family_name or ''}".strip()
        return SearchHit("worker", name, "Live-in care worker", None, None)
    if found.entity == "organisation":
        organisation = session.get(Organisation, found.row_id)
        if organisation is None:
            return None
        return SearchHit("organisation", organisation.name, organisation.ods_code, None, None)
    return None


def _person(session: Session, case_id: str) -> SearchHit | None:
    spell = session.get(Spell, case_id)
    patient = session.scalars(select(Patient).where(Patient.scope_id == case_id)).first()
    if spell is None or patient is None:
        return None
    name = display_name(
        family=patient.family_name, given=patient.given_name or "", title=patient.title or ""
    )
    place = " ".join(part for part in (spell.ward, spell.bed) if part)
    born = display_born(patient.birth_date)
    number = display_nhs_number(
        patient.nhs_number, verified=patient.nhs_number_status == NhsNumberStatus.VERIFIED
    )
    words = f"Born {born} · NHS No. {number} · {place} · {spell.case_ref}"
    return SearchHit("person", name, words, spell.id, None)
