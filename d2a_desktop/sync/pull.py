"""Fetching what others changed, page by page; the first sync is the same from the beginning."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from datetime import datetime
from functools import partial
from operator import itemgetter

from d2a_desktop.core.errors import KnownError
from d2a_desktop.local_db import replica
from d2a_desktop.sync import apply
from d2a_desktop.sync.ahead import Ahead
from d2a_desktop.sync.pace import PageSize
from d2a_desktop.sync.protocol import (
    Cancelled,
    Cursor,
    Hello,
    Progress,
    PullPage,
    ReplicaStore,
    SharedGateway,
    SyncSettings,
    Tally,
)

_HLC = itemgetter("hlc")
_LONG_SECONDS = 120.0
"""As long as `sync.reap()` lets a client's transaction stand."""


def clear_the_way(gateway: SharedGateway, hello: Hello) -> None:
    """Have the server end clients' transactions that hold up every desk, after two minutes."""
    if (hello.lag_seconds or 0.0) > _LONG_SECONDS:
        with suppress(KnownError):  # a server that cannot is as it was; its light says "delayed"
            gateway.reap()


class Puller:
    """Pulls until nothing is new.

    A page and its cursor are written in one transaction, so that a cut at any moment goes on
    where it stopped.
    """

    def __init__(
        self,
        store: ReplicaStore,
        gateway: SharedGateway,
        *,
        settings: SyncSettings,
        now: Callable[[], datetime],
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._size = PageSize(settings.page)
        self._now = now
        self._elapsed = elapsed
        self._known_total: int | None = None
        self._reach = (0, 0)

    def run(
        self,
        tally: Tally,
        *,
        on_progress: Callable[[Progress], None],
        cancelled: Cancelled,
    ) -> None:
        """Take everything that is new."""
        with self._store.read(even_locked=True) as session:
            cursor = replica.get_cursor(session)
        stage = "first" if cursor == (0, 0) else "pull"
        on_progress(Progress(stage, 0))
        done = 0
        self._known_total = None
        with closing(self._pages(cursor, cancelled)) as pages:
            for page in pages:
                self._write(page, tally)
                done += page.size
                on_progress(Progress(stage, done, self._total(done)))
        if tally.purged:
            on_progress(Progress("purge", tally.purged))
        tally.horizon, tally.newest = self._reach
        self._store.compact_if_due()

    def _pages(self, cursor: Cursor, cancelled: Cancelled) -> Generator[PullPage, None, None]:
        """Give the pages after `cursor`; while one is written the next is on its way.

        At most one page is ahead, so that memory does not grow with what is new. When the caller
        stops, with a failure or without, the fetch under way ends before this generator does:
        nobody else may use the connection until then.
        """
        if cancelled():
            return
        page = self._fetch(cursor)
        if page.more:  # asked once, and only when it takes more than a page
            rest = self._gateway.remaining(cursor=page.cursor)
            self._known_total = None if rest is None else page.size + rest
        while page.cursor != cursor:
            cursor = page.cursor
            if not page.more or cancelled():
                yield page
                return
            ahead = Ahead(partial(self._fetch, cursor))
            try:
                yield page
            finally:
                ahead.join()
            if cancelled():
                return
            page = ahead.answer()

    def _total(self, done: int) -> int | None:
        return None if self._known_total is None else max(self._known_total, done)

    def _fetch(self, cursor: Cursor) -> PullPage:
        began = self._elapsed()
        page = self._gateway.pull(cursor=cursor, limit=self._size.rows)
        self._size.took(self._elapsed() - began)
        self._reach = page.horizon, page.newest
        return page

    def _write(self, page: PullPage, tally: Tally) -> None:
        with self._store.apply() as session:
            if page.scopes:
                tally.add(replica.purge_scopes(session, list(page.scopes)))
                tally.purged += len(page.scopes)
            for entity, ids in page.gone.items():
                changes = apply.forget_rows(session, entity, ids)
                tally.add(changes)
                tally.purged += len(changes.ids)
            for entity, rows in page.rows.items():
                tally.add(apply.apply_rows(session, entity, rows))
                tally.pulled += len(rows)
            # Our next edit is later than what we have seen, even where our clock runs behind.
            latest = max((max(map(_HLC, rows)) for rows in page.rows.values() if rows), default=0)
            replica.observe_hlc(session, latest, now=self._now())
            replica.put_cursor(session, page.cursor)
