"""A damaged store, or a lost key: set aside, built anew, unsent work carried over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from d2a_desktop.bootstrap import open_desk
from d2a_desktop.core.errors import KnownError, RefusedError, UnreachableError
from d2a_desktop.local_db import salvage
from d2a_desktop.local_db.engine import apply_key
from d2a_desktop.security.keys import KeyFile, StoreKey
from d2a_desktop.services.desk_rebuild import Rebuilt, rebuild_desk
from d2a_desktop.services.upkeep import examine
from tests.integration.main_job.desks import admitted
from tests.integration.sync.desks import server_view
from tests.shared_databases import System
from tests.shared_desks import PASSPHRASE, SharedDesk

pytestmark = pytest.mark.postgres

PAGE = 4096
NOTES = 40


class Damaged:
    """A ward's desk, closed: one case that is shared, and notes that were never sent."""

    def __init__(self, shared: System, made: SharedDesk) -> None:
        self.shared, self.made, self.profile = shared, made, made.profile
        self.case = admitted(made)
        made.sync()
        self.unsent = [f"unsent {n:04} {'word ' * 12}end" for n in range(NOTES)]
        for text in self.unsent:
            made.do(self.case, "note", text=text, kind="note")
        made.desk.close()
        self.path = self.profile.root / "store.db"
        (self.key,) = KeyFile(self.profile.root).unlock(
            shared.people["ward"].login, passphrase=PASSPHRASE
        )

    def waiting(self, path: Path) -> int | None:
        """How many operations can be read; None when not all of them."""
        try:
            with closing(dbapi2.connect(str(path), isolation_level=None)) as connection:
                apply_key(connection, self.key)
                rows = connection.execute("SELECT * FROM outbox_op").fetchall()
        except dbapi2.Error:
            return None
        return len(rows)

    def damage_page(self, *, of_the_outbox: bool) -> None:
        """Flip a byte of a page that is, or is not, one of the outbox, and not of the basics."""
        whole = self.path.read_bytes()
        every = self.waiting(self.path)
        for page in range(len(whole) // PAGE - 1, 0, -1):
            changed = bytearray(whole)
            changed[page * PAGE + 100] ^= 0xFF
            self.path.write_bytes(bytes(changed))
            read = self.waiting(self.path)
            hurt = read is None
            if hurt == of_the_outbox and salvage.faults(self.path, self.key):
                found = salvage.salvage(self.path, self.key)
                if found.identity is not None and len(found.unsent) >= NOTES // 4:
                    assert of_the_outbox or read == every
                    return
        raise AssertionError("there is no such page")

    def rebuild(self, **options: Any) -> Rebuilt:
        given: dict[str, Any] = {
            "passphrase": lambda _: PASSPHRASE,
            "new_passphrase": lambda: PASSPHRASE,
            "database_password": lambda _: self.made.password,
        }
        return rebuild_desk(self.profile, **given | options)

    def open(self) -> Any:
        return open_desk(
            self.profile,
            passphrase=lambda _: PASSPHRASE,
            database_password=lambda _: self.made.password,
        )

    def sent(self) -> list[str]:
        """The notes that the server has."""
        rows = server_view(self.shared, "ward")
        return sorted(row["text"] for (entity, _), row in rows.items() if entity == "note")

    def opens_with_everything(self) -> None:
        desk = self.open()
        assert desk.exchange.light().state == "synced"
        assert [row.case_ref for row in desk.queries.ward_board(desk.caller).rows] == [self.case]
        desk.close()


@pytest.fixture
def damaged(shared: System, shared_desk: Callable[[str], SharedDesk]) -> Damaged:
    return Damaged(shared, shared_desk("ward"))


def test_a_damaged_page_elsewhere_costs_nothing(damaged: Damaged):
    damaged.damage_page(of_the_outbox=False)
    before = damaged.path.read_bytes()
    done = damaged.rebuild()
    assert (done.unsent, done.lost, done.exchanged) == (NOTES, 0, True)
    assert (damaged.profile.root / done.set_aside).read_bytes() == before
    assert damaged.sent() == damaged.unsent
    damaged.opens_with_everything()


def test_a_damaged_page_of_the_outbox_costs_only_what_was_on_it(damaged: Damaged):
    damaged.damage_page(of_the_outbox=True)
    done = damaged.rebuild()
    assert done.lost > 0
    assert NOTES // 4 <= done.unsent < NOTES
    assert len(damaged.sent()) == done.unsent
    assert set(damaged.sent()) <= set(damaged.unsent)
    damaged.opens_with_everything()


@pytest.mark.parametrize("how", ["header", "cut", "no file"])
def test_a_file_that_does_not_open_is_set_aside_and_the_desk_built_anew(damaged: Damaged, how: str):
    content = bytearray(damaged.path.read_bytes())
    if how == "header":
        content[20] ^= 0xFF
        damaged.path.write_bytes(bytes(content))
    elif how == "cut":
        damaged.path.write_bytes(bytes(content[:5000]))
    else:
        damaged.path.unlink()
    with pytest.raises(UnreachableError) as caught:
        damaged.open()
    assert caught.value.code in ("wrong_key", "store_damaged", "no_store")
    if how != "no file":
        assert "d2a desk rebuild" in caught.value.what_to_do
    done = damaged.rebuild()
    assert (done.unsent, done.exchanged) == (0, True)
    assert bool(done.set_aside) == bool(done.lost) == (how != "no file")
    damaged.opens_with_everything()


def test_a_computer_that_stops_in_between_loses_nothing(
    damaged: Damaged, monkeypatch: pytest.MonkeyPatch
):
    damaged.damage_page(of_the_outbox=False)

    def stop_after(path: Path, **given: Any) -> None:
        path.replace(path.parent / salvage.SET_ASIDE_FOLDER / "store-0.db")
        raise KeyboardInterrupt

    (damaged.profile.root / salvage.SET_ASIDE_FOLDER).mkdir()
    monkeypatch.setattr(salvage, "_set_aside", stop_after)
    with pytest.raises(KeyboardInterrupt):
        damaged.rebuild()
    monkeypatch.undo()
    assert not damaged.path.exists()
    done = damaged.rebuild()
    assert (done.unsent, done.lost, done.set_aside) == (NOTES, 0, "set-aside/store-0.db")
    assert damaged.sent() == damaged.unsent
    damaged.opens_with_everything()


def test_a_lost_key_gives_a_desk_without_its_unsent_work(damaged: Damaged):
    with pytest.raises(UnreachableError) as caught:
        damaged.rebuild(passphrase=lambda _: "forgotten words")
    assert caught.value.code == "wrong_passphrase"
    before = damaged.path.read_bytes()
    done = damaged.rebuild(lost_key=True)
    assert (done.unsent, done.exchanged) == (0, True)
    assert (damaged.profile.root / done.set_aside).read_bytes() == before
    assert list((damaged.profile.root / "set-aside").glob("keys-*.json"))
    damaged.opens_with_everything()


def test_without_the_server_the_new_desk_stays_shut_and_keeps_the_work(damaged: Damaged):
    damaged.damage_page(of_the_outbox=False)

    def nobody(_: str) -> str:
        raise UnreachableError("There is nobody to ask.", code="no_password")

    done = damaged.rebuild(database_password=nobody)
    assert (done.unsent, done.exchanged) == (NOTES, False)
    assert done.why_not
    desk = damaged.open()
    with pytest.raises(KnownError) as caught:
        desk.queries.ward_board(desk.caller)
    assert caught.value.code == "locked_until_sync"
    desk.exchange.run(desk.caller)
    desk.close()
    assert damaged.sent() == damaged.unsent
    damaged.opens_with_everything()


def test_a_sound_store_and_a_newer_one_are_left_alone(damaged: Damaged):
    before = damaged.path.read_bytes()
    with pytest.raises(RefusedError) as sound:
        damaged.rebuild()
    assert sound.value.code == "store_sound"
    assert damaged.path.read_bytes() == before
    done = damaged.rebuild(anyway=True)
    assert (done.unsent, done.lost, done.exchanged) == (NOTES, 0, True)
    assert damaged.sent() == damaged.unsent
    with closing(dbapi2.connect(str(damaged.path), isolation_level=None)) as connection:
        apply_key(connection, damaged.key)
        connection.execute("PRAGMA user_version = 99")
    before = damaged.path.read_bytes()
    with pytest.raises(UnreachableError) as newer:
        damaged.rebuild(anyway=True)
    assert newer.value.code == "store_newer"
    assert damaged.path.read_bytes() == before


def test_a_desk_that_is_open_elsewhere_is_left_alone(damaged: Damaged):
    desk = damaged.open()
    with pytest.raises(UnreachableError) as caught:
        damaged.rebuild(anyway=True)
    assert caught.value.code == "store_locked"
    desk.close()


def test_a_refusal_that_nobody_has_looked_at_is_told_again(damaged: Damaged):
    desk = damaged.open()
    with damaged.shared.superuser() as owner:
        owner.execute("UPDATE dc.spell SET edd = '2030-02-02'")
    values = {"values": {"spell": {"edd": "2030-01-01"}}}
    desk.actions.do_document(desk.caller, damaged.case, "update", values)
    report = desk.exchange.run(desk.caller)
    assert [refused.code for refused in report.conflicts] == ["conflict"]
    desk.close()
    done = damaged.rebuild(anyway=True)
    assert done.exchanged
    desk = damaged.open()
    assert desk.exchange.light().state == "needs_you"
    (conflict,) = desk.exchange.conflicts()
    assert conflict.conflict_id
    desk.close()


def test_the_doctor_finds_a_damaged_page_before_somebody_needs_it(
    damaged: Damaged, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("D2A_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("D2A_DB_PASSWORD", damaged.made.password)
    damaged.damage_page(of_the_outbox=False)
    (found,) = [each for each in examine(damaged.profile) if each.check == "Store file"]
    assert not found.ok
    assert "d2a desk rebuild" in found.what_to_do


def test_what_is_carried_over_is_never_in_the_clear(
    damaged: Damaged, monkeypatch: pytest.MonkeyPatch
):
    seen: list[str] = []
    whole = salvage._build

    def watched(path: Path, key: StoreKey, **given: Any) -> Path:
        draft = whole(path, key, **given)
        seen.append(draft.name)
        for file in path.parent.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert b"unsent 00" not in content, file.name
                assert b"SQLite format" not in content, file.name
        with closing(dbapi2.connect(str(draft))) as connection:
            apply_key(connection, key)
            waiting = connection.execute("SELECT count(*) FROM outbox_op WHERE state = 'pending'")
            assert waiting.fetchone() == (NOTES,)
        return draft

    monkeypatch.setattr(salvage, "_build", watched)
    damaged.rebuild(anyway=True)
    assert seen == ["store.db.built"]
