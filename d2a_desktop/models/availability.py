"""The table `availability`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class Availability(Synced):
    """When a worker is away or free."""

    __tablename__ = "availability"

    worker_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    from_day: Mapped[date]
    to_day: Mapped[date]
    voided_at: Mapped[datetime | None]
