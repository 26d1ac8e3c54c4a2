"""The main job's screens as a screen reader hears them over AT-SPI, gone through with real keys."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pytest

from d2a_desktop.ui.boards.case_record.page import PARTS
from d2a_desktop.ui.widgets.nav import PAGES_OF_KIND, NavEntry
from tests.ui.xvfb.conftest import Hands, Node

# What a reader names by its words; all else is a frame around something that has a name.
_NAMED = {
    "push button",
    "check box",
    "radio button",
    "combo box",
    "text",
    "table",
    "table cell",
    "table column header",
    "list",
    "list item",
    "link",
    "progress bar",
}


def silent(nodes: list[Node]) -> list[str]:
    """Return what a reader meets and cannot name."""
    return [
        f"{each['role']} after {before['name']!r}"
        for before, each in pairwise(nodes)
        if each["role"] in _NAMED and not each["name"].strip()
    ]


def is_dialog(node: Node) -> bool:
    """Return whether a node is a dialog."""
    return node["role"] == "dialog"


def is_in_front(title: str, nodes: list[Node]) -> bool:
    """Return whether a dialog of this title is the window in front."""
    return bool(nodes) and is_dialog(nodes[0]) and title in nodes[0]["name"]


def is_chosen(words: str, nodes: list[Node]) -> bool:
    """Return whether a reader is told that what begins with these words is chosen."""
    return any(each["name"].startswith(words) and "checked" in each["states"] for each in nodes)


def go_to(hands: Hands, number: int, entry: NavEntry) -> list[Node]:
    """Bring a page to the front by its key, or by the pointer where it has none."""
    if number <= 7 and not entry.low:
        hands.press(f"alt+{number}")
    else:
        hands.click_on("radio button", entry.words)
    return hands.hear(lambda nodes: is_chosen(entry.words, nodes) and not silent(nodes))


@pytest.mark.parametrize("kind", list(PAGES_OF_KIND))
def test_a_reader_can_name_everything_on_every_page(kind: str, hands: Hands):
    hands.sit_at(kind)
    for number, entry in enumerate(PAGES_OF_KIND[kind], start=1):
        nodes = go_to(hands, number, entry)
        assert len(nodes) > 20, entry.words
        assert "Zofia" not in nodes[0]["name"], "a title names nobody"


def test_a_ward_coordinator_hears_the_board_the_person_and_the_form(hands: Hands):
    hands.sit_at("hospital")
    hands.hears("table cell", "Patient: KOWALSKA, Zofia, NHS number 999 000 0018, 85 y")
    hands.hears("table cell", "Clock: 0hr waiting, no criteria to reside since")
    hands.press("Down")
    hands.focused("bed G5 3")
    hands.press("Up")
    hands.focused("bed G5 12")
    hands.press("Return")
    hands.hears("", "KOWALSKA, Zofia (Mrs); Born 14-Mar-1941 (85y)")
    for _key, words in PARTS:
        nodes = hands.hear(partial(is_chosen, words))
        assert not silent(nodes), words
        hands.press("ctrl+Next")
    hands.press("c")
    nodes = hands.hears("combo box", "")
    assert not silent(nodes)


def test_a_search_by_keyboard_opens_the_record(hands: Hands):
    hands.sit_at("hospital")
    hands.press("ctrl+k")
    hands.focused("Search")
    hands.write("help")
    hands.hears("list item", "Help")
    hands.press("Return")
    hands.hears("", "Help")


def test_dialogs_are_heard_whole_and_a_real_question_mark_opens_the_sheet(hands: Hands):
    hands.sit_at("hospital")
    hands.hears("table", "Ward board")
    for key, words in (
        ("question", "Keyboard shortcuts"),
        ("ctrl+alt+c", "Columns"),
        ("ctrl+p", "Lists and report"),
    ):
        hands.press(key)
        nodes = hands.hear(partial(is_in_front, words))
        assert not silent(nodes), words
        hands.press("Escape")
        hands.hear(lambda found: not any(is_dialog(each) for each in found))
    hands.press("Return")
    hands.hears("", "KOWALSKA, Zofia (Mrs)")
    for key in ("n", "l", "b", "t"):
        hands.press(key)
        nodes = hands.hear(lambda found: any(is_dialog(each) for each in found))
        assert any("KOWALSKA" in each["name"] for each in nodes), key
        assert not silent(nodes), key
        assert "KOWALSKA" not in nodes[0]["name"], "a title names nobody"
        hands.press("Escape")
        hands.hear(lambda found: not any(is_dialog(each) for each in found))


def test_an_agency_hears_the_anonymous_offer_and_the_timeline(hands: Hands):
    hands.sit_at("agency")
    nodes = hands.hears("table", "Offers")
    assert not any("Offerworth" in each["name"] for each in nodes)
    hands.press("alt+4" if PAGES_OF_KIND["agency"][3].key == "capacity" else "alt+3")
    hands.hear(lambda nodes: any("nothing planned" in n["description"] for n in nodes))


def test_a_locked_desk_says_nothing_of_anybody(hands: Hands):
    hands.sit_at("hospital")
    hands.hears("table", "Ward board")
    hands.press("ctrl+l")
    nodes = hands.hears("push button", "Unlock")
    assert not any("KOWALSKA" in each["name"] + each["description"] for each in nodes)
