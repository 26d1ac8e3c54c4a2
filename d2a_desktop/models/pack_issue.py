"""The table `pack_issue`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class PackIssue(Synced):
    """One issue of a pack, with who printed it."""

    __tablename__ = "pack_issue"

    kind: Mapped[str]
    purpose: Mapped[str | None]
    version: Mapped[int]
    pages: Mapped[int]
    reference: Mapped[str]
    content_hash: Mapped[str]
    printed_by: Mapped[str]
    printed_role: Mapped[str | None]
    printed_at: Mapped[datetime]
    draft: Mapped[bool]
    given_at: Mapped[datetime | None]
    given_to: Mapped[str | None]
