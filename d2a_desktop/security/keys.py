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

    def create(self) -> str:
        """Make the file with nobody in it, unless it is there; return the store's opaque name.

        Raises:
            UnreachableError: it cannot be written, or is damaged.
        """
        if not self._path.is_file():
            self._write(_Document(store=secrets.token_hex(16), people={}))
        return self.store_name()

    def store_name(self) -> str:
        """Return the random name under which an OS keyring knows this store.

        Raises:
            UnreachableError: there is no such file, or it is damaged.
        """
        return self._read().store

    def exists(self) -> bool:
        """Return whether this profile has a key file."""
        return self._path.is_file()

    def logins(self) -> tuple[str, ...]:
        """Return who can unlock by passphrase, sorted.

        Raises:
            UnreachableError: the file is damaged.
        """
        return tuple(sorted(self._read().people)) if self.exists() else ()

    def people(self) -> tuple[tuple[str, str], ...]:
        """Return login and name of who can unlock by passphrase, by name.

        Names of staff stand here in the clear, so that a locked desk can list them; nothing else.

        Raises:
            UnreachableError: the file is damaged.
        """
        if not self.exists():
            return ()
        found = [(each, str(box.get("name") or each)) for each, box in self._read().people.items()]
        return tuple(sorted(found, key=lambda person: (person[1].casefold(), person[0])))

    def name_person(self, login: str, name: str) -> None:
        """Keep under which name a locked desk lists somebody; nothing where it knows already."""
        document = self._read()
        entry = document.people.get(login)
        if entry is not None and name and entry.get("name") != name:
            entry["name"] = name
            self._write(document)

    def enrol(self, login: str, *, passphrase: str, key: StoreKey, name: str = "") -> None:
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
        self.create()
        document = self._read()
        known = name or str(document.people.get(login, {}).get("name") or "")
        document.people[login] = {
            "key": document.wrap(key, login=login, passphrase=passphrase),
            **({"name": known} if known else {}),
        }
        self._write(document)

    def unlock(self, login: str, *, passphrase: str) -> tuple[StoreKey, ...]:
        """Return the key; during a change of key the current and the next.

        Raises:
            UnreachableError: wrong passphrase or nobody of that login (code
                "wrong_passphrase", one answer for both), or a damaged file.
        """
        document = self._read() if self.exists() else None
        entry = document.people.get(login) if document is not None else None
        if document is None or entry is None:
            raise UnreachableError(
                "The passphrase is wrong, or this person is not enrolled at this desk.",
                what_to_do="Try again, or ask someone enrolled here to enrol you.",
                code="wrong_passphrase",
            )
        return tuple(
            document.unwrap(entry[part], login=login, passphrase=passphrase)
            for part in ("key", "next")
            if part in entry
        )

    def change_passphrase(self, login: str, *, old: str, new: str) -> None:
        """Wrap the key again under a new passphrase.

        Raises:
            UnreachableError: the old one is wrong.
            RefusedError: a change of key was not finished; open the desk first.
            UsageError: the new one is too short.
        """
        keys = self.unlock(login, passphrase=old)
        if len(keys) > 1:
            raise RefusedError(
                "A change of this desk's key was interrupted.",
                what_to_do="Open the desk once, which finishes it.",
                code="rotation_open",
            )
        self.enrol(login, passphrase=new, key=keys[0])

    def remove(self, login: str, *, keyring_holds_key: bool = False) -> None:
        """Take a person's way in away.

        Raises:
            RefusedError: it is the last way in (code "last_person").
        """
        document = self._read()
        if login not in document.people:
            return
        if len(document.people) == 1 and not keyring_holds_key:
            raise RefusedError(
                "This is the last person who can open this desk.",
                what_to_do="Enrol somebody else first.",
                code="last_person",
            )
        del document.people[login]
        self._write(document)

    def begin_rotation(self, login: str, *, passphrase: str, new_key: StoreKey) -> None:
        """Write the next key beside the current one for the person who changes it.

        Raises:
            UnreachableError: the passphrase is wrong.
        """
        current = self.unlock(login, passphrase=passphrase)[0]
        document = self._read()
        document.people[login] = {
            "key": document.wrap(current, login=login, passphrase=passphrase),
            "next": document.wrap(new_key, login=login, passphrase=passphrase),
            **{k: v for k, v in document.people[login].items() if k == "name"},
        }
        self._write(document)

    def finish_rotation(self, login: str) -> tuple[str, ...]:
        """Make the next key the only one; return who must be enrolled again.

        The others' boxes hold the old key, and nobody here knows their passphrases.
        """
        document = self._read()
        entry = document.people.get(login, {})
        if "next" not in entry:
            return ()
        others = tuple(sorted(set(document.people) - {login}))
        kept = {part: box for part, box in entry.items() if part != "next"} | {"key": entry["next"]}
        self._write(_Document(store=document.store, people={login: kept}))
        return others

    def abandon_rotation(self, login: str) -> None:
        """Drop a next key that the store never came under."""
        document = self._read()
        if document.people.get(login, {}).pop("next", None) is not None:
            self._write(document)

    def _read(self) -> _Document:
        try:
            found = json.loads(self._path.read_text("utf-8"))
            store, people = found["store"], found["people"]
            right = found["format"] == _FORMAT and isinstance(store, str)
            if not right or not all("key" in entry for entry in people.values()):
                raise damaged()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise damaged() from error
        return _Document(store=store, people=people)

    def _write(self, document: _Document) -> None:
        text = json.dumps(
            {"format": _FORMAT, "store": document.store, "people": document.people}, indent=1
        )
        write_private(self._path, text.encode())


@dataclass(frozen=True)
class _Document:
    store: str
    people: dict[str, dict[str, Any]]

    def wrap(self, key: StoreKey, *, login: str, passphrase: str) -> dict[str, Any]:
        secret = bytes.fromhex(key.hex)
        return seal(secret, passphrase=passphrase, context=self._context(login)).to_json()

    def unwrap(self, box: Mapping[str, Any], *, login: str, passphrase: str) -> StoreKey:
        sealed = Sealed.from_json(box)
        return StoreKey(unseal(sealed, passphrase=passphrase, context=self._context(login)).hex())

    def _context(self, login: str) -> str:
        """Bind a box to its store and its person, so that boxes cannot be swapped."""
        return f"d2a-desktop store key {_FORMAT} {self.store} {login}"


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
