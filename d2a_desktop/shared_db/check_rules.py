"""Reads back the rules in a shared database: generated tables, policies, inner roles, grants."""

from __future__ import annotations

import psycopg

from d2a_desktop.domain import fields
from d2a_desktop.domain.machines import MACHINES
from d2a_desktop.domain.permissions import READING_ROLES, RESTRICTED_ROLES
from d2a_desktop.shared_db import built, migrate
from d2a_desktop.shared_db.finding import Finding

_MIGRATE = "Run `d2a server migrate`, and find out who changed it."

_POLICIES = {
    ("read", "r", "dc_read"),
    ("see", "r", "dc_apply"),
    ("change", "w", "dc_apply"),
    ("make", "a", "dc_apply"),
}
"""Of every record: name, command as PostgreSQL abbreviates it, and the role it is for."""

_READ = {"SELECT"}
_INNER: dict[str, dict[str, set[str]]] = {
    "dc_apply": {
        "sync.meta": _READ,
        "sync.entity": _READ,
        "sync.field": _READ,
        "sync.transition": _READ,
        "sync.acl": _READ,
        "sync.member": _READ,
        "sync.feed": _READ,
        "sync.applied_op": {"SELECT", "INSERT"},
        "sync.conflict": {"INSERT"},
        "sync.session": {"SELECT", "UPDATE"},
    }
    | {f"dc.{name}": {"SELECT", "INSERT", "UPDATE"} for name in fields.RECORDS},
    "dc_read": {"sync.entity": _READ, "sync.acl": _READ, "sync.feed": _READ}
    | {f"dc.{name}": _READ for name in fields.RECORDS},
}
"""What the roles behind the clients' functions may do; they pass through row security."""


def findings(connection: psycopg.Connection) -> list[Finding]:
    """Name every rule that is not this program's; asked as dc_owner."""
    return [
        *_fields(connection),
        *_entities(connection),
        *_moves(connection),
        *_policies(connection),
        *_inner_roles(connection),
        *built.findings(connection),
    ]


def grants(connection: psycopg.Connection) -> list[Finding]:
    """Name grants that the records do not give, and those they give that are not there."""
    rows = connection.execute(
        "SELECT o.ods_code, g.kind, g.scope_id, g.wanted FROM sync.grants_differ() g"
        " LEFT JOIN sync.org o ON o.id = g.org_id ORDER BY 1, 2, 3 LIMIT 10"
    ).fetchall()
    return [
        Finding(
            "grant_differs",
            f"{ods} {'is shut out of' if wanted else 'is let into'} the {kind} {scope}, "
            "and the records say otherwise.",
            "Somebody wrote a grant by hand. As dc_owner: "
            f"SELECT sync.regrant('{kind}', '{scope}').",
        )
        for ods, kind, scope, wanted in rows
    ]


def _fields(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute("SELECT entity, field, type, klass, kinds FROM sync.field").fetchall()
    known = {(entity, name, kind, klass, tuple(kinds)) for entity, name, kind, klass, kinds in rows}
    ours = {
        (entity, name, field.type.value, field.merge.value, tuple(sorted(field.kinds)))
        for entity, record in fields.RECORDS.items()
        for name, field in record.fields.items()
    }
    if known == ours:
        return []
    return [Finding("fields_differ", "The rules of fields are not this program's.", _MIGRATE)]


def _entities(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(
        "SELECT entity, scope, seen, insert_kinds, status_field, restricted, agency_field,"
        " append_only, hidden_from FROM sync.entity"
    ).fetchall()
    ours = [migrate.entity_row(name, record) for name, record in fields.RECORDS.items()]
    roles = connection.execute("SELECT restricted_roles, reading_roles FROM sync.meta").fetchone()
    named = tuple(migrate.role_names(each) for each in (RESTRICTED_ROLES, READING_ROLES))
    if sorted(map(repr, rows)) == sorted(map(repr, ours)) and roles == named:
        return []
    return [
        Finding(
            "disclosure_differs", "Who sees which record is not as this program says.", _MIGRATE
        )
    ]


def _moves(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(
        "SELECT entity, src, dst, kinds, hub_kinds, behalf_kinds FROM sync.transition"
    ).fetchall()
    ours = [row for name, m in MACHINES.items() for row in migrate.transitions(name, m)]
    if sorted(map(repr, rows)) == sorted(map(repr, ours)):
        return []
    return [Finding("moves_differ", "The moves between states are not this program's.", _MIGRATE)]


def _policies(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(
        "SELECT c.relname, p.polname, p.polcmd::text, array_to_string(p.polroles::regrole[], ',')"
        " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE c.relnamespace = 'dc'::regnamespace AND c.relkind = 'r'"
    ).fetchall()
    of_table: dict[str, set[tuple[str, str, str]]] = {}
    for table, name, command, roles in rows:
        of_table.setdefault(table, set()).add((name, command, roles))
    return [
        Finding("policies_differ", f"The row policies of {table} are not its four.", _MIGRATE)
        for table, present in sorted(of_table.items())
        if present != _POLICIES
    ]


def _inner_roles(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(
        "SELECT x.grantee::regrole::text, c.oid::regclass::text, x.privilege_type"
        " FROM pg_class c CROSS JOIN aclexplode(c.relacl) x"
        " WHERE c.relnamespace IN ('dc'::regnamespace, 'sync'::regnamespace)"
        " AND x.grantee IN ('dc_apply'::regrole, 'dc_read'::regrole)"
    ).fetchall()
    present = {(role, table, what) for role, table, what in rows}
    declared = {
        (role, table, what)
        for role, tables in _INNER.items()
        for table, privileges in tables.items()
        for what in privileges
    }
    return [
        Finding(
            "inner_role",
            f"The role {role} {'has' if (role, table, what) in present else 'lacks'} "
            f"{what} on {table}.",
            _MIGRATE,
        )
        for role, table, what in sorted(present ^ declared)
    ]
