"""Drafts: what a person typed and has not sent, kept in the encrypted store of this desk alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from d2a_desktop.domain.permissions import Caller
from d2a_desktop.models.draft import Draft as Row
from d2a_desktop.services.context import Context

NO_RECORD = "desk"
"""The scope of a form about nobody's record, such as a person who is taken in by hand."""


@dataclass(frozen=True)
class Draft:
    """What the fields of a form held, as typed, and when it was kept (aware UTC)."""

    values: Mapping[str, Any]
    saved_at: datetime


class Drafts:
    """Keeps drafts by login, record and form; no audit and no exchange: nothing was done yet.

    A draft is seen by the person who typed it and nobody else. The purge of its scope takes it.
    """

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._clock = context.clock

    def keep(self, caller: Caller, scope_id: str, form: str, values: Mapping[str, Any]) -> Draft:
        """Keep what was typed in place of what was kept before; return it.

        Raises:
            UnreachableError: the disk is full, or the store is read-only.
        """
        kept = Draft(dict(values), self._clock.now())
        row = Row(
            login=caller.login,
            scope_id=scope_id or NO_RECORD,
            form=form,
            values=dict(values),
            saved_at=kept.saved_at,
        )
        with self._store.apply() as session:
            session.merge(row)
        return kept

    def kept(self, caller: Caller, scope_id: str, form: str) -> Draft | None:
        """Return this person's draft, None where there is none."""
        with self._store.read() as session:
            row = session.get(Row, (caller.login, scope_id or NO_RECORD, form))
            return None if row is None else Draft(dict(row.values), row.saved_at)

    def discard(self, caller: Caller, scope_id: str, form: str) -> None:
        """Throw a draft away: it was sent, or its person said so."""
        if self._store.read_only:
            return
        with self._store.apply() as session:
            session.execute(
                delete(Row).where(
                    Row.login == caller.login,
                    Row.scope_id == (scope_id or NO_RECORD),
                    Row.form == form,
                )
            )

    def forget(self, login: str) -> None:
        """Throw away all drafts of a person who may no longer open this desk."""
        with self._store.apply() as session:
            session.execute(delete(Row).where(Row.login == login))
