"""The table `placement`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class Placement(Synced):
    """An accepted offer, in the agency's own scope."""

    __tablename__ = "placement"

    offer_id: Mapped[str] = mapped_column(index=True)
    offer_reference: Mapped[str]
    outward_postcode: Mapped[str | None]
    status: Mapped[str]
    planned_start: Mapped[date | None]
    planned_end: Mapped[date | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
