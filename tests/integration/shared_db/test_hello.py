"""What hello tells beyond who we are: the lease, and what holds the feed back."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest

from tests.integration.shared_db.wire_client import WireClient, new

pytestmark = pytest.mark.postgres


@pytest.fixture
def ward(shared):
    return WireClient(shared, "ward")


def test_the_lease_is_shorter_for_an_agency_and_the_servers_to_set(shared, ward):
    agency = WireClient(shared, "agency")
    assert (agency.hello().lease_hours, ward.hello().lease_hours) == (120, 336)
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.meta SET lease_hours_agency = 72, lease_hours_other = 24")
    assert (agency.hello().lease_hours, ward.hello().lease_hours) == (72, 24)


def test_hello_names_the_process_that_answers_and_that_listening_makes_sense(shared, ward):
    hello = ward.hello()
    (alive,) = shared.superuser().execute(
        "SELECT usename FROM pg_stat_activity WHERE pid = %s", (hello.backend_pid,)
    ).fetchone()  # fmt: skip
    assert alive == shared.people["ward"].login
    assert hello.notify is True


def lag_becomes(client: WireClient, wanted: Callable[[float | None], bool]) -> float | None:
    """Ask until the lag is as wanted: autovacuum, too, holds a transaction now and then."""
    deadline = time.monotonic() + 10
    while not wanted(lag := client.hello().lag_seconds):
        assert time.monotonic() < deadline, lag
    return lag


def test_hello_tells_for_how_long_an_open_transaction_has_held_everybody_back(shared, ward):
    lag_becomes(ward, lambda lag: lag == 0)
    reader = shared.connect("agency")
    reader.execute("BEGIN")
    reader.execute("SELECT sync.my_channel()")
    lag_becomes(ward, lambda lag: lag == 0)  # who only reads holds nobody back
    writer = shared.connect("agency")
    writer.execute("BEGIN")
    writer.execute("SELECT sync.tick(), pg_current_xact_id()")
    lag_becomes(ward, lambda lag: lag is not None and 0.3 <= lag < 60)
    writer.execute("ROLLBACK")
    lag_becomes(ward, lambda lag: lag == 0)


def test_a_transaction_of_a_role_we_may_not_read_is_unknown_and_never_called_nothing(shared, ward):
    stranger = shared.superuser()
    stranger.execute("BEGIN")
    stranger.execute("SELECT pg_current_xact_id()")
    lag_becomes(ward, lambda lag: lag is None)
    assert ward.hello().lag_seconds is None
    stranger.execute("ROLLBACK")


def test_hello_is_cheap(ward):
    ward.hello()
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        ward.hello()
        took.append(time.perf_counter() - begun)
    assert statistics.median(took) < 0.025, took


def test_an_older_servers_answer_is_still_understood(shared, ward):
    with shared.superuser() as owner:
        (body,) = owner.execute("SELECT pg_get_functiondef('sync.hello'::regproc)").fetchone()
        for line in body.splitlines():
            if "'lag_s'" in line or "'lease_hours'" in line:
                body = body.replace(line + "\n", "")
        owner.execute(body)
    hello = ward.gateway.hello(client=new(), n_old=None, n_new=new())
    assert (hello.lease_hours, hello.lag_seconds, hello.backend_pid) == (None, None, None)
    assert hello.notify is True
