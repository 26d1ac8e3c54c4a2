"""The shared database as sync sees it: a handful of calls over one connection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db.connection import PasswordProvider, connect, with_user
from d2a_desktop.shared_db.failures import TryAgainError, statement_failed
from d2a_desktop.shared_db.wire import Cursor, Digest, Hello, OpResult, PullPage

CLIENT_VERSION = 1
"""Version of this program towards `sync.meta.min_client_ver`."""


class PostgresGateway:
    """Speaks to the server named by `url` as `login`; connects at the first call.

    Every method raises a known error of `failures` (UnreachableError with exit code 3,
    ClientTooOldError, SessionLostError, NoMembershipError) and never a driver's.
    """

    def __init__(self, url: str, *, login: str, password: PasswordProvider | None = None) -> None:
        self._url = with_user(url, login)
        self._password = password
        self._connection: psycopg.Connection | None = None

    def hello(self, *, client: str, n_old: str | None, n_new: str) -> Hello:
        """Greet the server and move this desk's session from `n_old` to `n_new`."""
        answer = self._ask(
            "SELECT sync.hello(%s, %s, %s, %s)", (client, n_old, n_new, CLIENT_VERSION)
        )
        return Hello.of(answer)

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        """Send one batch; one answer per operation, in order."""
        answer = self._ask(
            "SELECT sync.push(%s, %s, %s::jsonb)",
            (client, CLIENT_VERSION, json.dumps(list(ops), separators=(",", ":"))),
        )
        return [OpResult.of(result) for result in answer]

    def pull(self, *, cursor: Cursor, limit: int) -> PullPage:
        """Return what changed after `cursor`, at most about `limit` rows."""
        answer = self._ask(
            "SELECT sync.pull(%s::text::xid8, %s, %s)", (str(cursor[0]), cursor[1], limit)
        )
        return PullPage.of(answer)

    def digest(self, *, entity: str) -> Digest:
        """Return the digest of what this login may see of an entity (SYNC 3.12)."""
        answer = self._ask("SELECT sync.digest(%s)", (entity,))
        return {int(bucket): (pair[0], pair[1]) for bucket, pair in answer.items()}

    def fetch(
        self, *, entity: str, buckets: Sequence[int], after: str, limit: int
    ) -> list[Mapping[str, Any]]:
        """Return the visible rows of some buckets with an id above `after`, in order of id."""
        answer = self._ask(
            "SELECT sync.fetch(%s, %s, %s, %s)", (entity, list(buckets), after, limit)
        )
        return list(answer)

    def channel(self) -> str:
        """Return the secret name of the organisation's notification channel."""
        return str(self._ask("SELECT to_json(sync.my_channel())", ()))

    def reap(self) -> int:
        """End clients' transactions that hold everybody back; return how many."""
        return int(self._ask("SELECT to_json(sync.reap())", ()))

    def change_password(self, new_password: str) -> None:
        """Give this login another password (asked at the first sign-in)."""
        with self._mapped() as connection:
            user = connection.info.user
            verifier = connection.pgconn.encrypt_password(
                new_password.encode(), user.encode(), b"scram-sha-256"
            ).decode()
            statement = psycopg.sql.SQL("ALTER ROLE CURRENT_USER PASSWORD {}").format(
                psycopg.sql.Literal(verifier)
            )
            connection.execute(statement)

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, statement: str, values: tuple[object, ...]) -> Any:
        with self._mapped() as connection:
            row = connection.execute(statement.encode(), values).fetchone()
        if row is None:
            raise TryAgainError("The shared database gave no answer.", code="no_answer")
        return row[0]

    @contextmanager
    def _mapped(self) -> Iterator[psycopg.Connection]:
        if self._connection is None or self._connection.closed:
            self._connection = connect(self._url, password=self._password, name="d2a sync")
        try:
            yield self._connection
        except psycopg.Error as failure:
            known = statement_failed(failure)
            if isinstance(known, UnreachableError):
                self.close()
            raise known from None


class NoSharedDatabase:
    """Stands in for a desk that was set up without a server: every call says so."""

    def hello(self, *, client: str, n_old: str | None, n_new: str) -> Hello:
        """Say that there is no server."""
        raise self._none()

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        """Say that there is no server."""
        raise self._none()

    def pull(self, *, cursor: Cursor, limit: int) -> PullPage:
        """Say that there is no server."""
        raise self._none()

    def digest(self, *, entity: str) -> Digest:
        """Say that there is no server."""
        raise self._none()

    def fetch(
        self, *, entity: str, buckets: Sequence[int], after: str, limit: int
    ) -> list[Mapping[str, Any]]:
        """Say that there is no server."""
        raise self._none()

    def reap(self) -> int:
        """Say that there is no server."""
        raise self._none()

    def close(self) -> None:
        """Close nothing."""

    def _none(self) -> UnreachableError:
        return UnreachableError(
            "This desk has no shared database.",
            what_to_do="Work is kept here. An administrator gives it a server with "
            "`d2a desk init --server URL --user LOGIN`.",
            code="no_server",
        )
