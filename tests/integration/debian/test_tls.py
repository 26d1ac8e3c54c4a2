"""A server elsewhere: verified to the last step over TLS 1.3, or refused in words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db.connection import connect, parse
from d2a_desktop.shared_db.failures import AuthenticationError
from tests.integration.cli.shell import process_environment
from tests.integration.debian import packages
from tests.integration.debian.certificates import NAME, Authority
from tests.integration.debian.cluster import (
    EXAMPLES,
    FORGETFUL,
    DebianServer,
    as_postgres,
    give,
)
from tests.integration.debian.tls_middle import middle

pytestmark = pytest.mark.postgres

DRIVER_WORDS = ("psycopg", "libpq", "SSL", "FATAL", "127.0.0.1", "pg_authid", "Traceback")


@pytest.fixture
def password(pg_server: DebianServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """The administrator's password, in the environment as `d2a server` takes it."""
    word = pg_server.passfile.read_text(encoding="utf-8").strip().rsplit(":", 1)[1]
    monkeypatch.setenv("D2A_DB_PASSWORD", word)
    return word


@pytest.fixture
def url(pg_server: DebianServer, authority: Authority, named: str, password: str) -> str:
    """The server by a name that is not loopback's."""
    return address(pg_server.port, authority.file)


def address(port: int, trusted: Path, login: str = "d2a_admin", more: str = "") -> str:
    return f"postgresql://{login}@{NAME}:{port}/d2a?sslrootcert={trusted}{more}"


def refused(url: str) -> UnreachableError:
    """Return the refusal; its words are ours and hold nothing of the driver."""
    with pytest.raises(UnreachableError) as caught:
        connect(url).close()
    error = caught.value
    assert error.exit_code == 3
    words = f"{error} {error.what_to_do}"
    assert error.what_to_do
    assert not [each for each in DRIVER_WORDS if each in words], words
    return error


@pytest.fixture
def showing(pg_server: DebianServer) -> Iterator[DebianServer]:
    """The server, for a test that lets it show another certificate."""
    yield pg_server
    pg_server.set(ssl_cert_file=None, ssl_key_file=None)


@pytest.fixture
def durable(pg_server: DebianServer) -> Iterator[None]:
    """The server as the example has it, to the last setting."""
    pg_server.set(**dict.fromkeys(FORGETFUL, "on"))
    yield
    pg_server.set(**dict.fromkeys(FORGETFUL))


def show(server: DebianServer, certificate: tuple[Path, Path]) -> None:
    placed = [give(source, server.home / "tls" / source.name) for source in certificate]
    server.set(ssl_key_file=str(placed[1]), ssl_cert_file=str(placed[0]))


# ---- what works


def test_a_server_elsewhere_is_used_over_tls_1_3_with_the_sign_in_tied_to_it(url, record_property):
    assert not parse(url).is_loopback
    with connect(url) as connection:
        row = connection.execute(
            "SELECT s.ssl, s.version, s.cipher, current_setting('password_encryption')"
            " FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()"
        ).fetchone()
        assert row is not None
        record_property("pg_stat_ssl", str(row))
        assert row[:2] == (True, "TLSv1.3")
        assert row[3] == "scram-sha-256"
        # The exchange really was SCRAM, tied to the channel: psycopg was told to take nothing else.
        given = connection.info.get_parameters()
        assert given["channel_binding"] == "require"
        assert given["require_auth"] == "scram-sha-256"
        assert given["sslmode"] == "verify-full"


def test_the_administrators_work_and_a_desk_run_unchanged_in_processes_of_their_own(
    pg_server, authority, password, tmp_path, durable
):
    hosts = tmp_path / "hosts"
    hosts.write_text(f"127.0.0.1 {NAME}\n", encoding="utf-8")
    elsewhere = {"LD_PRELOAD": str(packages.name_wrapper()), "NSS_WRAPPER_HOSTS": str(hosts)}

    def d2a(*words: str, expect: int = 0, **environ: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "d2a_desktop", "--json", *words],
            env=process_environment({**elsewhere, **environ}),
            capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == expect, (words, done.stdout, done.stderr)
        return done.stdout

    server = address(pg_server.port, authority.file)
    admin_word = {"D2A_ADMIN_PASSWORD": password}
    assert json.loads(d2a("server", "init", "--url", server, **admin_word))["applied"]
    superusers = (EXAMPLES / "superuser.sql").read_text(encoding="utf-8")
    as_postgres(*pg_server.psql("d2a"), "-f", "-", stdin=superusers)
    d2a("server", "add-org", "--url", server, "--ods", "RXX01", "--kind", "hospital",
        "--name", "Demo Hospital", **admin_word)  # fmt: skip
    made = json.loads(
        d2a("server", "add-user", "--url", server, "--org", "RXX01",
            "--role", "ward_coordinator", "--name", "Pat Example", **admin_word)
    )  # fmt: skip
    checked = json.loads(d2a("server", "check", "--url", server, "--audit", **admin_word))
    # The example files leave not one warning; the other tests' databases give one.
    assert checked["healthy"]
    warnings = {each["check"] for each in checked["findings"] if each["warning"]}
    assert warnings <= {"shared_cluster"}
    profile = {"D2A_PROFILE": str(tmp_path / "desk"), "D2A_PASSPHRASE": "three unrelated words"}
    desk = {**profile, "D2A_DB_PASSWORD": made["password"]}
    where = f"postgresql://{NAME}:{pg_server.port}/d2a"
    d2a("desk", "init", "--org", "RXX01", "--role", "ward_coordinator", "--name", "Pat",
        "--server", where, "--user", made["login"], "--ca-file", str(authority.file),
        **desk)  # fmt: skip
    d2a("sync", **desk)
    status = json.loads(d2a("sync", "status", **desk))
    assert status["state"] == "synced", status
    # The same desk without the authority's certificate: the operating system's do not know it.
    other = {**desk, "D2A_PROFILE": str(tmp_path / "other")}
    said = d2a("desk", "init", "--org", "RXX01", "--role", "ward_coordinator", "--server", where,
               "--user", made["login"], "--name", "Pat", expect=3, **other)  # fmt: skip
    assert json.loads(said)["error"]["code"] == "certificate"


