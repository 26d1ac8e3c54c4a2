"""The anonymous need profile of a case, made only through the table of disclosure."""

from __future__ import annotations

from datetime import date
from typing import Any

from d2a_desktop.core.errors import BlockedError
from d2a_desktop.domain.disclosure import NEEDS_IN_PROFILE, NeedFacts, need_profile
from d2a_desktop.services.case_rows import CaseRows


def build_need_profile(rows: CaseRows, *, reference: str, on: date) -> dict[str, Any]:
    """Return the offer's fields that describe the person on the day `on`, and no others.

    Raises:
        BlockedError: the need, the postcode or the home is not described.
        RefusedError: a need is not one of its codes.
    """
    need, home, patient = rows.need, rows.home, rows.patient
    if need is None or home is None or not patient.postcode:
        raise BlockedError(
            "The need is not described yet.",
            reasons=["Care need, home and postcode are needed for an offer"],
            code="not_offerable",
        )
    facts = NeedFacts(
        reference=reference,
        birth_date=patient.birth_date,
        postcode=patient.postcode,
        needs={name: getattr(need, name) for name in NEEDS_IN_PROFILE},
        earliest_start=need.earliest_start,
        latest_start=need.latest_start,
        length_days=need.length_days,
        gender_required=need.gender_required,
        required_skills=tuple(need.required_skills or ()),
        languages=tuple(need.languages_required or ()),
        pets=tuple(home.pets or ()),
        smoking_home=home.smoking_home,
        stairs=home.stairs,
        bedroom=home.bedroom_for_worker,
        driver_required=need.driver_required,
        carers_needed=need.carers_needed,
        funding_type=need.funding_type,
    )
    return need_profile(facts, today=on)
