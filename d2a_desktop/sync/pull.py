"""Fetching what others changed, page by page; the first sync is the same from the beginning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from d2a_desktop.local_db import replica
from d2a_desktop.sync import apply
from d2a_desktop.sync.protocol import (
    Progress,
    PullPage,
    ReplicaStore,
    SharedGateway,
    SyncSettings,
    Tally,
)


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
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._settings = settings
        self._now = now

    def run(
        self,
        tally: Tally,
        *,
        on_progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Take everything that is new."""
        with self._store.read(even_locked=True) as session:
            cursor = replica.get_cursor(session)
        while not cancelled():
            page = self._gateway.pull(cursor=cursor, limit=self._settings.page)
            if page.cursor != cursor:
                self._write(page, tally)
                cursor = page.cursor
                on_progress(Progress("pull", tally.pulled))
            if not page.more:
                break
        self._store.compact_if_due()

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
            latest = max((row["hlc"] for rows in page.rows.values() for row in rows), default=0)
            replica.observe_hlc(session, latest, now=self._now())
            replica.put_cursor(session, page.cursor)
