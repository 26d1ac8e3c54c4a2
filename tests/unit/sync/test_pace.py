"""Waiting between tries."""

from __future__ import annotations

from itertools import pairwise

from d2a_desktop.sync.pace import FIRST_SECONDS, LONGEST_SECONDS, Backoff


def test_delays_grow_to_a_minute_and_never_beyond():
    backoff = Backoff(seed=1)
    delays = [backoff.failed() for _ in range(200)]
    assert FIRST_SECONDS / 2 <= delays[0] <= FIRST_SECONDS
    assert max(delays) <= LONGEST_SECONDS
    assert min(delays[10:]) >= LONGEST_SECONDS / 2
    assert all(later > earlier * 0.9 for earlier, later in pairwise(delays[:6]))


def test_two_desks_do_not_come_back_at_the_same_moment():
    assert Backoff(seed=1).failed() != Backoff(seed=2).failed()


def test_success_begins_anew():
    backoff = Backoff(seed=1)
    for _ in range(9):
        backoff.failed()
    backoff.worked()
    assert backoff.failed() <= FIRST_SECONDS
