"""When a home assessment fits into the assessors' days: proposals, the gate's answer, a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.codes import VisitPurpose
from d2a_desktop.domain.display import display_name
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.visit import Visit
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_clock import case_clock
from d2a_desktop.services.case_rows import CaseRows, load_case
from d2a_desktop.services.context import Context
from d2a_desktop.services.find import find_case
from d2a_desktop.services.results import VisitProposal
from d2a_desktop.services.schedule_places import (
    Rules,
    clock_start,
    earliest_free,
    open_assessment_ids,
    proposals,
    wanted_visit,
    wished_language,
)
from d2a_desktop.services.schedule_problems import (
    OPEN_VISITS,
    Diaries,
    VisitWanted,
    load_diaries,
    scheduling_document,
)
from d2a_desktop.services.solving import Cancelled, OnProgress, Solver
from d2a_desktop.services.uncollected import one_at_a_time

_PLAN_SECONDS = 10.0
_LONGEST_PLAN = timedelta(days=14)
_OPEN_CLOCKS = frozenset(
    {ClockKind.PROVISIONAL, ClockKind.RUNNING, ClockKind.LATE_RUNNING, ClockKind.NO_RECORD}
)


@dataclass(frozen=True)
class PlannedVisit:
    """One visit of a proposed plan; `change` is new, kept or moved. Instants aware UTC.

    `was_assessor` and `was_at` tell where a visit that moves is booked so far.
    """

    case_id: str
    case_ref: str
    visit_id: str | None
    assessor_id: str
    assessor: str
    starts_at: datetime
    ends_at: datetime
    late_by_minutes: int
    change: str
    purpose: str = VisitPurpose.FIRST_ASSESSMENT.value
    was_assessor: str | None = None
    was_at: datetime | None = None
    was_confirmed: bool = False
    person: str = ""
    nhs_number: str | None = None


@dataclass(frozen=True)
class UnplacedVisit:
    """A person for whom the plan has no time, with the reasons in words."""

    case_id: str
    case_ref: str
    reasons: tuple[str, ...]
    person: str = ""


@dataclass(frozen=True)
class DayPlan:
    """A proposed plan, of which a person takes what is good; `proven`: none better exists."""

    visits: tuple[PlannedVisit, ...]
    unplaced: tuple[UnplacedVisit, ...]
    proven: bool


@dataclass(frozen=True)
class _Due:
    """A person whose assessment may be planned, with the visit that is booked so far."""

    case_id: str
    case_ref: str
    visit: Visit | None
    wanted: VisitWanted
    purpose: str = VisitPurpose.FIRST_ASSESSMENT.value
    person: str = ""
    nhs_number: str | None = None


class Schedules:
    """Proposes visits; nothing is booked here, the action "visit" does that."""

    def __init__(self, context: Context, solver: Solver) -> None:
        self._context = context
        self._solver = solver

    def proposals(
        self, caller: Caller, case: str, *, duration_minutes: int = 60, limit: int = 5
    ) -> tuple[VisitProposal, ...]:
        """Return the best places for the case's assessment, nothing else moved; best first.

        An open assessment of the case is taken as one to be moved.

        Args:
            caller: who plans.
            case: case reference, NHS number or id.
            duration_minutes: how long the visit takes.
            limit: how many places at most, one for each assessor and stretch of a day.

        Raises:
            RefusedError: no departure is planned (code "no_departure").
            UsageError: a length that is none.
        """
        require(caller, "visit")
        minutes = _length(duration_minutes)
        with self._context.store.read() as session:
            rows = load_case(session, find_case(session, case))
            start = clock_start(rows)
            if start is None:
                raise RefusedError(
                    "No departure is planned: from when on should somebody visit?",
                    what_to_do="Plan the departure first.",
                    code="no_departure",
                )
            return proposals(session, rows, start, minutes=minutes, rules=self._rules)[:limit]

    def earliest_free(self, caller: Caller, case: str, after: datetime) -> datetime | None:
        """Return when an assessor is first free for the case if it leaves at `after` (UTC).

        None: nobody is until three days after the due time.
        """
        require(caller, "view")
        with self._context.store.read() as session:
            rows = load_case(session, find_case(session, case))
            return earliest_free(session, rows, after, rules=self._rules)

    def plan_day(
        self,
        caller: Caller,
        *,
        first: date,
        last: date | None = None,
        duration_minutes: int = 60,
        on_progress: OnProgress | None = None,
        cancel: Cancelled | None = None,
    ) -> DayPlan:
        """Propose a whole plan of these days for everybody due; confirmed visits stand.

        Args:
            caller: who plans.
            first: the first day (London).
            last: the last day, by default the first.
            duration_minutes: the length of a visit that is not booked yet.
            on_progress: told the levels of each better plan.
            cancel: once true, the best plan so far is the answer.

        Raises:
            UsageError: the days are turned round, past, or more than a fortnight.
        """
        require(caller, "visit")
        last = self._checked(first, last or first)
        minutes = _length(duration_minutes)
        with self._context.store.read() as session:
            diaries, due = self._due(session, first, last, minutes)
        names = diaries.names()
        before = {
            one.case_id: (one.visit.assessor_id, one.visit.starts_at)
            for one in due
            if one.visit is not None and one.visit.assessor_id in names
        }
        document = scheduling_document(
            "days",
            diaries,
            [one.wanted for one in due],
            now=max(self._now, _midnight(first)),
            last=last,
            deadline_hours=self._hours,
            nation=self._context.settings.bank_holidays,
            previous=before,
        )
        solution = self._solver.schedule(
            document, seconds=_PLAN_SECONDS, on_progress=on_progress, cancel=cancel
        )
        return _day_plan(solution, due, names)

    def _checked(self, first: date, last: date) -> date:
        if not timedelta(0) <= last - first <= _LONGEST_PLAN:
            raise UsageError("A plan covers one day to a fortnight, the first day first.")
        if last < london_day(self._now):
            raise UsageError("These days are past.", what_to_do="Plan from today on.")
        return last

    def _due(
        self, session: Session, first: date, last: date, minutes: int
    ) -> tuple[Diaries, list[_Due]]:
        diaries = load_diaries(session)
        due = []
        for rows in one_at_a_time(load_board(session)):
            one = self._first_assessment(rows, diaries, first, last, minutes)
            one = one or self._review(session, rows, last, minutes)
            if one is not None and london_day(one.wanted.not_before) <= last:
                due.append(_named(one, rows.patient))
        due = _with_homes(session, due)
        moved = [one.visit.id for one in due if one.visit is not None]
        return load_diaries(session, without=moved, places=self._context.places), due

    def _first_assessment(
        self, rows: CaseRows, diaries: Diaries, first: date, last: date, minutes: int
    ) -> _Due | None:
        start = clock_start(rows)
        clock = case_clock(rows, now=self._now, hours=self._hours)
        if start is None or clock.kind not in _OPEN_CLOCKS:
            return None
        visit = _open_visit(rows)
        if not _is_asked(visit, diaries, first, last):
            return None
        length = minutes if visit is None else _minutes_of(visit)
        wanted = wanted_visit(rows, clock_from=start, minutes=length)
        if visit is not None:
            wanted = replace(wanted, planned_at=visit.starts_at)
        return _Due(rows.spell.id, rows.spell.case_ref, visit, wanted)

    def _review(self, session: Session, rows: CaseRows, last: date, minutes: int) -> _Due | None:
        """Return the review that the latest visit asked for, if none is booked or done since.

        It is due on the day that was written down, and late after it (PRODUCT section 2, step 10).
        """
        if rows.departure is None or any(v.status in OPEN_VISITS for v in rows.visits):
            return None
        done = [v for v in rows.visits if v.status == "done"]
        # A board's rows leave this day out: few are asked for it.
        asked = select(Visit.next_review_on).where(Visit.id == done[-1].id) if done else None
        day = None if asked is None else session.scalar(asked)
        if day is None or day > last:
            return None
        ends = _midnight(day + timedelta(days=1))
        wanted = replace(
            wanted_visit(rows, clock_from=ends - timedelta(hours=self._hours), minutes=minutes),
            not_before=_midnight(day),
        )
        purpose = VisitPurpose.REVIEW.value
        return _Due(rows.spell.id, rows.spell.case_ref, None, wanted, purpose)

    @property
    def _rules(self) -> Rules:
        return Rules.of(self._context.settings, self._context.places, now=self._now)

    @property
    def _now(self) -> datetime:
        return self._context.clock.now()

    @property
    def _hours(self) -> int:
        return self._context.settings.assessment_clock_hours


def _length(minutes: int) -> int:
    if not 10 <= minutes <= 480:
        raise UsageError("A visit takes between 10 and 480 minutes.")
    return minutes


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def _named(one: _Due, patient: Patient) -> _Due:
    name = display_name(
        family=patient.family_name, given=patient.given_name or "", title=patient.title or ""
    )
    return replace(one, person=name, nhs_number=patient.nhs_number)


def _with_homes(session: Session, due: Sequence[_Due]) -> list[_Due]:
    """Add where the people live and what they speak: a board's rows leave that out."""
    asked = select(Patient.scope_id, Patient.postcode, Patient.language)
    homes = {row[0]: row for row in session.execute(asked)}
    found = []
    for one in due:
        _, postcode, language = homes.get(one.case_id, (None, None, None))
        home = replace(one.wanted, postcode=postcode, language=wished_language(language))
        found.append(replace(one, wanted=home))
    return found


