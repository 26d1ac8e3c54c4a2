"""A small health system for one example: its desks, what time and administrators do, and rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from d2a_desktop.shared_db.failures import TryAgainError
from tests.convergence.desk import ConvergingDesk
from tests.convergence.ground import Ground, SharingSystem

CORE = {
    "ward": ("ward", "nurse", "analyst"),
    "hub": ("hub", "assessor"),
    "agency": ("agency", "manager"),
}
MORE = {
    "late": ("late",),  # a second desk of the ward's hospital
    "agency2": ("agency2",),
    "council": ("council",),
    "ward2": ("ward2",),
}
_ROUNDS = 12


def users_of(more: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the desks of the core and some more, with their people."""
    return CORE | {name: MORE[name] for name in more}


class World:
    """Some desks of one sharing system; `users` are the people of each, the first signed in."""

    def __init__(
        self,
        ground: Ground,
        folder: Path,
        template: Path,
        users: Mapping[str, Sequence[str]],
        system: SharingSystem | None = None,
    ) -> None:
        self.ground = ground
        self.root = ground.root
        self.folder = folder
        row = self.root.execute(
            "SELECT coalesce(max(id), 0), clock_timestamp() FROM sync.audit"
        ).fetchone()
        # What came before belongs to other examples.
        self.audit_from: int = row[0] if row else 0
        self.began: Any = row[1] if row else None
        self.number = ground.next_example()
        self.system = system or ground.new_system()
        self.markers: dict[str, str] = {}
        self.owners: dict[str, str] = {}
        self.desks = {
            name: ConvergingDesk(ground, self.system, name, people, folder / name, template)
            for name, people in users.items()
        }
        self.slow: psycopg.Connection | None = None

    # --- who and what ------------------------------------------------------------------------

    def desk(self, chance: Random, *kinds: str) -> ConvergingDesk:
        """Return a desk of one of these kinds of organisation, of any when none is named."""
        return chance.choice(
            [d for d in self.desks.values() if not kinds or d.member.kind in kinds]
        )

    def new_marker(self) -> str:
        """Return a word that stands in one case's record and nowhere else."""
        return f"qmark{self.ground.next_number():x}q"

    # --- time and administrators ---------------------------------------------------------------

    def begin_slow_writer(self, case: str) -> None:
        """Somebody's transaction writes a row to a case and does not commit yet."""
        if self.slow is None:
            self.slow = self.ground.second_root()
            self.slow.execute("BEGIN")
            try:
                self.slow.execute(
                    "INSERT INTO dc.risk (id, scope_id, kind)"
                    " SELECT gen_random_uuid(), id, 'slow' FROM dc.spell WHERE id = %s",
                    (case,),
                )
            except psycopg.Error:
                self.slow.execute("ROLLBACK")
                self.slow = None

    def end_slow_writer(self, *, commit: bool = True) -> None:
        if self.slow is not None:
            self.slow.execute("COMMIT" if commit else "ROLLBACK")
            self.slow = None

    def let_offers_lapse(self) -> None:
        """Let the time to reply pass for every open offer of the system."""
        with self.root.transaction():
            self.root.execute(
                "UPDATE dc.offer SET respond_by = clock_timestamp() - interval '1 second'"
                " WHERE status = 'sent' AND sent_by_org_id = ANY (%s::uuid[])",
                (list(self.system.orgs.values()),),
            )
            self.root.execute(
                "UPDATE sync.acl a SET valid_until = f.respond_by FROM dc.offer f"
                " WHERE f.id = a.scope_id AND a.stage = 'offered' AND f.status = 'sent'"
                " AND f.sent_by_org_id = ANY (%s::uuid[])",
                (list(self.system.orgs.values()),),
            )

    # --- rest ----------------------------------------------------------------------------------

    def heal(self) -> None:
        """Every line works, every computer has power, nobody holds a transaction open."""
        self.end_slow_writer()
        for desk in self.desks.values():
            for line in desk.lines.values():
                line.heal()
            desk.failing.dark_in = 0

    def settle(self) -> None:
        """Let every person sync and choose until nothing moves any more."""
        moved: list[str] = []
        for _ in range(_ROUNDS):
            moved = self.settle_once()
            if not moved and not self.held_back():
                return
        raise AssertionError(f"the desks do not come to rest: {moved}")

    def settle_once(self) -> list[str]:
        """Let every person sync and choose once; return which desks were not at rest, and why."""
        return [f"{name}: {why}" for name, desk in self.desks.items() if (why := _round(desk))]

    def held_back(self) -> bool:
        """Whether the server keeps something for later: a vacuum may hold the horizon a moment."""
        row = self.root.execute(
            "SELECT EXISTS (SELECT FROM sync.feed WHERE org_id = ANY (%s::uuid[])"
            " AND xid >= pg_snapshot_xmin(pg_current_snapshot()))",
            (list(self.system.orgs.values()),),
        ).fetchone()
        return row is None or bool(row[0])

    def close(self) -> None:
        self.end_slow_writer(commit=False)
        for desk in self.desks.values():
            desk.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _round(desk: ConvergingDesk) -> str:
    """Sync each person who has something waiting, the first user last; choose what is open.

    Returns:
        What there was to do; nothing when the desk was at rest.
    """
    ops = desk.sql(
        "SELECT login, entity, kind, state, result FROM outbox_op"
        " WHERE state IN ('pending', 'blocked')"
    )
    waiting = {row[0] for row in ops}
    first, *others = desk.users
    turns = [who for who in others if desk.system.members[who].login in waiting]
    conflicts = desk.open_conflicts()
    news = desk.has_news()
    if not (waiting or conflicts or desk.member.who != first or news):
        return ""
    for who in (*turns, first):
        if desk.member.who != who:
            desk.sign_in(who)
        if desk.sync() is None:
            failure = desk.failures[-1]
            assert isinstance(failure, TryAgainError), f"{desk.name}: {failure!r}"
    for op, _, code in desk.open_conflicts():
        desk.settle_conflict(op, "theirs" if code == "conflict" else "seen", None)
    return f"{ops=} {conflicts=} {news=}"
