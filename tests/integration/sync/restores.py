"""Putting a real server back, with PostgreSQL's own programs, as docs/operations.md tells a DBA."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.shared_db import admin, check, server
from d2a_desktop.shared_db.server_process import account_for_server, tool_path, wheel_binaries
from tests.shared_databases import Database, System, make_database, make_template


@dataclass
class Cluster:
    """A server of a test's own, with one prepared database on it."""

    folder: Path
    info: server.ServerInfo
    system: System

    @classmethod
    def start(cls, folder: Path, **options: str) -> Cluster:
        """Start a server and prepare a database with organisations and people."""
        info = server.start(folder, options={**server.FAST_AND_FORGETFUL, **options})
        name, system_id, orgs, people = make_template(info)
        database = Database(
            f"postgresql://{info.user}@127.0.0.1:{info.port}/{name}",
            info.passfile,
            name,
            info.port,
        )
        return cls(folder, info, System(database, system_id, orgs, people))

    def stop(self) -> None:
        """Stop the server as an administrator does; every connection is lost."""
        server.stop(self.folder)

    def again(self) -> None:
        """Start it, on the port it had."""
        info = server.start(self.folder, port=self.info.port)
        assert info.port == self.info.port

    def put_back(self) -> None:
        """Start it after a restore of its files, and look as docs/operations.md says."""
        self.again()
        with self.system.database.superuser() as owner:
            while owner.execute("SELECT pg_is_in_recovery()").fetchone() != (False,):
                pass  # rolling forward to its target
        look_after(self.system)
        with self.system.database.admin() as administrator, pytest.raises(RefusedError):
            admin.new_epoch(administrator)  # not needed, and said so

    def tool(self, name: str, *words: str, user: str = "d2a_super") -> str:
        """Run one of PostgreSQL's client programs against this server; return what it printed."""
        return run_tool(name, *words, port=self.info.port, user=user, passfile=self.passfile(user))

    def passfile(self, user: str) -> Path:
        """Return the password file of a role."""
        own = self.info.passfile
        return own if user == self.info.user else own.with_name("superuser.pgpass")


def run_tool(name: str, *words: str, port: int, user: str, passfile: Path) -> str:
    """Run one of PostgreSQL's client programs."""
    done = subprocess.run(
        [tool_path(wheel_binaries(), name), "-h", "127.0.0.1", "-p", str(port), "-U", user, *words],
        env=os.environ | {"PGPASSFILE": str(passfile)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, (name, done.stderr)
    return done.stdout


def look_after(system: System) -> None:
    """What `d2a server check --audit` says after a restore, before any desk is back."""
    with system.database.admin() as administrator:
        report = check.check(administrator, audit=True)
    assert report.sound, report.findings


def superuser_sql(database: Database) -> None:
    """Run what only a superuser can do, from `packaging/postgres`."""
    script = Path(__file__).parents[3] / "packaging" / "postgres" / "superuser.sql"
    run_tool(
        "psql", "-q", "-d", database.name, "-v", "ON_ERROR_STOP=1", "-f", str(script),
        port=database.port, user="d2a_super",
        passfile=database.passfile.with_name("superuser.pgpass"),
    )  # fmt: skip


def copy_as_it_is(source: Path, target: Path) -> None:
    """Copy a data directory with its modes and its owner; what is there is put aside."""
    if target.exists():
        target.rename(target.with_name(f"{target.name}-aside"))
    shutil.copytree(source, target, symlinks=True)
    account = account_for_server()
    if account.uid is not None and account.gid is not None:
        for path in (target, *target.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def folder_of_the_server(path: Path) -> None:
    """Make a folder that the server's account may write to."""
    path.mkdir()
    account = account_for_server()
    if account.uid is not None and account.gid is not None:
        os.chown(path, account.uid, account.gid)


def dump(system: System, target: Path) -> None:
    """Write a logical backup, as the role that owns the database: no superuser is needed."""
    run_tool(
        "pg_dump", "-Fc", "-f", str(target), system.database.name,
        port=system.database.port, user="d2a_admin", passfile=system.database.passfile,
    )  # fmt: skip


def put_back(system: System, source: Path) -> None:
    """Drop the database and make it again from a logical backup, in the same cluster."""
    database = system.database
    with psycopg.connect(
        host="127.0.0.1",
        port=database.port,
        user="d2a_super",
        dbname="postgres",
        passfile=str(database.passfile.with_name("superuser.pgpass")),
        autocommit=True,
    ) as owner:
        owner.execute(f'DROP DATABASE "{database.name}" WITH (FORCE)')
        owner.execute(f'CREATE DATABASE "{database.name}" OWNER d2a_admin TEMPLATE template0')
    restore_into(database, source)


def restore_into(database: Database, source: Path) -> None:
    """Fill an empty database from a logical backup.

    As the superuser: the functions are given to roles that may make nothing in their schema.
    """
    run_tool(
        "pg_restore", "--exit-on-error", "-d", database.name, str(source),
        port=database.port, user="d2a_super",
        passfile=database.passfile.with_name("superuser.pgpass"),
    )  # fmt: skip


def burn_numbers(system: System, count: int) -> None:
    """Let a cluster be old: use up transaction numbers."""
    with system.database.superuser() as owner:
        owner.execute(
            f"DO $$ BEGIN FOR i IN 1..{count:d} LOOP"
            " PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"
        )


def move_to_new_cluster(old: System, info: server.ServerInfo, source: Path) -> System:
    """Restore a logical backup into another cluster: roles first, they are not in it.

    Passwords come along as verifiers, so that nobody needs a new one.
    """
    superuser = old.database.passfile.with_name("superuser.pgpass")
    roles = run_tool(
        "pg_dumpall", "--roles-only", "-l", old.database.name,
        port=old.database.port, user="d2a_super", passfile=superuser,
    )  # fmt: skip
    script = source.with_suffix(".roles.sql")
    script.write_text(roles, encoding="utf-8")
    target = make_database(info)
    run_tool(
        "psql", "-q", "-d", "postgres", "-f", str(script),
        port=info.port, user="d2a_super", passfile=info.passfile.with_name("superuser.pgpass"),
    )  # fmt: skip
    # The roles came with the old cluster's passwords, the administrators' too.
    database = replace(target, passfile=old.database.passfile)
    restore_into(database, source)
    return System(database, old.system_id, old.orgs, old.people)
