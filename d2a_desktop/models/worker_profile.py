"""The table `worker_profile`."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class WorkerProfile(Synced):
    """A pseudonymous worker, shared where the agency's setting allows it."""

    __tablename__ = "worker_profile"

    agency_org_id: Mapped[str]
    opaque_id: Mapped[str]
    outward_area: Mapped[str | None]
    gender: Mapped[str | None]
    skills: Mapped[Any] = mapped_column(Json, nullable=True)
    languages: Mapped[Any] = mapped_column(Json, nullable=True)
    accepts_pets: Mapped[Any] = mapped_column(Json, nullable=True)
    driver: Mapped[bool | None]
    smoker: Mapped[bool | None]
    accepts_smoking_home: Mapped[bool | None]
    free_from: Mapped[date | None]
    free_until: Mapped[date | None]
    longest_block_days: Mapped[int | None]
