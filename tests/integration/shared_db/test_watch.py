"""What an administrator watches, and what trimming the ledger does to an operation sent again."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from d2a_desktop.shared_db import admin
from tests.integration.shared_db.wire_client import WireClient, new_case
from tests.shared_databases import System

pytestmark = pytest.mark.postgres


def watched(connection: psycopg.Connection) -> dict[str, tuple[Any, str]]:
    """Return value and state of each measure."""
    rows = connection.execute("SELECT measure, value, state FROM sync.watch").fetchall()
    return {name: (None if value is None else float(value), state) for name, value, state in rows}


@pytest.fixture
def monitor(shared: System) -> psycopg.Connection:
    """A login of monitoring: a member of pg_monitor and of nothing else."""
    with shared.superuser() as owner:
        owner.execute("DROP ROLE IF EXISTS d2a_monitor")
        owner.execute("CREATE ROLE d2a_monitor LOGIN PASSWORD 'x' IN ROLE pg_monitor")
        owner.execute(f"GRANT CONNECT ON DATABASE {shared.database.name} TO d2a_monitor")
    connection = psycopg.connect(
        shared.database.user_url("d2a_monitor"), password="x", autocommit=True
    )
    shared.opened.append(connection)
    return connection


def test_a_quiet_server_is_in_order_and_every_measure_is_known(shared, monitor):
    ward = WireClient(shared, "ward")
    new_case(ward)
    seen = watched(monitor)
    known = ("feed_delay", "oldest_writer", "last_hello", "connections", "database_size")
    assert all(seen[name][0] is not None for name in known), seen
    assert {state for _, state in seen.values()} == {"ok"}, seen
    assert seen["operations_today"][0] == 2
    assert seen["desks_today"][0] == 1


def test_a_transaction_that_hangs_shows_as_its_age_and_as_what_waits_behind_it(shared, monitor):
    ward = WireClient(shared, "ward")
    with shared.superuser() as hanging:
        hanging.autocommit = False
        hanging.execute("UPDATE sync.meta SET min_client_ver = min_client_ver")
        new_case(ward)
        seen = watched(monitor)
        assert seen["oldest_writer"][0] is not None
        assert seen["feed_held"][0] == 2
        hanging.rollback()
    assert watched(monitor)["feed_held"] == (0, "ok")


def test_the_states_follow_the_thresholds(shared, monitor):
    ward = WireClient(shared, "ward")
    new_case(ward)
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.session SET at = now() - interval '6 days'")
        owner.execute("UPDATE sync.feed SET xid = '9999999999999'")
        owner.execute("UPDATE sync.applied_op SET at = now() - interval '431 days'")
        owner.execute("UPDATE sync.acl SET valid_until = now() - interval '1 hour'")
    seen = watched(monitor)
    assert seen["last_hello"][1] == "alarm"
    assert seen["desks_silent"][0] == 1
    assert seen["feed_from_the_future"][1] == "alarm"
    assert seen["ledger_age"] == (431, "warning")
    assert seen["lapsed_grants"][1] == "warning"


def test_old_changes_behind_a_hanging_transaction_raise_the_alarm(shared, monitor):
    ward = WireClient(shared, "ward")
    with shared.superuser() as hanging, shared.superuser() as owner:
        hanging.autocommit = False
        hanging.execute("UPDATE sync.meta SET min_client_ver = min_client_ver")
        new_case(ward)
        owner.execute("SET session_replication_role = replica")
        owner.execute("UPDATE sync.audit SET at = at - interval '3 minutes'")
        seen = watched(monitor)
        hanging.rollback()
    delay, state = seen["feed_delay"]
    assert delay is not None
    assert 180 <= delay < 240
    assert state == "alarm"


def test_monitoring_reads_numbers_and_nothing_else(shared, monitor):
    ward = WireClient(shared, "ward")
    new_case(ward)
    (row,) = monitor.execute("SELECT ods_code, last_login, active FROM sync.watch_desk").fetchall()
    assert row == ("RHU01", shared.people["ward"].login, True)
    text = str(monitor.execute("SELECT * FROM sync.watch, sync.watch_desk").fetchall())
    assert "Marker" not in text
    assert "999" + "0000018" not in text
    for forbidden in (
        "SELECT 1 FROM dc.patient", "SELECT 1 FROM sync.feed", "SELECT sync.trim_ledger()",
        "SELECT 1 FROM sync.applied_op", "SELECT sync.my_channel()",
    ):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            monitor.execute(forbidden)


def test_a_person_reads_none_of_it(shared):
    for view in ("sync.watch", "sync.watch_desk"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            shared.connect("ward").execute(f"SELECT * FROM {view}")


# ---- retention


def aged(shared: System, days: int) -> None:
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.applied_op SET at = now() - make_interval(days => %s)", (days,))


def sent(ward: WireClient) -> tuple[str, list[dict[str, Any]]]:
    """A case with one edit; return its scope and what was sent for it."""
    scope = new_case(ward, bed="1", ward="B4")
    ward.pull()
    edit = ward.patch_op("spell", scope, bed="7")
    assert ward.push(edit)[0].status == "ok"
    ward.pull()
    return scope, [edit]


def test_only_what_is_older_than_400_days_goes(shared):
    ward = WireClient(shared, "ward")
    sent(ward)
    aged(shared, 399)
    with shared.database.admin() as connection:
        assert admin.trim_ledger(connection) == 0
        aged(shared, 401)
        assert admin.trim_ledger(connection) == 3
        assert admin.trim_ledger(connection) == 0


def test_it_goes_in_short_transactions(shared):
    ward = WireClient(shared, "ward")
    sent(ward)
    aged(shared, 401)
    with shared.superuser() as owner:
        left = [owner.execute("SELECT sync.trim_ledger(2)").fetchone() for _ in range(3)]
    assert left == [(2,), (1,), (0,)]


def test_an_operation_sent_again_after_that_does_nothing_twice_in_silence(shared):
    ward = WireClient(shared, "ward")
    scope, (edit,) = sent(ward)
    again = ward.insert_op("spell", scope, id=scope, hospital_org_id=ward.org, case_ref="C-AGAIN")
    aged(shared, 401)
    with shared.database.admin() as connection:
        admin.trim_ledger(connection)
    before = ward.rows["spell", scope]["ver"]
    # The value is there already: nothing happens.
    assert ward.push(edit)[0].status == "ok"
    # An insert of a row that is there is refused, and its author is told.
    result = ward.push(again)[0]
    assert (result.status, result.why) == ("rejected", "not_allowed")
    # Somebody else has written since: a stale edit is judged as any edit is, never taken blindly.
    ward.pull()
    ward.patch("spell", scope, bed="9")
    ward.pull()
    (answer,) = ward.push({**edit, "op": again["id"]})
    ward.pull()
    assert ward.rows["spell", scope]["bed"] == "9", answer
    assert answer.status == "conflict" or answer.lost, answer
    assert ward.rows["spell", scope]["ver"] <= before + 2
