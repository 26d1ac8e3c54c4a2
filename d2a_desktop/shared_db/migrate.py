"""Prepares and upgrades a shared database: numbered SQL once each, generated rows every time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources

import psycopg

from d2a_desktop.core.errors import RefusedError, UnreachableError
from d2a_desktop.domain import fields
from d2a_desktop.domain.codes import OrgKind
from d2a_desktop.domain.machine import Machine
from d2a_desktop.domain.machines import MACHINES
from d2a_desktop.domain.permissions import READING_ROLES, RESTRICTED_ROLES, Role
from d2a_desktop.shared_db import built, logins

ROLES = ("dc_owner", "dc_apply", "dc_read", "dc_client")

# A pseudonymous profile is for those who plan across agencies; a ward sees counts per week
# (PRODUCT section 3, "Who sees what"). A hospital in the hub's seat is not hidden from.
HIDDEN_FROM = {"worker_profile": ["hospital"]}


# A file replaces functions as their owner; `always_privileges.sql` gives to the roles that row
# security filters what runs as them.
_TAKE_BACK = """
DO $$
DECLARE f record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure AS name FROM pg_proc p
              WHERE p.pronamespace = 'sync'::regnamespace
                AND p.proowner IN ('dc_apply'::regrole, 'dc_read'::regrole) LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO dc_owner', f.name);
    END LOOP;
