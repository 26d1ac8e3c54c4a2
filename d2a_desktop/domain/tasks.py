"""Work that people chase: task kinds as data, their due times, and a task's states."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.core.errors import UsageError
from d2a_desktop.core.paths import resource
from d2a_desktop.domain.codes import Labelled, OrgKind, OwnerKind
from d2a_desktop.domain.machine import Machine, Move

_EVERYONE = frozenset(OrgKind)


class TaskStatus(Labelled):
    """The stored states of a task."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Cancelled"


TASK_MACHINE = Machine(
    name="task",
    states=tuple(TaskStatus),
    initial=TaskStatus.OPEN,
    final=frozenset({TaskStatus.DONE, TaskStatus.CANCELLED}),
    moves=(
        Move(TaskStatus.OPEN, TaskStatus.DONE, _EVERYONE, ("outcome_code",), cascade=True),
        Move(TaskStatus.OPEN, TaskStatus.CANCELLED, _EVERYONE, ("note",), cascade=True),
    ),
)


class Trigger(Labelled):
    """What opens a task."""

    LOS_7 = "los_7", "7 days in hospital"
    LOS_14 = "los_14", "14 days in hospital"
    LOS_21 = "los_21", "21 days in hospital"
    ADMITTED = "admitted", "Admission"
    REVIEW_STALE = "review_stale", "No criteria review within 24 hours"
    NCTR_STARTED = "nctr_started", "No criteria to reside"
    REFERRAL_SENT = "referral_sent", "Referral sent"
    REFERRAL_RETURNED = "referral_returned", "Referral returned"
    PATHWAY_CONFIRMED = "pathway_confirmed", "Pathway confirmed"
    OFFER_ACCEPTED = "offer_accepted", "Offer accepted"
    OFFER_CLOSED = "offer_closed", "Offer closed without an agency"
    HANDED_BACK = "handed_back", "Offer handed back"
    DEPARTURE_PLANNED = "departure_planned", "Departure planned"
    LEFT_WARD = "left_ward", "Left the ward"
    ARRIVAL_OVERDUE = "arrival_overdue", "Arrival not confirmed in time"
    TURNED_BACK = "turned_back", "Turned back"
    VISIT_FAILED = "visit_failed", "Visit without an assessment"
    TIMES_DIFFER = "times_differ", "Two sources give different times"
    DUPLICATE_FOUND = "duplicate_found", "Two records may be one person"
    BY_HAND = "by_hand", "Opened by hand"


@dataclass(frozen=True)
class DueRule:
    """When a task is due, counted from its trigger.

    Either `hours` elapsed (negative: before a planned event), or `days` on with a local time of
    day `at`; all None: no due time of its own.
    """

    hours: float | None = None
    days: int | None = None
    at: time | None = None

    def due_at(self, trigger_at: datetime) -> datetime | None:
        """Return the due instant in UTC for a trigger at an aware instant."""
        if self.hours is not None:
            return trigger_at + timedelta(hours=self.hours)
        if self.days is None:
            return None
        day = london_day(trigger_at) + timedelta(days=self.days)
        return datetime.combine(day, self.at or time(17), tzinfo=LONDON).astimezone(UTC)


@dataclass(frozen=True)
class TaskKind:
    """A kind of work: what opens it, whose it is, when it is due, how it can end."""

    code: str
    label: str
    trigger: Trigger
    owner: OwnerKind
    due: DueRule
    outcomes: Mapping[str, str]
    in_pack: bool
    urgent: bool

    @property
    def external(self) -> bool:
        """Whether its owner is outside the organisations that share the record."""
        return self.owner.external

    def require_outcome(self, code: str) -> str:
        """Return the words of an outcome code of this kind.

        Raises:
            UsageError: the kind has no such outcome.
        """
        if code not in self.outcomes:
            raise UsageError(
                f"“{self.label}” cannot end like that.",
                what_to_do=f"Use one of: {', '.join(self.outcomes)}.",
                code="outcome_unknown",
            )
        return self.outcomes[code]


@cache
def task_kinds() -> Mapping[str, TaskKind]:
    """Return the task kinds of `resources/codes/task_kinds.json` by code."""
    table = json.loads(resource("codes/task_kinds.json").read_text(encoding="utf-8"))
    kinds = (_kind(entry, table["outcome_sets"]) for entry in table["kinds"])
    return MappingProxyType({kind.code: kind for kind in kinds})


def _kind(entry: Mapping[str, Any], outcome_sets: Mapping[str, Mapping[str, str]]) -> TaskKind:
    due = entry["due"] or {}
    return TaskKind(
        code=entry["code"],
        label=entry["label"],
        trigger=Trigger(entry["trigger"]),
        owner=OwnerKind(entry["owner"]),
        due=DueRule(
            hours=due.get("hours"),
            days=due.get("days"),
            at=time.fromisoformat(due["at"]) if "at" in due else None,
        ),
        outcomes=MappingProxyType(dict(outcome_sets[entry["outcomes"]])),
        in_pack=entry["in_pack"],
        urgent=entry["urgent"],
    )


def task_kind(code: str) -> TaskKind:
    """Return the task kind with this code.

    Raises:
        UsageError: there is no such kind.
    """
    kinds = task_kinds()
    if code not in kinds:
        raise UsageError(
            "There is no such kind of task.",
            what_to_do=f"Use one of: {', '.join(kinds)}.",
            code="task_kind_unknown",
        )
    return kinds[code]


def opened_by(trigger: Trigger) -> tuple[TaskKind, ...]:
    """Return the kinds of task that an event opens, in the order of the table."""
    return tuple(kind for kind in task_kinds().values() if kind.trigger is trigger)


# Whose own work a kind of organisation answers for.
_OWN: Mapping[str, frozenset[OwnerKind]] = MappingProxyType(
    {
        "hospital": frozenset({OwnerKind.WARD}),
        "community": frozenset({OwnerKind.HUB, OwnerKind.ASSESSOR}),
        "council": frozenset({OwnerKind.COUNCIL, OwnerKind.HUB}),
        "agency": frozenset({OwnerKind.AGENCY, OwnerKind.AGENCY_ON_CALL}),
    }
)


def answers_for(org_kind: str, owner: OwnerKind, *, left: bool) -> bool:
    """Return whether an organisation of this kind chases a task of this owner.

    Work of partners outside the system is chased by the hospital until the person has left, by
    hub and council afterwards; an alarm of an agency's on-call is everybody's.
    """
    if owner in _OWN.get(org_kind, frozenset()):
        return True
    if owner.external or owner is OwnerKind.NOBODY:
        return org_kind == "hospital" if not left else org_kind in ("community", "council")
    return False
