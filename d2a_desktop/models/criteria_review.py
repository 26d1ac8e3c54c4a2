"""The table `criteria_review`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class CriteriaReview(Synced):
    """One review of the criteria to reside."""

    __tablename__ = "criteria_review"

    applies: Mapped[Any] = mapped_column(Json, nullable=False)
    exception: Mapped[str | None]
    decided_by: Mapped[str]
    decided_role: Mapped[str]
    entered_by: Mapped[str]
    decided_at: Mapped[datetime]
    up_and_dressed: Mapped[bool | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
