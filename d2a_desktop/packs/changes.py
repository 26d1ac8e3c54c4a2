"""What a new issue of a pack says that the one before did not, in words.

An issue keeps short digests of its lines (not their text): enough to name the lines that differ
from the content of today. Rows of a table are told by their first column.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from d2a_desktop.packs.content import plain_facts

_PART = 3
"""Bytes of the hash of a line's place, and of its value: one change in 16 million goes unseen."""
_MOST_LINES = 12


@dataclass(frozen=True)
class _Entry:
    """One line or row of a content: where it stands, what is told of it, what it says."""

    section: str
    label: str
    told: str
    value: str

    def token(self) -> bytes:
        return _hash(f"{self.section}\n{self.label}") + _hash(self.value)


def digests(content: Any) -> str:
    """Return the digests of a content's lines, as text to keep with an issue."""
    tokens = sorted({entry.token() for entry in _entries(content)})
    return base64.b64encode(b"".join(tokens)).decode()


def changed_words(earlier: str, content: Any) -> tuple[str, ...]:
    """Return what differs from an earlier issue, one sentence for each section.

    Args:
        earlier: that issue's `digests`; an empty one tells nothing.
        content: what is printed now.
    """
    if not earlier:
        return ()
    raw = base64.b64decode(earlier)
    before = {raw[at : at + 2 * _PART] for at in range(0, len(raw), 2 * _PART)}
    entries = list(_entries(content))
    gone = Counter(token[:_PART] for token in before - {entry.token() for entry in entries})
    found: dict[str, dict[str, list[str]]] = {}
    for entry in entries:
        if entry.token() in before:
            continue
        told = found.setdefault(entry.section, {}).setdefault(entry.label, [])
        if entry.told:
            told.append(entry.told)
    lines = [
        f"{section}: {', '.join(_label(label, told) for label, told in labels.items())}."
        for section, labels in found.items()
    ]
    lines += _fewer(entries, found, gone)
    if len(lines) > _MOST_LINES:
        more = len(lines) - _MOST_LINES + 1
        lines[_MOST_LINES - 1 :] = [f"{more} more parts changed: read the whole pack."]
    return tuple(lines)


def _label(label: str, told: list[str]) -> str:
    return f"{label} (new or changed: {'; '.join(told)})" if told else label


def _fewer(
    entries: list[_Entry], found: dict[str, dict[str, list[str]]], gone: Counter[bytes]
) -> Iterator[str]:
    """Say of which tables a row of before is not there any more."""
    tables = dict.fromkeys((e.section, e.label) for e in entries if e.told or e.value == "[]")
    for section, label in tables:
        lost = gone[_hash(f"{section}\n{label}")]
        fresh = len(found.get(section, {}).get(label, []))
        if lost > fresh:
            yield f"{section}: {label}, {lost - fresh} fewer than before."


def _entries(content: Any) -> Iterator[_Entry]:
    for part in dataclasses.fields(content):
        value = getattr(content, part.name)
        if part.name == "header" or not part.metadata.get("hashed", True):
            continue
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            heading = str(getattr(value, "heading", "") or _words(part.name))
            for line in dataclasses.fields(value):
                if line.metadata.get("hashed", True):
                    label = str(line.metadata.get("label") or _words(line.name))
                    yield from _of(heading, label, getattr(value, line.name))
        else:
            yield from _of("This pack", str(part.metadata.get("label") or _words(part.name)), value)


def _of(section: str, label: str, value: Any) -> Iterator[_Entry]:
    if isinstance(value, tuple) and value:
        for row in value:
            yield _Entry(section, label, _told(row), _canonical(row))
        return
    yield _Entry(section, label, "", _canonical(value))


def _told(row: Any) -> str:
    """Return the first words of a row."""
    if dataclasses.is_dataclass(row) and not isinstance(row, type):
        first = (getattr(row, part.name) for part in dataclasses.fields(row))
        return next((text.strip() for text in first if isinstance(text, str) and text.strip()), "-")
    return str(row).strip() or "-"


def _canonical(value: Any) -> str:
    return json.dumps(plain_facts(value), sort_keys=True, ensure_ascii=False)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_PART]
