"""The table `care_need`."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class CareNeed(Synced):
    """What care the person needs, in codes."""

    __tablename__ = "care_need"

    personal_care: Mapped[str | None]
    mobility: Mapped[str | None]
    transfers: Mapped[str | None]
    continence: Mapped[str | None]
    night_pattern: Mapped[str | None]
    cognition: Mapped[str | None]
    medicines_level: Mapped[str | None]
    communication: Mapped[str | None]
    diet: Mapped[str | None]
    skin: Mapped[str | None]
    falls_risk: Mapped[str | None]
    infection: Mapped[str | None]
    gender_required: Mapped[str | None]
    gender_preferred: Mapped[str | None]
    funding_type: Mapped[str | None]
    stairs: Mapped[str | None]
    night_calls: Mapped[int | None]
    frailty: Mapped[int | None]
    left_alone_hours: Mapped[int | None]
    carers_needed: Mapped[int | None]
    length_days: Mapped[int | None]
    priority_weight: Mapped[int | None]
    required_skills: Mapped[Any] = mapped_column(Json, nullable=True)
    languages_required: Mapped[Any] = mapped_column(Json, nullable=True)
    languages_preferred: Mapped[Any] = mapped_column(Json, nullable=True)
    driver_required: Mapped[bool | None]
    earliest_start: Mapped[date | None]
    latest_start: Mapped[date | None]
    funded_until: Mapped[date | None]
    function_summary: Mapped[str | None]
    sensory: Mapped[str | None]
