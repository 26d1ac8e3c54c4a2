"""A day at an agency: one offer declined, one accepted, a worker allocated, the arrival seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from d2a_desktop.ui.boards.capacity_board import CapacityBoardPage
from d2a_desktop.ui.boards.offers_board import OffersBoardPage
from d2a_desktop.ui.dialogs.allocate import AllocateDialog
from tests.journeys.at import At
from tests.journeys.other_desks import sent_home, two_offers
from tests.shared_databases import System
from tests.shared_desks import SharedDesk

pytestmark = [pytest.mark.postgres, pytest.mark.journey]


def test_an_agency_day(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    sit_at: Callable[[SharedDesk], At],
) -> None:
    desks = two_offers(shared, shared_desk)
    agency = sit_at(desks["agency"])
    offers = agency.page("offers")
    assert isinstance(offers, OffersBoardPage)
    agency.settled(lambda: offers.panel is not None and offers.model.rowCount() == 2)

    declines_one(agency, offers)
    accepts_the_other(agency, offers)
    agency.sync()
    agency.sync()
    case, surname = allocates(agency, offers)
    agency.sync()
    sees_the_worker_as_taken(agency)

    sent_home(desks, case)
    agency.sync()
    record = agency.open_record(surname)
    agency.reaches("at_home")
    agency.act("arrive", what="worker_arrived")
    agency.act("arrive", what="arrived_home")
    agency.settled(
        lambda: record.view is not None and "welfare_check" not in str(record.view.records)
    )
    agency.act("arrive", what="welfare_check")
    agency.sync()

    ward = desks["ward"]
    ward.sync()
    seen = ward.desk.queries.case(ward.desk.caller, case)
    assert seen.records["departure"]["arrived_home_at"] is not None
    assert agency.light == "synced"


def declines_one(agency: At, offers: OffersBoardPage) -> None:
    """Nobody is named; only the reference and the reason of a declined offer stay."""
    assert {row.person for row in offers.model.rows_shown()} == {None}
    declined = offers.model.row_at(0).offer_id
    assert offers.panel is not None
    offers.panel.view.select_id(declined)
    agency.settled(lambda: "decline" in offers.detail.buttons)
    agency.click(offers.detail.buttons["decline"])
    agency.fill_and_send(reason=agency.dialog().fields.editor("reason").box.itemData(1))
    agency.settled(lambda: status_of(offers, declined) == "declined")


def status_of(offers: OffersBoardPage, offer_id: str) -> str:
    row = offers.model.row_of(offer_id)
    return row.status if row is not None else ""


def accepts_the_other(agency: At, offers: OffersBoardPage) -> None:
    wanted = next(row.offer_id for row in offers.model.rows_shown() if row.status == "sent")
    assert offers.panel is not None
    offers.panel.view.select_id(wanted)
    agency.settled(lambda: "accept" in offers.detail.buttons)
    agency.click(offers.detail.buttons["accept"])
    slot = agency.dialog().fields.editor("slot").box
    slot.setFocus()
    agency.qtbot.keyClick(slot, Qt.Key.Key_Down)
    agency.fill_and_send()
    agency.settled(lambda: status_of(offers, wanted) == "accepted")


def allocates(agency: At, offers: OffersBoardPage) -> tuple[str, str]:
    """Allocate the one worker; return case reference and surname, both disclosed by now."""
    agency.settled(lambda: "allocate" in offers.detail.buttons)
    agency.click(offers.detail.buttons["allocate"])
    dialog = agency.dialog(AllocateDialog)
    agency.settled(lambda: dialog.model.rowCount() == 1)
    assert dialog.model.row_at(0).verdict == "fits"
    now = agency.now
    agency.fill_and_send(starts_at=now - timedelta(hours=3), expected_at=now - timedelta(hours=2))
    accepted = next(row for row in offers.model.rows_shown() if row.status == "accepted")
    agency.settled(lambda: bool((row := offers.model.row_of(accepted.offer_id)) and row.worker))
    assert accepted.person is not None
    assert accepted.case_ref is not None
    return accepted.case_ref, accepted.person.partition(",")[0].lower()


def sees_the_worker_as_taken(agency: At) -> None:
    capacity = agency.page("capacity")
    assert isinstance(capacity, CapacityBoardPage)
    agency.settled(lambda: any(row.kind == "booked" for row in capacity.times.rows_shown()))
