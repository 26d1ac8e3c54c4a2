from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.local_time import parse_day, parse_moment, to_instant


def test_an_hour_that_does_not_exist_is_refused():
    with pytest.raises(UsageError) as refused:
        to_instant(datetime(2026, 3, 29, 1, 30))
    assert refused.value.code == "time_does_not_exist"
    assert "29-Mar-2026 01:30" in refused.value.message


def test_an_hour_that_exists_twice_is_the_first_and_flagged():
    read = to_instant(datetime(2026, 10, 25, 1, 30))
    assert read.instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert read.ambiguous


def test_an_ordinary_hour_is_not_flagged():
    read = to_instant(datetime(2026, 7, 1, 12))
    assert read.instant == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert not read.ambiguous


def test_an_instant_is_not_a_wall_clock_time():
    with pytest.raises(ValueError, match="no time zone"):
        to_instant(datetime(2026, 7, 1, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["22/11/2026", "22-Nov-2026", "22-NOV-2026", "2026-11-22", " 22/11/2026 "]
)
def test_the_usual_forms_of_a_day_are_read(text):
    assert parse_day(text) == date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "22/11/2026 13:10",
        "2026-11-22T13:10",
        "2026-11-22 13:10:00",
        "22-Nov-2026 13:10",
        "2026-11-22T13:10Z",
        "2026-11-22T13:10:00.000+00:00",
        "2026-11-22T14:10+0100",
    ],
)
def test_the_usual_forms_of_a_moment_are_read(text):
    assert parse_moment(text).instant == datetime(2026, 11, 22, 13, 10, tzinfo=UTC)


def test_a_day_alone_begins_at_local_midnight():
    assert parse_moment("01/07/2026").instant == datetime(2026, 6, 30, 23, tzinfo=UTC)


def test_an_offset_tells_the_two_autumn_hours_apart():
    second = parse_moment("2026-10-25T01:30+00:00")
    assert second.instant == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert not second.ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "31/02/2026",
        "22-Foo-2026",
        "2026-13-01",
        "22/11/2026 25:00",
        "22/11/2026 1310",
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(UsageError) as refused:
        parse_moment(text)
    assert refused.value.code == "not_a_date"


def test_a_day_with_something_after_it_is_refused():
    with pytest.raises(UsageError):
        parse_day("22/11/2026 13:10")


def test_an_offset_beyond_the_calendar_is_refused():
    with pytest.raises(UsageError):
        parse_moment("0001-01-01T00:00+14:00")
