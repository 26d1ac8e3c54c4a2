"""The table `placement_block`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class PlacementBlock(Synced):
    """One worker's stint in a placement."""

    __tablename__ = "placement_block"

    placement_id: Mapped[str] = mapped_column(index=True)
    offer_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    status: Mapped[str]
    worker_id: Mapped[str] = mapped_column(index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    expected_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str | None]
    overrides: Mapped[Any] = mapped_column(Json, nullable=True)
