"""Reads back what a shared database really grants and holds, and names what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from d2a_desktop.domain import fields
from d2a_desktop.shared_db import migrate
from d2a_desktop.shared_db.connection import is_loopback

CLIENT_FUNCTIONS = frozenset(
    {"hello", "push", "pull", "digest", "fetch", "my_channel", "reap", "tick"}
)
"""What a client may execute; it has no other privilege."""


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be; `severe` when data could leak or be lost."""

    code: str
    words: str
    severe: bool = True


@dataclass(frozen=True)
class CheckReport:
    """What `server check` found; sound when nothing severe is among it."""

    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing severe was found."""
        return not any(finding.severe for finding in self.findings)


def check(connection: psycopg.Connection, *, audit: bool = False) -> CheckReport:
    """Check roles, privileges, functions, policies, generated rows and settings.

    Args:
        connection: the administrator's.
        audit: also compute every audit chain again, and name the first broken link.
    """
    if not migrate.is_current(connection):
        return CheckReport(
            (Finding("not_prepared", "The database is not at this program's schema."),)
        )
    parts: list[Callable[[psycopg.Connection], list[Finding]]] = [
        _roles,
        _tables,
        _functions,
        _everyone,
        _generated,
        _reaping,
        _settings,
    ]
    if audit:
        parts.append(_audit)
    found: list[Finding] = []
    with connection.transaction():
        connection.execute("SET LOCAL ROLE dc_owner")
        for part in parts:
            found.extend(part(connection))
        connection.execute("RESET ROLE")
    return CheckReport(tuple(found))


def _roles(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(
        "SELECT rolname FROM pg_roles WHERE (rolname = ANY (%s) AND (rolcanlogin OR rolsuper"
        " OR rolbypassrls OR rolcreaterole)) OR (rolname IN (SELECT rolname FROM sync.member)"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb))",
        (list(migrate.ROLES),),
    ).fetchall()
    found = [Finding("role_too_strong", f"The role {row[0]} can do too much.") for row in rows]
    owned = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace IN"
        " ('dc'::regnamespace, 'sync'::regnamespace) AND c.relkind IN ('r', 'S')"
        " AND c.relowner <> 'dc_owner'::regrole"
    ).fetchall()
    found += [Finding("wrong_owner", f"The table {row[0]} has another owner.") for row in owned]
    return found


def _tables(connection: psycopg.Connection) -> list[Finding]:
    """No client, and nobody in PUBLIC, has a privilege on a table, column or sequence."""
    rows = connection.execute(
        """SELECT DISTINCT c.relname, g.who FROM pg_class c,
             (SELECT 'dc_client'::name UNION SELECT rolname FROM sync.member
               WHERE rolname IN (SELECT rolname FROM pg_roles)) g (who)
            WHERE c.relnamespace IN ('dc'::regnamespace, 'sync'::regnamespace)
              AND CASE c.relkind
                  WHEN 'r' THEN has_table_privilege(g.who, c.oid,
                       'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                    OR has_any_column_privilege(g.who, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                  WHEN 'S' THEN has_sequence_privilege(g.who, c.oid, 'USAGE, SELECT, UPDATE')
                  ELSE false END"""
    ).fetchall()
    found = [
        Finding("table_privilege", f"{who} has a privilege on {table}.") for table, who in rows
    ]
    bare = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'dc'::regnamespace AND relkind = 'r'"
        " AND NOT relrowsecurity"
    ).fetchall()
    found += [Finding("no_row_security", f"{row[0]} has no row security.") for row in bare]
    return found


def _functions(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(
        """SELECT p.proname, p.prosecdef,
                  coalesce(array_to_string(p.proconfig, ','), '') LIKE '%%search_path=%%',
                  has_function_privilege('dc_client', p.oid, 'EXECUTE'),
                  EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
                           WHERE x.grantee = 0)
             FROM pg_proc p WHERE p.pronamespace = 'sync'::regnamespace AND p.prokind = 'f'
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'i')"""
    ).fetchall()
    found = []
    for name, definer, has_path, client, public in rows:
        if definer and not has_path:
            found.append(Finding("search_path", f"sync.{name} has no search_path of its own."))
        if public:
            found.append(Finding("public_execute", f"Everybody may execute sync.{name}."))
        if client != (name in CLIENT_FUNCTIONS):
            what = "may" if client else "may not"
            found.append(Finding("client_execute", f"Clients {what} execute sync.{name}."))
    return found


def _everyone(connection: psycopg.Connection) -> list[Finding]:
    row = connection.execute(
        """SELECT array_remove(ARRAY[
             CASE WHEN has_database_privilege('public', current_database(), 'CREATE')
                  THEN 'create schemas' END,
             CASE WHEN has_database_privilege('public', current_database(), 'TEMP')
                  THEN 'create temporary tables' END,
             CASE WHEN has_database_privilege('public', current_database(), 'CONNECT')
                  THEN 'connect' END,
             CASE WHEN has_schema_privilege('public', 'public', 'CREATE')
                  THEN 'create tables' END], NULL)"""
    ).fetchone()
    rights = row[0] if row else []
    return [Finding("public_right", f"Everybody may {right}.") for right in rights]


def _generated(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute("SELECT entity, field, klass, kinds FROM sync.field").fetchall()
    known = {(entity, name, klass, tuple(kinds)) for entity, name, klass, kinds in rows}
    ours = {
        (entity, name, field.merge.value, tuple(sorted(field.kinds)))
        for entity, record in fields.RECORDS.items()
        for name, field in record.fields.items()
    }
    if known == ours:
        return []
    return [Finding("fields_differ", "The rules of fields are not this program's; run migrate.")]


def _reaping(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(
        "SELECT m.rolname FROM sync.member m JOIN pg_roles r ON r.rolname = m.rolname"
        " WHERE m.active AND NOT pg_has_role('dc_owner', r.oid, 'USAGE')"
    ).fetchall()
    if not rows:
        return []
    return [
        Finding(
            "reap",
            f"{len(rows)} logins cannot be stopped when they hold everybody back; "
            "grant them to dc_owner.",
            severe=False,
        )
    ]


def _settings(connection: psycopg.Connection) -> list[Finding]:
    found = []
    prepared = connection.execute("SHOW max_prepared_transactions").fetchone()
    if prepared and prepared[0] != "0":
        found.append(
            Finding(
                "prepared_transactions",
                "max_prepared_transactions is not 0: a forgotten one stops the feed for ever.",
                severe=False,
            )
        )
    tls = connection.execute("SHOW ssl").fetchone()
    if tls and tls[0] != "on" and not is_loopback(connection.info.host or "/"):
        found.append(Finding("no_tls", "The server does not offer TLS."))
    future = connection.execute(
        "SELECT EXISTS (SELECT FROM sync.feed WHERE xid > pg_current_xact_id())"
    ).fetchone()
    if future and future[0]:
        found.append(
            Finding(
                "new_epoch",
                "The database was restored into a new cluster: run `d2a server new-epoch`.",
            )
        )
    others = connection.execute(
        "SELECT count(*) FROM pg_database WHERE NOT datistemplate AND datallowconn"
        " AND datname NOT IN (current_database(), 'postgres')"
    ).fetchone()
    if others and others[0]:
        found.append(
            Finding(
                "shared_cluster",
                f"{others[0]} other databases share the cluster: a long write in any of them "
                "delays the feed.",
                severe=False,
            )
        )
    return found


def _audit(connection: psycopg.Connection) -> list[Finding]:
    row = connection.execute("SELECT sync.broken_link()").fetchone()
    if row is None or row[0] is None:
        return []
    link = row[0]
    return [
        Finding(
            "audit_broken",
            f"The audit does not hold at {link['e']} {link['id']} version {link['ver']}.",
        )
    ]
