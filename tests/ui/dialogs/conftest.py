"""A whole desk (bootstrap.Desk) with one person on the way home, and their record in a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.bootstrap import Desk
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.services.solver_process import SolverProcess
from d2a_desktop.shared_db.gateway import NoSharedDatabase
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.boards.case_record.page import CaseRecordPage
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.integration.services.walk import Walk, new_walk
from tests.ui.open_desks import settled


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = new_walk(tmp_path / "desk")
    made.come_in()
    yield made
    made.close()


@pytest.fixture
def record(
    theme: Theme, actions: Actions, tasks: Tasks, walk: Walk, tmp_path: Path, qtbot: Any
) -> Iterator[Callable[[Caller], CaseRecordPage]]:
    """Open the person's record at the desk of one of the people."""
    solver = SolverProcess()

    def open_for(caller: Caller) -> CaseRecordPage:
        desk = Desk(
            profile=Profile(tmp_path / "desk"),
            context=walk.context,
            caller=caller,
            gateway=NoSharedDatabase(),
            solver=solver,
        )
        link = DeskLink()
        link.set_desk(desk)
        page = CaseRecordPage(theme, actions, tasks, link)
        page.resize(1200, 780)
        qtbot.addWidget(page)
        page.show()
        qtbot.waitExposed(page)
        page.open_case(walk.case)
        settled(qtbot, lambda: page.view is not None)
        return page

    yield open_for
    tasks.close()
    solver.close()
