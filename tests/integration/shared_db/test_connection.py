"""Connections: loopback is easy, anything else is verified or refused; passwords stay hidden."""

from __future__ import annotations

import socket
import threading
import time

import psycopg
import pytest

from d2a_desktop.core.errors import UnreachableError, UsageError
from d2a_desktop.shared_db import connection
from d2a_desktop.shared_db.failures import (
    AuthenticationError,
    TryAgainError,
    connecting_failed,
)

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("/run/postgresql", True),
        ("10.1.2.3", False),
        ("db.example.nhs.uk", False),
        ("127.0.0.1.example.org", False),
        ("0.0.0.0", False),
    ],
)
def test_loopback_is_told_from_everything_else(host, expected):
    assert connection.is_loopback(host) is expected


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require", "verify-ca"])
def test_a_server_elsewhere_is_never_used_with_less_than_full_verification(mode):
    with pytest.raises(UnreachableError) as caught:
        connection.connect(f"postgresql://u@db.example.org/d2a?sslmode={mode}")
    assert (caught.value.exit_code, caught.value.code) == (3, "not_encrypted")


def test_a_server_elsewhere_gets_full_verification_and_channel_binding_unasked():
    target = connection.parse("postgresql://u@db.example.org/d2a")
    settings = connection._security(target)
    assert settings["sslmode"] == "verify-full"
    assert settings["channel_binding"] == "require"
    assert settings["require_auth"] == "scram-sha-256"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql://u:secret@127.0.0.1/d2a", "password_in_url"),
        ("postgresql://u@127.0.0.1,evil.example/d2a", "bad_url"),
        ("postgresql://u@127.0.0.1/d2a?hostaddr=10.0.0.1", "bad_url"),
        ("postgresql://u@127.0.0.1/d2a?options=-csearch_path%3Devil", "bad_url"),
        ("postgresql://u@127.0.0.1/d2a?require_auth=none", "bad_url"),
        ("postgresql:///d2a", "bad_url"),
        ("postgresql://127.0.0.1", "bad_url"),
        ("what is this", "bad_url"),
    ],
)
def test_a_url_that_hides_something_is_refused_and_never_shown_again(url, code):
    with pytest.raises(UsageError) as caught:
        connection.connect(url)
    assert caught.value.code == code
    assert "secret" not in str(caught.value)


def test_a_server_without_tls_that_is_reached_by_another_name_is_refused(pg_server, monkeypatch):
    monkeypatch.setattr(connection, "is_loopback", lambda host: False)
    with pytest.raises(UnreachableError) as caught:
        connection.connect(pg_server.url)
    assert caught.value.code == "no_tls"
    assert caught.value.exit_code == 3


def test_the_password_comes_from_the_environment_then_the_file_then_the_keyring(
    empty_database, monkeypatch
):
    password = empty_database.passfile.read_text(encoding="utf-8").strip().rsplit(":", 1)[1]
    connection.connect(empty_database.url, password=lambda: "never asked").close()
    monkeypatch.setenv("D2A_DB_PASSWORD", "wrong")
    with pytest.raises(AuthenticationError) as caught:
        connection.connect(empty_database.url)
    assert "wrong" not in str(caught.value)
    assert empty_database.name not in str(caught.value)
    monkeypatch.delenv("D2A_DB_PASSWORD")
    monkeypatch.delenv("PGPASSFILE")
    connection.connect(empty_database.url, password=lambda: password).close()


def test_a_url_for_another_login_keeps_everything_else():
    url = "postgresql://a@db.example.org:5433/d2a?sslrootcert=/etc/ca.pem"
    assert connection.with_user(url, "u_1") == (
        "postgresql://u_1@db.example.org:5433/d2a?sslrootcert=/etc/ca.pem"
    )


def test_no_server_is_a_passing_failure_in_words():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        with pytest.raises(TryAgainError) as caught:
            connection.connect(f"postgresql://u@127.0.0.1:{port}/d2a")
    assert caught.value.exit_code == 3
    assert "psycopg" not in str(caught.value)


def test_a_server_that_accepts_and_says_nothing_costs_seconds_not_minutes():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        held: list[socket.socket] = []
        thread = threading.Thread(target=lambda: held.append(silent.accept()[0]))
        thread.start()
        before = time.monotonic()
        url = f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/d2a"
        with pytest.raises(TryAgainError):
            connection.connect(url, timeout_seconds=2)
        assert time.monotonic() - before < 5
        thread.join()
        held[0].close()


def test_a_database_that_is_not_there_is_named_as_that(pg_server, admin_password):
    with pytest.raises(UnreachableError) as caught:
        connection.connect(f"postgresql://{pg_server.user}@127.0.0.1:{pg_server.port}/absent")
    assert caught.value.code == "no_database"


@pytest.mark.parametrize("way", ["GSSAPI", "SSPI"])
def test_a_program_without_single_sign_on_says_so(way):
    # The driver's words where its libpq was built without it, as on some systems.
    told = connecting_failed(psycopg.OperationalError(f"{way} authentication not supported"),
                             remote=True)  # fmt: skip
    assert told.code == "no_sign_on"
    assert way not in f"{told} {told.what_to_do}"
