"""The table `outbox_op`: what this desk's people changed and the shared database must be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT, Base, Instant, Json


class OutboxOp(Base):
    """One operation of a group; `seq` is the order of sending.

    `state` is pending, acked, rejected, conflict, orphaned or blocked. `set_values` and
    `base_values` are null once their content was wiped (a purge of their scope).
    """

    __tablename__ = "outbox_op"
    __table_args__ = (
        Index("ix_outbox_op_state_seq", "state", "seq"),
        Index("ix_outbox_op_row_id", "row_id"),
        STRICT | {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    op: Mapped[str] = mapped_column(unique=True)
    grp: Mapped[str]
    login: Mapped[str]
    entity: Mapped[str]
    row_id: Mapped[str]
    scope_id: Mapped[str]
    kind: Mapped[str]
    set_values: Mapped[Any] = mapped_column(Json, nullable=True)
    base_values: Mapped[Any] = mapped_column(Json, nullable=True)
    base_ver: Mapped[int]
    hlc: Mapped[int]
    schema_version: Mapped[int]
    state: Mapped[str] = mapped_column(default="pending")
    result: Mapped[Any] = mapped_column(Json, nullable=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
