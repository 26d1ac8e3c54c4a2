"""The doctor: what is wrong with a desk, and what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

from d2a_desktop.core.errors import KnownError
from d2a_desktop.core.paths import Profile, resource
from d2a_desktop.core.policy import find_policy, settings_in_force
from d2a_desktop.core.settings import Settings
from d2a_desktop.local_db.engine import first_fitting_key
from d2a_desktop.local_db.salvage import faults
from d2a_desktop.local_db.store_errors import damaged_store
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.security.keyring_store import KeyringStore
from d2a_desktop.security.keys import KeyFile, StoreKey
from d2a_desktop.services.desk_keys import LOCAL_PERSON, unlock
from d2a_desktop.services.desk_setup import desk_clock, shared_gateway
from d2a_desktop.services.findings import Finding
from d2a_desktop.sync.engine import SyncEngine

_LEAST_FREE_BYTES = 500_000_000


def examine(profile: Profile) -> tuple[Finding, ...]:
    """Check a desk from its folder to its server; later checks need the earlier ones."""
    return tuple(_findings(profile))


def _findings(profile: Profile) -> Iterator[Finding]:
    yield from _folder(profile)
    yield _checked(
        "Program files", lambda: str(len(list(resource("fonts").rglob("*.?tf")))) + " fonts"
    )
    yield from _policy()
    keys = KeyFile(profile.root)
    if not keys.exists():
        advice = "Make a desk with: d2a desk init --org ODS --role ROLE"
        yield Finding("Desk", False, "There is no desk in this profile", advice)
        return
    try:
        settings = settings_in_force(profile.settings_file)
    except KnownError as wrong:
        yield Finding("Settings", False, wrong.message, wrong.what_to_do)
        return
    yield Finding("Settings", True, "In order")
    yield from _store(profile, keys, settings)


def _policy() -> Iterator[Finding]:
    policy = find_policy()
    if policy.problem is not None:
        yield Finding("Policy", False, policy.problem.message, policy.problem.what_to_do)
    elif policy.place:
        yield Finding("Policy", True, f"Fixes {len(policy.values)} settings: {policy.place}")


def _folder(profile: Profile) -> Iterator[Finding]:
    # Before the first desk nothing of its place may be there: what is there would hold it.
    places = (profile.root, *profile.root.absolute().parents)
    folder = next(each for each in places if each.exists())
    writable = os.access(folder, os.W_OK)
    yield Finding(
        "Folder of the desk",
        writable,
        "Can be written to" if writable else "Cannot be written to",
        "" if writable else "Ask for the right to write to it, or choose another --profile.",
    )
    free = shutil.disk_usage(folder).free
    yield Finding(
        "Disk",
        free >= _LEAST_FREE_BYTES,
        f"{free // 1_000_000} MB free",
        "" if free >= _LEAST_FREE_BYTES else "Make room: a full disk makes the desk read-only.",
    )


def _checked(check: str, run: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, run())
    except KnownError as wrong:
        return Finding(check, False, wrong.message, wrong.what_to_do)


def _store(profile: Profile, keys: KeyFile, settings: Settings) -> Iterator[Finding]:
    keyring = KeyringStore(keys.store_name())
    people = keys.logins()
    who = "1 person" if len(people) == 1 else f"{len(people)} people"
    place = f"Passphrase, {who}" if people else "Keyring of this computer"
    yield Finding("Key", True, place)
    try:
        key = unlock(keys, keyring, settings.login or LOCAL_PERSON, None)
        clock = desk_clock(trial=settings.trial)
        store = LocalStore.open(profile.root, *key, clock=clock, read_only=True)
    except KnownError as wrong:
        yield Finding("Store", False, wrong.message, wrong.what_to_do)
        return
    try:
        yield Finding("Store", True, f"Opens, {store.path.stat().st_size // 1024} KB")
        whole = _checked("Store file", lambda: _whole(store, key))
        yield whole
        if not whole.ok:
            return
        yield _checked("Audit trail", lambda: _audit(store))
        yield from _exchange(store, settings, keyring)
    finally:
        store.close()


def _whole(store: LocalStore, keys: tuple[StoreKey, ...]) -> str:
    """Read every page: what is damaged is found before somebody needs it."""
    if faults(store.path, first_fitting_key(store.path, keys)):
        raise damaged_store()
    return "Every page is whole"


def _audit(store: LocalStore) -> str:
    store.verify_audit()
    return "Whole"


def _exchange(store: LocalStore, settings: Settings, keyring: KeyringStore) -> Iterator[Finding]:
    if not settings.server_url:
        yield Finding("Shared database", True, "None; work is kept on this desk")
        return

    def password() -> str | None:
        return os.environ.get("D2A_DB_PASSWORD") or keyring.password(settings.login)

    gateway = shared_gateway(settings, password)
    try:
        yield _checked(
            "Shared database", lambda: f"Answers; {gateway.reap()} connections that hung were ended"
        )
        health = SyncEngine(store, gateway, desk_clock(trial=settings.trial)).health()
        healthy = health.state.value in ("synced", "working")
        yield Finding("Exchange", healthy, health.reason, health.what_to_do)
    finally:
        gateway.close()
