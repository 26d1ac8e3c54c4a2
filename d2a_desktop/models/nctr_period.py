"""The table `nctr_period`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class NctrPeriod(Synced):
    """A period without criteria to reside (NCTR)."""

    __tablename__ = "nctr_period"

    nctr_from: Mapped[datetime]
    review_id: Mapped[str | None]
    source: Mapped[str]
    nctr_to: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    void_reason: Mapped[str | None]
