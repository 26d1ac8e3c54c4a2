"""An embedded PostgreSQL 18 on loopback, for the demo, trials and tests; never for production."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.shared_db.server_process import (
    START_SECONDS,
    SYSTEM_TEMP,
    Account,
    account_for_server,
    is_root,
    reachable_binaries,
    run_tool,
    tool_path,
    wheel_binaries,
)

DATABASE = "d2a"
ADMIN = "d2a_admin"
"""The role that is handed out: may create roles and databases, owns DATABASE, no superuser."""

_SUPERUSER = "d2a_super"
_POINTER = "server.json"
_MEMORY, _MEMORY_WANTED = Path("/dev/shm"), 4 << 30  # noqa: S108  as the system's temporary folder
_DURABLE: Mapping[str, str] = {
    "max_connections": "120",
    "max_prepared_transactions": "0",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    # Statements carry people's data: the log holds errors, never their parameters or text.
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
}
FAST_AND_FORGETFUL: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "10s",
}
"""Settings for tests: a crash of the machine may lose the data; PostgreSQL's rules are the same."""


@dataclass(frozen=True)
class ServerInfo:
    """A running embedded server: `url` has no password, `passfile` (0600, PGPASSFILE form) has."""

    url: str
    passfile: Path
    port: int
    user: str
    database: str
    data: Path

    def as_json(self) -> dict[str, str]:
        """Return the document that `d2a server start --json` prints."""
        return {"url": self.url, "passfile": str(self.passfile)}


def start(
    directory: Path, *, port: int | None = None, options: Mapping[str, str] | None = None
) -> ServerInfo:
    """Start, or find running, the server of `directory`; the same call again changes nothing.

    Without `port` the port of the last start is used again when it is free, else a free one.

    Raises:
        UnreachableError: the wheel is not installed, the port is taken, or PostgreSQL refuses.
    """
    binaries = reachable_binaries(wheel_binaries())
    account = account_for_server()
    directory.mkdir(parents=True, exist_ok=True)
    pointer = _read_pointer(directory)
    if pointer is not None and not Path(str(pointer["data"])).is_dir():
        raise UnreachableError(
            "The data of this embedded PostgreSQL is gone from the system's temporary directory.",
            what_to_do="Delete the file server.json to begin with an empty one.",
            code="server_data_gone",
        )
    if pointer is None:
        pointer = _create(directory, binaries, account, options or {})
    data = Path(str(pointer["data"]))
    if (running := _running_port(directory, data)) is not None:
        return _info(directory, data, running)
    _forget_stale_pid(data)
    for chosen in _ports(port, pointer.get("port")):
        if _launch(binaries, account, data, chosen):
            break
    else:
        raise UnreachableError(
            "The embedded PostgreSQL did not start.",
            what_to_do="Its port may be in use: give another with --port. "
            "The reason is in the file server.log beside its data.",
            code="server_start",
        )
    _write_private(directory / _POINTER, json.dumps({"data": str(data), "port": chosen}))
    _ensure_admin(directory, chosen)
    return _info(directory, data, chosen)


def stop(directory: Path) -> bool:
    """Stop the server of `directory`; return False when none was running.

    Raises:
        UnreachableError: it did not stop within a minute.
    """
    pointer = _read_pointer(directory)
    if pointer is None:
        return False
    data = Path(str(pointer["data"]))
    if not (data / "postmaster.pid").exists():
        return False
    _forget_stale_pid(data)
    if not (data / "postmaster.pid").exists():
        return False
    binaries = reachable_binaries(wheel_binaries())
    done = run_tool(
        [tool_path(binaries, "pg_ctl"), "-D", str(data), "-m", "fast", "-w", "-t", "60", "stop"],
        account_for_server(),
    )
    if done.returncode != 0 and (data / "postmaster.pid").exists():
        raise UnreachableError(
            "The embedded PostgreSQL did not stop within a minute.",
            what_to_do="Close the programs that use it and try again.",
            code="server_stop",
        )
    return True


def remove(directory: Path) -> None:
    """Stop the server of `directory` and delete its data, its pointer and its password files."""
    stop(directory)
    pointer = _read_pointer(directory)
    if pointer is None:
        return
    data = Path(str(pointer["data"]))
    home = data.parent
    if home == directory:
        shutil.rmtree(data, ignore_errors=True)
        (home / "server.log").unlink(missing_ok=True)
    elif home.parent in (SYSTEM_TEMP, _MEMORY) and home.name.startswith("d2a-data-"):
        shutil.rmtree(home, ignore_errors=True)
    for name in (_POINTER, "pgpass", "superuser.pgpass"):
        (directory / name).unlink(missing_ok=True)


# --- making and starting ----------------------------------------------------------------------


