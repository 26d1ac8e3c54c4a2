"""Setting a desk up, backing it up and restoring it; nothing half done stays behind."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from d2a_desktop.core import settings as settings_file
from d2a_desktop.core.clock import Clock, SettableClock, SystemClock
from d2a_desktop.core.errors import RefusedError, UnreachableError, UsageError
from d2a_desktop.core.ids import new_id
from d2a_desktop.core.paths import Profile
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.permissions import ROLES_OF_KIND, Role
from d2a_desktop.local_db.backup import make_backup, restore_backup
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.security.keyring_store import KeyringStore
from d2a_desktop.security.keys import KeyFile
from d2a_desktop.services.desk_keys import LOCAL_PERSON, AskSecret, make_key, unlock
from d2a_desktop.services.people import enrol_from_staff
from d2a_desktop.shared_db.gateway import NoSharedDatabase, PostgresGateway
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.protocol import SharedGateway

_TRIAL_CLOCK = "D2A_NOW"


@dataclass(frozen=True)
class MadeDesk:
    """What `init_desk` made, in words for people."""

    organisation: str
    role: str
    key_place: str
    server: str


def desk_clock(*, trial: bool) -> Clock:
    """Return the system's clock; a trial desk alone honours `D2A_NOW` (DECISIONS).

    Raises:
        UsageError: `D2A_NOW` is not an instant with its offset.
    """
    set_to = os.environ.get(_TRIAL_CLOCK)
    if not trial or not set_to:
        return SystemClock()
    try:
        return SettableClock(datetime.fromisoformat(set_to))
    except ValueError:
        raise UsageError(
            f"{_TRIAL_CLOCK} is not an instant with its offset.",
            what_to_do="Write it like 2026-11-27T16:10+00:00.",
        ) from None


def shared_gateway(settings: Settings, password: Callable[[], str | None]) -> SharedGateway:
    """Return the way to the shared database that the settings name, or its null object."""
    if not settings.server_url:
        return NoSharedDatabase()
    url = settings.server_url
    if settings.server_ca_file:
        url += ("&" if "?" in url else "?") + f"sslrootcert={settings.server_ca_file}"
    return PostgresGateway(url, login=settings.login, password=password)


@dataclass(frozen=True, kw_only=True)
class DeskRequest:
    """What a new desk is to be; no server means a desk of its own, for a first look."""

    ods_code: str
    role: Role
    server_url: str = ""
    login: str = ""
    name: str = ""
    ca_file: str = ""
    trial: bool = False


def init_desk(
    profile: Profile,
    request: DeskRequest,
    *,
    database_password: AskSecret | None,
    new_passphrase: Callable[[], str],
    clock: Clock | None = None,
) -> MadeDesk:
    """Make this desk's encrypted store and its key, and exchange once with the server.

    Nothing stays behind when a step fails.

    Raises:
        UnreachableError: there is a desk already, or the server cannot be reached (exit 3).
        RefusedError: the login belongs to another organisation than the one named.
        UsageError: a server without a login, or a role of no organisation.
    """
    if request.server_url and not request.login:
        raise UsageError("--server needs --user: the login an administrator gave you.")
    keys = KeyFile(profile.root)
    if keys.exists():
        raise UnreachableError(
            "There is a desk in this profile already.",
            what_to_do="Choose another place with --profile.",
            code="store_exists",
        )
    profile.create()
    used_clock = clock or desk_clock(trial=request.trial)
    kind = kind_of(request.role)
    settings = Settings(
        organisation=request.ods_code.upper(),
        role=request.role.value,
        server_url=request.server_url,
        login=request.login,
        server_ca_file=request.ca_file,
        trial=request.trial,
    )
    try:
        place, key = make_key(keys, request.login or LOCAL_PERSON, new_passphrase)
        now = used_clock.now()
        store = LocalStore.create(
            profile.root,
            key,
            clock=used_clock,
            desk=DeskIdentity(
                desk_id=new_id(now),
                org_id=new_id(now),
                org_ods=request.ods_code.upper(),
                org_kind=kind,
                server_url=request.server_url or None,
                trial=request.trial,
            ),
        )
        try:
            organisation = _first_exchange(
                store,
                settings,
                KeyringStore(keys.store_name()),
                database_password,
                name=request.name,
                clock=used_clock,
            )
        finally:
            store.close()
        settings_file.save(profile.settings_file, settings)
    except BaseException:
        _take_back(profile, keys)
        raise
    return MadeDesk(organisation, request.role.label, place, request.server_url or "none")


def kind_of(role: Role) -> str:
    """Return the kind of organisation a role first means; the server's answer then counts.

    Raises:
        UsageError: it is a role of no organisation.
    """
    for kind in ("hospital", "community", "agency", "council"):
        if role is Role.HUB_CASE_MANAGER and kind == "hospital":
            continue
        if role in ROLES_OF_KIND[kind]:
            return kind
    raise UsageError(f"'{role}' is not a role.")


def _first_exchange(
    store: LocalStore,
    settings: Settings,
    keyring: KeyringStore,
    database_password: AskSecret | None,
    *,
    name: str,
    clock: Clock,
) -> str:
    login = settings.login or LOCAL_PERSON
    if not settings.server_url:
        enrol_from_staff(store, login, role=settings.role, name=name or login, now=clock.now())
        return store.desk.org_ods
    asked = database_password(login) if database_password else None
    gateway = shared_gateway(settings, lambda: asked)
    try:
        SyncEngine(store, gateway, clock).run(login)
    finally:
        gateway.close()
    if store.desk.org_ods.upper() != settings.organisation:
        raise RefusedError(
            f"This login belongs to {store.desk.org_ods}, not to {settings.organisation}.",
            what_to_do="Check the ODS code and the login with your administrator.",
            code="other_organisation",
        )
    if asked:
        keyring.put_password(login, asked)
    enrol_from_staff(store, login, role=settings.role, name=name or login, now=clock.now())
    return store.desk.org_ods


def _take_back(profile: Profile, keys: KeyFile) -> None:
    if keys.exists():
        KeyringStore(keys.store_name()).forget_store_key()
    for pattern in ("store.db*", "store.lock", "keys.json", "settings.json"):
        for path in profile.root.glob(pattern):
            path.unlink(missing_ok=True)


def backup_desk(profile: Profile, target: Path, *, passphrase: AskSecret) -> None:
    """Write a sealed backup of a desk; its passphrase is another than the desk's may be."""
    settings = settings_file.load(profile.settings_file)
    keys = KeyFile(profile.root)
    if not keys.exists():
        raise UnreachableError("There is no desk in this profile.", code="no_desk")
    keyring = KeyringStore(keys.store_name())
    login = settings.login or LOCAL_PERSON
    (key, *_) = unlock(keys, keyring, login, passphrase)
    secret = os.environ.get("D2A_BACKUP_PASSPHRASE") or passphrase("Passphrase of the backup")
    make_backup(
        profile.root, key, target, passphrase=secret, clock=desk_clock(trial=settings.trial)
    )


def restore_desk(profile: Profile, source: Path, *, passphrase: AskSecret) -> None:
    """Restore a backup into a profile without a store; locked until it has synchronised."""
    settings = settings_file.load(profile.settings_file)
    keys = KeyFile(profile.root)
    profile.create()
    secret = os.environ.get("D2A_BACKUP_PASSPHRASE") or passphrase("Passphrase of the backup")
    login = settings.login or LOCAL_PERSON
    if keys.exists():
        (key, *_) = unlock(keys, KeyringStore(keys.store_name()), login, passphrase)
    else:
        _, key = make_key(keys, login, lambda: passphrase("New passphrase"))
    restore_backup(
        source, profile.root, key, passphrase=secret, clock=desk_clock(trial=settings.trial)
    )
