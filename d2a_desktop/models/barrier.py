"""The table `barrier`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Barrier(Synced):
    """Something that keeps a person in hospital."""

    __tablename__ = "barrier"

    status: Mapped[str]
    reason_code: Mapped[str]
    detail: Mapped[str | None]
    owner_name: Mapped[str | None]
    owner_org_id: Mapped[str | None]
    is_primary: Mapped[bool]
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
