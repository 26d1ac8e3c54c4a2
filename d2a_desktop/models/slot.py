"""The table `slot`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class Slot(Synced):
    """One guaranteed start of an agency's week."""

    __tablename__ = "slot"

    contract_id: Mapped[str] = mapped_column(index=True)
    week: Mapped[str]
    number: Mapped[int]
    status: Mapped[str]
    earliest_start: Mapped[date | None]
    held_by_org_id: Mapped[str | None]
    offer_id: Mapped[str | None] = mapped_column(index=True)
    held_until: Mapped[datetime | None]
    lost_reason: Mapped[str | None]
