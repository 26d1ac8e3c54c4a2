"""The discharge letter behind a pack: on its pages, with the pack's banner, and nothing else."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.packs import letter as letters
from d2a_desktop.packs.handover_pack import render_handover_pack
from d2a_desktop.packs.letter import read_letter
from tests.unit.packs.letters import (
    changed,
    letter_pdf,
    locked,
    with_field,
    with_note,
    with_scripts,
)
from tests.unit.packs.pack_content import make_handover, make_header, make_medicines
from tests.unit.packs.reading import Read, flat, printed


def bound(data: bytes, **changes: Any) -> Read:
    return printed(render_handover_pack, make_handover(letter=read_letter(data), **changes))


@pytest.fixture(scope="module")
def pack() -> Read:
    return bound(with_scripts(letter_pdf(3)))


def test_each_page_of_the_letter_has_the_packs_banner_and_its_place_in_the_count(
    pack: Read,
) -> None:
    assert pack.result.pages == len(pack.pages)
    assert len(pack.pages) == len(printed(render_handover_pack, make_handover()).pages) + 3
    for number, page in enumerate(pack.pages[-3:], start=1):
        words = flat(page)
        assert f"LETTER PAGE {number} Apixaban 2.5 mg twice" in words
        assert f"FOOT {number}" in words
        assert f"Discharge letter, attached: page {number} of 3" in words
        assert "KOWALSKA, Zofia (Mrs)" in words
        assert "Born 14-Mar-1941 (85y) Gender Female NHS No. 999 012 3403" in words
        assert "Known allergies" in words
        place = len(pack.pages) - 3 + number
        assert f"Page {place} of {len(pack.pages)}" in words
        assert "Printed by Priya Raman" in words
        assert "OFFICIAL-SENSITIVE: PERSONAL" in words
    assert pack.result.sha256 == hashlib.sha256(pack.data).hexdigest()


def test_the_letter_stands_between_banner_and_foot(pack: Read) -> None:
    for number in range(len(pack.pages) - 3, len(pack.pages)):
        boxes = pack.boxes(number)
        top = next(box for box in boxes if box.text.startswith("LETTER PAGE"))
        foot = next(box for box in boxes if box.text.startswith("FOOT"))
        caption = next(box for box in boxes if box.text.startswith("Discharge letter"))
        marking = next(box for box in boxes if box.text.startswith("OFFICIAL"))
        assert caption.bottom > top.top
        assert foot.bottom > marking.top
        assert min(top.left, foot.left) > 36


def test_the_pack_says_how_many_pages_and_which_file(pack: Read) -> None:
    mark = hashlib.sha256(with_scripts(letter_pdf(3))).hexdigest()
    said = f"Attached behind this pack, 3 pages, mark of the file {mark[:4]} {mark[4:8]}"
    assert said in pack.text
    assert "copy not attached" not in pack.text
    one = bound(letter_pdf(1), medicines=make_medicines(0))
    assert "Attached behind this pack, 1 page," in one.text
    assert "See the discharge letter, attached behind." in one.text


def test_without_a_letter_the_pack_says_so() -> None:
    text = printed(render_handover_pack, make_handover()).text
    assert "Medicines: see discharge letter, copy not attached" in text


def test_scripts_links_files_and_actions_of_the_letter_have_no_way_in(pack: Read) -> None:
    reader = PdfReader(io.BytesIO(pack.data))
    root = reader.root_object
    for name in ("/Names", "/OpenAction", "/AcroForm", "/AA"):
        assert name not in root
    for page in reader.pages:
        assert "/Annots" not in page
        assert "/AA" not in page
    writer = PdfWriter(clone_from=reader)
    everything = "".join(str(entry) for entry in writer._objects)
    for hidden in ("/JavaScript", "/JS", "EmbeddedFile", "letter.invalid", "secret.txt"):
        assert hidden not in everything, hidden
    assert reader.attachments == {}


def test_a_bound_pack_is_the_same_bytes_again_and_no_longer_says_that_it_is_pdfa() -> None:
    first, second = bound(letter_pdf(2)), bound(letter_pdf(2))
    assert first.data == second.data
    metadata = PdfReader(io.BytesIO(first.data)).trailer["/Root"]["/Metadata"].get_data()
    assert b"pdfaid:part" not in metadata
    assert b"dc:title" in metadata
    assert first.metadata()["Title"] == "Handover pack"
    with pypdfium2.PdfDocument(first.data) as document:
        titles = [mark.get_title() for mark in document.get_toc()]
    assert titles[-1] == "Discharge letter, attached: page 2 of 2"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("size", [(595.3, 841.9), (1190.0, 842.0), (200.0, 300.0)])
def test_a_page_of_any_size_and_turn_is_whole_upright_and_inside(turn: int, size: Any) -> None:
    data = changed(letter_pdf(1, size=size, words=""), lambda w: w.pages[0].rotate(turn))
    read = bound(data)
    with pypdfium2.PdfDocument(data) as document:
        plain = document[0].get_textpage()
        assert "LETTER PAGE 1" in plain.get_text_range()
        image = document[0].render(scale=0.5, grayscale=True).to_numpy()
    boxes = read.boxes(len(read.pages) - 1)
    top = next(box for box in boxes if "LETTER PAGE 1" in box.text)
    foot = next(box for box in boxes if "FOOT 1" in box.text)
    for box in (top, foot):
        assert box.left >= 36
        assert box.right <= 560
        assert 55 < box.bottom < box.top < 760
    # As a reader shows the letter itself, so it lies in the pack.
    wide, high = image.shape[1], image.shape[0]
    assert (wide > high) == ((size[0] > size[1]) != (turn in (90, 270)))
    upright = {0: top.bottom > foot.top, 180: top.top < foot.bottom}
    assert upright.get(turn, top.bottom < top.top)


def test_a_draft_keeps_its_watermark_and_missing_list_with_a_letter() -> None:
    read = bound(letter_pdf(1), header=make_header(draft=True))
    assert read.result.draft
    assert all("DRAFT" in page for page in read.pages)


def test_html_names_the_pages_of_the_letter(pack: Read) -> None:
    copy = pack.result.html()
    assert "Discharge letter, attached: page 1 of 3" in copy
    assert "The page of the letter stands here in the PDF." in copy


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_pdf"),
        (b"PK\x03\x04 a document of an office program", "not_pdf"),
        (b"%PDF-1.7\nnothing of a file", "damaged"),
        (letter_pdf(1)[:400], "damaged"),
        (locked(letter_pdf(1)), "locked"),
        (with_note(letter_pdf(1)), "notes"),
        (with_field(letter_pdf(1)), "notes"),
        (letter_pdf(41), "too_large"),
        (b"%PDF-1.7" + b"x" * letters.LARGEST_FILE, "too_large"),
        (letter_pdf(1, size=(4.0, 4.0)), "damaged"),
    ],
    ids=range(10),
)
def test_what_cannot_be_bound_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        read_letter(data)
    assert refusal.value.code == code
    assert "The letter was not attached" in refusal.value.message
    assert "Nothing was printed" in refusal.value.message
    assert refusal.value.what_to_do


def test_an_empty_letter_is_refused_and_a_hidden_note_is_not() -> None:
    def blank(writer: PdfWriter) -> None:
        writer.add_blank_page(595, 842)
        del writer.pages[0]

    with pytest.raises(RefusedError) as refusal:
        read_letter(changed(letter_pdf(1), blank))
    assert refusal.value.code == "empty"
    assert read_letter(with_note(letter_pdf(1), flags=2)).pages == 1


_WHOLE = letter_pdf(1)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    cut=st.integers(min_value=0, max_value=len(_WHOLE)),
    at=st.integers(min_value=0, max_value=len(_WHOLE) - 1),
    with_bytes=st.binary(max_size=12),
)
def test_a_damaged_file_is_refused_or_bound_and_never_a_fault(
    cut: int, at: int, with_bytes: bytes
) -> None:
    data = (_WHOLE[:at] + with_bytes + _WHOLE[at + len(with_bytes) :])[: cut or None]
    try:
        found = read_letter(data)
    except RefusedError:
        return
    assert bound(data).result.pages > found.pages
