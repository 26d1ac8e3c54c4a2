"""The store as services see it: reads, and writes that commit rows, audit and outbox together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from d2a_desktop.core.clock import Clock
from d2a_desktop.core.errors import BugError, KnownError, UnreachableError
from d2a_desktop.core.ids import new_id
from d2a_desktop.domain.changes import ChangeSet
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.local_db import bulk, ledger, search
from d2a_desktop.local_db.desk_identity import DeskIdentity, load_identity, save_identity
from d2a_desktop.local_db.engine import (
    IMPORT_CACHE_KIB,
    STORE_FILE_NAME,
    USUAL_CACHE_KIB,
    first_fitting_key,
    reader_engine,
    writer_engine,
)
from d2a_desktop.local_db.file_lock import WriterLock
from d2a_desktop.local_db.logical_clock import next_hlc
from d2a_desktop.local_db.migrate import create_schema, forget_copies, migrate_if_older
from d2a_desktop.local_db.recording import Recorder, RowChange
from d2a_desktop.local_db.search import SearchHit
from d2a_desktop.local_db.store_errors import files_told_in_words, read_only, told_in_words
from d2a_desktop.models.base import Base, Synced
from d2a_desktop.models.setting import Setting
from d2a_desktop.security.keys import StoreKey

HLC_STATE = "hlc"
COMPACT_STATE = "compact"
"""What is still to be done so that purged bytes are found nowhere; None when nothing is."""
COMPACT_PAGES, _COMPACT_LOG = "pages", "log"
LOG_WAIT_MS = 500
"""How long the emptying of the log waits for readers, and with it every command of a person."""
MOST_LISTED_CHANGES = 500

Row = TypeVar("Row", bound=Base)


class UnitOfWork:
    """One command's changes; made by `LocalStore.write`.

    Synced rows that are added or changed through `session` become audit entries and outbox
    operations when the block ends; rows of this desk alone (settings and the like) do not.
    """

    def __init__(
        self,
        session: Session,
        *,
        caller: Caller,
        entry: ledger.Entry,
        group: str | None = None,
        split_groups: bool = False,
    ) -> None:
        self.session = session
        self.caller = caller
        self._entry = entry
        self._group = group
        self._split_groups = split_groups
        self._changes: ChangeSet | None = None
        self._hlc = int(ledger.state_value(session.connection(), HLC_STATE) or 0)
        self._recorder = Recorder(next_hlc=self._next_hlc)
        event.listen(session, "before_flush", self._recorder.before_flush)
        event.listen(session, "do_orm_execute", _refuse_mass_statements)

    @property
    def now(self) -> datetime:
        """The instant of this unit of work, UTC, the same throughout."""
        return self._entry.now

    @property
    def changes(self) -> ChangeSet:
        """What the block changed; known once it has been committed.

        Raises:
            BugError: the block has not ended yet.
        """
        if self._changes is None:
            raise BugError("the changes are known when the unit of work has been committed")
        return self._changes

    def new_id(self) -> str:
        """Return a new time-ordered identity."""
        return new_id(self.now)

    def add(self, row: Row) -> Row:
        """Add a row and return it; a synced row without an id gets one."""
        if isinstance(row, Synced):
            self._identify(row)
        self.session.add(row)
        return row

    def add_all(self, rows: Sequence[Synced]) -> None:
        """Insert many synced rows of any kinds past the session, as fast as the file takes them.

        The rows are in the store when this returns; do not change these objects afterwards, load
        them again instead.

        Raises:
            BugError: a row has no scope, or was added twice.
        """
        self.session.flush()
        for row in rows:
            self._identify(row)
        bulk.insert_rows(
            self.session.connection(), rows, recorder=self._recorder, next_hlc=self._next_hlc
        )

    def _identify(self, row: Synced) -> None:
        if row.__dict__.get("id") is None:
            row.id = self.new_id()

    def _next_hlc(self) -> int:
        self._hlc = next_hlc(self._hlc, self.now)
        return self._hlc

    def commit(self) -> None:
        """Write what follows from the rows into the same transaction and commit all of it.

        For `LocalStore.write` alone, which calls it when the block ends.
        """
        self.session.flush()
        changes = self._recorder.changes()
        if changes:
            self._write_ledger(changes)
        self.session.commit()
        self._changes = change_set((change.entity, change.row_id) for change in changes)

    def _write_ledger(self, changes: Sequence[RowChange]) -> None:
        connection = self.session.connection()
        ledger.write_outbox(connection, self._entry, self._groups(changes))
        ledger.write_audit(connection, self._entry, changes)
        ledger.put_state_value(connection, HLC_STATE, self._hlc)
        search.index_rows(connection, self._recorder.bulk_documents, all_new=True)
        search.index_rows(connection, self._recorder.documents())

    def _groups(self, changes: Sequence[RowChange]) -> list[tuple[str, list[RowChange]]]:
        if self._split_groups:
            return ledger.split_by_scope(changes, self.now)
        return [(self._group or self.new_id(), list(changes))]


def change_set(changed: Iterable[tuple[str, str]]) -> ChangeSet:
    """Return the change set of (entity, id) pairs; ids are left out when there are many."""
    ids = frozenset(changed)
    return ChangeSet(
        kinds=frozenset(entity for entity, _ in ids),
        ids=ids if len(ids) <= MOST_LISTED_CHANGES else frozenset(),
    )


def _refuse_mass_statements(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    if (
        not state.is_select
        and mapper is not None
        and issubclass(mapper.class_, Synced)
        and (state.is_update or state.is_delete or state.is_insert)
    ):
        raise BugError("synced rows are changed one by one, so that each change is recorded")


class LocalStore:
    """This desk's encrypted store: several readers, one writer at a time, safe from any thread.

    Made by `create` or `open`; `close` frees the file for other programs.
    """

    def __init__(
        self, profile_dir: Path, key: StoreKey, *, clock: Clock, lock: WriterLock | None
    ) -> None:
        path = profile_dir / STORE_FILE_NAME
        self.path = path
        self._clock = clock
        self._lock = lock
        self._reader = reader_engine(path, key)
        self._writer = writer_engine(path, key) if lock is not None else None
        self._writing = threading.Lock()
        self._writing_thread: int | None = None
        self._cache_kib = USUAL_CACHE_KIB
        self._door: Callable[[], KnownError | None] | None = None
        with told_in_words(), Session(self._reader) as session:
            self._desk = load_identity(session)

    @classmethod
    def create(
        cls, profile_dir: Path, key: StoreKey, *, clock: Clock, desk: DeskIdentity
    ) -> LocalStore:
        """Make a new store in a folder and open it.

        Raises:
            UnreachableError: there is one already (code "store_exists"), the disk is full.
        """
        with files_told_in_words():
            profile_dir.mkdir(parents=True, exist_ok=True)
        lock = WriterLock(profile_dir)
        lock.acquire()
        try:
            create_schema(profile_dir / STORE_FILE_NAME, key, desk=desk, now=clock.now())
            return cls(profile_dir, key, clock=clock, lock=lock)
        except BaseException:
            lock.release()
            raise

    @classmethod
    def open(
        cls, profile_dir: Path, *keys: StoreKey, clock: Clock, read_only: bool = False
    ) -> LocalStore:
        """Open the store of a folder, migrating an older one after a backup.

        Args:
            profile_dir: the desk's folder.
            keys: the key; during a change of key the current one and the next.
            clock: tells the time of entries.
            read_only: look only; works while another process writes.

        Raises:
            UnreachableError: codes "no_store", "wrong_key", "store_damaged", "store_newer",
                "store_locked" (another process writes), "store_older" (read-only and in need
                of a migration), "migration_failed", "disk_full".
        """
        path = profile_dir / STORE_FILE_NAME
        key = first_fitting_key(path, keys)
        if read_only:
            migrate_if_older(path, key, clock=clock, may_write=False)
            return cls(profile_dir, key, clock=clock, lock=None)
        lock = WriterLock(profile_dir)
        lock.acquire()
        try:
            migrate_if_older(path, key, clock=clock)
            store = cls(profile_dir, key, clock=clock, lock=lock)
            with suppress(UnreachableError):  # no room for it now: it stays due
                store.compact_if_due()
            return store
        except BaseException:
            lock.release()
            raise

    @property
    def desk(self) -> DeskIdentity:
        """Whose desk this is."""
        return self._desk

    @property
    def read_only(self) -> bool:
        """Whether this store was opened to look only."""
        return self._writer is None

    @contextmanager
    def read(self, *, even_locked: bool = False) -> Iterator[Session]:
        """Give a session that sees one state of the store and cannot write.

        Args:
            even_locked: read a restored store that has not synced yet; for sync alone.

        Raises:
            UnreachableError: the store is locked until it has synced, or cannot be read.
        """
        if not even_locked:
            self._refuse_if_locked()
        with told_in_words(), Session(self._reader, autoflush=False) as session:
            yield session

    @contextmanager
    def write(
        self,
        caller: Caller,
        *,
        action: str,
        reason: str | None = None,
        grp: str | None = None,
        split_groups: bool = False,
    ) -> Iterator[UnitOfWork]:
        """Give a unit of work; when the block ends all of it is committed, or none.

        Args:
            caller: who does it; the operations are pushed under this login alone.
            action: a word of the audit vocabulary (`domain/audit_actions.py`).
            reason: in the person's words, where the rule asks for one.
            grp: the group of the operations; a new one when absent.
            split_groups: one group for each scope; for imports alone.

        Raises:
            UnreachableError: the disk is full, the store is read-only or locked until sync.
            BugError: a synced row deleted, a fixed field changed, more than 20 rows in a group.
        """
        self._refuse_if_locked()
        with self._writing_session(
            IMPORT_CACHE_KIB if split_groups else USUAL_CACHE_KIB
        ) as session:
            entry = ledger.Entry(
                login=caller.login, action=action, reason=reason, now=self._clock.now()
            )
            unit = UnitOfWork(
                session, caller=caller, entry=entry, group=grp, split_groups=split_groups
            )
            yield unit
            unit.commit()

    @contextmanager
    def apply(self) -> Iterator[Session]:
        """Give a writing session without audit or outbox; for sync (`replica`, `outbox`) alone.

        Committed when the block ends, or nothing of it.

        Raises:
            UnreachableError: the disk is full, or the store is read-only.
        """
        with self._writing_session() as session:
            yield session
            session.commit()

    def search(self, text: str, limit: int = 50) -> tuple[SearchHit, ...]:
        """Return what every word of `text` begins a word of, at most `limit`."""
        with self.read() as session:
            return search.find(session, text, limit)

    def setting(self, name: str, default: Any = None) -> Any:
        """Return a setting of this desk, a JSON value."""
        with self.read(even_locked=True) as session:
            row = session.get(Setting, name)
            return default if row is None else row.value

    def put_setting(self, name: str, value: Any) -> None:
        """Keep a setting of this desk, a JSON value."""
        with self.apply() as session:
            session.merge(Setting(name=name, value=value))

    def save_desk(self, desk: DeskIdentity) -> None:
        """Keep what the shared database told about this desk."""
        with self.apply() as session:
            save_identity(session, desk, now=self._clock.now())
        self._desk = desk

    def unlock_after_sync(self) -> None:
        """Let people in again after a restored store has said hello, purged and pulled."""
        self.save_desk(replace(self._desk, locked_until_sync=False))

    def verify_audit(self) -> None:
        """Check this desk's audit chain from its first entry.

        Raises:
            UnreachableError: an entry was changed, removed or added (code "audit_broken").
        """
        with self.read(even_locked=True) as session:
            broken = ledger.verify_audit(session.connection())
        if broken is not None:
            raise UnreachableError(
                f"The audit trail of this desk does not hold at entry {broken.seq}: "
                f"{broken.reason}.",
                what_to_do="Keep the file and tell your administrator.",
                code="audit_broken",
            )

    def compact_if_due(self) -> bool:
        """Finish what a purge began: no byte of it stays in pages, search index, log or copies.

        Safe to stop anywhere: what is left to do is kept in the store and done at the next
        opening or exchange. A reader that holds on to an older picture puts the log off.

        Returns:
            Whether nothing is left to do.
        """
        with self.read(even_locked=True) as session:
            due = ledger.state_value(session.connection(), COMPACT_STATE)
        if due is None:
            return True
        if due == COMPACT_PAGES:
            self._rewrite_pages()
        if not self._empty_log():
            return False
        self._put_due(None)
        return True

    def compact(self) -> bool:
        """Rewrite the file without what was deleted and empty its log, due or not."""
        self._rewrite_pages()
        return self._empty_log()

    def _rewrite_pages(self) -> None:
        with self.apply() as session:
            search.optimize(session.connection())
        if self._writer is None:
            raise read_only()
        # secure_delete overwrites what is deleted, yet not the copies that stay in the gaps of
        # pages when rows move between neighbours; a new file has no gaps.
        with self._turn(), told_in_words(), closing(self._writer.raw_connection()) as raw:
            raw.cursor().execute("VACUUM")
        with files_told_in_words():
            forget_copies(self.path)
        self._put_due(_COMPACT_LOG)

    def _empty_log(self) -> bool:
        if self._writer is None:
            raise read_only()
        with self._turn(), told_in_words(), closing(self._writer.raw_connection()) as raw:
            cursor = raw.cursor()
            (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {LOG_WAIT_MS:d}")
            busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.execute(f"PRAGMA busy_timeout = {usual:d}")
        return not busy

    def _put_due(self, left: str | None) -> None:
        with self.apply() as session:
            ledger.put_state_value(session.connection(), COMPACT_STATE, left)

    def close(self) -> None:
        """Close all connections and free the file."""
        self._reader.dispose()
        if self._writer is not None:
            self._writer.dispose()
        if self._lock is not None:
            self._lock.release()

    @contextmanager
    def _writing_session(self, cache_kib: int = USUAL_CACHE_KIB) -> Iterator[Session]:
        if self._writer is None:
            raise read_only()
        with (
            self._turn(),
            told_in_words(),
            Session(self._writer, expire_on_commit=False) as session,
        ):
            connection = session.connection()  # BEGIN IMMEDIATE now: what is read stays true
            if cache_kib != self._cache_kib:
                connection.exec_driver_sql(f"PRAGMA cache_size=-{cache_kib:d}")
                self._cache_kib = cache_kib
            yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no other thread writes."""
        if self._writing_thread == threading.get_ident():
            raise BugError("a unit of work was begun inside another")
        with self._writing:
            self._writing_thread = threading.get_ident()
            try:
                yield
            finally:
                self._writing_thread = None

    def shut_by(self, door: Callable[[], KnownError | None]) -> None:
        """Ask `door` before every read and write of people; an error of it keeps them out.

        What reads `even_locked` and what writes by `apply` is not asked: an exchange opens it.
        """
        self._door = door

    def _refuse_if_locked(self) -> None:
        if self._door is not None and (refusal := self._door()) is not None:
            raise refusal
        if self._desk.locked_until_sync:
            raise UnreachableError(
                "This desk was restored or built anew and has not spoken to the shared "
                "database yet.",
                what_to_do="Sync first: what was withdrawn since must leave this desk before "
                "anybody looks.",
                code="locked_until_sync",
            )
