"""What reaches paper as text: printable characters only, no silent boxes, no key code."""

from __future__ import annotations

import pytest

from d2a_desktop.packs.fonts import typeface
from d2a_desktop.packs.paper_text import KEY_CODE_REMOVED, PaperText


@pytest.fixture
def paper() -> PaperText:
    return PaperText(typeface().covered)


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hạnh", "Łukasz Żółć", "Siân Llŷr", "Ẹniọlá", "Đặng", "Ştefan", "Ĵoŝefo"]
)
def test_latin_names_with_any_diacritics_are_printed_as_recorded(
    paper: PaperText, name: str
) -> None:
    assert paper.plain(name) == name
    assert paper.warnings == ()


def test_an_accent_typed_apart_from_its_letter_is_joined_to_it(paper: PaperText) -> None:
    assert paper.plain("Sia\u0302n") == "Siân"


def test_greek_and_cyrillic_are_printed(paper: PaperText) -> None:
    assert paper.plain("Ελένη Ирина") == "Ελένη Ирина"


def test_a_script_without_glyphs_is_named_and_reported_once(paper: PaperText) -> None:
    assert (
        paper.plain("Calls her محمد الحسيني at home") == "Calls her [text in Arabic script] at home"
    )
    assert paper.plain("தமிழ் and 王小明 and ไทย") == (
        "[text in Tamil script] and [text in Chinese script] and [text in Thai script]"
    )
    assert len(paper.warnings) == 1
    assert "text in Arabic script, text in Chinese script" in paper.warnings[0]
    assert "محمد" not in paper.warnings[0]


def test_a_dose_in_other_digits_is_never_left_out_in_silence(paper: PaperText) -> None:
    assert paper.plain("\u0665 mg") == "[text in Arabic script] mg"


def test_a_name_in_another_script_is_printed_in_its_latin_form(paper: PaperText) -> None:
    assert paper.name("الحسيني", "Al-Husseini") == "Al-Husseini"
    assert paper.name("Żółć", "Zolc") == "Żółć"
    assert "Latin form" in paper.warnings[0]


def test_a_name_without_latin_form_shows_that_it_is_there(paper: PaperText) -> None:
    assert paper.name("الحسيني", "") == "[text in Arabic script]"


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("dose ≤ 4 → stop", "dose <= 4 -> stop"),
        ("✓ frame ☐ hoist", "Yes frame [ ] hoist"),
        ("tired 😴 today", "tired [symbol] today"),
        ("a\tb\x00c\x1b[31m", "a bc[31m"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u202eabc\u202c\ufeff", "abc"),
        ("so\u00adft", "soft"),
    ],
)
def test_symbols_become_words_and_control_characters_go(
    paper: PaperText, raw: str, plain: str
) -> None:
    assert paper.plain(raw) == plain


def test_markup_is_escaped_and_keeps_line_breaks(paper: PaperText) -> None:
    assert paper.markup("<b>R&R</b>\nx") == "&lt;b&gt;R&amp;R&lt;/b&gt;<br/>x"


def test_telephone_numbers_and_postcodes_do_not_break_over_lines(paper: PaperText) -> None:
    assert paper.markup("Ring 023 9200 0100, PO4 0ZZ.") == "Ring 023\xa09200\xa00100, PO4\xa00ZZ."


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Key safe 4821 by the door", f"Key safe {KEY_CODE_REMOVED} by the door"),
        ("keysafe: number is C1590Y", f"keysafe: number is {KEY_CODE_REMOVED}"),
        ("Door code 12 34 #, ring", f"Door code {KEY_CODE_REMOVED}, ring"),
        ("KEY-SAFE by the meter, 0042X", f"KEY-SAFE by the meter, {KEY_CODE_REMOVED}"),
    ],
)
def test_a_key_code_typed_into_free_text_does_not_reach_paper(
    paper: PaperText, raw: str, plain: str
) -> None:
    assert paper.plain(raw) == plain
    assert paper.warnings == ("A key or door code was left out; it belongs on the key sheet.",)


@pytest.mark.parametrize(
    "raw",
    [
        "Key safe: number on a separate sheet.",
        "Key safe fitted 21-Nov-2026",
        "Key safe. Ring 023 9200 0100 first",
        "Key holder at number 16, dress code none",
        "SNOMED code 160734000, IDDSI 6",
    ],
)
def test_other_numbers_stay(paper: PaperText, raw: str) -> None:
    assert paper.plain(raw) == raw
    assert paper.warnings == ()
