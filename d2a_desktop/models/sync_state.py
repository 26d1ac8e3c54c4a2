"""The table `sync_state`: cursors, nonces, the logical clock and other one-value memories."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT_BY_ID, Base, Json


class SyncState(Base):
    """One named value."""

    __tablename__ = "sync_state"
    __table_args__ = STRICT_BY_ID

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json, nullable=True)
