"""What a unit of work changed: each changed row as one operation with its old and new values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.orm.base import NO_VALUE
from sqlalchemy.orm.state import InstanceState

from d2a_desktop.core.errors import BugError
from d2a_desktop.domain.fields import BASE_COLUMNS, RECORDS, Merge
from d2a_desktop.local_db.search import SEARCHED, Document, document_of
from d2a_desktop.models.base import Synced
from d2a_desktop.models.wire import codecs_of, table_of, wire_values

INSERT, PATCH = "ins", "patch"


@dataclass
class RowChange:
    """One row's change in the course of a unit of work; values are wire values."""

    entity: str
    row_id: str
    scope_id: str
    kind: str
    base_ver: int
    hlc: int
    set: dict[str, Any] = field(default_factory=dict)
    base: dict[str, Any] = field(default_factory=dict)


class Recorder:
    """Collects the changes of synced rows at each flush, before SQLAlchemy forgets the old values.

    `next_hlc` gives the logical time of the next changed row.
    """

    def __init__(self, *, next_hlc: Callable[[], int]) -> None:
        self._next_hlc = next_hlc
        self._changes: list[RowChange] = []
        self._latest: dict[tuple[str, str], RowChange] = {}
        self._searched: dict[tuple[str, str], Synced] = {}
        self.bulk_documents: list[Document] = []

    def before_flush(self, session: Session, context: object, instances: object) -> None:
        """Record what is about to be written (SQLAlchemy's `before_flush`).

        Raises:
            BugError: a synced row is deleted, or a field changed that never changes.
        """
        for row in session.deleted:
            if isinstance(row, Synced):
                raise BugError(f"a {row.__tablename__} is voided with a reason, never deleted")
        for row in session.new:
            if isinstance(row, Synced):
                self._record_insert(row)
        for row in session.dirty:
            if isinstance(row, Synced):
                self._record_patch(session, row)

    def record_bulk(self, entity: str, row: Synced, wire: dict[str, Any]) -> None:
        """Record a row that is inserted past the session."""
        key = (entity, row.id)
        if key in self._latest:
            raise BugError(f"this {entity} was added twice")
        self._keep(RowChange(entity, row.id, row.scope_id, INSERT, 0, hlc=row.hlc, set=wire))

    def _keep(self, change: RowChange) -> RowChange:
        self._changes.append(change)
        self._latest[change.entity, change.row_id] = change
        return change

    def changes(self) -> list[RowChange]:
        """Return what changed, in the order in which rows were first touched.

        A row is one change, but for a state that moved on twice with a flush between: each step
        of a state machine is an operation of its own, for the shared database checks each.
        """
        kept = []
        for change in self._changes:
            if change.kind == PATCH:
                same = [name for name, old in change.base.items() if change.set[name] == old]
                for name in same:
                    del change.base[name], change.set[name]
                if not change.set:
                    continue
            kept.append(change)
        return kept

    def documents(self) -> list[Document]:
        """Return the search documents of rows whose searched words may have changed."""
        made = (document_of(key[0], row) for key, row in self._searched.items())
        return [document for document in made if document is not None]

    def _record_insert(self, row: Synced) -> None:
        entity = row.__tablename__
        if row.__dict__.get("scope_id") is None:
            raise BugError(f"a new {entity} has no scope")
        row.ver = row.ver or 0
        row.hlc = self._next_hlc()
        values = row.__dict__
        given = {
            name: values[name]
            for name in codecs_of(entity)
            if name not in _NOT_SENT and values.get(name) is not None
        }
        self.record_bulk(entity, row, wire_values(entity, given))
        self._note_for_search(entity, row, given)

    def _record_patch(self, session: Session, row: Synced) -> None:
        entity = row.__tablename__
        state: InstanceState[Synced] = instance_state(row)
        # A row read and set within one flush carries its old values in committed_state.
        touched = {
            name: old
            for name, old in state.committed_state.items()
            if name in codecs_of(entity) and name not in ("ver", "hlc")
        }
        changed: dict[str, tuple[Any, Any]] = {}
        for name, before in touched.items():
            old = _stored_now(session, row, name) if before is NO_VALUE else before
            new = getattr(row, name)
            if old != new:
                changed[name] = (old, new)
        if not changed:
            return
        change = self._latest.get((entity, row.id))
        if change is None or (change.kind == PATCH and "status" in changed.keys() & change.set):
            change = self._keep(
                RowChange(
                    entity, row.id, row.scope_id, PATCH, base_ver=row.ver, hlc=self._next_hlc()
                )
            )
        if change.kind == PATCH:
            _refuse_fixed(entity, changed)
        row.hlc = change.hlc
        olds = wire_values(entity, {name: old for name, (old, _) in changed.items()})
        news = wire_values(entity, {name: new for name, (_, new) in changed.items()})
        change.set.update(news)
        if change.kind == PATCH:
            change.base = olds | change.base
        self._note_for_search(entity, row, changed)

    def _note_for_search(self, entity: str, row: Synced, touched: Iterable[str]) -> None:
        searched = SEARCHED.get(entity)
        if searched is not None and not set(searched.columns).isdisjoint(touched):
            self._searched[entity, row.id] = row


_NOT_SENT = frozenset(BASE_COLUMNS) - {"scope_id"}


def _refuse_fixed(entity: str, changed: Iterable[str]) -> None:
    record = RECORDS[entity]
    for name in changed:
        known = record.fields.get(name)
        if known is None or known.merge is Merge.FIXED:
            raise BugError(f"{entity}.{name} never changes once it is set")
        if record.append_only is not None and name not in record.append_only:
            raise BugError(f"{entity} is append-only: {name} cannot be changed")


def _stored_now(session: Session, row: Synced, name: str) -> Any:
    """Return the value in the table of an attribute that was set without having been read."""
    table = table_of(row.__tablename__)
    with session.no_autoflush:
        return session.execute(
            select(table.columns[name]).where(table.columns["id"] == row.id)
        ).scalar_one()
