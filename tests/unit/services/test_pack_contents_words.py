"""The words of packs: codes in words, and numbers that open a door kept off the paper."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from d2a_desktop.services import pack_contents_words as words


@pytest.mark.parametrize(
    ("typed", "hidden"),
    [
        ("Key safe 4821 by the door", "4821"),
        ("keysafe code is 48-21", "48-21"),
        ("Side gate; door code: C159X", "159"),
        ("PIN 0 0 7 7 then enter", "0 0 7 7"),
        ("key number 1234", "1234"),
        ("combination 12*34#", "12*34"),
    ],
)
def test_a_number_that_opens_a_door_is_not_printed(typed: str, hidden: str):
    shown = words.without_key_code(typed)
    assert hidden not in shown
    assert "(on its own sheet)" in shown


@pytest.mark.parametrize(
    "typed",
    [
        "Ring 023 9200 0199 and wait",
        "Key with the neighbour at 16, after 18:00",
        "Key safe on the left, ring 023 9200 0199",
        "Flat 112, second floor",
        "Hip pinned in 2019",
    ],
)
def test_other_numbers_stay(typed: str):
    assert words.without_key_code(typed) == typed


def test_codes_and_values_are_words_and_absence_is_silence():
    assert words.level_words("mobility", "aid") == "Walks with an aid"
    assert words.level_words("mobility", "on_wheels") == "On wheels"
    assert words.level_words("mobility", None) == ""
    assert words.level_list("pets", ["cat", "dog"]) == ("Cat", "Dog")
    assert [words.yes_no(value) for value in (True, False, None)] == ["Yes", "No", ""]
    assert [words.days_words(days) for days in (1, 28, None)] == ["1 day", "28 days", ""]
    assert words.joined("a", "", "b", by="; ") == "a; b"
    assert words.lines_of("- one\n\n  two \n") == ("one", "two")


def test_an_instants_day_is_that_of_london():
    assert words.day_words(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == "01-Jul-2026"
    assert words.day_words(date(2026, 6, 30)) == "30-Jun-2026"
    assert words.day_words(None) == ""


@pytest.mark.parametrize(
    ("written", "printed_words"),
    [
        ("Side gate, key safe code 4821 by the door", "Side gate, key safe code {} by the door"),
        ("Key safe: C4821X, ring first", "Key safe: {}, ring first"),
        ("code 48-21#", "code {}"),
        ("key safe 4821by the gate", "key safe {}by the gate"),
        ("Door entry is 12 34", "Door entry is {}"),
        ("Ring 023 9200 0100", "Ring 023 9200 0100"),
        ("Flat 12, second floor", "Flat 12, second floor"),
    ],
)
def test_a_code_in_free_text_is_masked_and_the_words_around_it_stay(
    written: str, printed_words: str
) -> None:
    assert words.without_key_code(written) == printed_words.format("(on its own sheet)")