END $$
"""


@dataclass(frozen=True)
class Prepared:
    """What a run of `prepare` did: names of the SQL files it applied, none when up to date."""

    applied: tuple[str, ...]
    schema_version: int


def schema_files() -> list[tuple[str, str]]:
    """Return (name, text) of the numbered SQL files, in order."""
    folder = resources.files("d2a_desktop.shared_db").joinpath("schema")
    names = sorted(f.name for f in folder.iterdir() if f.name[:4].isdigit())
    return [(name, folder.joinpath(name).read_text(encoding="utf-8")) for name in names]


def prepare(connection: psycopg.Connection) -> Prepared:
    """Bring the database to this program's schema, in one transaction; again changes nothing.

    The connected role must own the database and have CREATEROLE.

    Raises:
        RefusedError: the role may not do this, a file was changed after it was applied, or the
            database belongs to a newer program.
    """
    with connection.transaction():
        _require_rights(connection)
        _hold_roles(connection)
        done = _recorded(connection)
        files = schema_files()
        _require_known(done, files)
        before = built.now(connection)
        applied = []
        if any(name not in done for name, _ in files) and done:
            connection.execute(_TAKE_BACK)
        for name, text in files:
            if name in done:
                continue
            connection.execute(text.encode())
            if name.startswith("0001"):
                _hold_roles(connection)
            connection.execute(
                "INSERT INTO sync.schema_file (name, sha256) VALUES (%s, %s)", (name, _hash(text))
            )
            applied.append(name)
        _fill(connection)
        always = resources.files("d2a_desktop.shared_db").joinpath("schema/always_privileges.sql")
        connection.execute(always.read_bytes())
        logins.limit_all(connection)
        built.record(connection, before)
    return Prepared(applied=tuple(applied), schema_version=fields.SCHEMA_VERSION)


def is_current(connection: psycopg.Connection) -> bool:
    """Tell whether every SQL file of this program has been applied, unchanged."""
    try:
        done = _recorded(connection)
    except psycopg.errors.InsufficientPrivilege:
        return False
    return all(done.get(name) == _hash(text) for name, text in schema_files())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _require_rights(connection: psycopg.Connection) -> None:
    version = connection.info.server_version
    if version < 150000:
        raise UnreachableError(
            "The server is older than PostgreSQL 15.",
            what_to_do="Use PostgreSQL 15 or newer.",
            code="server_too_old",
        )
    row = connection.execute(
        """SELECT r.rolcreaterole OR r.rolsuper,
                  r.rolsuper OR pg_has_role(current_user, d.datdba, 'MEMBER')
             FROM pg_roles r, pg_database d
            WHERE r.rolname = current_user AND d.datname = current_database()"""
    ).fetchone()
    if row is None or not (row[0] and row[1]):
        raise RefusedError(
            "This login may not prepare the database.",
            what_to_do="Use one that has CREATEROLE and owns the database.",
            code="needs_createrole",
        )
    if version >= 160000:
        connection.execute("SET LOCAL createrole_self_grant = 'set, inherit'")


def _hold_roles(connection: psycopg.Connection) -> None:
    """Make sure that the administrator can act as these roles, where they exist."""
    option = "MEMBER" if connection.info.server_version < 160000 else "SET"
    for (role,) in connection.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY (%s) AND NOT pg_has_role(rolname, %s)",
        (list(ROLES), option),
    ).fetchall():
        try:
            with connection.transaction():
                connection.execute(f'GRANT "{role}" TO CURRENT_USER')
        except psycopg.errors.InsufficientPrivilege:
            raise RefusedError(
                f"The role {role} exists in this cluster and this login may not act as it.",
                what_to_do="Use the login that prepared the cluster's first database, or have a "
                f"superuser run: GRANT {role} TO that login.",
                code="needs_roles",
            ) from None


def _recorded(connection: psycopg.Connection) -> dict[str, str]:
    known = connection.execute("SELECT to_regclass('sync.schema_file') IS NOT NULL").fetchone()
    if known is None or not known[0]:
        return {}
    return dict(connection.execute("SELECT name, sha256 FROM sync.schema_file").fetchall())


def _require_known(done: dict[str, str], files: list[tuple[str, str]]) -> None:
    ours = {name: _hash(text) for name, text in files}
    if unknown := sorted(set(done) - set(ours)):
        raise RefusedError(
            f"The database was prepared by a newer program (it has {unknown[-1]}).",
            what_to_do="Use that program.",
            code="newer_database",
        )
    for name, digest in done.items():
        if ours[name] != digest:
            raise RefusedError(
                f"The schema file {name} is not the one this database was prepared with.",
                what_to_do="Install the released program again; a file must never be edited.",
                code="changed_schema_file",
            )


def _fill(connection: psycopg.Connection) -> None:
    """Write what the program's own tables say, then build each record's triggers and functions."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE dc_owner")
        cursor.execute("TRUNCATE sync.entity, sync.field, sync.transition")
        cursor.executemany(
            "INSERT INTO sync.entity (entity, scope, seen, insert_kinds, status_field, restricted,"
            " agency_field, append_only, hidden_from) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [entity_row(name, record) for name, record in fields.RECORDS.items()],
        )
        cursor.executemany(
            "INSERT INTO sync.field (entity, field, type, klass, kinds)"
            " VALUES (%s, %s, %s, %s, %s)",
            [
                (name, column, field.type.value, field.merge.value, sorted(field.kinds))
                for name, record in fields.RECORDS.items()
                for column, field in record.fields.items()
            ],
        )
        cursor.executemany(
            "INSERT INTO sync.transition (entity, src, dst, kinds, hub_kinds, behalf_kinds)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [row for name, machine in MACHINES.items() for row in transitions(name, machine)],
        )
        cursor.execute(
            "UPDATE sync.meta SET schema_ver = %s, restricted_roles = %s, reading_roles = %s",
            (fields.SCHEMA_VERSION, role_names(RESTRICTED_ROLES), role_names(READING_ROLES)),
        )
        cursor.execute("SELECT sync.build_api()")
        cursor.execute("RESET ROLE")


def role_names(roles: frozenset[Role]) -> list[str]:
    """Return roles as `sync.meta` holds them."""
    return sorted(role.value for role in roles)


def entity_row(name: str, record: fields.Record) -> tuple[object, ...]:
    """Return the row of `sync.entity` of one record."""
    once = None if record.append_only is None else sorted(record.append_only)
    return (
        name,
        record.scope,
        sorted(record.seen),
        sorted(record.insert),
        record.status,
        record.restricted,
        record.agency_field,
        once,
        HIDDEN_FROM.get(name, []),
    )


def transitions(entity: str, machine: Machine) -> list[tuple[object, ...]]:
    """Return the rows of `sync.transition` of one machine; source '' is a record's beginning."""
    nobody: list[str] = []
    rows: list[tuple[object, ...]] = [(entity, "", str(machine.initial), nobody, nobody, nobody)]
    rows.extend(
        (
            entity,
            str(move.source),
            str(move.target),
            _kinds(move.kinds),
            _kinds(move.hub_role),
            _kinds(move.on_behalf),
        )
        for move in machine.moves
    )
    return rows


def _kinds(kinds: frozenset[OrgKind]) -> list[str]:
    return sorted(str(kind) for kind in kinds)
