"""The open desk and the link of every test of a board."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from d2a_desktop.bootstrap import Desk
from d2a_desktop.ui.desk_link import DeskLink
from d2a_desktop.ui.tasks import Tasks
from tests.ui.boards.local_desk import make_local_desk
from tests.ui.open_desks import OpenDesk, open_desk_in


@pytest.fixture
def desk(tmp_path: Path, tasks: Tasks) -> Iterator[OpenDesk]:
    opened = open_desk_in(tmp_path)
    yield opened
    tasks.close()
    opened.close()


@pytest.fixture
def link(desk: OpenDesk) -> DeskLink:
    made = DeskLink()
    made.set_desk(desk)
    return made


@pytest.fixture
def whole_desk(tmp_path: Path, tasks: Tasks, no_keyring: None) -> Iterator[Desk]:
    """A desk as the program opens it, with schedules, packs, sheets and printers."""
    made = make_local_desk(tmp_path / "desk")
    yield made
    tasks.close()
    made.close()


@pytest.fixture
def whole_link(whole_desk: Desk) -> DeskLink:
    made = DeskLink()
    made.set_desk(whole_desk)
    return made
