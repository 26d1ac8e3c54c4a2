"""The lock of an open desk: when it covers itself, and what uncovers it."""

from __future__ import annotations

from datetime import timedelta

from d2a_desktop.core import settings as settings_file
from d2a_desktop.core.paths import Profile
from d2a_desktop.core.settings import Settings
from d2a_desktop.security.idle_lock import IdleLock
from d2a_desktop.security.keyring_store import KeyringStore
from d2a_desktop.security.keys import KeyFile
from d2a_desktop.services.desk_keys import LOCAL_PERSON

SHORTEST = 12
"""Characters of a new passphrase; as the command line asks (`cli/secrets.py`)."""

_LONGEST_NOTICE = timedelta(seconds=30)


def has_desk(profile: Profile) -> bool:
    """Return whether this folder holds a desk."""
    return KeyFile(profile.root).exists()


def asks_passphrase(profile: Profile) -> bool:
    """Return whether this desk's key is wrapped by a passphrase; else the keyring holds it.

    Raises:
        UnreachableError: the key file is damaged.
    """
    return bool(KeyFile(profile.root).logins())


def people_at(profile: Profile) -> tuple[tuple[str, str], ...]:
    """Return login and name of everybody who can open this desk by a passphrase, by name.

    Raises:
        UnreachableError: the key file is damaged.
    """
    return KeyFile(profile.root).people()


def check_passphrase(profile: Profile, passphrase: str, login: str = "") -> None:
    """Let a person pass, or raise; the desk stays open below the cover.

    `login` is the one of the settings where none is given.

    A desk whose key is in the keyring relies on the computer's own sign-in: it has no passphrase
    to ask for, and its cover only hides.

    Raises:
        UnreachableError: the passphrase is wrong (code "wrong_passphrase").
    """
    keys = KeyFile(profile.root)
    if keys.logins():
        known = login or settings_file.load(profile.settings_file).login or LOCAL_PERSON
        keys.unlock(known, passphrase=passphrase)


def idle_lock(settings: Settings) -> IdleLock:
    """Return the rule by which a desk of these settings covers itself."""
    limit = timedelta(minutes=settings.idle_lock_minutes)
    return IdleLock(limit=limit, notice=min(_LONGEST_NOTICE, limit / 2))


def keyring_keeps_keys() -> bool:
    """Return whether this computer's keyring keeps secrets, so that no passphrase is needed."""
    return KeyringStore("probe").usable()


def passphrase_problem(passphrase: str, again: str) -> str:
    """Return what is wrong with a new passphrase typed twice; empty when nothing is."""
    if len(passphrase) < SHORTEST:
        return f"A passphrase has at least {SHORTEST} characters; three unrelated words will do"
    return "" if passphrase == again else "The two passphrases differ"
