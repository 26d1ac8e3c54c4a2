"""The table `task`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Task(Synced):
    """Work that somebody chases."""

    __tablename__ = "task"

    status: Mapped[str]
    kind: Mapped[str]
    owner_kind: Mapped[str]
    outcome_code: Mapped[str | None]
    title: Mapped[str]
    owner_name: Mapped[str | None]
    note: Mapped[str | None]
    owner_org_id: Mapped[str | None]
    about_id: Mapped[str | None]
    urgent: Mapped[bool]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