def _open_visit(rows: CaseRows) -> Visit | None:
    ids = open_assessment_ids(rows)
    return next((v for v in rows.visits if v.id in ids), None)


def _is_asked(visit: Visit | None, diaries: Diaries, first: date, last: date) -> bool:
    """Return whether a visit is to be planned: there is none, or it may be moved.

    A confirmed one is moved only when its assessor has become absent; one on another day stays.
    """
    if visit is None:
        return True
    if not first <= london_day(visit.starts_at) <= last:
        return False
    away = diaries.is_away(visit.assessor_id or "", visit.starts_at, visit.ends_at)
    return visit.status == "planned" or away


def _minutes_of(visit: Visit) -> int:
    return max(10, int((visit.ends_at - visit.starts_at).total_seconds() // 60))


def _day_plan(
    solution: Mapping[str, Any], due: Sequence[_Due], names: Mapping[str, str]
) -> DayPlan:
    by_case = {one.case_id: one for one in due}
    visits = [_planned(row, by_case[row["visit"]], names) for row in solution["visits"]]
    return DayPlan(
        visits=tuple(sorted(visits, key=lambda v: (v.starts_at, v.assessor, v.case_ref))),
        unplaced=tuple(
            UnplacedVisit(
                row["visit"],
                by_case[row["visit"]].case_ref,
                _words(row, names),
                by_case[row["visit"]].person,
            )
            for row in solution["unscheduled"]
        ),
        proven=solution["status"] == "optimal",
    )


def _planned(row: Mapping[str, Any], one: _Due, names: Mapping[str, str]) -> PlannedVisit:
    # The format's wall clock carries an offset only where the hour comes twice.
    told = datetime.fromisoformat(row["start"])
    starts_at = (told if told.tzinfo else told.replace(tzinfo=LONDON)).astimezone(UTC)
    visit = one.visit
    change = "new"
    if visit is not None:
        same = visit.assessor_id == row["assessor"] and visit.starts_at == starts_at
        change = "kept" if same else "moved"
    return PlannedVisit(
        case_id=one.case_id,
        case_ref=one.case_ref,
        visit_id=visit.id if visit else None,
        assessor_id=row["assessor"],
        assessor=names[row["assessor"]],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=one.wanted.minutes),
        late_by_minutes=row["minutes_late"],
        change=change,
        purpose=one.purpose,
        was_assessor=visit.assessor_name if visit else None,
        was_at=visit.starts_at if visit else None,
        was_confirmed=visit is not None and visit.status == "confirmed",
        person=one.person,
        nhs_number=one.nhs_number,
    )


def _words(row: Mapping[str, Any], names: Mapping[str, str]) -> tuple[str, ...]:
    facts = row.get("facts") or row.get("reasons") or ()
    told = []
    for fact in facts:
        words = str(fact)
        for assessor_id, name in names.items():
            words = words.replace(assessor_id, name)
        told.append(words)
    return tuple(told)
