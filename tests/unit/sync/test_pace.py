"""Waiting between tries."""

from __future__ import annotations

from itertools import pairwise

from d2a_desktop.sync.pace import FIRST_SECONDS, LONGEST_SECONDS, Backoff, PageSize


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


def test_pages_grow_while_they_come_quickly_up_to_the_most():
    size = PageSize(5_000)
    asked = []
    for _ in range(5):
        asked.append(size.rows)
        size.took(0.1)
    assert asked == [1_000, 2_000, 4_000, 5_000, 5_000]


def test_over_a_thin_line_pages_shrink_until_they_arrive_and_never_to_nothing():
    size = PageSize(5_000)
    sizes = []
    for _ in range(5):
        size.took(20.0)
        sizes.append(size.rows)
    assert sizes == [500, 250, 250, 250, 250]
    size.took(3.0)  # neither quick nor slow
    assert size.rows == 250


def test_a_smaller_limit_is_never_exceeded():
    size = PageSize(4)
    for seconds in (0.1, 30.0, 30.0, 0.1):
        size.took(seconds)
        assert size.rows == 4
