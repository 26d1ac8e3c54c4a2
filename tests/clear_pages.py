"""Reads a store's files as one who has the key and looks at every byte, freed ones included."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.local_stores import KEY

_PAGE, _RESERVED, _SALT = 4096, 80, 16


def clear_pages(path: Path) -> Iterator[bytes]:
    """Give every page of a store's file and of its log in the clear, freed ones included.

    SQLCipher 4 with a raw key: pages of 4,096 bytes, AES-256-CBC, in each the last 80 bytes are
    the initial vector and the checksum; the first page begins with 16 bytes of salt. A log has 32
    bytes of its own before everything and 24 before each page.
    """
    file = path.read_bytes()
    for start in range(0, len(file), _PAGE):
        yield _opened(file[start : start + _PAGE], first=start == 0)
    log = path.with_name(path.name + "-wal")
    written = log.read_bytes() if log.exists() else b""
    for start in range(32, len(written), 24 + _PAGE):
        number = int.from_bytes(written[start : start + 4])
        yield _opened(written[start + 24 : start + 24 + _PAGE], first=number == 1)


def _opened(page: bytes, *, first: bool) -> bytes:
    box = page[_SALT if first else 0 : _PAGE - _RESERVED]
    vector = page[_PAGE - _RESERVED : _PAGE - _RESERVED + 16]
    cipher = Cipher(algorithms.AES256(bytes.fromhex(KEY.hex)), modes.CBC(vector)).decryptor()
    return cipher.update(box) + cipher.finalize()


def found_in(path: Path, marks: Collection[str]) -> set[str]:
    """Return which marks (lower case) a store still holds.

    One of 16 letters is found by either half too: a page may end in the middle of it.
    """
    whole = b"\n".join(clear_pages(path)).lower()
    return {mark for mark in marks if any(part.encode() in whole for part in _parts(mark))}


def _parts(mark: str) -> tuple[str, ...]:
    return (mark[:8], mark[8:]) if len(mark) >= 16 else (mark,)
