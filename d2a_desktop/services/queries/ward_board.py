"""The ward board: every live case of this desk, oldest need first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.clocks import ClockKind, ClockState
from d2a_desktop.domain.code_lists import delay_reason, need_groups
from d2a_desktop.domain.codes import Gender, Stage
from d2a_desktop.domain.person import age_on
from d2a_desktop.domain.similar_names import Named, similar_names
from d2a_desktop.local_db.logical_clock import instant_of
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.services.alarms import case_alarms
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_clock import case_clock, case_waiting
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.case_stage import StageAndNext, case_stage
from d2a_desktop.services.queries.rows import BoardKpis, WardBoard, WardBoardRow
from d2a_desktop.services.uncollected import one_at_a_time, uncollected
from d2a_desktop.services.unconfirmed import Unconfirmed, unconfirmed

_SOON = timedelta(hours=12)
_LEFT_THE_BOARD = timedelta(days=7)
_LOGICAL_TIME = attrgetter("hlc")
_COMING = ("confirmed", "active", "ended")


def ward_board(
    session: Session, *, now: datetime, settings: Settings, synced_at: datetime | None
) -> WardBoard:
    """Return the ward board: the most urgent clock first, then the longest wait."""
    with uncollected():
        # The rows it is made of are gone again before anybody looks for garbage.
        waiting = unconfirmed(session, settings)
        shown = _shown(session, now=now, settings=settings, waiting=waiting)
    return WardBoard(rows=tuple(shown), kpis=_kpis(shown, now=now), as_of=now, synced_at=synced_at)


def _shown(
    session: Session, *, now: datetime, settings: Settings, waiting: Unconfirmed
) -> list[WardBoardRow]:
    agencies = {
        row.id: row.name for row in session.execute(select(Organisation.id, Organisation.name))
    }
    today = london_day(now)
    shown = [
        standing
        for rows in one_at_a_time(load_board(session, light=True))
        if rows.spell.voided_at is None
        and (standing := _standing(rows, now=now, settings=settings)) is not None
    ]
    alike = similar_names(
        Named(
            one.rows.spell.id,
            one.rows.patient.family_name,
            one.rows.patient.given_name or "",
            f"{one.rows.spell.site} {one.rows.spell.ward}",
        )
        for one in shown
    )
    made = [
        _row(
            one,
            now=now,
            today=today,
            settings=settings,
            waiting=waiting,
            agencies=agencies,
            alike=one.rows.spell.id in alike,
        )
        for one in one_at_a_time(shown)
    ]
    return sorted(made, key=_urgency)


class _Standing(NamedTuple):
    """A case that is shown, with what decided so."""

    rows: CaseRows
    clock: ClockState
    standing: StageAndNext


def _standing(rows: CaseRows, *, now: datetime, settings: Settings) -> _Standing | None:
    clock = case_clock(rows, now=now, hours=settings.assessment_clock_hours)
    overdue = clock.kind in (ClockKind.LATE_RUNNING, ClockKind.NO_RECORD)
    standing = case_stage(rows, now=now, stale_hours=settings.ctr_stale_hours, overdue=overdue)
    if standing.stage is Stage.CLOSED and _long_over(rows, now):
        return None
    return _Standing(rows, clock, standing)


def _row(
    one: _Standing,
    *,
    now: datetime,
    today: date,
    settings: Settings,
    waiting: Unconfirmed,
    agencies: Mapping[str, str],
    alike: bool,
) -> WardBoardRow:
    rows, clock, standing = one
    spell, patient = rows.spell, rows.patient
    wait = case_waiting(rows, now=now)
    departure = rows.departure
    planned = departure is not None and departure.status == "planned"
    tasks = [task for task in rows.tasks if task.status == "open"]
    alarms = case_alarms(rows, now=now, grace_minutes=settings.arrival_alarm_minutes)
    return WardBoardRow(
        case_id=spell.id,
        case_ref=spell.case_ref,
        site=spell.site,
        ward=spell.ward,
        bed=spell.bed or "",
        family_name=patient.family_name,
        given_name=patient.given_name,
        title=patient.title,
        nhs_number=patient.nhs_number,
        nhs_number_verified=patient.nhs_number_status == "01",
        hospital_number=spell.mrn,
        birth_date=patient.birth_date,
        age=age_on(patient.birth_date, today),
        gender=Gender(patient.gender).label,
        stage=standing.stage.value,
        stage_label=standing.stage.label,
        nctr_since=wait.since if wait else None,
        waiting_days=wait.days if wait else None,
        clock=clock,
        provisional_due=clock.due_at if clock.is_approximate else None,
        needs=_needs(rows),
        match=_match(rows, now, waiting),
        next_action=alarms[0].words if alarms else standing.next.words,
        owner=_owner(rows, standing.next.owner.label),
        primary_barrier=_primary_barrier(rows),
        open_tasks=len(tasks),
        urgent_tasks=len(alarms) + sum(1 for task in tasks if task.urgent),
        leaving_on=london_day(departure.planned_at) if departure and planned else None,
        edd=spell.edd,
        not_in_extract=_missing_from(rows),
        criteria_stale=standing.facts.review_stale,
        pending=_pending(rows, waiting),
        similar_name=alike,
        consultant=spell.consultant or "",
        assessment_at=_assessment(rows),
        agency=_agency(rows, agencies),
        starts_at=next((card.starts_at for card in rows.cards if card.status in _COMING), None),
        changed_at=_changed_at(rows),
    )


def _pending(rows: CaseRows, waiting: Unconfirmed) -> bool:
    if not waiting.scopes:  # as on most days
        return False
    return waiting.touches((rows.spell.id, *(offer.id for offer in rows.offers)))


def _assessment(rows: CaseRows) -> datetime | None:
    """Return when the next assessment is booked, else when the last one was."""
    live = [visit for visit in rows.visits if visit.status != "void"]
    booked = [visit.starts_at for visit in live if visit.status in ("planned", "confirmed")]
    return min(booked) if booked else max((visit.starts_at for visit in live), default=None)


def _agency(rows: CaseRows, agencies: Mapping[str, str]) -> str:
    accepted = rows.accepted_offer
    return agencies.get(accepted.agency_org_id, "") if accepted is not None else ""


def _changed_at(rows: CaseRows) -> datetime:
    """Return the wall time of the newest edit of the case, by the logical clock of its rows."""
    ward = (rows.reviews, rows.periods, rows.referrals, rows.barriers, rows.tasks)
    hub = (rows.decisions, rows.links, rows.offers, rows.cards)
    home = (rows.departures, rows.events, rows.visits)
    need = (rows.need,) if rows.need else ()
    every = chain((rows.spell, rows.patient), need, *ward, *hub, *home)
    return instant_of(max(map(_LOGICAL_TIME, every)))


def _long_over(rows: CaseRows, now: datetime) -> bool:
    ended = rows.ended
    over = ended.at if ended else rows.spell.died_at or rows.spell.pas_discharged_at
    return over is None or now - over > _LEFT_THE_BOARD


def _needs(rows: CaseRows) -> str:
    need = rows.need
    if need is None:
        return ""
    parts = [_skill_labels().get(skill, skill) for skill in need.required_skills or ()]
    if (need.carers_needed or 1) > 1:
        parts.insert(0, "Two carers")
    parts += list(need.languages_required or ())
    return " · ".join(parts) or "One carer"


@cache
def _skill_labels() -> dict[str, str]:
    return {level.code: level.label for level in need_groups()["skill"].levels}


def _match(rows: CaseRows, now: datetime, waiting: Unconfirmed) -> str:
    """Who will care, as far as it is known: a first name after allocation, else offers by count."""
    for card in rows.cards:
        if card.status in ("confirmed", "active"):
            return str(card.first_name)
    if (accepted := rows.accepted_offer) is not None:
        return "Acceptance requested" if accepted.id in waiting.rows else "Agency accepted"
    out = [o for o in rows.offers if o.status == "sent" and o.respond_by >= now]
    if out:
        return "1 offer out" if len(out) == 1 else f"{len(out)} offers out"
    if rows.offers:
        return "No agency yet"
    return ""


def _owner(rows: CaseRows, role_words: str) -> str:
    named = {"Ward": rows.spell.owner_name, "Care transfer hub": rows.spell.hub_owner_name}
    return named.get(role_words) or role_words


def _primary_barrier(rows: CaseRows) -> str | None:
    open_ones = [b for b in rows.barriers if b.status == "open"]
    if not open_ones:
        return None
    first = min(open_ones, key=lambda b: (not b.is_primary, b.opened_at))
    return delay_reason(first.reason_code).reason


def _missing_from(rows: CaseRows) -> str | None:
    """The site whose newest extract lacks this spell; it is never taken as discharged for that."""
    return rows.spell.site if rows.spell.last_seen_at is not None else None


_CLOCK_ORDER = {
    ClockKind.LATE_RUNNING: 0,
    ClockKind.NO_RECORD: 0,
    ClockKind.RUNNING: 1,
}


def _urgency(row: WardBoardRow) -> tuple[int, float, int, str]:
    """Overdue first, then the least time left, then the longest wait, then the bed."""
    rank = _CLOCK_ORDER.get(row.clock.kind, 2 if row.waiting_days is not None else 3)
    if row.stage == Stage.CLOSED or row.clock.kind in (ClockKind.MET, ClockKind.LATE):
        rank = 4
    due = row.clock.due_at.timestamp() if rank < 2 and row.clock.due_at else 0.0
    return (rank, due, -(row.waiting_days or 0), f"{row.ward} {row.bed}")


def _kpis(rows: Sequence[WardBoardRow], *, now: datetime) -> BoardKpis:
    today = london_day(now)
    waits = [row.waiting_days for row in rows if row.waiting_days is not None]
    return BoardKpis(
        ready=len(waits),
        longest_wait_days=max(waits, default=0),
        awaiting_agency=sum(1 for r in rows if r.stage in ("pathway_confirmed", "offered")),
        leaving_today=sum(1 for row in rows if row.leaving_on == today),
        due_within_12_h=sum(1 for row in rows if _due_soon(row.clock)),
        overdue=sum(1 for row in rows if row.clock.kind in _CLOCK_ORDER and row.clock.over),
    )


def _due_soon(clock: ClockState) -> bool:
    return clock.remaining is not None and clock.remaining <= _SOON
