"""The line between a desk and the server, with what goes wrong on it; and a store that loses power.

Faults are put in a queue and met in order by the next calls, so that an example is the same each
time it is played.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from d2a_desktop.core.errors import KnownError
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.shared_db.failures import TryAgainError, UnreadableError, connection_lost
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.shared_db.wire import Digest, Hello, OpResult, PullPage

FAULTS = ("refuse", "lose_answer", "kill_idle", "kill_midway", "twice", "shuffle")


class PowerCutError(BaseException):
    """The computer went dark: no handler of the program may see it."""


class FaultyLine:
    """Speaks to the server through one login's gateway, and misbehaves as it was told.

    `sent` keeps every operation as it last went out; `pages` is told each page that came.
    """

    def __init__(
        self,
        gateway: PostgresGateway,
        root: psycopg.Connection,
        *,
        on_page: Callable[[PullPage], None],
        on_push: Callable[[list[Mapping[str, Any]], list[OpResult]], None],
    ) -> None:
        self._gateway = gateway
        self._root = root
        self._on_page = on_page
        self._on_push = on_push
        self.offline = False
        self.faults: list[tuple[str, int]] = []
        self.batches: list[tuple[str, list[Mapping[str, Any]]]] = []
        self.counts: dict[str, int] = {}
        self.unreadable: set[str] = set()
        self.seconds: dict[str, list[float]] = {"push": [], "pull": []}
        """How long the server took for each call that was answered."""
        self._digests: dict[str, Digest] = {}
        self.sent: set[str] = set()
        self.sent_again = 0
        """How many operations went out that had gone out before."""

    def heal(self) -> None:
        """Let the line work."""
        self.offline = False
        self.faults.clear()

    def hello(self, *, client: str, n_old: str | None, n_new: str) -> Hello:
        return self._through(lambda: self._gateway.hello(client=client, n_old=n_old, n_new=n_new))

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        self._digests.clear()
        batch = [dict(op) for op in ops]
        self.batches.append((client, batch))
        fault, n = self._next(also=("twice", "shuffle"))
        if fault == "shuffle":
            return self._shuffled(client, batch, random.Random(n))
        answers = self._meeting(fault, lambda: self._push(client, batch))
        if fault == "twice":
            for _ in range(n % 4 + 1):
                again = self._push(client, batch)
                assert _told(again) == _told(answers), "the same batch was answered otherwise"
        return answers

    def pull(self, *, cursor: tuple[int, int], limit: int) -> PullPage:
        page = self._through(
            lambda: self._timed("pull", lambda: self._gateway.pull(cursor=cursor, limit=limit))
        )
        self._on_page(page)
        return page

    def digest(self, *, entity: str) -> Digest:
        fault, _ = self._next()
        return self._meeting(fault, lambda: self._digest(entity))

    def _digest(self, entity: str) -> Digest:
        """Answer from one question for all records: a check asks for one after the other."""
        if entity not in self._digests:
            answer = self._gateway._ask(
                "SELECT json_object_agg(e, sync.digest(e)) FROM unnest(%s::text[]) e",
                (list(RECORDS),),
            )
            self._digests = {
                each: {int(b): (n, s) for b, (n, s) in found.items()}
                for each, found in answer.items()
            }
        return self._digests.pop(entity)

    def fetch(
        self, *, entity: str, buckets: Sequence[int], after: str, limit: int
    ) -> list[Mapping[str, Any]]:
        return self._through(
            lambda: self._gateway.fetch(entity=entity, buckets=buckets, after=after, limit=limit)
        )

    def reap(self) -> int:
        return self._through(self._gateway.reap)

    def close(self) -> None:
        """Keep the connection: it belongs to the login, not to the desk."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def late_delivery(self, index: int) -> None:
        """Let the network deliver an old batch once more, after newer ones."""
        client, batch = self.batches[index % len(self.batches)]
        with suppress(KnownError):
            self._gateway.push(client=client, ops=batch)

    # --- what goes wrong --------------------------------------------------------------------

    def _next(self, also: tuple[str, ...] = ()) -> tuple[str, int]:
        if self.offline:
            return "refuse", 0
        usable = (*FAULTS[:4], *also)
        if self.faults and self.faults[0][0] in usable:
            fault, n = self.faults.pop(0)
            self.counts[fault] = self.counts.get(fault, 0) + 1
            return fault, n
        return "", 0

    def _through(self, call: Callable[[], Any]) -> Any:
        """Let a call meet what comes next; digests that were read before it are old then."""
        self._digests.clear()
        fault, _ = self._next()
        return self._meeting(fault, call)

    def _meeting(self, fault: str, call: Callable[[], Any]) -> Any:
        if fault == "refuse":
            raise TryAgainError("The network is away.", code="server_unreachable")
        if fault == "kill_idle":
            self._kill()  # the call finds a dead connection
        if fault == "kill_midway":
            return self._killed_midway(call)
        answer = call()
        if fault == "lose_answer":
            # The connection with it, as far as the desk knows: what comes next is hello. It is the
            # same backend all the same, because a new one would make its plans anew.
            self._gateway._greeted = None
            raise connection_lost()
        return answer

    def _killed_midway(self, call: Callable[[], Any]) -> Any:
        """Do the call inside a transaction whose backend dies before its commit."""
        with self._gateway._mapped(opens=True) as connection:
            connection.execute("BEGIN")
        try:
            call()
        finally:  # a refusal, too, would leave the transaction open for the calls that follow
            self._kill()
        with self._gateway._mapped() as connection:
            connection.execute("COMMIT")
        raise AssertionError("a killed backend committed")

    def _kill(self) -> None:
        with self._gateway._mapped(opens=True) as connection:
            pid = connection.info.backend_pid
        self._root.execute("SELECT pg_terminate_backend(%s)", (pid,))
        # Until it is gone, and what it held is free again; waiting there takes a tenth of a second.
        while self._root.execute("SELECT FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone():
            pass

    def _push(self, client: str, batch: list[Mapping[str, Any]]) -> list[OpResult]:
        names = {op["op"] for op in batch}
        self.sent_again += len(names & self.sent)
        self.sent |= names
        try:
            answers = self._timed("push", lambda: self._gateway.push(client=client, ops=batch))
        except UnreadableError:
            if len({op["grp"] for op in batch}) == 1:
                self.unreadable |= {op["op"] for op in batch}
            raise
        self._on_push(batch, answers)
        return answers

    def _timed(self, what: str, call: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = call()
        self.seconds[what].append(time.perf_counter() - began)
        return answer

    def _shuffled(
        self, client: str, batch: list[Mapping[str, Any]], chance: random.Random
    ) -> list[OpResult]:
        """Send the groups in another order, where no two of them touch one scope."""
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for op in batch:
            groups.setdefault(op["grp"], []).append(op)
        order = list(groups)
        for _ in range(len(order)):
            at = chance.randrange(len(order))
            if at + 1 < len(order) and not _scopes(groups[order[at]]) & _scopes(
                groups[order[at + 1]]
            ):
                order[at], order[at + 1] = order[at + 1], order[at]
        answers = self._push(client, [op for grp in order for op in groups[grp]])
        by_op = {answer.op: answer for answer in answers}
        return [by_op[op["op"]] for op in batch]


def _scopes(ops: list[Mapping[str, Any]]) -> set[str]:
    return {str(op[key]) for op in ops for key in ("scope", "id")}


def _told(answers: list[OpResult]) -> list[tuple[Any, ...]]:
    return [(a.op, a.status, a.why, a.ver, json.dumps(a.theirs)) for a in answers]


class FailingStore:
    """A store whose computer goes dark at a chosen write of sync, before its commit."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self.dark_in = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def apply(self) -> Iterator[Session]:
        """Give a writing session, as the store does."""
        with self._store.apply() as session:
            yield session
            if self.dark_in:
                self.dark_in -= 1
                if not self.dark_in:
                    raise PowerCutError
