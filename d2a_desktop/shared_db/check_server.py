"""Reads back the settings of the server: what its log would hold, what a crash would lose."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg

from d2a_desktop.shared_db.connection import is_loopback
from d2a_desktop.shared_db.finding import Finding

NEWEST_TESTED = 18
"""The newest major version of PostgreSQL that this program is tested on."""

# A setting of a database or of roles can say something else than the server's own.
_LOGGING = (
    "log_statement", "log_min_duration_statement", "log_min_duration_sample",
    "log_transaction_sample_rate", "log_parameter_max_length",
    "log_parameter_max_length_on_error", "log_error_verbosity",
)  # fmt: skip
_OFF: Mapping[str, tuple[str, ...]] = {
    "log_statement": ("none", "ddl"),
    "log_min_duration_statement": ("-1",),
    "log_min_duration_sample": ("-1",),
    "log_transaction_sample_rate": ("0",),
}
_QUOTING = ("debug_print_parse", "debug_print_rewritten", "debug_print_plan")


def server_findings(connection: psycopg.Connection) -> list[Finding]:
    """Check version, log, durability, TLS and what could hold the feed back.

    Asked as the administrator: a member of pg_monitor sees every setting, others see less.
    """
    settings: dict[str, str] = dict(
        connection.execute("SELECT name, setting FROM pg_settings").fetchall()
    )
    trial = is_loopback(connection.info.host or "/")
    return [
        *_version(connection),
        *_log(settings),
        *_log_of_roles(connection),
        *_durability(settings, trial=trial),
        *_tls(settings),
        *_stalls(connection, settings),
    ]


def _version(connection: psycopg.Connection) -> list[Finding]:
    major = connection.info.server_version // 10000
    if major <= NEWEST_TESTED:
        return []
    return [
        Finding(
            "untested_version",
            f"PostgreSQL {major} is newer than this program knows.",
            f"Use {NEWEST_TESTED}, or a newer release of this program.",
            severe=False,
        )
    ]


def _log(settings: Mapping[str, str]) -> list[Finding]:
    found = []
    loud = [name for name, quiet in _OFF.items() if settings.get(name, quiet[0]) not in quiet]
    # A statement's values are written as its DETAIL or CONTEXT, which `terse` leaves out.
    terse = settings.get("log_error_verbosity") == "terse"
    if loud and not terse and settings.get("log_parameter_max_length", "-1") != "0":
        found.append(
            Finding(
                "log_holds_values",
                f"The server's log would hold people's data: {', '.join(loud)} writes statements "
                "with their values.",
                "ALTER DATABASE … SET log_parameter_max_length = 0 (as a superuser), "
                "then clean the log of what it holds already.",
            )
        )
    if not terse and settings.get("log_parameter_max_length_on_error", "0") != "0":
        found.append(
            Finding(
                "log_holds_values",
                "The server's log would hold people's data when a statement fails.",
                "ALTER DATABASE … SET log_parameter_max_length_on_error = 0 (as a superuser).",
            )
        )
    if settings.get("auto_explain.log_min_duration", "-1") != "-1":
        found.append(
            Finding(
                "log_holds_plans",
                "auto_explain writes plans into the log, and a plan quotes people's data.",
                "ALTER DATABASE … SET auto_explain.log_min_duration = -1 (as a superuser).",
            )
        )
    if settings.get("pgaudit.log_parameter", "off") == "on":
        found.append(
            Finding(
                "log_holds_values",
                "pgaudit writes the values of statements, which are people's data, into the log.",
                "Set pgaudit.log_parameter = off; the shared database has an audit of its own.",
            )
        )
    if quoting := [name for name in _QUOTING if settings.get(name) == "on"]:
        found.append(
            Finding(
                "log_holds_plans",
                f"{', '.join(quoting)} writes plans into the log, which quote people's data.",
                "Set it to off.",
            )
        )
    if not terse:
        found.append(
            Finding(
                "log_detail",
                "The DETAIL of an error in the server's log can quote a row.",
                "Set log_error_verbosity = terse.",
                severe=False,
            )
        )
    if settings.get("pg_stat_statements.track_utility") == "on":
        found.append(
            Finding(
                "statement_texts",
                "pg_stat_statements keeps the text of ALTER ROLE with the password's verifier.",
                "Set pg_stat_statements.track_utility = off.",
                severe=False,
            )
        )
    return found


def _log_of_roles(connection: psycopg.Connection) -> list[Finding]:
    """Find what a role is told to log: the server's own settings say nothing of it."""
    rows = connection.execute(
        "SELECT r.rolname, c FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole,"
        " unnest(s.setconfig) c WHERE split_part(c, '=', 1) = ANY (%s)"
        " AND s.setdatabase IN (0, (SELECT oid FROM pg_database"
        " WHERE datname = current_database()))",
        (list(_LOGGING),),
    ).fetchall()
    found = []
    for role, pair in rows:
        name, value = pair.split("=", 1)
        quiet = _OFF.get(name, ("0", "terse"))
        if value not in quiet:
            found.append(
                Finding(
                    "log_of_a_role",
                    f"The role {role} is set to log more than others ({name}).",
                    f"ALTER ROLE {role} RESET {name} (as a superuser).",
                )
            )
    return found


