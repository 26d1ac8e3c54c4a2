"""The hub's board: who waits for an agency, and which agency has a free start in the week needed.

It stands on counts of starts and, where an agency shares them, on pseudonymous profiles; no
worker's name is known here (PRODUCT, "Who sees what").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.codes import DeclineReason, Stage
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.offer import has_expired
from d2a_desktop.models.capacity_week import CapacityWeek
from d2a_desktop.models.care_need import CareNeed
from d2a_desktop.models.home import Home
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.worker_profile import WorkerProfile
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_clock import case_waiting
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.case_stage import case_stage
from d2a_desktop.services.queries.match_rows import AgencyChoice
from d2a_desktop.services.uncollected import one_at_a_time

_AWAITING = frozenset({Stage.PATHWAY_CONFIRMED, Stage.OFFERED})
_MOST_WEEKS = 6


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
    today: date
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


def _awaiting(session: Session, now: datetime) -> Iterable[_Wanted]:
    homes = {home.scope_id: home for home in session.scalars(select(Home))}
    today = london_day(now)
    for rows in one_at_a_time(load_board(session)):
        if case_stage(rows, now=now).stage not in _AWAITING or rows.decision is None:
            continue
        if rows.decision.pathway != "P1":
            continue
        waiting = case_waiting(rows, now=now)
        yield _Wanted(
            rows=rows,
            need=rows.need,
            home=homes.get(rows.spell.id),
            weeks=_weeks(rows.need, today),
            today=today,
            waiting_days=waiting.days if waiting else None,
        )


def _weeks(need: CareNeed | None, today: date) -> tuple[str, ...]:
    """Return the ISO weeks in which the placement may start, the one needed first."""
    first = max((need.earliest_start if need else None) or today, today)
    last = max((need.latest_start if need else None) or first, first)
    found: list[str] = []
    week = IsoWeek.of(first)
    while week.monday <= last and len(found) < _MOST_WEEKS:
        found.append(str(week))
        week = week.shifted(1)
    return tuple(found)


def _choice(
    agency: Organisation,
    wanted: _Wanted,
    left: Mapping[tuple[str, str], int],
    profiles: Sequence[WorkerProfile],
    now: datetime,
) -> AgencyChoice:
    counts = {week: max(0, left.get((agency.id, week), 0)) for week in wanted.weeks}
    fits = sum(_fits(profile, wanted) for profile in profiles) if profiles else None
    first = next((week for week, count in counts.items() if count), None)
    needed = wanted.weeks[0]
    starts = "1 free start" if counts[needed] == 1 else f"{counts[needed] or 'no'} free starts"
    words = [f"{starts} in {needed}"]
    if first is not None and first != needed:
        words.append(f"first free in {first}")
    if fits is not None:
        words.append(f"{fits} of {len(profiles)} shared profiles fit")
    standing = _standing(agency, wanted.rows, now)
    return AgencyChoice(
        agency_ods=agency.ods_code,
        agency=agency.name,
        free_starts=counts[needed],
        first_free_week=first,
        fits=fits,
        shared=len(profiles),
        standing=standing,
        sentence="; ".join([*words, standing] if standing else words),
        asked=standing.startswith(_ASKED),
    )


def _fits(profile: WorkerProfile, wanted: _Wanted) -> bool:
    """Return whether nothing known of a profile speaks against it; unknown is not a pass."""
    need, home = wanted.need, wanted.home
    if need is None or home is None or profile.free_from is None:
        return False
    earliest = max(need.earliest_start or date.min, wanted.today)
    latest = max(need.latest_start or earliest, earliest)
    ends = profile.free_until or date.max
    length = need.length_days or 0
    return (
        profile.free_from <= latest
        and earliest < ends
        and (profile.longest_block_days is None or profile.longest_block_days >= length)
        and need.gender_required in (None, profile.gender)
        and set(need.required_skills or ()) <= _skills(profile.skills or (), on=earliest)
        and set(need.languages_required or ()) <= set(profile.languages or ())
        and set(home.pets or ()) <= set(profile.accepts_pets or ())
        and (home.smoking_home is False or bool(profile.accepts_smoking_home))
        and (not need.driver_required or bool(profile.driver))
    )


def _skills(skills: Iterable[Any], *, on: date) -> set[str]:
    """Return the codes of the skills in date; each is a code, or `{"code", "valid_to"}`."""
    held = set()
    for skill in skills:
        if not isinstance(skill, dict):
            held.add(str(skill))
        elif not skill.get("valid_to") or date.fromisoformat(skill["valid_to"]) >= on:
            held.add(str(skill["code"]))
    return held


def _standing(agency: Organisation, rows: CaseRows, now: datetime) -> str:
    mine = [offer for offer in rows.offers if offer.agency_org_id == agency.id]
    if not mine:
        return ""
    offer = mine[-1]
    if has_expired(offer.status, respond_by=offer.respond_by, now=now):
        return "did not reply in time"
    if offer.status == "sent":
        return f"{_ASKED} {display_datetime(offer.respond_by)}"
    if offer.status == "declined":
        return f"{_DECLINED} {DeclineReason(offer.decline_reason or 'other').label.lower()}"
    return offer.status.replace("_", " ")


_ASKED = "asked, reply by"
_DECLINED = "declined:"


def _may_ask(choice: AgencyChoice) -> bool:
    """Return whether a new offer makes sense: not open there, not declined before."""
    return not choice.standing.startswith((_ASKED, _DECLINED)) and choice.fits != 0


def _rank(choice: AgencyChoice) -> tuple[bool, bool, str, int, int, str]:
    return (
        not _may_ask(choice),
        choice.free_starts == 0,
        choice.first_free_week or "9",
        -(choice.fits or 0),
        -choice.free_starts,
        choice.agency,
    )
