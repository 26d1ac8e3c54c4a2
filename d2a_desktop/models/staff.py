"""The table `staff`."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Staff(Synced):
    """A person with a login in the desk's organisation, written by the shared database."""

    __tablename__ = "staff"

    login: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool]
