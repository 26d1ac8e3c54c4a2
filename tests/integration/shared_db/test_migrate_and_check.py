"""Preparing a database: once, idempotent, by no superuser; and a check that reads it all back."""

from __future__ import annotations

import psycopg
import pytest

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain import fields
from d2a_desktop.domain.machines import MACHINES
from d2a_desktop.shared_db import admin, check, migrate

pytestmark = pytest.mark.postgres

_TYPES = {
    "text": "text", "code": "text", "int": "integer", "bool": "boolean", "date": "date",
    "instant": "timestamp with time zone", "uuid": "uuid", "json": "jsonb",
}  # fmt: skip


def test_preparing_twice_changes_nothing_and_needs_no_superuser(empty_database):
    with empty_database.admin() as connection:
        assert not migrate.is_current(connection)
        first = migrate.prepare(connection)
        assert len(first.applied) == len(migrate.schema_files())
        assert migrate.prepare(connection).applied == ()
        assert migrate.is_current(connection)
        assert check.check(connection).sound


def test_a_later_file_may_replace_what_clients_call(shared, monkeypatch):
    ours = ("sync.push", "sync.pull", "sync.digest", "sync.fetch")
    files = migrate.schema_files()
    with shared.database.admin() as connection:
        owners = "SELECT proowner::regrole::text FROM pg_proc WHERE oid = ANY (%s::regproc[])"
        before = connection.execute(owners, (list(ours),)).fetchall()
        bodies = [
            connection.execute("SELECT pg_get_functiondef(%s::regproc)", (name,)).fetchone()[0]
            for name in ours
        ]
        text = "SET ROLE dc_owner;\n" + ";\n".join(bodies) + ";\nRESET ROLE;"
        monkeypatch.setattr(migrate, "schema_files", lambda: [*files, ("9999_next.sql", text)])
        assert migrate.prepare(connection).applied == ("9999_next.sql",)
        assert connection.execute(owners, (list(ours),)).fetchall() == before
        assert check.check(connection).sound


def test_a_login_without_createrole_is_refused_and_nothing_is_made(empty_database, pg_server):
    with empty_database.superuser() as owner:
        owner.execute("DROP ROLE IF EXISTS d2a_plain")
        owner.execute("CREATE ROLE d2a_plain LOGIN PASSWORD 'x'")
    url = empty_database.user_url("d2a_plain")
    with psycopg.connect(url, password="x", autocommit=True) as plain:
        with pytest.raises(RefusedError) as caught:
            migrate.prepare(plain)
        assert caught.value.code == "needs_createrole"
        row = plain.execute("SELECT to_regnamespace('sync')").fetchone()
        assert row == (None,)


def test_a_schema_file_that_was_edited_afterwards_is_refused(shared):
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.schema_file SET sha256 = 'x' WHERE name LIKE '0003%'")
    with shared.database.admin() as connection, pytest.raises(RefusedError) as caught:
        migrate.prepare(connection)
    assert caught.value.code == "changed_schema_file"


def test_a_database_of_a_newer_program_is_refused(shared):
    with shared.superuser() as owner:
        owner.execute("INSERT INTO sync.schema_file (name, sha256) VALUES ('9999_later.sql', 'x')")
    with shared.database.admin() as connection, pytest.raises(RefusedError) as caught:
        migrate.prepare(connection)
    assert caught.value.code == "newer_database"


def test_every_column_of_the_server_is_a_declared_field_of_its_type_and_nullness(shared):
    with shared.database.admin() as connection:
        rows = connection.execute(
            "SELECT c.relname, a.attname, format_type(a.atttypid, -1), a.attnotnull"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relnamespace = 'dc'::regnamespace AND c.relkind = 'r' AND a.attnum > 0"
            " AND NOT a.attisdropped"
        ).fetchall()
    base = {
        "id": ("uuid", True),
        "scope_id": ("uuid", True),
        "ver": ("bigint", True),
        "hlc": ("bigint", True),
        "audit_head": ("bytea", False),
    }
    declared = {
        (entity, name): described
        for entity, record in fields.RECORDS.items()
        for name, described in {
            **base,
            **{n: (_TYPES[f.type.value], f.required) for n, f in record.fields.items()},
        }.items()
    }
    assert {(table, column): (kind, null) for table, column, kind, null in rows} == declared


