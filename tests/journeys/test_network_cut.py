"""The network is cut in the middle of an acceptance: it counts once, or it is still to be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.offers_board import OffersBoardPage
from d2a_desktop.ui.formats.offer_words import waits
from d2a_desktop.ui.theme.theme import Theme
from tests.fault_proxy import DOWN, UP, Fault, FaultProxy
from tests.integration.main_job.desks import admitted, full_record
from tests.journeys.at import At
from tests.shared_databases import System
from tests.shared_desks import SharedDesk, give_capacity, offered

pytestmark = [pytest.mark.postgres, pytest.mark.journey]


@pytest.fixture
def proxy(shared: System) -> Iterator[FaultProxy]:
    with FaultProxy(shared.database.port) as one:
        yield one


@pytest.fixture
def hub(shared_desk: Callable[[str], SharedDesk]) -> SharedDesk:
    """A hub that has offered one person to the agency."""
    ward, hub = shared_desk("ward"), shared_desk("hub")
    case = admitted(ward)
    ward.do(case, "refer", record=full_record())
    ward.sync()
    hub.sync()
    offered(hub, case, "AG001")
    hub.sync()
    return hub


@pytest.fixture
def agency(
    shared: System,
    proxy: FaultProxy,
    hub: SharedDesk,
    tmp_path: Path,
    no_keyring: None,
    theme: Theme,
    actions: Actions,
    qtbot: QtBot,
) -> Iterator[At]:
    """The agency's window, whose desk reaches the server through the proxy."""
    behind = replace(shared, database=replace(shared.database, port=proxy.port))
    desk = SharedDesk(behind, "agency", tmp_path / "agency")
    give_capacity(desk)
    desk.sync()
    one = At.of(desk, theme, actions, qtbot)
    yield one
    one.close()


@pytest.mark.parametrize(
    ("direction", "told"),
    [(UP, "the request is lost"), (DOWN, "the server has taken it and its answer is lost")],
)
def test_an_acceptance_is_cut_and_counts_once(
    agency: At, hub: SharedDesk, proxy: FaultProxy, direction: str, told: str
) -> None:
    offers = agency.page("offers")
    assert isinstance(offers, OffersBoardPage)
    agency.settled(lambda: "accept" in offers.detail.buttons)
    agency.sync()
    # The push is the first long request, and its answer the first that is longer than "nothing".
    proxy.arm(Fault.RESET, direction, PUSH_BYTES[direction], down_until_healed=True)
    accepts(agency, offers)
    agency.settled(proxy.struck.is_set)
    agency.settled(lambda: not agency.life.sync.running and agency.light == "offline")

    # Nothing may be promised that the server has not confirmed.
    agency.settled(lambda: waits(offers.model.row_at(0)))
    row = offers.model.row_at(0)
    assert row.person is None
    assert row.case_ref is None
    hub.sync()
    seen = hub.desk.queries.offers(hub.desk.caller)[0].status
    assert seen == ("sent" if direction == UP else "accepted"), told

    proxy.heal()
    agency.sync()
    agency.sync()
    agency.settled(lambda: offers.model.row_at(0).person is not None)
    assert not waits(offers.model.row_at(0))
    assert agency.light == "synced"
    hub.sync()
    assert [row.status for row in hub.desk.queries.offers(hub.desk.caller)] == ["accepted"]


# How much goes through before the cut; the acceptance itself is some kilobytes.
PUSH_BYTES = {UP: 500, DOWN: 300}


def accepts(agency: At, offers: OffersBoardPage) -> None:
    agency.click(offers.detail.buttons["accept"])
    slot = agency.dialog().fields.editor("slot").box
    slot.setFocus()
    agency.qtbot.keyClick(slot, Qt.Key.Key_Down)
    agency.fill_and_send()
