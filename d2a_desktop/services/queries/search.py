"""The search box: people, beds, offers, workers and agencies by the beginnings of their words."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.domain.display import display_name
from d2a_desktop.domain.offer import OfferStatus
from d2a_desktop.local_db.search import SearchHit as Found
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.queries.rows import SearchHit

_MOST = 30


def search(store: LocalStore, text: str) -> tuple[SearchHit, ...]:
    """Return at most thirty answers, in the index's order."""
    found = store.search(text, _MOST)
    with store.read() as session:
        hits = (_hit(session, one) for one in found)
        return tuple(hit for hit in hits if hit is not None)


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
    return SearchHit("person", name, f"{place} · {spell.case_ref}", spell.id, None)
