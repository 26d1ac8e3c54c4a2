"""The table `patient`."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from d2a_desktop.models.base import Json, Synced


class Patient(Synced):
    """The person of a case."""

    __tablename__ = "patient"

    nhs_number: Mapped[str | None] = mapped_column(index=True)
    family_name: Mapped[str]
    given_name: Mapped[str | None]
    title: Mapped[str | None]
    nhs_number_status: Mapped[str]
    gender: Mapped[str]
    birth_date: Mapped[date]
    preferred_name: Mapped[str | None]
    address_1: Mapped[str | None]
    address_2: Mapped[str | None]
    address_3: Mapped[str | None]
    address_4: Mapped[str | None]
    postcode: Mapped[str | None]
    phone: Mapped[str | None]
    gp_practice_code: Mapped[str | None]
    gp_practice_name: Mapped[str | None]
    language: Mapped[str | None]
    interpreter_required: Mapped[bool | None]
    allergy_state: Mapped[str]
    allergies: Mapped[Any] = mapped_column(Json, nullable=True)
