"""What reaches paper as text: printable characters only, no silent boxes, no key code."""

from __future__ import annotations

import unicodedata

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
    assert paper.plain("Calls her 王小明 at home") == "Calls her [text in Chinese script] at home"
    assert (
        paper.plain("김민수 and 王小明") == "[text in Korean script] and [text in Chinese script]"
    )
    assert len(paper.warnings) == 1
    assert "text in Chinese script, text in Korean script" in paper.warnings[0]
    assert "王" not in paper.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "محمد الحسيني",
        "தமிழ்ச்செல்வி கிருஷ்ணன்",
        "রহিমা খাতুন",
        "પટેલ",
        "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
        "श्रीमती",
        "שָׁלוֹם כהן",
        "አበበ በቂላ፡",
        "สมหญิง",
        "می‌خواهم",
    ],
)
def test_the_scripts_of_the_people_here_are_printed_as_recorded(
    paper: PaperText, text: str
) -> None:
    assert paper.plain(text) == unicodedata.normalize("NFC", text)
    assert paper.warnings == ()


def test_a_joiner_between_latin_letters_goes(paper: PaperText) -> None:
    assert paper.plain("Sam‍ple‌") == "Sample"


def test_a_dose_in_other_digits_has_its_value_beside_it(paper: PaperText) -> None:
    five, ten = "\N{ARABIC-INDIC DIGIT FIVE}", "\N{DEVANAGARI DIGIT ONE}\N{DEVANAGARI DIGIT ZERO}"
    assert paper.plain(f"{five} mg, {ten} ml") == f"{five} [5] mg, {ten} [10] ml"


def test_a_key_code_in_other_digits_is_left_out_too(paper: PaperText) -> None:
    assert paper.plain("Key safe ٤٨٢١ by the door") == (f"Key safe {KEY_CODE_REMOVED} by the door")


def test_a_name_in_another_script_is_printed_in_its_latin_form(paper: PaperText) -> None:
    assert paper.name("الحسيني", "Al-Husseini") == "Al-Husseini"
    assert paper.own_script("الحسيني", "Al-Husseini") == "الحسيني"
    assert paper.name("Żółć", "Zolc") == "Żółć"
    assert paper.warnings == ()


def test_a_name_in_letters_without_a_face_says_that_its_latin_form_stands(
    paper: PaperText,
) -> None:
    assert paper.name("王小明", "Wang") == "Wang"
    assert paper.own_script("王小明", "Wang") == ""
    assert "Latin form" in paper.warnings[0]


def test_a_name_without_latin_form_is_printed_as_recorded_or_shows_that_it_is_there(
    paper: PaperText,
) -> None:
    assert paper.name("الحسيني", "") == "الحسيني"
    assert paper.name("王小明", "") == "[text in Chinese script]"


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