def _durability(settings: Mapping[str, str], *, trial: bool) -> list[Finding]:
    found = []
    off = [
        name
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if settings.get(name) == "off"
    ]
    if off:
        # A trial's server on this computer may be fast and forgetful.
        found.append(
            Finding(
                "not_durable",
                f"{', '.join(off)} is off: a crash of the server would lose confirmed work.",
                "Set it to on.",
                severe=not trial,
            )
        )
    if settings.get("data_checksums") == "off":
        found.append(
            Finding(
                "no_checksums",
                "A damaged page on the server's disk would not be noticed.",
                "Stop the cluster and run pg_checksums --enable.",
                severe=False,
            )
        )
    if settings.get("archive_mode") == "off":
        found.append(
            Finding(
                "not_archived",
                "The write-ahead log is not archived: a lost disk loses all work since the "
                "last backup.",
                "Set archive_mode and archive_command, or use the provider's point-in-time "
                "recovery; docs/operations.md.",
                severe=False,
            )
        )
    return found


def _tls(settings: Mapping[str, str]) -> list[Finding]:
    found = []
    doors = [each.strip() for each in settings.get("listen_addresses", "").split(",")]
    if settings.get("ssl") != "on" and not all(is_loopback(each) for each in doors if each):
        found.append(
            Finding(
                "no_tls",
                "The server does not offer TLS, so no desk on another computer can use it.",
                "Set ssl = on with a certificate; docs/operations.md.",
            )
        )
    if settings.get("ssl") == "on" and settings.get("ssl_min_protocol_version") != "TLSv1.3":
        found.append(
            Finding(
                "old_tls",
                "The server also speaks TLS older than 1.3, which no desk asks for.",
                "Set ssl_min_protocol_version = 'TLSv1.3'.",
                severe=False,
            )
        )
    if settings.get("password_encryption") != "scram-sha-256":
        found.append(
            Finding(
                "password_encryption",
                "A password that is set by hand would be kept as MD5.",
                "Set password_encryption = scram-sha-256, then set such passwords again.",
                severe=False,
            )
        )
    return found


def _stalls(connection: psycopg.Connection, settings: Mapping[str, str]) -> list[Finding]:
    """Find what could hold the feed of every desk back."""
    found = []
    if settings.get("max_prepared_transactions") != "0":
        found.append(
            Finding(
                "prepared_transactions",
                "max_prepared_transactions is not 0: a forgotten one stops the feed for ever.",
                "Set max_prepared_transactions = 0 and restart.",
                severe=False,
            )
        )
    if settings.get("track_activities") != "on":
        found.append(
            Finding(
                "track_activities",
                "Nobody can see which transaction holds the feed back, and it cannot be ended.",
                "Set track_activities = on.",
                severe=False,
            )
        )
    if settings.get("idle_in_transaction_session_timeout") == "0":
        found.append(
            Finding(
                "forgotten_transactions",
                "A transaction that an administrator leaves open holds the feed of every desk "
                "back.",
                "Set idle_in_transaction_session_timeout = 60s for the server.",
                severe=False,
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
                "Give the shared database a cluster of its own; until then watch "
                "oldest_writer in sync.watch.",
                severe=False,
            )
        )
    return found
