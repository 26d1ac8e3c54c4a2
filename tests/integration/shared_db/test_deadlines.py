"""No call waits for ever: silence is given up, a stop is obeyed, refusals end after three."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from d2a_desktop.shared_db.attended import Watch
from d2a_desktop.shared_db.failures import (
    AuthenticationError,
    ConnectionLostError,
    SilentServerError,
    StoppedError,
    TryAgainError,
)
from d2a_desktop.shared_db.gateway import REFUSALS, PostgresGateway
from tests.fault_proxy import DOWN, UP, Fault, FaultProxy
from tests.integration.shared_db.wire_client import new
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

SHORT = 0.3


@pytest.fixture
def proxy(shared: System) -> Iterator[FaultProxy]:
    with FaultProxy(shared.database.port) as one:
        yield one


@pytest.fixture
def gateway(shared: System, proxy: FaultProxy) -> Iterator[PostgresGateway]:
    """The ward's gateway through the proxy, which gives up after a short silence."""
    one = gateway_by(shared, proxy.port, "ward")
    yield one
    one.close()


def gateway_by(system: System, port: int, who: str, **more: Any) -> PostgresGateway:
    person = system.people[who]
    return PostgresGateway(
        f"postgresql://127.0.0.1:{port}/{system.database.name}",
        login=person.login,
        password=lambda: person.password,
        **{"silence_seconds": SHORT, **more},
    )


def hello(gateway: PostgresGateway) -> str:
    client = new()
    gateway.hello(client=client, n_old=None, n_new=new())
    return client


def took(call: Callable[[], object], failure: type[Exception]) -> float:
    before = time.monotonic()
    with pytest.raises(failure):
        call()
    return time.monotonic() - before


@pytest.mark.parametrize("direction", [UP, DOWN])
def test_a_line_that_swallows_is_given_up_and_the_next_hello_connects_anew(
    gateway, proxy, direction
):
    hello(gateway)
    proxy.arm(Fault.SWALLOW, direction, 1)
    assert took(lambda: gateway.pull(cursor=(0, 0), limit=10), SilentServerError) < 10
    with pytest.raises(ConnectionLostError):
        gateway.pull(cursor=(0, 0), limit=10)
    proxy.heal()
    hello(gateway)
    gateway.pull(cursor=(0, 0), limit=10)


def test_connections_lost_without_a_word_do_not_use_up_the_three_a_person_has(
    gateway, proxy, shared
):
    for _ in range(5):
        hello(gateway)
        proxy.arm(Fault.SWALLOW_BOTH, UP, 1)
        with pytest.raises(SilentServerError):
            gateway.pull(cursor=(0, 0), limit=10)
        proxy.heal()
    hello(gateway)
    with shared.superuser() as owner:
        left = owner.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = %s",
            (shared.people["ward"].login,),
        ).fetchone()
    assert left is not None
    assert left[0] <= 2


def test_a_call_that_arrived_but_for_its_end_leaves_no_transaction_open(gateway, proxy, shared):
    """It would hold its locks, and back everybody's news, until the server gives up on it."""
    hello(gateway)
    cut_the_end(proxy, lambda: hello(gateway))
    with pytest.raises(SilentServerError):
        hello(gateway)
    assert open_transactions(shared) == 0


def test_a_call_in_several_messages_would_leave_one_open(proxy, shared):
    """What the test above would see if the gateway sent its calls as drivers do."""
    person = shared.people["ward"]
    with psycopg.connect(
        f"postgresql://127.0.0.1:{proxy.port}/{shared.database.name}",
        user=person.login,
        password=person.password,
        autocommit=True,
    ) as line:
        cut_the_end(proxy, lambda: line.execute("SELECT %s::int", (1,)))
        answer = threading.Thread(
            target=lambda: suppressed(lambda: line.execute("SELECT %s::int", (1,)))
        )
        answer.start()
        until(lambda: open_transactions(shared) == 1)
        proxy.go_down()
        answer.join(10)
        assert not answer.is_alive()


def cut_the_end(proxy: FaultProxy, call: Callable[[], object]) -> None:
    """Let the next call like this one go through but for its last byte."""
    proxy.record()
    call()
    proxy.arm_message(Fault.SWALLOW_BOTH, UP, len(proxy.lengths[UP]) - 1, 1.0)


