"""The table `offer_outcome`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from d2a_desktop.models.base import Synced


class OfferOutcome(Synced):
    """What remains on an agency's desk of an offer that came to nothing."""

    __tablename__ = "offer_outcome"

    offer_reference: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]
