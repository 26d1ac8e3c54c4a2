"""Single sign-on by Kerberos: a person's ticket in place of a password, over the same TLS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db.connection import connect
from d2a_desktop.shared_db.failures import AuthenticationError
from d2a_desktop.shared_db.gateway import PostgresGateway
from tests.integration.debian.certificates import NAME, Authority
from tests.integration.debian.cluster import DebianServer, give
from tests.integration.debian.kerberos import REALM, Realm
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

DRIVER_WORDS = ("psycopg", "libpq", "GSSAPI", "FATAL", "127.0.0.1", REALM, "pat.example")


@pytest.fixture(scope="module")
def realm(debian: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    made = Realm(tmp_path_factory.mktemp("realm"), server=NAME)
    yield made
    made.close()


@pytest.fixture
def login(
    pg_server: DebianServer, shared: System, realm: Realm, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The login of a ward's person, who signs in by the example's line for Active Directory."""
    who = shared.people["ward"].login
    hba, ident = pg_server.home / "pg_hba.conf", pg_server.home / "data" / "pg_ident.conf"
    before = hba.read_text(encoding="utf-8"), ident.read_text(encoding="utf-8")
    line = next(li for li in before[0].splitlines() if " gss " in li).lstrip("# ")
    ours = line.split()
    ours[1:4] = ["all", who, "127.0.0.1/32"]
    hba.write_text("\n".join([" ".join(ours), before[0]]), encoding="utf-8")
    ident.write_text(f"d2a pat.example {who}\n", encoding="utf-8")
    for name, value in realm.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("D2A_DB_PASSWORD", raising=False)
    monkeypatch.delenv("PGPASSFILE", raising=False)
    pg_server.set(krb_server_keyfile=str(give(realm.keytab, pg_server.home / "tls" / "keytab")))
    yield who
    for path, text in zip((hba, ident), before, strict=True):
        path.write_text(text, encoding="utf-8")
    pg_server.set(krb_server_keyfile=None)


@pytest.fixture
def url(shared: System, authority: Authority, named: str, login: str) -> str:
    """The server by its name, as the desk of somebody with single sign-on has it."""
    return (
        f"postgresql://{login}@{NAME}:{shared.database.port}/{shared.database.name}"
        f"?sslrootcert={authority.file}&require_auth=gss"
    )


def refused(url: str) -> UnreachableError:
    """Return the refusal; its words are ours and hold nothing of the driver."""
    with pytest.raises(UnreachableError) as caught:
        connect(url).close()
    error = caught.value
    words = f"{error} {error.what_to_do}"
    assert error.exit_code == 3
    assert error.what_to_do
    assert not [each for each in DRIVER_WORDS if each in words], words
    return error


def test_a_ticket_signs_in_as_the_opaque_login_over_tls_1_3(url, login, realm, monkeypatch):
    monkeypatch.setenv("KRB5CCNAME", realm.ticket("pat.example"))
    with connect(url) as connection:
        row = connection.execute(
            "SELECT session_user, g.gss_authenticated, g.encrypted, g.principal, s.version"
            " FROM pg_stat_gssapi g JOIN pg_stat_ssl s USING (pid) WHERE pid = pg_backend_pid()"
        ).fetchone()
        given = connection.info.get_parameters()
    assert row == (login, True, False, f"pat.example@{REALM}", "TLSv1.3")
    # Nothing binds a ticket to the channel: the ticket itself is for this server's name alone.
    assert (given["sslmode"], given["require_auth"]) == ("verify-full", "gss")
    assert given["channel_binding"] == "disable"
    gateway = PostgresGateway(url, login=login)
    hello = gateway.hello(client="00000000-0000-4000-8000-0000000005d0", n_old=None, n_new=_NONCE)
    gateway.close()
    assert (hello.org_ods, hello.role) == ("RHU01", "ward_coordinator")


_NONCE = "00000000-0000-4000-8000-0000000005d1"


def test_without_a_ticket_a_desk_says_so_and_tries_again(url):
    error = refused(url)
    assert error.code == "no_ticket"
    assert not isinstance(error, AuthenticationError)  # nobody is locked out by trying


def test_the_ticket_of_somebody_else_is_refused(url, realm, monkeypatch):
    monkeypatch.setenv("KRB5CCNAME", realm.ticket("sam.example"))
    error = refused(url)
    assert isinstance(error, AuthenticationError)
    assert error.code == "login_refused"


def test_neither_way_takes_the_place_of_the_other(url, login, realm, monkeypatch):
    monkeypatch.setenv("KRB5CCNAME", realm.ticket("kim.example"))
    assert refused(url.replace("&require_auth=gss", "")).code == "other_sign_in"
    monkeypatch.setenv("D2A_DB_PASSWORD", "never sent")
    assert refused(url.replace(login, "d2a_admin")).code == "other_sign_in"
