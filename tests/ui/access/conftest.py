"""Desks of every kind over one real store, in a whole window with its navigation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from d2a_desktop.bootstrap import Desk
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.services.solver_process import SolverProcess
from d2a_desktop.shared_db.gateway import NoSharedDatabase
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.desk.facts import facts_of
from d2a_desktop.ui.desk.joins import Joins
from d2a_desktop.ui.desk.pages import Parts, page_makers, record_maker
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.main_window import MainWindow
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from d2a_desktop.ui.widgets.page import Page
from tests.builders import AGENCY
from tests.integration.services.walk import HUB_CALLER, WARD, Walk, new_walk
from tests.local_stores import START
from tests.roster_builders import (
    make_availability,
    make_capacity_contract,
    make_credential,
    make_placement_block,
    make_slot,
    make_worker,
)
from tests.ui.open_desks import settled

CALLERS: dict[str, Caller] = {
    "hospital": WARD,
    "hub": HUB_CALLER,
    "agency": Caller(
        login="u_cccccccccccc",
        name="Sam Scheduler",
        role=Role.AGENCY_SCHEDULER,
        org_id=AGENCY,
        org_ods="AXX01",
        org_kind="agency",
    ),
    "assessor": replace(HUB_CALLER, login="u_ffffffffffff", role=Role.ASSESSOR),
}


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Three people of a ward: one leaves soon, one has an offer out, one waits; and a roster."""
    walk = new_walk(tmp_path_factory.mktemp("access") / "desk")
    walk.come_in("Waitinger", mrn="H1", nhs_number=None, bed="3")
    walk.come_in("Offerworth", mrn="H2", nhs_number=None, bed="4")
    walk.refer()
    walk.offer()
    walk.ready_to_leave()
    walk.do(WARD, "note", text="Rang the daughter.", kind="call", spoken_to="Anna")
    walk.arrives_from_server(
        make_worker(),
        make_credential(),
        make_availability(),
        make_capacity_contract(),
        make_slot(),
        make_placement_block(starts_at=START, ends_at=START + timedelta(days=28)),
    )
    walk.close()
    return walk


@dataclass
class Shown:
    """A desk's whole window, shown and active."""

    window: MainWindow
    walk: Walk
    link: DeskLink
    parts: Parts
    _rest: Callable[[], None]

    def page(self, key: str) -> Page:
        """Bring a page to the front and wait until it has loaded."""
        assert self.window.show_page(key)
        self._rest()
        return self.window.pages.page(key)

    def record(self) -> Any:
        """Bring the record of the person who leaves soon to the front."""
        self.window.case_asked.emit(self.walk.case_id)
        self._rest()
        return self.window.pages.page("record")

    def rest(self) -> None:
        """Wait until nothing is under way."""
        self._rest()


@pytest.fixture
def shown(
    story: Walk,
    theme: Theme,
    actions: Actions,
    tasks: Tasks,
    tmp_path: Path,
    qtbot: QtBot,
) -> Iterator[Callable[[str], Shown]]:
    """Open the window of a desk of one kind (a key of nav.PAGES_OF_KIND)."""
    solver = SolverProcess()
    walks: list[Walk] = []
    jobs = [0]
    tasks.busy.connect(lambda number: jobs.__setitem__(0, number))

    def rest() -> None:
        for _ in range(3):  # an answer may ask the next question
            settled(qtbot, lambda: jobs[0] == 0, timeout=20_000)

    def make(kind: str) -> Shown:
        walk = story.copied_to(tmp_path / kind)
        walks.append(walk)
        desk = Desk(
            profile=Profile(tmp_path / kind),
            context=walk.context,
            caller=CALLERS[kind],
            gateway=NoSharedDatabase(),
            solver=solver,
        )
        link = DeskLink()
        parts = Parts(theme, actions, tasks, link, desk.profile)
        window = MainWindow(theme, actions, tasks, facts_of(desk), page_makers(kind, parts))
        window.pages.add(record_maker(parts))
        link.setParent(window)
        Joins(window, parts)
        window.resize(1366, 768)
        qtbot.addWidget(window)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        link.set_desk(desk)
        rest()
        return Shown(window, walk, link, parts, rest)

    yield make
    tasks.close()
    solver.close()
    for walk in walks:
        walk.close()
