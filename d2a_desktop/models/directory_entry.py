"""The table `directory_entry`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class DirectoryEntry(Synced):
    """An organisation or a person outside the program that people ring; or a colleague's deputy."""

    __tablename__ = "directory_entry"

    kind: Mapped[str]
    name: Mapped[str]
    organisation: Mapped[str | None]
    role_title: Mapped[str | None]
    phone: Mapped[str | None]
    alternate_phone: Mapped[str | None]
    email: Mapped[str | None]
    alternate_name: Mapped[str | None]
    note: Mapped[str | None]
    verified_by: Mapped[str | None]
    hours: Mapped[Any] = mapped_column(Json, nullable=True)
    verified_on: Mapped[date | None]
    away_from: Mapped[date | None]
    away_to: Mapped[date | None]
    voided_at: Mapped[datetime | None]
