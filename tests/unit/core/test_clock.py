"""The system's clock and the one set by hand."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from d2a_desktop.core.clock import SettableClock, SystemClock, london_day

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_the_system_clock_is_aware_and_in_utc():
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)


def test_the_system_clock_does_not_run_backwards():
    clock = SystemClock()
    assert clock.now() <= clock.now()


def test_a_settable_clock_stands_still():
    clock = SettableClock(NOON)
    assert clock.now() == clock.now() == NOON


def test_a_settable_clock_is_put_and_moved():
    clock = SettableClock(NOON)
    clock.advance(timedelta(hours=48))
    assert clock.now() == NOON + timedelta(hours=48)
    clock.set(NOON)
    assert clock.now() == NOON
    # A jump lets no time pass.
    assert clock.elapsed() == 48 * 3600


def test_an_instant_of_another_zone_is_told_in_utc():
    clock = SettableClock(datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert clock.now().tzinfo is UTC


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        SettableClock(datetime(2026, 11, 22, 12))
    with pytest.raises(ValueError, match="time zone"):
        SettableClock(NOON).set(datetime(2026, 11, 22, 12))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 7, 1, 22, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 12, 1, 23, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_the_day_in_london_follows_summer_time(instant, day):
    assert london_day(instant) == day
