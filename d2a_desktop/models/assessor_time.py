"""The table `assessor_time`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class AssessorTime(Synced):
    """Working time or absence of an assessor."""

    __tablename__ = "assessor_time"

    assessor_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
