from __future__ import annotations

from datetime import timedelta

import pytest

from d2a_desktop.security.idle_lock import IdleLock, IdleState

LOCK = IdleLock(limit=timedelta(minutes=5), notice=timedelta(seconds=30))


@pytest.mark.parametrize(
    ("quiet", "state", "next_change"),
    [
        (0, IdleState.OPEN, 270),
        (269.9, IdleState.OPEN, 0.1),
        (270, IdleState.WARNING, 30),
        (299, IdleState.WARNING, 1),
        (300, IdleState.LOCKED, 0),
        (86_400, IdleState.LOCKED, 0),
    ],
)
def test_quiet_warns_and_then_locks(quiet: float, state: IdleState, next_change: float):
    assert LOCK.state(last_touched=1000, now=1000 + quiet) is state
    found = LOCK.seconds_until_next(last_touched=1000, now=1000 + quiet)
    assert found == pytest.approx(next_change)


def test_a_touch_opens_the_count_again():
    assert LOCK.state(last_touched=1290, now=1300) is IdleState.OPEN


@pytest.mark.parametrize(("limit", "notice"), [(0, 0), (-1, 0), (60, 60), (60, -1)])
def test_a_rule_without_sense_is_refused(limit: int, notice: int):
    with pytest.raises(ValueError, match="limit"):
        IdleLock(limit=timedelta(seconds=limit), notice=timedelta(seconds=notice))
