from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, select

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.local_db.backup import make_backup
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.worker import Worker
from tests.local_stores import KEY, SCHEDULER, new_clock, new_store
from tests.roster_builders import make_worker


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MB, which only root may mount."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs root on Linux to mount a small file system")
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("this machine does not let a test mount a file system")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def workers_in(store: LocalStore) -> int:
    with store.read() as session:
        return int(session.scalar(select(func.count()).select_from(Worker)) or 0)


def fill(store: LocalStore) -> int:
    """Add workers until there is no room; return how many were added."""
    added = 0
    while True:
        with store.write(SCHEDULER, action="worker:saved") as uow:
            uow.add_all([make_worker(id=None, home_postcode="x" * 500) for _ in range(20)])
        added += 20


def test_a_full_disk_is_told_and_nothing_is_half_saved(small_disk: Path):
    store = new_store(small_disk / "profile")
    try:
        with pytest.raises(UnreachableError) as caught:
            fill(store)
        assert caught.value.code == "disk_full"
        assert caught.value.exit_code == 3
        kept = workers_in(store)
        assert kept > 0
        assert kept % 20 == 0
        store.verify_audit()
        with store.read() as session:
            sent = session.connection().exec_driver_sql("SELECT count(*) FROM outbox_op")
            assert sent.scalar_one() == kept
    finally:
        store.close()
    again = LocalStore.open(small_disk / "profile", KEY, clock=new_clock())
    assert workers_in(again) == kept
    again.close()


def test_a_store_that_finds_no_room_to_begin_leaves_no_store(small_disk: Path):
    (small_disk / "ballast").write_bytes(b"x" * (2 * 1024 * 1024 - 64 * 1024))
    with pytest.raises(UnreachableError) as caught:
        new_store(small_disk / "profile")
    assert caught.value.code == "disk_full"
    assert not (small_disk / "profile" / "store.db").exists()
    (small_disk / "ballast").unlink()
    new_store(small_disk / "profile").close()


def test_a_backup_without_room_leaves_nothing_behind(small_disk: Path, tmp_path: Path):
    store = new_store(tmp_path / "profile")
    store.close()
    (small_disk / "ballast").write_bytes(b"x" * (2 * 1024 * 1024 - 64 * 1024))
    with pytest.raises(UnreachableError) as caught:
        make_backup(
            tmp_path / "profile",
            KEY,
            small_disk / "desk.d2abackup",
            passphrase="horse battery staple",
            clock=new_clock(),
        )
    assert caught.value.code == "disk_full"
    assert [each.name for each in small_disk.iterdir()] == ["ballast"]


def test_the_stores_own_limit_is_told_like_a_full_disk(store: LocalStore):
    writer = store._writer
    assert writer is not None

    @event.listens_for(writer, "begin")
    def limit(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 400")

    with pytest.raises(UnreachableError) as caught:
        fill(store)
    assert caught.value.code == "disk_full"
    assert workers_in(store) % 20 == 0
