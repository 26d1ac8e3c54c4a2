"""Matches: an agency's roster planned, allocated and told to be old; a hub's next agency to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.matches_board import MatchesBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.dialogs.allocate import AllocateDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.shared_desks import SharedDesk, give_capacity, offered, referred_person
from tests.ui.open_desks import settled

pytestmark = pytest.mark.postgres


@pytest.fixture
def page(theme: Theme, actions: Actions, tasks: Tasks, qtbot: QtBot) -> Iterator[MatchesBoardPage]:
    link = DeskLink()
    made = MatchesBoardPage(theme, actions, tasks, link)
    link.setParent(made)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    yield made
    tasks.close()


def test_a_hub_is_told_whom_to_ask_next_and_an_agency_plans_and_allocates(
    shared_desk: Callable[[str], SharedDesk], page: MatchesBoardPage, qtbot: QtBot
):
    ward, hub, agency = shared_desk("ward"), shared_desk("hub"), shared_desk("agency")
    slot, _worker = give_capacity(agency)
    agency.sync()
    case = referred_person(ward)
    for each in (ward, hub):
        each.sync()
    offered(hub, case, "AG001")
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)

    # The hub: one person waits, an offer is out.
    asked: list[str] = []
    page.request_open_case.connect(asked.append)
    page.show_line(hub.desk.queries.ward_board(hub.desk.caller).rows[0].case_id)
    page._link.set_desk(hub.desk)
    settled(qtbot, lambda: page.model.rowCount() == 1)
    line = page.model.row_at(0)
    settled(qtbot, lambda: page._wanted == "")
    assert page.panel.view.current_id == line.row_id
    assert any("asked, reply by" in words for words in line.why)
    assert not page.offer_button.isVisible()
    page.panel.view.setFocus()
    qtbot.keyClick(page.panel.view, Qt.Key.Key_Return)
    assert asked == [line.about_id]

    # The agency: first the open offer, then the accepted one with its worker.
    page._link.clear()
    for each in (hub, agency):
        each.sync()
    page._link.set_desk(agency.desk)
    settled(qtbot, lambda: page.model.rowCount() == 1 and not page.model.row_at(0).accepted)
    settled(qtbot, page.progress.isHidden)
    offers: list[str] = []
    page.offer_asked.connect(offers.append)
    page.open_line()
    (offer,) = agency.desk.queries.offers(agency.desk.caller)
    assert offers == [offer.offer_id]
    agency.do(offer.reference, "accept", offer=offer.reference, slot=slot)
    page._tasks.tell(ChangeSet(kinds=frozenset({"offer"})))
    settled(qtbot, page.stale.isVisible)
    agency.sync()
    page.plan_button.click()
    settled(qtbot, lambda: page.model.rowCount() == 1 and page.model.row_at(0).accepted)
    assert not page.stale.isVisible()
    line = page.model.row_at(0)
    assert line.proposed == "Funmi Exampleworker"
    assert "1 proposal, 0 without anybody · no better plan exists" in page._sub.text()
    page.do_button.click()
    settled(qtbot, lambda: bool(page.findChildren(AllocateDialog)))
    dialog = page.findChildren(AllocateDialog)[0]
    settled(qtbot, lambda: dialog.chosen is not None)
    settled(qtbot, dialog.button.isEnabled)  # whom it is for is shown
    assert dialog.banner is not None
    assert "SAMPLETON" in dialog.banner.accessibleName()
    assert dialog.chosen is not None
    assert dialog.chosen.worker_id == line.worker_id
    dialog.submit()
    settled(qtbot, lambda: page.model.rowCount() == 0)
