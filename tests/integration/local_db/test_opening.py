from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.rekey import rotate_store_key, settle_rotation
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.spell import Spell
from d2a_desktop.security import sealing
from d2a_desktop.security.keys import KeyFile, StoreKey, new_store_key
from tests.builder_ids import CASE
from tests.builders import make_spell
from tests.local_stores import COORDINATOR, HOSPITAL_DESK, KEY, OTHER_KEY, new_clock, new_store

PASSPHRASE = "horse battery staple"


def refused(profile: Path, *keys: StoreKey, code: str, **options: bool) -> None:
    """Open and be refused with this code; the file is as it was."""
    path = profile / "store.db"
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(UnreachableError) as caught:
        LocalStore.open(profile, *keys, clock=new_clock(), **options)
    assert caught.value.code == code
    assert caught.value.exit_code == 3
    assert caught.value.what_to_do
    assert (path.read_bytes() if path.exists() else None) == before


@pytest.fixture
def closed(profile: Path) -> Path:
    """A profile whose store holds one case and is closed."""
    store = new_store(profile)
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell(ward="Markerward"))
    store.close()
    return profile


def ward_of(profile: Path, *keys: StoreKey) -> str:
    store = LocalStore.open(profile, *keys, clock=new_clock())
    try:
        with store.read() as session:
            return session.get_one(Spell, CASE).ward
    finally:
        store.close()


def test_a_store_opens_with_its_key_and_knows_its_desk(closed: Path):
    store = LocalStore.open(closed, KEY, clock=new_clock())
    assert store.desk == HOSPITAL_DESK
    assert not store.read_only
    store.close()
    assert ward_of(closed, KEY) == "Markerward"


def test_what_the_shared_database_tells_about_the_desk_is_kept(closed: Path):
    store = LocalStore.open(closed, KEY, clock=new_clock())
    desk = DeskIdentity(
        desk_id=HOSPITAL_DESK.desk_id,
        org_id="new org",
        org_ods="RXX01",
        org_kind="hospital",
        system_id="system",
        server_url="postgresql://db.example/d2a",
        trial=True,
    )
    store.save_desk(desk)
    assert store.desk == desk
    store.close()
    again = LocalStore.open(closed, KEY, clock=new_clock())
    assert again.desk == desk
    again.close()


def test_a_wrong_key_is_told_and_the_file_stays(closed: Path):
    refused(closed, OTHER_KEY, code="wrong_key")


def test_a_folder_without_a_store_is_told_and_stays_empty(tmp_path: Path):
    refused(tmp_path, KEY, code="no_store")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", [1, 100, 4095, 5000])
def test_a_cut_file_is_told_and_stays(closed: Path, kept: int):
    path = closed / "store.db"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(UnreachableError) as caught:
        LocalStore.open(closed, KEY, clock=new_clock())
    assert caught.value.code in ("wrong_key", "store_damaged")
    assert path.stat().st_size == kept


@pytest.mark.parametrize("at", [0, 15, 16, 100, 3000])
def test_a_flipped_byte_of_the_first_page_is_told(closed: Path, at: int):
    path = closed / "store.db"
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(bytes(content))
    refused(closed, KEY, code="wrong_key")


def test_something_else_in_the_stores_place_is_told(profile: Path):
    profile.mkdir()
    (profile / "store.db").write_bytes(b"A letter, not a store. " * 500)
    refused(profile, KEY, code="wrong_key")


def test_a_plain_sqlite_file_is_not_taken_for_a_store(profile: Path):
    profile.mkdir()
    plain = sqlite3.connect(profile / "store.db")
    plain.execute("CREATE TABLE spell (id TEXT)")
    plain.commit()
    plain.close()
    refused(profile, KEY, code="wrong_key")


def test_a_folder_that_cannot_be_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnreachableError) as caught:
        new_store(tmp_path / "file" / "profile")
    assert caught.value.code == "folder_unwritable"


def test_a_second_store_in_the_same_folder_is_refused(closed: Path):
    with pytest.raises(UnreachableError) as caught:
        new_store(closed)
    assert caught.value.code == "store_exists"
    assert ward_of(closed, KEY) == "Markerward"


def test_nothing_can_be_read_from_the_file_without_the_key(store: LocalStore, profile: Path):
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell(ward="Markerward"))
    for path in profile.iterdir():
        content = path.read_bytes()
        assert b"Markerward" not in content
        assert b"SQLite format" not in content
        assert b"CREATE TABLE" not in content
    with (
        closing(sqlite3.connect(profile / "store.db")) as plain,
        pytest.raises(sqlite3.DatabaseError),
    ):
        plain.execute("SELECT * FROM spell")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps rights elsewhere")
def test_only_its_owner_may_read_the_file(closed: Path):
    assert stat.S_IMODE((closed / "store.db").stat().st_mode) == 0o600


