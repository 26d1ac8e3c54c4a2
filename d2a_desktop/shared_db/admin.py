"""What an administrator does to a shared database: organisations, people, a new epoch."""

from __future__ import annotations

import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from psycopg import sql

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.permissions import KINDS, ROLES_OF_KIND, Role
from d2a_desktop.shared_db import logins


@dataclass(frozen=True)
class Organisation:
    """An organisation of the shared database; `created` is False when it was there already."""

    org_id: str
    system_id: str
    ods_code: str
    kind: str
    created: bool


@dataclass(frozen=True)
class Account:
    """A person's new login; the password is known here once and nowhere else."""

    login: str
    password: str
    org_id: str
    role: str

    def as_json(self) -> dict[str, str]:
        """Return the document that `d2a server add-user --json` prints."""
        return {"login": self.login, "password": self.password}


@dataclass(frozen=True)
class OrganisationDetails:
    """What the members of a system may know of an organisation."""

    name: str
    has_desk: bool = True
    share_profiles: bool = False
    phone: str | None = None
    on_call_phone: str | None = None
    secure_email: str | None = None


def add_org(
    connection: psycopg.Connection,
    *,
    ods_code: str,
    kind: str,
    details: OrganisationDetails,
    system: str = "default",
) -> Organisation:
    """Add an organisation to a sharing system, or bring its details up to date; idempotent.

    Raises:
        UsageError: the kind is none, or the code or name is empty.
        RefusedError: the organisation is there as another kind.
    """
    code = ods_code.strip().upper()
    if kind not in KINDS:
        raise UsageError(f"'{kind}' is no kind of organisation.", what_to_do="; ".join(KINDS))
    if not code or not details.name.strip():
        raise UsageError("An organisation needs its code and its name.")
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE dc_owner")
        cursor.execute(
            "INSERT INTO sync.system (code) VALUES (%s) ON CONFLICT DO NOTHING", (system,)
        )
        system_id = _one(cursor, "SELECT id FROM sync.system WHERE code = %s", (system,))
        known = cursor.execute(
            "SELECT id, kind, has_desk, share_profiles FROM sync.org"
            " WHERE system_id = %s AND ods_code = %s FOR UPDATE",
            (system_id, code),
        ).fetchone()
        if known is not None and known[1] != kind:
            raise RefusedError(
                f"{code} is already there as a {known[1]}.",
                what_to_do="Give it that kind, or another code.",
                code="other_kind",
            )
        org_id = known[0] if known else uuid.uuid4()
        cursor.execute(
            "INSERT INTO sync.org (id, system_id, ods_code, kind, has_desk, share_profiles)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE"
            " SET has_desk = excluded.has_desk, share_profiles = excluded.share_profiles",
            (org_id, system_id, code, kind, details.has_desk, details.share_profiles),
        )
        if known is None or known[2] != details.has_desk:
            cursor.execute("SELECT sync.regrant_system(%s)", (system_id,))
        _write_organisation(cursor, org_id, system_id, code, kind, details)
        if known is not None and known[3] != details.share_profiles:
            cursor.execute(
                "SELECT sync.show_profile(id) FROM dc.worker WHERE scope_id = %s", (org_id,)
            )
        cursor.execute("RESET ROLE")
    return Organisation(str(org_id), str(system_id), code, kind, created=known is None)


def add_user(
    connection: psycopg.Connection,
    *,
    ods_code: str,
    role: str,
    name: str,
    system: str | None = None,
) -> Account:
    """Add a person's login: an opaque name, a random password, the limits of a client.

    Raises:
        UsageError: the role is none of this kind of organisation, or the name is empty.
        RefusedError: there is no such organisation, or it is in several systems.
    """
    org_id, kind = _find_org(connection, ods_code, system)
    allowed = ROLES_OF_KIND[kind]
    if role not in {r.value for r in Role} or Role(role) not in allowed:
        raise UsageError(
            f"'{role}' is no role of a {kind}.",
            what_to_do="Use one of: " + ", ".join(sorted(r.value for r in allowed)) + ".",
        )
    if not name.strip():
        raise UsageError("A person needs a name, for colleagues to see.")
    login = "u_" + secrets.token_hex(6)
    password = secrets.token_urlsafe(18)
    # The server is sent the SCRAM verifier, so that no log of it can hold the password.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), login.encode(), b"scram-sha-256"
    ).decode()
    role_name = sql.Identifier(login)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
                " PASSWORD {} IN ROLE dc_client"
            ).format(role_name, sql.Literal(verifier))
        )
        logins.limit(connection, login)
        # So that the owner's sync.reap() may see and end this login's hanging transactions.
        cursor.execute(sql.SQL("GRANT {} TO dc_owner").format(role_name))
        cursor.execute("SET LOCAL ROLE dc_owner")
        cursor.execute(
            "INSERT INTO sync.member (rolname, org_id, role) VALUES (%s, %s, %s)",
            (login, org_id, role),
        )
        cursor.execute(
            "INSERT INTO dc.staff (id, scope_id, login, name, role, active)"
            " VALUES (gen_random_uuid(), %s, %s, %s, %s, true)",
            (org_id, login, name.strip(), role),
        )
        cursor.execute("RESET ROLE")
    return Account(login=login, password=password, org_id=str(org_id), role=role)