def _create(
    directory: Path, binaries: Path, account: Account, options: Mapping[str, str]
) -> dict[str, object]:
    """Run initdb with SCRAM only, write settings and the superuser's password file."""
    if account.uid is None:
        home = directory
    else:
        # A parent of mode 0700 (root's home) is not reachable for `nobody`: the data lives
        # in the system's temporary directory and `directory` only points to it.
        home = Path(tempfile.mkdtemp(prefix="d2a-data-", dir=_place(options)))
        home.chmod(0o711)
    data = home / "data"
    password = secrets.token_urlsafe(24)
    with _password_for_initdb(home, account, password) as pwfile:
        if account.uid is not None and account.gid is not None:
            data.mkdir(mode=0o700)
            os.chown(data, account.uid, account.gid)
        done = run_tool(
            [tool_path(binaries, "initdb"), "-D", str(data), "-U", _SUPERUSER,
             "-A", "scram-sha-256",
             "--pwfile", str(pwfile), "-E", "UTF8", "--locale=C", "--locale-provider=builtin",
             "--builtin-locale=C.UTF-8", "--no-instructions",
             *(["--no-sync"] if options.get("fsync") == "off" else [])],
            account,
        )  # fmt: skip
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        raise UnreachableError(
            "PostgreSQL could not prepare its data directory.",
            what_to_do="Check that the disk is not full and that the directory may be written.",
            code="server_init",
        )
    lines = [f"{key} = '{value}'" for key, value in {**_DURABLE, **options}.items()]
    lines += ["listen_addresses = '127.0.0.1'", "unix_socket_directories = ''"]
    with (data / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\n# d2a: loopback only\n" + "\n".join(lines) + "\n")
    _write_private(directory / "superuser.pgpass", f"127.0.0.1:*:*:{_SUPERUSER}:{password}\n")
    pointer: dict[str, object] = {"data": str(data)}
    _write_private(directory / _POINTER, json.dumps(pointer))
    return pointer


def _place(options: Mapping[str, str]) -> Path:
    # What is forgotten at a crash anyway lies in memory where there is room: a file system without
    # a journal looks past every file deleted of late before it makes one, so that databases which
    # come and go by the minute would cost more than all that is done in them.
    forgetful = options.get("fsync") == "off"
    if forgetful and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _MEMORY_WANTED:
        return _MEMORY
    return SYSTEM_TEMP


@contextlib.contextmanager
def _password_for_initdb(home: Path, account: Account, password: str) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix="pw-", dir=home)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(password + "\n")
        if account.uid is not None and account.gid is not None:
            os.chown(name, account.uid, account.gid)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _ports(wanted: int | None, last: object) -> list[int]:
    """Return the ports to try, in order: the one asked for alone, else the last one, else free."""
    if wanted is not None:
        return [wanted]
    remembered = [last] if isinstance(last, int) else []
    return [*remembered, _free_port(), _free_port(), _free_port()]


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _launch(binaries: Path, account: Account, data: Path, port: int) -> bool:
    if not _is_free(port):
        return False
    log = data.parent / "server.log"
    if account.uid is not None and account.gid is not None:
        log.touch(mode=0o600)
        os.chown(log, account.uid, account.gid)
    done = run_tool(
        [tool_path(binaries, "pg_ctl"), "-D", str(data), "-l", str(log), "-o", f"-p {port}",
         "-w", "-t", str(START_SECONDS), "-s", "start"],
        account,
    )  # fmt: skip
    return done.returncode == 0


def _ensure_admin(directory: Path, port: int) -> None:
    """Create the role that is handed out and the database it owns, once."""
    passfile = directory / "pgpass"
    with psycopg.connect(
        host="127.0.0.1", port=port, user=_SUPERUSER, dbname="postgres",
        passfile=str(directory / "superuser.pgpass"), autocommit=True, connect_timeout=10,
    ) as connection:  # fmt: skip
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)
        ).fetchone()
        if known and passfile.exists():
            return
        password = secrets.token_urlsafe(24)
        role = sql.Identifier(ADMIN)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ADMIN,)).fetchone():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEROLE CREATEDB NOSUPERUSER").format(role)
            )
            connection.execute(
                sql.SQL("GRANT pg_signal_backend TO {} WITH ADMIN OPTION").format(role)
            )
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
        if not known:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), role)
            )
    _write_private(passfile, f"127.0.0.1:*:*:{ADMIN}:{password}\n")


# --- what is known of a directory -------------------------------------------------------------


def _info(directory: Path, data: Path, port: int) -> ServerInfo:
    url = f"postgresql://{ADMIN}@127.0.0.1:{port}/{DATABASE}"
    return ServerInfo(url, directory / "pgpass", port, ADMIN, DATABASE, data)


def _read_pointer(directory: Path) -> dict[str, object] | None:
    try:
        found = json.loads((directory / _POINTER).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) and "data" in found else None


def _running_port(directory: Path, data: Path) -> int | None:
    """Return the port when the server of `data` answers to its own password, else None."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="ascii").splitlines()
        port = int(lines[3])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    try:
        psycopg.connect(
            host="127.0.0.1", port=port, user=_SUPERUSER, dbname="postgres",
            passfile=str(directory / "superuser.pgpass"), connect_timeout=5,
        ).close()  # fmt: skip
    except psycopg.OperationalError:
        return None
    _ensure_admin(directory, port)
    return port


def _forget_stale_pid(data: Path) -> None:
    """Remove a pid file whose process is gone or is not this server (killed, rebooted)."""
    path = data / "postmaster.pid"
    try:
        pid = int(path.read_text(encoding="ascii").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if not _is_server_process(pid, data):
        path.unlink(missing_ok=True)


def _is_server_process(pid: int, data: Path) -> bool:
    command = Path(f"/proc/{pid}/cmdline")
    if command.parent.parent.is_dir() and Path("/proc/self/cmdline").exists():
        try:
            return os.fsencode(str(data)) in command.read_bytes().split(b"\0")
        except OSError:
            return False
    if sys.platform == "win32":
        return True  # pg_ctl judges it there
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return is_root()
    return True


def _write_private(path: Path, text: str) -> None:
    """Write `text` so that only its owner can read it, whole or not at all."""
    handle, name = tempfile.mkstemp(prefix=path.name + ".", dir=path.parent)  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(name).replace(path)
