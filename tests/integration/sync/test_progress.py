"""How far an exchange or a check is, and its end when somebody stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from d2a_desktop.sync.health import State
from d2a_desktop.sync.protocol import Progress, SyncSettings
from tests.integration.sync.desks import DeskUnderTest

pytestmark = pytest.mark.postgres


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
    # The last words of a check are of the day's share of the values, of which there may be none.
    assert any(p.total for p in told if p.stage == "check")


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
