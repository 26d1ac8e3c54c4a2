"""The table `note`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Note(Synced):
    """A note of the case; never changed, only voided."""

    __tablename__ = "note"

    kind: Mapped[str]
    text: Mapped[str]
    author: Mapped[str]
    author_role: Mapped[str | None]
    spoken_to: Mapped[str | None]
    void_reason: Mapped[str | None]
    at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
