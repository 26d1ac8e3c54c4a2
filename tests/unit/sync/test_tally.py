"""What a run counts takes no more memory the more it brings."""

from __future__ import annotations

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.sync.protocol import Tally


def changed(*numbers: int) -> ChangeSet:
    return ChangeSet(frozenset({"note"}), frozenset(("note", str(n)) for n in numbers))


def test_few_changes_are_told_by_id():
    tally = Tally()
    tally.add(changed(1, 2))
    tally.add(changed(2, 3))
    assert tally.changes == changed(1, 2, 3)


def test_many_changes_are_told_by_kind_and_no_id_of_them_is_kept():
    tally = Tally()
    for start in range(0, 2_000, 100):
        tally.add(changed(*range(start, start + 100)))
        assert len(tally.ids) <= 500
    tally.add(changed(5_000))
    assert tally.ids == set()
    assert tally.changes == ChangeSet(frozenset({"note"}))
