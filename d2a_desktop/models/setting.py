"""The table `setting`: this desk's own settings that must not lie in a plain file."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT_BY_ID, Base, Json


class Setting(Base):
    """One named setting."""

    __tablename__ = "setting"
    __table_args__ = STRICT_BY_ID

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(Json, nullable=True)
