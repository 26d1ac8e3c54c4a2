"""The table `event`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class Event(Synced):
    """Something observed, with the time it happened and the time it was recorded."""

    __tablename__ = "event"

    kind: Mapped[str]
    source: Mapped[str]
    channel: Mapped[str | None]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    recorded_by: Mapped[str]
    recorded_role: Mapped[str | None]
    spoken_to: Mapped[str | None]
    void_reason: Mapped[str | None]
    on_behalf_of: Mapped[str | None]
    about_id: Mapped[str | None]
    detail: Mapped[Any] = mapped_column(Json, nullable=True)
