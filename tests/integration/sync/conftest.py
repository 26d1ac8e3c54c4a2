"""Whole desks for the tests: a real encrypted store each, one real PostgreSQL between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.sync.desks import DeskUnderTest, make_desk
from tests.shared_databases import System


@pytest.fixture
def desk(shared: System, tmp_path: Path) -> Iterator[Callable[..., DeskUnderTest]]:
    """Make a desk for one of the people of the shared database; closed at the end."""
    made: list[DeskUnderTest] = []

    def make(who: str, name: str | None = None) -> DeskUnderTest:
        one = make_desk(shared, who, tmp_path / (name or who))
        made.append(one)
        return one

    yield make
    for one in made:
        one.store.close()
