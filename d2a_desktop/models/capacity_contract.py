"""The table `capacity_contract`."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class CapacityContract(Synced):
    """How many starts a week an agency guarantees."""

    __tablename__ = "capacity_contract"

    agency_org_id: Mapped[str]
    commissioner: Mapped[str | None]
    on_call_phone: Mapped[str | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    min_starts: Mapped[int]
    max_starts: Mapped[int]
    response_hours: Mapped[int | None]
    hours: Mapped[Any] = mapped_column(Json, nullable=True)
    unused_slot_rule: Mapped[str | None]
