"""Reads back what a shared database really grants and holds, and names what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from d2a_desktop.shared_db import anchor, check_rules, logins, migrate
from d2a_desktop.shared_db.check_server import server_findings
from d2a_desktop.shared_db.finding import Finding

CLIENT_FUNCTIONS = frozenset(
    {
        "hello",
        "push",
        "pull",
        "digest",
        "fetch",
        "remaining",
        "unread",
        "my_channel",
        "reap",
        "tick",
    }
)
"""What a client may execute; it has no other privilege."""

_THIS_COMPUTER = ["127.0.0.0/8", "::1/128"]
_MIGRATE = "Run `d2a server migrate`, and find out who changed it."


@dataclass(frozen=True)
class CheckReport:
    """What `server check` found; sound when nothing severe is among it.

    `anchor` is where the audit's chains end, when they were computed.
    """

    findings: tuple[Finding, ...]
    anchor: anchor.Anchor | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing severe was found."""
        return not any(finding.severe for finding in self.findings)


def check(
    connection: psycopg.Connection,
    *,
    audit: bool = False,
    earlier: Path | None = None,
    keep: Path | None = None,
) -> CheckReport:
    """Check roles, privileges, functions, policies, generated rows and settings.

    Args:
        connection: the administrator's.
        audit: also compute every audit chain again, name the first broken link, and work out
            every grant anew.
        earlier: an anchor of the audit, kept on another day, to compare with.
        keep: where to write today's anchor; only of an audit that holds.

    Raises:
        InputFileError: `earlier` is no whole anchor.
        OSError: `keep` cannot be written.
    """
    audit = audit or earlier is not None or keep is not None
    if not migrate.is_current(connection):
        return CheckReport(
            (
                Finding(
                    "not_prepared",
                    "The database is not at this program's schema.",
                    "Run `d2a server migrate`, as the login that owns the database.",
                ),
            )
        )
    parts: list[Callable[[psycopg.Connection], list[Finding]]] = [
        _roles,
        _tables,
        _functions,
        _everyone,
        check_rules.findings,
        _epoch,
        _in_the_clear,
        _connections,
    ]
    if audit:
        parts += [_audit, check_rules.grants]
    found: list[Finding] = []
    with connection.transaction():
        found.extend(server_findings(connection))
        connection.execute("SET LOCAL ROLE dc_owner")
        found.extend(logins.findings(connection))
        for part in parts:
            found.extend(part(connection))
        end = None
        if audit:
            broken = earlier is not None and anchor.compare(connection, earlier)
            found.extend(broken or ())
            holds = not any(finding.code.startswith("audit_") for finding in found)
            end = anchor.take(connection, keep if holds else None)
        connection.execute("RESET ROLE")
    return CheckReport(tuple(found), end)


def _roles(connection: psycopg.Connection) -> list[Finding]:
    rows = connection.execute(
        "SELECT rolname FROM pg_roles WHERE (rolname = ANY (%s) AND (rolcanlogin OR rolsuper"
        " OR rolbypassrls OR rolcreaterole)) OR (rolname IN (SELECT rolname FROM sync.member)"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb))",
        (list(migrate.ROLES),),
    ).fetchall()
    found = [
        Finding(
            "role_too_strong",
            f"The role {row[0]} can do too much.",
            f"ALTER ROLE {row[0]} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB, and NOLOGIN "
            "for a role dc_….",
        )
        for row in rows
    ]
    owned = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace IN"
        " ('dc'::regnamespace, 'sync'::regnamespace) AND c.relkind IN ('r', 'S')"
        " AND c.relowner <> 'dc_owner'::regrole"
    ).fetchall()
    found += [
        Finding(
            "wrong_owner",
            f"The table {row[0]} has another owner.",
            "ALTER TABLE … OWNER TO dc_owner (as a superuser).",
        )
        for row in owned
    ]
    return found


