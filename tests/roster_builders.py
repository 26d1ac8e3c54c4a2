"""One plain builder for each record of rosters, placements and capacity."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.assessor_time import AssessorTime
from d2a_desktop.models.availability import Availability
from d2a_desktop.models.capacity_contract import CapacityContract
from d2a_desktop.models.credential import Credential
from d2a_desktop.models.directory_entry import DirectoryEntry
from d2a_desktop.models.offer_outcome import OfferOutcome
from d2a_desktop.models.placement import Placement
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.shared_view import SharedView
from d2a_desktop.models.slot import Slot
from d2a_desktop.models.worker import Worker
from tests.builder_ids import AGENCY, CONTRACT, HUB, NOW, OFFER, changed, some_id


def make_worker(**given: Any) -> Worker:
    row = Worker(
        id=some_id("worker"),
        scope_id=AGENCY,
        first_name="Jo",
        family_name="Carer",
        status="active",
        skills=["hoist"],
    )
    return changed(row, given)


def make_credential(**given: Any) -> Credential:
    row = Credential(
        id=some_id("credential"),
        scope_id=AGENCY,
        worker_id=some_id("worker"),
        code="dbs",
        valid_to=date(2027, 6, 30),
    )
    return changed(row, given)


def make_availability(**given: Any) -> Availability:
    row = Availability(
        id=some_id("availability"),
        scope_id=AGENCY,
        worker_id=some_id("worker"),
        kind="away",
        from_day=date(2026, 12, 24),
        to_day=date(2026, 12, 27),
    )
    return changed(row, given)


def make_placement(**given: Any) -> Placement:
    row = Placement(
        id=some_id("placement"),
        scope_id=AGENCY,
        offer_id=OFFER,
        offer_reference="O-346A-789B",
        status="planned",
    )
    return changed(row, given)


def make_placement_block(**given: Any) -> PlacementBlock:
    row = PlacementBlock(
        id=some_id("block"),
        scope_id=AGENCY,
        placement_id=some_id("placement"),
        offer_id=OFFER,
        kind="main",
        status="confirmed",
        worker_id=some_id("worker"),
        starts_at=NOW,
        ends_at=NOW + timedelta(days=28),
    )
    return changed(row, given)


def make_offer_outcome(**given: Any) -> OfferOutcome:
    row = OfferOutcome(
        id=some_id("offer_outcome"),
        scope_id=AGENCY,
        offer_reference="O-346A-789B",
        outcome="declined",
        at=NOW,
    )
    return changed(row, given)


def make_capacity_contract(**given: Any) -> CapacityContract:
    row = CapacityContract(
        id=CONTRACT,
        scope_id=CONTRACT,
        agency_org_id=AGENCY,
        valid_from=date(2026, 4, 1),
        min_starts=5,
        max_starts=8,
    )
    return changed(row, given)


def make_slot(**given: Any) -> Slot:
    row = Slot(
        id=some_id("slot"),
        scope_id=CONTRACT,
        contract_id=CONTRACT,
        week="2026-W48",
        number=1,
        status="open",
    )
    return changed(row, given)


def make_assessor(**given: Any) -> Assessor:
    row = Assessor(
        id=some_id("assessor"),
        scope_id=HUB,
        name="Sam Example",
        profession="occupational_therapist",
        works_bank_holidays=False,
        active=True,
    )
    return changed(row, given)


def make_assessor_time(**given: Any) -> AssessorTime:
    row = AssessorTime(
        id=some_id("assessor_time"),
        scope_id=HUB,
        assessor_id=some_id("assessor"),
        kind="working",
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=8),
    )
    return changed(row, given)


def make_directory_entry(**given: Any) -> DirectoryEntry:
    row = DirectoryEntry(
        id=some_id("directory_entry"),
        scope_id=HUB,
        kind="pharmacy",
        name="Example Street Pharmacy",
        phone="01632 960111",
    )
    return changed(row, given)


def make_shared_view(**given: Any) -> SharedView:
    row = SharedView(
        id=some_id("shared_view"),
        scope_id=HUB,
        page="referrals",
        definition={
            "chip": "", "sort": "", "descending": False, "beside": None,
            "columns": {"shown": ["person"], "widths": {}},
        },
        shared_by_login="u_0123456789ab",
        shared_at=NOW,
        name="Morning",
    )  # fmt: skip
    return changed(row, given)
