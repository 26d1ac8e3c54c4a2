"""One connection to the shared database: where to, under whose password, how safely."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from psycopg import conninfo

from d2a_desktop.core.errors import UnreachableError, UsageError
from d2a_desktop.shared_db.attended import Watch, attended_connection
from d2a_desktop.shared_db.failures import connecting_failed

PasswordProvider = Callable[[], str | None]
"""Gives the database password of this desk (from the OS keyring), or None."""

_ALLOWED = frozenset({
    "host", "port", "dbname", "user", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl",
    "require_auth", "krbsrvname", "channel_binding",
})  # fmt: skip
_SINGLE_SIGN_ON = frozenset({"gss", "sspi"})
# Every server from PostgreSQL 15 on speaks it, and nothing older is needed for one that we support.
_LEAST_TLS = "TLSv1.3"


@dataclass(frozen=True)
class Target:
    """A server as a URL names it, checked; never holds a password."""

    host: str
    port: str
    database: str
    user: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def is_loopback(self) -> bool:
        """Tell whether the traffic stays on this computer."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Tell whether `host` is a Unix socket directory, localhost or a loopback address."""
    if host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def parse(url: str) -> Target:
    """Check the URL of a shared database.

    Raises:
        UsageError: it is no URL, names no server, carries a password or an unknown option.
        UnreachableError: it asks for less than full verification of a server elsewhere (exit 3).
    """
    try:
        found = {k: str(v) for k, v in conninfo.conninfo_to_dict(url).items() if v is not None}
    except psycopg.ProgrammingError:
        raise UsageError(
            "The URL of the server is not of the form postgresql://LOGIN@HOST:PORT/DATABASE.",
            code="bad_url",
        ) from None
    if "password" in found:
        raise UsageError(
            "The URL of the server carries a password.",
            what_to_do="Leave it out: give it in D2A_DB_PASSWORD or a file named by PGPASSFILE.",
            code="password_in_url",
        )
    if unknown := sorted(set(found) - _ALLOWED):
        raise UsageError(
            f"The URL of the server has options that are not allowed: {', '.join(unknown)}.",
            code="bad_url",
        )
    host = found.pop("host", "")
    if not host or "," in host:
        raise UsageError("The URL must name exactly one server.", code="bad_url")
    target = Target(
        host=host,
        port=found.pop("port", "5432"),
        database=found.pop("dbname", ""),
        user=found.pop("user", ""),
        options=found,
    )
    if not target.user or not target.database:
        raise UsageError("The URL must name the login and the database.", code="bad_url")
    if not target.is_loopback and found.get("sslmode", "verify-full") != "verify-full":
        raise UnreachableError(
            "A server that is not on this computer is used only over TLS with full verification.",
            what_to_do="Leave sslmode out of the URL, or set sslmode=verify-full.",
            code="not_encrypted",
        )
    return target


def with_user(url: str, user: str) -> str:
    """Return `url` for another login."""
    parts = conninfo.conninfo_to_dict(url)
    parts["user"] = user
    target = parse(conninfo.make_conninfo("", **parts))
    host = f"[{target.host}]" if ":" in target.host else target.host
    options = "&".join(f"{k}={v}" for k, v in sorted(target.options.items()))
    if host.startswith("/"):
        options = "&".join(o for o in (f"host={host}", options) if o)
        host = ""
    return f"postgresql://{user}@{host}:{target.port}/{target.database}" + (
        f"?{options}" if options else ""
    )


