"""The table `worker`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class Worker(Synced):
    """A live-in care worker of the agency's roster."""

    __tablename__ = "worker"

    first_name: Mapped[str]
    family_name: Mapped[str | None]
    phone: Mapped[str | None]
    home_postcode: Mapped[str | None]
    role_title: Mapped[str | None]
    gender: Mapped[str | None]
    status: Mapped[str]
    languages: Mapped[Any] = mapped_column(Json, nullable=True)
    skills: Mapped[Any] = mapped_column(Json, nullable=True)
    accepts_pets: Mapped[Any] = mapped_column(Json, nullable=True)
    contraindications: Mapped[Any] = mapped_column(Json, nullable=True)
    driver: Mapped[bool | None]
    smoker: Mapped[bool | None]
    accepts_smoking_home: Mapped[bool | None]
    photo_consent: Mapped[bool | None]
    max_distance_km: Mapped[int | None]
    min_rest_hours: Mapped[int | None]
    max_block_days: Mapped[int | None]
    max_days_in_28: Mapped[int | None]
