"""The hash chain of this desk's audit entries: linking a new one, verifying all of them.

The chain runs over a salted hash of the content, so that a purge can wipe what was said about a
person while the fact, the actor and the time stay proven. The shared database keeps the
authoritative chain (SYNC 3.9); this one covers what was done before it heard of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

START = "0" * 64
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class Link:
    """One entry of the chain, as it is stored; `at` is the stored text of the instant."""

    seq: int
    at: str
    actor: str
    action: str
    entity: str
    row_id: str
    scope_id: str
    salt: str | None
    delta: dict[str, Any] | None
    reason: str | None
    content_hash: str
    prev: str
    hash: str


@dataclass(frozen=True)
class BrokenLink:
    """The first entry that does not fit, and why."""

    seq: int
    reason: str


def content_hash(*, salt: str, delta_text: str, reason: str | None) -> str:
    """Return the hash of what an entry says; the salt keeps short contents from being guessed."""
    return sha256(f"{salt}\n{delta_text}\n{reason or ''}".encode()).hexdigest()


def link_hash(prev: str, *parts: str) -> str:
    """Return the hash of an entry: the one before, then at, actor, action, entity, row, content."""
    return sha256("\x1f".join((prev, *parts)).encode()).hexdigest()


def verify(
    links: Iterable[Link], *, head: str | None = None, count: int | None = None
) -> BrokenLink | None:
    """Return the first broken link, or None when the chain holds.

    Args:
        links: all entries in order of `seq`.
        head: the hash of the last entry as remembered elsewhere; catches a cut tail.
        count: how many entries there must be.
    """
    prev, last, seen = START, 0, 0
    for link in links:
        seen += 1
        last = link.seq
        if link.prev != prev:
            return BrokenLink(link.seq, "an entry before it was removed, added or moved")
        if link.salt is not None and link.content_hash != content_hash(
            salt=link.salt, delta_text=delta_text(link.delta), reason=link.reason
        ):
            return BrokenLink(link.seq, "what it says was changed")
        parts = (link.at, link.actor, link.action, link.entity, link.row_id, link.scope_id)
        if link.hash != link_hash(prev, *parts, link.content_hash):
            return BrokenLink(link.seq, "who, when or what was changed")
        prev = link.hash
    if (head is not None and prev != head) or (count is not None and seen != count):
        return BrokenLink(last, "the entries after it are missing")
    return None


def delta_text(delta: dict[str, Any] | None) -> str:
    """Return a delta as the text that is hashed and stored."""
    return _ENCODER.encode(delta)
