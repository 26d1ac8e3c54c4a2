"""A cluster of Debian's PostgreSQL, made from the example files as an administrator makes one."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.architecture.tree import ROOT
from tests.integration.debian.certificates import Authority
from tests.integration.debian.packages import postgres_programs

EXAMPLES = ROOT / "packaging" / "postgres"
ACCOUNT = "postgres"
FORGETFUL = ("fsync", "full_page_writes", "synchronous_commit")
"""What the tests switch off: a crash of the machine may lose their data."""
_SECONDS = 60

# What the tests put in place of the example's places and networks; each must be there.
_HBA = {
    "10.20.0.0/28": "127.0.0.1/32",
    "10.0.0.0/8  ": "127.0.0.0/8 ",
    "  d2a          ": "  all          ",  # a database per test
}
# Ways to sign in that a desk must refuse, for one login each; one more may come without TLS.
_UNSAFE = ("trust", "password", "md5")


@dataclass(frozen=True)
class DebianServer:
    """A running cluster, with the same attributes as the embedded one's `ServerInfo`."""

    url: str
    passfile: Path
    port: int
    user: str
    database: str
    home: Path

    @property
    def sockets(self) -> Path:
        """The directory of the Unix socket, for the superuser's `peer`."""
        return self.home / "sockets"

    @property
    def log(self) -> str:
        """What the server has written into its log."""
        return (self.home / "server.log").read_text(encoding="utf-8")

    def superuser(self) -> psycopg.Connection:
        """Connect as the superuser of the tests, over TLS without a name."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="d2a_super", dbname="postgres",
            passfile=str(self.passfile.with_name("superuser.pgpass")), autocommit=True,
        )  # fmt: skip

    def set(self, **settings: str | None) -> None:
        """Change settings for new connections (None: back to the example's), wait until they hold.

        By the Unix socket, which works whatever TLS does.
        """
        before = self._ask(*(f"SHOW {name}" for name in settings))
        self._ask(
            *(
                f"ALTER SYSTEM RESET {name}"
                if value is None
                else f"ALTER SYSTEM SET {name} = '{value}'"
                for name, value in settings.items()
            ),
            "SELECT pg_reload_conf()",
        )
        wanted = dict(zip(settings, before, strict=True))
        for _ in range(200):  # a new connection has what the postmaster has
            now = dict(zip(settings, self._ask(*(f"SHOW {n}" for n in settings)), strict=True))
            if all(
                now[name] == value if value is not None else now[name] != wanted[name]
                for name, value in settings.items()
            ):
                return
        raise AssertionError(f"the server did not take {settings}")

    def psql(self, database: str = "postgres") -> list[str]:
        """The command of a superuser at the server itself."""
        return ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                "-h", str(self.sockets), "-p", str(self.port), "-d", database]  # fmt: skip

    def _ask(self, *statements: str) -> list[str]:
        told = as_postgres(*self.psql(), "-f", "-", stdin=";\n".join(statements) + ";\n")
        return told.splitlines()


def as_postgres(*command: str, cwd: str = "/", stdin: str = "") -> str:
    """Run a program as the account that owns the cluster; return its output."""
    done = subprocess.run(
        command, cwd=cwd, user=ACCOUNT, group=ACCOUNT, extra_groups=[],
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": "/"},
        input=stdin, capture_output=True, text=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def make(secrets_folder: Path, authority: Authority) -> DebianServer:
    """Create and start a cluster from the example files.

    The differences: places, networks and port; less memory; no waiting for the disk.
    """
    home = Path(tempfile.mkdtemp(prefix="d2a-debian-", dir="/var/tmp"))
    home.chmod(0o755)
    for name in ("data", "sockets", "tls", "archive"):
        (home / name).mkdir(mode=0o700)
        shutil.chown(home / name, ACCOUNT, ACCOUNT)
    shutil.chown(home, ACCOUNT, ACCOUNT)
    (home / "sockets").chmod(0o755)
    for title, source in zip(("server.crt", "server.key"), authority.server("server"), strict=True):
        give(source, home / "tls" / title)
    _write_conf(home)
    _write_hba(home)
    as_postgres(
        str(postgres_programs() / "initdb"), "-D", str(home / "data"), "-U", "postgres",
        "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", "--no-sync",
    )  # fmt: skip
    port = _free_port()
    start(home, port)
    server = DebianServer(
        f"postgresql://d2a_admin@127.0.0.1:{port}/d2a", secrets_folder / "pgpass", port,
        "d2a_admin", "d2a", home,
    )  # fmt: skip
    try:
        _make_roles(server)
    except BaseException:
        remove(server)
        raise
    return server


def start(home: Path, port: int, programs: Path | None = None) -> None:
    """Start the cluster of a folder."""
    differences = {
        "config_file": home / "postgresql.conf",
        "hba_file": home / "pg_hba.conf",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": home / "sockets",
        "shared_buffers": "64MB",
        "max_connections": "120",
    }
    options = " ".join(f"-c {name}={value}" for name, value in differences.items())
    as_postgres(
        str((programs or postgres_programs()) / "pg_ctl"), "-D", str(home / "data"), "-w", "-s",
        "-l", str(home / "data" / "server.log"), "-o", f"-p {port} {options}", "start",
    )  # fmt: skip
    (home / "server.log").unlink(missing_ok=True)
    (home / "server.log").symlink_to(home / "data" / "server.log")


def stop(home: Path, mode: str = "immediate") -> None:
    """Stop the cluster of a folder."""
    as_postgres(
        str(postgres_programs() / "pg_ctl"), "-D", str(home / "data"), "-m", mode,
        "-w", "-s", "stop",
    )  # fmt: skip


def remove(server: DebianServer) -> None:
    """Stop a cluster and delete all of it."""
    if (server.home / "data" / "postmaster.pid").exists():
        stop(server.home)
    shutil.rmtree(server.home)


def give(source: Path, target: Path) -> Path:
    """Copy a file for the cluster's account alone, as PostgreSQL wants its key."""
    shutil.copyfile(source, target)
    target.chmod(0o600)
    shutil.chown(target, ACCOUNT, ACCOUNT)
    return target


def _write_conf(home: Path) -> None:
    text = (EXAMPLES / "postgresql.conf").read_text(encoding="utf-8")
    for place, ours in (
        ("/etc/d2a/tls", home / "tls"),
        ("/var/lib/d2a/archive", home / "archive"),
    ):
        assert place in text
        text = text.replace(place, str(ours))
    # In the file, so that a test can switch them on again.
    forgetful = "".join(f"{name} = off\n" for name in FORGETFUL)
    (home / "postgresql.conf").write_text(text + forgetful, encoding="utf-8")


def _write_hba(home: Path) -> None:
    text = (EXAMPLES / "pg_hba.conf").read_text(encoding="utf-8")
    for theirs, ours in _HBA.items():
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    # The tests' superuser, and the login without rights of the test of that name.
    first = ["hostssl all d2a_super,d2a_plain 127.0.0.1/32 scram-sha-256"]
    first += ["host all d2a_in_clear 127.0.0.1/32 scram-sha-256"]
    first += [f"hostssl all d2a_by_{way} 127.0.0.1/32 {way}" for way in _UNSAFE]
    (home / "pg_hba.conf").write_text("\n".join(first) + "\n" + text, encoding="utf-8")


def _make_roles(server: DebianServer) -> None:
    """Run the example of roles as the superuser, then give passwords and the tests' own roles."""
    psql = server.psql()
    as_postgres(*psql, "-f", "-", stdin=(EXAMPLES / "roles.sql").read_text(encoding="utf-8"))
    passwords = {"d2a_super": secrets.token_hex(12), "d2a_admin": secrets.token_hex(12)}
    statements = [
        "CREATE ROLE d2a_super SUPERUSER LOGIN",
        "ALTER ROLE d2a_admin CREATEDB",
        "CREATE ROLE d2a_in_clear LOGIN PASSWORD 'secret in clear'",
    ]
    statements += [f"ALTER ROLE {who} PASSWORD '{word}'" for who, word in passwords.items()]
    for way in _UNSAFE:
        statements += [
            f"SET password_encryption = '{'md5' if way == 'md5' else 'scram-sha-256'}'",
            f"CREATE ROLE d2a_by_{way} LOGIN PASSWORD 'secret {way}'",
        ]
    as_postgres(*psql, "-f", "-", stdin=";\n".join(statements) + ";\n")
    for who, file in (("d2a_admin", "pgpass"), ("d2a_super", "superuser.pgpass")):
        path = server.passfile.with_name(file)
        path.touch(mode=0o600)
        path.write_text(f"127.0.0.1:*:*:{who}:{passwords[who]}\n", encoding="utf-8")


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
