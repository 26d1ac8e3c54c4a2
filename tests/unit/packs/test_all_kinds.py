"""Every kind of pack, whatever its record holds: nothing lost, cut, covered or off the page.

And the copy without pages says the same words as the pages.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from d2a_desktop.domain.codes import AllergyState, PackKind
from d2a_desktop.packs.content import AllergyLine
from d2a_desktop.packs.handover_pack import render_handover_pack
from tests.unit.packs.pack_content import make_handover, make_identity, make_medicines
from tests.unit.packs.reading import Read, assert_well_placed, flat, printed
from tests.unit.packs.test_golden_packs import KINDS

# Held to codes by their own rules, or written by the program.
_AS_MADE = {"offer_sheet", "flow"}
_NAMES = {
    "Latin": ("Featherstonehaugh-Wolstenholme-Żółć", "Maximiliana Wilhelmina Theodora-Ann"),
    "Arabic": ("عبدالرحمن الحسيني القرشي البغدادي", "محمد عبدالله"),
    "Tamil": ("கிருஷ்ணமூர்த்தி சுப்பிரமணியம்", "தமிழ்ச்செல்வி"),
}
_NOTES = {
    "Latin": "Prefers to be told first, and to do as much as she can. ",
    "Arabic": "تفضل أن يقال لها أولا ما سيحدث. ",
    "Tamil": "முதலில் சொல்லப்பட வேண்டும் என்று விரும்புகிறார். ",
}


def stretched(content: Any, *, script: str, rows: int, note: int) -> Any:
    """Return a content with names and notes of a script, tables of `rows`, one note of `note`."""
    parts: dict[str, Any] = {}
    for part in dataclasses.fields(content):
        value = getattr(content, part.name)
        if part.name in {"header", "kind", "letter"}:
            continue
        if part.name == "identity":
            family, given_name = _NAMES[script]
            parts[part.name] = dataclasses.replace(
                value, family_name=family[:35], given_name=given_name[:35], latin_family_name="",
                latin_given_name="",
            )  # fmt: skip
        elif part.name == "allergies":
            line = AllergyLine(substance=f"Penicillin {_NAMES[script][1]}")
            parts[part.name] = dataclasses.replace(
                value, state=AllergyState.KNOWN, lines=(line,) * 12
            )
        else:
            parts[part.name] = _longer(value, script=script, rows=rows, note=note)
    return dataclasses.replace(content, **parts)


def _longer(value: Any, *, script: str, rows: int, note: int) -> Any:
    if isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        return (value * rows)[:rows]
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    lines = {
        part.name: getattr(value, part.name)
        for part in dataclasses.fields(value)
        if "label" in part.metadata
    }
    made = {name: _longer(one, script=script, rows=rows, note=note) for name, one in lines.items()}
    texts = [name for name, one in lines.items() if isinstance(one, str) and one]
    for number, name in enumerate(texts):
        # The last text of a section is the long one; the others are of some lines.
        length = note if number == len(texts) - 1 else 120
        made[name] = (_NOTES[script] * (length // len(_NOTES[script]) + 1))[:length].strip()
    return dataclasses.replace(value, **made)


def printable(content: Any) -> str:
    """Return the words of all sections, tables and notes of a content."""
    return " ".join(
        text_of(getattr(content, part.name))
        for part in dataclasses.fields(content)
        if part.name not in {"header", "kind", "letter", "identity", "allergies"}
    )


def text_of(value: Any) -> str:
    """Return the words of a section's lines and of its tables' rows."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return " ".join(text_of(one) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return " ".join(
            text_of(getattr(value, part.name))
            for part in dataclasses.fields(value)
            if {"label", "share"} & set(part.metadata)
        )
    return ""


def letters(text: str) -> Counter[str]:
    """Count letters: a word may be broken over lines, but none of it may go."""
    return Counter(letter for letter in text.casefold() if letter.isalpha())


def held(read: Read, content: Any) -> None:
    """Assert what is so of every pack, whatever is in it."""
    total = len(read.pages)
    for number, page in enumerate(read.pages, start=1):
        said = flat(page)
        assert f"Page {number} of {total}" in said
        assert content.header.reference in said
        identity = getattr(content, "identity", None)
        if identity is not None:
            name = letters(f"{identity.family_name} {identity.given_name}")
            assert not name - letters(page), "a page that could be anybody's"
    # The watermark lies under the text, and is text itself.
    assert_well_placed(read, overlaps=not read.result.draft)


