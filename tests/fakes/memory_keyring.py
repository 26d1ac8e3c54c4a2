"""A keyring in memory, and the two kinds of keyring that keep nothing.

Their priority is below that of every real one: the library registers each subclass it sees.
"""

from __future__ import annotations

from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError, PasswordDeleteError


class MemoryKeyring(KeyringBackend):
    """Keeps secrets until the test ends."""

    priority = -1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class NullKeyring(KeyringBackend):
    """Takes everything in silence and keeps nothing, like `keyring.backends.null`."""

    priority = -1

    def __init__(self) -> None:
        self.kept = None

    def get_password(self, service: str, username: str) -> str | None:
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        return None

    def delete_password(self, service: str, username: str) -> None:
        return None


class FailKeyring(KeyringBackend):
    """Refuses everything, like `keyring.backends.fail` on a headless computer."""

    priority = -1

    def __init__(self) -> None:
        self.kept = None

    def get_password(self, service: str, username: str) -> str | None:
        raise NoKeyringError("no keyring")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NoKeyringError("no keyring")

    def delete_password(self, service: str, username: str) -> None:
        raise NoKeyringError("no keyring")
