"""One exchange with the shared database: hello, push, pull, and a check when one is due."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.ids import new_id
from d2a_desktop.local_db import outbox, people, replica
from d2a_desktop.local_db.outbox import WAITING
from d2a_desktop.shared_db.failures import (
    ClientTooOldError,
    ConnectionLostError,
    SessionLostError,
    StoppedError,
)
from d2a_desktop.sync import health, replay, sessions, verify
from d2a_desktop.sync.door import TELLS_OF_LEAVING, Door
from d2a_desktop.sync.health import Health
from d2a_desktop.sync.pace import Backoff
from d2a_desktop.sync.protocol import (
    Cancelled,
    Hello,
    OnProgress,
    Progress,
    ReplicaStore,
    SharedGateway,
    SyncReport,
    SyncSettings,
    Tally,
)
from d2a_desktop.sync.pull import Puller
from d2a_desktop.sync.push import Pusher

CHECK_EVERY = timedelta(days=1)
_HIDDEN = "hidden"
_CHECKED = "checked_at"


class SyncEngine:
    """Exchanges this desk's store with the shared database, one run at a time.

    `wait` sleeps for some seconds between tries; a desk passes one that ends when it closes.
    `door` is the open desk's own; it learns here how long and for whom the store stays open.
    """

    def __init__(
        self,
        store: ReplicaStore,
        gateway: SharedGateway,
        clock: Clock,
        settings: SyncSettings | None = None,
        *,
        wait: Callable[[float], None] = time.sleep,
        door: Door | None = None,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._settings = settings or SyncSettings()
        self._wait = wait
        self._door = door or Door(store, clock)
        self._running = False

    def run(
        self,
        login: str,
        on_progress: OnProgress | None = None,
        cancelled: Cancelled | None = None,
    ) -> SyncReport:
        """Exchange once, as the person with this login.

        Args:
            login: the signed-in person; only their operations are pushed.
            on_progress: told after each step, on this thread.
            cancelled: asked between steps, and while the server is waited for; when true the
                run ends early and whole.

        Raises:
            UnreachableError: no server, or it refused the login (exit 3); nothing is lost.
            ClientTooOldError: this program must be updated; what others wrote was still pulled.
            NoMembershipError: the login was deactivated.
        """
        self._running = True
        tally = Tally()
        try:
            with self._gateway.ending_when(cancelled or _never):
                return self._persist(login, tally, on_progress or _ignore, cancelled or _never)
        except StoppedError:
            return self._report(tally, cancelled=True)
        except KnownError as failure:
            if failure.code in TELLS_OF_LEAVING:
                self._door.turn_away(login)
            with self._store.apply() as session:
                health.note_failure(session, failure, now=self._clock.now())
            raise
        finally:
            self._running = False

    def health(self) -> Health:
        """Return the one visible state of sync, with its reason."""
        return health.health(self._store, now=self._clock.now(), running=self._running)

    def check(self, cancelled: Cancelled | None = None) -> SyncReport:
        """Compare this computer with the server and mend what differs; pull first."""
        tally = Tally()
        self._greet()
        Puller(self._store, self._gateway, settings=self._settings, now=self._now).run(
            tally, on_progress=_ignore, cancelled=cancelled or _never
        )
        self._check(tally, cancelled or _never)
        return SyncReport(
            changes=tally.changes, pulled=tally.pulled, repaired=tally.repaired, at=self._now()
        )

    def _now(self) -> datetime:
        return self._clock.now()

    def _persist(
        self, login: str, tally: Tally, on_progress: OnProgress, cancelled: Cancelled
    ) -> SyncReport:
        """Run, and again from hello when the connection was cut: each run goes on where it was."""
        backoff = Backoff(seed=uuid.uuid4().int)
        while True:
            try:
                return self._run(login, tally, on_progress, cancelled)
            except ConnectionLostError:
                delay = backoff.failed()
                if backoff.failures >= self._settings.attempts or cancelled():
                    raise
                self._wait(delay)

    def _run(
        self, login: str, tally: Tally, on_progress: OnProgress, cancelled: Cancelled
    ) -> SyncReport:
        self._store.compact_if_due()
        self._door.look()
        hello, recovered = self._greet()
        tally.recovered = tally.recovered or recovered
        self._note_hello(login, hello)
        on_progress(Progress("hello", 0))
        too_old = self._push(login, tally, on_progress, cancelled)
        puller = Puller(self._store, self._gateway, settings=self._settings, now=self._now)
        puller.run(tally, on_progress=on_progress, cancelled=cancelled)
        self._follow_role(hello, tally, cancelled)
        if not cancelled():
            self._door.let_in(login, hello)
        if not cancelled() and self._check_is_due(tally.recovered):
            on_progress(Progress("check", 0))
            self._check(tally, cancelled)
        self._vouch()
        if too_old is not None:
            raise too_old
        self._finish(tally, cancelled=cancelled())
        return self._report(tally, hello, cancelled=cancelled())

    def _push(
        self, login: str, tally: Tally, on_progress: OnProgress, cancelled: Cancelled
    ) -> ClientTooOldError | None:
        pusher = Pusher(
            self._store, self._gateway, settings=self._settings, now=self._now, wait=self._wait
        )
        try:
            pusher.run(login, tally, on_progress=on_progress, cancelled=cancelled)
        except ClientTooOldError as failure:
            return failure
        finally:
            if tally.pushed or tally.rejected or tally.conflicts:
                with self._store.apply() as session:
                    health.note_progress(session, now=self._now())
        return None

    # --- hello ----------------------------------------------------------------------------

    def _greet(self) -> tuple[Hello, bool]:
        """Greet the server; when it lost our session, begin a new one and replay."""
        try:
            return self._hello()
        except SessionLostError:
            now = self._now()
            with self._store.apply() as session:
                replay.start_over(session, now=now, why="lost_session")
                sessions.forget(session)
            self._store.save_desk(replace(self._store.desk, desk_id=new_id(now)))
            return self._hello()[0], True

    def _hello(self, *, vouching: bool = False) -> tuple[Hello, bool]:
        with self._store.apply() as session:  # kept before it is sent: the answer may be lost
            numbers = sessions.prepare(session)
        hello = self._gateway.hello(
            client=self._store.desk.desk_id, n_old=numbers.old, n_new=numbers.new
        )
        with self._store.apply() as session:
            why = sessions.history_changed(session, hello)
            if why is not None:
                replay.start_over(session, now=self._now(), why=why)
            elif not vouching and (seqs := sessions.redo_unproven(session)):
                replay.mark_as_replayed(session, seqs, now=self._now())
            sessions.confirm(session, numbers, hello)
        return hello, why is not None

    def _vouch(self) -> None:
        """Say hello once more where this run moved something (`sessions`)."""
        with self._store.read(even_locked=True) as session:
            moved = sessions.unproven(session)
        if not moved:
            return
        try:
            self._hello(vouching=True)
        except SessionLostError:
            return  # put back, or copied, while we spoke: the next run begins with that

    def _note_hello(self, login: str, hello: Hello) -> None:
        now = self._now()
        with self._store.apply() as session:
            health.note_contact(session, hello, now=now)
            people.note_hello(session, login, role=hello.role, now=now)
        self._door.greeted(hello)
        known = self._store.desk
        told = replace(
            known,
            org_id=hello.org_id,
            org_ods=hello.org_ods,
            org_kind=hello.org_kind,
            system_id=hello.system_id,
        )
        if told != known:
            self._store.save_desk(told)

    # --- after the pull -------------------------------------------------------------------

    def _follow_role(self, hello: Hello, tally: Tally, cancelled: Cancelled) -> None:
        """Take away what this person's role may not see, and fetch what it may see now.

        Rows of a restricted kind stay on a shared desk only while somebody is signed in whose
        role may see them (DECISIONS, "People on shared PCs").
        """
        with self._store.read(even_locked=True) as session:
            kept = replica.get_state(session, _HIDDEN)
        before = hello.hidden if kept is None else frozenset(kept)
        for entity in sorted(before ^ hello.hidden):
            # Nothing is visible of a hidden entity, so fetching it forgets every row here.
            tally.add(verify.refetch(self._store, self._gateway, entity, cancelled=cancelled))
        if cancelled():
            return
        with self._store.apply() as session:
            replica.put_state(session, _HIDDEN, sorted(hello.hidden))

    def _check_is_due(self, recovered: bool) -> bool:
        with self._store.read(even_locked=True) as session:
            last = replica.get_state(session, _CHECKED)
            replaying = replay.is_on(session)
        if recovered or replaying or last is None:
            return True
        return self._now() - datetime.fromisoformat(last) > CHECK_EVERY

    def _check(self, tally: Tally, cancelled: Cancelled) -> None:
        differences = verify.compare(self._store, self._gateway)
        if differences:
            # Somebody may have written between our pull and the digest: look again first.
            Puller(self._store, self._gateway, settings=self._settings, now=self._now).run(
                tally, on_progress=_ignore, cancelled=cancelled
            )
            differences = verify.compare(self._store, self._gateway, differences.buckets)
        if differences and not cancelled():
            changes = verify.repair(self._store, self._gateway, differences)
            tally.add(changes)
            tally.repaired += max(len(changes.ids), len(changes.kinds))
        with self._store.apply() as session:
            replica.put_state(session, _CHECKED, self._now().isoformat())
            replay.end_if_over(session, now=self._now(), digests_agree=not differences)

    def _finish(self, tally: Tally, *, cancelled: bool) -> None:
        now = self._now()
        self._store.compact_if_due()
        with self._store.apply() as session:
            if not cancelled:
                health.note_success(session, now=now)
            if tally.pulled or tally.purged:
                health.note_progress(session, now=now)
            outbox.forget_acked(session, now=now)
        if self._store.desk.locked_until_sync and not cancelled:
            self._store.unlock_after_sync()

    def _report(self, tally: Tally, hello: Hello | None = None, *, cancelled: bool) -> SyncReport:
        now = self._now()
        with self._store.read(even_locked=True) as session:
            counted = outbox.counts(session)
        return SyncReport(
            changes=tally.changes,
            pushed=tally.pushed,
            pulled=tally.pulled,
            purged=tally.purged,
            rejected=tuple(tally.rejected),
            conflicts=tuple(tally.conflicts),
            cascades=tuple(tally.cascades),
            waiting=sum(counted[state] for state in WAITING),
            cancelled=cancelled,
            recovered=tally.recovered,
            repaired=tally.repaired,
            clock_ahead=now - hello.server_now if hello else timedelta(),
            at=now,
        )


def _ignore(progress: Progress) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False
