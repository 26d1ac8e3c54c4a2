"""The table `desk`: whose desk this is; it has exactly one row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT, Base


class Desk(Base):
    """The identity of this store.

    `desk_id` is the client id towards the shared database. `locked_until_sync` is set by a
    restore and cleared after a hello and a full pull.
    """

    __tablename__ = "desk"
    __table_args__ = (CheckConstraint("one = 1", name="only_one"), STRICT)

    one: Mapped[int] = mapped_column(primary_key=True, default=1)
    desk_id: Mapped[str]
    org_id: Mapped[str]
    org_ods: Mapped[str]
    org_kind: Mapped[str]
    org_name: Mapped[str]
    system_id: Mapped[str | None]
    server_url: Mapped[str | None]
    trial: Mapped[bool]
    locked_until_sync: Mapped[bool]
    created_at: Mapped[datetime]
