"""Sealing a secret with a passphrase: a slow derivation, then AES-256-GCM."""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from d2a_desktop.core.errors import UnreachableError

_ARGON2_PASSES = 3
_ARGON2_MEMORY_KIB = 64 * 1024
_ARGON2_LANES = 2
_SCRYPT_N = 1 << 16
# A header is read before it can be trusted: a forged one must not ask for all memory.
_MOST_MEMORY_KIB = 1 << 20
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Sealed:
    """A sealed secret with everything but the passphrase that is needed to open it."""

    kdf: str
    salt: bytes
    cost: int
    memory_kib: int
    lanes: int
    nonce: bytes
    box: bytes

    def to_json(self) -> dict[str, Any]:
        """Return the form that is written to a file."""
        return {
            "kdf": self.kdf,
            "salt": base64.b64encode(self.salt).decode("ascii"),
            "cost": self.cost,
            "memory_kib": self.memory_kib,
            "lanes": self.lanes,
            "nonce": base64.b64encode(self.nonce).decode("ascii"),
            "box": base64.b64encode(self.box).decode("ascii"),
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Sealed:
        """Read the written form.

        Raises:
            UnreachableError: it is damaged (code "key_file_damaged").
        """
        try:
            sealed = cls(
                kdf=str(found["kdf"]),
                salt=base64.b64decode(found["salt"], validate=True),
                cost=int(found["cost"]),
                memory_kib=int(found["memory_kib"]),
                lanes=int(found["lanes"]),
                nonce=base64.b64decode(found["nonce"], validate=True),
                box=base64.b64decode(found["box"], validate=True),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise damaged() from error
        if not (0 < sealed.memory_kib <= _MOST_MEMORY_KIB and 0 < sealed.lanes <= 16):
            raise damaged()
        return sealed


def damaged() -> UnreachableError:
    """Return the error for a sealed file that cannot be read."""
    return UnreachableError(
        "The file that holds the sealed key is damaged.",
        what_to_do="Restore it from a backup; nothing was changed.",
        code="key_file_damaged",
    )


def seal(secret: bytes, *, passphrase: str, context: str) -> Sealed:
    """Seal `secret`; `context` must be given again to open it, so boxes cannot be swapped.

    Raises:
        UnreachableError: the passphrase is empty (code "wrong_passphrase").
    """
    if not passphrase:
        raise UnreachableError(
            "A passphrase is needed.", what_to_do="Enter one.", code="wrong_passphrase"
        )
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    try:
        key = _argon2id(
            passphrase, salt, cost=_ARGON2_PASSES, memory=_ARGON2_MEMORY_KIB, lanes=_ARGON2_LANES
        )
        how = ("argon2id", _ARGON2_PASSES, _ARGON2_MEMORY_KIB, _ARGON2_LANES)
    except UnsupportedAlgorithm:
        # OpenSSL before 3.2 has no argon2id; scrypt at the same memory is the next best.
        key = _scrypt(passphrase, salt, cost=_SCRYPT_N)
        how = ("scrypt", _SCRYPT_N, 64 * 1024, 1)
    box = AESGCM(key).encrypt(nonce, secret, context.encode())
    kdf, cost, memory, lanes = how
    return Sealed(
        kdf=kdf, salt=salt, cost=cost, memory_kib=memory, lanes=lanes, nonce=nonce, box=box
    )


def unseal(sealed: Sealed, *, passphrase: str, context: str) -> bytes:
    """Open a sealed secret.

    Raises:
        UnreachableError: the passphrase is wrong or the box was changed (code
            "wrong_passphrase"), or the derivation is unknown (code "key_file_damaged").
    """
    try:
        if sealed.kdf == "argon2id":
            key = _argon2id(
                passphrase,
                sealed.salt,
                cost=sealed.cost,
                memory=sealed.memory_kib,
                lanes=sealed.lanes,
            )
        elif sealed.kdf == "scrypt":
            key = _scrypt(passphrase, sealed.salt, cost=sealed.cost)
        else:
            raise damaged()
        return AESGCM(key).decrypt(sealed.nonce, sealed.box, context.encode())
    except InvalidTag:
        raise UnreachableError(
            "The passphrase is wrong.",
            what_to_do="Try again; after a change of passphrase use the new one.",
            code="wrong_passphrase",
        ) from None
    except ValueError as error:
        raise damaged() from error
    except UnsupportedAlgorithm as error:
        raise UnreachableError(
            "This computer's cryptography cannot open the key file.",
            what_to_do="Update this program.",
            code="key_file_damaged",
        ) from error


def _argon2id(passphrase: str, salt: bytes, *, cost: int, memory: int, lanes: int) -> bytes:
    kdf = Argon2id(salt=salt, length=32, iterations=cost, lanes=lanes, memory_cost=memory)
    # Lanes run in OpenSSL's one pool of threads: two derivations at once wait for each other for
    # ever [seen with two desks opened in one process].
    with _one_at_a_time:
        return kdf.derive(passphrase.encode())


def _scrypt(passphrase: str, salt: bytes, *, cost: int) -> bytes:
    if cost > _MOST_MEMORY_KIB:
        raise damaged()
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())
