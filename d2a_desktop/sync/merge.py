"""Merging, pure: what becomes of an operation that meets another's edit, and rebasing ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from d2a_desktop.domain.fields import RECORDS, Merge

TOLERANCE_MS = 300_000
"""A logical clock further ahead of the server than this is taken as this (SYNC 3.10)."""


@dataclass(frozen=True)
class Verdict:
    """What the merge says: the fields to write, those a later edit keeps, those in conflict.

    `refused` is a fixed word when a rule forbids the edit whatever others did.
    """

    take: Mapping[str, Any] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    theirs: Mapping[str, Any] = field(default_factory=dict)
    refused: str | None = None


@dataclass(frozen=True)
class Edit:
    """A patch: new values, the values that were seen, the version they were seen at."""

    set: Mapping[str, Any]
    base: Mapping[str, Any]
    base_ver: int
    hlc: int


def decide(
    entity: str,
    edit: Edit,
    current: Mapping[str, Any],
    *,
    server_ms: int,
    replayed: bool = False,
) -> Verdict:
    """Decide field by field what becomes of an edit (SYNC 3.3 and 3.8).

    The twin of `sync.merge` in `shared_db/schema/0016_replay.sql`; one table of cases tests both.

    Args:
        entity: the record.
        edit: the patch.
        current: the server's row with `ver` and `hlc`, wire values.
        server_ms: the server's time, milliseconds since 1970.
        replayed: it is sent again after a restore, when versions may be counted a second time:
            the base version then says nothing.
    """
    record = RECORDS[entity]
    clock = min(edit.hlc, (server_ms + TOLERANCE_MS) << 16)
    take: dict[str, Any] = {}
    lost: list[str] = []
    theirs: dict[str, Any] = {}
    for name, mine in edit.set.items():
        now = current.get(name)
        if now == mine:
            take[name] = mine
            continue
        merge = record.fields[name].merge
        if merge is Merge.FIXED:
            return Verdict(refused="fixed")
        once = record.append_only
        if once is not None and (name not in once or now is not None):
            return Verdict(refused="append_only")
        untouched = name in edit.base and edit.base[name] == now
        if untouched or (current["ver"] == edit.base_ver and not replayed):
            take[name] = mine
        elif merge is Merge.LWW:
            if current["hlc"] > clock:
                lost.append(name)
            else:
                take[name] = mine
        else:
            theirs[name] = now
    if theirs:
        return Verdict(theirs=theirs)
    return Verdict(take=take, lost=tuple(lost))


class _HasSet(Protocol):
    @property
    def set(self) -> Mapping[str, Any]: ...


def rebase(server_row: Mapping[str, Any], waiting: Iterable[_HasSet]) -> dict[str, Any]:
    """Return the row a person sees: the server's, with the edits on top that still wait."""
    row = dict(server_row)
    for op in waiting:
        row.update({name: value for name, value in op.set.items() if name in row})
    return row


def undo(
    row: Mapping[str, Any], failed: Edit, later: Iterable[_HasSet]
) -> tuple[dict[str, Any], frozenset[str]]:
    """Take one refused edit out of the row, where the server's row is not at hand.

    Returns the values to write back, and the fields that later waiting edits changed again
    (these stay visible; only their base falls back).
    """
    again = frozenset(name for op in later for name in op.set)
    back = {
        name: failed.base.get(name)
        for name, mine in failed.set.items()
        if name not in again and row.get(name) == mine
    }
    return back, again & frozenset(failed.set)
