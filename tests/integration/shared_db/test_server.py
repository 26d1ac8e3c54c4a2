"""The embedded server: loopback only, SCRAM only, idempotent, gone when removed."""

from __future__ import annotations

import importlib.util
import os
import signal
import stat
import sys
from pathlib import Path

import psycopg
import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db import server, server_process

pytestmark = pytest.mark.postgres


def query(info: server.ServerInfo, statement: str) -> object:
    with psycopg.connect(info.url, passfile=str(info.passfile)) as connection:
        row = connection.execute(statement).fetchone()
        return row[0] if row else None


@pytest.fixture
def own_server(tmp_path: Path):
    directory = tmp_path / "pg"
    info = server.start(directory, options=server.FAST_AND_FORGETFUL)
    yield directory, info
    server.remove(directory)


def test_a_second_start_finds_the_first_and_a_restart_keeps_port_and_data(own_server):
    directory, info = own_server
    with psycopg.connect(info.url, passfile=str(info.passfile), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (x int)")
    assert server.start(directory) == info
    assert server.stop(directory) is True
    assert server.stop(directory) is False
    again = server.start(directory)
    assert again == info
    assert query(again, "SELECT count(*) FROM kept") == 0


def test_the_handed_out_role_may_create_roles_and_is_no_superuser(pg_server):
    assert query(pg_server, "SELECT rolcreaterole FROM pg_roles WHERE rolname=current_user") is True
    assert query(pg_server, "SELECT rolsuper FROM pg_roles WHERE rolname=current_user") is False
    assert int(str(query(pg_server, "SHOW server_version_num"))) >= 180000


def test_only_loopback_is_listened_to_and_every_way_in_asks_for_scram(pg_server):
    assert query(pg_server, "SHOW listen_addresses") == "127.0.0.1"
    with psycopg.connect(
        host="127.0.0.1", port=pg_server.port, user="d2a_super", dbname="postgres",
        passfile=str(pg_server.passfile.with_name("superuser.pgpass")),
    ) as connection:  # fmt: skip
        rules = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert rules == [("scram-sha-256",)]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(pg_server.url, password="wrong", passfile="/nonexistent")


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_password_files_are_readable_by_their_owner_alone_and_hold_no_url_with_password(pg_server):
    for name in ("pgpass", "superuser.pgpass", "server.json"):
        mode = stat.S_IMODE(pg_server.passfile.with_name(name).stat().st_mode)
        assert mode == 0o600
    password = pg_server.passfile.read_text(encoding="utf-8").strip().rsplit(":", 1)[1]
    assert password not in str(pg_server.as_json())


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_a_killed_server_leaves_a_stale_pid_that_the_next_start_sees_through(own_server):
    directory, info = own_server
    pid_file = info.data / "postmaster.pid"
    pid = int(pid_file.read_text(encoding="ascii").split()[0])
    os.kill(pid, signal.SIGKILL)
    again = server.start(directory)
    assert again.data == info.data
    assert int(pid_file.read_text(encoding="ascii").split()[0]) != pid
    assert query(again, "SELECT 1") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_a_pid_file_that_names_a_strangers_process_does_not_stop_the_start(own_server):
    directory, info = own_server
    server.stop(directory)
    pid_file = info.data / "postmaster.pid"
    pid_file.write_text(
        f"{os.getpid()}\n{info.data}\n1\n{info.port}\n\n127.0.0.1\n", encoding="ascii"
    )
    assert query(server.start(directory), "SELECT 1") == 1


def test_a_taken_port_is_refused_with_words(own_server, tmp_path):
    _, info = own_server
    with pytest.raises(UnreachableError) as caught:
        server.start(tmp_path / "other", port=info.port, options=server.FAST_AND_FORGETFUL)
    server.remove(tmp_path / "other")
    assert caught.value.exit_code == 3
    assert "--port" in str(caught.value)


def test_removal_leaves_no_data_behind(tmp_path):
    directory = tmp_path / "pg"
    info = server.start(directory, options=server.FAST_AND_FORGETFUL)
    server.remove(directory)
    assert not info.data.exists()
    assert list(directory.iterdir()) == []


def test_data_that_was_cleaned_away_is_named_and_not_silently_begun_anew(own_server):
    directory, info = own_server
    server.stop(directory)
    kept = info.data.with_name("kept")
    info.data.rename(kept)
    with pytest.raises(UnreachableError) as caught:
        server.start(directory)
    assert caught.value.code == "server_data_gone"
    kept.rename(info.data)
    assert server.start(directory) == info


def test_without_the_wheel_the_start_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(
        server_process, "find_spec", lambda name: importlib.util.find_spec("no_such_wheel")
    )
    with pytest.raises(UnreachableError) as caught:
        server.start(tmp_path / "pg")
    assert caught.value.code == "no_embedded_server"
    assert caught.value.exit_code == 3
    assert not (tmp_path / "pg").exists()
