"""Every way of standing still that the light must tell, and what only looks like one."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from d2a_desktop.core.errors import KnownError
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.shared_db.failures import (
    SessionLostError,
)
from d2a_desktop.shared_db.gateway import NoSharedDatabase
from d2a_desktop.shared_db.wire import OpResult
from d2a_desktop.sync import conflicts
from d2a_desktop.sync.health import State
from d2a_desktop.sync.protocol import Progress, SyncSettings
from tests.integration.sync.odd_server import MINUTE, Server, refuse_nothing, run
from tests.integration.sync.wedge import Wedge, through, wedged

pytestmark = pytest.mark.postgres


# --- a run that makes no step, wedged at each of its stages -----------------------------------


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
