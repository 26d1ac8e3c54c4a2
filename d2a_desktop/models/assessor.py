"""The table `assessor`."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class Assessor(Synced):
    """A home assessor of a community organisation."""

    __tablename__ = "assessor"

    name: Mapped[str]
    base_postcode: Mapped[str | None]
    login: Mapped[str | None]
    profession: Mapped[str]
    gender: Mapped[str | None]
    skills: Mapped[Any] = mapped_column(Json, nullable=True)
    languages: Mapped[Any] = mapped_column(Json, nullable=True)
    pattern: Mapped[Any] = mapped_column(Json, nullable=True)
    works_bank_holidays: Mapped[bool]
    active: Mapped[bool]