def test_every_move_of_the_domain_is_a_row_of_the_server(shared):
    with shared.superuser() as owner:
        rows = owner.execute(
            "SELECT entity, src, dst, kinds, hub_kinds, behalf_kinds FROM sync.transition"
        ).fetchall()
    ours = [row for name, m in MACHINES.items() for row in migrate.transitions(name, m)]
    assert sorted(rows) == sorted(ours)
    assert {e for e, r in fields.RECORDS.items() if r.status} == set(MACHINES)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ("GRANT SELECT ON dc.patient TO dc_client", "table_privilege"),
        ("GRANT SELECT (nhs_number) ON dc.patient TO PUBLIC", "table_privilege"),
        ("ALTER TABLE dc.patient DISABLE ROW LEVEL SECURITY", "no_row_security"),
        ("GRANT EXECUTE ON FUNCTION sync.new_epoch() TO PUBLIC", "public_execute"),
        ("ALTER FUNCTION sync.hello RESET search_path", "search_path"),
        ("GRANT EXECUTE ON FUNCTION sync.regrant TO dc_client", "client_execute"),
        ("UPDATE sync.field SET klass = 'lww' WHERE field = 'edd'", "fields_differ"),
        ("UPDATE sync.feed SET xid = '9999999999999'", "new_epoch"),
    ],
)
def test_the_check_names_each_hole(shared, damage, code):
    with shared.superuser() as owner:
        owner.execute(damage)
    with shared.database.admin() as connection:
        report = check.check(connection)
    assert code in {finding.code for finding in report.findings}
    assert not report.sound


def test_a_restore_into_a_new_cluster_is_cured_by_a_new_epoch(shared):
    with shared.superuser() as owner:
        owner.execute("UPDATE sync.feed SET xid = '9999999999999'")
    with shared.database.admin() as connection:
        admin.new_epoch(connection)
        assert check.check(connection).sound


def test_a_changed_audit_entry_is_named(shared):
    with shared.superuser() as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "UPDATE sync.audit SET delta = '{}' WHERE entity = 'organisation' AND ver = 1"
        )
    with shared.database.admin() as connection:
        assert check.check(connection).sound
        report = check.check(connection, audit=True)
    assert [f.code for f in report.findings if f.severe] == ["audit_broken"]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM sync.audit WHERE id = (SELECT max(id) FROM sync.audit WHERE entity = 'staff')",
        "UPDATE dc.staff SET name = 'Somebody else', ver = ver + 1",
        "UPDATE sync.audit SET actor = 'nobody'",
        "UPDATE sync.audit SET ver = ver + 1",
    ],
)
def test_removing_or_forging_history_breaks_a_chain(shared, damage):
    with shared.superuser() as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(damage)
    with shared.database.admin() as connection:
        assert not check.check(connection, audit=True).sound


def test_an_organisation_is_added_once_and_its_details_follow(shared):
    details = admin.OrganisationDetails(name="New name", phone="01632 960000")
    with shared.database.admin() as connection:
        again = admin.add_org(connection, ods_code="rhu01", kind="hospital", details=details)
        assert (again.created, again.org_id) == (False, shared.orgs["hospital"])
        with pytest.raises(RefusedError):
            admin.add_org(connection, ods_code="RHU01", kind="agency", details=details)
        with pytest.raises(UsageError):
            admin.add_org(connection, ods_code="X", kind="clinic", details=details)


def test_a_login_is_opaque_and_its_role_must_fit_the_organisation(shared):
    with shared.database.admin() as connection:
        made = admin.add_user(connection, ods_code="RHU01", role="clinician", name="Pat Smith")
        assert made.login.startswith("u_")
        assert len(made.login) == 14
        assert "smith" not in made.login.lower()
        assert made.password not in made.login
        with pytest.raises(UsageError):
            admin.add_user(connection, ods_code="AG001", role="clinician", name="Pat Smith")
        with pytest.raises(RefusedError):
            admin.add_user(connection, ods_code="NONE1", role="clinician", name="Pat Smith")
        row = connection.execute(
            "SELECT rolconnlimit, rolcanlogin FROM pg_roles WHERE rolname = %s", (made.login,)
        ).fetchone()
    assert row == (3, True)
