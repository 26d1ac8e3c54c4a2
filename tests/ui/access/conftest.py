"""The story and the windows of the tests of access."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from d2a_desktop.services.solver_process import SolverProcess
from d2a_desktop.ui.actions import Actions
from d2a_desktop.ui.tasks import Tasks
from d2a_desktop.ui.theme.theme import Theme
from tests.integration.services.walk import Walk
from tests.ui.access.desks import Shown, desk_of, make_story, make_window
from tests.ui.open_desks import settled


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The story's store, closed."""
    return make_story(tmp_path_factory.mktemp("access") / "desk")


@pytest.fixture
def shown(
    story: Walk, theme: Theme, actions: Actions, tasks: Tasks, tmp_path: Path, qtbot: QtBot
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
        walk = story.copied_to(tmp_path / f"{len(walks)} {kind}")
        walks.append(walk)
        made = make_window(
            walk, kind, theme=theme, actions=actions, tasks=tasks, solver=solver, rest=rest
        )
        qtbot.addWidget(made.window)
        with qtbot.waitActive(made.window):
            made.window.show()
            made.window.activateWindow()
        made.link.set_desk(desk_of(walk, kind, solver))
        rest()
        return made

    yield make
    tasks.close()
    solver.close()
    for walk in walks:
        walk.close()
