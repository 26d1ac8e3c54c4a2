"""Who can open this desk: people enrolled with a passphrase of their own, changed, removed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.core.paths import Profile
from d2a_desktop.domain.permissions import ROLES_OF_KIND, Caller, Role
from d2a_desktop.local_db import people
from d2a_desktop.security.keyring_store import KeyringStore
from d2a_desktop.security.keys import KeyFile, StoreKey
from d2a_desktop.services.context import Context
from d2a_desktop.services.desk_lock import passphrase_problem
from d2a_desktop.services.drafts import Drafts
from d2a_desktop.services.people import enrol_from_staff, person_of

_LOGIN = re.compile(r"[a-z][a-z0-9_]{1,62}")


@dataclass(frozen=True)
class DeskPerson:
    """One person who can open this desk; `signed_in` sits there now."""

    login: str
    name: str
    role: str
    signed_in: bool


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody to be enrolled; the shared database's name and role count where it knows them."""

    login: str
    name: str
    role: Role
    passphrase: str
    again: str


class DeskPeople:
    """Wraps the store's key once for each person (DECISIONS, "People on shared PCs")."""

    def __init__(self, profile: Profile, context: Context, drafts: Drafts) -> None:
        self._store = context.store
        self._clock = context.clock
        self._drafts = drafts
        self._keys = KeyFile(profile.root)

    def everybody(self, caller: Caller) -> tuple[DeskPerson, ...]:
        """Return who can open this desk, by name; alone where the keyring holds its key."""
        known = self._keys.people() or ((caller.login, caller.name),)
        return tuple(
            DeskPerson(login, name, self._role(login), login == caller.login)
            for login, name in known
        )

    def enrol(self, caller: Caller, own_passphrase: str, newcomer: Newcomer) -> None:
        """Let somebody else open this desk, by a passphrase that they alone type.

        A desk whose key is in the keyring becomes a shared one: `own_passphrase` is then the
        caller's new one, and the keyring forgets the key.

        Raises:
            UsageError: a login, name or role that is none, or a passphrase that will not do.
            RefusedError: this person is enrolled already.
            UnreachableError: the caller's passphrase is wrong, or the disk is full.
        """
        self._require_newcomer(caller, newcomer)
        key, keyring = self._key(caller, own_passphrase)
        self._keys.enrol(
            newcomer.login, passphrase=newcomer.passphrase, key=key, name=newcomer.name.strip()
        )
        enrol_from_staff(
            self._store,
            newcomer.login,
            role=newcomer.role.value,
            name=newcomer.name.strip(),
            now=self._clock.now(),
        )
        if keyring is not None:
            keyring.forget_store_key()

    def change_passphrase(self, caller: Caller, *, old: str, new: str, again: str) -> None:
        """Give the signed-in person a new passphrase.

        Raises:
            UsageError: the new one will not do.
            UnreachableError: the old one is wrong.
        """
        _require_passphrase(new, again)
        self._keys.change_passphrase(caller.login, old=old, new=new)

    def remove(self, caller: Caller, login: str) -> None:
        """Take somebody's way in away, and their drafts; what they did stays under their name.

        Raises:
            RefusedError: it is the person who is signed in, or the last one.
        """
        if login == caller.login:
            raise RefusedError(
                "You are signed in.", what_to_do="Let somebody else who is enrolled remove you."
            )
        self._keys.remove(login)
        with self._store.apply() as session:
            people.remove(session, login, now=self._clock.now())
        self._drafts.forget(login)

    def _role(self, login: str) -> str:
        _, role = person_of(self._store, login)
        return Role(role).label if role else ""

    def _require_newcomer(self, caller: Caller, newcomer: Newcomer) -> None:
        if not _LOGIN.fullmatch(newcomer.login):
            raise UsageError("The login is the one an administrator gave, such as u_1a2b3c4d5e6f.")
        if not newcomer.name.strip():
            raise UsageError("Give the person's name.")
        if newcomer.role not in ROLES_OF_KIND[caller.org_kind]:
            raise UsageError("That role is not one of this organisation.")
        if newcomer.login in self._keys.logins() or newcomer.login == caller.login:
            raise RefusedError("This person can open this desk already.", code="enrolled")
        _require_passphrase(newcomer.passphrase, newcomer.again)

    def _key(self, caller: Caller, own: str) -> tuple[StoreKey, KeyringStore | None]:
        if self._keys.logins():
            return self._keys.unlock(caller.login, passphrase=own)[0], None
        keyring = KeyringStore(self._keys.store_name())
        key = keyring.store_key()
        if key is None:
            raise RefusedError("The keyring of this computer does not give this desk's key.")
        _require_passphrase(own, own)
        self._keys.enrol(caller.login, passphrase=own, key=key, name=caller.name)
        return key, keyring


def _require_passphrase(passphrase: str, again: str) -> None:
    problem = passphrase_problem(passphrase, again)
    if problem:
        raise UsageError(f"{problem}.", code="short_passphrase")
