"""The table `medicine`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Medicine(Synced):
    """One line of the medicines list."""

    __tablename__ = "medicine"

    name: Mapped[str]
    dose: Mapped[str | None]
    route: Mapped[str | None]
    times: Mapped[str | None]
    reason: Mapped[str | None]
    change: Mapped[str]
    administration: Mapped[str | None]
    controlled: Mapped[bool | None]
    tto_days: Mapped[int | None]
    source_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
