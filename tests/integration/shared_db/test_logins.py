"""The limits of people's logins: given, renewed, read back; and what only a superuser can do."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from d2a_desktop.shared_db import admin, check, logins, migrate
from tests.integration.shared_db.wire_client import WireClient
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

_SUPERUSER_SQL = Path(__file__).parents[3] / "packaging" / "postgres" / "superuser.sql"


@pytest.fixture
def login(shared: System) -> str:
    """A login of its own: roles belong to the cluster, and other tests leave theirs behind."""
    with shared.superuser() as owner:
        logins.limit_all(owner)
    with shared.database.admin() as connection:
        return admin.add_user(
            connection, ods_code="RHU01", role="clinician", name="Pat Example"
        ).login


def limits(shared: System, login: str) -> tuple[int, set[str]]:
    row = shared.superuser().execute(
        "SELECT rolconnlimit, coalesce(rolconfig, '{}') FROM pg_roles WHERE rolname = %s", (login,)
    ).fetchone()  # fmt: skip
    assert row is not None
    return int(row[0]), set(row[1])


def codes(shared: System) -> set[str]:
    with shared.database.admin() as connection:
        return {finding.code for finding in check.check(connection).findings}


FULL = {
    "statement_timeout=30s",
    "lock_timeout=5s",
    "idle_in_transaction_session_timeout=60s",
    "transaction_timeout=120s",
    "tcp_keepalives_idle=30",
    "tcp_keepalives_interval=10",
    "tcp_keepalives_count=3",
    "tcp_user_timeout=30000",
}


def test_a_new_login_gets_every_limit(shared: System, login: str):
    assert limits(shared, login) == (3, FULL)
    assert "login_limits" not in codes(shared)


def test_migrate_brings_older_logins_up_to_them_and_leaves_the_rest(shared: System, login: str):
    with shared.superuser() as owner:
        owner.execute(f'ALTER ROLE "{login}" CONNECTION LIMIT -1')
        owner.execute(f'ALTER ROLE "{login}" RESET transaction_timeout')
    assert "login_limits" in codes(shared)
    with shared.database.admin() as connection:
        migrate.prepare(connection)
    assert limits(shared, login) == (3, FULL)
    assert "login_limits" not in codes(shared)


def test_a_person_who_lifts_a_limit_of_their_own_login_is_found(shared: System, login: str):
    with shared.superuser() as owner:  # what anybody may say of their own login
        owner.execute(f'ALTER ROLE "{login}" SET statement_timeout = 0')
    with shared.database.admin() as connection:
        report = check.check(connection)
    (found,) = [f for f in report.findings if f.code == "login_limits"]
    assert login in found.words
    assert not found.severe
    assert found.what_to_do


def test_a_login_that_another_administrator_made_is_told_and_stops_no_migration(shared: System):
    stranger = "u_ffffffffffff"
    with shared.superuser() as owner:
        owner.execute(f'CREATE ROLE "{stranger}" LOGIN IN ROLE dc_client')
        owner.execute(
            "INSERT INTO sync.member (rolname, org_id, role) VALUES (%s, %s, 'clinician')",
            (stranger, shared.orgs["hospital"]),
        )
    try:
        with shared.database.admin() as connection:
            migrate.prepare(connection)
            found = {f.code for f in check.check(connection).findings}
            ended = admin.deactivate(connection, login=stranger)
        assert {"login_limits", "reap"} <= found
        assert ended.may_sign_in
        assert {"login_limits", "reap"}.isdisjoint(codes(shared))  # who left needs no limits
    finally:
        with shared.superuser() as owner:
            owner.execute(f'DROP ROLE "{stranger}"')


def test_what_a_superuser_takes_away_is_gone_and_check_warns_until_then(shared: System):
    client = shared.connect("agency")
    attempts = (
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT pg_advisory_lock(1)",
        "SELECT pg_try_advisory_xact_lock(1, 2)",
        "SELECT pg_logical_emit_message(false, 'x', 'y')",
    )
    for attempt in attempts:
        client.execute(attempt)
    assert "open_functions" in codes(shared)
    with shared.database.admin() as connection:
        assert check.check(connection).sound
    with shared.superuser() as owner:
        owner.execute(_SUPERUSER_SQL.read_bytes())
        owner.execute(_SUPERUSER_SQL.read_bytes())
    for attempt in attempts:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            client.execute(attempt)
    assert "open_functions" not in codes(shared)
    # The product needs none of it, and now knows how old anybody's transaction is.
    stranger = shared.superuser()
    stranger.execute("BEGIN")
    stranger.execute("SELECT pg_current_xact_id()")
    hello = WireClient(shared, "ward").hello()
    stranger.execute("ROLLBACK")
    with shared.superuser() as owner:  # a membership of the cluster: leave it as it was found
        owner.execute("REVOKE pg_read_all_stats FROM dc_owner")
    assert hello.lag_seconds is not None
