"""The table `offer`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class Offer(Synced):
    """An offer to one agency, with its anonymous need profile."""

    __tablename__ = "offer"

    status: Mapped[str]
    reference: Mapped[str]
    age_band: Mapped[str]
    outward_postcode: Mapped[str | None]
    agency_org_id: Mapped[str]
    sent_by_org_id: Mapped[str]
    suggested_profile_id: Mapped[str | None]
    gender_required: Mapped[str | None]
    stairs: Mapped[str | None]
    funding_type: Mapped[str | None]
    needs: Mapped[Any] = mapped_column(Json, nullable=False)
    required_skills: Mapped[Any] = mapped_column(Json, nullable=True)
    languages: Mapped[Any] = mapped_column(Json, nullable=True)
    pets: Mapped[Any] = mapped_column(Json, nullable=True)
    smoking_home: Mapped[bool | None]
    bedroom: Mapped[bool | None]
    driver_required: Mapped[bool | None]
    earliest_start: Mapped[date | None]
    latest_start: Mapped[date | None]
    length_days: Mapped[int | None]
    carers_needed: Mapped[int | None]
    respond_by: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]
    responded_at: Mapped[datetime | None]
    handed_back_at: Mapped[datetime | None]
    responded_by: Mapped[str | None]
    spoken_to: Mapped[str | None]
    decline_reason: Mapped[str | None]
    handed_back_reason: Mapped[str | None]
    channel: Mapped[str | None]
    slot_id: Mapped[str | None]
    proposed_worker_id: Mapped[str | None]
    on_behalf_of: Mapped[str | None]
