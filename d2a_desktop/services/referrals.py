"""The referral to the hub, the hub's pathway decision, and withdrawal."""

from __future__ import annotations

from d2a_desktop.core.errors import BlockedError, RefusedError, UsageError
from d2a_desktop.domain import referral as domain
from d2a_desktop.domain.codes import OfferWithdrawal, Pathway, PersonAgrees
from d2a_desktop.domain.commands import ConfirmPathway, Refer, Withdraw
from d2a_desktop.domain.offer import OFFER_MACHINE
from d2a_desktop.domain.referral import (
    REFERRAL_MACHINE,
    require_pathway_decision,
    withdrawal_reason,
)
from d2a_desktop.models.pathway_decision import PathwayDecision
from d2a_desktop.models.referral import Referral
from d2a_desktop.services.cases import draft_referral, update_record
from d2a_desktop.services.completeness import case_completeness
from d2a_desktop.services.find import find_offer
from d2a_desktop.services.work import Work, given


def refer(work: Work, command: Refer) -> None:
    """Save the referral's record and, unless told otherwise, send it to the hub.

    Raises:
        BlockedError: mandatory items missing, no NCTR on a referral that is not early, or
            nobody has agreed; `reasons` names each.
    """
    referral = draft_referral(work, early=command.early)
    update_record(work, command.record)
    if not command.send:
        return
    reasons = _open_items(work, referral)
    if reasons:
        raise BlockedError(
            "The referral is not complete.",
            reasons=reasons,
            what_to_do="Fill in what is missing; a draft can be saved at any time.",
            code="incomplete",
        )
    work.move(REFERRAL_MACHINE, referral, "sent")
    referral.sent_at = work.now


def _open_items(work: Work, referral: Referral) -> list[str]:
    rows = work.case
    reasons = []
    if rows.open_period is None and referral.kind != "early":
        reasons.append("Criteria to reside still apply (send it as an early referral on an EDD)")
    if referral.kind == "early" and rows.spell.edd is None:
        reasons.append("An early referral needs an expected date of discharge")
    if not agreed(work):
        reasons.append("The person's agreement, or a lawful decision for them")
    reasons += case_completeness(rows).missing_mandatory
    return reasons


def agreed(work: Work) -> bool:
    """Return whether the person, or somebody who lawfully may, agrees to live-in care (H22)."""
    consent = work.case.consent
    if consent is None:
        return False
    if consent.person_agrees == PersonAgrees.YES:
        return True
    return consent.person_agrees == PersonAgrees.LACKS_CAPACITY and bool(
        consent.agreed_by and consent.agreed_by != "person"
    )


def confirm_pathway(work: Work, command: ConfirmPathway) -> None:
    """Record the hub's decision with the MDT, or return the referral to the ward.

    Raises:
        RefusedError: no referral has been sent, or the decision lacks its rationale, the options
            considered, who took part or who decided.
    """
    referral = work.case.referral
    if referral is None:
        raise RefusedError("No referral has been sent.", code="no_referral")
    if command.return_reason:
        work.move(REFERRAL_MACHINE, referral, "returned")
        referral.returned_at = work.now
        referral.returned_reason = command.return_reason
        work.task(
            "referral_returned", "Complete the returned referral", owner_kind="ward", by_rule=True
        )
        return
    work.move(REFERRAL_MACHINE, referral, "confirmed")
    pathway = _pathway(command)
    require_pathway_decision(
        domain.PathwayDecision(
            pathway=pathway,
            rationale=command.rationale or "",
            options=command.options,
            took_part=command.took_part,
            decided_by=command.decided_by or "",
            decided_role=command.decided_role or "",
        )
    )
    work.add(
        PathwayDecision,
        referral_id=referral.id,
        pathway=pathway.value,
        service=command.service,
        predicted_need=command.predicted_need,
        rationale=command.rationale,
        decided_by=command.decided_by,
        decided_role=command.decided_role,
        options=list(command.options),
        took_part=list(command.took_part),
        decided_at=work.now,
        funding_confirmed=command.funding_confirmed,
    )
    referral.confirmed_at = work.now
    referral.predicted_need = command.predicted_need or referral.predicted_need


def _pathway(command: ConfirmPathway) -> Pathway:
    try:
        return Pathway(given(command.pathway, "The pathway"))
    except ValueError:
        raise UsageError("The pathway must be P0, P1, P2 or P3.") from None


def withdraw(work: Work, command: Withdraw) -> None:
    """Withdraw one offer, or the whole referral with one of the 13 SCCI2075 reasons.

    Raises:
        UsageError: there is no such offer, or the reason is none of the list; the agency keeps
            the reason, so that it is never words.
        RefusedError: there is nothing to withdraw.
    """
    if command.offer is not None:
        offer = find_offer(work.session, command.offer)
        if offer is None:
            raise UsageError("There is no such offer.")
        _require_offer_reason(command.reason)
        work.move(OFFER_MACHINE, offer, "withdrawn")
        offer.withdrawn_at = work.now
        offer.withdrawn_reason = command.reason
        return
    referral = work.case.referral
    if referral is None:
        raise RefusedError("There is no referral to withdraw.", code="no_referral")
    withdrawal_reason(command.reason)
    work.move(REFERRAL_MACHINE, referral, "withdrawn")
    referral.closed_at = work.now
    referral.withdrawn_reason = command.reason
    for offer in work.case.offers:
        if offer.status in ("sent", "accepted"):
            work.cascaded.append(f"offer {offer.reference} is withdrawn")


def _require_offer_reason(reason: str) -> None:
    known = [each.value for each in OfferWithdrawal]
    if reason not in known:
        raise UsageError(f"The reason must be one of: {', '.join(known)}.")
