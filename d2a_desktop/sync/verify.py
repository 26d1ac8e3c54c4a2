"""Comparing this desk with the shared database by digest and by value; fetching what differs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import zip_longest
from typing import Any

from sqlalchemy.orm import Session

from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.local_db import replica
from d2a_desktop.models.wire import ColumnCodec, codecs_of, wire_instant_text
from d2a_desktop.sync import apply
from d2a_desktop.sync.ahead import Ahead
from d2a_desktop.sync.protocol import Digest, ReplicaStore, Rewound, SharedGateway

_MODULUS = 1 << 48
_BUCKET_OF = {f"{number:02x}": number for number in range(256)}
"""By the last two digits of an id."""
ALL = range(256)
"""Every bucket."""
_DAYS_TO_READ_ALL = 32
_FIRST = "00000000-0000-0000-0000-000000000000"
_PAGE = 2000


@dataclass(frozen=True)
class Differences:
    """The buckets in which this desk and the shared database differ, by entity."""

    buckets: Mapping[str, tuple[int, ...]]

    def __bool__(self) -> bool:
        return bool(self.buckets)


def digest_of(versions: Iterable[tuple[str, int]]) -> dict[int, tuple[int, int]]:
    """Return the digest of (id, version) pairs; the twin of `sync.digest_<entity>` (SYNC 3.12)."""
    counts, sums = [0] * 256, [0] * 256
    for row_id, ver in versions:
        bucket = _BUCKET_OF[row_id[-2:]]
        mark = hashlib.md5(f"{row_id}:{ver}".encode(), usedforsecurity=False).digest()
        counts[bucket] += 1
        sums[bucket] += int.from_bytes(mark, "big") >> 80  # the first 48 of 128 bits
    return {b: (n, sums[b] % _MODULUS) for b, n in enumerate(counts) if n}


def compare(
    store: ReplicaStore,
    gateway: SharedGateway,
    entities: Collection[str] = RECORDS,
    cancelled: Callable[[], bool] = lambda: False,
    on_entity: Callable[[int, int], None] = lambda number, total: None,
) -> Differences:
    """Compare the digests of some entities (all of them by default), one by one.

    `on_entity` is told the number of each before it is compared, from 0, and of how many.
    """
    found: dict[str, tuple[int, ...]] = {}
    with closing(_digests(gateway, entities, cancelled, on_entity)) as digests:
        for entity, theirs in digests:
            with store.read(even_locked=True) as session:
                ours = digest_of(replica.versions(session, entity))
            if differing := _differing(ours, theirs):
                found[entity] = differing
    return Differences(buckets=found)


def _digests(
    gateway: SharedGateway,
    entities: Collection[str],
    cancelled: Callable[[], bool],
    on_entity: Callable[[int, int], None],
) -> Generator[tuple[str, Digest], None, None]:
    """Give the server's digests; it works on the next one while this desk works on its own.

    What the caller reads here is read after the server's digest of the same entity.
    """
    ahead: Ahead[Digest] | None = None
    names = list(entities)
    try:
        for number, (entity, following) in enumerate(zip_longest(names, names[1:])):
            if cancelled():
                return
            on_entity(number, len(names))
            theirs = gateway.digest(entity=entity) if ahead is None else ahead.answer()
            ahead = None
            if following is not None:
                ahead = Ahead(partial(gateway.digest, entity=following))
            yield entity, theirs
    finally:
        if ahead is not None:
            ahead.join()


def on_its_way(store: ReplicaStore, gateway: SharedGateway) -> bool:
    """Whether a difference may be news that this desk has not been given yet.

    The digest shows what is so now; a pull holds back what an open transaction might still
    precede (SYNC 3.5). Asked after the digest, so that what it saw is given out or on its way.
    """
    with store.read(even_locked=True) as session:
        cursor = replica.get_cursor(session)
    return gateway.unread(cursor=cursor)


def repair(
    store: ReplicaStore,
    gateway: SharedGateway,
    differences: Differences,
    cancelled: Callable[[], bool] = lambda: False,
    on_page: Callable[[int], None] = lambda rows: None,
    *,
    witnessed: list[Rewound] | None = None,
) -> ChangeSet:
    """Fetch the differing buckets and make this desk equal to them; return what changed.

    `witnessed` is given the rows of which this desk holds a later version than the server.
    """
    changes = ChangeSet()
    for entity, buckets in differences.buckets.items():
        changes |= refetch(store, gateway, entity, buckets, cancelled, on_page, witnessed=witnessed)
    return changes


def refetch(
    store: ReplicaStore,
    gateway: SharedGateway,
    entity: str,
    buckets: Iterable[int] = range(256),
    cancelled: Callable[[], bool] = lambda: False,
    on_page: Callable[[int], None] = lambda rows: None,
    *,
    known_too: bool = False,
    witnessed: list[Rewound] | None = None,
) -> ChangeSet:
    """Fetch all visible rows of some buckets; forget those here that are not among them.

    `on_page` is told the rows of each page that was written. `known_too` writes rows again that
    are here in the same version: an older program may have passed over some of their values.
    """
    wanted = tuple(buckets)
    changes = ChangeSet()
    present: set[str] = set()
    after = _FIRST
    while not cancelled():
        rows = gateway.fetch(entity=entity, buckets=wanted, after=after, limit=_PAGE)
        with store.apply() as session:
            known = dict(replica.versions(session, entity))
            present |= {row["id"] for row in rows}
            fresh = [row for row in rows if known_too or known.get(row["id"]) != row["ver"]]
            if witnessed is not None:
                witnessed += [
                    Rewound(entity, row["id"], known[row["id"]], row["ver"])
                    for row in fresh
                    if known.get(row["id"], 0) > row["ver"]
                ]
            changes |= apply.apply_rows(session, entity, fresh)
            if len(rows) < _PAGE:
                gone = [i for i in known if i not in present and int(i[-2:], 16) in set(wanted)]
                if witnessed is not None:
                    witnessed += [Rewound(entity, i, known[i], 0) for i in gone if known[i]]
                changes |= apply.forget_rows(session, entity, gone)
                break
        after = rows[-1]["id"]
        on_page(len(rows))
    return changes


def share_of(day: datetime) -> tuple[int, ...]:
    """Return the buckets of which the values are compared on this day: all of them in 32 days."""
    return tuple(ALL[day.toordinal() % _DAYS_TO_READ_ALL :: _DAYS_TO_READ_ALL])


def mend_values(
    store: ReplicaStore,
    gateway: SharedGateway,
    entities: Iterable[str],
    buckets: Sequence[int],
    cancelled: Callable[[], bool] = lambda: False,
    on_page: Callable[[int, int], None] = lambda done, total: None,
) -> ChangeSet:
    """Read the rows of some buckets, and write again those that say something else here.

    A digest compares versions; this finds a row that has the server's version and another value.
    No restore and no news explains such a row: it means a fault of this program. `on_page` is
    told how many rows were read, and of about how many.
    """
    changes = ChangeSet()
    with store.read(even_locked=True) as session:
        held = replica.confirmed_counts(session, entities)
    done, total = 0, sum(held.values()) * len(buckets) // len(ALL)
    for entity in held:
        after = _FIRST
        while not cancelled():
            rows = gateway.fetch(entity=entity, buckets=buckets, after=after, limit=_PAGE)
            with store.read(even_locked=True) as session:
                wrong = _saying_else(session, entity, rows)
            if wrong:
                with store.apply() as session:
                    changes |= apply.apply_rows(
                        session, entity, _saying_else(session, entity, wrong)
                    )
            done += len(rows)
            on_page(done, max(done, total))
            if len(rows) < _PAGE:
                break
            after = rows[-1]["id"]
    return changes


def _saying_else(
    session: Session, entity: str, rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the rows of which this desk holds the same version with other values."""
    known = codecs_of(entity)
    ids = [row["id"] for row in rows]
    here: dict[str, Mapping[str, Any]] = dict(replica.rows_wire(session, entity, ids))
    for row_id in replica.pending_ops_for(session, ids):
        shadow = replica.get_shadow(session, entity, row_id)
        here[row_id] = {} if shadow is None else shadow.wire

    def differs(mine: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
        # The logical time of an edit that was taken back stays on this desk alone.
        return any(
            mine.get(name) != value
            and name in known
            and name != "hlc"
            and not _same(known[name], mine.get(name), value)
            for name, value in row.items()
        )

    pairs = ((here.get(row["id"], {}), row) for row in rows)
    return [row for mine, row in pairs if mine.get("ver") == row["ver"] and differs(mine, row)]


def _same(column: ColumnCodec, one: Any, other: Any) -> bool:
    """Whether two values of the wire are the same; an instant may be written in several ways."""
    if one == other or one is None or other is None:
        return bool(one == other)
    instants = column.wire_to_stored is wire_instant_text
    return instants and wire_instant_text(one) == wire_instant_text(other)


def _differing(ours: Mapping[int, tuple[int, int]], theirs: Digest) -> tuple[int, ...]:
    return tuple(
        sorted(b for b in {*ours, *theirs} if tuple(ours.get(b, ())) != tuple(theirs.get(b, ())))
    )
