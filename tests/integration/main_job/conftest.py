"""Desks of the people of one shared database, closed after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.main_job.desks import ServiceDesk
from tests.integration.sync.desks import make_desk
from tests.shared_databases import System


@pytest.fixture
def service_desk(shared: System, tmp_path: Path) -> Iterator[Callable[[str], ServiceDesk]]:
    """Make a desk for one of the people of the shared database; closed at the end."""
    made: list[ServiceDesk] = []

    def make(who: str) -> ServiceDesk:
        one = ServiceDesk(make_desk(shared, who, tmp_path / who))
        made.append(one)
        return one

    yield make
    for one in made:
        one.desk.store.close()
