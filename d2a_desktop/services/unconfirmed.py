"""What was done at this desk and the shared database has not confirmed yet, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.settings import Settings
from d2a_desktop.local_db.outbox import WAITING
from d2a_desktop.models.outbox_op import OutboxOp


@dataclass(frozen=True)
class Unconfirmed:
    """The rows with operations that wait, and the scopes they are in.

    An offer's scope is the offer itself, a case's the spell. `fields` are the fields written, by
    row; only where they were asked for.
    """

    rows: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def touches(self, scope_ids: Iterable[str]) -> bool:
        """Whether anything in these scopes is not confirmed yet."""
        return not self.scopes.isdisjoint(scope_ids)


NOTHING = Unconfirmed()


def unconfirmed(session: Session, settings: Settings, *, with_fields: bool = False) -> Unconfirmed:
    """Return what waits, in one look at the waiting part of the outbox.

    A desk without a shared database has nobody who could confirm: nothing waits there.
    """
    if not settings.server_url:
        return NOTHING
    asked = select(OutboxOp.row_id, OutboxOp.scope_id).where(OutboxOp.state.in_(WAITING))
    if not with_fields:
        found = session.execute(asked.distinct()).all()
        return Unconfirmed(frozenset(r for r, _ in found), frozenset(s for _, s in found))
    fields: dict[str, frozenset[str]] = {}
    scopes: set[str] = set()
    for row_id, scope_id, values in session.execute(asked.add_columns(OutboxOp.set_values)):
        fields[row_id] = fields.get(row_id, frozenset()) | frozenset(values or ())
        scopes.add(scope_id)
    return Unconfirmed(frozenset(fields), frozenset(scopes), fields)
