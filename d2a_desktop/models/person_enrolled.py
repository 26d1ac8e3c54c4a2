"""The table `person_enrolled`: who may unlock this desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT_BY_ID, Base


class PersonEnrolled(Base):
    """One person with a login of the shared database and a key of their own to this desk."""

    __tablename__ = "person_enrolled"
    __table_args__ = STRICT_BY_ID

    login: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    enrolled_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    last_hello_at: Mapped[datetime | None]
