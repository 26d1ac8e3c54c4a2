"""Offers: the anonymous need profile sent to agencies, and what an agency answers."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import BlockedError, RefusedError, UsageError
from d2a_desktop.core.ids import new_reference
from d2a_desktop.domain.codes import DeclineReason, HandBackReason, Pathway
from d2a_desktop.domain.commands import (
    AcceptOffer,
    DeclineOffer,
    HandBack,
    OnBehalf,
    SendOffers,
)
from d2a_desktop.domain.disclosure import is_line
from d2a_desktop.domain.offer import (
    OFFER_MACHINE,
    ReplyHours,
    reply_due,
    require_acceptable,
    require_named,
)
from d2a_desktop.domain.referral import takes_live_in
from d2a_desktop.models.capacity_contract import CapacityContract
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.offer_link import OfferLink
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.slot import Slot
from d2a_desktop.services.find import find_offer, find_organisation
from d2a_desktop.services.need_profiles import build_need_profile
from d2a_desktop.services.referrals import agreed
from d2a_desktop.services.work import Work, known


def send_offers(work: Work, command: SendOffers) -> None:
    """Send the case's anonymous need profile to each agency named.

    Raises:
        BlockedError: the pathway is not confirmed as P1, nobody agreed, or no need is described.
        UsageError: an unknown agency, or a reply time already past.
    """
    if not command.agencies:
        raise UsageError("Name at least one agency.")
    _require_offerable(work)
    if command.respond_by is not None and command.respond_by <= work.now:
        raise UsageError("The reply time is already past.")
    sent = []
    for ods_code in command.agencies:
        agency = find_organisation(work.session, ods_code)
        if agency.kind != "agency":
            raise UsageError(f"{agency.name} is not an agency.")
        sent.append(_send_to(work, agency, command))
    work.details["offers"] = sent


def _require_offerable(work: Work) -> None:
    rows = work.case
    reasons = []
    if rows.decision is None or not takes_live_in(Pathway(rows.decision.pathway)):
        reasons.append("The hub has not confirmed pathway 1")
    if not agreed(work):
        reasons.append("The person's agreement, or a lawful decision for them")
    if rows.need is None:
        reasons.append("The need is not described")
    if rows.accepted_offer is not None:
        reasons.append("An agency has already accepted")
    if reasons:
        raise BlockedError("Offers cannot be sent yet.", reasons=reasons, code="not_offerable")


def _send_to(work: Work, agency: Organisation, command: SendOffers) -> dict[str, str]:
    live = [o for o in work.case.offers if o.agency_org_id == agency.id and o.status == "sent"]
    if any(o.respond_by > work.now for o in live):
        raise RefusedError(f"{agency.name} already has an open offer.", code="already_offered")
    offer_id = work.uow.new_id()
    offer = Offer(
        id=offer_id,
        scope_id=offer_id,
        status="sent",
        agency_org_id=agency.id,
        sent_by_org_id=work.caller.org_id,
        suggested_profile_id=command.suggested_profile,
        sent_at=work.now,
        respond_by=command.respond_by or _respond_by(work, agency),
        **build_need_profile(work.case, reference=new_reference("O"), on=london_day(work.now)),
    )
    work.uow.add(offer)
    work.add(
        OfferLink,
        offer_id=offer_id,
        referral_id=known(work.case.referral).id,
        agency_org_id=agency.id,
    )
    work.case.offers.append(offer)
    return {"reference": offer.reference, "agency": agency.ods_code}


def _respond_by(work: Work, agency: Organisation) -> datetime:
    contract = current_contract(work, agency.id)
    hours = contract.response_hours if contract and contract.response_hours else None
    allowed = timedelta(hours=hours or work.context.settings.offer_response_hours)
    open_hours = contract.hours if contract else None
    return reply_due(work.now, allowed, hours=reply_hours(open_hours))


def reply_hours(document: dict[str, list[str]] | None) -> ReplyHours | None:
    """Return an agency's reply hours from its contract: `{"mon": ["08:00", "18:00"], …}`."""
    if not document:
        return None
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    week = tuple(
        (time.fromisoformat(document[day][0]), time.fromisoformat(document[day][1]))
        if document.get(day)
        else None
        for day in days
    )
    return ReplyHours(week=week)


