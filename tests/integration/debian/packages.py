"""Debian's own PostgreSQL, PgBouncer and CUPS, installed once when the tests may do that."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NEEDED = (
    "postgresql", "postgresql-client", "pgbouncer", "openssl", "libnss-wrapper", "python3-yaml",
    "cups-daemon", "cups-client", "krb5-kdc", "krb5-admin-server", "krb5-user",
)  # fmt: skip
_SECONDS = 240
_NO_CLUSTER = Path("/etc/postgresql-common/createcluster.conf")


def why_not() -> str | None:
    """Return why this computer cannot take Debian's packages, or None."""
    if sys.platform != "linux" or not Path("/etc/debian_version").exists():
        return "not Debian"
    if os.geteuid() != 0:
        return "not root, so no Debian packages can be installed"
    if shutil.which("apt-get") is None:
        return "no apt-get"
    return None


def install(needed: Sequence[str] = NEEDED) -> str | None:
    """Install what is missing, quietly and without a prompt; return why it failed, or None.

    One worker of the tests at a time: apt-get does not wait for another one's lists.
    """
    import fcntl  # not on every system, and this one is Debian

    with Path("/var/tmp/d2a-debian-packages.lock").open("w", encoding="ascii") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        return _install(needed)


def _install(needed: Sequence[str]) -> str | None:
    missing = [name for name in needed if not _installed(name)]
    if not missing:
        return None
    if not _NO_CLUSTER.exists():
        # Debian would otherwise make and start a cluster of its own.
        _NO_CLUSTER.parent.mkdir(parents=True, exist_ok=True)
        _NO_CLUSTER.write_text("create_main_cluster = false\n", encoding="utf-8")
    calm = ["-y", "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Options::=--force-confold"]
    for command in (
        ["apt-get", "update", *calm],
        ["apt-get", "install", "--no-install-recommends", *calm, *missing],
    ):
        try:
            done = subprocess.run(
                command,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"{' '.join(command[:2])} took longer than {_SECONDS} s"
        if done.returncode != 0:
            return f"{' '.join(command[:2])} failed with {done.returncode}"
    return None


def _installed(name: str) -> bool:
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Abbrev}", name],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0 and done.stdout.startswith(b"ii")


def postgres_programs() -> Path:
    """Return the folder of the newest PostgreSQL that Debian installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent


def name_wrapper() -> Path:
    """Return the library that gives a process host names of its own."""
    return next(Path("/usr/lib").glob("*-linux-gnu*/libnss_wrapper.so"))
