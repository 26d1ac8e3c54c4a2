"""The table `shadow`: the shared database's last word on rows with edits not yet confirmed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT_BY_ID, Base, Json


class Shadow(Base):
    """One row as the shared database last sent it, in wire values."""

    __tablename__ = "shadow"
    __table_args__ = STRICT_BY_ID

    entity: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(primary_key=True)
    scope_id: Mapped[str] = mapped_column(index=True)
    ver: Mapped[int]
    wire: Mapped[Any] = mapped_column(Json, nullable=False)