def test_the_store_is_kept_the_way_it_should(store: LocalStore):
    with store.apply() as session:
        found = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
        cipher = session.connection().exec_driver_sql("PRAGMA cipher_integrity_check").all()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,
        "secure_delete": 1,
        "foreign_keys": 1,
    }
    assert cipher == []


def test_a_second_writer_in_this_process_is_refused(store: LocalStore, profile: Path):
    with pytest.raises(UnreachableError) as caught:
        LocalStore.open(profile, KEY, clock=new_clock())
    assert caught.value.code == "store_locked"


SECOND = """
import sys
from pathlib import Path
from d2a_desktop.core.clock import SystemClock
from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.security.keys import StoreKey
how = sys.argv[2] == "look"
try:
    store = LocalStore.open(
        Path(sys.argv[1]), StoreKey(sys.argv[3]), clock=SystemClock(), read_only=how
    )
except UnreachableError as error:
    print(error.code)
else:
    print("open", store.search("Markerward")[0].entity)
    store.close()
"""


def second_process(profile: Path, how: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SECOND, str(profile), how, KEY.hex],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[3],
    )
    return done.stdout.strip()


def test_a_second_process_is_refused_but_may_look(closed: Path):
    first = LocalStore.open(closed, KEY, clock=new_clock())
    try:
        assert second_process(closed, "write") == "store_locked"
        assert second_process(closed, "look") == "open spell"
    finally:
        first.close()
    assert second_process(closed, "write") == "open spell"


def test_a_store_opened_to_look_cannot_be_written(closed: Path):
    store = LocalStore.open(closed, KEY, clock=new_clock(), read_only=True)
    assert store.read_only
    with (
        pytest.raises(UnreachableError) as caught,
        store.write(COORDINATOR, action="case:changed"),
    ):
        pytest.fail("it could be written")
    assert caught.value.code == "store_read_only"
    store.close()


def test_the_key_can_be_changed(closed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealing, "_ARGON2_MEMORY_KIB", 64)
    key_file = KeyFile(closed)
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=KEY)
    key_file.enrol("u_two", passphrase=PASSPHRASE, key=KEY)
    new_key, others = rotate_store_key(closed, login="u_one", passphrase=PASSPHRASE)
    assert others == ("u_two",)
    assert key_file.unlock("u_one", passphrase=PASSPHRASE) == (new_key,)
    refused(closed, KEY, code="wrong_key")
    assert ward_of(closed, new_key) == "Markerward"


@pytest.mark.parametrize("rewritten", [False, True])
def test_a_change_of_key_that_was_interrupted_still_opens(
    closed: Path, monkeypatch: pytest.MonkeyPatch, rewritten: bool
):
    monkeypatch.setattr(sealing, "_ARGON2_MEMORY_KIB", 64)
    key_file, new_key = KeyFile(closed), new_store_key()
    stored = new_key if rewritten else KEY
    key_file.enrol("u_one", passphrase=PASSPHRASE, key=KEY)
    if rewritten:
        key, _ = rotate_store_key(closed, login="u_one", passphrase=PASSPHRASE)
        key_file.enrol("u_one", passphrase=PASSPHRASE, key=KEY)
        stored = new_key = key
    key_file.begin_rotation("u_one", passphrase=PASSPHRASE, new_key=new_key)
    keys = key_file.unlock("u_one", passphrase=PASSPHRASE)
    assert ward_of(closed, *keys) == "Markerward"
    settle_rotation(closed, login="u_one", passphrase=PASSPHRASE)
    assert key_file.unlock("u_one", passphrase=PASSPHRASE) == (stored,)


def test_a_wrong_passphrase_changes_no_key(closed: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealing, "_ARGON2_MEMORY_KIB", 64)
    KeyFile(closed).enrol("u_one", passphrase=PASSPHRASE, key=KEY)
    with pytest.raises(UnreachableError) as caught:
        rotate_store_key(closed, login="u_one", passphrase="not this one")
    assert caught.value.code == "wrong_passphrase"
    assert ward_of(closed, KEY) == "Markerward"


def test_a_restored_store_is_locked_until_it_has_synced(store: LocalStore, clock: SettableClock):
    store.save_desk(replace(store.desk, locked_until_sync=True))
    with pytest.raises(UnreachableError) as caught, store.read():
        pytest.fail("somebody looked")
    assert caught.value.code == "locked_until_sync"
    with (
        pytest.raises(UnreachableError) as caught,
        store.write(COORDINATOR, action="case:opened"),
    ):
        pytest.fail("somebody wrote")
    assert caught.value.code == "locked_until_sync"
    with store.read(even_locked=True) as session:
        assert session.get(Spell, CASE) is None
    store.unlock_after_sync()
    with store.read() as session:
        assert session.get(Spell, CASE) is None
