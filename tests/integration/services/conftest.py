"""A desk of its own for each test of a service: new, or with a person ready to leave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builder_ids import OFFER
from tests.integration.services.match_desks import AGENCY_DESK, an_offer
from tests.integration.services.walk import Walk, new_walk


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = new_walk(tmp_path / "desk")
    yield made
    made.close()


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """One walk up to the departure, closed, to be copied."""
    made = new_walk(tmp_path_factory.mktemp("walked") / "desk")
    made.ready_to_leave()
    made.close()
    return made


@pytest.fixture
def ready(walked: Walk, tmp_path: Path) -> Iterator[Walk]:
    copy = walked.copied_to(tmp_path / "desk")
    yield copy
    copy.close()


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[Walk]:
    """An agency's desk with one accepted offer."""
    made = new_walk(tmp_path / "agency", desk=AGENCY_DESK)
    made.arrives_from_server(an_offer(OFFER))
    yield made
    made.close()
