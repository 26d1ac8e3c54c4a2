"""The table `home`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class Home(Synced):
    """What awaits the person and a worker at home."""

    __tablename__ = "home"

    lives_alone: Mapped[bool | None]
    bedroom_for_worker: Mapped[bool | None]
    heating: Mapped[bool | None]
    hot_water: Mapped[bool | None]
    food_in: Mapped[bool | None]
    wifi: Mapped[bool | None]
    parking: Mapped[bool | None]
    smoking_home: Mapped[bool | None]
    key_safe: Mapped[bool | None]
    pets: Mapped[Any] = mapped_column(Json, nullable=True)
    stairs: Mapped[str | None]
    bed_location: Mapped[str | None]
    access_notes: Mapped[str | None]
    keys_held_by: Mapped[str | None]
    other_household: Mapped[str | None]
