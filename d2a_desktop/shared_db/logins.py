"""The limits of people's logins (SYNC 3.1): given to new ones, renewed on old ones, read back."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql

from d2a_desktop.shared_db.finding import Finding

CONNECTIONS_PER_PERSON = 3

# A client can lift these for its own session, and even for its login; sync.reap() is what
# protects the others, and `findings` tells of a login that has lifted them.
_SETTINGS = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    # A desk that lost its network would otherwise hold one of its connections for two hours.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30000",
}
_SETTINGS_FROM_17 = {"transaction_timeout": "120s"}

# Executable by everybody until a superuser has run packaging/postgres/superuser.sql.
_OPEN_FUNCTIONS = (
    "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace"
    " AND p.proname IN ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_put', 'lowrite',"
    " 'pg_advisory_lock', 'pg_advisory_xact_lock', 'pg_try_advisory_lock',"
    " 'pg_logical_emit_message') AND has_function_privilege('dc_client', p.oid, 'EXECUTE')"
)
_MEMBERS = (
    "SELECT r.rolname, r.rolconnlimit, coalesce(r.rolconfig, '{}') FROM pg_roles r"
    " JOIN sync.member m ON m.rolname = r.rolname WHERE m.active ORDER BY r.rolname"
)


def limit(connection: psycopg.Connection, login: str) -> None:
    """Give a login its limits: connections at once, and how long it may hold anything up."""
    role = sql.Identifier(login)
    connection.execute(
        sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(
            role, sql.Literal(CONNECTIONS_PER_PERSON)
        )
    )
    for name, value in _settings(connection).items():
        connection.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                role, sql.Identifier(name), sql.Literal(value)
            )
        )


def limit_all(connection: psycopg.Connection) -> int:
    """Bring every active login up to the limits of today; return how many that changed.

    Within the transaction of a migration, as the administrator. A login that another
    administrator made is passed over, and `findings` names it.
    """
    changed = 0
    connection.execute("SET LOCAL ROLE dc_owner")
    lifted = _without_limits(connection)
    connection.execute("RESET ROLE")
    for login in lifted:
        try:
            with connection.transaction():
                limit(connection, login)
        except psycopg.errors.InsufficientPrivilege:
            continue
        changed += 1
    return changed


def findings(connection: psycopg.Connection) -> list[Finding]:
    """Read the limits and rights of people's logins back; asked as dc_owner."""
    found = []
    if lifted := _without_limits(connection):
        found.append(
            Finding(
                "login_limits",
                f"{len(lifted)} logins are without the limits of a person's login, "
                f"{lifted[0]} among them.",
                "Run `d2a server migrate` as the login that made them; one that comes back "
                "was lifted by its person.",
                severe=False,
            )
        )
    if connection.execute(_OPEN_FUNCTIONS).fetchone() is not None:
        found.append(
            Finding(
                "open_functions",
                "People's logins may make large objects, take advisory locks and write into the "
                "server's log of changes.",
                "Have a superuser read and run packaging/postgres/superuser.sql.",
                severe=False,
            )
        )
    return found + _reaping(connection)


def _reaping(connection: psycopg.Connection) -> list[Finding]:
    """Find logins whose hanging transactions `sync.reap()` could not see or end."""
    rows = connection.execute(
        "SELECT m.rolname FROM sync.member m JOIN pg_roles r ON r.rolname = m.rolname"
        " WHERE m.active AND NOT pg_has_role('dc_owner', r.oid, 'USAGE')"
        " AND NOT (pg_has_role('dc_owner', 'pg_signal_backend', 'USAGE')"
        " AND pg_has_role('dc_owner', 'pg_read_all_stats', 'USAGE'))"
    ).fetchall()
    if not rows:
        return []
    return [
        Finding(
            "reap",
            f"{len(rows)} logins cannot be stopped when they hold everybody back.",
            "GRANT each of them TO dc_owner.",
            severe=False,
        )
    ]


def _without_limits(connection: psycopg.Connection) -> list[str]:
    wanted = {f"{name}={value}" for name, value in _settings(connection).items()}
    rows = connection.execute(_MEMBERS).fetchall()
    return [
        str(login)
        for login, most, settings in rows
        if not 0 <= most <= CONNECTIONS_PER_PERSON or not wanted <= set(settings)
    ]


def _settings(connection: psycopg.Connection) -> Mapping[str, str]:
    newer = connection.info.server_version >= 170000
    return _SETTINGS | (_SETTINGS_FROM_17 if newer else {})
