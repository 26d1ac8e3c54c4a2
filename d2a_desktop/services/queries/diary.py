"""The assessment diary: visits by day, people without one, and the assessors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.clocks import ClockKind, ClockState
from d2a_desktop.domain.display import display_name
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.domain.person import Postcode
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_clock import case_clock
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.queries.rows import AssessorRow, DueRow, VisitRow
from d2a_desktop.services.uncollected import one_at_a_time
from d2a_desktop.services.unconfirmed import NOTHING, Unconfirmed, unconfirmed
from d2a_desktop.services.working_hours import WEEKDAYS, hours_on

_OPEN_CLOCKS = (
    ClockKind.PROVISIONAL,
    ClockKind.RUNNING,
    ClockKind.LATE_RUNNING,
    ClockKind.NO_RECORD,
)


@dataclass(frozen=True)
class Diary:
    """Visits from `first` to `last` (days, inclusive), who has none yet, and the assessors."""

    first: date
    last: date
    visits: tuple[VisitRow, ...]
    due: tuple[DueRow, ...]
    assessors: tuple[AssessorRow, ...]
    mine: str = ""
    """The assessor who is signed in at this desk; empty for anybody else."""


def diary(
    session: Session,
    *,
    first: date,
    last: date,
    now: datetime,
    settings: Settings,
    caller: Caller | None = None,
) -> Diary:
    """Return the diary of these days; `due` is everybody whose clock has no visit, by due time."""
    visits: list[VisitRow] = []
    due: list[DueRow] = []
    waiting = unconfirmed(session, settings)
    for rows in one_at_a_time(load_board(session)):
        if rows.spell.voided_at is not None:
            continue
        clock = case_clock(rows, now=now, hours=settings.assessment_clock_hours)
        visits += [
            visit_row(rows, visit, clock=clock, waiting=waiting)
            for visit in rows.visits
            if visit.status != "void" and first <= london_day(visit.starts_at) <= last
        ]
        booked = any(visit.status in ("planned", "confirmed") for visit in rows.visits)
        if clock.kind in _OPEN_CLOCKS and not booked:
            due.append(_due_row(rows, clock))
    return Diary(
        first=first,
        last=last,
        visits=tuple(sorted(visits, key=lambda v: v.starts_at)),
        due=tuple(sorted(due, key=lambda d: d.due_at.timestamp() if d.due_at else 0.0)),
        assessors=assessor_rows(session, now=now),
        mine=_assessor_of(session, caller),
    )


def _assessor_of(session: Session, caller: Caller | None) -> str:
    """Return the assessor with this person's login, else the only one of this person's name."""
    if caller is None or caller.role is not Role.ASSESSOR:
        return ""
    found = list(session.scalars(select(Assessor)))
    by_login = [each.id for each in found if each.login and each.login == caller.login]
    named = by_login or [each.id for each in found if each.name == caller.name]
    return named[0] if len(named) == 1 else ""


def _person(rows: CaseRows) -> str:
    patient = rows.patient
    return display_name(
        family=patient.family_name, given=patient.given_name or "", title=patient.title or ""
    )


def _outward(rows: CaseRows) -> str | None:
    postcode = rows.patient.postcode
    return Postcode.parse(postcode).outward if postcode else None


def _due_row(rows: CaseRows, clock: ClockState) -> DueRow:
    return DueRow(
        case_id=rows.spell.id,
        case_ref=rows.spell.case_ref,
        person=_person(rows),
        outward_postcode=_outward(rows),
        clock=clock,
        due_at=clock.due_at,
    )


def visit_row(
    rows: CaseRows, visit: Any, *, clock: ClockState, waiting: Unconfirmed = NOTHING
) -> VisitRow:
    """Return one visit as a row; late against the clock's due time, which is to start by."""
    patient = rows.patient
    starts = visit.started_at or visit.starts_at
    first_one = visit.purpose == "home_assessment"
    late = starts - clock.due_at if clock.due_at and first_one and starts > clock.due_at else None
    address = (patient.address_1, patient.address_2, patient.address_3, patient.postcode)
    return VisitRow(
        visit_id=visit.id,
        case_id=rows.spell.id,
        case_ref=rows.spell.case_ref,
        person=_person(rows),
        nhs_number=patient.nhs_number,
        outward_postcode=_outward(rows),
        address=", ".join(part for part in address if part),
        assessor_id=visit.assessor_id,
        assessor=visit.assessor_name or "",
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        status=visit.status,
        provisional=visit.provisional,
        purpose=visit.purpose,
        outcome=visit.outcome,
        travel_minutes=visit.travel_minutes,
        due_at=clock.due_at if first_one else None,
        late_by_minutes=round(late.total_seconds() / 60) if late else None,
        pending=visit.id in waiting.rows,
    )


def assessor_rows(session: Session, *, now: datetime) -> tuple[AssessorRow, ...]:
    """Return the assessors this desk sees, by name."""
    found: Sequence[Assessor] = list(session.scalars(select(Assessor).order_by(Assessor.name)))
    weekday = WEEKDAYS[now.astimezone(LONDON).weekday()]
    return tuple(
        AssessorRow(
            assessor_id=assessor.id,
            name=assessor.name,
            profession=assessor.profession,
            skills=tuple(assessor.skills or ()),
            working_today=_words(hours_on(assessor.pattern, weekday)),
            active=assessor.active,
        )
        for assessor in found
    )


def _words(hours: tuple[time, time] | None) -> str:
    return f"{hours[0]:%H:%M} to {hours[1]:%H:%M}" if hours else "Not working"
