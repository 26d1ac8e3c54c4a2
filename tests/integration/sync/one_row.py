"""A desk's real store beside a server of a few lines: what two rows show, whatever happens.

The server judges as `sync.push` does (whole commands, one ledger, what waits behind a refusal),
but decides as it is told. What a person should see is worked out here without the engine: the last
word of the server that this desk has heard, with the edits on top that still wait.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.ids import new_id
from d2a_desktop.domain.fields import SCHEMA_VERSION
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.wire import python_value
from d2a_desktop.shared_db.failures import ConnectionLostError
from d2a_desktop.shared_db.wire import Hello, OpResult
from d2a_desktop.sync import apply, conflicts, merge, replay, sessions
from d2a_desktop.sync.protocol import SyncSettings, Tally
from d2a_desktop.sync.push import Pusher
from tests.local_stores import COORDINATOR, START

FIELDS = ("bed", "edd", "mrn")
"""One in which the later edit stands, and two in which people choose."""
PEOPLE = (COORDINATOR, replace(COORDINATOR, login="u_colleague0001", name="Sam Example"))
_VALUES = {
    "bed": ("1", "2", "3", None),
    "edd": ("2026-12-01", "2026-12-02", None),
    "mrn": ("M1", "M2", None),
}


class PlainServer:
    """Rows, a ledger, and what it was before; `fates` says what becomes of the next commands."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows = {row["id"]: row for row in rows}
        self.ledger: dict[str, OpResult] = {}
        self.fates: list[str] = []
        self.cut = False
        self._kept = self._copy()

    def _copy(self) -> tuple[dict[str, dict[str, Any]], dict[str, OpResult]]:
        return {name: dict(row) for name, row in self.rows.items()}, dict(self.ledger)

    def keep(self) -> None:
        """Make a copy to go back to."""
        self._kept = self._copy()

    def put_back(self) -> None:
        """Be as at the last copy."""
        self.rows, self.ledger = self._kept
        self.keep()

    def theirs(self, row_id: str, hlc: int, values: Mapping[str, Any]) -> None:
        """Let somebody else write."""
        row = self.rows[row_id]
        row |= {**values, "ver": row["ver"] + 1, "hlc": hlc}

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        """Answer as `sync.push` does; when the line is cut, take all of it and say nothing."""
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for op in ops:
            groups.setdefault(op["grp"], []).append(op)
        answers: list[OpResult] = []
        blocked: set[str] = set()
        for group in groups.values():
            if all(op["op"] in self.ledger for op in group):
                answers += (found := [replace(self.ledger[o["op"]], duplicate=True) for o in group])
                blocked |= {o["id"] for o, a in zip(group, found, strict=True) if a.status != "ok"}
            elif any(op["id"] in blocked for op in group):
                answers += [OpResult(op=op["op"], status="blocked") for op in group]
            else:
                answers += (found := self._judge(group))
                blocked |= {o["id"] for o, a in zip(group, found, strict=True) if a.status != "ok"}
                self.ledger |= {a.op: a for a in found if a.final}
        if self.cut:
            self.cut = False
            raise ConnectionLostError("The line is cut.", code="server_unreachable")
        return answers

    def _judge(self, group: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        fate = self.fates.pop(0) if self.fates else "judge"
        replayed = bool(group[0].get("replay"))
        if fate != "judge":
            final = not (fate == "not_allowed" and replayed)
            first, *others = group
            return [OpResult(op=first["op"], status="rejected", why=fate, final=final)] + [
                OpResult(op=op["op"], status="rejected", why="group", final=final) for op in others
            ]
        rows = {name: dict(row) for name, row in self.rows.items()}
        found = []
        for op in group:
            row = rows[op["id"]]
            edit = merge.Edit(op["set"], op["base"], op["bv"], op["hlc"])
            verdict = merge.decide("spell", edit, row, server_ms=1 << 44, replayed=replayed)
            if verdict.theirs:
                told = {"status": "conflict", "theirs": dict(verdict.theirs)}
                return [
                    OpResult(op=o["op"], **(told if o is op else _WITH_THE_GROUP)) for o in group
                ]
            new = {n: v for n, v in verdict.take.items() if row[n] != v}
            if new:
                row |= {**new, "ver": row["ver"] + 1, "hlc": max(row["hlc"], op["hlc"])}
            found.append(OpResult(op=op["op"], status="ok", ver=row["ver"], lost=verdict.lost))
        self.rows = rows
        return found


_WITH_THE_GROUP: Any = {"status": "rejected", "why": "group"}


class OneDesk:
    """A store with two rows on it, and what it should show of them."""

    def __init__(self, store: LocalStore, chance: Random) -> None:
        self.store = store
        self.chance = chance
        self.steps: list[str] = []
        rows = [_spell() for _ in range(2)]
        self.server = PlainServer(rows)
        self.ids = [row["id"] for row in rows]
        self.pulled: dict[str, dict[str, Any]] = {}
        self.confirmed: list[tuple[str, int, str, Any]] = []
        """Since that pull: row, version that it reached, field, value."""
        self.unsure: set[tuple[str, str]] = set()
        with store.apply() as session:
            for table in ("outbox_op", "conflict", "shadow"):  # of the one before
                session.connection().exec_driver_sql(f"DELETE FROM {table}")
            for state in ("session", "replay", "recovery"):
                replica.put_state(session, state, None)
            replica.put_state(session, "session", {"nonce": "n0", "cursor": [1, 1]})
            replica.put_cursor(session, (1, 1))
        self._number = 0
        self.given: dict[str, int] = {}
        self._vouched: dict[str, int] = {}
        self.pull()

    # --- what happens ------------------------------------------------------------------------

    def step(self) -> None:
        """Let one thing happen."""
        deeds = (
            *(self.edit,) * 5, *(self.push,) * 4, self.pull, self.pull, self.theirs, self.theirs,
            self.choose, self.choose, self.vouch, self.come_back, self.put_back, self.agree,
        )  # fmt: skip
        self.chance.choice(deeds)()

    def edit(self) -> None:
        """Somebody changes one row or both in one command."""
        caller = self.chance.choice((PEOPLE[0], PEOPLE[0], PEOPLE[1]))
        rows = self.ids if self.chance.random() < 0.25 else [self.chance.choice(self.ids)]
        told = {row_id: self._values() for row_id in rows}
        self.steps.append(f"{caller.login} edits {told}")
        with self.store.write(caller, action="case:changed") as unit:
            for row_id, values in told.items():
                row = unit.session.get(Spell, row_id)
                for name, value in values.items():
                    setattr(row, name, python_value("spell", name, value))

    def _values(self) -> dict[str, Any]:
        names = self.chance.sample(FIELDS, self.chance.choice((1, 1, 2)))
        return {name: self.chance.choice(_VALUES[name]) for name in names}

    def push(self) -> None:
        """One of the two sends what waits of theirs; some of it is refused, or the line is cut."""
        caller = self.chance.choice((PEOPLE[0], PEOPLE[0], PEOPLE[1]))
        fates = ("judge", "judge", "status_machine", "not_allowed")
        self.server.fates = [self.chance.choice(fates) for _ in range(4)]
        self.server.cut = self.chance.random() < 0.15
        self.steps.append(f"{caller.login} sends {self.server.fates} cut={self.server.cut}")
        before = self._outbox()
        pusher = Pusher(
            self.store, self.server, settings=SyncSettings(batch=self.chance.choice((1, 3, 50))),
            now=lambda: START, wait=lambda seconds: None, server=HELLO,
        )  # fmt: skip
        with suppress(KnownError):
            pusher.run(
                caller.login, Tally(), on_progress=lambda progress: None, cancelled=lambda: False
            )
        self._hear(before)

    def _hear(self, before: Mapping[str, Mapping[str, Any]]) -> None:
        """Note what was confirmed, in whatever order it is told."""
        for op_id, op in self._outbox().items():
            if op["state"] == before[op_id]["state"]:
                continue
            pulled = self.pulled[op["row_id"]]["ver"]
            if op["state"] == "acked" and op["result"]["ver"] > pulled:
                lost = self.server.ledger[op_id].lost
                self.unsure |= {(op["row_id"], name) for name in lost}  # a later edit stands there
                self.confirmed += [
                    (op["row_id"], op["result"]["ver"], name, value)
                    for name, value in op["set"].items()
                    if name not in lost
                ]
            elif op["state"] == "acked" or before[op_id]["confirmed"]:
                # It was in the row already; or a restored server has lost it and refuses it now.
                self.unsure |= {(op["row_id"], name) for name in op["set"]}

    def pull(self) -> None:
        """What others wrote comes in."""
        self.steps.append("pull")
        # Only what changed, as a feed gives it: a row that is wrong here in the server's own
        # version stays so.
        news = [row for name, row in self.server.rows.items() if self.given.get(name) != row["ver"]]
        with self.store.apply() as session:
            apply.apply_rows(session, "spell", news)
        self.given = {name: row["ver"] for name, row in self.server.rows.items()}
        self.pulled = {name: dict(row) for name, row in self.server.rows.items()}
        self.unsure.clear()
        self.confirmed.clear()

    def theirs(self) -> None:
        """Somebody elsewhere changes a row."""
        self._number += 1
        told = self.chance.choice(self.ids), self._values()
        self.steps.append(f"theirs {told}")
        hlc = (int(START.timestamp() * 1000) + self.chance.randrange(-9, 9)) << 16
        self.server.theirs(told[0], hlc, told[1])

    def choose(self) -> None:
        """A person settles what was not taken."""
        found = conflicts.open_conflicts(self.store)
        if not found:
            return
        conflict = self.chance.choice(found)
        choice = self.chance.choice(conflicts.choices_for(conflict))
        self.steps.append(f"choose {choice} of {conflict.mine}")
        caller = next(each for each in PEOPLE if each.login == conflict.login)
        values = self._values() if choice == "edit" else None
        conflicts.resolve(self.store, caller, conflict.op, choice=choice, now=START, values=values)

    def vouch(self) -> None:
        """A run ends well: the server vouches for what it took."""
        self.steps.append("vouch")
        self._number += 1
        with self.store.apply() as session:
            cursor = list(replica.get_cursor(session))
            replica.put_state(session, "session", {"nonce": f"n{self._number}", "cursor": cursor})
        self.server.keep()
        self._vouched = dict(self.given)

    def come_back(self) -> None:
        """The next hello after a cut: what was not vouched for goes again, and is read again."""
        self.steps.append("come back")
        with self.store.apply() as session:
            if sessions.redo_unproven(session):
                replay.go_on(session, now=START)
                self.given = dict(self._vouched)

    def put_back(self) -> None:
        """The server is put back to its last copy, and this desk notices."""
        if self.chance.random() < 0.5:
            return
        self.steps.append("put back")
        self.server.put_back()
        with self.store.apply() as session:
            replay.start_over(session, now=START, why="behind")
        self.given = {}
        # Versions of two histories cannot be compared: what was confirmed is sure after the next
        # pull, which reads everything.
        self.unsure |= {(row_id, name) for row_id in self.ids for name in FIELDS}
        self.vouch()

    def agree(self) -> None:
        """Digests agree: what is sent from here on is no replay."""
        self.steps.append("agree")
        with self.store.apply() as session:
            replay.end_if_over(session, now=START, digests_agree=True)

    # --- what must be so -----------------------------------------------------------------------

    def judge(self) -> None:
        """Hold what the store shows against what it should."""
        with self.store.read(even_locked=True) as session:
            shown = replica.rows_wire(session, "spell", self.ids)
        waiting = [op for op in self._outbox().values() if op["state"] in ("pending", "blocked")]
        for row_id in self.ids:
            wanted = dict(self.pulled[row_id])
            mine = [op for op in waiting if op["row_id"] == row_id]
            taken = [op for op in mine if op["confirmed"] and wanted["ver"] < op["result"]["ver"]]
            heard = [each[1:] for each in self.confirmed if each[0] == row_id]
            heard += [(op["result"]["ver"], *each) for op in taken for each in op["set"].items()]
            # By version, not as it was heard: the server's order is the only one there is.
            heard.sort(key=lambda each: each[0])
            wanted |= {name: value for _, name, value in heard}
            unsent = set()
            for op in mine:
                if not op["confirmed"]:
                    wanted |= op["set"]
                    unsent |= set(op["set"])
            wrong = {
                name: (shown[row_id][name], wanted[name])
                for name in FIELDS
                if shown[row_id][name] != wanted[name]
                and (name in unsent or (row_id, name) not in self.unsure)
            }
            assert not wrong, "\n".join(
                [f"row {self.ids.index(row_id)} (shown, wanted): {wrong}", *self.steps, str(mine)]
            )

    def _outbox(self) -> dict[str, dict[str, Any]]:
        with self.store.read(even_locked=True) as session:
            rows = (
                session.connection()
                .exec_driver_sql(
                    "SELECT op, row_id, state, set_values, result FROM outbox_op"
                    f" WHERE row_id IN ('{self.ids[0]}', '{self.ids[1]}') ORDER BY seq"
                )
                .all()
            )
        found = {}
        for op, row_id, state, values, result in rows:
            said = json.loads(result or "null") or {}
            found[op] = {
                "op": op, "row_id": row_id, "state": state, "set": json.loads(values or "{}"),
                "result": said, "confirmed": "ver" in said and said["ver"] is not None,
            }  # fmt: skip
        return found


def _spell() -> dict[str, Any]:
    row_id = new_id(START)
    return {
        "id": row_id, "scope_id": row_id, "ver": 1, "hlc": 1 << 20,
        "hospital_org_id": COORDINATOR.org_id, "case_ref": row_id, "entered_from": "hand",
        "site": "S", "ward": "W", "admitted_at": "2026-11-20T09:00:00.000000Z",
        "bed": None, "edd": None, "mrn": None,
    }  # fmt: skip


HELLO = Hello(
    epoch="e", schema_version=SCHEMA_VERSION, min_client_version=1, server_now=START, horizon=9,
    newest=9, org_id=COORDINATOR.org_id, org_ods="RXX01", org_kind="hospital", kinds=("hospital",),
    system_id="s", role="ward_coordinator", hidden=frozenset(),
)  # fmt: skip
