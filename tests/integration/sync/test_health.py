"""The one light: each state with its reason, and every way of standing still that it must tell."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.errors import BugError, KnownError, UnreachableError
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.shared_db.failures import (
    AuthenticationError,
    ClientTooOldError,
    NoMembershipError,
    SessionLostError,
    TryAgainError,
)
from d2a_desktop.shared_db.gateway import NoSharedDatabase
from d2a_desktop.shared_db.wire import Hello, OpResult, PullPage
from d2a_desktop.sync import conflicts
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.health import Health, State
from d2a_desktop.sync.protocol import Progress, SyncSettings
from d2a_desktop.sync.watch import Step, Watch
from tests.integration.sync.desks import DeskUnderTest
from tests.integration.sync.wedge import Wedge
from tests.local_stores import START

pytestmark = pytest.mark.postgres

MINUTE = timedelta(seconds=61)


class Server:
    """The real server as a desk meets it, with the desk's clock for its own.

    `lag` is what hello tells of the oldest open transaction; a subclass or `instead` changes one
    call.
    """

    def __init__(self, desk: DeskUnderTest, lag: float | None = 0.0, **instead: Any) -> None:
        self._real = desk.gateway
        self._clock = desk.clock
        self._instead = instead
        self.lag = lag

    def __getattr__(self, name: str) -> Any:
        return self._instead.get(name) or getattr(self._real, name)

    def hello(self, **given: Any) -> Hello:
        if "hello" in self._instead:
            self._instead["hello"](**given)
        told = self._real.hello(**given)
        return replace(told, server_now=self._clock.now(), lag_seconds=self.lag)


def run(desk: DeskUnderTest, **instead: Any) -> SyncEngine:
    """Exchange once with a server some of whose calls are others; return the engine."""
    engine = desk.engine_with(Server(desk, **instead))
    engine.run(desk.caller.login)
    return engine


def refuse_nothing(*, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
    """Answer a push so that nothing moves and nothing is refused."""
    return [OpResult(op=op["op"], status="blocked") for op in ops]


# --- each state -----------------------------------------------------------------------------------


def test_each_state_has_its_reason(shared, desk):
    ward = desk("ward")
    assert ward.engine.health().code == "never_synced"
    ward.sync()
    assert ward.engine.health().state is State.SYNCED
    ward.new_case()
    assert ward.engine.health().state is State.WORKING
    assert ward.engine.health().waiting == 2
    with pytest.raises(UnreachableError):
        ward.engine_with(NoSharedDatabase()).run(ward.caller.login)
    seen = ward.engine.health()
    assert (seen.state, seen.code) == (State.OFFLINE, "no_server")
    assert seen.what_to_do
    ward.sync()
    assert ward.engine.health().as_json()["state"] == "synced"


@pytest.mark.parametrize(
    "failure",
    [
        AuthenticationError("refused", code="login_refused"),
        NoMembershipError("left", code="no_membership"),
        ClientTooOldError("old", code="client_too_old"),
    ],
)
def test_what_only_a_person_can_mend_says_so(shared, desk, failure):
    ward = desk("ward")
    with pytest.raises(type(failure)):
        run(ward, hello=raising(failure))
    assert ward.engine.health().state is State.NEEDS_YOU


@pytest.mark.parametrize(("lag", "asked"), [(None, 0), (119.0, 0), (121.0, 1)])
def test_who_meets_a_feed_that_stands_has_hung_clients_ended(shared, desk, lag, asked):
    ward, calls = desk("ward"), []
    engine = ward.engine_with(Server(ward, lag=lag, reap=lambda: calls.append("reap")))
    engine.run(ward.caller.login)
    assert len(calls) == asked


def raising(failure: BaseException) -> Callable[..., Any]:
    def fails(**_: Any) -> Any:
        raise failure

    return fails


def test_a_picture_of_which_nobody_knows_how_old_it_is_is_never_called_synced(shared, desk):
    ward = desk("ward")
    engine = run(ward)
    ward.clock.advance(timedelta(minutes=14))
    assert (engine.health().state, engine.health().stale) == (State.SYNCED, False)
    ward.clock.advance(timedelta(minutes=2))
    assert (engine.health().state, engine.health().code) == (State.OFFLINE, "stale")
    # After a restart only the desk's clock can tell; one that went back cannot.
    run(ward)
    reopened = ward.engine_with(Server(ward))
    assert reopened.health().state is State.SYNCED
    ward.clock.set(ward.clock.now() - timedelta(days=2))
    assert reopened.health().stale
    assert reopened.health().state is State.OFFLINE


def test_a_clock_that_jumps_makes_no_picture_old_while_the_program_runs(shared, desk):
    ward = desk("ward")
    engine = run(ward)
    ward.clock.set(ward.clock.now() + timedelta(days=3650))
    assert engine.health().state is State.SYNCED
    engine.run(ward.caller.login)
    assert "3650 days ahead" not in engine.health().clock_warning  # this server's clock jumped too


def test_a_clock_that_differs_from_the_servers_is_told(shared, desk):
    ward = desk("ward")
    run(ward)
    assert ward.engine.health().clock_warning == ""
    ward.clock.set(ward.clock.now() + timedelta(days=3650))
    ward.sync()  # with the server's own clock
    assert "days ahead of the server's" in ward.engine.health().clock_warning
    assert ward.engine.health().as_json()["clock_ahead_s"] > 0


# --- a run that makes no step, wedged at each of its stages -----------------------------------


@contextmanager
def wedged(
    desk: DeskUnderTest,
    wedge: Wedge,
    engine: SyncEngine,
    work: Callable[[], object] | None = None,
    before: threading.Event | None = None,
) -> Iterator[Health]:
    """Run in another thread until it hangs, let a minute pass, and give what the light says.

    `before` is what must have happened too before the minute begins.
    """
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(work or (lambda: engine.run(desk.caller.login)))
        try:
            assert wedge.reached.wait(30)
            assert before is None or before.wait(30)
            assert engine.health().state is State.WORKING
            desk.clock.advance(MINUTE)
            yield engine.health()
        finally:
            wedge.released.set()
        running.result(30)
    assert engine.health().state is not State.STUCK


def through(desk: DeskUnderTest, name: str, wedge: Wedge) -> Callable[..., Any]:
    """Return a call of the gateway before which the wedge stands."""
    real = getattr(desk.gateway, name)

    def call(**given: Any) -> Any:
        wedge()
        return real(**given)

    return call


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("hello", "stuck_hello"),
        ("push", "stuck_push"),
        ("pull", "stuck_first"),
        ("digest", "stuck_check"),
    ],
)
def test_a_first_sync_that_hangs_in_a_call_is_stuck_after_a_minute(shared, desk, call, code):
    ward = desk("ward")
    ward.new_case()
    wedge = Wedge()
    before = wedge if call == "hello" else through(ward, call, wedge)
    engine = ward.engine_with(Server(ward, **{call: before}))
    with wedged(ward, wedge, engine) as seen:
        assert (seen.state, seen.code) == (State.STUCK, code)
        assert code in seen.what_to_do
        assert "kept on this computer" in seen.what_to_do


def test_a_later_pull_that_hangs_between_its_pages_is_stuck(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    run(ward)
    for _ in range(3):
        other.new_case()
    other.sync()
    wedge = Wedge(after=1)
    server = Server(ward, pull=through(ward, "pull", wedge))
    engine = ward.engine_with(server, SyncSettings(page=1))
    written = threading.Event()

    def tell(progress: Progress) -> None:
        if progress.done:
            written.set()

    # The second page is fetched while the first is written, so the wedge alone does not say that
    # a step was made.
    with wedged(
        ward, wedge, engine, lambda: engine.run(ward.caller.login, on_progress=tell), written
    ) as seen:
        assert (seen.state, seen.code) == (State.STUCK, "stuck_pull")
        assert seen.step is not None
        assert seen.step.progress.done > 0


def test_counting_what_is_to_come_hangs_no_less_visibly(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    for _ in range(3):
        other.new_case()
    other.sync()
    wedge = Wedge()
    server = Server(ward, remaining=through(ward, "remaining", wedge))
    engine = ward.engine_with(server, SyncSettings(page=1))
    with wedged(ward, wedge, engine) as seen:
        assert (seen.state, seen.code) == (State.STUCK, "stuck_first")


def test_a_replay_after_a_restore_that_hangs_is_stuck(shared, desk):
    ward = desk("ward")
    ward.new_case()
    run(ward)
    wedge = Wedge(after=1)
    lost = iter([SessionLostError("lost", code="session_lost")])

    def greet(**_: Any) -> None:
        wedge()
        for failure in lost:
            raise failure

    engine = ward.engine_with(Server(ward, hello=greet))
    with wedged(ward, wedge, engine) as seen:
        assert (seen.state, seen.code) == (State.STUCK, "stuck_replay")


def test_mending_what_differs_that_hangs_is_stuck(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    run(ward)
    with ward.store.apply() as session:
        session.connection().exec_driver_sql("UPDATE spell SET ver = 7 WHERE id = ?", (scope,))
    wedge = Wedge()
    engine = ward.engine_with(Server(ward, fetch=through(ward, "fetch", wedge)))
    with wedged(ward, wedge, engine, engine.check) as seen:
        assert (seen.state, seen.code) == (State.STUCK, "stuck_repair")


def test_following_a_changed_role_that_hangs_is_stuck(shared, desk):
    ward = desk("ward")
    run(ward)
    with ward.store.apply() as session:
        replica.put_state(session, "hidden", ["note"])
    wedge = Wedge()
    engine = ward.engine_with(Server(ward, fetch=through(ward, "fetch", wedge)))
    with wedged(ward, wedge, engine) as seen:
        assert (seen.state, seen.code) == (State.STUCK, "stuck_roles")


def test_a_purge_that_hangs_is_stuck(shared, desk, monkeypatch):
    ward, agency = desk("ward"), desk("agency")
    hub = desk("hub")
    scope = ward.new_case()
    referral = ward.refer(scope)
    ward.sync()
    hub.sync()
    offer = hub.offer(scope, referral, agency.caller.org_id)
    hub.sync()
    run(agency)
    assert agency.row("offer", offer) is not None
    hub.change("offer", offer, status="withdrawn")
    hub.sync()
    wedge = Wedge()
    monkeypatch.setattr(LocalStore, "_rewrite_pages", lambda _: wedge())
    engine = agency.engine_with(Server(agency))
    with wedged(agency, wedge, engine) as seen:
        assert (seen.state, seen.code) == (State.STUCK, "stuck_purge")


def test_the_desks_clock_neither_hides_a_run_that_hangs_nor_invents_one(shared, desk):
    ward = desk("ward")
    wedge = Wedge()
    engine = ward.engine_with(Server(ward, hello=wedge))
    thread = threading.Thread(target=lambda: engine.run(ward.caller.login))
    thread.start()
    assert wedge.reached.wait(30)
    ward.clock.set(ward.clock.now() + timedelta(days=1))
    assert engine.health().state is State.WORKING
    ward.clock.set(ward.clock.now() - timedelta(days=2))
    ward.clock.advance(MINUTE)
    assert engine.health().state is State.STUCK
    wedge.released.set()
    thread.join(30)


def test_a_second_run_is_refused_while_one_hangs(shared, desk):
    ward = desk("ward")
    wedge = Wedge()
    engine = ward.engine_with(Server(ward, hello=wedge))
    with wedged(ward, wedge, engine), pytest.raises(KnownError) as refused:
        engine.run(ward.caller.login)
    assert refused.value.code == "busy"


# --- runs that come to their end and move nothing ---------------------------------------------


def test_changes_that_runs_leave_where_they_are_for_a_minute_are_stuck(shared, desk):
    ward = desk("ward")
    run(ward)
    ward.new_case()
    assert run(ward, push=refuse_nothing).health().state is State.WORKING
    ward.clock.advance(timedelta(seconds=59))
    assert run(ward, push=refuse_nothing).health().state is State.WORKING
    ward.clock.advance(timedelta(seconds=2))
    seen = run(ward, push=refuse_nothing).health()
    assert (seen.state, seen.code) == (State.STUCK, "stuck_waiting")
    # The next start of the program knows it, before anything ran.
    assert ward.engine_with(NoSharedDatabase()).health().state is State.STUCK
    assert run(ward).health().state is State.SYNCED


def test_one_change_that_never_moves_is_stuck_though_others_pass_it(shared, desk):
    ward = desk("ward")
    left_behind, other = ward.new_case(), ward.new_case()
    run(ward)
    ward.change("spell", left_behind, bed="1")

    def push(*, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        ahead = [op for op in ops if op["id"] != left_behind]
        answers = {a.op: a for a in ward.gateway.push(client=client, ops=ahead)}
        return [answers.get(op["op"]) or OpResult(op=op["op"], status="blocked") for op in ops]

    for bed in ("2", "3", "4"):
        ward.change("spell", other, bed=bed)
        run(ward, push=push)
        ward.clock.advance(timedelta(seconds=40))
    assert ward.engine.health().code == "stuck_waiting"


def test_rare_runs_that_send_what_came_since_are_not_stuck(shared, desk):
    ward = desk("ward")
    for _ in range(3):
        ward.new_case()
        assert run(ward).health().state is State.SYNCED
        ward.new_case()  # comes after the push, and waits for the next run
        ward.clock.advance(timedelta(hours=3))


def test_a_clock_that_jumps_makes_nothing_stuck(shared, desk, monkeypatch):
    ward = desk("ward")
    run(ward)
    server = Server(ward)
    standing = ward.clock.now()
    monkeypatch.setattr(
        server, "hello", lambda **given: replace(ward.gateway.hello(**given), server_now=standing)
    )
    monkeypatch.setattr(server, "push", refuse_nothing, raising=False)
    engine = ward.engine_with(server)
    ward.new_case()
    for jump in (timedelta(days=1), timedelta(days=-2)):
        engine.run(ward.caller.login)
        ward.clock.set(ward.clock.now() + jump)
    assert engine.health().state is State.WORKING


def test_a_blocked_change_that_nothing_blocks_any_more_is_stuck(shared, desk):
    ward = desk("ward")
    scope = ward.new_case()
    run(ward)
    ward.change("spell", scope, bed="7")
    with ward.store.apply() as session:
        session.connection().exec_driver_sql(
            "UPDATE outbox_op SET state = 'blocked' WHERE state = 'pending'"
        )
    run(ward)
    ward.clock.advance(MINUTE)
    assert run(ward).health().code == "stuck_waiting"


def test_a_queue_behind_a_conflict_needs_a_person_and_is_not_stuck(shared, desk):
    ward, other = desk("ward"), desk("ward", "second")
    scope = ward.new_case()
    run(ward)
    run(other)
    ward.change("spell", scope, edd="2026-12-01")
    run(ward)
    other.change("spell", scope, edd="2026-12-05")
    other.change("spell", scope, edd="2026-12-06")
    for _ in range(3):
        run(other)
        other.clock.advance(timedelta(minutes=10))
    seen = other.engine.health()
    assert (seen.state, seen.code) == (State.NEEDS_YOU, "conflicts")
    (met,) = conflicts.open_conflicts(other.store)
    conflicts.resolve(other.store, other.caller, met.op, choice="theirs", now=other.clock.now())
    run(other)
    while found := conflicts.open_conflicts(other.store):
        conflicts.resolve(
            other.store, other.caller, found[0].op, choice="mine", now=other.clock.now()
        )
    assert run(other).health().state is State.SYNCED


def test_what_waits_for_somebody_elses_signing_in_is_told_by_name_and_is_not_stuck(shared, desk):
    hub = desk("hub")
    ward = desk("ward")
    scope = ward.new_case()
    ward.refer(scope)
    ward.sync()
    run(hub)
    hub.change("spell", scope, hub_owner_name="Left behind")
    hub.sign_in("assessor")
    for _ in range(3):
        run(hub)
        hub.clock.advance(timedelta(minutes=10))
    seen = run(hub).health(hub.caller.login)
    assert (seen.state, seen.code) == (State.NEEDS_YOU, "others_wait")
    (waiting,) = seen.people
    assert (waiting.waiting, waiting.signed_in) == (1, False)
    assert waiting.name in seen.reason
    hub.sign_in("hub")
    assert run(hub).health(hub.caller.login).state is State.SYNCED


# --- runs that fail ---------------------------------------------------------------------------


def test_a_server_that_answers_and_always_fails_later_is_stuck_not_offline(shared, desk):
    ward = desk("ward")
    ward.new_case()
    cut = raising(TryAgainError("The connection was lost.", code="connection_lost"))
    for _ in range(3):
        with pytest.raises(TryAgainError):
            run(ward, push=cut)
        ward.clock.advance(timedelta(seconds=40))
    seen = ward.engine.health()
    assert (seen.state, seen.code) == (State.STUCK, "stuck_failing")
    assert run(ward).health().state is State.SYNCED


def test_failures_between_which_something_moved_are_no_standstill(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    run(ward)
    for _ in range(4):
        other.new_case()
    other.sync()
    passed: list[PullPage] = []

    def one_page(**given: Any) -> PullPage:
        if passed:
            raise TryAgainError("cut", code="connection_lost")
        passed.append(ward.gateway.pull(**given))
        return passed[0]

    engine = ward.engine_with(Server(ward, pull=one_page), SyncSettings(page=1))
    for _ in range(3):
        passed.clear()
        with pytest.raises(TryAgainError):
            engine.run(ward.caller.login)
        ward.clock.advance(timedelta(seconds=40))
    assert engine.health().state is State.OFFLINE


def test_a_server_that_never_answers_is_offline_however_long(shared, desk):
    ward = desk("ward")
    run(ward)
    ward.new_case()
    gone = raising(TryAgainError("No answer.", code="server_unreachable"))
    for _ in range(3):
        with pytest.raises(TryAgainError):
            run(ward, hello=gone)
        ward.clock.advance(timedelta(minutes=10))
    seen = ward.engine.health()
    assert (seen.state, seen.code) == (State.OFFLINE, "server_unreachable")


def test_a_fault_of_ours_is_never_quiet(shared, desk):
    ward = desk("ward")
    engine = ward.engine_with(Server(ward, pull=raising(BugError("no such column"))))
    with pytest.raises(BugError):
        engine.run(ward.caller.login)
    assert (engine.health().state, engine.health().code) == (State.STUCK, "fault")


def test_a_store_that_cannot_be_written_to_is_told_all_the_same(shared, desk, monkeypatch):
    ward = desk("ward")
    run(ward)
    engine = ward.engine_with(Server(ward))

    @contextmanager
    def full(_: LocalStore) -> Iterator[Any]:
        if engine:
            raise UnreachableError("The disk is full.", code="disk_full")
        yield

    monkeypatch.setattr(LocalStore, "apply", full)
    with pytest.raises(UnreachableError):
        engine.run(ward.caller.login)
    assert (engine.health().state, engine.health().code) == (State.STUCK, "disk_full")


def test_a_promised_exchange_that_never_begins_is_stuck(shared, desk):
    ward = desk("ward")
    engine = run(ward)
    engine.watch.promise(30)
    ward.clock.advance(timedelta(seconds=90))
    assert engine.health().state is State.SYNCED
    ward.clock.advance(timedelta(seconds=2))
    assert (engine.health().state, engine.health().code) == (State.STUCK, "not_begun")
    engine.run(ward.caller.login)
    assert engine.health().state is State.SYNCED
    ward.clock.advance(timedelta(minutes=3))
    engine.watch.promise(None)
    assert engine.health().state is State.SYNCED


# --- the horizon ------------------------------------------------------------------------------


def test_a_server_that_holds_back_the_news_is_called_delayed(shared, desk):
    ward = desk("ward")
    assert run(ward, lag=119.0).health().state is State.SYNCED
    seen = run(ward, lag=121.0).health()
    assert (seen.state, seen.code) == (State.DELAYED, "server_delayed")
    assert seen.as_json()["lag_s"] == 121.0
    assert run(ward).health().state is State.SYNCED


def test_a_server_that_may_not_say_since_when_is_watched_at_its_horizon(shared, desk):
    ward = desk("ward")
    holder = shared.superuser()
    run(ward, lag=None)
    holder.execute("BEGIN")
    holder.execute("SELECT pg_current_xact_id()")
    ward.new_case()
    assert run(ward, lag=None).health().state is State.SYNCED
    ward.clock.advance(timedelta(seconds=121))
    assert run(ward, lag=None).health().state is State.DELAYED
    holder.execute("COMMIT")
    run(ward, lag=None)
    assert run(ward, lag=None).health().state is State.SYNCED


# --- progress and cancel ----------------------------------------------------------------------


def filled_system(desk: Callable[..., DeskUnderTest], cases: int = 6) -> None:
    other = desk("ward", "other")
    for _ in range(cases):
        other.new_case()
    other.sync()


def test_a_first_sync_tells_how_much_is_done_and_how_much_there_is(shared, desk):
    filled_system(desk)
    ward = desk("ward")
    told: list[Progress] = []
    engine = ward.engine_with(ward.gateway, SyncSettings(page=4))
    report = engine.run(ward.caller.login, on_progress=told.append)
    first = [p for p in told if p.stage == "first" and p.done]
    assert len(first) > 2
    assert {p.total for p in first} == {report.pulled}
    assert [p.done for p in first] == sorted({p.done for p in first})
    assert first[-1].done == report.pulled
    assert [p for p in told if p.stage == "check"][-1].total


def test_an_older_server_cannot_say_how_much_and_the_sync_goes_on(shared, desk):
    filled_system(desk)
    with shared.superuser() as owner:
        owner.execute("DROP FUNCTION sync.remaining")
    ward = desk("ward")
    told: list[Progress] = []
    engine = ward.engine_with(ward.gateway, SyncSettings(page=4))
    report = engine.run(ward.caller.login, on_progress=told.append)
    assert report.pulled
    assert {p.total for p in told if p.stage == "first"} == {None}


def test_cancel_ends_within_a_page_keeps_what_came_and_the_next_run_goes_on_there(shared, desk):
    filled_system(desk)
    ward = desk("ward")
    told: list[Progress] = []
    stop = threading.Event()

    def follow(progress: Progress) -> None:
        told.append(progress)
        if progress.stage == "first" and progress.done:
            stop.set()

    engine = ward.engine_with(ward.gateway, SyncSettings(page=2))
    report = engine.run(ward.caller.login, on_progress=follow, cancelled=stop.is_set)
    assert report.cancelled
    kept = len(ward.rows())
    assert 0 < kept == report.pulled
    assert [p.stage for p in told if p.done] == ["first"]
    assert engine.health().code == "never_synced"
    again = engine.run(ward.caller.login)
    assert again.pulled > 0
    assert engine.health().state is State.SYNCED
    assert len(ward.rows()) == kept + again.pulled


def test_a_check_is_followed_and_cancelled_between_two_kinds_of_record(shared, desk):
    ward = desk("ward")
    ward.sync()
    told: list[Progress] = []
    stop = threading.Event()

    def follow(progress: Progress) -> None:
        told.append(progress)
        if progress.stage == "check" and progress.done == 2:
            stop.set()

    before = ward.engine.health().checked_at
    ward.clock.advance(timedelta(minutes=5))
    report = ward.engine.check(follow, stop.is_set)
    assert report.cancelled
    assert [p.done for p in told if p.stage == "check"] == [0, 1, 2]
    assert ward.engine.health().checked_at == before
    assert not ward.engine.check().cancelled
    checked = ward.engine.health().checked_at
    assert before is not None
    assert checked is not None
    assert checked > before


def test_the_watch_follows_seconds_that_only_pass():
    clock = SettableClock(START)
    watch = Watch(clock.elapsed)
    with watch.running("hello"):
        clock.advance(timedelta(seconds=5))
        assert watch.look().step == Step(Progress("hello", 0), 5)
        watch.step(Progress("pull", 3))
        assert watch.look().step == Step(Progress("pull", 3), 0)
    assert watch.look().step is None
