"""One command in progress: its transaction, the case's rows, the checks that all share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from d2a_desktop.core.errors import BugError, RefusedError, UsageError
from d2a_desktop.domain.codes import Channel, OrgKind
from d2a_desktop.domain.commands import OnBehalf
from d2a_desktop.domain.disclosure import is_line
from d2a_desktop.domain.display import display_datetime
from d2a_desktop.domain.machine import Machine
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.domain.tasks import task_kinds
from d2a_desktop.local_db.unit_of_work import UnitOfWork
from d2a_desktop.models.base import Synced
from d2a_desktop.models.event import Event
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.task import Task
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.context import Context
from d2a_desktop.services.find import find_organisation
from d2a_desktop.services.results import Reversal

_Row = TypeVar("_Row", bound=Synced)

# A wall clock that runs a little ahead must not make "now" a refused time.
_CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass
class Work:
    """One command in progress.

    `rows` is None while an agency answers an offer whose case it may not see yet.
    """

    uow: UnitOfWork
    context: Context
    caller: Caller
    rows: CaseRows | None = None
    offer: Offer | None = None
    cascaded: list[str] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    reversal: Reversal | None = None

    def reversible(self, action: str, **document: Any) -> None:
        """Say by which command what was just done can be taken back."""
        self.reversal = Reversal(action, document)

    @property
    def session(self) -> Session:
        """The transaction's session."""
        return self.uow.session

    @property
    def now(self) -> datetime:
        """The instant of the command, UTC."""
        return self.uow.now

    @property
    def case(self) -> CaseRows:
        """The case's rows.

        Raises:
            RefusedError: the record is not disclosed to this desk.
        """
        if self.rows is None:
            raise RefusedError(
                "The record is disclosed after the shared database has confirmed the acceptance.",
                what_to_do="Synchronise, then try again.",
                code="not_disclosed",
            )
        return self.rows

    def add(self, model: type[_Row], *, scope_id: str | None = None, **values: Any) -> _Row:
        """Add a new row in the case's scope, or in `scope_id`."""
        scope = scope_id if scope_id is not None else self.case.spell.id
        row = model(id=self.uow.new_id(), scope_id=scope, **values)
        self.uow.add(row)
        return row

    def observed(
        self, at: datetime | None, *, not_before: datetime | None = None, what: str
    ) -> datetime:
        """Return the time of an observed event: now when not given; never in the future.

        Raises:
            UsageError: in the future, or before `not_before`.
        """
        if at is None:
            return self.now
        if at > self.now + _CLOCK_TOLERANCE:
            raise UsageError(
                f"{what} cannot be in the future ({display_datetime(at)}).",
                what_to_do="Record it when it has happened, or plan it.",
            )
        if not_before is not None and at < not_before:
            raise UsageError(
                f"{what} cannot be before {display_datetime(not_before)}.",
                what_to_do="Check the day and the time.",
            )
        return at

    def event(
        self,
        kind: str,
        at: datetime,
        *,
        on_behalf: OnBehalf | None = None,
        about_id: str | None = None,
        detail: dict[str, Any] | None = None,
    ) -> Event:
        """Record an observed event with its time, its receipt and its recorder."""
        partner = self.partner(on_behalf)
        return self.add(
            Event,
            kind=kind,
            at=at,
            recorded_at=self.now,
            source="partner" if partner else "person",
            recorded_by=self.caller.name,
            recorded_role=self.caller.role.label,
            on_behalf_of=partner.id if partner else None,
            spoken_to=on_behalf.spoken_to if on_behalf else None,
            channel=on_behalf.channel if on_behalf else None,
            about_id=about_id,
            detail=detail,
        )

    def move(self, machine: Machine, row: Synced, target: str, *, on_behalf: bool = False) -> None:
        """Take a row's `status` to `target`, as its state machine allows this caller.

        Raises:
            RefusedError: there is no such step; NotPermittedError: not for this organisation.
        """
        machine.require_move(
            row.status,  # type: ignore[attr-defined]  # only rows with a machine come here
            target,
            OrgKind(self.caller.org_kind),
            hub=self.caller.role is Role.HUB_CASE_MANAGER,
            on_behalf=on_behalf,
        )
        row.status = target  # type: ignore[attr-defined]  # as above

    def partner(self, on_behalf: OnBehalf | None) -> Organisation | None:
        """Return the partner without a desk for whom the caller records.

        Raises:
            RefusedError: that organisation has a desk of its own, or the caller is an agency.
        """
        if on_behalf is None:
            return None
        if not on_behalf.spoken_to:
            raise UsageError("Name the person at the partner who said it.")
        if not is_line(on_behalf.spoken_to):
            raise UsageError("Name the person at the partner in one line, without numbers.")
        if on_behalf.channel not in set(Channel):
            raise UsageError(
                f"'{on_behalf.channel}' is not a channel.",
                what_to_do=f"Use one of: {', '.join(each.value for each in Channel)}.",
            )
        partner = find_organisation(self.session, on_behalf.org)
        if partner.has_desk or self.caller.org_kind == "agency":
            raise RefusedError(
                f"{partner.name} answers on its own desk.",
                what_to_do="Ask it to record this itself.",
                code="has_desk",
            )
        return partner

    def task(
        self,
        kind: str,
        title: str,
        *,
        owner_kind: str,
        due_at: datetime | None = None,
        urgent: bool = False,
        owner_org_id: str | None = None,
        about_id: str | None = None,
        by_rule: bool = False,
    ) -> Task | None:
        """Open a task unless one of this kind is already open on the case.

        `by_rule`: due time and urgency are those of the table of kinds, counted from now.
        """
        if any(t.kind == kind and t.status == "open" for t in self.case.tasks):
            return None
        if by_rule:
            rule = task_kinds()[kind]
            due_at, urgent = rule.due.due_at(self.now), urgent or rule.urgent
        return self.add(
            Task,
            status="open",
            kind=kind,
            title=title,
            owner_kind=owner_kind,
            owner_org_id=owner_org_id,
            due_at=due_at,
            urgent=urgent,
            about_id=about_id,
        )


def given(value: Any, words: str) -> Any:
    """Return `value`, or refuse with what is missing."""
    if value in (None, "", ()):
        raise UsageError(f"{words} is missing.")
    return value


def known(row: _Row | None) -> _Row:
    """Return a row that the step before guarantees."""
    if row is None:
        raise BugError("a row that the step before guarantees is absent")
    return row
