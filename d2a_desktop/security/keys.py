"""The store's key: made at random, wrapped once for each enrolled person in a key file."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from d2a_desktop.core.errors import RefusedError, UnreachableError, UsageError
from d2a_desktop.security.sealing import Sealed, damaged, seal, unseal

KEY_FILE_NAME = "keys.json"
SHORTEST_PASSPHRASE = 8
_FORMAT = 1


@dataclass(frozen=True)
class StoreKey:
    """256 random bits as 64 hexadecimal digits; never shown, never logged."""

    hex: str = field(repr=False)

    def __post_init__(self) -> None:
        try:
            right = len(self.hex) == 64 and len(bytes.fromhex(self.hex)) == 32
        except ValueError:
            right = False
        if not right:
            raise UnreachableError(
                "The key of this desk is not of the right form.",
                what_to_do="Unlock with a passphrase, or restore a backup.",
                code="wrong_key",
            )

    def __str__(self) -> str:
        return "StoreKey(hidden)"


def new_store_key() -> StoreKey:
    """Return a new random 256-bit key."""
    return StoreKey(secrets.token_hex(32))


class KeyFile:
    """`keys.json` of a profile: the store's key, wrapped by each person's passphrase.

    The file is replaced in one step and readable by its owner only. While a key is being
    changed an entry holds both: the store may already be under the next one when the computer
    stops (`unlock` returns both, the store is tried with the first).
    """

    def __init__(self, profile_dir: Path) -> None:
        self._path = profile_dir / KEY_FILE_NAME

    def exists(self) -> bool:
        """Return whether anybody is enrolled here by passphrase."""
        return self._path.is_file()

    def logins(self) -> tuple[str, ...]:
        """Return who can unlock by passphrase, sorted.

        Raises:
            UnreachableError: the file is damaged.
        """
        return tuple(sorted(self._read())) if self.exists() else ()

    def enrol(self, login: str, *, passphrase: str, key: StoreKey) -> None:
        """Wrap the key for one person; an earlier passphrase of theirs ends.

        Raises:
            UsageError: the passphrase is too short (code "short_passphrase").
        """
        if len(passphrase) < SHORTEST_PASSPHRASE:
            raise UsageError(
                f"A passphrase has at least {SHORTEST_PASSPHRASE} characters.",
                what_to_do="Three or four unrelated words are easy to remember.",
                code="short_passphrase",
            )
        people = self._read() if self.exists() else {}
        people[login] = {"key": _wrap(key, login=login, passphrase=passphrase)}
        self._write(people)

    def unlock(self, login: str, *, passphrase: str) -> tuple[StoreKey, ...]:
        """Return the key; during a change of key the current and the next.

        Raises:
            UnreachableError: wrong passphrase or nobody of that login (code
                "wrong_passphrase", one answer for both), or a damaged file.
        """
        entry = self._read().get(login) if self.exists() else None
        if entry is None:
            raise UnreachableError(
                "The passphrase is wrong, or this person is not enrolled at this desk.",
                what_to_do="Try again, or ask someone enrolled here to enrol you.",
                code="wrong_passphrase",
            )
        return tuple(
            _unwrap(entry[part], login=login, passphrase=passphrase)
            for part in ("key", "next")
            if part in entry
        )

    def change_passphrase(self, login: str, *, old: str, new: str) -> None:
        """Wrap the key again under a new passphrase.

        Raises:
            UnreachableError: the old one is wrong.
            UsageError: the new one is too short.
        """
        self.enrol(login, passphrase=new, key=self.unlock(login, passphrase=old)[-1])

    def remove(self, login: str, *, keyring_holds_key: bool = False) -> None:
        """Take a person's way in away.

        Raises:
            RefusedError: it is the last way in (code "last_person").
        """
        people = self._read() if self.exists() else {}
        if login not in people:
            return
        if len(people) == 1 and not keyring_holds_key:
            raise RefusedError(
                "This is the last person who can open this desk.",
                what_to_do="Enrol somebody else first.",
                code="last_person",
            )
        del people[login]
        self._write(people)

    def begin_rotation(self, login: str, *, passphrase: str, new_key: StoreKey) -> None:
        """Write the next key beside the current one for the person who changes it.

        Raises:
            UnreachableError: the passphrase is wrong.
        """
        people = self._read()
        current = self.unlock(login, passphrase=passphrase)[0]
        people[login] = {
            "key": _wrap(current, login=login, passphrase=passphrase),
            "next": _wrap(new_key, login=login, passphrase=passphrase),
        }
        self._write(people)

    def finish_rotation(self, login: str) -> tuple[str, ...]:
        """Make the next key the only one; return who must be enrolled again.

        The others' boxes hold the old key, and nobody here knows their passphrases.
        """
        people = self._read()
        entry = people.get(login, {})
        if "next" not in entry:
            return ()
        self._write({login: {"key": entry["next"]}})
        return tuple(sorted(set(people) - {login}))

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            document = json.loads(self._path.read_text("utf-8"))
            people = document["people"]
            if document["format"] != _FORMAT or not isinstance(people, dict):
                raise damaged()
            if not all(isinstance(entry, dict) and "key" in entry for entry in people.values()):
                raise damaged()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged() from error
        return people

    def _write(self, people: Mapping[str, Mapping[str, Any]]) -> None:
        text = json.dumps({"format": _FORMAT, "people": people}, indent=1)
        write_private(self._path, text.encode())


def write_private(path: Path, content: bytes) -> None:
    """Replace a file in one step, readable by its owner only, and on the disk when this returns.

    Raises:
        UnreachableError: the disk is full or the folder cannot be written.
    """
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o600)  # a draft left behind by a crash may have been made otherwise
        draft.replace(path)
    except OSError as error:
        raise UnreachableError(
            "The key file of this desk could not be written.",
            what_to_do="Make room on the disk and check who may write to the desk's folder.",
            code="key_file_unwritable",
        ) from error


def _context(login: str) -> str:
    return f"d2a-desktop store key {_FORMAT} {login}"


def _wrap(key: StoreKey, *, login: str, passphrase: str) -> dict[str, Any]:
    sealed = seal(bytes.fromhex(key.hex), passphrase=passphrase, context=_context(login))
    return sealed.to_json()


def _unwrap(box: Mapping[str, Any], *, login: str, passphrase: str) -> StoreKey:
    secret = unseal(Sealed.from_json(box), passphrase=passphrase, context=_context(login))
    return StoreKey(secret.hex())
