from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.working_time import (
    WorkPeriod,
    average_flags,
    average_week,
    rest_flags,
    weekly_flags,
)

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def work(day, start=9, end=17):
    return WorkPeriod(MONDAY + day * DAY + start * HOUR, MONDAY + day * DAY + end * HOUR)


def test_work_must_end_after_it_starts():
    with pytest.raises(UsageError):
        work(0, 9, 9)


def test_eleven_hours_of_rest_are_enough_and_less_is_flagged():
    assert rest_flags([work(0, 9, 20), work(1, 7, 12)]) == ()
    (flag,) = rest_flags([work(1, 7, 12), work(0, 9, 21)])
    assert flag.code == "daily_rest"
    assert flag.at == MONDAY + 21 * HOUR


def test_work_that_overlaps_or_touches_is_one_period():
    assert rest_flags([work(0, 9, 13), work(0, 13, 17), work(0, 10, 12)]) == ()


def test_six_days_and_one_off_are_fine_and_seven_are_flagged():
    week = [work(day) for day in range(6)]
    assert weekly_flags(week) == ()
    assert weekly_flags([*week, *(work(day) for day in range(7, 13))]) == ()
    (flag,) = weekly_flags([*week, work(6)])
    assert flag.code == "weekly_rest"
    assert flag.at == MONDAY + 9 * HOUR


def test_no_work_needs_no_rest():
    assert weekly_flags([]) == ()
    assert rest_flags([]) == ()


def test_the_average_is_taken_over_seventeen_weeks():
    until = MONDAY + 17 * 7 * DAY
    eight_a_day = [work(day) for day in range(17 * 7)]
    assert average_week(eight_a_day, until=until) == 56 * HOUR
    assert average_week([work(-200), work(0)], until=until) == 8 * HOUR / 17


def test_above_48_hours_is_flagged_unless_opted_out():
    until = MONDAY + 17 * 7 * DAY
    eight_a_day = [work(day) for day in range(17 * 7)]
    (flag,) = average_flags(eight_a_day, until=until)
    assert flag.code == "average_week"
    assert average_flags(eight_a_day, until=until, opted_out=True) == ()
    six_days = [work(day) for day in range(17 * 7) if day % 7 != 6]
    assert average_flags(six_days, until=until) == ()
