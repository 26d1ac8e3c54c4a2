"""A real PostgreSQL for the tests: one server per session and worker, a database per test."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from d2a_desktop.shared_db import admin, migrate, server
from d2a_desktop.shared_db.gateway import PostgresGateway

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """A database of one test: `url` of the administrator's role, password in `passfile`."""

    url: str
    passfile: Path
    name: str
    port: int

    def admin(self) -> psycopg.Connection:
        """Connect as the role that owns the database (not a superuser)."""
        return psycopg.connect(self.url, passfile=str(self.passfile), autocommit=True)

    def superuser(self) -> psycopg.Connection:
        """Connect as the server's superuser, to look or to tamper."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="d2a_super",
            dbname=self.name,
            passfile=str(self.passfile.with_name("superuser.pgpass")),
            autocommit=True,
        )

    def user_url(self, login: str) -> str:
        """Return the URL of this database for another login, without password."""
        return f"postgresql://{login}@127.0.0.1:{self.port}/{self.name}"


@pytest.fixture(scope="session")
def pg_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.ServerInfo]:
    """The embedded PostgreSQL of this session; `make setup` installs its wheel."""
    directory = tmp_path_factory.mktemp("postgres")
    info = server.start(directory, options=server.FAST_AND_FORGETFUL)
    yield info
    server.remove(directory)


@pytest.fixture
def admin_password(pg_server: server.ServerInfo, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every connection of the test find the administrator's password, as PGPASSFILE does."""
    monkeypatch.delenv("D2A_DB_PASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", str(pg_server.passfile))
    return pg_server.passfile


def make_database(info: server.ServerInfo, template: str | None = None) -> Database:
    """Create a database, empty or as a copy of `template`."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(info.url, passfile=str(info.passfile), autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
        connection.execute(statement)
        if template is not None:  # privileges on the database itself are not copied
            for right in (
                "REVOKE ALL ON DATABASE {} FROM PUBLIC",
                "GRANT CONNECT ON DATABASE {} TO dc_client",
            ):
                connection.execute(sql.SQL(right).format(sql.Identifier(name)))
    url = f"postgresql://{info.user}@127.0.0.1:{info.port}/{name}"
    return Database(url, info.passfile, name, info.port)


def drop_database(info: server.ServerInfo, name: str) -> None:
    """Drop a test's database, whoever is still connected."""
    # As superuser: an autovacuum worker in the database counts as one, and only one may end it.
    with psycopg.connect(
        host="127.0.0.1",
        port=info.port,
        user="d2a_super",
        dbname="postgres",
        passfile=str(info.passfile.with_name("superuser.pgpass")),
        autocommit=True,
    ) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


@pytest.fixture
def empty_database(pg_server: server.ServerInfo, admin_password: Path) -> Iterator[Database]:
    """A database in which nothing has been prepared."""
    database = make_database(pg_server)
    yield database
    drop_database(pg_server, database.name)


# --- a prepared shared database ---------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """A login of a test's database."""

    login: str
    password: str
    org_id: str
    ods: str
    role: str


@dataclass(frozen=True)
class System:
    """A prepared database with two hospitals, a hub, a council and three agencies.

    `people` by a short name: ward, ward2 (another hospital), hub, assessor, council, agency,
    agency2, agency3 (which has no desk and no login), manager (of agency).
    """

    database: Database
    system_id: str
    orgs: dict[str, str]
    people: dict[str, Person]
    opened: list[psycopg.Connection | PostgresGateway] = field(default_factory=list)
    _looking: dict[str, psycopg.Connection] = field(default_factory=dict)

    def connect(self, who: str) -> psycopg.Connection:
        """Connect as one of the people, in autocommit mode; closed at the end of the test."""
        person = self.people[who]
        connection = psycopg.connect(
            self.database.user_url(person.login),
            password=person.password,
            autocommit=True,
            prepare_threshold=None,
        )
        self.opened.append(connection)
        return connection

    def looking(self, who: str) -> psycopg.Connection:
        """Return the connection over which a test looks as one of the people, the same each time.

        A new one would make the plans of every function again. One that was cut, by a restore or
        by a person who lost their login, is made anew.
        """
        kept = self._looking.get(who)
        if kept is not None:
            with suppress(psycopg.OperationalError):
                kept.execute("SELECT 1")
                return kept
        self._looking[who] = self.connect(who)
        return self._looking[who]

    def gateway(self, who: str) -> PostgresGateway:
        """Return the gateway of one of the people; closed at the end of the test."""
        person = self.people[who]
        gateway = PostgresGateway(
            self.database.user_url(person.login),
            login=person.login,
            password=lambda: person.password,
        )
        self.opened.append(gateway)
        return gateway

    def superuser(self) -> psycopg.Connection:
        """Connect as the server's superuser; closed at the end of the test."""
        connection = self.database.superuser()
        self.opened.append(connection)
        return connection


_ORGS = {
    "hospital": ("RHU01", "hospital", True),
    "hospital2": ("RXF01", "hospital", True),
    "community": ("RY600", "community", True),
    "council": ("C0100", "council", True),
    "agency": ("AG001", "agency", True),
    "agency2": ("AG002", "agency", True),
    "agency3": ("AG003", "agency", False),
}
_PEOPLE = {
    "ward": ("hospital", "ward_coordinator"),
    "ward2": ("hospital2", "ward_coordinator"),
    "hub": ("community", "hub_case_manager"),
    "assessor": ("community", "assessor"),
    "council": ("council", "hub_case_manager"),
    "agency": ("agency", "agency_scheduler"),
    "manager": ("agency", "agency_manager"),
    "agency2": ("agency2", "agency_scheduler"),
    "analyst": ("hospital", "analyst"),
}


def make_template(
    info: server.ServerInfo,
) -> tuple[str, str, dict[str, str], dict[str, Person]]:
    """Prepare one database with its organisations and people, to be copied for each test."""
    database = make_database(info)
    with database.admin() as connection:
        migrate.prepare(connection)
        orgs = {}
        system_id = ""
        for short, (ods, kind, has_desk) in _ORGS.items():
            added = admin.add_org(
                connection,
                ods_code=ods,
                kind=kind,
                details=admin.OrganisationDetails(name=f"Test {short}", has_desk=has_desk),
            )
            orgs[short] = added.org_id
            system_id = added.system_id
        people = {}
        for short, (org, role) in _PEOPLE.items():
            made = admin.add_user(
                connection, ods_code=_ORGS[org][0], role=role, name=f"Test {short}"
            )
            people[short] = Person(made.login, made.password, made.org_id, _ORGS[org][0], role)
    return database.name, system_id, orgs, people


@pytest.fixture(scope="session")
def _template(pg_server: server.ServerInfo) -> tuple[str, str, dict[str, str], dict[str, Person]]:
    return make_template(pg_server)


@pytest.fixture
def shared(
    pg_server: server.ServerInfo,
    _template: tuple[str, str, dict[str, str], dict[str, Person]],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[System]:
    """A fresh prepared database with organisations and people, for one test."""
    monkeypatch.delenv("D2A_DB_PASSWORD", raising=False)
    monkeypatch.delenv("PGPASSFILE", raising=False)
    template, system_id, orgs, people = _template
    database = make_database(pg_server, template)
    system = System(database, system_id, orgs, people)
    yield system
    for each in system.opened:
        each.close()
    drop_database(pg_server, database.name)
