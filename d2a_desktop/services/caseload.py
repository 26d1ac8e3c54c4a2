"""Handing a person's caseload to a deputy: open tasks, open barriers, cases; and taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.audit_actions import AuditAction
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.domain.permissions import Caller, may, require
from d2a_desktop.models.barrier import Barrier
from d2a_desktop.models.base import Synced
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.staff import Staff
from d2a_desktop.models.task import Task
from d2a_desktop.services.access import log_access
from d2a_desktop.services.context import Context

# Which pair of a case's fields names its owner in this kind of organisation.
_OWNER = {
    "hospital": ("owner_name", "owner_login"),
    "community": ("hub_owner_name", "hub_owner_login"),
}
# A unit of work carries at most twenty operations, its audit among them.
_MOST_TOGETHER = 15
_MODELS: dict[str, type[Synced]] = {"task": Task, "barrier": Barrier, "spell": Spell}


@dataclass(frozen=True)
class Owned:
    """One thing that somebody owns; `words` say what it is, without a person's name."""

    entity: str
    row_id: str
    case_id: str
    words: str
    field: str


@dataclass(frozen=True)
class Caseload:
    """What one colleague owns now."""

    owner: str
    tasks: tuple[Owned, ...]
    barriers: tuple[Owned, ...]
    cases: tuple[Owned, ...]

    @property
    def items(self) -> tuple[Owned, ...]:
        """All of it."""
        return (*self.tasks, *self.barriers, *self.cases)


@dataclass(frozen=True)
class HandedOver:
    """What was handed over, from whom to whom, so that the same can be taken back.

    `left` are things that somebody else took meanwhile, or that were done: they stay as they are.
    """

    giver: str
    taker: str
    items: tuple[Owned, ...]
    left: int = 0
    changes: ChangeSet = NO_CHANGES


class Caseloads:
    """Shows, hands over and takes back what colleagues of one organisation own."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def of(self, caller: Caller, owner: str) -> Caseload:
        """Return what a colleague owns by name."""
        require(caller, "view")
        with self._context.store.read() as session:
            return _caseload(session, caller, owner)

    def colleagues(self, caller: Caller) -> tuple[str, ...]:
        """Return the active colleagues of the caller's organisation by name."""
        require(caller, "view")
        with self._context.store.read() as session:
            return _colleagues(session, caller)

    def hand_over(
        self, caller: Caller, *, giver: str, taker: str, items: Sequence[Owned] | None = None
    ) -> HandedOver:
        """Give what `giver` owns to `taker`: case by case, each with its own audit entry.

        `items` are those that were shown; None for all. What was done or taken meanwhile is left.

        Raises:
            UsageError: nobody named, or one and the same person.
            RefusedError: `taker` is no colleague with a login (code "no_colleague").
        """
        require(caller, "task")
        giver, taker = giver.strip(), taker.strip()
        if not giver or not taker or giver.casefold() == taker.casefold():
            raise UsageError("Name who hands over, and another who takes it.")
        with self._context.store.read() as session:
            known = {name.casefold(): name for name in _colleagues(session, caller)}
            wanted = _caseload(session, caller, giver).items if items is None else tuple(items)
        if taker.casefold() not in known:
            raise RefusedError(
                f"{taker} is no colleague with a login of this organisation.",
                what_to_do="Choose a name of the list.",
                code="no_colleague",
            )
        return self._move(caller, wanted, giver=giver, taker=known[taker.casefold()])

    def take_back(self, caller: Caller, handed: HandedOver) -> HandedOver:
        """Give the same things back to whoever handed them over; what changed since is left."""
        require(caller, "task")
        return self._move(caller, handed.items, giver=handed.taker, taker=handed.giver)

    def _move(
        self, caller: Caller, items: Sequence[Owned], *, giver: str, taker: str
    ) -> HandedOver:
        moved: list[Owned] = []
        changes = NO_CHANGES
        for case_id, of_case in _parts(items):
            action = AuditAction.CASELOAD_HANDED_OVER
            with self._context.store.write(caller, action=action) as uow:
                login = _login_of(uow.session, caller, taker)
                done = [i for i in of_case if _give(uow.session, i, giver, taker, login)]
                if done:
                    log_access(uow, action, case_id=case_id, detail=f"{len(done)} items")
            moved += done
            changes |= uow.changes
        return HandedOver(giver, taker, tuple(moved), len(items) - len(moved), changes)


def _parts(items: Sequence[Owned]) -> Iterator[tuple[str, Sequence[Owned]]]:
    """Yield the things of each case, so many together as one command may carry."""
    by_case: dict[str, list[Owned]] = {}
    for item in items:
        by_case.setdefault(item.case_id, []).append(item)
    for case_id, of_case in by_case.items():
        for start in range(0, len(of_case), _MOST_TOGETHER):
            yield case_id, of_case[start : start + _MOST_TOGETHER]


def _give(session: Session, item: Owned, giver: str, taker: str, login: str | None) -> bool:
    """Change one owner where it still is the giver; return whether it was."""
    row: Any = session.get(_MODELS[item.entity], item.row_id)
    if row is None or row.scope_id != item.case_id or getattr(row, "status", "open") != "open":
        return False
    if (getattr(row, item.field) or "").casefold() != giver.casefold():
        return False
    setattr(row, item.field, taker)
    if item.entity == "spell":
        setattr(row, item.field.replace("_name", "_login"), login)
    return True


def _caseload(session: Session, caller: Caller, owner: str) -> Caseload:
    wanted = owner.strip().casefold()

    def owned(model: type[Any], field: str, words: str) -> tuple[Owned, ...]:
        column = getattr(model, field)
        query = select(model).where(column.is_not(None)).order_by(model.id)
        if hasattr(model, "status"):
            query = query.where(model.status == "open")
        else:
            query = query.where(model.voided_at.is_(None), model.died_at.is_(None))
        return tuple(
            Owned(model.__tablename__, row.id, row.scope_id, str(getattr(row, words)), field)
            for row in session.scalars(query)
            if (getattr(row, field) or "").casefold() == wanted
        )

    case_field = _OWNER.get(caller.org_kind)
    return Caseload(
        owner=owner,
        tasks=owned(Task, "owner_name", "title"),
        barriers=owned(Barrier, "owner_name", "reason_code") if may(caller, "barrier") else (),
        cases=owned(Spell, case_field[0], "case_ref") if case_field else (),
    )


def _colleagues(session: Session, caller: Caller) -> tuple[str, ...]:
    query = select(Staff).where(Staff.scope_id == caller.org_id, Staff.active.is_(True))
    names = {row.name for row in session.scalars(query)}
    return tuple(sorted(names, key=str.casefold))


def _login_of(session: Session, caller: Caller, name: str) -> str | None:
    return session.scalars(
        select(Staff.login).where(
            Staff.scope_id == caller.org_id, func.lower(Staff.name) == name.lower()
        )
    ).first()