# ---- what is refused


def test_a_certificate_for_another_name_is_refused(url, showing, authority):
    show(showing, authority.server("other-name", "db2.d2a.test"))
    assert refused(url).code == "certificate"


def test_a_certificate_of_an_unknown_authority_is_refused(url, showing, tmp_path):
    show(showing, Authority(tmp_path, "stranger").server("strange"))
    assert refused(url).code == "certificate"


def test_an_expired_certificate_is_refused(url, showing, authority):
    show(showing, authority.server("expired", days=-1))
    assert refused(url).code == "certificate"


def test_a_desk_without_the_authoritys_certificate_refuses_a_private_one(
    pg_server, named, password
):
    assert refused(f"postgresql://d2a_admin@{NAME}:{pg_server.port}/d2a").code == "certificate"


def test_a_renewed_certificate_needs_a_reload_and_no_desk_notices(url, showing, authority):
    with connect(url) as before:
        show(showing, authority.server("renewed"))
        connect(url).close()
        assert before.execute("SELECT 1").fetchone() == (1,)


def test_a_server_without_tls_is_refused(url, pg_server):
    pg_server.set(ssl="off")
    try:
        assert refused(url).code == "no_tls"
    finally:
        pg_server.set(ssl=None)


@pytest.mark.parametrize("version", ["TLSv1.1", "TLSv1.2"])
def test_an_older_tls_is_refused(url, pg_server, version):
    pg_server.set(
        ssl_min_protocol_version=version,
        ssl_max_protocol_version=version,
        ssl_ciphers="DEFAULT@SECLEVEL=0",  # or OpenSSL itself would not offer 1.1
    )
    try:
        assert refused(url).code == "old_tls"
    finally:
        pg_server.set(
            ssl_min_protocol_version=None, ssl_max_protocol_version=None, ssl_ciphers=None
        )


@pytest.mark.parametrize("way", ["trust", "password", "md5"])
def test_a_server_that_asks_for_less_than_scram_is_refused(
    pg_server, authority, named, monkeypatch, way
):
    monkeypatch.setenv("D2A_DB_PASSWORD", f"secret {way}")
    url = address(pg_server.port, authority.file, login=f"d2a_by_{way}")
    assert refused(url).code == "unsafe_sign_in"
    # A PgBouncer's URL gives away the tie to the channel, and nothing else.
    assert refused(url + "&channel_binding=prefer").code == "unsafe_sign_in"


@pytest.mark.parametrize("onward_tls", [True, False], ids=["encrypted onwards", "plain onwards"])
def test_somebody_in_the_middle_with_a_certificate_of_the_same_authority_is_noticed(
    pg_server, authority, named, monkeypatch, onward_tls
):
    # The name is right and the authority is trusted: only the tie to the channel can tell.
    monkeypatch.setenv("D2A_DB_PASSWORD", "secret in clear")
    theirs = authority.server(f"middle-{onward_tls}")
    with middle(theirs, pg_server.port, onward_tls=onward_tls) as port:
        url = address(port, authority.file, login="d2a_in_clear")
        assert refused(url).code == "no_channel_binding"


def test_a_certificate_that_cannot_be_tied_to_is_refused(
    pg_server, showing, named, password, tmp_path
):
    # An Ed25519 signature names no hash, so there is nothing to bind to: docs/operations.md.
    edwards = Authority(tmp_path, "edwards", edwards=True)
    show(showing, edwards.server("signed-by-edwards"))
    assert refused(address(pg_server.port, edwards.file)).code == "certificate_kind"


def test_a_wrong_password_is_told_apart_from_a_wrong_server(url, monkeypatch):
    monkeypatch.setenv("D2A_DB_PASSWORD", "wrong")
    error = refused(url)
    assert isinstance(error, AuthenticationError)
    assert error.code == "login_refused"


def test_a_login_from_a_network_that_pg_hba_does_not_name_is_told_so(
    pg_server, authority, named, password
):
    with pg_server.superuser() as connection:
        connection.execute("DROP ROLE IF EXISTS d2a_nowhere")
        connection.execute("CREATE ROLE d2a_nowhere LOGIN PASSWORD 'x'")
    url = address(pg_server.port, authority.file, login="d2a_nowhere")
    assert refused(url).code == "not_admitted"
