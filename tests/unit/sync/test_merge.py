"""Merging, rebasing and undoing, without a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.sync import merge
from tests.unit.sync.merge_cases import CASES, MergeCase

START = {"edd": None, "bed": "1", "ward": "B1", "mrn": None, "case_ref": "C-1", "status": "open",
         "text": "said", "void_reason": None, "voided_at": None}  # fmt: skip
SERVER_MS = 1_000_000


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_merge_decides_as_the_table_says(case: MergeCase):
    seen = START | case.seen
    current = seen | case.now | {"ver": 1 if case.same_version else 2, "hlc": 100}
    edit = merge.Edit(
        set=case.mine, base={n: seen[n] for n in case.mine}, base_ver=1, hlc=case.mine_at
    )
    verdict = merge.decide(case.entity, edit, current, server_ms=SERVER_MS, replayed=case.replayed)
    assert verdict.refused == case.refused
    assert dict(verdict.theirs) == case.theirs
    assert verdict.lost == case.lost
    if not case.refused and not case.theirs:
        assert dict(verdict.take) == (case.mine if case.take is None else case.take)


def test_a_clock_far_ahead_wins_no_more_than_five_minutes():
    current = START | {"ver": 2, "hlc": (SERVER_MS + 400_000) << 16, "bed": "9"}
    edit = merge.Edit(set={"bed": "7"}, base={"bed": "1"}, base_ver=1, hlc=(SERVER_MS * 9) << 16)
    assert merge.decide("spell", edit, current, server_ms=SERVER_MS).lost == ("bed",)


@dataclass(frozen=True)
class Waiting:
    set: dict[str, Any]


VALUES = st.dictionaries(st.sampled_from(["bed", "ward", "edd"]), st.text(max_size=3), max_size=3)


@given(server=VALUES, edits=st.lists(VALUES, max_size=4))
def test_rebasing_shows_the_last_edit_of_each_field_and_the_servers_elsewhere(server, edits):
    row = START | server
    shown = merge.rebase(row, [Waiting(e) for e in edits])
    for name in row:
        ours = [e[name] for e in edits if name in e]
        assert shown[name] == (ours[-1] if ours else row[name])


@given(before=VALUES, failed=VALUES, later=VALUES)
def test_undoing_a_refused_edit_leaves_only_later_edits_on_the_row(before, failed, later):
    base = START | before
    shown = base | failed | later
    edit = merge.Edit(set=failed, base={n: base[n] for n in failed}, base_ver=1, hlc=1)
    back, again = merge.undo(shown, edit, [Waiting(later)])
    assert shown | back == base | later
    assert again == set(failed) & set(later)
