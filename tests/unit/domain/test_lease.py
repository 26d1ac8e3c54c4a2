"""The offline lease when clocks are right, stand, run ahead, fall back, and are corrected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.domain import lease as leases
from d2a_desktop.domain.lease import Lease

T0 = datetime(2026, 12, 21, 8, 0, tzinfo=UTC)
YEARS = timedelta(days=3653)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def lease(*, clock: datetime = T0, server: datetime = T0) -> Lease:
    return leases.granted(hours=120, now=clock, server_now=server)


def after(start: Lease, *looks: datetime) -> Lease:
    for now in looks:
        start = leases.looked(start, now)
    return start


def running(start: Lease, begin: datetime, for_hours: int) -> Lease:
    """The program is used for some hours, with a look every few minutes."""
    return after(start, *(begin + timedelta(minutes=5 * n) for n in range(for_hours * 12 + 1)))


def test_it_ends_after_its_hours_to_the_minute():
    assert leases.left(lease(), T0 + hours(119)) == hours(1)
    assert leases.left(lease(), T0 + hours(120)) == hours(0)


def test_a_policy_may_shorten_and_never_lengthen():
    assert leases.left(lease(), T0, most_hours=24) == hours(24)
    assert leases.left(lease(), T0, most_hours=500) == hours(120)
    assert leases.left(lease(), T0, most_hours=0) == hours(120)


def test_the_kinds_have_the_hours_of_the_page():
    kinds = ("agency", "hospital", "community", "council")
    assert [leases.hours_of_kind(kind) for kind in kinds] == [120, 336, 336, 336]


def test_a_clock_set_back_gives_nothing_back():
    used = after(lease(), T0 + hours(100))
    assert leases.left(used, T0 + hours(1)) == hours(20)
    over = after(lease(), T0 + hours(121))
    assert leases.left(over, T0 - YEARS) < hours(0)


def test_a_clock_that_is_set_back_each_morning_still_uses_the_lease_up():
    kept = lease()
    for _ in range(16):  # eight hours a day, and each day begins at the same instant
        kept = running(kept, T0, 8)
    assert leases.left(kept, T0) <= hours(0)


def test_a_clock_set_far_ahead_shuts_only_until_the_next_hello():
    shut = after(lease(), T0 + YEARS)
    assert leases.left(shut, T0 + YEARS) < hours(0)
    assert leases.left(shut, T0 + hours(1)) < hours(0)
    again = lease(clock=T0 + YEARS, server=T0 + hours(2))
    assert leases.left(again, T0 + YEARS) == hours(120)


def test_a_clock_that_is_always_years_wrong_measures_as_well_as_another():
    for wrong in (YEARS, -YEARS):
        kept = lease(clock=T0 + wrong, server=T0)
        kept = after(kept, T0 + wrong + hours(60))
        assert leases.left(kept, T0 + wrong + hours(60)) == hours(60)


def test_a_clock_that_ran_ahead_at_hello_and_was_then_put_right_does_not_last_for_years():
    kept = after(lease(clock=T0 + YEARS, server=T0), T0 + hours(1))
    assert leases.left(kept, T0 + hours(1)) <= hours(120)
    assert leases.left(kept, T0 + hours(121)) < hours(0)


def test_a_dead_battery_offline_does_not_shut_the_desk_when_the_clock_is_put_right():
    kept = after(lease(), T0 + hours(10))
    kept = after(kept, T0 - YEARS, T0 - YEARS + timedelta(minutes=1))  # started in another decade
    kept = after(kept, T0 + hours(11))  # the network told the time
    assert hours(107) < leases.left(kept, T0 + hours(11)) <= hours(109)


@pytest.mark.parametrize("step", [timedelta(seconds=-90), timedelta(seconds=90)])
def test_an_ordinary_correction_of_the_clock_costs_no_more_than_itself(step: timedelta):
    kept = after(lease(), T0 + hours(50), T0 + hours(50) + step)
    assert abs(leases.left(kept, T0 + hours(50) + step) - hours(70)) <= timedelta(seconds=90)


def test_what_is_used_never_shrinks_whatever_the_clock_does():
    kept, before = lease(), timedelta(0)
    for step in (5, -3, 40, -200, 7, 0, -4000, 4001, 3):
        now = kept.last + hours(step)
        used = leases.used(kept, now)
        assert used >= before
        kept, before = leases.looked(kept, now), used
