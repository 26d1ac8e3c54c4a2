"""A real PostgreSQL for the tests: one server per session (and xdist worker), a database per test."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db import server

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
    """The embedded PostgreSQL of this session; skipped, with the reason, where its wheel is not."""
    directory = tmp_path_factory.mktemp("postgres")
    try:
        info = server.start(directory, options=server.FAST_AND_FORGETFUL)
    except UnreachableError as failure:
        if failure.code == "no_embedded_server":
            pytest.skip(str(failure))
        raise
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
    url = f"postgresql://{info.user}@127.0.0.1:{info.port}/{name}"
    return Database(url, info.passfile, name, info.port)


def drop_database(info: server.ServerInfo, name: str) -> None:
    """Drop a test's database, whoever is still connected."""
    with psycopg.connect(info.url, passfile=str(info.passfile), autocommit=True) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


@pytest.fixture
def empty_database(pg_server: server.ServerInfo, admin_password: Path) -> Iterator[Database]:
    """A database in which nothing has been prepared."""
    database = make_database(pg_server)
    yield database
    drop_database(pg_server, database.name)
