"""The shared database as sync sees it: a handful of calls over one connection."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db.attended import SILENCE_SECONDS, Bell, Watch
from d2a_desktop.shared_db.connection import PasswordProvider, connect, with_user
from d2a_desktop.shared_db.failures import (
    AuthenticationError,
    ConnectionLostError,
    SilentServerError,
    StoppedError,
    TryAgainError,
    connection_lost,
    statement_failed,
)
from d2a_desktop.shared_db.wire import Cursor, Digest, Hello, OpResult, PullPage

CLIENT_VERSION = 1
"""Version of this program towards `sync.meta.min_client_ver`."""
REFUSALS = 3
"""After this many refused logins in a row none is tried until a person asks: servers and
directories lock accounts that fail too often (SYNC 4)."""


class PostgresGateway:
    """Speaks to the server named by `url` as `login`; connects at the first call.

    Every method raises a known error of `failures` (UnreachableError with exit code 3,
    ClientTooOldError, SessionLostError, NoMembershipError) and never a driver's. No call waits
    longer than `silence_seconds` for the next byte. Calls come from one thread at a time;
    `close` and `wake` may come from any.

    Once it has said hello, a connection that was lost is opened anew by hello alone: what
    ended it may have been a restore, which only hello notices.
    """

    def __init__(
        self,
        url: str,
        *,
        login: str,
        password: PasswordProvider | None = None,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        self._url = with_user(url, login)
        self._password = password
        self._connection: psycopg.Connection | None = None
        self._turn = threading.RLock()
        self._closing = threading.Event()
        self._stopped: Callable[[], bool] = _never
        self._watch = Watch(silence_seconds, lambda: self._closing.is_set() or self._stopped())
        self._greeted: psycopg.Connection | None = None
        self._greets = False
        self._refused = 0
        self._bell = Bell()
        self._name = f"d2a sync {secrets.token_hex(4)}"
        self._leftovers = False
        self._link = 0
        self._listening = False
        self._pooled = False
        self._news = False

    @property
    def silence_seconds(self) -> float:
        """How long a call may hear nothing before it is given up."""
        return self._watch.silence_seconds

    @silence_seconds.setter
    def silence_seconds(self, seconds: float) -> None:
        self._watch.silence_seconds = seconds

    @contextmanager
    def ending_when(self, stopped: Callable[[], bool]) -> Iterator[None]:
        """Let every call of the block end with StoppedError, soon after `stopped` says so."""
        self._stopped = stopped
        try:
            yield
        finally:
            self._stopped = _never

    def ask_again(self) -> None:
        """Let a login that was refused too often be tried once more: a person asks for it."""
        self._refused = min(self._refused, REFUSALS - 1)

    def hello(self, *, client: str, n_old: str | None, n_new: str) -> Hello:
        """Greet the server and move this desk's session from `n_old` to `n_new`."""
        with self._mapped(opens=True) as connection:
            answer = _one(
                connection,
                "SELECT sync.hello(%s, %s, %s, %s)",
                (client, n_old, n_new, CLIENT_VERSION),
            )
            hello = Hello.of(answer)
            self._greeted = connection
            self._greets = True
            self._note_process(connection, hello.backend_pid)
            self._pooled = self._pooled or not hello.notify
        return hello

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        """Send one batch; one answer per operation, in order."""
        answer = self._ask(
            "SELECT sync.push(%s, %s, %s::jsonb)",
            (client, CLIENT_VERSION, json.dumps(list(ops), separators=(",", ":"))),
        )
        return [OpResult.of(result) for result in answer]

    def pull(self, *, cursor: Cursor, limit: int) -> PullPage:
        """Return what changed after `cursor`, at most about `limit` rows."""
        self._news = False  # what was hinted at before now, this page brings
        with self._mapped() as connection:
            answer, newest = _row(
                connection,
                "SELECT sync.pull(%s::text::xid8, %s, %s),"
                " pg_snapshot_xmax(pg_current_snapshot())::text",
                (str(cursor[0]), cursor[1], limit),
            )
        return PullPage.of(answer, newest=int(newest))

    def remaining(self, *, cursor: Cursor) -> int | None:
        """Return how many rows and purges come after `cursor`; None from an older server."""
        try:
            return int(
                self._ask(
                    "SELECT to_json(sync.remaining(%s::text::xid8, %s))",
                    (str(cursor[0]), cursor[1]),
                )
            )
        except UnreachableError as failure:
            if failure.code != "not_prepared":
                raise
            return None

    def digest(self, *, entity: str) -> Digest:
        """Return the digest of what this login may see of an entity (SYNC 3.12)."""
        answer = self._ask("SELECT sync.digest(%s)", (entity,))
        return {int(bucket): (pair[0], pair[1]) for bucket, pair in answer.items()}

    def unread(self, *, cursor: Cursor) -> bool:
        """Tell whether anything is on its way after `cursor`; no from an older server."""
        try:
            asked = (str(cursor[0]), cursor[1])
            return bool(self._ask("SELECT to_json(sync.unread(%s::text::xid8, %s))", asked))
        except UnreachableError as failure:
            if failure.code != "not_prepared":
                raise
            return False

    def fetch(
        self, *, entity: str, buckets: Sequence[int], after: str, limit: int
    ) -> list[Mapping[str, Any]]:
        """Return the visible rows of some buckets with an id above `after`, in order of id."""
        answer = self._ask(
            "SELECT sync.fetch(%s, %s, %s, %s)", (entity, list(buckets), after, limit)
        )
        return list(answer)

    def channel(self) -> str:
        """Return the secret name of the organisation's channel; empty for who is no member."""
        return str(self._ask("SELECT to_json(sync.my_channel())", ()) or "")

    def reap(self) -> int:
        """End clients' transactions that hold everybody back; return how many."""
        with self._mapped(opens=True) as connection:
            return int(_one(connection, "SELECT to_json(sync.reap())", ()))

    def change_password(self, new_password: str) -> None:
        """Give this login another password (asked at the first sign-in)."""
        with self._mapped(opens=True) as connection:
            user = connection.info.user
            verifier = connection.pgconn.encrypt_password(
                new_password.encode(), user.encode(), b"scram-sha-256"
            ).decode()
            statement = psycopg.sql.SQL("ALTER ROLE CURRENT_USER PASSWORD {}").format(
                psycopg.sql.Literal(verifier)
            )
            connection.execute(statement)

    # --- news -------------------------------------------------------------------------------

    @property
    def link(self) -> int:
        """The number of the connection that has been greeted and leads straight to the server.

        0 when there is none. While it stays the same, the server has not been restored: that
        cuts connections. Behind a pooler nothing tells, so it is 0 there.
        """
        alive = self._greeted is not None and not self._greeted.closed
        return self._link if alive and not self._pooled else 0

    @property
    def listening(self) -> bool:
        """Whether the server's hints arrive here."""
        return self._listening and self.link != 0

    def wait_for_news(self, seconds: float) -> bool:
        """Wait until the server hints at news; return whether it did within `seconds`.

        A hint carries nothing: anybody who knows the channel can send one. It is True at once
        where listening begins only now, because what came before was not heard. Without a
        connection, or behind a pooler (which keeps no LISTEN), it is a wait for the time alone.
        `wake` ends it.

        Raises:
            ConnectionLostError: the connection ended meanwhile.
        """
        with self._my_turn():
            connection = self._greeted
            if connection is None or self._pooled:
                self._bell.wait(None, seconds)
                return False
            with self._mapped():
                if not self._listening:
                    self._listen(connection)
                    return self._listening
                return self._hear(connection, seconds)

    def rest(self, seconds: float) -> None:
        """Wait for the time alone, hints or none; `wake` ends it."""
        self._bell.wait(None, seconds)

    def wake(self) -> None:
        """End the wait under way, else the next one; from any thread."""
        self._bell.ring()

    def _listen(self, connection: psycopg.Connection) -> None:
        channel, process = _one(
            connection, "SELECT json_build_array(sync.my_channel(), pg_backend_pid())", ()
        )
        self._note_process(connection, process)
        if channel is None or self._pooled:
            return
        connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        self._listening = True

    def _note_process(self, connection: psycopg.Connection, process: int | None) -> None:
        """See whether the process that answered is the one we connected to.

        A pooler gives a number of its own, and lends another process for each transaction: what
        one of them hears never reaches this desk (SYNC 3.6).
        """
        if process is not None and process != connection.info.backend_pid:
            self._pooled = True

    def _hear(self, connection: psycopg.Connection, seconds: float) -> bool:
        libpq = connection.pgconn
        while notice := libpq.notifies():  # came with an answer, and was not looked at yet
            self._take_hint(notice.be_pid)
        if not self._news and self._bell.wait(connection.fileno(), seconds):
            libpq.consume_input()
            while notice := libpq.notifies():
                self._take_hint(notice.be_pid)
        heard, self._news = self._news, False
        return heard

    def _take_hint(self, sender: int) -> None:
        """Keep that news was hinted at, unless our own push did it."""
        if self._connection is None or sender != self._connection.info.backend_pid:
            self._news = True

    # --- the connection ---------------------------------------------------------------------

    def close(self) -> None:
        """Close the connection; the next call opens another.

        From any thread: a call under way on another ends with StoppedError.
        """
        self._closing.set()
        self._bell.ring()
        with self._turn:
            self._closing.clear()
            self._drop()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Use the connection alone; one who waits for news on another thread gives way."""
        if not self._turn.acquire(blocking=False):
            self._bell.ring()
            self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = self._greeted = None
        self._listening = self._pooled = self._news = False

    def _ask(self, statement: str, values: tuple[object, ...]) -> Any:
        with self._mapped() as connection:
            return _one(connection, statement, values)

    @contextmanager
    def _mapped(self, *, opens: bool = False) -> Iterator[psycopg.Connection]:
        with self._my_turn():
            connection = self._open(opens=opens)
            try:
                if self._leftovers:
                    self._end_leftovers(connection)
                yield connection
            except psycopg.Error as failure:
                known = statement_failed(failure)
                if isinstance(known, ConnectionLostError | SilentServerError | StoppedError):
                    self._drop()
                raise known from None

    def _open(self, *, opens: bool) -> psycopg.Connection:
        if self._connection is not None and self._connection.closed:
            self._drop()
        if self._greets and not opens and self._greeted is None:
            raise connection_lost()
        if self._connection is not None:
            return self._connection
        if self._refused >= REFUSALS:
            raise AuthenticationError(
                "The shared database refused this login several times, so it is not tried again.",
                what_to_do="Check the login and its password with the administrator, then sync.",
                code="login_refused",
            )
        try:
            self._connection = connect(
                self._url, password=self._password, name=self._name, watch=self._watch
            )
        except AuthenticationError:
            self._refused += 1
            raise
        self._refused = 0
        self._leftovers = self._link > 0
        self._link += 1
        self._connection.add_notify_handler(lambda notice: self._take_hint(notice.pid))
        return self._connection

    def _end_leftovers(self, connection: psycopg.Connection) -> None:
        """End what is left at the server of earlier connections, known by their name.

        One that was lost without a word would be kept until the server notices by itself, with
        the locks of its last call, and a person may have three.
        """
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = session_user"
            " AND application_name = %s AND pid <> pg_backend_pid() AND pg_backend_pid() = %s",
            (self._name, connection.info.backend_pid),
        )
        self._leftovers = False


def _row(
    connection: psycopg.Connection, statement: str, values: tuple[object, ...]
) -> tuple[Any, ...]:
    row = connection.execute(statement.encode(), values).fetchone()
    if row is None:
        raise TryAgainError("The shared database gave no answer.", code="no_answer")
    return row


def _one(connection: psycopg.Connection, statement: str, values: tuple[object, ...]) -> Any:
    return _row(connection, statement, values)[0]


def _never() -> bool:
    return False


class NoSharedDatabase:
    """Stands in for a desk that was set up without a server: every call says so."""

    @contextmanager
    def ending_when(self, stopped: Callable[[], bool]) -> Iterator[None]:
        """Nothing is waited for here."""
        yield

    def ask_again(self) -> None:
        """Nothing was refused here."""

    @property
    def link(self) -> int:
        """No connection."""
        return 0

    @property
    def listening(self) -> bool:
        """Nothing to listen to."""
        return False

    def wait_for_news(self, seconds: float) -> bool:
        """Say that there is no server."""
        raise self._none()

    def rest(self, seconds: float) -> None:
        """Say that there is no server."""
        raise self._none()

    def wake(self) -> None:
        """Nobody waits here."""

    def hello(self, *, client: str, n_old: str | None, n_new: str) -> Hello:
        """Say that there is no server."""
        raise self._none()

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        """Say that there is no server."""
        raise self._none()

    def pull(self, *, cursor: Cursor, limit: int) -> PullPage:
        """Say that there is no server."""
        raise self._none()

    def remaining(self, *, cursor: Cursor) -> int | None:
        """Say that there is no server."""
        raise self._none()

    def digest(self, *, entity: str) -> Digest:
        """Say that there is no server."""
        raise self._none()

    def unread(self, *, cursor: Cursor) -> bool:
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
