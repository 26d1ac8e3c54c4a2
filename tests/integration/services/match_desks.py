"""A desk with one accepted offer, workers for it, and the engines in the test's own process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from d2a_desktop.models.base import Synced
from d2a_desktop.services.matches import Matches
from d2a_desktop.services.queries.rows import WorkerChoice
from tests.builder_ids import AGENCY, some_id
from tests.builders import (
    make_offer,
)
from tests.integration.services.engine_here import EngineHere
from tests.integration.services.walk import Walk, at
from tests.local_stores import HOSPITAL_DESK, SCHEDULER
from tests.roster_builders import (
    make_credential,
    make_worker,
)

STARTS, ENDS = at(10, day=23), at(10, day=23) + timedelta(days=28)
AGENCY_DESK = replace(
    HOSPITAL_DESK,
    desk_id=some_id("agency desk"),
    org_id=AGENCY,
    org_ods="AXX01",
    org_kind="agency",
    org_name="Seafront Carers",
)
OTHER_AGENCY = some_id("other agency")


def an_offer(offer_id: str, **changes: Any) -> Synced:
    values: dict[str, Any] = {
        "id": offer_id,
        "scope_id": offer_id,
        "status": "accepted",
        "needs": {"personal_care": "some_help", "medicines_level": "prompt"},
        "required_skills": ["dementia"],
        "languages": [],
        "pets": ["cat"],
        "smoking_home": False,
        "bedroom": True,
        "driver_required": False,
        "carers_needed": 1,
        "earliest_start": date(2026, 11, 23),
        "latest_start": date(2026, 11, 26),
        "length_days": 28,
    }
    return make_offer(**{**values, **changes})


def a_worker(walk: Walk, name: str, *, papers: bool = True, **changes: Any) -> str:
    """Put a worker in the roster: fit for the offer unless changed."""
    worker_id = some_id(name)
    values: dict[str, Any] = {
        "first_name": name,
        "family_name": None,
        "gender": "female",
        "skills": ["dementia", "hoist"],
        "languages": ["English"],
        "accepts_pets": ["cat", "dog"],
        "accepts_smoking_home": False,
        "driver": True,
    }
    rows: list[Synced] = [make_worker(id=worker_id, **{**values, **changes})]
    if papers:
        rows += [
            make_credential(
                id=some_id(name + code), worker_id=worker_id, code=code, valid_to=date(2028, 1, 1)
            )
            for code in ("DBS_ENH_AB", "RTW", "MH", "MEDS")
        ]
    walk.arrives_from_server(*rows)
    return worker_id


def matches(walk: Walk) -> Matches:
    return Matches(walk.context, EngineHere())


def choices(walk: Walk, offer: str = "O-346A-789B") -> dict[str, WorkerChoice]:
    found = matches(walk).choices(SCHEDULER, offer, starts_at=STARTS, ends_at=ENDS)
    return {choice.name: choice for choice in found}
