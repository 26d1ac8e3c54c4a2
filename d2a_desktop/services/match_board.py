"""The hub's board: who waits for an agency, and which agency has a free start in the week needed.

It stands on counts of starts and, where an agency shares them, on pseudonymous profiles; no
worker's name is known here (PRODUCT, "Who sees what").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.domain.codes import Stage
from d2a_desktop.models.capacity_week import CapacityWeek
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.home import Home
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.worker_profile import WorkerProfile
from d2a_desktop.services.case_rows import CaseRows

_AWAITING = frozenset({Stage.PATHWAY_CONFIRMED, Stage.OFFERED})
_MOST_WEEKS = 6


@dataclass(frozen=True)
class AgencyChoice:
    """One agency for one person; `fits` is None where it does not share profiles."""

    agency_ods: str
    agency: str
    free_starts: int
    first_free_week: str | None
    fits: int | None
    standing: str
    """Where an offer to it stands: its reply time or its answer; empty without one."""
    sentence: str


@dataclass(frozen=True)
class BoardPlanRow:
    """A person who waits for an agency: agencies best first, and the one proposed, if any."""

    case_id: str
    case_ref: str
    waiting_days: int | None
    week: str
    agencies: tuple[AgencyChoice, ...]
    proposed: str | None


@dataclass(frozen=True)
class BoardPlan:
    """Everybody who waits for an agency, longest first; no start is proposed twice."""

    rows: tuple[BoardPlanRow, ...]
    as_of: datetime


@dataclass(frozen=True)
class _Wanted:
    rows: CaseRows
    need: CareNeed | None
    home: Home | None
    weeks: tuple[str, ...]
    waiting_days: int | None

    @property
    def order(self) -> tuple[int, int, str]:
        weight = (self.need.priority_weight if self.need else None) or 1
        return (-weight, -(self.waiting_days or 0), self.rows.spell.case_ref)


def plan_board(session: Session, *, now: datetime) -> BoardPlan:
    """Return the board's proposal: by priority, then by waiting (`now` aware UTC)."""
    agencies = list(
        session.scalars(
            select(Organisation).where(Organisation.kind == "agency").order_by(Organisation.name)
        )
    )
    free = {
        (week.agency_org_id, week.week): week.open_slots
        for week in session.scalars(select(CapacityWeek))
    }
    profiles: dict[str, list[WorkerProfile]] = {}
    for profile in session.scalars(select(WorkerProfile)):
        profiles.setdefault(profile.agency_org_id, []).append(profile)
    left = dict(free)
    planned = []
    for wanted in sorted(_awaiting(session, now), key=lambda w: w.order):
        choices = [_choice(a, wanted, left, profiles.get(a.id, []), now) for a in agencies]
        ranked = sorted(choices, key=_rank)
        proposed = next((c for c in ranked if c.first_free_week and _may_ask(c)), None)
        if proposed is not None:
            agency_id = next(a.id for a in agencies if a.ods_code == proposed.agency_ods)
            left[agency_id, str(proposed.first_free_week)] -= 1
        planned.append(
            BoardPlanRow(
                case_id=wanted.rows.spell.id,
                case_ref=wanted.rows.spell.case_ref,
                waiting_days=wanted.waiting_days,
                week=wanted.weeks[0],
                agencies=tuple(ranked),
                proposed=proposed.agency_ods if proposed else None,
            )
        )
    return BoardPlan(rows=tuple(planned), as_of=now)
