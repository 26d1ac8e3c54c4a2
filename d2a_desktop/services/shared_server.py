"""What an administrator asks of a shared database, with the connection opened and closed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from d2a_desktop.domain.permissions import Role
from d2a_desktop.services.findings import Finding
from d2a_desktop.shared_db import admin, migrate, server
from d2a_desktop.shared_db import check as checks
from d2a_desktop.shared_db.connection import connect

Password = Callable[[], str | None]


@contextmanager
def _connected(url: str, password: Password) -> Iterator[Any]:
    connection = connect(url, password=password, name="d2a administrator")
    try:
        yield connection
    finally:
        connection.close()


def init(url: str, password: Password) -> tuple[str, ...]:
    """Prepare or upgrade a database; return the steps applied, none when it was up to date."""
    with _connected(url, password) as connection:
        return migrate.prepare(connection).applied


def check(
    url: str,
    password: Password,
    *,
    audit: bool = False,
    earlier: Path | None = None,
    keep: Path | None = None,
) -> tuple[Finding, ...]:
    """Read every grant, policy, rule and setting back; with `audit` also every audit chain.

    `earlier` is an anchor of the audit to compare with; `keep` is where to write today's.
    """
    with _connected(url, password) as connection:
        report = checks.check(connection, audit=audit, earlier=earlier, keep=keep)
    found = tuple(
        Finding(
            found.code, not found.severe, found.words, found.what_to_do, warning=not found.severe
        )
        for found in report.findings
    )
    if not found:
        found = (Finding("shared_database", True, "Everything is as it should be"),)
    if report.anchor is not None:
        found += (Finding("audit_anchor", True, report.anchor.words()),)
    return found


def new_epoch(url: str, password: Password, *, anyway: bool = False) -> str:
    """Begin a new epoch after a restore into a new cluster; refused when there is no need."""
    with _connected(url, password) as connection:
        return admin.new_epoch(connection, anyway=anyway)


def trim(url: str, password: Password) -> int:
    """Forget what the ledger has held for over 400 days; return how many entries went."""
    with _connected(url, password) as connection:
        return admin.trim_ledger(connection)


@dataclass(frozen=True, kw_only=True)
class NewOrganisation:
    """An organisation of a sharing system; without a desk it is reached by phone or mail."""

    ods_code: str
    kind: str
    name: str
    system: str = "default"
    has_desk: bool = True
    share_profiles: bool = False
    phone: str = ""
    on_call_phone: str = ""


def add_org(url: str, password: Password, new: NewOrganisation) -> str:
    """Add an organisation to a sharing system, or renew its details; return its id."""
    details = admin.OrganisationDetails(
        name=new.name,
        has_desk=new.has_desk,
        share_profiles=new.share_profiles,
        phone=new.phone or None,
        on_call_phone=new.on_call_phone or None,
    )
    with _connected(url, password) as connection:
        made = admin.add_org(
            connection, ods_code=new.ods_code, kind=new.kind, details=details, system=new.system
        )
        return made.org_id


def add_user(
    url: str, password: Password, *, ods_code: str, role: Role, name: str
) -> tuple[str, str]:
    """Add a person; return the opaque login and its password, which is shown once."""
    with _connected(url, password) as connection:
        account = admin.add_user(connection, ods_code=ods_code, role=role.value, name=name)
        return account.login, account.password


def deactivate(url: str, password: Password, *, login: str) -> tuple[int, bool]:
    """End a person's access at once; return how many connections ended, and if it may sign in.

    The latter is True only where another administrator must close the login itself.
    """
    with _connected(url, password) as connection:
        done = admin.deactivate(connection, login=login)
        return done.connections_ended, done.may_sign_in


def start(folder: Path, *, port: int | None = None) -> server.ServerInfo:
    """Start an embedded PostgreSQL for trials, on loopback."""
    return server.start(folder, port=port)


def stop(folder: Path) -> None:
    """Stop it."""
    server.stop(folder)


def remove(folder: Path) -> None:
    """Stop it and delete its data: the end of a demo."""
    server.remove(folder)
