"""Words and cells as the boards write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.ui.formats import clocks, words
from d2a_desktop.ui.formats.cells import (
    BedCell,
    ClockCell,
    MeterCell,
    PersonCell,
    TagCell,
    TextCell,
)
from d2a_desktop.ui.formats.tones import Tone

NOW = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (at(4), "4 h 00 m left"),
        (at(-3.2), "3 h 12 m over"),
        (at(46.5), "46 h 30 m left"),
        (NOW, "0 h 00 m left"),
        (NOW - timedelta(seconds=20), "0 h 00 m over"),
    ],
)
def test_time_left_is_told_in_hours_and_minutes(until: datetime, said: str):
    assert words.time_left(until, NOW) == said


def test_waiting_is_told_in_days_and_by_the_clock():
    assert words.days_waiting(0) == "0 days waiting"
    assert words.days_waiting(1) == "1 day waiting"
    assert words.elapsed_waiting(NOW - timedelta(days=2, hours=4, minutes=50), NOW) == (
        "2d 4hr waiting"
    )


def test_a_provisional_due_time_is_marked_approx():
    assert words.approx(datetime(2026, 11, 26, 14, 10, tzinfo=UTC)) == "Approx Thu 14:10"
    assert words.approx(datetime(2026, 7, 2, 13, 10, tzinfo=UTC)) == "Approx Thu 14:10"


def test_days_are_near_words_or_dates():
    assert words.day_and_time(at(4), NOW) == "today 17:10"
    assert words.day_and_time(at(20), NOW) == "tomorrow 09:10"
    assert words.day_and_time(at(-44), NOW) == "20-Nov 17:10"


def test_ago_grows_from_seconds_to_days():
    spans = ((12, "12 s ago"), (240, "4 min ago"), (10_800, "3 h ago"))
    for seconds, said in spans:
        assert words.ago(NOW - timedelta(seconds=seconds), NOW) == said
    assert words.ago(at(-44), NOW) == "20-Nov 17:10"


@pytest.mark.parametrize(
    ("shown", "typed"),
    [("NGUYỄN", "nguyen"), ("ŻÓŁĆ", "zolc"), ("LLŶR-WYN", "llyr"), ("O\u2019CONNOR", "o'c")],
)
def test_search_finds_names_without_their_accents(shown: str, typed: str):
    assert words.fold(typed) in words.fold(shown)


def test_the_home_clock_turns_from_green_to_amber_to_red():
    def clock(left: float) -> ClockCell:
        return clocks.home_clock(left_at=at(-left), due=at(48 - left), now=NOW)

    assert clock(10).tone is Tone.GOOD
    assert clock(35.9).tone is Tone.GOOD
    assert clock(36).tone is Tone.WARN
    assert clock(48).tone is Tone.WARN
    assert not clock(48).alarm
    assert clock(48.1).tone is Tone.BAD
    assert clock(48.1).alarm
    assert clock(51.2).words == "3 h 12 m over"


def test_the_waiting_clock_counts_dates_and_never_hours():
    nctr = datetime(2026, 11, 21, 23, 55, tzinfo=UTC)
    now = datetime(2026, 11, 22, 0, 10, tzinfo=UTC)
    clock = clocks.waiting_clock(nctr_since=nctr, now=now)
    assert clock.words == "1 day waiting"
    assert clock.below == "since 21-Nov 23:55"


def test_a_planned_departure_shows_the_provisional_due_time():
    due = datetime(2026, 11, 26, 14, 10, tzinfo=UTC)
    clock = clocks.waiting_clock(nctr_since=at(-52), now=NOW, approx_due=due)
    assert clock.words == "2 days waiting"
    assert clock.below == "Approx Thu 14:10"
    assert "2d 4hr waiting" in clock.spoken


def test_an_assessment_at_the_due_instant_is_in_time():
    assert clocks.stopped_clock(assessed_at=NOW, due=NOW, now=NOW).words == "Assessed in time"
    late = clocks.stopped_clock(assessed_at=NOW, due=at(-1), now=NOW)
    assert late.words == "Assessed late, 1 h 00 m over"


def test_an_offer_past_its_reply_time_says_so():
    assert clocks.reply_clock(respond_by=at(-1), now=NOW).words == "Reply time over"
    open_ = clocks.reply_clock(respond_by=at(2.5), now=NOW)
    assert (open_.words, open_.below) == ("2 h 30 m left", "by 15:40 today")


@pytest.mark.parametrize(
    ("cell", "spoken"),
    [
        (TextCell(""), "none"),
        (TextCell("A", below="B"), "A, B"),
        (BedCell("B2", Tone.BAD, "over"), "bed B2, over"),
        (BedCell(""), "no bed"),
        (
            PersonCell("KHAN", "Mo", "999 661 0907", "91 y"),
            "KHAN, Mo, NHS number 999 661 0907, 91 y",
        ),
        (TagCell(""), "none"),
        (MeterCell(60, detail="2 items missing"), "60 %, 2 items missing"),
        (clocks.no_clock(""), "no clock"),
    ],
)
def test_every_cell_has_words_for_a_screen_reader(cell, spoken: str):
    assert cell.spoken == spoken


def test_counts_are_written_with_their_noun():
    assert words.count(1, "person", "people") == "1 person"
    assert words.count(1200, "person", "people") == "1,200 people"
