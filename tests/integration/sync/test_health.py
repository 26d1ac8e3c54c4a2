"""The one light: each state with its reason, runs that fail, and news that is held back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.errors import BugError, UnreachableError
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.shared_db.failures import (
    AuthenticationError,
    ClientTooOldError,
    NoMembershipError,
    TryAgainError,
)
from d2a_desktop.shared_db.gateway import NoSharedDatabase
from d2a_desktop.shared_db.wire import PullPage
from d2a_desktop.sync.health import State
from d2a_desktop.sync.protocol import Progress, SyncSettings
from d2a_desktop.sync.watch import Step, Watch
from tests.integration.sync.odd_server import Server, raising, run
from tests.local_stores import START

pytestmark = pytest.mark.postgres


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


def test_the_watch_follows_seconds_that_only_pass():
    clock = SettableClock(START)
    watch = Watch(clock.elapsed)
    with watch.running("hello"):
        clock.advance(timedelta(seconds=5))
        assert watch.look().step == Step(Progress("hello", 0), 5)
        watch.step(Progress("pull", 3))
        assert watch.look().step == Step(Progress("pull", 3), 0)
    assert watch.look().step is None
