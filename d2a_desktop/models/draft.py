"""The table `draft`: what people typed and have not sent, each for themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT_BY_ID, Base, Json


class Draft(Base):
    """One form of one person about one record; it never leaves this desk.

    `scope_id` is the scope whose purge takes it along, `values` what the form's fields hold, as
    typed.
    """

    __tablename__ = "draft"
    __table_args__ = STRICT_BY_ID

    login: Mapped[str] = mapped_column(primary_key=True)
    scope_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    form: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[Any] = mapped_column(Json)
    saved_at: Mapped[datetime]
