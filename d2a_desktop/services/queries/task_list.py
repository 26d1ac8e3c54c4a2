"""Everything that people chase on this desk: alarms, open tasks, and what the rules prompt for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.codes import OwnerKind
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.domain.tasks import TaskKind, answers_for, task_kinds
from d2a_desktop.services.alarms import case_alarms
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.prompted_tasks import prompted
from d2a_desktop.services.uncollected import one_at_a_time
from d2a_desktop.services.unconfirmed import unconfirmed

_DONE_SHOWN = timedelta(days=1)
_NO_DUE = float("inf")


@dataclass(frozen=True)
class WorkRow:
    """One piece of work; `state` is alarm, open, prompted or done; instants aware UTC.

    `task_id` is empty for an alarm and for what is prompted. `mine`: its owner is the caller;
    `ours`: the caller's organisation chases it. `outcomes` are codes with their words.
    """

    row_id: str
    task_id: str
    case_id: str
    case_ref: str
    family_name: str
    given_name: str | None
    birth_date: date
    nhs_number: str | None
    nhs_number_verified: bool
    place: str
    ward: str
    kind: str
    kind_words: str
    title: str
    about: str
    owner: str
    owner_name: str
    external: bool
    mine: bool
    ours: bool
    due_at: datetime | None
    overdue: bool
    urgent: bool
    state: str
    outcomes: tuple[tuple[str, str], ...]
    outcome_words: str
    pending: bool


@dataclass(frozen=True)
class TaskList:
    """The work of this desk, the most overdue first, and the wards it stands on."""

    rows: tuple[WorkRow, ...]
    wards: tuple[str, ...]


def task_list(session: Session, caller: Caller, *, now: datetime, settings: Settings) -> TaskList:
    """Return all work of the live cases; what was done stays a day."""
    waiting = unconfirmed(session, settings)
    rows: list[WorkRow] = []
    for case in one_at_a_time(load_board(session)):
        made = _Made(case, caller, now)
        grace = settings.arrival_alarm_minutes
        rows += [
            made.alarm(n, each)
            for n, each in enumerate(case_alarms(case, now=now, grace_minutes=grace))
        ]
        rows += [
            made.task(task, pending=task.id in waiting.rows)
            for task in case.tasks
            if task.status == "open" or _done_lately(task, now)
        ]
        rows += [made.prompted(each.kind, each.due_at) for each in prompted(case, now=now)]
    return TaskList(
        rows=tuple(sorted(rows, key=_order)),
        wards=tuple(sorted({row.ward for row in rows if row.ward})),
    )


def _done_lately(task: Any, now: datetime) -> bool:
    return task.status == "done" and task.done_at is not None and now - task.done_at < _DONE_SHOWN


def _order(row: WorkRow) -> tuple[object, ...]:
    due = row.due_at.timestamp() if row.due_at else _NO_DUE
    pressing = (row.state == "done", row.state != "alarm", not row.overdue)
    return (*pressing, due, not row.urgent, row.title, row.row_id)


@dataclass(frozen=True)
class _Line:
    """What one row says of its work; the case says the rest."""

    row_id: str
    kind: str
    title: str
    about: str
    owner: OwnerKind
    due_at: datetime | None
    urgent: bool
    state: str
    task_id: str = ""
    owner_name: str = ""
    owner_words: str = ""
    ours: bool = False
    outcomes: tuple[tuple[str, str], ...] = ()
    outcome_words: str = ""
    pending: bool = False


class _Made:
    """Makes the rows of one case."""

    def __init__(self, case: CaseRows, caller: Caller, now: datetime) -> None:
        self._case, self._caller, self._now = case, caller, now
        departure = case.departure
        self._left = departure is not None and departure.left_at is not None

    def alarm(self, number: int, alarm: Any) -> WorkRow:
        """Return the row of an alarm; it goes when what it waits for has been recorded."""
        return self._row(
            _Line(
                row_id=f"alarm {self._case.spell.id} {number}",
                kind=alarm.kind,
                title=alarm.words,
                about=alarm.what_to_do,
                owner=OwnerKind.AGENCY_ON_CALL,
                owner_words="Agency on-call, hub and ward",
                ours=True,
                due_at=alarm.due_at,
                urgent=True,
                state="alarm",
            )
        )

    def task(self, task: Any, *, pending: bool) -> WorkRow:
        """Return the row of a stored task."""
        kind = task_kinds().get(task.kind)
        return self._row(
            _Line(
                row_id=task.id,
                task_id=task.id,
                kind=task.kind,
                title=task.title,
                about=task.note or "",
                owner=OwnerKind(task.owner_kind),
                owner_name=task.owner_name or "",
                due_at=task.due_at,
                urgent=task.urgent,
                state="done" if task.status == "done" else "open",
                outcomes=tuple(kind.outcomes.items()) if kind else (),
                outcome_words=_outcome(kind, task.outcome_code),
                pending=pending,
            )
        )

    def prompted(self, kind: TaskKind, due_at: datetime | None) -> WorkRow:
        """Return the row of work that the table asks for and that is not opened."""
        return self._row(
            _Line(
                row_id=f"prompted {self._case.spell.id} {kind.code}",
                kind=kind.code,
                title=kind.label,
                about=f"Prompted by: {kind.trigger.label.lower()}",
                owner=kind.owner,
                due_at=due_at,
                urgent=kind.urgent,
                state="prompted",
                outcomes=tuple(kind.outcomes.items()),
            )
        )

    def _row(self, line: _Line) -> WorkRow:
        case, caller = self._case, self._caller
        spell, patient = case.spell, case.patient
        known = task_kinds().get(line.kind)
        bed = " ".join(part for part in (spell.ward, spell.bed) if part)
        return WorkRow(
            row_id=line.row_id,
            task_id=line.task_id,
            case_id=spell.id,
            case_ref=spell.case_ref,
            family_name=patient.family_name,
            given_name=patient.given_name,
            birth_date=patient.birth_date,
            nhs_number=patient.nhs_number,
            nhs_number_verified=patient.nhs_number_status == "01",
            place="At home" if self._left else bed,
            ward="" if self._left else spell.ward or "",
            kind=line.kind,
            kind_words=known.label if known else line.kind.replace("_", " ").capitalize(),
            title=line.title,
            about=line.about,
            owner=line.owner_words or line.owner_name or line.owner.label,
            owner_name=line.owner_name,
            external=line.owner.external,
            mine=bool(line.owner_name) and line.owner_name.casefold() == caller.name.casefold(),
            ours=line.ours or answers_for(caller.org_kind, line.owner, left=self._left),
            due_at=line.due_at,
            overdue=line.state != "done" and line.due_at is not None and line.due_at < self._now,
            urgent=line.urgent,
            state=line.state,
            outcomes=line.outcomes,
            outcome_words=line.outcome_words,
            pending=line.pending,
        )


def _outcome(kind: TaskKind | None, code: str | None) -> str:
    if not code:
        return ""
    words = kind.outcomes.get(code) if kind else None
    return words or code.replace("_", " ").capitalize()
