"""Sheets about several people, the changeover and the restricted sheets, read back from the PDF."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from d2a_desktop.packs.changeover_sheet import Change, render_changeover_sheet
from d2a_desktop.packs.content import Allergies
from d2a_desktop.packs.contingency_sheet import ContingencyLine, render_contingency_sheet
from d2a_desktop.packs.flow_sheet import FLOW_MARKING, FlowSheetContent, render_flow_sheet
from d2a_desktop.packs.hub_sheet import HubSheetContent, render_hub_sheet
from d2a_desktop.packs.restricted_sheet import Restricted, render_restricted_sheet
from d2a_desktop.packs.ward_sheet import WardLine, WardSheetContent, render_ward_sheet
from d2a_desktop.packs.weekend_sheet import WeekendSheetContent, render_weekend_sheet
from tests.unit.packs.reading import Read, assert_well_placed, flat, printed
from tests.unit.packs.sheet_content import (
    make_about,
    make_changeover,
    make_contingency_sheet,
    make_flow_sheet,
    make_hub_sheet,
    make_key_sheet,
    make_restricted_sheet,
    make_ward_sheet,
    make_weekend_sheet,
    sheet_header,
)

LISTS: dict[str, tuple[Callable[..., Any], Callable[[], Any]]] = {
    "Ward board sheet": (render_ward_sheet, lambda: make_ward_sheet(60)),
    "Hub list": (render_hub_sheet, lambda: make_hub_sheet(40)),
    "Weekend sheet": (render_weekend_sheet, make_weekend_sheet),
    "Contingency list": (render_contingency_sheet, lambda: make_contingency_sheet(20)),
    "Weekly flow report": (render_flow_sheet, make_flow_sheet),
}
EMPTY = {
    "Ward board sheet": WardSheetContent,
    "Hub list": HubSheetContent,
    "Weekend sheet": WeekendSheetContent,
    "Weekly flow report": FlowSheetContent,
}


@pytest.mark.parametrize("name", LISTS)
def test_every_page_says_what_it_is_whose_how_private_and_which_page(name: str) -> None:
    render, make = LISTS[name]
    content = make()
    read = printed(render, content)
    for number, page in enumerate(read.pages, start=1):
        words = flat(page)
        assert words.startswith(f"{name} Of {content.about.whose}")
        assert f"Shows {content.about.privacy} As at Sun 22-Nov-2026 13:10" in words
        assert f"Page {number} of {len(read.pages)}" in words
        assert f"{name} | P-7K3Q-MX4P | Printed by Priya Raman" in words
        assert content.header.marking in words
        for banner in ("Gender", "Known allergies", "version 0", "Version 0"):
            assert banner not in words
    assert not read.result.draft
    assert read.metadata()["Title"] == name
    assert_well_placed(read)


@pytest.mark.parametrize("name", EMPTY)
def test_a_list_of_nobody_says_so(name: str) -> None:
    render, _ = LISTS[name]
    content = EMPTY[name](header=sheet_header(), about=make_about(0))
    read = printed(render, content)
    assert len(read.pages) == 1
    assert "Nobody" in read.text


def test_a_sheet_with_initials_has_no_name_and_no_number() -> None:
    read = printed(render_ward_sheet, make_ward_sheet(full=False))
    assert "Z K" in read.text
    assert "Shows Initials and bed only" in read.text
    for hidden in ("KOWALSKA", "Zofia", "NHS No.", "Born"):
        assert hidden not in read.text


def test_the_flow_report_is_one_page_with_its_own_marking_and_definitions() -> None:
    read = printed(render_flow_sheet, make_flow_sheet())
    assert len(read.pages) == 1
    assert FLOW_MARKING in read.text
    assert "OFFICIAL-SENSITIVE" not in read.text
    assert "How it is counted" in read.text


def test_the_contingency_list_has_numbers_and_room_to_write() -> None:
    read = printed(render_contingency_sheet, make_contingency_sheet())
    for said in ("023 9200 0100", "07700 900123", "Whom to ring", "Write down what happens"):
        assert said in read.text


LONG = "Wolfeschlegelsteinhausenbergerdorff"


@pytest.mark.parametrize("words", ["x " * 2500, f"{LONG} " * 40, "y" * 900])
def test_a_note_of_any_length_and_a_name_of_35_letters_stay_on_the_page(words: str) -> None:
    line = WardLine(bed=LONG, person=words, stage=LONG, barrier=words, next_step=LONG)
    read = printed(render_ward_sheet, make_ward_sheet(lines=(line,) * 3))
    assert_well_placed(read)
    letters = "".join(read.text.split())
    assert letters.count("".join(words.split())[:30]) >= 3
    person = ContingencyLine(person=LONG, where=words, worker=LONG, due=words, kin=LONG)
    assert_well_placed(printed(render_contingency_sheet, make_contingency_sheet(moving=(person,))))


# ------------------------------------------------------------ sheets of one person


@pytest.fixture(scope="module")
def changeover() -> Read:
    return printed(render_changeover_sheet, make_changeover())


def test_a_changeover_has_the_checklist_with_about_me_before_care(changeover: Read) -> None:
    text = changeover.text
    order = [
        "1 The change",
        "2 About me",
        "3 Help by day and night",
        "4 Risks in the record",
        "5 What comes next",
        "6 Since the last change",
        "7 Medicines, counted together",
        "8 Money, keys, papers, home",
        "9 Signed",
    ]
    assert [text.index(title) for title in order] == sorted(text.index(title) for title in order)
    for page in changeover.pages:
        assert flat(page).startswith("KOWALSKA, Zofia (Mrs)")
    assert "Apixaban" not in text
    assert not changeover.result.draft
    assert len(changeover.pages) == 2
    assert_well_placed(changeover)


def test_a_gap_without_anybody_is_said_first_and_nobody_coming_is_a_draft() -> None:
    content = make_changeover(gap="From Mon 12:00 to Mon 15:00, 3hr. Ring the agency.")
    first = flat(printed(render_changeover_sheet, content).pages[0])
    assert first.index("Nobody is there in between") < first.index("1 The change")
    alone = make_changeover(change=dataclasses.replace(content.change, incoming=""))
    assert printed(render_changeover_sheet, alone).result.missing == ("The change: Comes",)
    empty = printed(
        render_changeover_sheet, make_changeover(change=Change(), allergies=Allergies())
    )
    assert empty.result.draft
    assert "Comes Not recorded, needed" in empty.text


def test_the_key_sheet_has_the_number_and_says_to_keep_it_apart() -> None:
    read = printed(render_restricted_sheet, make_key_sheet())
    assert "Key safe code 4821" in read.text
    assert "Keep this sheet apart from the pack, and never in the house" in read.text
    assert len(read.pages) == 1
    assert_well_placed(read)


def test_the_restricted_sheet_still_hides_a_key_code_and_warns() -> None:
    line = dataclasses.replace(
        make_restricted_sheet().notes.lines[0], words="Visitor knows the key safe code 4821"
    )
    read = printed(
        render_restricted_sheet, make_restricted_sheet(notes=Restricted(lines=(line,) * 2))
    )
    assert "Visitor knows" in read.text
    assert "4821" not in read.text
    assert "It must not be taken into the home" in read.text


def test_a_sheet_without_its_text_is_a_draft() -> None:
    read = printed(render_restricted_sheet, make_key_sheet(notes=Restricted()))
    assert read.result.missing == ("Key sheet: Text",)