def connect(
    url: str,
    *,
    password: PasswordProvider | None = None,
    name: str = "d2a",
    timeout_seconds: int = 5,
    watch: Watch | None = None,
) -> psycopg.Connection:
    """Connect in autocommit mode, for the calls of `gateway` and the administrator's work.

    A server elsewhere must prove its name by certificate (verify-full, TLS 1.3) and tie the SCRAM
    exchange to that TLS channel; a URL with channel_binding=prefer admits a PgBouncer, which
    cannot do the latter. The password comes from D2A_DB_PASSWORD, else from the file
    named by PGPASSFILE, else from `password`. `timeout_seconds` is for each address of the host.
    A `watch` attends the connecting and every wait after it; an administrator's long statements
    go without.

    Raises:
        UsageError: the URL is wrong.
        UnreachableError: no server, no TLS, wrong certificate, or the login was refused (exit 3).
        StoppedError: the watch was told to stop.
    """
    target = parse(url)
    parameters = {
        **target.options,
        **_security(target),
        "host": target.host,
        "hostaddr": "",  # or PGHOSTADDR of the environment would lead elsewhere
        "port": target.port,
        "dbname": target.database,
        "user": target.user,
        "application_name": name,
        "client_encoding": "UTF8",
        "connect_timeout": str(timeout_seconds),
        "keepalives": "1",
        "keepalives_idle": "10",
        "keepalives_interval": "5",
        "keepalives_count": "3",
        "tcp_user_timeout": "15000",
        "target_session_attrs": "read-write",  # a stand-by's watermark would lose rows
    }
    secret = _secret(password)
    if secret is not None:
        parameters["password"] = secret
    try:
        if watch is None:
            return psycopg.connect(
                conninfo.make_conninfo("", **parameters), autocommit=True, prepare_threshold=None
            )
        parameters |= _found(target, watch, timeout_seconds)
        return attended_connection(watch).connect(
            conninfo.make_conninfo("", **parameters),
            autocommit=True,
            prepare_threshold=None,
            # One message per call: it arrives whole and is committed, or has no effect. Cut between
            # the several of the extended protocol, it would wait at the server uncommitted, with
            # its locks, and hold back everybody's news.
            cursor_factory=psycopg.ClientCursor,
        )
    except (psycopg.Error, OSError) as failure:
        raise connecting_failed(failure, remote=not target.is_loopback) from None


def _found(target: Target, watch: Watch, seconds: float) -> dict[str, str]:
    """Return where the host is; libpq checks the certificate against its name all the same."""
    if target.host.startswith(("/", "@")):
        return {}
    addresses = watch.addresses(target.host, target.port, seconds)
    return {
        "host": ",".join([target.host] * len(addresses)),
        "hostaddr": ",".join(addresses),
        "port": ",".join([target.port] * len(addresses)),
    }


def _security(target: Target) -> dict[str, str]:
    """Return the libpq settings that keep the login and the data safe on the way."""
    sign_on = target.options.get("require_auth", "scram-sha-256")
    if sign_on not in {"scram-sha-256", *_SINGLE_SIGN_ON}:
        raise UsageError(
            "The URL asks for a way to sign in that is not allowed.",
            what_to_do="Use require_auth=scram-sha-256, gss or sspi, or leave it out.",
            code="bad_url",
        )
    binding = target.options.get("channel_binding", "require")
    if binding not in {"require", "prefer"}:
        raise UsageError(
            "The URL asks for a sign-in that is not tied to the encrypted connection.",
            what_to_do="Leave channel_binding out, or for a PgBouncer set channel_binding=prefer.",
            code="bad_url",
        )
    if target.is_loopback:
        settings = {"gssencmode": "disable"}
        if not target.host.startswith(("/", "@")):
            settings["require_auth"] = sign_on
        return settings
    return {
        "sslmode": "verify-full",
        "sslrootcert": target.options.get("sslrootcert", "system"),
        "ssl_min_protocol_version": _LEAST_TLS,
        "gssencmode": "disable",
        "require_auth": sign_on,
        "channel_binding": "disable" if sign_on in _SINGLE_SIGN_ON else binding,
    }


def _secret(provider: PasswordProvider | None) -> str | None:
    if from_environment := os.environ.get("D2A_DB_PASSWORD"):
        return from_environment
    if os.environ.get("PGPASSFILE"):
        return None
    return provider() if provider is not None else None
