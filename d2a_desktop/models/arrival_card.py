"""The table `arrival_card`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class ArrivalCard(Synced):
    """Who arrives when: the allocated worker as the case's own side sees them."""

    __tablename__ = "arrival_card"

    offer_id: Mapped[str] = mapped_column(index=True)
    block_id: Mapped[str] = mapped_column(index=True)
    agency_org_id: Mapped[str]
    first_name: Mapped[str]
    role: Mapped[str]
    on_call_phone: Mapped[str | None]
    status: Mapped[str]
    kind: Mapped[str]
    expected_at: Mapped[datetime | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
