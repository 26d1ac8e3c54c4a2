"""The table `departure`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class Departure(Synced):
    """A departure from hospital, planned and then observed."""

    __tablename__ = "departure"

    status: Mapped[str]
    left_at: Mapped[datetime | None]
    arrived_home_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    left_source: Mapped[str | None]
    end_reason: Mapped[str | None]
    clock_effect: Mapped[str | None]
    offer_id: Mapped[str | None] = mapped_column(index=True)
    planned_at: Mapped[datetime]
    latest_arrival_at: Mapped[datetime | None]
    overridden_at: Mapped[datetime | None]
    transport: Mapped[str | None]
    transport_state: Mapped[str | None]
    medicines_state: Mapped[str | None]
    equipment_state: Mapped[str | None]
    key_state: Mapped[str | None]
    destination: Mapped[str | None]
    override_reason: Mapped[str | None]
    override_by: Mapped[str | None]
    override_role: Mapped[str | None]
    override_on_call: Mapped[str | None]
    gate: Mapped[Any] = mapped_column(Json, nullable=True)
