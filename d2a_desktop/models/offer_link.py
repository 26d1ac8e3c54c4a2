"""The table `offer_link`."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Synced


class OfferLink(Synced):
    """Which offers belong to a case."""

    __tablename__ = "offer_link"

    offer_id: Mapped[str] = mapped_column(index=True)
    referral_id: Mapped[str] = mapped_column(index=True)
    agency_org_id: Mapped[str]
