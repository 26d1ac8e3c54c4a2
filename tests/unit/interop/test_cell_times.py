from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from d2a_desktop.interop.cell_times import UnreadableTimeError, read_day, read_moment


@pytest.mark.parametrize(
    "text",
    [
        "22/11/2026 13:10",
        "22/11/2026 13:10:00",
        "2026-11-22T13:10",
        "2026-11-22 13:10:00.000",
        "22-Nov-2026 13:10",
        "22 November 2026 13:10",
        "46348.548611111",
        "46348.54861",
        "46348,548611",
        "2026-11-22T13:10Z",
        "2026-11-22T14:10+01:00",
    ],
)
def test_every_form_of_one_moment_is_the_same_instant(text: str):
    found = read_moment(text)
    assert found.at == datetime(2026, 11, 22, 13, 10, tzinfo=UTC)
    assert found.has_time
    assert not found.ambiguous


@pytest.mark.parametrize(
    "text",
    ["22/11/2026", "2026-11-22", "22-Nov-2026", "22-november-2026", "46348", "46348.0"],
)
def test_a_day_alone_begins_at_local_midnight_and_says_that_it_had_no_time(text: str):
    found = read_moment(text)
    assert found.at == datetime(2026, 11, 22, tzinfo=UTC)
    assert found.day == date(2026, 11, 22)
    assert not found.has_time


def test_local_midnight_in_summer_is_eleven_at_night_in_utc():
    assert read_moment("01/07/2026").at == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)


def test_an_hour_that_exists_twice_is_taken_as_the_first_and_marked():
    found = read_moment("25/10/2026 01:30")
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.ambiguous


def test_an_offset_makes_the_second_of_two_hours_plain():
    found = read_moment("2026-10-25T01:30+00:00")
    assert found.at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert not found.ambiguous


@pytest.mark.parametrize("text", ["29/03/2026 01:30", "2026-03-29T01:00", "46110.0625"])
def test_an_hour_that_the_spring_change_leaves_out_is_refused(text: str):
    with pytest.raises(UnreadableTimeError, match="does not exist"):
        read_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2026",
        "2026-13-01",
        "22-Foo-2026",
        "tomorrow",
        "22/11/26",
        "22/11/2026 25:00",
        "22/11/2026 13:60",
        "11/22/2026",
        "2026-11-22Z",
        "2026-11-22T10:00+99:00",
        "20261122",
        "12",
        "999999",
        "22/11/0026",
        "\u0662\u0662/11/2026",
        "",
    ],
)
def test_what_is_no_date_is_refused_with_words(text: str):
    with pytest.raises(UnreadableTimeError, match=r"^(is|has) "):
        read_moment(text)


def test_a_time_beside_a_birth_date_never_shifts_the_day():
    assert read_day("01/07/1941 00:00") == date(1941, 7, 1)
    assert read_day("1941-07-01T00:30+05:00") == date(1941, 7, 1)
    assert read_day("15158.25") == date(1941, 7, 1)


def test_a_serial_of_few_digits_means_the_minute():
    assert read_moment("46348.5486").at == datetime(2026, 11, 22, 13, 10, tzinfo=UTC)