def current_contract(work: Work, agency_org_id: str) -> CapacityContract | None:
    """Return the agency's contract in force today, if this desk sees one."""
    today = london_day(work.now)
    contracts = work.session.scalars(
        select(CapacityContract)
        .where(CapacityContract.agency_org_id == agency_org_id)
        .order_by(CapacityContract.valid_from.desc())
    )
    for contract in contracts:
        if contract.valid_from <= today and (not contract.valid_to or contract.valid_to >= today):
            return contract
    return None


def the_offer(work: Work, reference: str | None, *, status: str) -> Offer:
    """Return the offer a command is about: the one named, else the case's only one in `status`.

    Raises:
        UsageError: none, or more than one and none named.
    """
    if reference is not None:
        offer = find_offer(work.session, reference)
    elif work.offer is not None:
        offer = work.offer
    else:
        fitting = [o for o in work.case.offers if o.status == status]
        if len(fitting) > 1:
            raise UsageError("There are several offers.", what_to_do="Name one by its reference.")
        offer = fitting[0] if fitting else None
    if offer is None:
        raise UsageError("There is no such offer.")
    return offer


def _answering(work: Work, offer: Offer, on_behalf: OnBehalf | None) -> None:
    """Stamp the answer, and check that the caller may give it."""
    partner = work.partner(on_behalf)
    answering = partner.id if partner else work.caller.org_id
    if answering != offer.agency_org_id:
        raise RefusedError(
            "Only the agency the offer was sent to can answer it.",
            what_to_do="For an agency without a desk, say on whose behalf and who said it.",
            code="not_addressed",
        )
    offer.responded_at = work.now
    offer.responded_by = work.caller.name if is_line(work.caller.name) else work.caller.login
    if partner is not None and on_behalf is not None:
        offer.on_behalf_of = partner.id
        offer.spoken_to = on_behalf.spoken_to
        offer.channel = on_behalf.channel


def accept_offer(work: Work, command: AcceptOffer) -> None:
    """Accept an offer, naming a slot or a proposed worker; it holds once the server confirms.

    Raises:
        RefusedError: the reply time has passed, or the offer is not open.
        UsageError: neither slot nor worker is named by an agency with a desk.
    """
    offer = the_offer(work, command.offer, status="sent")
    require_acceptable(offer.status, respond_by=offer.respond_by, now=work.now)
    if command.on_behalf is None:
        require_named(slot_id=command.slot, proposed_worker_id=command.worker)
    _answering(work, offer, command.on_behalf)
    work.move(OFFER_MACHINE, offer, "accepted", on_behalf=command.on_behalf is not None)
    offer.proposed_worker_id = command.worker
    if command.slot:
        offer.slot_id = _open_slot(work, offer, command.slot).id
    work.cascaded.append("other open offers for this person close as filled")


def _open_slot(work: Work, offer: Offer, slot_id: str) -> Slot:
    slot = work.session.get(Slot, slot_id)
    if slot is None or slot.status not in ("open", "held", "offered"):
        raise RefusedError("That slot is not open.", code="slot_taken")
    contract = work.session.get(CapacityContract, slot.contract_id)
    if contract is None or contract.agency_org_id != offer.agency_org_id:
        raise RefusedError("That slot is another agency's.", code="slot_taken")
    return slot


def decline_offer(work: Work, command: DeclineOffer) -> None:
    """Decline an offer by the code of the rule that failed."""
    offer = the_offer(work, command.offer, status="sent")
    _answering(work, offer, command.on_behalf)
    work.move(OFFER_MACHINE, offer, "declined", on_behalf=command.on_behalf is not None)
    offer.decline_reason = _coded(DeclineReason, command.reason)


def hand_back(work: Work, command: HandBack) -> None:
    """Hand an accepted offer back: the hub is alerted and the record's grant ends."""
    offer = the_offer(work, command.offer, status="accepted")
    _answering(work, offer, command.on_behalf)
    work.move(OFFER_MACHINE, offer, "handed_back", on_behalf=command.on_behalf is not None)
    offer.handed_back_at = work.now
    offer.handed_back_reason = _coded(HandBackReason, command.reason)
    work.cascaded.append("the worker's block is cancelled and the record's grant ends")


def _coded(codes: type[DeclineReason | HandBackReason], reason: str) -> str:
    try:
        return codes(reason).value
    except ValueError:
        known_codes = ", ".join(code.value for code in codes)
        raise UsageError(
            f"'{reason}' is not a reason.", what_to_do=f"Use one of: {known_codes}."
        ) from None
