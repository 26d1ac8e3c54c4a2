"""A long list goes item by item, so that no thread waits for all of it to be freed."""

from __future__ import annotations

import weakref

from d2a_desktop.services.uncollected import let_go, one_at_a_time


class Row:
    """Something of which one can tell whether it is still there."""


def test_each_item_is_gone_when_the_next_one_comes():
    rows = [Row() for _ in range(4)]
    marks = [weakref.ref(row) for row in rows]
    seen = []
    for row in one_at_a_time(rows):
        seen.append(marks.index(weakref.ref(row)))
        assert [mark() is not None for mark in marks] == [n >= seen[-1] for n in range(4)]
    assert seen == [0, 1, 2, 3]
    assert rows == []


def test_a_list_is_let_go_of():
    rows = [Row() for _ in range(3)]
    first = weakref.ref(rows[0])
    let_go(rows)
    assert rows == []
    assert first() is None
