"""The table `capacity_week`."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class CapacityWeek(Synced):
    """The counts of one ISO week of one capacity contract, written by the shared database."""

    __tablename__ = "capacity_week"

    contract_id: Mapped[str] = mapped_column(index=True)
    agency_org_id: Mapped[str]
    week: Mapped[str]
    min_starts: Mapped[int]
    max_starts: Mapped[int]
    open_slots: Mapped[int]
    held_slots: Mapped[int]
    accepted_slots: Mapped[int]
    started_slots: Mapped[int]
    lost_slots: Mapped[int]
