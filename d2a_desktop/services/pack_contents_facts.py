"""What the packs of a case are made from: its rows, and the organisations they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import object_session

from d2a_desktop.core.errors import BugError
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.referral import Referral
from d2a_desktop.models.visit import Visit
from d2a_desktop.services.case_rows import CaseRows

JOURNEY = timedelta(hours=1)
"""How long the journey home is taken to be, as the departure gate takes it."""


@dataclass(frozen=True)
class PackFacts:
    """A case's rows with the hospital and the agency that they name, where this desk knows them."""

    rows: CaseRows
    hospital: Organisation | None
    agency: Organisation | None

    @property
    def referral(self) -> Referral | None:
        """The live referral; after the placement's end the last one that was not withdrawn."""
        kept = [r for r in self.rows.referrals if r.status != "withdrawn"]
        return self.rows.referral or (kept[-1] if kept else None)

    @property
    def cards(self) -> Sequence[ArrivalCard]:
        """Who comes or is there, the main worker first."""
        standing = [c for c in self.rows.cards if c.status in ("confirmed", "active")]
        return sorted(standing, key=lambda c: (c.kind != "main", c.starts_at, c.id))

    @property
    def first_visit(self) -> Visit | None:
        """The first assessment at home: the one booked, else the one that was done."""
        visits = [v for v in self.rows.visits if v.purpose == "home_assessment"]
        for states in (("planned", "confirmed"), ("done",)):
            for visit in visits:
                if visit.status in states:
                    return visit
        return None

    @property
    def worker_names(self) -> str:
        """First names of the workers who come at the start; nothing before an allocation."""
        starting = [card.first_name for card in self.cards if card.kind != "relief"]
        return " and ".join(dict.fromkeys(starting))

    @property
    def agency_phone(self) -> str:
        """The number of the agency that is answered at any hour, as recorded."""
        numbers = [card.on_call_phone for card in self.cards]
        if self.agency is not None:
            numbers += [self.agency.on_call_phone, self.agency.phone]
        return next((number for number in numbers if number), "")

    @property
    def ward_phone(self) -> str:
        """Whom to ring on the ward for 72 hours, as recorded."""
        mine = self.referral.liaison_phone if self.referral else None
        return mine or (self.hospital.phone if self.hospital else None) or ""

    @property
    def address(self) -> str:
        """Where the person goes: the departure's destination, else the person's own address."""
        departure, patient = self.rows.departure, self.rows.patient
        if departure is not None and departure.destination:
            return departure.destination.strip()
        lines = (patient.address_1, patient.address_2, patient.address_3, patient.address_4)
        return ", ".join(line.strip() for line in (*lines, patient.postcode) if line)


def pack_facts(rows: CaseRows) -> PackFacts:
    """Return what packs need beside the rows; the session that loaded them must still be open."""
    session = object_session(rows.spell)
    if session is None:
        raise BugError("a pack is made while its rows' session is open")
    offer = rows.accepted_offer
    agencies = [offer.agency_org_id] if offer else [card.agency_org_id for card in rows.cards]
    return PackFacts(
        rows=rows,
        hospital=session.get(Organisation, rows.spell.hospital_org_id),
        agency=session.get(Organisation, agencies[-1]) if agencies else None,
    )
