"""The order of mixed text, by vectors of Unicode's own test of UAX 9 (BidiCharacterTest)."""

from __future__ import annotations

import pytest

from d2a_desktop.packs.bidi import base_level, resolve, visual_order


def seen(text: str, base: int | None = None) -> str:
    return "".join(text[place] for place in visual_order(resolve(text, base)))


@pytest.mark.parametrize(
    ("points", "base", "levels"),
    [
        # Letters of one direction in a paragraph of the other; numbers; separators and signs.
        ("0061 0028 0062 0029 0063", 0, "0 0 0 0 0"),
        ("0061 0028 0062 0029 0063", 1, "2 2 2 2 2"),
        ("05D0 0028 05D1 0029 05D2", 0, "1 1 1 1 1"),
        ("0061 0028 05D0 0029 05D1", 1, "2 1 1 1 1"),
        ("05D0 0031 002C 0032 0020 0033", 1, "1 2 2 2 1 2"),
        ("0627 0031 002B 0032", 1, "1 2 1 2"),
        ("0031 0025 0020 05D0", 0, "0 0 0 1"),
        ("05D0 0020 0024 0035", 1, "1 1 2 2"),
        # A mark takes its letter's level, a joiner stays with it.
        ("05D0 05B0 05D1", 0, "1 1 1"),
        ("0627 200D 0628", 0, "1 1 1"),
        # What is isolated is one neutral thing to the text around it.
        ("0061 2068 05D0 2069 0062", 0, "0 0 1 0 0"),
        ("05D0 2068 0061 0020 0062 2069 05D1", 1, "1 1 2 2 2 1 1"),
    ],
)
def test_levels_are_those_of_the_algorithm(points: str, base: int, levels: str) -> None:
    text = "".join(chr(int(point, 16)) for point in points.split())
    assert resolve(text, base) == [int(level) for level in levels.split()]


def test_the_first_strong_letter_gives_the_paragraph_its_direction() -> None:
    assert base_level("12 (abc) \u05d0") == 0
    assert base_level("12 \u05d0 abc") == 1
    assert base_level("\u2068\u05d0\u2069 abc") == 0
    assert base_level("12") == 0


def test_a_name_of_two_isolated_parts_keeps_their_order_on_the_page() -> None:
    family, given = "\u05d0\u05d1", "\u05d2\u05d3"
    line = f"\u2068{family}\u2069, \u2068{given}\u2069"
    at = {letter: place for place, letter in enumerate(seen(line, 0))}
    assert at["\u05d1"] < at["\u05d0"] < at[","] < at["\u05d3"] < at["\u05d2"]


def test_a_line_without_letters_from_the_right_stays_as_it_is() -> None:
    assert seen("Ward C5 (bed 3)") == "Ward C5 (bed 3)"
    assert visual_order([]) == []
