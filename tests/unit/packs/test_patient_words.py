"""The person's copy in Welsh: every sentence, every fixed phrase, days and months."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2

from d2a_desktop.domain.codes import TransportMode
from d2a_desktop.packs.patient_copy import render_patient_copy
from d2a_desktop.packs.patient_words import ENGLISH, WELSH
from d2a_desktop.services import pack_contents_other
from tests.unit.packs.other_content import make_patient


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    words = "\n".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(words.split())


def test_every_sentence_has_its_welsh_with_the_same_places_to_fill():
    for each in dataclasses.fields(ENGLISH):
        if each.name in ("phrases", "welsh", "title"):
            continue
        english, welsh = getattr(ENGLISH, each.name), getattr(WELSH, each.name)
        assert welsh.strip(), each.name
        assert welsh != english, each.name
        places = [[part.split("}")[0] for part in text.split("{")[1:]] for text in (english, welsh)]
        assert places[0] == places[1], each.name


def test_every_fixed_phrase_of_the_copy_has_its_welsh():
    phrases = [words for _name, words, _alone in pack_contents_other._HELP]
    phrases += [*pack_contents_other._TAKE_ALONG, *(mode.label for mode in TransportMode)]
    assert [each for each in phrases if WELSH.phrase(each) == each] == []
    paid = "This help is paid for until 20 December 2026. Before then we talk with you about what "
    assert "tan 20 Rhagfyr 2026" in WELSH.phrase(f"{paid}follows.")
    assert WELSH.phrase("Seafront Carers, day and night") == "Seafront Carers, ddydd a nos"


def test_days_are_named_in_welsh():
    assert WELSH.day(date(2026, 11, 22)) == "Dydd Sul 22 Tachwedd 2026"
    at = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)
    assert WELSH.moment(at) == "Dydd Sul 22 Tachwedd 2026 am 13:10"
    assert ENGLISH.moment(at) == "Sunday 22 November 2026 at 13:10"


def test_a_copy_in_welsh_has_no_english_sentence(tmp_path: Path):
    content = make_patient(welsh=True)
    render_patient_copy(content, tmp_path / "copi.pdf")
    said = text_of(tmp_path / "copi.pdf")
    assert "Fy nghynllun ar gyfer mynd adref" in said
    assert "ffoniwch 999" in said
    for name in ("going_home", "with_you", "lives_with_you", "why_we_visit", "emergency"):
        assert getattr(ENGLISH, name) not in said
