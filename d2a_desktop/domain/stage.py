"""The stage of a case, derived from what was observed, with the next action and who owes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from d2a_desktop.domain.codes import OwnerKind, Stage
from d2a_desktop.domain.departure import DepartureStatus
from d2a_desktop.domain.offer import OfferStatus
from d2a_desktop.domain.placement import BlockStatus
from d2a_desktop.domain.referral import ReferralStatus


class CaseFacts(NamedTuple):
    """What the stage is derived from; states as they are stored.

    Args:
        nctr_open: whether an NCTR period is open.
        nctr_known: whether this desk holds any period or review; an agency's never does, so it
            cannot know that the criteria are met again.
        review_stale: whether the last criteria review is missing or out of date.
        referral: status of the present referral, None without one; `early` when it was sent on
            an expected date of discharge.
        offers: statuses of the referral's offers; `offer_expired` when a sent one's time passed.
        workers: statuses of the blocks, or of the arrival cards where blocks are not seen.
        departure: status of the latest departure.
        gate_open: whether every item of the departure gate is in order, None when not asked.
        arrived: whether the person's arrival home was confirmed.
        welfare_checked: whether the same-day welfare check was recorded.
        visit_booked: whether an assessment is planned or confirmed.
        overdue: whether the assess-at-home clock has run out.
        assessed: whether an assessment at home was done or part done.
        reviewed: whether a later review of the placement was held.
        ended: whether the case is over: placement ended, died, voided, or left without D2A.
    """

    nctr_open: bool = False
    nctr_known: bool = True
    review_stale: bool = False
    referral: str | None = None
    early: bool = False
    offers: tuple[str, ...] = ()
    offer_expired: bool = False
    workers: tuple[str, ...] = ()
    departure: str | None = None
    gate_open: bool | None = None
    arrived: bool = False
    welfare_checked: bool = False
    visit_booked: bool = False
    overdue: bool = False
    assessed: bool = False
    reviewed: bool = False
    ended: bool = False


class NextAction(NamedTuple):
    """The one thing that the case waits for, and whose it is."""

    code: str
    words: str
    owner: OwnerKind


_AT_HOME = frozenset({DepartureStatus.LEFT, DepartureStatus.SETTLED})
_ALLOCATED = frozenset({BlockStatus.CONFIRMED, BlockStatus.ACTIVE})
_REFERRED = frozenset({ReferralStatus.SENT, ReferralStatus.RETURNED})


def derive_stage(facts: CaseFacts) -> Stage:
    """Return the stage; it is never stored, so that it cannot disagree with what happened.

    Being at home is observed and counts whatever the paper says; before that each stage needs
    the one before it, so that a planned departure without a worker does not hide the worker.
    """
    if facts.ended or facts.referral == ReferralStatus.CLOSED:
        return Stage.CLOSED
    if facts.departure in _AT_HOME:
        return _stage_at_home(facts)
    if facts.referral == ReferralStatus.CONFIRMED:
        return _stage_after_pathway(facts)
    if facts.referral in _REFERRED:
        return Stage.REFERRED
    return Stage.NCTR if facts.nctr_open else Stage.INPATIENT


def _stage_at_home(facts: CaseFacts) -> Stage:
    if not facts.assessed:
        return Stage.AT_HOME
    return Stage.UNDER_REVIEW if facts.reviewed else Stage.ASSESSED


def _stage_after_pathway(facts: CaseFacts) -> Stage:
    if OfferStatus.ACCEPTED not in facts.offers:
        sent = OfferStatus.SENT in facts.offers
        return Stage.OFFERED if sent else Stage.PATHWAY_CONFIRMED
    if not _ALLOCATED.intersection(facts.workers):
        return Stage.ACCEPTED
    planned = facts.departure == DepartureStatus.PLANNED
    return Stage.DISCHARGE_PLANNED if planned else Stage.ALLOCATED


def next_action(facts: CaseFacts, stage: Stage | None = None) -> NextAction:
    """Return what the case waits for now, in words for the board, and its owner.

    `stage` is what was derived of these facts, where it was.
    """
    stage = stage or derive_stage(facts)
    if _meets_again(facts, stage):
        return _MEETS_AGAIN
    return _NEXT[stage](facts)


_MEETS_AGAIN = NextAction(
    "meets_again", "Criteria met again: withdraw or wait for review", OwnerKind.HUB
)
_NOT_ON_THE_WAY = frozenset(
    {Stage.AT_HOME, Stage.ASSESSED, Stage.UNDER_REVIEW, Stage.CLOSED, Stage.INPATIENT}
)


def _meets_again(facts: CaseFacts, stage: Stage) -> bool:
    before_leaving = stage not in _NOT_ON_THE_WAY
    return before_leaving and facts.nctr_known and not facts.nctr_open and not facts.early


def _on_ward(facts: CaseFacts) -> NextAction:
    if facts.review_stale:
        return NextAction("review", "Review criteria to reside", OwnerKind.WARD)
    return NextAction("await_review", "Next review of criteria to reside", OwnerKind.WARD)


def _to_refer(facts: CaseFacts) -> NextAction:
    if facts.referral == ReferralStatus.DRAFT:
        return NextAction("refer", "Complete and send the referral", OwnerKind.WARD)
    return NextAction("refer", "Refer to the hub", OwnerKind.WARD)


def _in_hub(facts: CaseFacts) -> NextAction:
    if facts.referral == ReferralStatus.RETURNED:
        return NextAction("refer", "Complete the referral and send it again", OwnerKind.WARD)
    return NextAction("pathway", "Confirm the pathway", OwnerKind.HUB)


def _to_offer(facts: CaseFacts) -> NextAction:
    words = "Send new offers" if facts.offers else "Send offers"
    return NextAction("offer", words, OwnerKind.HUB)


def _offer_out(facts: CaseFacts) -> NextAction:
    if facts.offer_expired:
        return NextAction("chase_offer", "No reply in time: chase or withdraw", OwnerKind.HUB)
    return NextAction("accept", "Answer the offer", OwnerKind.AGENCY)


def _to_leave(facts: CaseFacts) -> NextAction:
    if facts.gate_open is False:
        return NextAction("gate", "Settle the departure gate", OwnerKind.WARD)
    if facts.gate_open is None:  # a board does not ask each person's gate
        return NextAction("depart", "Gate, then departure", OwnerKind.WARD)
    return NextAction("depart", "Confirm the departure", OwnerKind.WARD)


def _home_now(facts: CaseFacts) -> NextAction:
    if not facts.arrived:
        return NextAction("arrive", "Confirm arrival home", OwnerKind.AGENCY)
    if facts.overdue:
        return NextAction("outcome", "Assess now, overdue", OwnerKind.ASSESSOR)
    if not facts.visit_booked:
        return NextAction("visit", "Book the assessment at home", OwnerKind.HUB)
    if not facts.welfare_checked:
        return NextAction("welfare_check", "Record the welfare check", OwnerKind.AGENCY)
    return NextAction("outcome", "Assess at home", OwnerKind.ASSESSOR)


def _always(code: str, words: str, owner: OwnerKind) -> Callable[[CaseFacts], NextAction]:
    answer = NextAction(code, words, owner)
    return lambda _facts: answer


_NEXT: dict[Stage, Callable[[CaseFacts], NextAction]] = {
    Stage.INPATIENT: _on_ward,
    Stage.NCTR: _to_refer,
    Stage.REFERRED: _in_hub,
    Stage.PATHWAY_CONFIRMED: _to_offer,
    Stage.OFFERED: _offer_out,
    Stage.ACCEPTED: _always("allocate", "Allocate a worker", OwnerKind.AGENCY),
    Stage.ALLOCATED: _always("plan_departure", "Plan the departure", OwnerKind.WARD),
    Stage.DISCHARGE_PLANNED: _to_leave,
    Stage.AT_HOME: _home_now,
    Stage.ASSESSED: _always("review_placement", "Hold the next review", OwnerKind.HUB),
    Stage.UNDER_REVIEW: _always("end", "Decide what follows the placement", OwnerKind.HUB),
    Stage.CLOSED: _always("none", "Nothing", OwnerKind.NOBODY),
}

# The stepper of the record: assessment comes after home, that is discharge to assess (UI page).
STEPS: tuple[tuple[str, Stage], ...] = (
    ("Referred", Stage.REFERRED),
    ("Offered", Stage.OFFERED),
    ("Worker agreed", Stage.ALLOCATED),
    ("Home", Stage.AT_HOME),
    ("Assessed at home", Stage.ASSESSED),
)

STAGE_ORDER: tuple[Stage, ...] = tuple(Stage)


def reached(stage: Stage, step: Stage) -> bool:
    """Return whether a case at `stage` has come as far as `step`."""
    return STAGE_ORDER.index(stage) >= STAGE_ORDER.index(step)
