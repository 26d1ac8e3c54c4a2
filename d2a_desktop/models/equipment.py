"""The table `equipment`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Equipment(Synced):
    """One item of equipment for the home."""

    __tablename__ = "equipment"

    item: Mapped[str]
    supplier: Mapped[str | None]
    contact: Mapped[str | None]
    ordered_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    training_done: Mapped[bool | None]
