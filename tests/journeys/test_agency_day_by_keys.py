"""The agency's day by a person without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from d2a_desktop.domain.codes import DeclineReason
from d2a_desktop.ui.boards.offers_board import OffersBoardPage
from d2a_desktop.ui.dialogs.allocate import AllocateDialog
from d2a_desktop.ui.widgets.editors import moment_text
from tests.journeys.at import Keys
from tests.journeys.other_desks import sent_home, two_offers
from tests.shared_databases import System
from tests.shared_desks import SharedDesk

pytestmark = [pytest.mark.postgres, pytest.mark.journey]


def test_an_agency_day_without_a_mouse(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    type_at: Callable[[SharedDesk], Keys],
) -> None:
    desks = two_offers(shared, shared_desk)
    agency = type_at(desks["agency"])
    offers = agency.go("offers")
    assert isinstance(offers, OffersBoardPage)
    agency.settled(lambda: offers.panel is not None and offers.model.rowCount() == 2)

    declines_the_first(agency, offers)
    accepts_the_second(agency, offers)
    agency.sync()
    agency.sync()
    case, surname = allocates(agency, offers)
    agency.sync()

    sent_home(desks, case)
    agency.sync()
    agency.open_record(surname)
    agency.reaches("at_home")
    for what in ("Worker arrived", "The person arrived", "Welfare check"):
        records_that(agency, what)
    agency.sync()
    ward = desks["ward"]
    ward.sync()
    seen = ward.desk.queries.case(ward.desk.caller, case)
    assert seen.records["departure"]["arrived_home_at"] is not None


def current(offers: OffersBoardPage) -> str:
    assert offers.panel is not None
    return offers.panel.view.current_id


def status(offers: OffersBoardPage) -> str:
    row = offers.model.row_of(current(offers))
    return row.status if row is not None else ""


def declines_the_first(agency: Keys, offers: OffersBoardPage) -> None:
    """The buttons stand beside the list; Tab leads from it to them."""
    agency.tab_to("Offers", exact=True)
    agency.settled(lambda: bool(current(offers)))
    agency.press_button("Decline…")
    dialog = agency.dialog()
    agency.fill(("Reason", next(iter(DeclineReason)).label))
    agency.send(dialog)
    agency.settled(lambda: status(offers) == "declined")


def accepts_the_second(agency: Keys, offers: OffersBoardPage) -> None:
    """Enter on the row does the first thing there is to do with it."""
    before = current(offers)
    agency.tab_to("Offers", exact=True)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
        if current(offers) == before:
            agency.hit(key)
    assert status(offers) == "sent"
    agency.hit(Qt.Key.Key_Return)
    dialog = agency.dialog()
    slots = dialog.fields.editor("slot").box
    agency.fill(("Guaranteed start", slots.itemText(1)))
    agency.send(dialog)
    agency.settled(lambda: status(offers) == "accepted")


def allocates(agency: Keys, offers: OffersBoardPage) -> tuple[str, str]:
    """Return the case reference and the surname, both disclosed by now."""
    agency.settled(lambda: "allocate" in offers.detail.buttons)
    agency.tab_to("Offers", exact=True)
    agency.hit(Qt.Key.Key_Return)
    dialog = agency.dialog(AllocateDialog)
    agency.settled(lambda: dialog.model.rowCount() == 1)
    now = agency.now
    agency.fill(
        ("From", moment_text(now - timedelta(hours=3))),
        ("Expected at the home", moment_text(now - timedelta(hours=2))),
    )
    agency.send(dialog)
    agency.settled(lambda: bool((row := offers.model.row_of(current(offers))) and row.worker))
    row = offers.model.row_of(current(offers))
    assert row is not None
    assert row.case_ref is not None
    assert row.person is not None
    return row.case_ref, row.person.partition(",")[0].lower()


def records_that(agency: Keys, what: str) -> None:
    """A opens what comes next; the list of what was seen is searched by its letters."""
    before = entries(agency)
    agency.hit(Qt.Key.Key_A)
    dialog = agency.dialog()
    agency.fill(("What", what))
    agency.send(dialog)
    agency.settled(lambda: entries(agency) > before)


def entries(agency: Keys) -> int:
    return len(agency.record.view.timeline) if agency.record.view is not None else 0
