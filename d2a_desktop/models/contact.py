"""The table `contact`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Contact(Synced):
    """A relative, carer or professional to speak to."""

    __tablename__ = "contact"

    name: Mapped[str]
    phone: Mapped[str | None]
    note: Mapped[str | None]
    organisation: Mapped[str | None]
    relationship: Mapped[str]
    unpaid_carer: Mapped[bool | None]
    covers_breaks: Mapped[bool | None]
    voided_at: Mapped[datetime | None]
