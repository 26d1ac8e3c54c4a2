from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.local_db.logical_clock import after_seeing, hlc_at, next_hlc

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
INSTANTS = st.datetimes(
    min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)
)


@given(st.lists(INSTANTS, min_size=2))
def test_logical_time_only_goes_forward_whatever_the_clock_does(instants: list[datetime]):
    last = 0
    for instant in instants:
        new = next_hlc(last, instant)
        assert new > last
        assert new >= hlc_at(instant)
        last = new


@given(st.integers(0, 1 << 62), INSTANTS)
def test_a_clock_far_ahead_is_not_followed(seen: int, now: datetime):
    assert after_seeing(0, seen, now) <= hlc_at(now + timedelta(minutes=5))


@given(st.integers(0, 1 << 62), st.integers(0, 1 << 62), INSTANTS)
def test_seeing_others_never_sets_the_clock_back(last: int, seen: int, now: datetime):
    assert after_seeing(last, seen, now) >= last


def test_an_hour_of_milliseconds_fits_beside_the_counter():
    assert hlc_at(NOW) >> 16 == int(NOW.timestamp() * 1000)
    assert hlc_at(NOW) & 0xFFFF == 0
