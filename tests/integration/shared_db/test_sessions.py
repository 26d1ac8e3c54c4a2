"""Hello: sessions, a restored server, a copied store, people who left, limits."""

from __future__ import annotations

import threading

import psycopg
import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db import admin
from d2a_desktop.shared_db.failures import (
    AuthenticationError,
    ConnectionLostError,
    NoMembershipError,
    SessionLostError,
)
from d2a_desktop.shared_db.gateway import NoSharedDatabase, PostgresGateway
from tests.integration.shared_db.wire_client import WireClient, new, new_case

pytestmark = pytest.mark.postgres


@pytest.fixture
def ward(shared):
    return WireClient(shared, "ward")


def test_hello_tells_who_we_are_and_what_the_server_is(shared, ward):
    hello = ward.hello()
    assert (hello.org_ods, hello.org_kind, hello.role) == ("RHU01", "hospital", "ward_coordinator")
    assert hello.system_id == shared.system_id
    assert hello.hidden == {"worker_profile"}
    assert "restricted_note" in WireClient(shared, "analyst").hello().hidden


def test_a_session_moves_on_and_an_answer_that_was_lost_does_no_harm(ward):
    ward.hello()
    old, lost = ward.nonce, new()
    ward.gateway.hello(client=ward.client, n_old=old, n_new=lost)
    ward.gateway.hello(client=ward.client, n_old=old, n_new=lost)
    ward.nonce = lost
    ward.hello()


def test_a_server_restored_to_an_older_point_no_longer_knows_the_session(shared, ward):
    ward.hello()
    with shared.superuser() as owner:
        before = owner.execute("SELECT client, nonce FROM sync.session").fetchall()
        ward.hello()
        ward.hello()
        for client, nonce in before:  # what a cold copy brings back
            owner.execute("UPDATE sync.session SET nonce = %s WHERE client = %s", (nonce, client))
    with pytest.raises(SessionLostError):
        ward.hello()


def test_a_server_restored_to_before_the_first_hello_does_not_know_the_desk(shared, ward):
    ward.hello()
    with shared.superuser() as owner:
        owner.execute("DELETE FROM sync.session")
    with pytest.raises(SessionLostError):
        ward.hello()
    with pytest.raises(SessionLostError):
        ward.push()


def test_two_computers_with_a_copy_of_one_store_are_told_apart(shared, ward):
    ward.hello()
    copy = WireClient(shared, "ward")
    copy.client, copy.nonce = ward.client, ward.nonce
    ward.hello()
    with pytest.raises(SessionLostError):
        copy.hello()


def test_a_desk_of_another_organisation_cannot_take_over_a_session(shared, ward):
    ward.hello()
    thief = WireClient(shared, "agency")
    thief.client, thief.nonce = ward.client, ward.nonce
    with pytest.raises(SessionLostError):
        thief.hello()
    with pytest.raises(SessionLostError):
        thief.push()


def test_a_deactivated_person_is_out_at_the_next_statement_and_cannot_come_back(shared, ward):
    scope = new_case(ward)
    held = shared.connect("ward")
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.member SET active = false WHERE rolname = %s",
                      (shared.people["ward"].login,))  # fmt: skip
    for call in (
        ward.hello,
        ward.pull,
        lambda: ward.push(ward.insert_op("note", scope)),
        lambda: ward.gateway.digest(entity="spell"),
        lambda: ward.gateway.fetch(entity="spell", buckets=[1], after=new(), limit=9),
        ward.gateway.reap,
    ):
        with pytest.raises(NoMembershipError):
            call()
    assert held.execute("SELECT sync.my_channel()").fetchone() == (None,)
    with shared.database.admin() as connection:
        admin.deactivate(connection, login=shared.people["ward"].login)
    with pytest.raises(psycopg.OperationalError):
        held.execute("SELECT 1")
    with pytest.raises(AuthenticationError):
        shared.gateway("ward").hello(client=new(), n_old=None, n_new=new())
    with shared.superuser() as owner:  # roles belong to the cluster: leave it as it was found
        owner.execute(f'ALTER ROLE "{shared.people["ward"].login}" LOGIN')


def test_a_transaction_that_holds_everybody_back_is_ended_by_any_client(shared, ward):
    scope = new_case(ward)
    stuck = shared.connect("agency")
    stuck.execute("SET idle_in_transaction_session_timeout = 0")
    stuck.execute("BEGIN")
    stuck.execute("SELECT sync.tick()")
    assert ward.gateway.reap() == 0
    with shared.superuser() as owner:
        (definition,) = owner.execute("SELECT pg_get_functiondef('sync.reap'::regproc)").fetchone()
        owner.execute(definition.replace("120 seconds", "0 seconds"))
    assert ward.gateway.reap() >= 1
    with pytest.raises(psycopg.OperationalError):
        stuck.execute("SELECT 1")
    assert scope


def test_a_new_password_replaces_the_old_one(shared):
    with shared.database.admin() as connection:
        made = admin.add_user(connection, ods_code="RHU01", role="clinician", name="Pat Smith")
    url = shared.database.user_url(made.login)
    gateway = PostgresGateway(url, login=made.login, password=lambda: made.password)
    gateway.change_password("a much better one")
    gateway.close()
    with pytest.raises(AuthenticationError):
        gateway.hello(client=new(), n_old=None, n_new=new())
    better = PostgresGateway(url, login=made.login, password=lambda: "a much better one")
    better.hello(client=new(), n_old=None, n_new=new())
    better.close()


def test_a_cut_connection_is_opened_again_by_hello_and_by_nothing_else(shared, ward):
    ward.hello()
    with shared.superuser() as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            (shared.people["ward"].login,),
        )
    for _ in range(2):
        with pytest.raises(ConnectionLostError):
            ward.pull()
    ward.hello()
    ward.pull()


def test_a_database_that_was_never_prepared_is_named_as_that(empty_database):
    name = empty_database.url.rpartition("//")[2].partition("@")[0]
    gateway = PostgresGateway(empty_database.url, login=name)
    with pytest.raises(UnreachableError) as caught:
        gateway.hello(client=new(), n_old=None, n_new=new())
    gateway.close()
    assert caught.value.code == "not_prepared"


def test_a_desk_without_a_server_says_so_in_words():
    with pytest.raises(UnreachableError) as caught:
        NoSharedDatabase().hello(client=new(), n_old=None, n_new=new())
    assert (caught.value.code, caught.value.exit_code) == ("no_server", 3)


def test_a_change_wakes_the_desks_that_may_see_it_and_no_others(shared, ward):
    hearing = {who: shared.connect(who) for who in ("analyst", "agency")}
    for connection in hearing.values():
        (channel,) = connection.execute("SELECT sync.my_channel()").fetchone()
        connection.execute(f'LISTEN "{channel}"')
    writer = threading.Thread(target=new_case, args=(ward,))
    writer.start()
    heard = list(hearing["analyst"].notifies(timeout=5, stop_after=1))
    writer.join()
    assert [n.payload for n in heard] == [""]
    assert list(hearing["agency"].notifies(timeout=0.2)) == []
