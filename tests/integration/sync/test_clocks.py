"""Desks whose clocks lie: order, audit and what is kept do not hang on them (SYNC 3.10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.core.clock import LONDON
from d2a_desktop.local_db import outbox, replica
from d2a_desktop.local_db.logical_clock import hlc_at
from d2a_desktop.local_db.unit_of_work import HLC_STATE
from d2a_desktop.sync.health import State
from tests.integration.sync.desks import DeskUnderTest, server_view
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

TEN_YEARS = timedelta(days=3653)
LYING = [TEN_YEARS, -TEN_YEARS, timedelta(hours=1), -timedelta(hours=1)]


def server_now(shared: System) -> datetime:
    with shared.superuser() as owner:
        row = owner.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    found = row[0]
    assert isinstance(found, datetime)
    return found


def right(shared: System, *desks: DeskUnderTest) -> None:
    """Set the clocks of desks right."""
    for desk in desks:
        desk.clock.set(server_now(shared))


@pytest.mark.parametrize("wrong", LYING, ids=str)
def test_what_was_written_last_stays_whatever_the_clocks_say(shared, desk, wrong):
    liar, other = desk("ward", "liar"), desk("ward", "other")
    right(shared, liar, other)
    liar.clock.advance(wrong)
    scope = liar.new_case(bed="0")
    for n, one in enumerate((liar, other) * 3, start=1):
        one.sync()
        one.change("spell", scope, bed=str(n))
        report = one.sync()
        assert not report.rejected
        assert not report.conflicts
    liar.sync()
    assert liar.rows() == other.rows() == server_view(shared, "ward")
    assert liar.row("spell", scope)["bed"] == "6"


@pytest.mark.parametrize("wrong", LYING, ids=str)
def test_an_edit_made_later_wins_also_against_a_clock_that_was_ahead(shared, desk, wrong):
    """Two edits of one lww field, neither seen by the other's author; both know the server."""
    first, second = desk("ward", "first"), desk("ward", "second")
    right(shared, first, second)
    second.clock.advance(wrong)
    scope = first.new_case(bed="0")
    first.sync()
    second.sync()
    first.change("spell", scope, bed="earlier")
    first.sync()
    second.change("spell", scope, bed="later")
    second.sync()
    first.sync()
    assert first.rows() == second.rows()
    if wrong > timedelta(0):
        assert first.row("spell", scope)["bed"] == "later"
    # However far ahead it was, the server took it as no more than five minutes ahead.
    limit = hlc_at(server_now(shared) + timedelta(minutes=5, seconds=1))
    assert all(row["hlc"] <= limit for row in server_view(shared, "ward").values())


def test_a_clock_that_was_ahead_and_is_right_again_does_not_win_for_years(shared, desk):
    ward = desk("ward")
    right(shared, ward)
    ward.clock.advance(TEN_YEARS)
    scope = ward.new_case(bed="1")
    ward.sync()
    right(shared, ward)
    ward.sync()
    ward.change("spell", scope, bed="2")
    with ward.store.read() as session:
        (op,) = outbox.pending(session, login=ward.caller.login, limit=5)
        assert op.hlc <= hlc_at(server_now(shared) + timedelta(minutes=6))
        assert replica.get_state(session, HLC_STATE) == op.hlc


@pytest.mark.parametrize("wrong", LYING, ids=str)
def test_the_audit_says_the_servers_time(shared, desk, wrong):
    ward = desk("ward")
    right(shared, ward)
    before = server_now(shared)
    ward.clock.advance(wrong)
    scope = ward.new_case()
    ward.change("spell", scope, bed="2")
    ward.sync()
    with shared.superuser() as owner:
        rows = owner.execute("SELECT at FROM sync.audit WHERE row_id = %s", (scope,)).fetchall()
    assert len(rows) == 2
    assert all(before <= at <= server_now(shared) for (at,) in rows)


@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS])
def test_a_clock_that_jumps_throws_no_confirmed_work_away(shared, desk, jump):
    """What a restore of the server needs is kept for 35 days of the server's, not of the desk's."""
    ward = desk("ward")
    right(shared, ward)
    scope = ward.new_case()
    ward.sync()
    ward.clock.advance(jump)
    ward.change("spell", scope, bed="2")
    ward.sync()
    with ward.store.read() as session:
        assert outbox.counts(session)["acked"] == 3
    with shared.superuser() as owner:
        owner.execute("DELETE FROM sync.session")
    report = ward.sync()
    assert report.recovered
    assert report.pushed == 3
    assert ward.rows() == server_view(shared, "ward")


@pytest.mark.parametrize("jump", [TEN_YEARS, -TEN_YEARS])
def test_a_clock_that_jumps_does_not_end_the_daily_check(shared, desk, jump):
    ward = desk("ward")
    right(shared, ward)
    ward.new_case()
    ward.sync()
    ward.clock.advance(jump)
    ward.sync()
    checked = ward.engine.health().checked_at
    assert checked is not None
    assert abs(checked - server_now(shared)) < timedelta(hours=1)


def test_the_hour_that_comes_twice_is_in_order(shared, desk):
    """Clocks go back at 02:00 of 25-Oct-2026: instants go on, and so does the order of edits."""
    ward = desk("ward")
    scope = ward.new_case(bed="0")
    twice = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    seen = []
    for fold in (0, 1):
        ward.clock.set(twice.replace(fold=fold).astimezone(UTC))
        ward.change("spell", scope, bed=str(fold + 1))
        seen.append(ward.row("spell", scope)["hlc"])
    assert seen[0] < seen[1]
    ward.sync()
    assert ward.rows() == server_view(shared, "ward")
    assert ward.row("spell", scope)["bed"] == "2"


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (timedelta(minutes=3), "3 minutes ahead of"),
        (-timedelta(hours=5), "5 hours behind"),
        (TEN_YEARS, "days ahead of"),
        (timedelta(seconds=90), ""),
    ],
)
def test_a_clock_more_than_two_minutes_off_is_told_beside_the_light(shared, desk, off, words):
    ward = desk("ward")
    right(shared, ward)
    ward.clock.advance(off)
    ward.sync()
    seen = ward.engine.health()
    assert words in seen.clock_warning
    assert bool(seen.clock_warning) == bool(words)
    assert seen.state is State.SYNCED
