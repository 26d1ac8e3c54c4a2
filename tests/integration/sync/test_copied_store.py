"""One store on two computers: told apart, each under a name of its own, and every effect once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from d2a_desktop.local_db import outbox
from d2a_desktop.local_db.backup import make_backup, restore_backup
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.sync import sessions
from d2a_desktop.sync.protocol import SyncReport
from tests.integration.sync.desks import DeskUnderTest, server_view
from tests.local_stores import KEY, OTHER_KEY
from tests.shared_databases import System

pytestmark = pytest.mark.postgres

Copying = Callable[[DeskUnderTest], DeskUnderTest]


@pytest.fixture
def copied(shared: System, tmp_path: Path) -> Iterator[Copying]:
    """Copy a desk's files to another computer, as an image of the disk does."""
    made: list[LocalStore] = []

    def copy(desk: DeskUnderTest) -> DeskUnderTest:
        folder = tmp_path / f"copy{len(made)}"
        folder.mkdir()
        for name in ("store.db", "store.db-wal"):
            if (file := desk.store.path.with_name(name)).exists():
                shutil.copy(file, folder / name)
        store = LocalStore.open(folder, KEY, clock=desk.clock)
        made.append(store)
        return DeskUnderTest(shared, desk.who, store, desk.clock)

    yield copy
    for store in made:
        store.close()


def spoken(one: DeskUnderTest) -> SyncReport:
    """Exchange once and hang up: a login has three connections, and these are many computers."""
    report = one.sync()
    one.gateway.close()
    return report


def names(*desks: DeskUnderTest) -> list[str]:
    return [each.store.desk.desk_id for each in desks]


def effects(shared: System, row_id: str) -> int:
    """How often a row was written at the server."""
    row = shared.superuser().execute(
        "SELECT count(*) FROM sync.audit WHERE row_id = %s", (row_id,)
    ).fetchone()  # fmt: skip
    assert row is not None
    return int(row[0])


def settle(shared: System, *desks: DeskUnderTest) -> None:
    """Let each exchange until nothing is new; all hold what the server lets them see, and agree."""
    for _ in range(2):
        for each in desks:
            assert not spoken(each).rejected
    seen = server_view(shared, desks[0].who)
    for each in desks:
        assert each.rows() == seen
        assert each.engine.check().repaired == 0
        each.gateway.close()
        with each.store.read() as session:
            assert outbox.counts(session)["pending"] == 0
    assert len(set(names(*desks))) == len(desks)


def test_what_waited_when_the_copy_was_made_has_its_effect_once(
    shared: System, desk: Any, copied: Copying
):
    ward = desk("ward")
    kept = ward.new_case()
    spoken(ward)
    ward.change("spell", kept, bed="7")
    scope = ward.new_case()
    twin = copied(ward)
    assert not spoken(ward).recovered
    report = spoken(twin)
    assert report.recovered
    assert not report.rejected
    settle(shared, ward, twin)
    assert (effects(shared, kept), effects(shared, scope)) == (2, 1)


def test_the_copy_may_speak_first_and_the_first_computer_takes_another_name(
    shared: System, desk: Any, copied: Copying
):
    ward = desk("ward")
    ward.new_case()
    spoken(ward)
    scope = ward.new_case()
    twin = copied(ward)
    assert not spoken(twin).recovered
    assert spoken(ward).recovered
    settle(shared, ward, twin)
    assert effects(shared, scope) == 1


def test_both_speak_at_once(shared: System, desk: Any, copied: Copying):
    ward = desk("ward")
    spoken(ward)
    scope = ward.new_case()
    twin = copied(ward)
    together = threading.Barrier(2)
    recovered: list[bool] = []

    def speak(one: DeskUnderTest) -> None:
        together.wait(timeout=10)
        recovered.append(spoken(one).recovered)

    speaking = [threading.Thread(target=speak, args=(one,)) for one in (ward, twin)]
    for each in speaking:
        each.start()
    for each in speaking:
        each.join(timeout=60)
    assert sorted(recovered) == [False, True]
    settle(shared, ward, twin)
    assert effects(shared, scope) == 1


def test_a_copy_made_in_the_middle_of_a_hello_passes_once_and_is_found_at_the_next(
    shared: System, desk: Any, copied: Copying
):
    ward = desk("ward")
    spoken(ward)
    scope = ward.new_case()
    with ward.store.apply() as session:
        sessions.prepare(session)  # the next number is kept, and not yet said
    twin = copied(ward)
    spoken(ward)
    spoken(twin)
    settle(shared, ward, twin)
    assert effects(shared, scope) == 1


def test_a_copy_of_a_desk_that_never_spoke(shared: System, desk: Any, copied: Copying):
    ward = desk("ward")
    scope = ward.new_case()
    twin = copied(ward)
    spoken(ward)
    spoken(twin)
    settle(shared, ward, twin)
    assert effects(shared, scope) == 1


def test_a_copy_by_backup_and_restore_has_a_name_of_its_own_from_the_start(
    shared: System, desk: Any, tmp_path: Path
):
    ward = desk("ward")
    ward.new_case()
    spoken(ward)
    scope = ward.new_case()
    backup = tmp_path / "desk.backup"
    make_backup(
        ward.store.path.parent, KEY, backup, passphrase="four words for it", clock=ward.clock
    )
    other = tmp_path / "restored"
    restore_backup(backup, other, OTHER_KEY, passphrase="four words for it", clock=ward.clock)
    store = LocalStore.open(other, OTHER_KEY, clock=ward.clock)
    twin = DeskUnderTest(shared, "ward", store, ward.clock)
    assert len(set(names(ward, twin))) == 2
    assert not spoken(twin).recovered
    assert not spoken(ward).recovered
    settle(shared, ward, twin)
    assert effects(shared, scope) == 1
    store.close()


def test_copies_that_speak_in_turn_for_ever_each_keep_their_name(
    shared: System, desk: Any, copied: Copying
):
    ward = desk("ward")
    scope = ward.new_case()
    spoken(ward)
    every = [ward, copied(ward), copied(ward)]
    first_round = [spoken(each).recovered for each in every]
    assert first_round == [False, True, True]
    before = names(*every)
    for bed in ("1", "2", "3", "4"):
        for each in every:
            each.change("spell", scope, bed=bed)
            assert not spoken(each).recovered
    assert names(*every) == before
    settle(shared, *every)


def test_a_computer_put_back_to_one_picture_each_morning_disturbs_nobody(
    shared: System, desk: Any, copied: Copying
):
    ward, colleague = desk("ward"), desk("ward", "colleague")
    scope = ward.new_case()
    spoken(ward)
    spoken(colleague)
    for bed in ("1", "2", "3"):
        morning = copied(ward)
        spoken(morning)
        morning.change("spell", scope, bed=bed)
        assert not spoken(morning).rejected
        assert not spoken(colleague).recovered
        row = colleague.row("spell", scope)
        assert row is not None
        assert row["bed"] == bed
    settle(shared, ward, colleague)
