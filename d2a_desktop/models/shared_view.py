"""The table `shared_view`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class SharedView(Synced):
    """A view of a list that somebody shares with a ward, or with a team without wards."""

    __tablename__ = "shared_view"

    page: Mapped[str]
    definition: Mapped[Any] = mapped_column(Json)
    shared_by_login: Mapped[str]
    shared_at: Mapped[datetime]
    name: Mapped[str]
    ward: Mapped[str | None]
    voided_at: Mapped[datetime | None]
