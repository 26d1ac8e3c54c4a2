"""The table `spell`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class Spell(Synced):
    """One hospital spell: the case."""

    __tablename__ = "spell"

    hospital_org_id: Mapped[str]
    case_ref: Mapped[str] = mapped_column(index=True)
    entered_from: Mapped[str]
    site: Mapped[str]
    ward: Mapped[str]
    bed: Mapped[str | None]
    specialty: Mapped[str | None]
    consultant: Mapped[str | None]
    admission_method: Mapped[str | None]
    owner_name: Mapped[str | None]
    owner_login: Mapped[str | None]
    last_import_id: Mapped[str | None]
    last_seen_at: Mapped[datetime | None]
    spell_number: Mapped[str | None] = mapped_column(index=True)
    mrn: Mapped[str | None] = mapped_column(index=True)
    admitted_at: Mapped[datetime]
    pas_nctr_from: Mapped[datetime | None]
    pas_discharged_at: Mapped[datetime | None]
    edd: Mapped[date | None]
    pas_delay_reason: Mapped[str | None]
    pas_destination: Mapped[str | None]
    hub_owner_name: Mapped[str | None]
    hub_owner_login: Mapped[str | None]
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None]
    died_at: Mapped[datetime | None]
