"""A PgBouncer in transaction mode before the lane's cluster, from the example files."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.integration.debian.certificates import Authority
from tests.integration.debian.cluster import ACCOUNT, EXAMPLES, DebianServer, as_postgres, give


@contextlib.contextmanager
def pooler(
    server: DebianServer, database: str, authority: Authority, **settings: str
) -> Iterator[int]:
    """Run PgBouncer for one database; yield its port.

    The differences from the example: places, ports, the server's address, and `settings`.
    """
    word = secrets.token_hex(12)
    as_postgres(*server.psql(database), "-f", "-",
                stdin=(EXAMPLES / "pgbouncer.sql").read_text(encoding="utf-8"))  # fmt: skip
    as_postgres(*server.psql(), "-c", f"ALTER ROLE d2a_pooler PASSWORD '{word}'")
    home = Path(tempfile.mkdtemp(prefix="d2a-pooler-", dir="/var/tmp"))
    home.chmod(0o711)
    for title, source in zip(("pooler.crt", "pooler.key"), authority.server("pooler"), strict=True):
        give(source, home / title)
    give(authority.file, home / "ca.crt")
    _private(home / "userlist.txt", f'"d2a_pooler" "{word}"\n')
    port = _free_port()
    _private(home / "pgbouncer.ini", _settings(home, port, server, database, settings))
    process = subprocess.Popen(
        ["/usr/sbin/pgbouncer", str(home / "pgbouncer.ini")], cwd="/", user=ACCOUNT,
        group=ACCOUNT, extra_groups=[], env={"PATH": os.defpath, "LC_ALL": "C"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        said = b""
        for line in process.stderr:
            said += line
            if b"process up" in line:
                break
        else:
            raise AssertionError(said.decode())
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=20)
        shutil.rmtree(home)


def _settings(
    home: Path, port: int, server: DebianServer, database: str, more: dict[str, str]
) -> str:
    text = (EXAMPLES / "pgbouncer.ini").read_text(encoding="utf-8")
    for theirs, ours in {
        "d2a = host=db.trust.example port=5432 dbname=d2a": f"{database} = host=127.0.0.1 "
        f"port={server.port} dbname={database}",
        "listen_addr = *": "listen_addr = 127.0.0.1",
        "listen_port = 6432": f"listen_port = {port}",
        "/etc/d2a/pgbouncer/": f"{home}/",
        "/etc/d2a/tls/": f"{home}/",
    }.items():
        assert theirs in text, theirs
        text = text.replace(theirs, ours)
    return text + "".join(f"{name} = {value}\n" for name, value in more.items())


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    shutil.chown(path, ACCOUNT, ACCOUNT)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
