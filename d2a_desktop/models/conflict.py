"""The table `conflict`: operations that need a person's choice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import STRICT_BY_ID, Base, Json


class Conflict(Base):
    """One operation that was not taken as sent: `mine` met `theirs`, or a rule refused it.

    `code` is the server's word (`conflict`, `overlap`, `not_allowed`, ...). A resolved conflict
    keeps its row; `choice` is mine, theirs, edit or seen. `theirs_by` tells by field who wrote
    what is there now: `name` of a colleague, `org_name`, `org`, `at`.
    """

    __tablename__ = "conflict"
    __table_args__ = STRICT_BY_ID

    op: Mapped[str] = mapped_column(primary_key=True)
    grp: Mapped[str]
    login: Mapped[str]
    entity: Mapped[str]
    row_id: Mapped[str] = mapped_column(index=True)
    scope_id: Mapped[str] = mapped_column(index=True)
    code: Mapped[str]
    base: Mapped[Any] = mapped_column(Json, nullable=True)
    mine: Mapped[Any] = mapped_column(Json, nullable=True)
    theirs: Mapped[Any] = mapped_column(Json, nullable=True)
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
    choice: Mapped[str | None]
    theirs_by: Mapped[Any] = mapped_column(Json, nullable=True)
