"""The table `credential`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class Credential(Synced):
    """A check or qualification of a worker."""

    __tablename__ = "credential"

    worker_id: Mapped[str] = mapped_column(index=True)
    code: Mapped[str]
    issued_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    checked_on: Mapped[date | None]
    voided_at: Mapped[datetime | None]
