"""The soak deals its desks so that every worker has somebody for each deed."""

from __future__ import annotations

import pytest

from tests.convergence.soak import deal, layout


@pytest.mark.parametrize("workers", range(1, 9))
def test_every_desk_is_dealt_once_and_every_worker_has_each_kind(workers: int) -> None:
    orgs, people = layout(50)
    hands = deal(50, workers)
    assert sorted(name for hand in hands for name in hand) == sorted(people)
    for hand in hands:
        assert {"hospital", "agency"} <= {orgs[people[name][0]][0] for name in hand}


def test_too_few_desks_are_told() -> None:
    with pytest.raises(ValueError, match="too few"):
        deal(4, 3)
