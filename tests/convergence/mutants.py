"""What the machine must find: each way to break the exchange that a test could overlook.

Every mutant changes one thing in the server's functions or in the engine. `rules` are those of
the machine that lead to it; the others are left out, so that it is met within few examples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from d2a_desktop.local_db import replica
from d2a_desktop.shared_db.wire import OpResult
from d2a_desktop.sync import apply, merge, sessions
from d2a_desktop.sync.protocol import PullPage, Tally
from d2a_desktop.sync.pull import Puller
from tests.convergence.line import FaultyLine

Patch = Callable[[pytest.MonkeyPatch, psycopg.Connection], None]


@dataclass(frozen=True)
class Mutant:
    """One broken thing: `replace` in the source of a server's function, or `patch` in Python."""

    name: str
    rules: frozenset[str]
    function: str | None = None
    replace: Sequence[tuple[str, str]] = ()
    patch: Patch | None = None
    first: int = 3
    """The seed: one with which it is met within the first few examples."""
    examples: int = 40


def _rules(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _late_ledger(patch: pytest.MonkeyPatch, root: psycopg.Connection) -> None:
    """The ledger is written when the answer has arrived, in a transaction of its own."""
    whole = FaultyLine.push

    def push(self: FaultyLine, *, client: str, ops: Any) -> list[OpResult]:
        try:
            answers = whole(self, client=client, ops=ops)
        except BaseException:
            root.execute("DELETE FROM trial.late_ledger")
            raise
        root.execute(
            "INSERT INTO sync.applied_op SELECT * FROM trial.late_ledger ON CONFLICT DO NOTHING"
        )
        root.execute("DELETE FROM trial.late_ledger")
        return answers

    patch.setattr(FaultyLine, "push", push)


def _cursor_first(patch: pytest.MonkeyPatch, root: psycopg.Connection) -> None:
    """The cursor of a page is kept before the page, and what a cut run moved is not read again.

    Either alone is caught by the other; together they lose rows.
    """
    whole = Puller._write
    patch.setattr(sessions, "redo_unproven", lambda session: False)

    def write(self: Puller, page: PullPage, tally: Tally) -> None:
        with self._store.apply() as session:
            replica.put_cursor(session, page.cursor)
        whole(self, page, tally)

    patch.setattr(Puller, "_write", write)


def _no_rebase(patch: pytest.MonkeyPatch, root: psycopg.Connection) -> None:
    """The server's row is shown as it is, whatever waits."""
    patch.setattr(merge, "rebase", lambda row, waiting: dict(row))
    patch.setattr(apply.merge, "rebase", lambda row, waiting: dict(row))


MUTANTS = (
    Mutant(
        "a cursor by sequence alone instead of the watermark",
        _rules("slow_writer sync_some edit_anything chase"),
        function="sync.pull",
        replace=[("pg_snapshot_xmin", "pg_snapshot_xmax")],
    ),
    Mutant(
        "a grant that does not feed referrals again",
        _rules("walk sync_some"),
        function="sync.acl_changed",
        replace=[("WHERE e.seen && $3", "WHERE r.entity <> ''referral'' AND e.seen && $3")],
    ),
    Mutant(
        "a ledger outside the transaction of its effects",
        _rules("fault walk walk_on walk_further chase"),
        function="sync.push",
        replace=[("INSERT INTO sync.applied_op", "INSERT INTO trial.late_ledger")],
        patch=_late_ledger,
    ),
    Mutant(
        "a cursor that is kept before its page",
        _rules("power_cut edit_anything sync_some chase"),
        patch=_cursor_first,
    ),
    Mutant(
        "logical clocks that are not clamped",
        _rules("move_a_clock edit_anything sync_some edit_the_same"),
        function="sync.push",
        replace=[("::bigint + 300000) << 16", "::bigint + 300000000) << 16")],
        first=7,
    ),
    Mutant(
        "an end of a grant that leaves no purge behind",
        _rules("turn_away sync_some offers_lapse"),
        function="sync.acl_changed",
        replace=[
            (
                "VALUES (g.org_id, '*', g.scope_id, 'P')",
                "SELECT g.org_id, '*', g.scope_id, 'P' WHERE false",
            )
        ],
    ),
    Mutant(
        "unsent edits that are not put on top of the server's rows",
        _rules("edit_the_same change_users sync_some"),
        patch=_no_rebase,
        first=11,
    ),
    Mutant(
        "commands of which a half may be applied",
        _rules("command_of_many_rows sync sync_some"),
        function="sync.push",
        replace=[("all_[i] ->> 'grp' = g LOOP", "false LOOP")],
    ),
)
