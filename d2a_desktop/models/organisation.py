"""The table `organisation`."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Organisation(Synced):
    """An organisation of the system, written by the shared database."""

    __tablename__ = "organisation"

    ods_code: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str | None]
    on_call_phone: Mapped[str | None]
    secure_email: Mapped[str | None]
    kind: Mapped[str]
    has_desk: Mapped[bool]
    share_profiles: Mapped[bool]
