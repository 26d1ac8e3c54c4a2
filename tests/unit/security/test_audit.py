from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.security.audit import START, Link, content_hash, delta_text, link_hash, verify


def chain(count: int) -> list[Link]:
    links: list[Link] = []
    prev = START
    for number in range(1, count + 1):
        delta = {"ward": [None, f"Ward {number}"]}
        content = content_hash(salt="5a", delta_text=delta_text(delta), reason=None)
        at = f"2026-11-22T09:30:{number:02d}.000000Z"
        parts = (at, "u_one", "case:opened", "spell", f"id {number}", "scope")
        made = link_hash(prev, *parts, content)
        links.append(Link(number, *parts, "5a", delta, None, content, prev, made))
        prev = made
    return links


def test_a_chain_as_it_was_written_holds():
    links = chain(5)
    assert verify(links, head=links[-1].hash, count=5) is None
    assert verify([], head=START, count=0) is None


@pytest.mark.parametrize(
    "field", ["at", "actor", "action", "entity", "row_id", "scope_id", "content_hash", "hash"]
)
@given(which=st.integers(0, 4))
def test_a_changed_field_is_found(field: str, which: int):
    links = chain(5)
    links[which] = replace(links[which], **{field: "changed"})
    broken = verify(links, head=links[-1].hash, count=5)
    assert broken is not None
    assert broken.seq in (which + 1, which + 2, 5)


@given(which=st.integers(0, 4))
def test_changed_content_is_found_by_its_entry(which: int):
    links = chain(5)
    links[which] = replace(links[which], delta={"ward": [None, "Elsewhere"]})
    broken = verify(links)
    assert broken is not None
    assert broken.seq == which + 1


@given(which=st.integers(0, 4))
def test_wiped_content_leaves_the_chain_whole(which: int):
    links = chain(5)
    links[which] = replace(links[which], salt=None, delta=None, reason=None)
    assert verify(links, head=links[-1].hash, count=5) is None


@given(which=st.integers(0, 4))
def test_a_removed_entry_is_found(which: int):
    links = chain(5)
    head = links[-1].hash
    del links[which]
    assert verify(links, head=head, count=5) is not None


@given(st.permutations(range(5)).filter(lambda order: list(order) != sorted(order)))
def test_moved_entries_are_found(order: list[int]):
    links = chain(5)
    assert verify([links[place] for place in order]) is not None


def test_a_reason_is_part_of_the_content():
    links = chain(1)
    links[0] = replace(links[0], reason="added later")
    assert verify(links) is not None
