"""One exchange with the shared database: hello, push, pull, and a check when one is due."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.ids import new_id
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.local_db import outbox, people, replica
from d2a_desktop.local_db.outbox import WAITING
from d2a_desktop.shared_db.failures import (
    ClientTooOldError,
    ConnectionLostError,
    SessionLostError,
    StoppedError,
)
from d2a_desktop.sync import health, replay, sessions, verify, versions
from d2a_desktop.sync.door import TELLS_OF_LEAVING, Door
from d2a_desktop.sync.health import Health
from d2a_desktop.sync.pace import Backoff
from d2a_desktop.sync.protocol import (
    Cancelled,
    Hello,
    OnProgress,
    Progress,
    ReplicaStore,
    Rewound,
    SharedGateway,
    SyncReport,
    SyncSettings,
    Tally,
)
from d2a_desktop.sync.pull import Puller, clear_the_way
from d2a_desktop.sync.push import Pusher
from d2a_desktop.sync.steps import Steps
from d2a_desktop.sync.verify import Differences
from d2a_desktop.sync.watch import Fault, Watch

CHECK_EVERY = timedelta(days=1)
CHECK_WHILE_REPLAYING = timedelta(minutes=10)
HELLO_EVERY = timedelta(minutes=5)
"""A connection that was greeted less than this ago may be used without another hello."""
_HIDDEN = "hidden"
_CHECKED = "checked_at"


class SyncEngine:
    """Exchanges this desk's store with the shared database, one run at a time.

    `wait` sleeps for some seconds between tries; a desk passes one that ends when it closes.
    `door` is the open desk's own; it learns here how long and for whom the store stays open.
    `watch` may be asked from any thread what a run does, and whether it still moves.
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
        watch: Watch | None = None,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._clock = clock
        self._settings = settings or SyncSettings()
        self._wait = wait
        self._server_ahead = timedelta(0)
        self._door = door or Door(store, clock)
        self.watch = watch or Watch()
        self._greeted: _Greeted | None = None
        self._before: _Greeted | None = None

    def run(
        self,
        login: str,
        on_progress: OnProgress | None = None,
        cancelled: Cancelled | None = None,
        *,
        light: bool = False,
    ) -> SyncReport:
        """Exchange once, as the person with this login.

        Args:
            login: the signed-in person; only their operations are pushed.
            on_progress: told after each step, on this thread.
            cancelled: asked between steps, and while the server is waited for; when true the
                run ends early and whole.
            light: leave hello out where it would tell nothing new: push and pull alone.

        Raises:
            UnreachableError: no server, or it refused the login (exit 3); nothing is lost.
            ClientTooOldError: this program must be updated; what others wrote was still pulled.
            NoMembershipError: the login was deactivated.
            RefusedError: another run is under way (code "busy").
        """
        tally = Tally()
        return self._followed(
            tally,
            lambda steps, stop: self._persist(login, tally, steps, stop, light=light),
            on_progress or _ignore,
            cancelled or _never,
            login,
        )

    def health(self, login: str | None = None) -> Health:
        """Return the one visible state of sync, with its reason, for who is signed in."""
        return health.health(
            self._store, now=self._clock.now(), watched=self.watch.look(), login=login
        )

    def check(
        self, on_progress: OnProgress | None = None, cancelled: Cancelled | None = None
    ) -> SyncReport:
        """Compare this computer with the server and mend what differs; pull first."""
        tally = Tally()
        return self._followed(
            tally,
            lambda steps, stop: self._only_check(tally, steps, stop),
            on_progress or _ignore,
            cancelled or _never,
        )

    def _only_check(self, tally: Tally, steps: Steps, cancelled: Cancelled) -> SyncReport:
        steps.hello, _ = self._greet(steps)
        self._puller().run(tally, on_progress=steps, cancelled=cancelled)
        # What this person's role may not see is no difference.
        self._follow_role(steps.hello, tally, steps, cancelled)
        if not cancelled():
            self._check(tally, steps, cancelled, verify.ALL)
        return self._report(tally, cancelled=cancelled())

    def _followed(
        self,
        tally: Tally,
        work: Callable[[Steps, Cancelled], SyncReport],
        on_progress: OnProgress,
        cancelled: Cancelled,
        login: str | None = None,
    ) -> SyncReport:
        """Do one piece of work that can be watched and stopped, and keep why it failed."""
        with self.watch.running("hello"), self._gateway.ending_when(cancelled):
            steps = Steps(self.watch, on_progress)
            self._before, self._greeted = self._greeted, None  # until this comes to its end
            try:
                return work(steps, cancelled)
            except StoppedError:
                return self._report(tally, cancelled=True)
            except KnownError as failure:
                self._keep(login, failure, steps)
                raise
            except BaseException as fault:
                if isinstance(fault, Exception):
                    words = "A fault of this program ended the exchange."
                    self.watch.note_fault(Fault("fault", words))
                raise

    def _keep(self, login: str | None, failure: KnownError, steps: Steps) -> None:
        """Keep why a run failed where the light looks for it, and who may not come in any more."""
        try:
            if login is not None and failure.code in TELLS_OF_LEAVING:
                self._door.turn_away(login)
            with self._store.apply() as session:
                health.note_failure(
                    session, failure, now=self._now(), hello=steps.hello, moved=steps.moved
                )
        except KnownError as unwritten:
            self.watch.note_fault(Fault(unwritten.code, unwritten.message))

    def _puller(self) -> Puller:
        return Puller(self._store, self._gateway, settings=self._settings, now=self._server_now)

    def _now(self) -> datetime:
        return self._clock.now()

    def _server_now(self) -> datetime:
        """Return the server's time: what is kept for days must not hang on a clock that jumps."""
        return self._now() + self._server_ahead

    def _persist(
        self, login: str, tally: Tally, steps: Steps, cancelled: Cancelled, *, light: bool
    ) -> SyncReport:
        """Run, and again from hello when the connection was cut: each run goes on where it was."""
        backoff = Backoff(seed=uuid.uuid4().int)
        while True:
            try:
                if light and (known := self._greeted_lately(login)) is not None:
                    return self._run_light(known, tally, steps, cancelled)
                return self._run(login, tally, steps, cancelled)
            except SessionLostError:
                if not light:
                    raise
                light = False
            except ConnectionLostError:
                delay = backoff.failed()
                if backoff.failures >= self._settings.attempts or cancelled():
                    raise
                self._wait(delay)

    def _run(self, login: str, tally: Tally, steps: Steps, cancelled: Cancelled) -> SyncReport:
        steps.hello = None
        self._store.compact_if_due()
        self._door.look()
        hello, recovered = self._greet(steps)
        steps.hello = hello
        tally.recovered = tally.recovered or recovered
        self._note_hello(login, hello)
        steps(Progress("hello", 0))
        clear_the_way(self._gateway, hello)
        with self._store.read(even_locked=True) as session:
            passed_over = versions.passed_over(session)
        too_old = self._push_and_pull(login, hello, tally, steps, cancelled)
        steps(Progress("roles", 0))
        self._follow_role(hello, tally, steps, cancelled)
        self._catch_up(hello, passed_over, tally, cancelled)
        if not cancelled():
            self._door.let_in(login, hello)
        if not cancelled() and self._check_is_due(tally):
            self._check(tally, steps, cancelled, verify.share_of(self._server_now()))
        steps(Progress("finish", 0))
        self._vouch()
        if too_old is not None:
            raise too_old
        self._finish(login, hello, cancelled=cancelled())
        self._greeted = _Greeted(self._gateway.link, login, self._now(), hello)
        return self._report(tally, hello, cancelled=cancelled())

    def _greeted_lately(self, login: str) -> _Greeted | None:
        """Return the last whole run if another hello on its connection would tell nothing new.

        A restore of the server cuts connections, and a cut one is greeted first of all.
        """
        known = self._before
        fresh = (
            known is not None
            and known.link == self._gateway.link != 0
            and known.login == login
            and timedelta(0) <= self._now() - known.at < HELLO_EVERY
            and not self._check_is_due(Tally())
        )
        return known if fresh else None

    def _run_light(
        self, known: _Greeted, tally: Tally, steps: Steps, cancelled: Cancelled
    ) -> SyncReport:
        """Push and pull over a connection that was greeted; the next hello vouches for it."""
        self._door.look()
        too_old = self._push_and_pull(known.login, known.hello, tally, steps, cancelled)
        if too_old is not None:
            raise too_old
        self._finish(known.login, None, cancelled=cancelled())
        self._greeted = replace(known, lights=known.lights + 1)
        return self._report(tally, cancelled=cancelled())

    def _push_and_pull(
        self, login: str, hello: Hello, tally: Tally, steps: Steps, cancelled: Cancelled
    ) -> ClientTooOldError | None:
        too_old = self._push(login, hello, tally, steps, cancelled)
        self._puller().run(tally, on_progress=steps, cancelled=cancelled)
        return too_old

    def _push(
        self, login: str, hello: Hello, tally: Tally, steps: Steps, cancelled: Cancelled
    ) -> ClientTooOldError | None:
        pusher = Pusher(
            self._store,
            self._gateway,
            settings=self._settings,
            now=self._server_now,
            wait=self._wait,
            server=hello,
        )
        try:
            pusher.run(login, tally, on_progress=steps, cancelled=cancelled)
        except ClientTooOldError as failure:
            return failure
        return None

    # --- hello ----------------------------------------------------------------------------

    def _greet(self, steps: Steps) -> tuple[Hello, bool]:
        """Greet the server; when it lost our session, begin a new one and replay."""
        known = self._before
        # Light runs since then were not cut, or this would be forgotten: this hello is theirs.
        owed = known is not None and known.lights > 0 and known.link == self._gateway.link != 0
        try:
            return self._hello(vouching=owed)
        except SessionLostError:
            steps(Progress("replay", 0))
            with self._store.apply() as session:
                sessions.forget(session)
            self._store.save_desk(replace(self._store.desk, desk_id=new_id(self._now())))
            return self._hello()

    def _hello(self, *, vouching: bool = False) -> tuple[Hello, bool]:
        with self._store.apply() as session:  # kept before it is sent: the answer may be lost
            numbers = sessions.prepare(session)
        hello = self._gateway.hello(
            client=self._store.desk.desk_id, n_old=numbers.old, n_new=numbers.new
        )
        self._server_ahead = hello.server_now - self._now()
        with self._store.apply() as session:
            replica.follow_server_clock(session, hello.server_now)
            why = sessions.history_changed(session, hello)
            if why is not None:
                replay.start_over(session, now=hello.server_now, why=why)
            elif not vouching and sessions.redo_unproven(session):
                replay.go_on(session, now=hello.server_now)
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
            health.note_contact(session, hello, login=login, now=now)
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

    def _follow_role(self, hello: Hello, tally: Tally, steps: Steps, cancelled: Cancelled) -> None:
        """Take away what this person's role may not see, and fetch what it may see now.

        Rows of a restricted kind stay on a shared desk only while somebody is signed in whose
        role may see them (DECISIONS, "People on shared PCs").
        """
        with self._store.read(even_locked=True) as session:
            kept = replica.get_state(session, _HIDDEN)
        before = hello.hidden if kept is None else frozenset(kept)
        # A newer server names records that this program does not have.
        for entity in sorted((before ^ hello.hidden) & RECORDS.keys()):
            # Nothing is visible of a hidden entity, so fetching it forgets every row here.
            found = verify.refetch(
                self._store,
                self._gateway,
                entity,
                cancelled=cancelled,
                on_page=steps.counting("roles"),
            )
            tally.add(found)
        if cancelled() or kept == sorted(hello.hidden):
            return
        with self._store.apply() as session:
            replica.put_state(session, _HIDDEN, sorted(hello.hidden))

    def _catch_up(
        self, hello: Hello, passed_over: Collection[str], tally: Tally, cancelled: Cancelled
    ) -> None:
        """Read anew what this desk passed over while its program was older (`versions`)."""
        for entity in set(passed_over).intersection(versions.known_at(hello.schema_version)):
            tally.add(
                verify.refetch(
                    self._store, self._gateway, entity, cancelled=cancelled, known_too=True
                )
            )
        if not cancelled():
            with self._store.apply() as session:
                versions.caught_up(session)

    def _check_is_due(self, tally: Tally) -> bool:
        with self._store.read(even_locked=True) as session:
            last = replica.get_state(session, _CHECKED)
            replaying = replay.is_on(session)
        if tally.recovered or last is None:
            return True
        # Work that waits for another desk's leaves the digests apart, for as long as it takes.
        moved = tally.pushed or tally.pulled or tally.purged
        every = CHECK_WHILE_REPLAYING if replaying else CHECK_EVERY
        since = self._server_now() - datetime.fromisoformat(last)
        return bool(replaying and moved) or not timedelta(0) <= since <= every

    def _check(
        self, tally: Tally, steps: Steps, cancelled: Cancelled, buckets: Sequence[int]
    ) -> None:
        """Compare digests, and values of the rows of some buckets; mend what differs."""
        known = RECORDS if steps.hello is None else versions.known_at(steps.hello.schema_version)
        differences = self._compare(known, steps, cancelled)
        if differences:
            # Somebody may have written between our pull and the digest: look again first.
            self._puller().run(tally, on_progress=steps, cancelled=cancelled)
            differences = self._compare(tuple(differences.buckets), steps, cancelled)
        # No fault, but news: the next run looks again.
        news = bool(differences) and verify.on_its_way(self._store, self._gateway)
        if differences and not news and not cancelled():
            steps(Progress("repair", 0))
            witnessed: list[Rewound] = []
            changes = verify.repair(
                self._store,
                self._gateway,
                differences,
                cancelled,
                steps.counting("repair"),
                witnessed=witnessed,
            )
            with self._store.read(even_locked=True) as session:
                if not (tally.recovered or replay.is_on(session)):  # a restore explains it
                    tally.rewound += witnessed
            tally.repair(changes)
        told = steps.of("check")
        tally.repair(
            verify.mend_values(self._store, self._gateway, known, buckets, cancelled, told)
        )
        if news or cancelled():
            return  # not compared to the end: it is due again
        with self._store.apply() as session:
            now = self._server_now()
            replica.put_state(session, _CHECKED, now.isoformat())
            replay.end_if_over(session, now=now, digests_agree=not differences)

    def _compare(
        self, entities: Collection[str], steps: Steps, cancelled: Cancelled
    ) -> Differences:
        """Compare the digests kind by kind, so that a check can be followed and cancelled."""
        return verify.compare(self._store, self._gateway, entities, cancelled, steps.of("check"))

    def _finish(self, login: str, hello: Hello | None, *, cancelled: bool) -> None:
        now = self._now()
        self._store.compact_if_due()
        with self._store.apply() as session:
            if not cancelled:
                health.note_success(session, hello, login=login, now=now)
            outbox.forget_acked(session, now=self._server_now())
        if not cancelled:
            self.watch.succeeded()
            if self._store.desk.locked_until_sync:
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
            rewound=tuple(tally.rewound),
            horizon=tally.horizon,
            newest=tally.newest,
            clock_ahead=now - hello.server_now if hello else timedelta(),
            at=now,
        )


@dataclass(frozen=True)
class _Greeted:
    """The last whole run: over which connection, as whom, when; and light ones since."""

    link: int
    login: str
    at: datetime
    hello: Hello
    lights: int = 0


def _ignore(progress: Progress) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False
