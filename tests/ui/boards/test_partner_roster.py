"""A hub writes down the workers of an agency without a desk, and never calls one surely free."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from d2a_desktop.domain.permissions import Role
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.roster_board import RosterBoardPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.formats.cells import CELL_ROLE
from d2a_desktop.ui.formats.tones import Hue
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.nav import PAGES_OF_KIND
from tests.shared_desks import SharedDesk, offered, referred_person
from tests.ui.open_desks import settled

pytestmark = pytest.mark.postgres


@pytest.fixture
def page(theme: Theme, actions: Actions, tasks: Tasks, qtbot: QtBot) -> Iterator[RosterBoardPage]:
    link = DeskLink()
    made = RosterBoardPage(theme, actions, tasks, link)
    link.setParent(made)
    qtbot.addWidget(made)
    made.resize(1118, 690)
    made.show()
    yield made
    tasks.close()


def test_a_partners_worker_is_written_down_named_and_placed_for_the_partner(
    shared_desk: Callable[[str], SharedDesk], page: RosterBoardPage, qtbot: QtBot
):
    ward, hub = shared_desk("ward"), shared_desk("hub")
    case = referred_person(ward)
    ward.sync()
    hub.sync()
    assert hub.desk.caller.role is Role.HUB_CASE_MANAGER
    assert "roster" in [entry.key for entry in PAGES_OF_KIND["hub"]]
    page._link.set_desk(hub.desk)
    settled(qtbot, page.add_button.isEnabled)
    assert page.title == "Partners' workers"
    assert not page.contract_button.isVisible()
    dialog = page.add_worker()
    assert dialog.fields.editor("agency").read() == "AG003"
    dialog.put(first_name="Rosa")
    with qtbot.waitSignal(dialog.done_with):
        qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, lambda: page.model.rowCount() == 1)
    rosa = page.model.row_at(0)
    assert (rosa.role_title, rosa.standing) == ("Test agency3", "cannot_confirm")
    assert rosa.papers_words == "Papers are the agency's: ask them"
    assert rosa.papers == ()
    tag = page.model.index(0, 1).data(CELL_ROLE)
    assert tag.hue is Hue.NEUTRAL
    assert rosa.free_from is None
    assert not page.add_paper_button.isEnabled()
    hub.sync()  # the shared database takes a partner's worker from the hub

    offered(hub, case, "AG003")
    said = {"org": "AG003", "spoken_to": "Alex Phone", "channel": "phone"}
    (offer,) = hub.desk.queries.offers(hub.desk.caller)
    hub.do(case, "accept", offer=offer.reference, on_behalf=said)
    hub.sync()
    hub.do(
        case,
        "allocate",
        offer=offer.reference,
        worker=rosa.worker_id,
        starts_at=hub.ahead(days=1),
        ends_at=hub.ahead(days=20),
        on_behalf=said,
    )
    hub.sync()
    (worker,) = hub.desk.queries.workers(hub.desk.caller)  # not a second Rosa
    unsure = [block for block in worker.blocks if block.kind == "unsure"]
    assert {block.label for block in unsure} == {"Papers are the agency's: ask them"}
    assert not any(block.note for block in worker.blocks)
    kinds = [block.kind for block in worker.blocks]
    assert "booked" in kinds
    assert "free" not in kinds
    (gap,) = hub.desk.queries.cover_gaps(hub.desk.caller)
    assert not gap.first
