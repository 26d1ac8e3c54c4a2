"""The table `audit_entry`: who changed what on this desk, chained by hashes, append-only."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT, Base, Json


class AuditEntry(Base):
    """One change of one row.

    `salt`, `delta` and `reason` are the content; a purge of the scope sets them to null and the
    chain still holds, because it runs over `content_hash` (`security/audit.py`).
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_row_id", "row_id"),
        STRICT,
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    entity: Mapped[str]
    row_id: Mapped[str]
    scope_id: Mapped[str]
    salt: Mapped[str | None]
    delta: Mapped[Any] = mapped_column(Json, nullable=True)
    reason: Mapped[str | None]
    content_hash: Mapped[str]
    prev: Mapped[str]
    hash: Mapped[str]
