"""All rows of one case, loaded once, for a command or for the single-person record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.models.arrival_card import ArrivalCard
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.base import Synced
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.consent import Consent
from d2a_desktop.models.contact import Contact
from d2a_desktop.models.criteria_review import CriteriaReview
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.equipment import Equipment
from d2a_desktop.models.event import Event
from d2a_desktop.models.home import Home
from d2a_desktop.models.medicine import Medicine
from d2a_desktop.models.nctr_period import NctrPeriod
from d2a_desktop.models.note import Note
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.pack_issue import PackIssue
from d2a_desktop.models.pathway_decision import PathwayDecision
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.referral import Referral
from d2a_desktop.models.restricted_note import RestrictedNote
from d2a_desktop.models.risk import Risk
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.task import Task
from d2a_desktop.models.visit import Visit

_Row = TypeVar("_Row", bound=Synced)

DEAD_REFERRALS = frozenset({"withdrawn", "closed"})
_ON_THE_WAY = frozenset({"planned", "left", "settled"})


@dataclass(slots=True)
class CaseRows:
    """The rows of one case in the order they came about; voided rows are left out of the lists."""

    spell: Spell
    patient: Patient
    reviews: list[CriteriaReview]
    periods: list[NctrPeriod]
    referrals: list[Referral]
    need: CareNeed | None
    home: Home | None
    consent: Consent | None
    contacts: list[Contact]
    medicines: list[Medicine]
    equipment: list[Equipment]
    risks: list[Risk]
    restricted: list[RestrictedNote]
    decisions: list[PathwayDecision]
    barriers: list[Barrier]
    tasks: list[Task]
    events: list[Event]
    notes: list[Note]
    departures: list[Departure]
    visits: list[Visit]
    packs: list[PackIssue]
    links: list[OfferLink]
    cards: list[ArrivalCard]
    offers: list[Offer]

    @property
    def open_period(self) -> NctrPeriod | None:
        """The NCTR period that has no end."""
        for period in reversed(self.periods):
            if period.nctr_to is None:
                return period
        return None

    @property
    def referral(self) -> Referral | None:
        """The live referral: neither withdrawn nor closed."""
        for referral in reversed(self.referrals):
            if referral.status not in DEAD_REFERRALS:
                return referral
        return None

    @property
    def decision(self) -> PathwayDecision | None:
        """The pathway decision of the live referral."""
        referral = self.referral
        mine = (d for d in reversed(self.decisions) if referral and d.referral_id == referral.id)
        return next(mine, None)

    @property
    def accepted_offer(self) -> Offer | None:
        """The offer that an agency accepted and has not handed back."""
        return next((o for o in self.offers if o.status == "accepted"), None)

    @property
    def departure(self) -> Departure | None:
        """The departure that is planned, under way or settled; not one turned back."""
        for departure in reversed(self.departures):  # asked for most often of all on a board
            if departure.status in _ON_THE_WAY:
                return departure
        return None

    @property
    def ended(self) -> Event | None:
        """The event that ended the placement, if any."""
        for event in reversed(self.events):
            if event.kind == "placement_ended":
                return event
        return None


def load_case(session: Session, case_id: str) -> CaseRows:
    """Load one case.

    Raises:
        RefusedError: this desk does not hold the case (code "unknown_case").
    """

    def all_of(model: type[_Row]) -> list[_Row]:
        rows = session.scalars(select(model).where(model.scope_id == case_id).order_by(model.id))
        return [row for row in rows if getattr(row, "voided_at", None) is None]

    spell = session.get(Spell, case_id)
    patients = all_of(Patient)
    if spell is None or not patients:
        raise RefusedError("This desk does not hold that case.", code="unknown_case")
    links = all_of(OfferLink)
    return CaseRows(
        spell=spell,
        patient=patients[0],
        reviews=sorted(all_of(CriteriaReview), key=lambda r: r.decided_at),
        periods=sorted(all_of(NctrPeriod), key=lambda p: p.nctr_from),
        referrals=all_of(Referral),
        need=_first(all_of(CareNeed)),
        home=_first(all_of(Home)),
        consent=_first(all_of(Consent)),
        contacts=all_of(Contact),
        medicines=all_of(Medicine),
        equipment=all_of(Equipment),
        risks=all_of(Risk),
        restricted=all_of(RestrictedNote),
        decisions=all_of(PathwayDecision),
        barriers=all_of(Barrier),
        tasks=all_of(Task),
        events=sorted(all_of(Event), key=lambda e: e.at),
        notes=all_of(Note),
        departures=all_of(Departure),
        visits=sorted(all_of(Visit), key=lambda v: v.starts_at),
        packs=all_of(PackIssue),
        links=links,
        cards=sorted(all_of(ArrivalCard), key=lambda c: c.starts_at),
        offers=_offers(session, [link.offer_id for link in links]),
    )


def _first(rows: Sequence[_Row]) -> _Row | None:
    return rows[0] if rows else None


def _offers(session: Session, ids: Sequence[str]) -> list[Offer]:
    if not ids:
        return []
    return list(session.scalars(select(Offer).where(Offer.id.in_(ids)).order_by(Offer.id)))
