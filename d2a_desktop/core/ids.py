"""Identities: time-ordered UUIDs for rows, short random references for people to read aloud."""

from __future__ import annotations

import os
from datetime import datetime

# No 0/O, 1/I/L, 5/S, 2/Z, U/V: a reference is read over the telephone.
_SPOKEN = "346789ABCDEFGHJKMNPQRTWXY"
_WHOLE_ROUNDS = 256 - 256 % len(_SPOKEN)
_LOW_62 = (1 << 62) - 1


def new_id(at: datetime) -> str:
    """Return a UUIDv7 (RFC 9562) for the instant `at` (aware), as 36 lower-case characters."""
    milliseconds = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    chance = int.from_bytes(os.urandom(10))
    value = milliseconds << 80 | 0x7 << 76 | (chance >> 68) << 64
    value |= 0b10 << 62 | chance & _LOW_62
    word = f"{value:032x}"
    return f"{word[:8]}-{word[8:12]}-{word[12:16]}-{word[16:20]}-{word[20:]}"


def new_reference(prefix: str) -> str:
    """Return a random reference such as `C-7K3Q-MX4P`; it says nothing about its person."""
    # A byte above the last whole round of letters would favour the first ones: it is left out.
    drawn: list[int] = []
    while len(drawn) < 8:
        drawn += [byte for byte in os.urandom(12) if byte < _WHOLE_ROUNDS]
    word = "".join([_SPOKEN[byte % len(_SPOKEN)] for byte in drawn[:8]])
    return f"{prefix}-{word[:4]}-{word[4:]}"
