"""A change reaches the other desks at once, by a hint that is never more than a hint."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest

from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.sync.protocol import SyncReport
from d2a_desktop.sync.rhythm import RhythmSettings, Why
from tests.fault_proxy import DOWN, Fault, FaultProxy
from tests.integration.shared_db.wire_client import WireClient, new_case
from tests.integration.sync.desks import DeskUnderTest, server_view
from tests.integration.sync.listening import LONG, Listening
from tests.shared_databases import System

pytestmark = pytest.mark.postgres


def channel_of(shared: System, who: str) -> str:
    with shared.superuser() as owner:
        row = owner.execute(
            "SELECT chan FROM sync.org WHERE id = %s", (shared.people[who].org_id,)
        ).fetchone()
    assert row is not None
    return str(row[0])


def end_backends(shared: System, who: str) -> None:
    with shared.superuser() as owner:
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            (shared.people[who].login,),
        )


def through(shared: System, proxy: FaultProxy, who: str) -> PostgresGateway:
    person = shared.people[who]
    gateway = PostgresGateway(
        f"postgresql://127.0.0.1:{proxy.port}/{shared.database.name}",
        login=person.login,
        password=lambda: person.password,
    )
    shared.opened.append(gateway)
    return gateway


def arrives(listening: Listening, ward: DeskUnderTest) -> str:
    """Make a case on one desk and wait for it on the listening one; return its id."""
    scope = ward.new_case()
    ward.sync()
    listening.until(lambda: listening.desk.row("spell", scope) is not None)
    return scope


def test_a_change_arrives_at_a_listening_desk_without_waiting_for_the_poll(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    ward.sync()
    with Listening(other) as listening:
        for _ in range(3):
            listening.settled()
            arrives(listening, ward)
        listening.settled()
        assert {why for _, why, _ in listening.reports} == {Why.ASKED, Why.HINT}
    assert other.rows() == ward.rows() == server_view(shared, "ward")


def test_a_hint_costs_a_pull_and_no_hello_and_no_check(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    ward.sync()
    other.sync()
    with Listening(other) as listening:
        listening.settled()
        listening.counting.calls.clear()
        scope = arrives(listening, ward)
        listening.settled()
        assert set(listening.counting.calls) == {"pull"}
        other.change("spell", scope, bed="7")
        listening.live.ask(Why.CHANGED)
        listening.until(lambda: (other.row("spell", scope) or {})["ver"] == 2)
        assert set(listening.counting.calls) == {"push", "pull"}
        other.clock.advance(timedelta(minutes=6))
        listening.counting.calls.clear()
        ward.sync()
        ward.change("patient", next(iter(ward.rows("patient")))[1], family_name="Later")
        ward.sync()
        listening.until(lambda: "hello" in listening.counting.calls)


def test_ones_own_push_is_no_news(shared):
    ward = WireClient(shared, "ward")
    ward.hello()
    assert ward.gateway.wait_for_news(0), "what came before listening began was not heard"
    new_case(ward)
    assert not ward.gateway.wait_for_news(0)
    with shared.superuser() as owner:
        owner.execute(f'NOTIFY "{channel_of(shared, "ward")}"')
    assert ward.gateway.wait_for_news(LONG)
    assert not ward.gateway.wait_for_news(0)


def test_light_runs_are_vouched_for_by_the_next_hello_and_not_done_again(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    ward.sync()
    with Listening(other) as listening:
        listening.settled()
        arrives(listening, ward)
        before = len(listening.reports)
        listening.live.ask(Why.ASKED)
        listening.until(lambda: len(listening.reports) > before)
        report = listening.reports[before][2]
    assert isinstance(report, SyncReport)
    assert (report.pulled, report.pushed, report.recovered) == (0, 0, False)


def test_a_connection_that_was_cut_is_greeted_before_anything_else(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    ward.sync()
    with Listening(other) as listening:
        listening.settled()
        link = listening.gateway.link
        listening.counting.calls.clear()
        end_backends(shared, "ward")
        listening.until(lambda: listening.gateway.link > link and listening.gateway.listening)
        assert listening.counting.calls[0] == "hello"
        listening.settled()
        arrives(listening, ward)


def test_a_forged_flood_of_hints_makes_at_most_two_exchanges_a_second(shared, desk):
    other = desk("ward", "other")
    channel = channel_of(shared, "ward")
    stop = threading.Event()

    def flood() -> None:
        with shared.database.superuser() as forger:
            while not stop.is_set():
                forger.execute(f"NOTIFY \"{channel}\", 'anything'")

    with Listening(other) as listening:
        listening.settled()
        thread = threading.Thread(target=flood)
        thread.start()
        try:
            listening.until(lambda: len(listening.reports) >= 8)
        finally:
            stop.set()
            thread.join()
        begun = [began for began, _, _ in listening.reports]
        assert all(isinstance(each[2], SyncReport) for each in listening.reports)
        assert all(begun[n + 2] - begun[n] > 0.99 for n in range(1, len(begun) - 2))


def test_what_an_open_transaction_holds_back_arrives_soon_after_it_ends(shared, desk):
    """Nobody hints at its end when it wrote nothing that concerns this desk."""
    ward, other = desk("ward"), desk("ward", "other")
    ward.sync()
    with Listening(other) as listening:
        listening.settled()
        holder = shared.superuser()
        holder.execute("BEGIN")
        holder.execute("SELECT pg_current_xact_id()")
        before = len(listening.reports)
        scope = ward.new_case()
        ward.sync()
        listening.until(lambda: len(listening.reports) > before)
        assert other.row("spell", scope) is None
        holder.execute("COMMIT")
        listening.until(lambda: other.row("spell", scope) is not None)


@contextmanager
def pooler(shared: System) -> Iterator[FaultProxy]:
    with FaultProxy(shared.database.port, other_process=True) as one:
        yield one


def test_behind_a_pooler_a_desk_does_not_listen_and_asks_by_the_clock(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    ward.sync()
    quick = RhythmSettings(poll=3600.0, poll_unheard=0.2)
    with ExitStack() as stack:
        proxy = stack.enter_context(pooler(shared))
        listening = stack.enter_context(Listening(other, quick, through(shared, proxy, "ward")))
        arrives(listening, ward)
        # The row can be seen before the exchange that brought it has reported.
        listening.until(lambda: listening.reports[-1][1] is Why.POLL)
        assert not listening.gateway.listening
        assert listening.gateway.link == 0
        assert {why for _, why, _ in listening.reports} == {Why.ASKED, Why.POLL}
        assert listening.counting.calls.count("hello") >= len(listening.reports)
        with shared.superuser() as owner:
            asked = owner.execute("SELECT query FROM pg_stat_activity").fetchall()
        assert not [query for (query,) in asked if query.startswith("LISTEN")]


def test_a_desk_that_cannot_reach_the_server_comes_back_by_itself_and_listens_again(shared, desk):
    ward, other = desk("ward"), desk("ward", "other")
    ward.sync()
    patient = RhythmSettings(poll=3600.0, reconnect=0.05, give_up=0.2)
    with ExitStack() as stack:
        proxy = stack.enter_context(FaultProxy(shared.database.port))
        listening = stack.enter_context(Listening(other, patient, through(shared, proxy, "ward")))
        listening.settled()
        proxy.go_down()
        listening.until(
            lambda: sum(1 for each in listening.reports if each[2].__class__ is not SyncReport) >= 3
        )
        assert not listening.gateway.listening
        proxy.heal()
        listening.settled()
        arrives(listening, ward)


def test_the_end_comes_at_once_whatever_the_desk_waits_for(shared, desk):
    ward = desk("ward")
    with Listening(ward) as listening:
        listening.settled()
    assert listening.gateway.listening, "leaving the block ended a wait of an hour"


def test_the_end_comes_at_once_even_while_listening_begins(shared, desk):
    ward = desk("ward")
    with FaultProxy(shared.database.port) as proxy:
        listening = Listening(ward, gateway=through(shared, proxy, "ward"))
        listening.gateway.silence_seconds = 3600
        listening.live.run(ward.caller.login)
        proxy.arm(Fault.SWALLOW_BOTH, DOWN, 1)
        thread = threading.Thread(target=listening.live.wait, args=(proxy.struck.is_set,))
        thread.start()
        thread.join(LONG)
        assert not thread.is_alive()


def test_what_only_time_changes_is_hinted_at_too(shared, desk):
    ward, hub, agency = desk("ward"), desk("hub"), desk("agency")
    scope = ward.new_case()
    referral = ward.refer(scope)
    ward.sync()
    hub.sync()
    offer = hub.offer(scope, referral, agency.caller.org_id)
    hub.sync()
    agency.sync()
    assert agency.row("offer", offer) is not None
    with Listening(agency) as listening:
        listening.settled()
        with shared.superuser() as owner:
            owner.execute("UPDATE sync.acl SET valid_until = now() - interval '1 minute'"
                          " WHERE stage = 'offered'")  # fmt: skip
        with shared.connect("ward2") as anybody:
            anybody.execute("SELECT sync.tick()")
        listening.until(lambda: agency.row("offer", offer) is None)


def test_a_login_frees_the_connection_of_a_desk_that_lost_its_network(shared):
    with shared.connect("ward") as connection:
        found = {
            name: connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count",
                         "tcp_user_timeout")
        }  # fmt: skip
    assert found == {
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
        "tcp_user_timeout": "30000",
    }
