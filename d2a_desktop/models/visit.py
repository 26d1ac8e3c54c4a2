"""The table `visit`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class Visit(Synced):
    """An assessor's appointment at home."""

    __tablename__ = "visit"

    status: Mapped[str]
    assessor_id: Mapped[str | None] = mapped_column(index=True)
    second_assessor_id: Mapped[str | None]
    departure_id: Mapped[str | None]
    assessor_name: Mapped[str | None]
    outcome_note: Mapped[str | None]
    void_reason: Mapped[str | None]
    purpose: Mapped[str]
    place: Mapped[str]
    outcome: Mapped[str | None]
    need_found: Mapped[str | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    travel_minutes: Mapped[int | None]
    provisional: Mapped[bool]
    next_review_on: Mapped[date | None]
    form: Mapped[Any] = mapped_column(Json, nullable=True)
