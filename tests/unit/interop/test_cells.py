from __future__ import annotations

import pytest

from d2a_desktop.interop.cells import UnfitCellError, clean, neutralise, restore


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+44 7700 900001", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", " =1", "'=1", "\uff1d1"],
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe_and_loses_it_again(text: str):
    written = neutralise(text)
    assert written == "'" + text
    assert restore(written) == text


@pytest.mark.parametrize("text", ["", "Smith", "O'Neill", "'t Hooft", "''", "1-2", "a=b", "'"])
def test_a_harmless_cell_is_left_alone_both_ways(text: str):
    assert neutralise(text) == text
    assert restore(text) == text


def test_a_cell_is_trimmed_and_its_blanks_are_single():
    assert clean(" \u00a0Anna \u00a0 Maria\t") == "Anna Maria"
    assert clean("a  b") == "a b"


def test_letters_and_their_accents_are_composed():
    assert clean("Siobha\u0301n") == "Siobh\u00e1n"


def test_a_formula_is_text_on_the_way_in():
    assert clean("=SUM(A1)") == "=SUM(A1)"
    assert clean("'=SUM(A1)") == "=SUM(A1)"


def test_a_line_break_becomes_a_blank_or_what_was_asked_for():
    assert clean("Ward\r\nC5") == "Ward C5"
    assert clean("1 High Street,\n\nPortsmouth", line_break=", ") == "1 High Street, Portsmouth"


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x07b", "a\tb", "a\x85b", "a\u202eb", "a\u200bb", "a\u2028b", "a\ue000b"]
)
def test_control_and_invisible_characters_are_refused_by_their_number(text: str):
    with pytest.raises(UnfitCellError, match=rf"U\+{ord(text[1]):04X}"):
        clean(text)


def test_a_character_lost_before_is_refused():
    with pytest.raises(UnfitCellError, match="lost"):
        clean("Mu\ufffdller")


def test_a_joiner_within_a_name_is_kept():
    assert clean("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627") == (
        "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
    )
