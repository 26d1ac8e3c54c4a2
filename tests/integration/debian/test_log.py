"""The server's log under the example's settings names nobody; others would, and are told."""

from __future__ import annotations

import psycopg
import pytest

from d2a_desktop.shared_db import check
from tests.integration.debian.cluster import DebianServer
from tests.integration.shared_db.wire_client import WireClient, new, new_case
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

MARKER = "Marker"
"""The family name that every test's patient has."""


def findings(shared: System) -> set[str]:
    with shared.database.admin() as connection:
        return {each.code for each in check.check(connection).findings if each.severe}


def alter(shared: System, **settings: str) -> None:
    with shared.superuser() as owner:
        for name, value in settings.items():
            owner.execute(
                f"ALTER DATABASE {shared.database.name} SET {name.replace('__', '.')} = '{value}'"
            )


def test_the_log_holds_nobody_whatever_is_sent(shared: System, pg_server: DebianServer):
    before = len(pg_server.log)
    ward = WireClient(shared, "ward")
    scope = new_case(ward)
    ward.push(ward.op("patch", "patient", scope, scope, {"family_name": MARKER, "birth_date": "x"}))
    connection = shared.connect("ward")
    for statement in (
        f"SELECT sync.push('{new()}', 1, '[{{\"{MARKER}\": ]')",  # no JSON
        f"SELECT sync.push('{new()}', 1, '{MARKER}')",
        f"SELECT 1 FROM dc.patient WHERE family_name = '{MARKER}'",
    ):
        with pytest.raises(psycopg.Error):
            connection.execute(statement)
    written = pg_server.log[before:]
    assert written.count("ERROR:") == 3
    assert MARKER not in written


def test_settings_that_would_write_people_into_the_log_do_and_are_told(
    shared: System, pg_server: DebianServer
):
    assert "log_holds_values" not in findings(shared)
    before = len(pg_server.log)
    # What many a cluster has for finding slow statements, with PostgreSQL's defaults beside it.
    alter(
        shared,
        log_min_duration_statement="0",
        log_parameter_max_length="-1",
        log_error_verbosity="default",
    )
    new_case(WireClient(shared, "ward"))
    assert MARKER in pg_server.log[before:]
    assert "log_holds_values" in findings(shared)


def test_auto_explain_is_told(shared: System):
    assert "log_holds_plans" not in findings(shared)
    alter(shared, session_preload_libraries="auto_explain", auto_explain__log_min_duration="0")
    assert "log_holds_plans" in findings(shared)
