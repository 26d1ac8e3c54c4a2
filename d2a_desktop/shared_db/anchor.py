"""Anchors of the audit: where every chain ended on a day, kept where the server cannot reach it.

A chain whose end was cut off together with its row's memory of it is whole again by itself. Only a
memory elsewhere tells: an anchor file names record, row, version and hash of every chain's end. A
later check finds each of them in the chain as it is then, which may only have grown. The file holds
identities and hashes, nothing of anybody.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from d2a_desktop.core.errors import InputFileError
from d2a_desktop.shared_db.finding import Finding

FORMAT = 1
_PAGE = 20_000
_HEX = 32  # of a hash are kept: half of it cannot be met by another chain either
_LINE = re.compile(r"([a-z_]+) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d+) ([0-9a-f]{32})")

End = tuple[str, str, int, str]
"""Record, row, version and shortened hash of a chain's end."""


@dataclass(frozen=True)
class Anchor:
    """The one line to compare or to write down: how many chains, and a hash over all their ends."""

    chains: int
    links: int
    sha256: str

    def words(self) -> str:
        """Return the line that a person reads."""
        return f"{self.chains} chains of {self.links} entries end at {self.sha256}."


def take(connection: psycopg.Connection, into: Path | None = None) -> Anchor:
    """Compute the anchor of all chains as they are, and write the file when one is named.

    Memory stays flat: chains pass through in pages. An older file is replaced only when the new
    one is whole.

    Raises:
        OSError: the file cannot be written.
    """
    if into is None:
        return _write(connection, lambda line: 0)
    part = into.with_name(into.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    with part.open("w", encoding="ascii") as file:
        anchor = _write(connection, file.write)
        file.flush()
        os.fsync(file.fileno())
    part.replace(into)
    return anchor


def compare(connection: psycopg.Connection, file: Path) -> list[Finding]:
    """Find every chain of an earlier anchor in the audit as it is; name what is shorter or other.

    Raises:
        InputFileError: the file is no anchor, or is not whole.
    """
    wrong = 0
    named: list[Finding] = []
    page: list[End] = []

    def look() -> None:
        nonlocal wrong
        for entity, row_id, ver, present in _missing(connection, page):
            wrong += 1
            if len(named) < 10:
                what = "is shorter than" if present is None else "is not what"
                named.append(
                    Finding(
                        "audit_rewound",
                        f"The audit of {entity} {row_id} {what} it was at version {ver}.",
                        "Compare with a backup from before; entries were cut off or written anew.",
                    )
                )
        page.clear()

    for end in _read(file):
        page.append(end)
        if len(page) >= _PAGE:
            look()
    look()
    if wrong > len(named):
        named.append(Finding("audit_rewound", f"{wrong - len(named)} more chains differ."))
    return named


def _write(connection: psycopg.Connection, write: Callable[[str], int]) -> Anchor:
    digest = hashlib.sha256()
    chains = links = 0
    for entity, row_id, ver, mark in _ends(connection):
        line = f"{entity} {row_id} {ver} {mark}\n"
        digest.update(line.encode())
        write(line)
        chains, links = chains + 1, links + ver
    anchor = Anchor(chains, links, digest.hexdigest())
    write(json.dumps({"anchor": FORMAT, **vars(anchor)}) + "\n")
    return anchor


def _ends(connection: psycopg.Connection) -> Iterator[End]:
    with connection.transaction(), connection.cursor(name="anchor_ends") as cursor:
        cursor.itersize = _PAGE
        cursor.execute(
            "SELECT * FROM (SELECT DISTINCT ON (a.row_id, a.entity) a.entity, a.row_id::text AS id,"
            " a.ver, left(encode(a.hash, 'hex'), %s) FROM sync.audit a"
            ' ORDER BY a.row_id, a.entity, a.ver DESC) e ORDER BY e.entity COLLATE "C", e.id',
            (_HEX,),
        )
        yield from cursor


def _missing(
    connection: psycopg.Connection, ends: list[End]
) -> list[tuple[str, str, int, str | None]]:
    if not ends:
        return []
    entities, ids, versions, marks = zip(*ends, strict=True)
    return connection.execute(
        "SELECT w.e, w.id::text, w.ver, encode(a.hash, 'hex')"
        " FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::text[]) w (e, id, ver, mark)"
        " LEFT JOIN sync.audit a ON a.row_id = w.id AND a.ver = w.ver AND a.entity = w.e"
        " WHERE left(encode(a.hash, 'hex'), %s) IS DISTINCT FROM w.mark ORDER BY w.e, w.id",
        (list(entities), list(ids), list(versions), list(marks), _HEX),
    ).fetchall()


def _read(file: Path) -> Iterator[End]:
    """Give the ends of a file, after its last line has proved it whole."""
    try:
        _require_whole(file)
        with file.open(encoding="ascii") as lines:
            for line in lines:
                found = _LINE.fullmatch(line.rstrip("\n"))
                if found:
                    yield found[1], found[2], int(found[3]), found[4]
    except (OSError, UnicodeError) as failure:
        raise _not_an_anchor() from failure


def _require_whole(file: Path) -> None:
    digest = hashlib.sha256()
    said: object = None
    with file.open(encoding="ascii") as lines:
        for line in lines:
            if _LINE.fullmatch(line.rstrip("\n")) and said is None:
                digest.update(line.encode())
                continue
            if said is not None:
                raise _not_an_anchor()
            try:
                said = json.loads(line)
            except ValueError:
                raise _not_an_anchor() from None
    if not isinstance(said, dict) or said.get("anchor") != FORMAT:
        raise _not_an_anchor()
    if said.get("sha256") != digest.hexdigest():
        raise _not_an_anchor()


def _not_an_anchor() -> InputFileError:
    return InputFileError(
        "That file is no whole anchor of an audit.",
        what_to_do="Name one that `d2a server check --audit --keep-anchor FILE` has written.",
        code="no_anchor",
    )