def open_transactions(shared: System) -> int:
    with shared.superuser() as owner:
        row = owner.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND xact_start IS NOT NULL",
            (shared.people["ward"].login,),
        ).fetchone()
    assert row is not None
    return int(row[0])


def until(holds: Callable[[], bool]) -> None:
    """Wait for what is to come, ten seconds at most."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end


def suppressed(call: Callable[[], object]) -> None:
    with suppress(psycopg.OperationalError):
        call()


@pytest.mark.parametrize("after", [1, 30, 60, 200])
def test_a_handshake_that_stalls_is_given_up_too(gateway, proxy, after):
    proxy.arm(Fault.SWALLOW, DOWN, after)
    assert took(lambda: hello(gateway), TryAgainError) < 10
    proxy.heal()
    hello(gateway)


def test_a_slow_answer_of_which_something_comes_now_and_then_is_waited_for(gateway, shared):
    hello(gateway)
    gateway.silence_seconds = 0.7
    with shared.superuser() as owner:
        owner.execute(
            "CREATE OR REPLACE FUNCTION sync.reap() RETURNS int LANGUAGE plpgsql"
            " SECURITY DEFINER AS $$ BEGIN FOR i IN 1..5 LOOP PERFORM pg_sleep(0.2);"
            " RAISE NOTICE 'still here'; END LOOP; RETURN 5; END $$"
        )
    assert gateway.reap() == 5
    gateway.silence_seconds = 0.1
    with pytest.raises(SilentServerError):
        gateway.reap()


@pytest.mark.parametrize("stage", ["call", "connect"])
def test_a_stop_from_another_thread_ends_a_wait_at_once(shared, proxy, stage):
    gateway = gateway_by(shared, proxy.port, "ward", silence_seconds=60)
    if stage == "call":
        hello(gateway)
    proxy.arm(Fault.SWALLOW, DOWN, 1)
    wanted = threading.Event()

    def stop() -> None:
        assert proxy.struck.wait(10)
        wanted.set()

    thread = threading.Thread(target=stop)
    thread.start()
    with gateway.ending_when(wanted.is_set):
        seconds = took(lambda: hello(gateway), StoppedError)
    thread.join()
    assert seconds < 3
    proxy.heal()
    hello(gateway)
    gateway.close()


def test_closing_from_another_thread_ends_a_wait_at_once(shared, proxy):
    gateway = gateway_by(shared, proxy.port, "ward", silence_seconds=60)
    hello(gateway)
    proxy.arm(Fault.SWALLOW, DOWN, 1)

    def close() -> None:
        assert proxy.struck.wait(10)
        gateway.close()

    thread = threading.Thread(target=close)
    thread.start()
    assert took(lambda: gateway.pull(cursor=(0, 0), limit=1), StoppedError) < 3
    thread.join()


def test_a_resolver_that_does_not_answer_is_not_waited_for(monkeypatch):
    let_go = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: let_go.wait(10) and [])
    gateway = PostgresGateway("postgresql://db.example.org/d2a", login="u", silence_seconds=SHORT)
    stopped = threading.Event()
    stopped.set()
    with gateway.ending_when(stopped.is_set):
        assert took(lambda: hello(gateway), StoppedError) < 3
    watch = Watch(SHORT, lambda: False)
    assert took(lambda: watch.addresses("db.example.org", "5432", SHORT), Exception) < 3
    let_go.set()


def test_a_refused_login_is_tried_three_times_and_then_only_when_a_person_asks(shared, proxy):
    person = shared.people["ward"]
    said = ["wrong"]
    gateway = PostgresGateway(
        f"postgresql://127.0.0.1:{proxy.port}/{shared.database.name}",
        login=person.login,
        password=lambda: said[0],
    )
    for _ in range(REFUSALS + 5):
        with pytest.raises(AuthenticationError):
            hello(gateway)
    assert proxy.connections == REFUSALS
    gateway.ask_again()
    for _ in range(3):
        with pytest.raises(AuthenticationError):
            hello(gateway)
    assert proxy.connections == REFUSALS + 1
    said[0] = person.password
    gateway.ask_again()
    hello(gateway)
    gateway.close()


def test_a_server_that_is_away_is_no_refusal(shared, proxy):
    gateway = gateway_by(shared, proxy.port, "ward")
    proxy.go_down()
    for _ in range(REFUSALS + 2):
        with pytest.raises(TryAgainError):
            hello(gateway)
    proxy.heal()
    hello(gateway)
    gateway.close()
