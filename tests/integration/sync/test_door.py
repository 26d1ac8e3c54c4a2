"""A desk shuts itself when its lease is over and when its person has left; a sync opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from d2a_desktop.core.errors import KnownError, UnreachableError
from d2a_desktop.domain.lease import Standing
from d2a_desktop.local_db import outbox, replica
from d2a_desktop.shared_db import admin
from d2a_desktop.shared_db.failures import LoginClosedError, NoMembershipError
from d2a_desktop.shared_db.gateway import NoSharedDatabase
from d2a_desktop.sync.door import Door
from tests.integration.sync.desks import DeskUnderTest, server_view
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

HOUR = timedelta(hours=1)


class Guarded:
    """A desk whose store asks its door, as `bootstrap` hangs it."""

    def __init__(self, desk: DeskUnderTest, *, most_hours: int = 0, login: str | None = None):
        self.desk = desk
        who = login or desk.caller.login
        self.door = Door(desk.store, desk.clock, login=who, most_hours=most_hours)
        self.door.look()
        desk.store.shut_by(self.door.refusal)
        desk.engine._door = self.door

    @property
    def standing(self) -> Standing:
        return self.door.standing()

    def may_read(self) -> bool:
        try:
            with self.desk.store.read():
                return True
        except UnreachableError as refusal:
            return (refusal.exit_code, refusal.code) != (3, self.standing.shut)

    def may_write(self) -> bool:
        try:
            self.desk.new_case()
        except UnreachableError:
            return False
        return True


def test_the_server_says_how_long_and_the_desk_shuts_then(shared: System, desk: Any):
    for who, hours in (("ward", 336), ("agency", 120)):
        one = desk(who)
        one.sync()
        guarded = Guarded(one)
        one.clock.advance(hours * HOUR - timedelta(minutes=1))
        assert guarded.may_read()
        one.clock.advance(timedelta(minutes=1))
        assert not guarded.may_read()
        assert not guarded.may_write()
        assert guarded.standing.shut == "lease_over"


def test_a_value_of_the_server_wins_and_a_policy_only_shortens(shared: System, desk: Any):
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.meta SET lease_hours_other = 48")
    ward = desk("ward")
    ward.sync()
    assert Guarded(ward).standing.left == 48 * HOUR
    assert Guarded(ward, most_hours=12).standing.left == 12 * HOUR
    assert Guarded(ward, most_hours=400).standing.left == 48 * HOUR


def test_within_the_last_day_the_hours_are_told(shared: System, desk: Any):
    ward = desk("ward")
    ward.sync()
    guarded = Guarded(ward)
    assert guarded.standing.told == ""
    ward.clock.advance(336 * HOUR - 25 * HOUR)
    assert guarded.standing.told == ""
    for advance, words in ((1, "24 hours"), (21, "3 hours"), (2, "1 hour "), (0.5, "less than an")):
        ward.clock.advance(advance * HOUR)
        assert words in guarded.standing.words
        assert "unsent work is kept" in guarded.standing.told


def test_a_sync_opens_the_desk_and_unsent_work_goes_out_with_it(shared: System, desk: Any):
    ward = desk("ward")
    ward.sync()
    scope = ward.new_case()
    guarded = Guarded(ward)
    ward.clock.advance(400 * HOUR)
    assert not guarded.may_read()
    with pytest.raises(UnreachableError):
        ward.engine_with(NoSharedDatabase()).run(ward.caller.login)
    assert not guarded.may_read()
    assert ward.sync().pushed == 2
    assert guarded.may_read()
    assert guarded.standing.left == 336 * HOUR
    assert ("spell", scope) in server_view(shared, "ward")


def test_what_was_withdrawn_leaves_before_the_door_opens(shared: System, desk: Any):
    ward, hub, agency = desk("ward"), desk("hub"), desk("agency")
    scope = ward.new_case()
    referral = ward.refer(scope)
    ward.sync()
    hub.sync()
    offer = hub.offer(scope, referral, agency.caller.org_id)
    hub.sync()
    agency.sync()
    assert agency.row("offer", offer) is not None
    guarded = Guarded(agency)
    agency.clock.advance(121 * HOUR)
    hub.change("offer", offer, status="withdrawn")
    hub.sync()
    asked: list[tuple[str, bool]] = []

    class Watching:
        def __getattr__(self, name: str) -> Any:
            asked.append((name, guarded.may_read()))
            return getattr(agency.gateway, name)

    engine = agency.engine_with(Watching())
    engine._door = guarded.door
    engine.run(agency.caller.login)
    # Not open at any call up to the last page; the daily check comes after.
    pages = [n for n, (name, _) in enumerate(asked) if name == "pull"]
    assert pages
    assert [one for one in asked[: pages[-1] + 1] if one[1]] == []
    assert guarded.may_read()
    assert agency.row("offer", offer) is None


def test_it_is_kept_over_a_restart_and_a_clock_set_back(shared: System, desk: Any):
    ward = desk("ward")
    ward.sync()
    Guarded(ward)
    ward.clock.advance(335 * HOUR)
    assert Guarded(ward).standing.left == HOUR  # as opened again, with a look
    ward.clock.advance(-300 * HOUR)
    again = Guarded(ward)
    assert again.standing.left == HOUR
    ward.clock.advance(2 * HOUR)
    assert not again.may_read()
    with pytest.raises(UnreachableError):  # each try to exchange is a look at the clock
        ward.engine_with(NoSharedDatabase()).run(ward.caller.login)
    ward.clock.advance(-5000 * HOUR)
    assert not Guarded(ward).may_read()


def test_a_clock_far_ahead_shuts_the_desk_only_until_the_next_hello(shared: System, desk: Any):
    ward = desk("ward")
    ward.sync()
    guarded = Guarded(ward)
    ward.clock.advance(timedelta(days=3650))
    assert not guarded.may_read()
    ward.sync()
    assert guarded.may_read()
    ward.clock.advance(100 * HOUR)
    assert guarded.standing.left == 236 * HOUR


def test_a_desk_that_never_had_a_server_and_a_trial_have_no_lease(shared: System, desk: Any):
    alone = Guarded(desk("ward"))
    alone.desk.clock.advance(timedelta(days=3650))
    assert alone.standing.left is None
    assert alone.may_write()
    trial = desk("hub")
    trial.store.save_desk(replace(trial.store.desk, trial=True))
    trial.sync()
    trial.clock.advance(timedelta(days=3650))
    assert Guarded(trial).may_read()


def test_a_desk_of_an_earlier_version_begins_with_its_last_word(shared: System, desk: Any):
    ward = desk("ward")
    ward.sync()
    with ward.store.apply() as session:
        replica.put_state(session, "lease", None)
    ward.clock.advance(100 * HOUR)
    assert Guarded(ward).standing.left == 236 * HOUR


# --- people who left ----------------------------------------------------------------------------


@pytest.fixture
def leave(shared: System) -> Any:
    """Deactivate a person by `d2a server deactivate`, and leave the cluster as it was found."""
    closed: list[str] = []

    def deactivate(who: str) -> admin.Deactivated:
        login = shared.people[who].login
        closed.append(login)
        with shared.database.admin() as connection:
            return admin.deactivate(connection, login=login)

    yield deactivate
    with shared.superuser() as owner:
        for login in closed:
            owner.execute(f'ALTER ROLE "{login}" LOGIN')


def come_back(shared: System, who: str) -> None:
    login = shared.people[who].login
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.member SET active = true WHERE rolname = %s", (login,))
        owner.execute(f'ALTER ROLE "{login}" LOGIN')


def test_who_was_deactivated_is_out_at_the_next_word_with_the_server(
    shared: System, desk: Any, leave: Callable[[str], admin.Deactivated]
):
    ward = desk("ward")
    ward.sync()
    guarded = Guarded(ward)
    ward.new_case()
    done = leave("ward")
    assert (done.connections_ended, done.may_sign_in) == (1, False)
    with pytest.raises(KnownError):
        ward.sync()  # the connection that was open
    with pytest.raises(LoginClosedError):
        ward.sync()
    assert guarded.standing.shut == "turned_away"
    assert "2 changes of yours" in guarded.standing.told
    assert not guarded.may_read()
    with ward.store.read(even_locked=True) as session:
        assert outbox.counts(session)["pending"] == 2
    assert not Guarded(ward).may_read()  # as opened again
    come_back(shared, "ward")
    assert ward.sync().pushed == 2
    assert guarded.may_read()


def test_a_connection_that_only_listens_is_ended_too_and_cannot_come_back(
    shared: System, leave: Callable[[str], admin.Deactivated]
):
    listening = shared.connect("agency")
    (channel,) = listening.execute("SELECT sync.my_channel()").fetchone() or ("",)
    listening.execute(f'LISTEN "{channel}"')
    assert leave("agency").connections_ended == 1
    with pytest.raises(psycopg.OperationalError):
        list(listening.notifies(timeout=5, stop_after=1))
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        shared.connect("agency")


def test_where_the_login_cannot_be_closed_membership_alone_shuts_the_desk(
    shared: System, desk: Any
):
    ward = desk("ward")
    ward.sync()
    guarded = Guarded(ward)
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.member SET active = false WHERE rolname = %s",
                      (ward.caller.login,))  # fmt: skip
    with pytest.raises(NoMembershipError):
        ward.sync()
    assert not guarded.may_read()
    assert guarded.standing.told.count("active") == 2


def test_other_people_of_the_desk_still_sign_in_and_the_work_waits_under_its_login(
    shared: System, desk: Any, leave: Callable[[str], admin.Deactivated]
):
    ward = desk("ward")
    ward.sync()
    scope = ward.new_case()
    leave("ward")
    for _ in range(2):
        with pytest.raises(KnownError):
            ward.sync()
    ward.sign_in("analyst")  # of the same organisation
    other = Guarded(ward)
    assert other.may_read()
    assert ward.sync().pushed == 0
    assert other.may_read()
    with ward.store.read() as session:
        assert outbox.counts(session)["pending"] == 2
    assert ("spell", scope) not in server_view(shared, "analyst")
    assert not Guarded(ward, login=shared.people["ward"].login).may_read()


def test_a_right_that_an_administrator_forgot_shuts_nobody_out(shared: System, desk: Any):
    ward = desk("ward")
    ward.sync()
    guarded = Guarded(ward)
    with shared.superuser() as owner:
        owner.execute("REVOKE EXECUTE ON FUNCTION sync.hello FROM dc_client")
    with pytest.raises(NoMembershipError) as told:
        ward.sync()
    assert told.value.code == "no_rights"
    assert guarded.may_read()
