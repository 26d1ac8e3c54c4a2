"""Building a desk anew from the shared database, after its file was damaged or its key lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import KnownError, RefusedError, UnreachableError
from d2a_desktop.core.ids import new_id
from d2a_desktop.core.paths import Profile
from d2a_desktop.core.policy import settings_in_force
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.permissions import Role
from d2a_desktop.local_db import salvage
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.engine import (
    STORE_FILE_NAME,
    first_fitting_key,
    refuse_newer,
    stored_version,
)
from d2a_desktop.local_db.file_lock import WriterLock
from d2a_desktop.local_db.salvage import SET_ASIDE_FOLDER, Salvaged
from d2a_desktop.local_db.store_errors import files_told_in_words
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.security.keyring_store import KeyringStore
from d2a_desktop.security.keys import KEY_FILE_NAME, KeyFile, StoreKey
from d2a_desktop.services.desk_keys import LOCAL_PERSON, AskSecret, make_key, unlock
from d2a_desktop.services.desk_setup import desk_clock, kind_of, shared_gateway
from d2a_desktop.services.people import enrol_from_staff
from d2a_desktop.sync.engine import SyncEngine


@dataclass(frozen=True)
class Rebuilt:
    """What came of it.

    `unsent` operations were taken over and go out with the next exchange; `lost` could not be
    read. `set_aside` names the damaged file inside the desk's folder, empty when there was none.
    `exchanged` is False when the server was not reached: the desk stays shut until it is, for
    the reason in `why_not`.
    """

    set_aside: str
    unsent: int
    lost: int
    exchanged: bool
    why_not: str = ""


def rebuild_desk(
    profile: Profile,
    *,
    passphrase: AskSecret,
    new_passphrase: Callable[[], str],
    database_password: AskSecret,
    lost_key: bool = False,
    anyway: bool = False,
    clock: Clock | None = None,
) -> Rebuilt:
    """Set the store aside, make a new one with the unsent work that can be read, and exchange.

    Args:
        profile: the folder of the desk.
        passphrase: asks for the desk's passphrase, where its key is behind one.
        new_passphrase: asks for a new one, where the key is lost and no keyring keeps another.
        database_password: asks for the login's password.
        lost_key: make a new key; nothing of the old store can be read then.
        anyway: also where the store is sound.
        clock: another clock than the desk's own; for tests.

    Raises:
        UnreachableError: no desk, no shared database, a newer store, the key is not given, the
            desk is open elsewhere, the disk is full; nothing was changed (exit 3).
        RefusedError: the store is sound (code "store_sound").
    """
    settings = settings_in_force(profile.settings_file)
    keys = KeyFile(profile.root)
    _require_desk(keys, settings)
    used = clock or desk_clock(trial=settings.trial)
    known = (
        ()
        if lost_key
        else unlock(keys, KeyringStore(keys.store_name()), settings.login, passphrase)
    )
    lock = WriterLock(profile.root)
    lock.acquire()
    try:
        found = _salvaged(profile, known, anyway=anyway)
        key = found.key or _new_key(profile, settings.login, new_passphrase, used)
        aside = salvage.replace_store(
            profile.root / STORE_FILE_NAME,
            key,
            desk=_identity(settings, used),
            found=found.work,
            now=used.now(),
        )
    finally:
        lock.release()
    keyring = KeyringStore(keys.store_name())
    why_not = _exchange(profile, key, settings, keyring, database_password, used)
    return Rebuilt(
        set_aside="" if aside is None else f"{aside.parent.name}/{aside.name}",
        unsent=len(found.work.unsent),
        lost=found.work.lost,
        exchanged=not why_not,
        why_not=why_not,
    )


def _require_desk(keys: KeyFile, settings: Settings) -> None:
    if not keys.exists():
        raise UnreachableError(
            "There is no desk in this profile.",
            what_to_do="Make one with: d2a desk init --org ODS --role ROLE",
            code="no_desk",
        )
    if not settings.server_url:
        raise UnreachableError(
            "This desk has no shared database to be built anew from; nothing was changed.",
            what_to_do="Restore a backup into another folder: d2a restore FILE --profile DIR",
            code="no_server",
        )


@dataclass(frozen=True)
class _Found:
    work: Salvaged
    key: StoreKey | None


def _salvaged(profile: Profile, known: tuple[StoreKey, ...], *, anyway: bool) -> _Found:
    path = salvage.damaged_store_of(profile.root)
    if path is None or not known:
        return _Found(Salvaged(), known[0] if known else None)
    try:
        key = first_fitting_key(path, known)
        version = stored_version(path, key)
    except UnreachableError:
        return _Found(Salvaged(lost=1), known[0])  # of what cannot be opened nobody knows how much
    refuse_newer(version)
    if path.name == STORE_FILE_NAME and not anyway and not salvage.faults(path, key):
        raise RefusedError(
            "This desk's store is sound; nothing was changed.",
            what_to_do="With --anyway it is set aside and built anew all the same.",
            code="store_sound",
        )
    return _Found(salvage.salvage(path, key), key)


def _new_key(
    profile: Profile, login: str, new_passphrase: Callable[[], str], clock: Clock
) -> StoreKey:
    """Make a key; the file of the old one is set aside too, for whoever remembers a passphrase."""
    file = profile.root / KEY_FILE_NAME
    aside = profile.root / SET_ASIDE_FOLDER / f"keys-{clock.now():%Y%m%dT%H%M%S%f}.json"
    with files_told_in_words():
        aside.parent.mkdir(mode=0o700, exist_ok=True)
        file.replace(aside)
    try:
        return make_key(KeyFile(profile.root), login, new_passphrase)[1]
    except BaseException:
        aside.replace(file)
        raise


def _identity(settings: Settings, clock: Clock) -> DeskIdentity:
    now = clock.now()
    return DeskIdentity(
        desk_id=new_id(now),
        org_id=new_id(now),
        org_ods=settings.organisation,
        org_kind=kind_of(Role(settings.role)),
        server_url=settings.server_url or None,
        trial=settings.trial,
    )


def _exchange(
    profile: Profile,
    key: StoreKey,
    settings: Settings,
    keyring: KeyringStore,
    database_password: AskSecret,
    clock: Clock,
) -> str:
    """Fill the new store; return why it could not be, empty when it was."""
    login = settings.login or LOCAL_PERSON
    store = LocalStore.open(profile.root, key, clock=clock)
    gateway = shared_gateway(settings, lambda: keyring.password(login) or database_password(login))
    try:
        SyncEngine(store, gateway, clock).run(login)
        enrol_from_staff(store, login, role=settings.role, name=login, now=clock.now())
    except KnownError as failure:
        return str(failure)
    finally:
        gateway.close()
        store.close()
    return ""
