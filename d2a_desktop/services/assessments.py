"""Home assessments: a visit planned, confirmed, moved or voided, and what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.codes import NeedFound, VisitOutcome, VisitPlace, VisitPurpose
from d2a_desktop.domain.commands import PlanVisit, RecordOutcome
from d2a_desktop.domain.visit import COMPLETING, REBOOKED, VISIT_MACHINE, status_after
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.visit import Visit
from d2a_desktop.services.work import Work, given

_OPEN = ("planned", "confirmed")
_Code = TypeVar("_Code", VisitOutcome, VisitPlace, NeedFound)


def plan_visit(work: Work, command: PlanVisit) -> None:
    """Plan a visit, move or confirm an open one, or void it with a reason.

    Raises:
        UsageError: no assessor or start, an unknown assessor, or a length that is none.
    """
    visit = _named_visit(work, command.visit)
    before = None if visit is None else (visit.status, visit.second_assessor_id)
    if visit is not None:
        _reversible_move(work, visit)
    if command.void_reason is not None:
        _void(work, visit, command.void_reason)
        return
    if visit is None:
        visit = _new_visit(work, command)
    else:
        _move(work, visit, command)
    if command.second_assessor is not None:
        visit.second_assessor_id = _assessor(work, command.second_assessor).id
    if command.confirm and visit.status != "confirmed":
        work.move(VISIT_MACHINE, visit, "confirmed")
    left = work.case.departure is not None and work.case.departure.left_at is not None
    visit.provisional = not left
    work.details["visit"] = visit.id
    if before is None:
        work.reversible("visit", visit=visit.id, void_reason="Planned by mistake")
    elif before != (visit.status, visit.second_assessor_id):
        work.reversal = None  # an agreement, or a second person, is not taken back by a key


def _reversible_move(work: Work, visit: Visit) -> None:
    minutes = round((visit.ends_at - visit.starts_at).total_seconds() / 60)
    work.reversible(
        "visit",
        visit=visit.id,
        assessor=visit.assessor_id,
        starts_at=visit.starts_at,
        duration_minutes=minutes,
    )


def _named_visit(work: Work, visit_id: str | None) -> Visit | None:
    open_visits = [v for v in work.case.visits if v.status in _OPEN]
    if visit_id is None:
        return open_visits[-1] if open_visits else None
    for visit in work.case.visits:
        if visit.id == visit_id:
            return visit
    raise UsageError("There is no such visit.")


def _void(work: Work, visit: Visit | None, reason: str) -> None:
    if visit is None:
        raise RefusedError("There is no visit to void.", code="no_visit")
    work.reversal = None
    work.move(VISIT_MACHINE, visit, "void")
    visit.void_reason = given(reason, "The reason")


def _assessor(work: Work, wanted: str) -> Assessor:
    found = work.session.get(Assessor, wanted)
    if found is None or not found.active:
        raise UsageError("There is no such assessor.", what_to_do="Use an assessor's id.")
    return found


def _length(command: PlanVisit) -> timedelta:
    if not 10 <= command.duration_minutes <= 480:
        raise UsageError("A visit takes between 10 and 480 minutes.")
    return timedelta(minutes=command.duration_minutes)


def _new_visit(work: Work, command: PlanVisit) -> Visit:
    assessor = _assessor(work, given(command.assessor, "The assessor"))
    starts_at = given(command.starts_at, "The start (starts_at)")
    try:
        purpose = VisitPurpose(command.purpose)
    except ValueError:
        raise UsageError("The purpose is home_assessment or review.") from None
    departure = work.case.departure
    visit = work.add(
        Visit,
        status="planned",
        assessor_id=assessor.id,
        assessor_name=assessor.name,
        departure_id=departure.id if departure else None,
        purpose=purpose.value,
        place=VisitPlace.HOME.value,
        starts_at=starts_at,
        ends_at=starts_at + _length(command),
        provisional=True,
    )
    work.case.visits.append(visit)
    return visit


def _move(work: Work, visit: Visit, command: PlanVisit) -> None:
    if visit.status not in _OPEN:
        raise RefusedError("That visit is closed.", code="closed")
    if command.assessor is not None:
        assessor = _assessor(work, command.assessor)
        visit.assessor_id, visit.assessor_name = assessor.id, assessor.name
    if command.starts_at is not None:
        visit.starts_at = command.starts_at
        visit.ends_at = command.starts_at + _length(command)


def record_outcome(work: Work, command: RecordOutcome) -> None:
    """Record a visit's outcome; only done and part done, started at home, stop the clock.

    Raises:
        RefusedError: no visit is booked, or the person has not left the ward.
        UsageError: an unknown outcome or need, or times that do not fit.
    """
    outcome = _code(VisitOutcome, command.outcome, "$.outcome")
    place = _code(VisitPlace, command.place, "$.place")
    visit = _named_visit(work, command.visit)
    if visit is None:
        raise RefusedError("No visit is booked.", what_to_do="Plan it first.", code="no_visit")
    departure = work.case.departure
    left = departure.left_at if departure else None
    if left is None and place is VisitPlace.HOME:
        raise RefusedError("The person has not left the ward.", code="not_left")
    started = work.observed(command.started_at, not_before=left, what="The start")
    finished = work.observed(command.finished_at, not_before=started, what="The finish")
    if visit.status == "planned" and outcome in COMPLETING:
        work.move(VISIT_MACHINE, visit, "confirmed")
        work.session.flush()  # a step of its own: no visit goes from planned to done at once
    visit.outcome = outcome.value
    visit.place = place.value
    visit.started_at, visit.finished_at = started, finished
    visit.outcome_note = command.note
    visit.next_review_on = command.next_review_on
    visit.form = command.form or visit.form
    if outcome in COMPLETING:
        need = given(command.need_found, "The need found at home (less, same or more)")
        visit.need_found = _code(NeedFound, need, "$.need_found").value
    _finish(work, visit, status_after(outcome))
    if outcome is VisitOutcome.DIED:
        work.case.spell.died_at = started
    if outcome in REBOOKED:
        work.task("rebook_visit", "Book the home assessment again", owner_kind="hub", by_rule=True)
    work.event("assessment", started, about_id=visit.id, detail={"outcome": outcome.value})


def _finish(work: Work, visit: Visit, status: str) -> None:
    if visit.status == "planned":
        work.move(VISIT_MACHINE, visit, "confirmed")
    work.move(VISIT_MACHINE, visit, status)


def _code(codes: type[_Code], value: str, path: str) -> _Code:
    try:
        return codes(value)
    except ValueError:
        known = ", ".join(code.value for code in codes)
        raise UsageError(f"{path} must be one of: {known}.") from None
