"""Counts that are safe to publish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.domain.small_numbers import (
    HIDDEN,
    TOO_FEW,
    middle,
    publishable,
    publishable_table,
    share,
)


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0"), (1, HIDDEN), (4, HIDDEN), (5, "5"), (120, "120")]
)
def test_one_to_four_people_are_not_counted_out(count, said):
    assert publishable(count) == said


def test_a_single_hidden_count_hides_the_next_smallest_with_it():
    assert publishable_table({"a": 2, "b": 9, "c": 6}) == {"a": HIDDEN, "b": "9", "c": "5 or more"}
    assert publishable_table({"a": 2, "b": 1, "c": 6}) == {"a": HIDDEN, "b": HIDDEN, "c": "6"}
    assert publishable_table({"a": 2, "b": 0}) == {"a": HIDDEN, "b": "0"}
    assert publishable_table({}) == {}


@given(st.dictionaries(st.text(max_size=3), st.integers(min_value=0, max_value=30)))
def test_no_small_count_can_be_worked_out_from_the_others(counts):
    shown = publishable_table(counts)
    hidden = [name for name in counts if shown[name] != str(counts[name])]
    for name, count in counts.items():
        if 0 < count < 5:
            assert name in hidden
    others = [name for name, count in counts.items() if count >= 5]
    assert len(hidden) != 1 or not others


def test_shares_and_middles_of_fewer_than_five_are_not_said():
    assert share(3, 4) == TOO_FEW
    assert share(0, 0) == "None"
    assert share(20, 25) == "20 of 25 (80 %)"
    assert middle([1, 2, 3, 4]) == TOO_FEW
    assert middle([]) == "None"
    assert middle([0, 1, 2, 3, 10]) == "median 2, mean 3.2"
