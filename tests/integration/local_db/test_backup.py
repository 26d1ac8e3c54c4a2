from __future__ import annotations

from pathlib import Path

import pytest

from d2a_desktop.core.errors import InputFileError, UnreachableError
from d2a_desktop.local_db import outbox, replica
from d2a_desktop.local_db.backup import make_backup, restore_backup
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.spell import Spell
from d2a_desktop.security import sealing
from tests.builder_ids import CASE
from tests.builders import make_patient, make_spell
from tests.local_stores import COORDINATOR, HOSPITAL_DESK, KEY, OTHER_KEY, new_clock

PASSPHRASE = "horse battery staple"


@pytest.fixture(autouse=True)
def _quick_derivation(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealing, "_ARGON2_MEMORY_KIB", 64)


@pytest.fixture
def backup(store: LocalStore, profile: Path, tmp_path: Path) -> Path:
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell(ward="Markerward"))
        uow.add(make_patient())
    with store.apply() as session:
        replica.put_cursor(session, (5, 5))
        replica.put_state(session, "session", {"nonce": "said", "next": None, "epoch": "e1"})
    target = tmp_path / "desk.d2abackup"
    made = make_backup(profile, KEY, target, passphrase=PASSPHRASE, clock=new_clock())
    assert made.size == target.stat().st_size > 0
    return target


def restore(source: Path, folder: Path, passphrase: str = PASSPHRASE) -> LocalStore:
    restore_backup(source, folder, OTHER_KEY, passphrase=passphrase, clock=new_clock())
    return LocalStore.open(folder, OTHER_KEY, clock=new_clock())


def test_a_backup_of_an_open_desk_is_restored_under_another_key(backup: Path, tmp_path: Path):
    store = restore(backup, tmp_path / "again")
    with store.read(even_locked=True) as session:
        assert session.get_one(Spell, CASE).ward == "Markerward"
        waiting = outbox.pending(session, login=COORDINATOR.login, limit=9)
        assert [op.entity for op in waiting] == ["spell", "patient"]
        assert replica.get_cursor(session) == (5, 5)
    store.verify_audit()
    store.unlock_after_sync()
    assert len(store.search("markerw example")) == 1
    store.close()


def test_a_restored_desk_is_another_client_and_locked_until_it_has_synced(
    backup: Path, tmp_path: Path
):
    store = restore(backup, tmp_path / "again")
    assert store.desk.desk_id != HOSPITAL_DESK.desk_id
    assert store.desk.org_ods == HOSPITAL_DESK.org_ods
    assert store.desk.locked_until_sync
    with store.read(even_locked=True) as session:
        assert replica.get_state(session, "session") == {"epoch": "e1"}
    with pytest.raises(UnreachableError) as caught, store.read():
        pytest.fail("somebody looked")
    assert caught.value.code == "locked_until_sync"
    store.close()


def test_nothing_of_a_desk_can_be_read_in_its_backup(backup: Path, tmp_path: Path):
    content = backup.read_bytes()
    for words in (b"Markerward", KEY.hex.encode(), bytes.fromhex(KEY.hex), b"CREATE TABLE"):
        assert words not in content
    assert sorted(each.name for each in tmp_path.iterdir()) == ["desk.d2abackup", "profile"]


def test_a_wrong_passphrase_restores_nothing(backup: Path, tmp_path: Path):
    with pytest.raises(UnreachableError) as caught:
        restore(backup, tmp_path / "again", passphrase="not this one")
    assert caught.value.code == "wrong_passphrase"
    assert not (tmp_path / "again" / "store.db").exists()


@pytest.mark.parametrize("at", [0, 30, 90, 200, -1, -5000])
def test_a_changed_backup_restores_nothing(backup: Path, tmp_path: Path, at: int):
    content = bytearray(backup.read_bytes())
    content[at] ^= 0x01
    backup.write_bytes(bytes(content))
    with pytest.raises((InputFileError, UnreachableError)) as caught:
        restore(backup, tmp_path / "again")
    assert caught.value.code in ("not_a_backup", "wrong_passphrase", "key_file_damaged")
    assert not (tmp_path / "again" / "store.db").exists()


@pytest.mark.parametrize(
    "content", [b"", b"x", b"D2A-DESKTOP-BACKUP 1\n", b"D2A-DESKTOP-BACKUP 1\n[]\n", b"PK\x03\x04"]
)
def test_another_file_is_not_taken_for_a_backup(tmp_path: Path, content: bytes):
    source = tmp_path / "other"
    source.write_bytes(content)
    with pytest.raises(InputFileError) as caught:
        restore(source, tmp_path / "again")
    assert caught.value.code == "not_a_backup"
    assert caught.value.exit_code == 1


def test_a_cut_backup_restores_nothing(backup: Path, tmp_path: Path):
    backup.write_bytes(backup.read_bytes()[:-4096])
    with pytest.raises(InputFileError):
        restore(backup, tmp_path / "again")
    assert not (tmp_path / "again" / "store.db").exists()


def test_a_backup_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(UnreachableError) as caught:
        restore(tmp_path / "nothing", tmp_path / "again")
    assert caught.value.code == "no_backup"


def test_a_desk_is_never_restored_over_another(backup: Path, store: LocalStore, profile: Path):
    with pytest.raises(UnreachableError) as caught:
        restore(backup, profile)
    assert caught.value.code == "store_exists"
    with store.read() as session:
        assert session.get_one(Spell, CASE).ward == "Markerward"


@pytest.mark.parametrize("place", ["no/such", "file/such"])
def test_a_folder_that_is_not_there_is_told(
    store: LocalStore, profile: Path, tmp_path: Path, place: str
):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnreachableError) as caught:
        make_backup(profile, KEY, tmp_path / place, passphrase=PASSPHRASE, clock=new_clock())
    assert caught.value.code == "folder_unwritable"
    assert caught.value.exit_code == 3
