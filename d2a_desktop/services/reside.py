"""Criteria to reside reviewed: an NCTR period starts or ends, and what that withdraws."""

from __future__ import annotations

from datetime import datetime, timedelta

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain import reside
from d2a_desktop.domain.codes import NctrEnd
from d2a_desktop.domain.commands import ReviewCriteria
from d2a_desktop.models.criteria_review import CriteriaReview
from d2a_desktop.models.nctr_period import NctrPeriod
from d2a_desktop.services.work import Work, given

# Two sources that differ by less are the same observation written down twice.
_SAME_TIME = timedelta(minutes=60)


def review_criteria(work: Work, command: ReviewCriteria) -> None:
    """Record one review; none applies and no exception: NCTR starts at the decision (DOMAIN 1.3).

    Raises:
        UsageError: an unknown criterion, or a decision in the future or before admission.
        RefusedError: decided by a role that may not decide it.
    """
    spell = work.case.spell
    decided_at = work.observed(
        command.decided_at, not_before=spell.admitted_at, what="The decision"
    )
    decision = reside.CriteriaReview(
        applies=frozenset(command.applies),
        decided_at=decided_at,
        decided_by=given(command.decided_by, "Who decided (decided_by)"),
        decided_role=given(command.decided_role, "The decider's role (decided_role)"),
        exception=command.exception or "",
    )
    # A clock that runs a little ahead was forgiven above.
    reside.require_review(decision, admitted_at=spell.admitted_at, now=max(work.now, decided_at))
    review = work.add(
        CriteriaReview,
        applies=list(command.applies),
        exception=command.exception,
        decided_by=decision.decided_by,
        decided_role=decision.decided_role,
        entered_by=work.caller.name,
        decided_at=decided_at,
        up_and_dressed=command.up_and_dressed,
    )
    period = work.case.open_period
    if decision.meets_criteria and period is not None:
        _end_period(work, period, decided_at)
    elif not decision.meets_criteria and period is None:
        _start_period(work, review, decided_at)


def _start_period(work: Work, review: CriteriaReview, decided_at: datetime) -> None:
    spell = work.case.spell
    period = work.add(NctrPeriod, nctr_from=decided_at, review_id=review.id, source="person")
    work.case.periods.append(period)
    if spell.pas_nctr_from and abs(spell.pas_nctr_from - decided_at) > _SAME_TIME:
        work.task(
            "times_differ",
            "PAS and the review give different NCTR times",
            owner_kind="ward",
            about_id=period.id,
            by_rule=True,
        )


def _end_period(work: Work, period: NctrPeriod, at: datetime) -> None:
    if at < period.nctr_from:
        raise UsageError("The criteria cannot be met again before they stopped being met.")
    period.nctr_to = at
    period.end_reason = NctrEnd.MEETS_CRITERIA.value
    rows = work.case
    for offer in rows.offers:
        if offer.status in ("sent", "accepted"):
            work.cascaded.append(f"offer {offer.reference} is withdrawn")
    if rows.departure is not None and rows.departure.status == "planned":
        work.cascaded.append("the planned departure is blocked")
