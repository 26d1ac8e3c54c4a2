"""The hub's day by a person without a mouse, with a partner who has no desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu

from d2a_desktop.domain.codes import DeclineReason
from d2a_desktop.ui.boards.capacity_board import CapacityBoardPage
from d2a_desktop.ui.boards.offers_board import OffersBoardPage
from d2a_desktop.ui.dialogs.contracts_dialog import ContractsDialog
from d2a_desktop.ui.dialogs.roster_dialog import RosterDialog
from d2a_desktop.ui.widgets.editors import moment_text
from tests.journeys.at import Keys
from tests.journeys.other_desks import give_assessor, ready_departure
from tests.shared_databases import System
from tests.shared_desks import SharedDesk, offered, referred_person

pytestmark = [pytest.mark.postgres, pytest.mark.journey]

KEY = Qt.Key


# What the offscreen screen says of a menu that opens.
@pytest.mark.qt_log_ignore(r"does not support (raise\(\)|grabbing the keyboard)")
def test_a_hub_day_with_a_partner_who_has_no_desk(
    shared: System,
    shared_desk: Callable[[str], SharedDesk],
    type_at: Callable[[SharedDesk], Keys],
) -> None:
    ward, first = shared_desk("ward"), shared_desk("hub")
    case = referred_person(ward)
    ward.sync()
    first.sync()
    ola = give_assessor(first)
    offered(first, case, "AG003", "AG001")
    hub = type_at(first)

    keeps_a_contract(hub)
    hub.sync()
    counts_its_starts(hub)
    records_their_reply(hub)
    hub.sync()
    hub.open_record("sampleton")
    hub.reaches("allocated")
    now = hub.now
    ward.sync()
    ward.do(case, "depart", **planned(now))
    ward.sync()
    hub.sync()
    hub.reaches("discharge_planned")
    acts(hub, "Turned back", ("Reason", "Taxi never came"))
    hub.sync()
    assert "Taxi never came" in str(hub.record.view)

    override = {"reason": "Sample", "role": "Matron", "by": "M Sample", "on_call": "On call"}
    ward.sync()
    ward.do(case, "depart", left_at=ward.ago(minutes=5), override=override)
    ward.do(case, "visit", assessor=ola, starts_at=ward.ahead(hours=20))
    ward.sync()
    hub.sync()
    hub.reaches("at_home")
    acts(hub, "Record an arrival", ("What", "The person arrived home"))
    acts(hub, "Log a contact", ("Person", "Anna"), ("What was said", "All is well"))
    acts(
        hub,
        "Record the outcome of a visit",
        ("Outcome", "Done"),
        ("Started at", moment_text(now - timedelta(minutes=1))),
        ("Finished at", moment_text(now)),
        ("Need found", "Less"),
    )
    hub.reaches("assessed")
    acts(hub, "End the placement", ("How it ended", "Readmitted"))
    hub.sync()  # a visit that nobody had confirmed is done for everybody too
    ward.sync()
    seen = ward.desk.queries.case(ward.desk.caller, case)
    assert seen.stage == "closed"
    assert [row.outcome for row in seen.visits if row.status == "done"] == ["done"]


def planned(now: datetime) -> dict[str, str]:
    """Return a departure planned for now, as JSON has it."""
    ready = ready_departure(now)
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in ready.items()}


def keeps_a_contract(hub: Keys) -> None:
    """A contract and its starts for the partner; the focus goes back to the list each time."""
    hub.go("capacity")
    hub.tab_to("Contracts…", exact=True)
    hub.hit(KEY.Key_Return)
    contracts = hub.dialog(ContractsDialog)
    hub.settled(contracts.new_button.isEnabled)
    hub.press_button("New contract…")
    dialog = hub.dialog(RosterDialog)
    hub.fill(("Guaranteed starts a week", "2"), ("Most starts a week", "3"))
    hub.send(dialog)
    hub.settled(lambda: contracts.model.rowCount() == 1)
    hub.tab_to("Capacity contracts", exact=True)
    hub.press_button("Open starts…")
    dialog = hub.dialog(RosterDialog)
    assert dialog.fields.editor("count").read() == 2
    hub.send(dialog)
    hub.settled(lambda: bool(contracts.current() and contracts.current().starts))
    hub.hit(KEY.Key_Escape)
    hub.settled(lambda: not hub.window.findChildren(ContractsDialog))
    assert hub.focused_name == "Contracts…"


def counts_its_starts(hub: Keys) -> None:
    page = hub.window.pages.page("capacity")
    assert isinstance(page, CapacityBoardPage)

    def shown() -> set[tuple[str, int, int]]:
        rows = page.weeks.rows_shown()
        return {(row.agency_ods, row.guaranteed_min, row.available) for row in rows}

    hub.settled(lambda: ("AG003", 2, 2) in shown())


def records_their_reply(hub: Keys) -> None:
    """They accept by telephone and name their worker; the buttons are reached from the list."""
    offers = hub.go("offers")
    assert isinstance(offers, OffersBoardPage)
    hub.settled(lambda: offers.panel is not None and offers.model.rowCount() == 2)
    assert offers.panel is not None
    hub.tab_to("Offers", exact=True)
    hub.hit(KEY.Key_Home)
    if "partner_accept" not in offers.detail.buttons:
        hub.hit(KEY.Key_Down)
    hub.press_button("They decline…")
    hub.dialog()
    hub.fill(("Reason", next(iter(DeclineReason)).label), ("Who said it", "Alex Phone"))
    hub.hit(KEY.Key_Escape)  # they rang back: it is the other button after all
    assert hub.focused_name == "They decline…"
    hub.press_button("They accept…", back=True)
    hub.fill(("Who said it", "Alex Phone"), ("By", "Telephone"))
    hub.send(hub.dialog())
    hub.sync()
    hub.settled(lambda: "partner_worker" in offers.detail.buttons)
    hub.tab_to("Offers", exact=True)
    hub.press_button("Their worker…")
    hub.fill(("Worker's first name", "Rosa"), ("Who said it", "Alex Phone"))
    hub.send(hub.dialog())


def acts(hub: Keys, words: str, *values: tuple[str, str]) -> None:
    """Choose an action in the menu of the record, fill its form and send it."""
    hub.settled(lambda: words in [each.text() for each in hub.record.menu.actions()])
    hub.tab_to("Actions", exact=True)
    hub.hit(KEY.Key_Return)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _ in range(3 * len(menu.actions())):  # an answer that comes meanwhile begins it anew
        hub.hit(KEY.Key_Down)
        chosen: QAction | None = menu.activeAction()
        if chosen is not None and chosen.text() == words:
            break
    hub.hit(KEY.Key_Return)
    dialog = hub.dialog()
    hub.fill(*values)
    hub.send(dialog)
    hub.settled(lambda: hub.focused_name == "Actions")
