"""The table `pathway_decision`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class PathwayDecision(Synced):
    """One decision of the hub on the pathway."""

    __tablename__ = "pathway_decision"

    referral_id: Mapped[str] = mapped_column(index=True)
    pathway: Mapped[str]
    service: Mapped[str | None]
    predicted_need: Mapped[str | None]
    rationale: Mapped[str]
    decided_by: Mapped[str]
    decided_role: Mapped[str]
    options: Mapped[Any] = mapped_column(Json, nullable=True)
    took_part: Mapped[Any] = mapped_column(Json, nullable=True)
    decided_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    funding_confirmed: Mapped[bool | None]
    void_reason: Mapped[str | None]
