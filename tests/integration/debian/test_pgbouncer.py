"""Through a PgBouncer in transaction mode: whole exchanges, many clients, each their own person."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from d2a_desktop.core.errors import KnownError, UnreachableError
from d2a_desktop.shared_db import admin
from d2a_desktop.shared_db.connection import connect
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync.rhythm import Rhythm, RhythmSettings
from tests.integration.debian.certificates import NAME, Authority
from tests.integration.debian.cluster import DebianServer
from tests.integration.debian.pooler import pooler
from tests.integration.shared_db.wire_client import WireClient, new, new_case, refer
from tests.integration.sync.desks import DeskUnderTest, make_desk
from tests.integration.sync.test_convergence import assert_equal, settle
from tests.shared_databases import Person, System

pytestmark = pytest.mark.postgres

CLIENTS = 12
ROUNDS = 3


@pytest.fixture
def pooled(shared: System, pg_server: DebianServer, authority: Authority) -> Iterator[System]:
    """The shared database as desks see it through a PgBouncer that forgets everything each time.

    Two connections per person, and everything of the session discarded after every transaction
    (but the plans of our functions, for speed): whoever leans on a prepared statement, a setting,
    a lock or a temporary table of the session falls.
    """
    forgetful = {
        "server_reset_query": "RESET ALL; UNLISTEN *; CLOSE ALL; DEALLOCATE ALL; DISCARD TEMP;"
        " DISCARD SEQUENCES; SELECT pg_advisory_unlock_all()",
        "server_reset_query_always": "1",
        "query_wait_timeout": "3",
    }
    with pooler(pg_server, shared.database.name, authority, **forgetful) as port:
        system = replace(shared, database=replace(shared.database, port=port), opened=[])
        yield system
        for each in system.opened:
            each.close()


@pytest.fixture
def desk(pooled: System, tmp_path: Path) -> Iterator[Callable[[str], DeskUnderTest]]:
    made: list[DeskUnderTest] = []

    def make(who: str) -> DeskUnderTest:
        one = make_desk(pooled, who, tmp_path / who)
        made.append(one)
        return one

    yield make
    for one in made:
        one.store.close()


def test_three_desks_do_a_whole_exchange(pooled, desk):
    ward, hub, agency = desk("ward"), desk("hub"), desk("agency")
    settle(ward, hub, agency)
    scope = ward.new_case(ward="B4")
    referral = ward.refer(scope)
    settle(ward, hub, agency)
    sent = hub.offer(scope, referral, agency.caller.org_id)
    settle(hub, agency)
    assert agency.row("patient", scope) is None
    agency.change("offer", sent, status="accepted")
    settle(ward, hub, agency)
    assert_equal(pooled, ward, hub, agency)
    assert len(agency.rows("patient")) == 1
    for each in (ward, hub, agency):
        report = each.engine.check()
        assert report.repaired == 0


def test_a_dozen_clients_share_two_connections_each_and_every_change_has_its_effect_once(
    pooled, shared
):
    faults: list[BaseException] = []
    begin = threading.Barrier(CLIENTS)
    scopes: dict[str, list[str]] = {"ward": [], "ward2": []}

    def work(number: int) -> None:
        who = "ward" if number % 2 else "ward2"
        try:
            client = WireClient(pooled, who)
            begin.wait(30)
            for _ in range(ROUNDS):
                scope = new_case(client, bed="1")
                scopes[who].append(scope)
                refer(client, scope)
                client.pull()
                assert client.patch("spell", scope, bed=str(number)).status == "ok"
                client.hello()
            client.pull()
        except Exception as fault:  # noqa: BLE001  (told by the main thread)
            faults.append(fault)
            begin.abort()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not faults, faults
    with shared.superuser() as owner:
        for who, made in scopes.items():
            assert len(made) == CLIENTS // 2 * ROUNDS
            rows = owner.execute(
                "SELECT DISTINCT actor FROM sync.audit WHERE row_id = ANY (%s::uuid[])", (made,)
            ).fetchall()
            # session_user is the person, whoever's transaction went before on the connection.
            assert rows == [(shared.people[who].login,)]
        counted = owner.execute("SELECT count(*) FROM sync.applied_op").fetchone()
        backends = owner.execute(
            "SELECT max(n) FROM (SELECT count(*) AS n FROM pg_stat_activity"
            " WHERE usename LIKE 'u\\_%%' AND datname = %s GROUP BY usename) x",
            (shared.database.name,),
        ).fetchone()
    assert counted == (CLIENTS * ROUNDS * 4,)
    assert backends is not None
    assert backends[0] <= 2
    other = WireClient(pooled, "ward2")
    other.hello()
    other.pull()
    assert set(other.seen("spell")) == set(scopes["ward2"])


def test_this_pgbouncer_would_show_a_session_that_is_leaned_on(pooled):
    # The test of the test: a setting of the session is gone with the transaction.
    person = pooled.people["ward"]
    with psycopg.connect(
        pooled.database.user_url(person.login), password=person.password, autocommit=True,
        prepare_threshold=None,
    ) as connection:  # fmt: skip
        connection.execute("SET lock_timeout = '7s'")
        assert connection.execute("SHOW lock_timeout").fetchone() != ("7s",)
        assert connection.execute("SELECT session_user").fetchone() == (person.login,)


def test_a_desk_behind_it_does_not_trust_that_it_is_woken_and_polls(pooled, shared):
    # A LISTEN through it seems to work and then stays with a process that others get too.
    behind, direct = pooled.gateway("ward"), shared.gateway("ward")
    for gateway, hears in ((behind, False), (direct, True)):
        gateway.hello(client=new(), n_old=None, n_new=new())
        gateway.wait_for_news(0.01)
        assert bool(gateway.listening) is hears
    rhythm = Rhythm(1, 0.0)
    rhythm.worked(0.0, listening=behind.listening, horizon=1, newest=1)
    assert rhythm.due()[0] < RhythmSettings().poll_unheard * 2


def test_a_person_who_was_deactivated_is_out_at_once(pooled, shared):
    # Logins belong to the cluster: one of the test's own, so that no other test misses it.
    with shared.database.admin() as connection:
        made = admin.add_user(connection, ods_code="RHU01", role="clinician", name="Test leaver")
        leaver = Person(made.login, made.password, made.org_id, "RHU01", made.role)
        pooled = replace(pooled, people={**pooled.people, "leaver": leaver})
        client = WireClient(pooled, "leaver")
        client.hello()
        admin.deactivate(connection, login=made.login)
    for _ in range(2):
        with pytest.raises(KnownError):
            client.pull()
    with pytest.raises(UnreachableError):
        pooled.gateway("leaver").channel()


def test_only_peoples_logins_come_through(pooled, pg_server):
    word = pg_server.passfile.read_text(encoding="utf-8").strip().rsplit(":", 1)[1]
    for login in ("d2a_admin", "d2a_super", "postgres"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(pooled.database.user_url(login), password=word).close()


def test_a_desk_elsewhere_uses_it_over_verified_tls_only_when_its_url_says_so(
    pooled, authority, named
):
    # PgBouncer ends the TLS, so SCRAM cannot be tied to it from end to end.
    person = pooled.people["ward"]
    url = (
        f"postgresql://{NAME}:{pooled.database.port}/{pooled.database.name}"
        f"?sslrootcert={authority.file}"
    )
    tied = PostgresGateway(url, login=person.login, password=lambda: person.password)
    with pytest.raises(UnreachableError) as caught:
        tied.channel()
    assert caught.value.code == "no_channel_binding"
    loose = PostgresGateway(
        url + "&channel_binding=prefer", login=person.login, password=lambda: person.password
    )
    assert loose.channel().startswith("o_")
    loose.close()
    stranger = url.replace(str(authority.file), str(Path(authority.file).parent / "none.crt"))
    with pytest.raises(UnreachableError) as caught:
        connect(stranger + f"&channel_binding=prefer&user={person.login}")
    assert caught.value.code == "certificate"
