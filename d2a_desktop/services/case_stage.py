"""The stage of a case and its next action, from its rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from d2a_desktop.domain.codes import Stage
from d2a_desktop.domain.offer import has_expired
from d2a_desktop.domain.stage import CaseFacts, NextAction, derive_stage, next_action
from d2a_desktop.domain.visit import COMPLETING
from d2a_desktop.services.case_rows import CaseRows


class StageAndNext(NamedTuple):
    """Where a case stands, and the one thing it waits for."""

    stage: Stage
    next: NextAction
    facts: CaseFacts

    def with_gate(self, passed: bool) -> StageAndNext:
        """Return the same with the departure gate asked: a closed one is what is next."""
        asked = self.facts._replace(gate_open=passed)
        return StageAndNext(self.stage, next_action(asked, self.stage), asked)


def case_stage(
    rows: CaseRows, *, now: datetime, stale_hours: int = 24, overdue: bool = False
) -> StageAndNext:
    """Derive the stage; `now` is aware UTC, `stale_hours` the age of a review that is stale."""
    facts = case_facts(rows, now=now, stale_hours=stale_hours, overdue=overdue)
    stage = derive_stage(facts)
    return StageAndNext(stage, next_action(facts, stage), facts)


def case_facts(
    rows: CaseRows, *, now: datetime, stale_hours: int = 24, overdue: bool = False
) -> CaseFacts:
    """Return what the stage is derived from."""
    referral = rows.referral
    # A departure that failed leaves the stay as it was: the stage then rests on the referral.
    departure = rows.departure
    kinds = {event.kind for event in rows.events}
    # A code of a later program completes nothing here.
    done = [v for v in rows.visits if v.outcome in COMPLETING]
    return CaseFacts(
        nctr_open=rows.open_period is not None,
        nctr_known=bool(rows.periods or rows.reviews),
        review_stale=criteria_stale(rows, now=now, hours=stale_hours),
        referral=referral.status if referral else None,
        early=bool(referral and referral.kind == "early"),
        offers=tuple(offer.status for offer in rows.offers),
        offer_expired=any(
            has_expired(o.status, respond_by=o.respond_by, now=now) for o in rows.offers
        ),
        workers=tuple(card.status for card in rows.cards),
        departure=departure.status if departure else None,
        arrived=bool(departure and departure.arrived_home_at),
        welfare_checked="welfare_check" in kinds,
        visit_booked=any(v.status in ("planned", "confirmed") for v in rows.visits),
        overdue=overdue,
        assessed=bool(done),
        reviewed=any(v.purpose == "review" for v in done),
        ended=case_over(rows),
    )


def case_over(rows: CaseRows) -> bool:
    """Return whether the case is over: ended, died, voided, or left without D2A."""
    spell = rows.spell
    if spell.voided_at is not None or spell.died_at is not None or rows.ended is not None:
        return True
    # PAS says gone, and nobody here had planned to take the person home: not our case any more.
    return spell.pas_discharged_at is not None and rows.departure is None


def criteria_stale(rows: CaseRows, *, now: datetime, hours: int) -> bool:
    """Return whether the last review of criteria to reside is absent or too old (DOMAIN 1.6)."""
    if not rows.reviews:
        return True
    return now - rows.reviews[-1].decided_at > timedelta(hours=hours)
