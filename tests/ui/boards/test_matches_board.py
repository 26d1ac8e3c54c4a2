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
from d2a_desktop.ui.dialogs.take_over_dialog import TakeOverDialog
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.shared_desks import (
    SharedDesk,
    give_capacity,
    offered,
    referred_person,
    worker_document,
)
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
    unknown = worker_document("Una", credentials=[])
    agency.desk.roster.save(agency.desk.caller, "worker", unknown)
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
    starts = [bars.factors[0][:2] for bars in page.detail.bars]
    assert ("Free starts", "none; none known") in starts
    # Who has an offer out is shown and not ticked: nothing is sent twice by one Enter.
    assert line.step is None or not line.step.advised
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
    settled(qtbot, lambda: "Best fit" in page.detail.words)
    assert [name for name, *_ in page.detail.bars[0].factors][:2] == ["Skills", "Free dates"]
    assert "1 worker does not fit" in page.detail.words
    assert any("Una Exampleworker: not known: " in words for words in page.detail.words)
    page.do_button.click()
    settled(qtbot, lambda: bool(page.findChildren(AllocateDialog)))
    dialog = page.findChildren(AllocateDialog)[0]
    settled(qtbot, lambda: dialog.chosen is not None)
    settled(qtbot, dialog.button.isEnabled)  # whom it is for is shown
    assert dialog.banner is not None
    assert "SAMPLETON" in dialog.banner.accessibleName()
    assert dialog.chosen is not None
    assert dialog.chosen.worker_id == line.worker_id
    dialog.reject()

    # The whole plan, line by line, by keys alone.
    page.take_button.click()
    taking = page.findChildren(TakeOverDialog)[0]
    assert taking.do_button.text() == "Allocate 1"
    qtbot.keyClick(taking.list, Qt.Key.Key_Space)
    assert not taking.do_button.isEnabled()
    qtbot.keyClick(taking.list, Qt.Key.Key_Space)
    with qtbot.waitSignal(page.request_toast) as told:
        qtbot.keyClick(taking.list, Qt.Key.Key_Return)
    assert told.args[0] == "1 allocation requested"
    settled(qtbot, lambda: page.model.rowCount() == 0)
