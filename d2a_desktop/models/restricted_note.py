"""The table `restricted_note`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class RestrictedNote(Synced):
    """Restricted text, such as safeguarding or a key code."""

    __tablename__ = "restricted_note"

    kind: Mapped[str]
    text: Mapped[str]
    written_by: Mapped[str]
    written_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