@pytest.mark.parametrize("name", sorted(set(KINDS) - _AS_MADE - {"handover_draft"}))
@settings(
    max_examples=1,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@example(script="Latin", rows=40, note=1500)
@example(script="Arabic", rows=1, note=1500)
@given(
    script=st.sampled_from(sorted(_NAMES)),
    rows=st.sampled_from([1, 40]),
    note=st.sampled_from([300, 1500]),
)
def test_a_pack_stretched_to_its_extremes_is_printed_whole(
    name: str, script: str, rows: int, note: int
) -> None:
    render, make = KINDS[name]
    content = stretched(make(), script=script, rows=rows, note=note)
    read = printed(render, content)
    held(read, content)
    # What initials stand for is left out on purpose; a restricted sheet chooses its
    # notes; the form says of equipment what is looked at at home.
    if name not in {"board_initials", "key_sheet", "restricted", "assessment"}:
        lost = letters(printable(content)) - letters(read.text)
        assert not lost, lost


@pytest.mark.parametrize("script", sorted(_NAMES))
def test_five_thousand_characters_come_out_to_the_last(script: str) -> None:
    whole = make_handover(identity=make_identity(family_name=_NAMES[script][0], preferred_name=""))
    note = (_NOTES[script] * 200)[:5000].strip()
    plan = dataclasses.replace(whole.plan, therapy=note)
    content = dataclasses.replace(whole, plan=plan)
    read = printed(render_handover_pack, content)
    held(read, content)
    assert not letters(note) - letters(read.text)


@pytest.mark.parametrize("number", [1, 200])
def test_one_medicine_and_two_hundred_are_all_there(number: int) -> None:
    content = make_handover(medicines=make_medicines(number))
    read = printed(render_handover_pack, content)
    held(read, content)
    assert all(flat(line.name) in read.text for line in content.medicines.lines)


@pytest.mark.parametrize("name", ["handover_draft"])
def test_an_empty_record_is_a_draft_with_its_banner(name: str) -> None:
    render, make = KINDS[name]
    content = make()
    read = printed(render, content)
    assert read.result.draft
    held(read, content)
    for page in read.pages:
        assert "Allergies not recorded" in flat(page)


class Reader(HTMLParser):
    """Reads an HTML copy as a screen reader would: words, headings, tables and their headers."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.headings: list[str] = []
        self.titles: list[str] = []
        self.headers = self.tables = 0
        self.language = ""
        self._inside: list[str] = []
        self.feed(page)
        self.close()
        assert self._inside == [], "every element ends"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given_attrs = dict(attrs)
        if tag == "html":
            self.language = given_attrs.get("lang") or ""
        if tag == "table":
            self.tables += 1
        if tag == "th":
            assert given_attrs.get("scope") in {"row", "col"}
            self.headers += 1
        if tag in {"h1", "h2", "h3"}:
            self.headings.append("")
        if tag not in {"br", "meta"}:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "br":
            assert self._inside.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" in self._inside:
            return
        if "title" in self._inside:
            self.titles.append(data)
            return
        self.words.append(data)
        if set(self._inside) & {"h1", "h2", "h3"}:
            self.headings[-1] += data


# What pages have because they are pages: numbers, the head and foot of each, marks before entries.
_OF_PAGES = re.compile(r"Page \d+ of \d+|[•\s\u00a0]|DRAFT|\ufffe")


def said_once(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text))


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_copy_says_what_the_pages_say(name: str) -> None:
    render, make = KINDS[name]
    content = make()
    read = printed(render, content)
    copy = Reader(read.result.html())
    words = " ".join(copy.words)
    # A word broken over two lines of the page is one in the copy, so letters are compared too.
    missing = said_once(_OF_PAGES.sub(" ", read.text)) - said_once(words)
    assert all(piece in "".join(words.split()) for piece in missing), missing
    extra = said_once(words) - said_once(read.text)
    assert all(piece in "".join(read.text.split()) for piece in extra), extra
    assert copy.language == "en-GB"
    assert len(copy.headings) >= 2
    assert copy.headers >= 2 * bool(copy.tables)
    identity = getattr(content, "identity", None)
    if identity is not None:
        assert identity.family_name not in " ".join(copy.titles)


def test_the_copy_keeps_the_direction_of_each_text() -> None:
    identity = make_identity(family_name="الحسيني", given_name="محمد", preferred_name="")
    page = printed(render_handover_pack, make_handover(identity=identity)).result.html()
    assert "<bdi>الحسيني</bdi>" in page
    assert 'dir="auto"' in page


def test_every_kind_that_is_printed_for_a_person_is_looked_at_here() -> None:
    from d2a_desktop.domain.codes import LISTS, PACKS_OF_A_CASE

    wanted: tuple[PackKind, ...] = (*PACKS_OF_A_CASE, *LISTS)
    makers: dict[str, Callable[..., Any]] = {name: make for name, (_, make) in KINDS.items()}
    assert {kind.value for kind in wanted} <= {make().kind.value for make in makers.values()}