@dataclass(frozen=True)
class Deactivated:
    """What `deactivate` could do besides ending the membership.

    `connections_ended` counts open ones; `may_sign_in` is True where closing the login itself
    needs another administrator (the one who made it, or a superuser).
    """

    connections_ended: int
    may_sign_in: bool


def deactivate(connection: psycopg.Connection, *, login: str) -> Deactivated:
    """End a person's access at once: no further statement, no further sign-in.

    The membership ends first and for itself: it alone refuses every call from then on.

    Raises:
        RefusedError: there is no such login.
    """
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE dc_owner")
        cursor.execute("UPDATE sync.member SET active = false WHERE rolname = %s", (login,))
        if cursor.rowcount != 1:
            raise RefusedError("There is no such login.", code="no_login")
        cursor.execute("UPDATE dc.staff SET active = false WHERE login = %s", (login,))
        cursor.execute("RESET ROLE")
    may_sign_in = False
    try:
        with connection.transaction():
            connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(login)))
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject):
        row = connection.execute(
            "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", (login,)
        ).fetchone()
        may_sign_in = row is not None and bool(row[0])
    return Deactivated(_end_connections(connection, login), may_sign_in)


def _end_connections(connection: psycopg.Connection, login: str) -> int:
    ended = 0
    for (pid,) in connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE usename = %s", (login,)
    ).fetchall():
        with suppress(psycopg.errors.InsufficientPrivilege), connection.transaction():
            row = connection.execute("SELECT pg_terminate_backend(%s)", (pid,)).fetchone()
            ended += bool(row and row[0])
    return ended


def set_password(connection: psycopg.Connection, *, login: str, password: str) -> None:
    """Give a login another password; only its SCRAM verifier is sent."""
    verifier = connection.pgconn.encrypt_password(
        password.encode(), login.encode(), b"scram-sha-256"
    ).decode()
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(verifier))
    )


def new_epoch(connection: psycopg.Connection, *, anyway: bool = False) -> str:
    """Tell every desk that the database was restored into a new cluster; return the epoch.

    Args:
        connection: of the administrator.
        anyway: begin one although this database does not need it.

    Raises:
        RefusedError: it is not needed (code "epoch_not_needed").
    """
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE dc_owner")
        needed = cursor.execute(
            "SELECT EXISTS (SELECT FROM sync.feed WHERE xid > pg_current_xact_id())"
        ).fetchone()
        if not anyway and needed is not None and not needed[0]:
            raise RefusedError(
                "This database needs no new epoch: desks notice a restore into the same cluster "
                "by themselves.",
                what_to_do="With --anyway every desk reads all of its records again and sends "
                "35 days of its work again.",
                code="epoch_not_needed",
            )
        epoch = _one(cursor, "SELECT sync.new_epoch()", ())
        cursor.execute("RESET ROLE")
    return str(epoch)


def trim_ledger(connection: psycopg.Connection) -> int:
    """Forget operations and conflicts older than 400 days; return how many.

    Many short transactions: a long one would hold back what every desk receives.
    """
    removed = 0
    while True:
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE dc_owner")
            row = cursor.execute("SELECT sync.trim_ledger()").fetchone()
            cursor.execute("RESET ROLE")
        if row is None or not row[0]:
            return removed
        removed += int(row[0])


def _find_org(
    connection: psycopg.Connection, ods_code: str, system: str | None
) -> tuple[uuid.UUID, str]:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE dc_owner")
        found = cursor.execute(
            "SELECT o.id, o.kind FROM sync.org o JOIN sync.system s ON s.id = o.system_id"
            " WHERE o.ods_code = %s AND s.code = coalesce(%s, s.code)",
            (ods_code.strip().upper(), system),
        ).fetchall()
        cursor.execute("RESET ROLE")
    if not found:
        raise RefusedError(
            f"There is no organisation {ods_code}.",
            what_to_do="Add it first with `d2a server add-org`.",
            code="no_org",
        )
    if len(found) > 1:
        raise RefusedError(
            f"{ods_code} is in several systems.", what_to_do="Name one.", code="several_systems"
        )
    return found[0][0], str(found[0][1])


def _write_organisation(
    cursor: psycopg.Cursor,
    org_id: uuid.UUID,
    system_id: uuid.UUID,
    code: str,
    kind: str,
    details: OrganisationDetails,
) -> None:
    values = {
        "ods_code": code,
        "name": details.name.strip(),
        "kind": kind,
        "has_desk": details.has_desk,
        "share_profiles": details.share_profiles,
        "phone": details.phone,
        "on_call_phone": details.on_call_phone,
        "secure_email": details.secure_email,
    }
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    known = cursor.execute(
        f"SELECT ({columns}) IS DISTINCT FROM ({marks}) FROM dc.organisation WHERE id = %s",
        (*values.values(), org_id),
    ).fetchone()
    if known is None:
        cursor.execute(
            f"INSERT INTO dc.organisation (id, scope_id, {columns}) VALUES (%s, %s, {marks})",
            (org_id, system_id, *values.values()),
        )
    elif known[0]:
        cursor.execute(
            f"UPDATE dc.organisation SET ({columns}) = ({marks}) WHERE id = %s",
            (*values.values(), org_id),
        )


def _one(cursor: psycopg.Cursor, statement: str, values: tuple[object, ...]) -> uuid.UUID:
    row = cursor.execute(statement.encode(), values).fetchone()
    if row is None or not isinstance(row[0], uuid.UUID):
        raise RefusedError("The database did not answer as expected.", code="not_prepared")
    return row[0]
