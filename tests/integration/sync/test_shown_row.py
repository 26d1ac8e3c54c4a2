"""What a person sees of a row is the server's last word with every unsent edit on top, always."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import pytest

from d2a_desktop.local_db.unit_of_work import LocalStore
from tests.integration.sync.one_row import OneDesk
from tests.local_stores import copied_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStore]:
    made = copied_store(tmp_path_factory.mktemp("desk") / "store")
    yield made
    made.close()


# Played at random, each of these met a fault: an edit that overtook a blocked or put-off one, a
# colleague's unsent edit below one that was taken, answers in another order than the edits.
_MET = (24, 40, 46, 75, 114, 182, 275, 352, 408, 428, 455, 512)


# A refused edit of two fields gave the edit after it the base of one alone, so that refusing that
# too left a value which the server never had; what goes again was shown over a later edit.
_MET_LATER = (7076, 7940, 9128, 9283, 9490, 7385, 7502, 8284, 9179, 9468)


@pytest.mark.parametrize(
    ("seeds", "steps"),
    [(_MET, 12), (_MET_LATER, 22), (range(1000, 1060), 22)],
    ids=["met", "met_later", "more"],
)
def test_whatever_happens_to_a_row_unsent_edits_stay_on_top(
    store: LocalStore, seeds: Sequence[int], steps: int
) -> None:
    for seed in seeds:
        desk = OneDesk(store, Random(seed))
        for _ in range(steps):
            desk.step()
            desk.judge()
