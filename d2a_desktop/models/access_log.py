"""The table `access_log`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class AccessLog(Synced):
    """A view, print, export or key reveal, never changed."""

    __tablename__ = "access_log"

    case_id: Mapped[str | None] = mapped_column(index=True)
    action: Mapped[str]
    detail: Mapped[str | None]
    at: Mapped[datetime]
    who: Mapped[str]
