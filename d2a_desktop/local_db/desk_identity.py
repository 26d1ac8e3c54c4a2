"""Whose desk a store is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import BugError
from d2a_desktop.models.desk import Desk


@dataclass(frozen=True)
class DeskIdentity:
    """The desk towards people and towards the shared database.

    `desk_id` is the client id; a restored or copied store takes a new one. `org_id` and
    `system_id` are the shared database's; before the first hello `org_id` is the desk's own.
    """

    desk_id: str
    org_id: str
    org_ods: str
    org_kind: str
    org_name: str = ""
    system_id: str | None = None
    server_url: str | None = None
    trial: bool = False
    locked_until_sync: bool = False


_NAMES = tuple(DeskIdentity.__dataclass_fields__)
_WHOSE = select(*(getattr(Desk, name) for name in _NAMES)).where(Desk.one == 1)


def load_identity(session: Session) -> DeskIdentity:
    """Return the identity kept in the store.

    Raises:
        BugError: the store was made without one.
    """
    row = session.execute(_WHOSE).one_or_none()
    if row is None:
        raise BugError("this store has no desk in it")
    return DeskIdentity(*row)


def save_identity(session: Session, desk: DeskIdentity, *, now: datetime) -> None:
    """Write the identity; the time of creation is that of the first writing."""
    row = session.get(Desk, 1)
    if row is None:
        row = Desk(one=1, created_at=now)
        session.add(row)
    for name in _NAMES:
        setattr(row, name, getattr(desk, name))


def with_new_client(desk: DeskIdentity, desk_id: str) -> DeskIdentity:
    """Return the identity of a restored store: another client, locked until it has synced."""
    return replace(desk, desk_id=desk_id, locked_until_sync=True)
