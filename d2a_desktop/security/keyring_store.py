"""The operating system's keyring: this desk's key and its database password, nothing else."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.core.logs import EventLog
from d2a_desktop.security.keys import StoreKey

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "d2a-desktop"
_PROBE = "probe"
_log = EventLog(__name__)


class KeyringStore:
    """Secrets of one store in the OS keyring, under names that say nothing.

    What is written is read back at once: the `null` backend takes everything and keeps nothing,
    the `fail` backend refuses (SYNC 5.2). Windows holds 1,280 characters for an entry, so only
    the 64 digits of the key and one password are ever put there.
    """

    def __init__(self, store_name: str, backend: KeyringBackend | None = None) -> None:
        """Look after the secrets of one store.

        Args:
            store_name: the random name in the key file (`KeyFile.store_name`).
            backend: a keyring; the operating system's when absent.
        """
        self._store_name = store_name
        self._given = backend

    def usable(self) -> bool:
        """Return whether something written can be read back; leaves nothing behind."""
        probe = sha256(f"{_PROBE} {self._store_name}".encode()).hexdigest()
        kept = self._put(_PROBE, probe)
        self._delete(_PROBE)
        return kept

    def put_store_key(self, key: StoreKey) -> bool:
        """Keep the store's key; return False when this keyring does not keep it."""
        return self._put("key", key.hex)

    def store_key(self) -> StoreKey | None:
        """Return the store's key, None when the keyring has none or is not usable.

        Raises:
            UnreachableError: what is there is not a key (code "wrong_key").
        """
        found = self._get("key")
        return None if found is None else StoreKey(found)

    def forget_store_key(self) -> None:
        """Take the store's key out of the keyring."""
        self._delete("key")

    def put_password(self, login: str, password: str) -> bool:
        """Keep a login's database password; return False when this keyring does not keep it.

        Raises:
            UnreachableError: the password is too long for a keyring.
        """
        if len(password) > 1000:
            raise UnreachableError("This password is too long to be kept.", code="long_password")
        return self._put(f"password {login}", password)

    def password(self, login: str) -> str | None:
        """Return a login's database password, None when it is not kept."""
        return self._get(f"password {login}")

    def forget_password(self, login: str) -> None:
        """Take a login's password out of the keyring."""
        self._delete(f"password {login}")

    def _name(self, what: str) -> str:
        return sha256(f"{self._store_name} {what}".encode()).hexdigest()[:32]

    def _backend(self) -> KeyringBackend:
        if self._given is not None:
            return self._given
        import keyring  # its search for backends takes a moment: not before it is needed

        return keyring.get_keyring()

    def _put(self, what: str, secret: str) -> bool:
        from keyring.errors import KeyringError

        try:
            self._backend().set_password(SERVICE, self._name(what), secret)
        except (KeyringError, OSError, RuntimeError) as error:
            _log.info("keyring:put_failed", cause=error)
            return False
        return self._get(what) == secret

    def _get(self, what: str) -> str | None:
        from keyring.errors import KeyringError

        try:
            return self._backend().get_password(SERVICE, self._name(what))
        except (KeyringError, OSError, RuntimeError) as error:
            _log.info("keyring:get_failed", cause=error)
            return None

    def _delete(self, what: str) -> None:
        from keyring.errors import KeyringError

        try:
            self._backend().delete_password(SERVICE, self._name(what))
        except (KeyringError, OSError, RuntimeError) as error:
            _log.info("keyring:delete_failed", cause=error)
