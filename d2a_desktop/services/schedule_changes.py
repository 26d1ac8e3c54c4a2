"""What a proposed plan would change, line by line, and taking over the lines a person accepts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.commands import PlanVisit
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.services.actions import Actions
from d2a_desktop.services.schedules import DayPlan, PlannedVisit


@dataclass(frozen=True)
class Difference:
    """One line of a plan that differs from what is booked: a new visit, or one that moves."""

    visit: PlannedVisit
    words: str

    @property
    def case_ref(self) -> str:
        """The case that the visit is for."""
        return self.visit.case_ref

    def command(self) -> PlanVisit:
        """Return the command that books it."""
        minutes = round((self.visit.ends_at - self.visit.starts_at).total_seconds() / 60)
        return PlanVisit(
            assessor=self.visit.assessor_id,
            starts_at=self.visit.starts_at,
            duration_minutes=minutes,
            visit=self.visit.visit_id,
            purpose=self.visit.purpose,
        )


@dataclass(frozen=True)
class Accepted:
    """What was booked, and what was refused with the words of the rule."""

    done: tuple[Difference, ...]
    refused: tuple[tuple[Difference, str], ...]


def differences(plan: DayPlan) -> tuple[Difference, ...]:
    """Return what the plan would change, in order of time; what stays is not among it."""
    changed = (visit for visit in plan.visits if visit.change != "kept")
    return tuple(Difference(visit, _words(visit)) for visit in changed)


def accept(actions: Actions, caller: Caller, chosen: Iterable[Difference]) -> Accepted:
    """Book the chosen differences, each by itself: one that is refused holds up no other."""
    done, refused = [], []
    for each in chosen:
        try:
            actions.do(caller, each.case_ref, "visit", each.command())
        except KnownError as problem:
            refused.append((each, str(problem)))
        else:
            done.append(each)
    return Accepted(tuple(done), tuple(refused))


def _words(visit: PlannedVisit) -> str:
    now = f"{visit.assessor}, {_time(visit.starts_at)}"
    by = divmod(visit.late_by_minutes, 60)
    late = f"; late by {by[0]} h {by[1]:02d} m" if visit.late_by_minutes else ""
    who = visit.person or visit.case_ref
    if visit.was_at is None:
        what = "review" if visit.purpose == "review" else "new"
        return f"{who}: {what}, {now}{late}"
    before = f"{visit.was_assessor or 'nobody'}, {_time(visit.was_at)}"
    told = "; was confirmed: agree the new time with the person" if visit.was_confirmed else ""
    return f"{who}: {before} moves to {now}{late}{told}"


def _time(at: datetime) -> str:
    return display_datetime(at, weekday=True)
