"""Offers as the hub or the agency may see them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.domain.display import display_name
from d2a_desktop.domain.offer import OfferStatus, has_expired
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.placement import Placement
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.need_words import level_label, level_labels, need_words
from d2a_desktop.services.queries.rows import OfferRow
from d2a_desktop.services.unconfirmed import NOTHING, Unconfirmed

_EXPIRED = "No reply in time"
# Until the shared database has confirmed it, an answer is a request and says so.
_REQUESTED = {
    OfferStatus.SENT: "Sending requested",
    OfferStatus.ACCEPTED: "Acceptance requested",
    OfferStatus.DECLINED: "Decline requested",
    OfferStatus.WITHDRAWN: "Withdrawal requested",
    OfferStatus.HANDED_BACK: "Hand-back requested",
}


def offer_rows(
    session: Session, *, now: datetime, waiting: Unconfirmed = NOTHING
) -> tuple[OfferRow, ...]:
    """Return every offer this desk holds: open ones first, by their reply time."""
    offers = list(session.scalars(select(Offer)))
    makers = _Context(session, waiting)
    rows = [makers.row(offer, now=now) for offer in offers]
    return tuple(sorted(rows, key=lambda r: (r.status != "sent" or r.expired, r.respond_by)))


def offer_row(
    session: Session, offer: Offer, *, now: datetime, waiting: Unconfirmed = NOTHING
) -> OfferRow:
    """Return one offer as a row."""
    return _Context(session, waiting).row(offer, now=now)


class _Context:
    """What the rows share: organisations, links and people, each read once."""

    def __init__(self, session: Session, waiting: Unconfirmed) -> None:
        self._waiting = waiting
        self._organisations = {o.id: o for o in session.scalars(select(Organisation))}
        self._links = {link.offer_id: link.scope_id for link in session.scalars(select(OfferLink))}
        self._people = {p.scope_id: p for p in session.scalars(select(Patient))}
        self._refs = dict(session.execute(select(Spell.id, Spell.case_ref)).all())
        self._workers = _worker_names(session)
        # Written by the shared database when it confirms an acceptance; it stays with the agency.
        self._placed = set(session.scalars(select(Placement.offer_id)))

    def row(self, offer: Offer, *, now: datetime) -> OfferRow:
        agency = self._organisations.get(offer.agency_org_id)
        case_id = self._links.get(offer.id)
        person = self._people.get(case_id) if case_id else None
        expired = has_expired(offer.status, respond_by=offer.respond_by, now=now)
        pending = offer.id in self._waiting.rows
        status = OfferStatus(offer.status)
        told = _REQUESTED.get(status, status.label) if pending else status.label
        worker, allocation = self._workers.get(offer.id, (None, ""))
        return OfferRow(
            offer_id=offer.id,
            reference=offer.reference,
            status=offer.status,
            status_label=_EXPIRED if expired else told,
            expired=expired,
            agency_ods=agency.ods_code if agency else "",
            agency_name=agency.name if agency else "",
            agency_has_desk=bool(agency and agency.has_desk),
            sent_at=offer.sent_at,
            respond_by=offer.respond_by,
            responded_at=offer.responded_at,
            decline_reason=offer.decline_reason,
            age_band=offer.age_band,
            gender_required=offer.gender_required,
            outward_postcode=offer.outward_postcode,
            needs=need_words(offer.needs or {}),
            needs_summary=needs_summary(offer),
            required_skills=level_labels("skill", offer.required_skills),
            languages=tuple(offer.languages or ()),
            pets=level_labels("pets", offer.pets),
            smoking_home=offer.smoking_home,
            stairs=level_label("stairs", offer.stairs) if offer.stairs else None,
            bedroom=offer.bedroom,
            driver_required=offer.driver_required,
            earliest_start=offer.earliest_start,
            latest_start=offer.latest_start,
            length_days=offer.length_days,
            carers_needed=offer.carers_needed,
            funding_type=_funding(offer),
            case_id=case_id if person else None,
            case_ref=self._refs.get(case_id or ""),
            person=_person(person),
            worker=worker,
            worker_pending=allocation in self._waiting.rows,
            confirmed=offer.status == "accepted"
            and not pending
            and (bool(person) or offer.id in self._placed),
            pending=pending,
        )


def _funding(offer: Offer) -> str | None:
    return level_label("funding_type", offer.funding_type) if offer.funding_type else None


def _person(person: Patient | None) -> str | None:
    if person is None:
        return None
    return display_name(
        family=person.family_name, given=person.given_name or "", title=person.title or ""
    )


def _worker_names(session: Session) -> dict[str, tuple[str, str]]:
    """Return the allocated worker by offer, and the row that says so.

    Own roster first, else the card that was disclosed.
    """
    names = {
        card.offer_id: (card.first_name, card.id)
        for card in session.scalars(select(ArrivalCard))
        if card.status in ("confirmed", "active")
    }
    blocks = (
        select(PlacementBlock.offer_id, PlacementBlock.id, Worker.first_name, Worker.family_name)
        .join(Worker, Worker.id == PlacementBlock.worker_id)
        .where(PlacementBlock.status.in_(("proposed", "confirmed", "active")))
    )
    for offer_id, block_id, first_name, family_name in session.execute(blocks).all():
        names[offer_id] = (f"{first_name} {family_name or ''}".strip(), block_id)
    return names


def needs_summary(offer: Offer) -> str:
    """Return the need in one line: carers, skills, languages, pets."""
    carers = "Two carers" if (offer.carers_needed or 1) > 1 else "One carer"
    parts = [carers, *level_labels("skill", offer.required_skills), *(offer.languages or ())]
    if offer.gender_required:
        parts.append(f"{level_label('gender_required', offer.gender_required)} carer")
    return " · ".join(parts)
