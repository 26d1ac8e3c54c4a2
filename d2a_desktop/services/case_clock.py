"""The two clocks of a case, computed from its rows."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from d2a_desktop.domain.clocks import (
    ClockFacts,
    ClockKind,
    ClockRules,
    ClockState,
    ExclusionFact,
    Leaving,
    VisitFact,
    Waiting,
    assess_at_home,
    waiting,
)
from d2a_desktop.domain.codes import ClockExclusion, VisitOutcome, VisitPlace
from d2a_desktop.domain.reside import NctrPeriod, discharge_ready_date
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.case_stage import case_over

_EXCLUSIONS = {
    VisitOutcome.READMITTED: ClockExclusion.READMITTED,
    VisitOutcome.DIED: ClockExclusion.DIED,
}
# What a clock says before a departure is planned: visits and ends count from the start alone.
_NOBODY_LEFT = ClockState(ClockKind.WAITING)
_ENDS = {"readmitted": ClockExclusion.READMITTED, "died": ClockExclusion.DIED}


def periods_of(rows: CaseRows) -> tuple[NctrPeriod, ...]:
    """Return the case's NCTR periods as the rules take them."""
    return tuple(NctrPeriod(p.nctr_from, p.nctr_to, p.end_reason) for p in rows.periods)


def case_waiting(rows: CaseRows, *, now: datetime) -> Waiting | None:
    """Return the waiting clock; None once the person has left, meets the criteria, or all is over.

    The hospital's extract can say that somebody has gone whose period nobody here has ended.
    """
    departure = rows.departure
    if case_over(rows) or (departure is not None and departure.left_at is not None):
        return None
    return waiting(periods_of(rows), now=now)


def case_drd(rows: CaseRows) -> date | None:
    """Return the discharge ready date, derived (DOMAIN 0.2)."""
    return discharge_ready_date(periods_of(rows))


def case_clock(rows: CaseRows, *, now: datetime, hours: int) -> ClockState:
    """Compute the assess-at-home clock of a case; `hours` elapsed is its length."""
    if not rows.departures:
        return _NOBODY_LEFT
    departure = rows.departure
    planned = departure.planned_at if departure and departure.status == "planned" else None
    facts = ClockFacts(
        planned_departure_at=planned,
        leavings=tuple(
            Leaving(d.left_at, d.arrived_home_at, voided=d.clock_effect == "void")
            for d in rows.departures
            if d.left_at is not None
        ),
        visits=tuple(
            VisitFact(
                planned_at=v.starts_at,
                started_at=v.started_at,
                outcome=VisitOutcome(v.outcome) if v.outcome else None,
                place=VisitPlace(v.place),
                # v1 does not know when another desk was last heard; a silent desk is the
                # sync issue's. Known here: this desk's own picture is current.
                desk_seen_at=now,
            )
            for v in rows.visits
            if v.status != "void"
        ),
        exclusions=tuple(_exclusions(rows)),
    )
    return assess_at_home(facts, now=now, rules=ClockRules(within=timedelta(hours=hours)))


def _exclusions(rows: CaseRows) -> list[ExclusionFact]:
    found = []
    for visit in rows.visits:
        if visit.outcome in _EXCLUSIONS and visit.started_at is not None:
            reason = _EXCLUSIONS[VisitOutcome(visit.outcome)]
            found.append(ExclusionFact(visit.started_at, reason))
    found += [
        ExclusionFact(departure.ended_at, ClockExclusion.RETURNED)
        for departure in rows.departures
        if departure.clock_effect == "excluded" and departure.ended_at is not None
    ]
    ended = rows.ended
    if ended is not None and (ended.detail or {}).get("reason") in _ENDS:
        found.append(ExclusionFact(ended.at, _ENDS[ended.detail["reason"]]))
    if rows.spell.died_at is not None:
        found.append(ExclusionFact(rows.spell.died_at, ClockExclusion.DIED))
    return found
