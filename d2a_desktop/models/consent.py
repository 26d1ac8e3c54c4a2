"""The table `consent`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Consent(Synced):
    """What the person agreed to, and who was told."""

    __tablename__ = "consent"

    person_agrees: Mapped[str | None]
    agreed_by: Mapped[str | None]
    share_consent: Mapped[str | None]
    capacity: Mapped[str | None]
    carer_consulted: Mapped[str | None]
    agreed_at: Mapped[datetime | None]
    family_informed_at: Mapped[datetime | None]
    introduction_offered_at: Mapped[datetime | None]
    introduction_held_at: Mapped[datetime | None]
    representative_name: Mapped[str | None]
    family_informed_who: Mapped[str | None]
    objection: Mapped[str | None]
    lpa: Mapped[str | None]
    adrt: Mapped[str | None]
    respect_form: Mapped[str | None]
    dols: Mapped[str | None]
