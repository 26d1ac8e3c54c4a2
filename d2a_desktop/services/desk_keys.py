"""The key of a desk: from the keyring or a passphrase, made once, never in the clear."""

from __future__ import annotations

import os
from collections.abc import Callable

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.security.keyring_store import KeyringStore
from d2a_desktop.security.keys import KeyFile, StoreKey, new_store_key

AskSecret = Callable[[str], str]
LOCAL_PERSON = "local"
"""Who signs in on a desk without a shared database."""


def unlock(
    keys: KeyFile, keyring: KeyringStore, login: str, passphrase: AskSecret | None
) -> tuple[StoreKey, ...]:
    """Return the desk's key; during a change of key the current and the next.

    Raises:
        UnreachableError: the keyring does not give it ("no_key"), nobody to ask
            ("no_passphrase"), or the passphrase is wrong ("wrong_passphrase").
    """
    if not keys.logins():
        found = keyring.store_key()
        if found is None:
            raise UnreachableError(
                "The keyring of this computer does not give this desk's key.",
                what_to_do="Unlock the keyring, or sign in as the person who made the desk.",
                code="no_key",
            )
        return (found,)
    said = os.environ.get("D2A_PASSPHRASE") or (passphrase("Passphrase") if passphrase else "")
    if not said:
        raise UnreachableError(
            "This desk is locked by a passphrase.",
            what_to_do="Set D2A_PASSPHRASE, or open it at a terminal or in its window.",
            code="no_passphrase",
        )
    return keys.unlock(login, passphrase=said)


def make_key(keys: KeyFile, login: str, new_passphrase: Callable[[], str]) -> tuple[str, StoreKey]:
    """Make a key and put it where it is kept; return that place in a word, and the key."""
    key = new_store_key()
    keyring = KeyringStore(keys.create())
    if keyring.usable() and keyring.put_store_key(key):
        return "keyring", key
    keys.enrol(login, passphrase=new_passphrase(), key=key)
    return "passphrase", key