def _tables(connection: psycopg.Connection) -> list[Finding]:
    """No client, and nobody in PUBLIC, has a privilege on a table, column or sequence."""
    rows = connection.execute(
        """SELECT DISTINCT c.relname, g.who FROM pg_class c,
             (SELECT 'dc_client'::name UNION SELECT rolname FROM sync.member
               WHERE rolname IN (SELECT rolname FROM pg_roles)) g (who)
            WHERE c.relnamespace IN ('dc'::regnamespace, 'sync'::regnamespace)
              AND CASE
                  WHEN c.relkind IN ('r', 'v', 'm', 'p') THEN has_table_privilege(g.who, c.oid,
                       'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                    OR has_any_column_privilege(g.who, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
                  WHEN c.relkind = 'S'
                  THEN has_sequence_privilege(g.who, c.oid, 'USAGE, SELECT, UPDATE')
                  ELSE false END"""
    ).fetchall()
    found = [
        Finding(
            "table_privilege",
            f"{who} has a privilege on {table}.",
            f"REVOKE ALL ON {table} FROM PUBLIC and from the role that gives it to {who}.",
        )
        for table, who in rows
    ]
    bare = connection.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'dc'::regnamespace AND relkind = 'r'"
        " AND NOT relrowsecurity"
    ).fetchall()
    found += [
        Finding(
            "no_row_security",
            f"{row[0]} has no row security.",
            f"ALTER TABLE dc.{row[0]} ENABLE ROW LEVEL SECURITY.",
        )
        for row in bare
    ]
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
            found.append(
                Finding("search_path", f"sync.{name} has no search_path of its own.", _MIGRATE)
            )
        if public:
            found.append(Finding("public_execute", f"Everybody may execute sync.{name}.", _MIGRATE))
        if client != (name in CLIENT_FUNCTIONS):
            what = "may" if client else "may not"
            found.append(
                Finding("client_execute", f"Clients {what} execute sync.{name}.", _MIGRATE)
            )
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
    return [Finding("public_right", f"Everybody may {right}.", _MIGRATE) for right in rights]


def _epoch(connection: psycopg.Connection) -> list[Finding]:
    future = connection.execute(
        "SELECT EXISTS (SELECT FROM sync.feed WHERE xid > pg_current_xact_id())"
    ).fetchone()
    if not future or not future[0]:
        return []
    return [
        Finding(
            "new_epoch",
            "The database was restored into a new cluster, and desks are refused.",
            "Run `d2a server new-epoch`.",
        )
    ]


def _in_the_clear(connection: psycopg.Connection) -> list[Finding]:
    """Find people's sessions without TLS; asked as dc_owner, which may see their activity."""
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid)"
        " JOIN sync.member m ON m.rolname = a.usename"
        " WHERE NOT s.ssl AND a.client_addr IS NOT NULL"
        " AND NOT a.client_addr <<= ANY (%s::inet[])",
        (_THIS_COMPUTER,),
    ).fetchone()
    if not row or not row[0]:
        return []
    return [
        Finding(
            "in_the_clear",
            f"{row[0]} sessions come over the network without TLS.",
            "Let pg_hba.conf say hostssl, and a PgBouncer use server_tls_sslmode = verify-full.",
        )
    ]


def _connections(connection: psycopg.Connection) -> list[Finding]:
    row = connection.execute(
        "SELECT current_setting('max_connections')::int"
        " - current_setting('superuser_reserved_connections')::int,"
        " (SELECT count(*) FROM sync.member WHERE active)"
    ).fetchone()
    if row is None or row[0] > row[1]:
        return []
    return [
        Finding(
            "too_few_connections",
            f"{row[1]} people may sign in, and the server takes {row[0]} connections.",
            "Raise max_connections, or put a PgBouncer in front.",
            severe=False,
        )
    ]


_BROKEN = {
    "content": "the entry was changed.",
    "order": "entries are missing, added or moved.",
    "row": "the row, or what its chain ended with, is gone.",
    "begin": "no entry tells how the row came to be.",
    "head": "the row remembers another end of its chain.",
    "values": "the row is not what its entries say.",
}


def _audit(connection: psycopg.Connection) -> list[Finding]:
    row = connection.execute("SELECT sync.broken_link()").fetchone()
    if row is None or row[0] is None:
        return []
    link = row[0]
    return [
        Finding(
            "audit_broken",
            f"The audit does not hold at {link['e']} {link['id']} version {link['ver']}"
            + (f", entry {link['audit']}: " if link["audit"] else ": ")
            + _BROKEN[link["why"]],
            "Somebody changed history: keep the server as it is, and follow your incident plan. "
            "A backup from before shows what was there.",
        )
    ]
