"""A new encrypted store for each test, under a key that is the same for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.local_db.unit_of_work import LocalStore
from tests.local_stores import new_clock, new_store


@pytest.fixture
def clock() -> SettableClock:
    return new_clock()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def store(profile: Path, clock: SettableClock) -> Iterator[LocalStore]:
    made = new_store(profile, clock=clock)
    yield made
    made.close()
