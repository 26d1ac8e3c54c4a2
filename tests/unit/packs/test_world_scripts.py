"""Words of the world's scripts: shaped, in order, whole, and found again in the file."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from d2a_desktop.packs import words as subject
from d2a_desktop.packs.fonts import BOLD, REGULAR, script_face, shaper, typeface
from d2a_desktop.packs.look import look
from d2a_desktop.packs.words import ShapedWords, draw_text, paragraph, text_width

SAYINGS = {
    "Polish": "Łukasz Żółć-Gżegżółka",
    "Vietnamese": "Nguyễn Thị Hương, Trần Đức Phượng",
    "Welsh": "Siân Ŵyn Llŷr",
    "Arabic": "عبد الله محمد الخطيب",
    "Tamil": "ஸ்ரீ கௌரி கொழும்பு க்ஷேமா",
    "Bengali": "শ্রীমতী রহিমা খাতুন, ঢাকা",
    "Gujarati": "શ્રી ક્રિષ્ના પટેલ",
    "Punjabi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "Hindi": "श्रीमती क्षत्रिया ज्ञान",
    "Hebrew": "דוד כהן לוי",
    "Ethiopic": "አበበ በቂላ፡ ሰላም",
    "Thai": "น้ำผึ้ง กุลธิดา ที่นั่น",
    "mixed": "Dr Łoś met ליאור and محمد in Ward C5 (bed 3)",
}


@pytest.fixture(autouse=True)
def faces() -> None:
    typeface()


def on_a_page(block: Any, width: float = 480) -> tuple[str, list[tuple[float, ...]]]:
    """Draw one paragraph and return its text and the boxes of its runs."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), initialFontName=REGULAR)
    _, height = block.wrap(width, 800)
    block.drawOn(canvas, 40, 800 - height)
    canvas.save()
    with pypdfium2.PdfDocument(stream.getvalue()) as document:
        page = document[0].get_textpage()
        text = " ".join(page.get_text_range().split())
        boxes = [page.get_charbox(n) for n in range(page.count_chars())]
    return text, boxes


@pytest.mark.parametrize("name", SAYINGS)
@pytest.mark.parametrize("bold", [False, True])
def test_a_saying_is_found_again_in_the_file(name: str, bold: bool) -> None:
    said = SAYINGS[name]
    markup = f'<font name="{BOLD}">{said}</font>' if bold else said
    text, boxes = on_a_page(paragraph(markup, look().body))
    assert text == said
    assert all(box[0] >= 39 and box[2] <= 521 for box in boxes)


def glyphs(text: str, script: str, *, from_right: bool = False) -> list[int]:
    face = script_face(script, bold=False)
    return [one.number for one in subject._glyphs(text, face, from_right)]


def test_letters_are_shaped_and_no_glyph_is_missing() -> None:
    # Lam and alef join into one glyph; ka, virama and ssa into one; the vowel goes before.
    assert len(glyphs("\u0644\u0627", "Arabic", from_right=True)) == 1
    assert len(glyphs("\u0915\u094d\u0937", "Devanagari")) == 1
    tamil = glyphs("\u0b95\u0bc6", "Tamil")
    assert tamil == [*reversed([*glyphs("\u0b95", "Tamil"), tamil[0]])]
    for name, said in SAYINGS.items():
        if name in {"Tamil", "Bengali", "Gujarati", "Hebrew", "Ethiopic", "Thai", "Arabic"}:
            word = said.split()[0]
            assert 0 not in glyphs(word, name, from_right=name in {"Hebrew", "Arabic"}), name


def test_a_line_from_the_right_stands_at_the_right_with_its_first_word_last() -> None:
    _, boxes = on_a_page(paragraph("דוד כהן", look().body))
    assert max(box[2] for box in boxes) > 515
    assert boxes[0][0] > boxes[-1][0]


def test_plain_text_is_left_to_reportlab() -> None:
    assert not isinstance(paragraph("Łukasz Żółć, 5 mg", look().body), ShapedWords)
    assert isinstance(paragraph("Calls her محمد", look().body), ShapedWords)


def test_a_long_text_is_broken_into_lines_and_over_pages_without_loss() -> None:
    said = " ".join(f"தமிழ்ச்செல்வி{number} محمد" for number in range(60))
    block = paragraph(said, look().body)
    _, height = block.wrap(200, 10_000)
    first, second = block.split(200, height / 3)
    assert first.height <= height / 3
    found = " ".join(on_a_page(part, 200)[0] for part in (first, second))
    # The order within a line of two directions is the reader's; no word may be missing or twice.
    assert sorted(found.split()) == sorted(said.split())
    assert block.split(200, 2) == []


@pytest.mark.parametrize("word", ["กุลธิดาที่นั่นน้ำผึ้ง" * 12, "தமிழ்" * 60, "اللغةالعربية" * 20])
def test_a_word_wider_than_the_page_is_cut_between_letters(word: str) -> None:
    block = paragraph(word, look().body)
    text, boxes = on_a_page(block, 150)
    assert "".join(text.split()) == word
    assert max(box[2] for box in boxes) <= 191
    assert block.height > 3 * look().body.leading


def test_a_label_of_the_banner_is_measured_as_it_is_drawn() -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream, initialFontName=REGULAR)
    draw_text(canvas, 40, 700, "สมหญิง محمد", BOLD, 10)
    canvas.save()
    with pypdfium2.PdfDocument(stream.getvalue()) as document:
        page = document[0].get_textpage()
        right = max(page.get_charbox(n)[2] for n in range(page.count_chars()))
    assert right == pytest.approx(40 + text_width("สมหญิง محمد", BOLD, 10), abs=1.5)


def test_a_script_has_both_weights_and_the_licence_lies_beside() -> None:
    from d2a_desktop.core.paths import resource

    for script in ("Arabic", "Bengali", "Devanagari", "Ethiopic", "Gujarati", "Gurmukhi",
                   "Hebrew", "Tamil", "Thai"):  # fmt: skip
        for bold in (False, True):
            assert shaper(script_face(script, bold=bold)) is not None
    folder = resource("fonts/noto-scripts")
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8").upper()
    assert sum(file.stat().st_size for file in folder.iterdir()) < 3_000_000
