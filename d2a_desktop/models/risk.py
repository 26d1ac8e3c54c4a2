"""The table `risk`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Risk(Synced):
    """One known risk."""

    __tablename__ = "risk"

    kind: Mapped[str]
    detail: Mapped[str | None]
    voided_at: Mapped[datetime | None]
