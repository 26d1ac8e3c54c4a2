"""The digest of what is here."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.sync.verify import digest_of

ROWS = st.dictionaries(st.uuids().map(str), st.integers(1, 1 << 40), max_size=30)


@given(rows=ROWS, data=st.data())
def test_the_order_of_rows_does_not_matter(rows, data):
    items = list(rows.items())
    shuffled = data.draw(st.permutations(items))
    assert digest_of(items) == digest_of(shuffled)


@given(rows=ROWS.filter(bool), data=st.data())
def test_one_changed_version_changes_exactly_one_bucket(rows, data):
    one = data.draw(st.sampled_from(sorted(rows)))
    before, after = digest_of(rows.items()), digest_of((rows | {one: rows[one] + 1}).items())
    assert [b for b in before if before[b] != after[b]] == [uuid.UUID(one).bytes[-1]]
