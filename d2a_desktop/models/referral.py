"""The table `referral`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class Referral(Synced):
    """A referral of a case to the care transfer hub."""

    __tablename__ = "referral"

    reference: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str]
    to_org_id: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]
    predicted_need: Mapped[str | None]
    chc_considered: Mapped[str | None]
    admission_type: Mapped[str | None]
    returned_reason: Mapped[str | None]
    reason_for_referral: Mapped[str | None]
    supporting_information: Mapped[str | None]
    why_in_hospital: Mapped[str | None]
    what_changed: Mapped[str | None]
    what_matters: Mapped[str | None]
    communication_tips: Mapped[str | None]
    please_do: Mapped[str | None]
    please_dont: Mapped[str | None]
    how_support: Mapped[str | None]
    goals: Mapped[str | None]
    therapy_plan: Mapped[str | None]
    contingency: Mapped[str | None]
    red_flags: Mapped[str | None]
    lead_clinician: Mapped[str | None]
    liaison_name: Mapped[str | None]
    liaison_phone: Mapped[str | None]
    follow_up: Mapped[str | None]
    local_authority: Mapped[str | None]
    social_services_team: Mapped[str | None]
    proposed_discharge: Mapped[date | None]
