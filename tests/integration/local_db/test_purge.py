"""A purge leaves no byte of what it took away, however the file grew, wherever it was stopped."""

from __future__ import annotations

import random
import shutil
import uuid
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.domain.fields import RECORDS, Type
from d2a_desktop.local_db import outbox, replica
from d2a_desktop.local_db.migrate import BACKUP_FOLDER
from d2a_desktop.local_db.outbox import OpState
from d2a_desktop.local_db.unit_of_work import COMPACT_STATE, LocalStore
from d2a_desktop.models.wire import python_value, wire_values
from tests.all_builders import builder_of
from tests.clear_pages import found_in
from tests.local_stores import COORDINATOR, KEY, START

_RANDOM = random.Random(20261122)

GONE = "90000000-0000-4000-8000-00000000000a"
STAYS = "90000000-0000-4000-8000-00000000000b"


class Marks:
    """Makes words that occur once; each value of each record gets its own."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def one(self) -> str:
        mark = f"{_RANDOM.getrandbits(64):016x}"
        self.made.append(mark)
        return mark

    def values(self, entity: str) -> dict[str, Any]:
        """Return every value of an entity that can hold words, marked, as wire values."""
        fields = RECORDS[entity].fields
        made: dict[str, Any] = {n: self.one() for n, f in fields.items() if f.type in _WORDS}
        return made | {n: {"a": self.one()} for n, f in fields.items() if f.type is Type.JSON}


_WORDS = (Type.TEXT, Type.CODE)


def server_row(entity: str, scope: str, values: dict[str, Any]) -> dict[str, Any]:
    row = builder_of(entity)()
    known = {name: getattr(row, name) for name in RECORDS[entity].fields}
    ids = {"id": str(uuid.UUID(int=_RANDOM.getrandbits(128))), "scope_id": scope}
    return wire_values(entity, known) | values | ids | {"ver": 1, "hlc": 5}


def local_row(entity: str, scope: str, values: dict[str, Any]) -> Any:
    row = builder_of(entity)(id=None, scope_id=scope)
    for name, value in values.items():
        setattr(row, name, python_value(entity, name, value))
    return row


def fill(store: LocalStore, scope: str, marks: Marks) -> None:
    """Put rows of every kind into a scope, in every place that keeps words of them."""
    for entity in RECORDS:
        with store.write(COORDINATOR, action="case:changed", reason=marks.one()) as unit:
            unit.add(local_row(entity, scope, marks.values(entity)))
        with store.apply() as session:
            row = server_row(entity, scope, marks.values(entity))
            replica.upsert_server_rows(session, entity, [row])
            replica.put_shadow(session, entity, row | marks.values(entity))
    with store.apply() as session:
        sent = outbox.pending(session, login=COORDINATOR.login, limit=500)
        ours = [op for op in sent if op.scope_id == scope]
        theirs = {"ward": marks.one()}
        for op, state in zip(
            ours, (OpState.ACKED, OpState.CONFLICT, OpState.REJECTED), strict=False
        ):
            outbox.mark(session, [op.op], state, now=START, result={"said": marks.one()})
            replica.put_conflict(
                session, op, code="conflict", theirs=theirs, theirs_by=theirs, now=START
            )


def purge(store: LocalStore, *scopes: str) -> None:
    with store.apply() as session:
        replica.purge_scopes(session, scopes)


def test_no_word_of_any_record_is_found_after_a_purge(store: LocalStore, profile: Path):
    gone, stays = Marks(), Marks()
    fill(store, GONE, gone)
    fill(store, STAYS, stays)
    assert found_in(store.path, gone.made) == set(gone.made)
    purge(store, GONE)
    assert store.compact_if_due()
    assert found_in(store.path, gone.made) == set()
    for file in profile.rglob("*"):
        if file.is_file():
            raw = file.read_bytes()
            assert not [mark for mark in gone.made + stays.made if mark.encode() in raw], file.name
    assert found_in(store.path, stays.made) == set(stays.made)
    store.verify_audit()


def test_rows_that_moved_between_pages_leave_no_copy_behind(store: LocalStore):
    """`secure_delete` alone leaves copies in the gaps of pages that SQLite has balanced."""
    scopes = {str(uuid.UUID(int=_RANDOM.getrandbits(128))): _RANDOM.randbytes(8).hex()
              for _ in range(1200)}  # fmt: skip
    for start in range(0, len(scopes), 60):
        with store.apply() as session:
            for scope, mark in list(scopes.items())[start : start + 60]:
                for entity, name in (("spell", "ward"), ("patient", "address_1")):
                    words = " ".join([mark] * _RANDOM.randint(1, 30))
                    row = server_row(entity, scope, {name: words})
                    row["id"] = scope if entity == "spell" else row["id"]
                    replica.upsert_server_rows(session, entity, [row])
    for scope in _RANDOM.sample(sorted(scopes), 150):
        with store.apply() as session:
            longer = " ".join([scopes[scope]] * _RANDOM.randint(1, 60))
            replica.patch_row(session, "spell", scope, {"ward": longer})
    gone = _RANDOM.sample(sorted(scopes), 400)
    purge(store, *gone)
    with store.apply() as session:  # as it was: overwritten, emptied log, no new file
        replica.search.optimize(session.connection())
    store._empty_log()
    marks = [scopes[scope] for scope in gone]
    assert found_in(store.path, marks), "this test no longer makes what it is to find"
    assert store.compact_if_due()
    assert found_in(store.path, marks) == set()
    with store.read() as session:
        left = session.connection().exec_driver_sql("SELECT count(*) FROM patient").scalar_one()
    assert left == 800


def test_a_purge_that_was_stopped_is_finished_at_the_next_opening(
    store: LocalStore, profile: Path, clock: SettableClock, tmp_path: Path
):
    marks = Marks()
    fill(store, GONE, marks)
    purge(store, GONE)
    stopped = tmp_path / "stopped"  # what a killed process leaves: file and log, nothing closed
    stopped.mkdir()
    for name in ("store.db", "store.db-wal"):
        shutil.copy(profile / name, stopped / name)
    assert found_in(stopped / "store.db", marks.made)
    opened = LocalStore.open(stopped, KEY, clock=clock)
    assert found_in(opened.path, marks.made) == set()
    with opened.read() as session:
        assert replica.get_state(session, COMPACT_STATE) is None
    opened.close()


def test_a_reader_of_an_older_picture_puts_the_end_off_and_it_is_kept_as_due(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
):
    marks = Marks()
    fill(store, GONE, marks)
    with store.read() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM spell").scalar_one()
        purge(store, GONE)
        monkeypatch.setattr("d2a_desktop.local_db.unit_of_work.LOG_WAIT_MS", 0)
        assert not store.compact_if_due()
        assert found_in(store.path, marks.made)
    assert store.compact_if_due()
    assert found_in(store.path, marks.made) == set()


def test_copies_made_before_a_migration_go_with_a_purge(store: LocalStore, profile: Path):
    (profile / BACKUP_FOLDER).mkdir()
    copy = profile / BACKUP_FOLDER / "store-v1-20261122T093000000000.db"
    failed = profile / "store.db-wal.failed-migration"
    for kept in (copy, failed):
        shutil.copy(store.path, kept)
    store.compact_if_due()
    assert copy.exists()  # nothing was purged: they may still be needed
    assert failed.exists()
    purge(store, GONE)
    store.compact_if_due()
    assert not copy.exists()
    assert not failed.exists()


def test_what_still_waited_is_told_once_without_its_content(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened") as unit:
        unit.add(local_row("note", GONE, {"text": "unsent words"}))
    purge(store, GONE)
    with store.apply() as session:
        (told,) = replica.list_conflicts(session)
        assert (told.code, told.login, told.entity) == ("orphaned", COORDINATOR.login, "note")
        assert (told.base, told.mine, told.theirs) == (None, None, None)
        assert outbox.counts(session)["orphaned"] == 1
        purge_again = replica.purge_scopes(session, [GONE])
        assert not purge_again.kinds
        replica.resolve_conflict(session, told.op, choice="seen", login="u", now=START)
        assert replica.list_conflicts(session) == []
