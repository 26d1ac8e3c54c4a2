from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy import select

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.errors import BugError
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.local_db import outbox, replica
from d2a_desktop.local_db.logical_clock import hlc_at
from d2a_desktop.local_db.outbox import OpState
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.audit_entry import AuditEntry
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.models.record_classes import RECORD_CLASSES
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.task import Task
from d2a_desktop.models.wire import wire_values
from tests.all_builders import builder_of
from tests.builder_ids import CASE
from tests.builders import make_patient, make_spell, make_task
from tests.local_stores import COORDINATOR, KEY, START, new_store


def as_wire(row: Any, **given: Any) -> dict[str, Any]:
    """Return a built row as the shared database would send it."""
    entity = row.__tablename__
    names = ["id", "scope_id", *RECORDS[entity].fields]
    return wire_values(entity, {name: getattr(row, name) for name in names}) | (
        {"ver": 1, "hlc": 5} | given
    )


@pytest.mark.parametrize("entity", RECORDS)
def test_a_row_of_the_shared_database_reads_back_the_same(entity: str, one_store: LocalStore):
    sent = as_wire(builder_of(entity)(), ver=3)
    with one_store.apply() as session:
        changes = replica.upsert_server_rows(session, entity, [sent])
        assert replica.rows_wire(session, entity, [sent["id"]]) == {sent["id"]: sent}
        assert list(replica.versions(session, entity)) == [(sent["id"], 3)]
        row = session.get_one(RECORD_CLASSES[entity], sent["id"])
        built = builder_of(entity)()
        for name in RECORDS[entity].fields:
            assert getattr(row, name) == getattr(built, name), name
    assert changes.ids == {(entity, sent["id"])}


@pytest.mark.parametrize("entity", RECORDS)
def test_many_rows_at_once_are_written_as_each_by_itself(entity: str, one_store: LocalStore):
    whole = as_wire(builder_of(entity)())
    required = {name for name, field in RECORDS[entity].fields.items() if field.required}
    bare = {name: whole[name] if name in required else None for name in whole}
    bare |= {name: whole[name] for name in ("id", "scope_id", "ver", "hlc")}
    ids = [str(uuid.UUID(int=number)) for number in range(1, 6)]
    sent = [
        {**whole, "id": ids[0]},
        {**bare, "id": ids[1]},
        dict(reversed({**whole, "id": ids[2]}.items())),  # another order of the same columns
        {**bare, "id": ids[3], "of_version_2": 7},
        {**whole, "id": ids[4], "ver": 2},
    ]
    with one_store.apply() as session:
        for row in sent:
            replica.upsert_server_rows(session, entity, [{**whole, "id": row["id"]}])
        replica.upsert_server_rows(session, entity, sent)  # over what is there
        together = replica.rows_wire(session, entity, ids)
        replica.purge_rows(session, entity, ids)
        replica.upsert_server_rows(session, entity, sent)  # anew
        anew = replica.rows_wire(session, entity, ids)
        replica.purge_rows(session, entity, ids)
    for row in sent:
        row.pop("of_version_2", None)
        assert together[row["id"]] == anew[row["id"]] == row


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory):
    made = new_store(tmp_path_factory.mktemp("one"))
    yield made
    made.close()


def test_a_later_version_replaces_an_earlier_one(store: LocalStore):
    with store.apply() as session:
        replica.upsert_server_rows(session, "spell", [as_wire(make_spell())])
        before = session.get_one(Spell, CASE)
        assert before.ward == "Willow"
        later = as_wire(make_spell(ward="Oak", edd=date(2026, 11, 25)), ver=2)
        replica.upsert_server_rows(session, "spell", [later])
        assert (before.ward, before.ver, before.edd) == ("Oak", 2, date(2026, 11, 25))


def test_columns_of_a_newer_server_are_passed_over_and_missing_ones_kept(store: LocalStore):
    with store.apply() as session:
        replica.upsert_server_rows(session, "spell", [as_wire(make_spell(consultant="Dr A"))])
        newer = as_wire(make_spell(ward="Oak"), ver=2) | {"of_version_2": 7}
        del newer["consultant"]
        replica.upsert_server_rows(session, "spell", [newer])
        row = session.get_one(Spell, CASE)
        assert (row.ward, row.consultant) == ("Oak", "Dr A")


def test_instants_of_any_offset_are_stored_in_one_form(store: LocalStore):
    sent = as_wire(make_spell()) | {"admitted_at": "2026-07-01T10:00:00.5+01:00"}
    with store.apply() as session:
        replica.upsert_server_rows(session, "spell", [sent])
        row = session.get_one(Spell, CASE)
        assert row.admitted_at == datetime(2026, 7, 1, 9, 0, 0, 500000, tzinfo=UTC)
        stored = replica.rows_wire(session, "spell", [CASE])[CASE]["admitted_at"]
        assert stored == "2026-07-01T09:00:00.500000Z"


def test_pulled_rows_are_neither_sent_back_nor_audited(store: LocalStore):
    with store.apply() as session:
        replica.upsert_server_rows(session, "spell", [as_wire(make_spell())])
    with store.read() as session:
        assert session.scalars(select(OutboxOp)).all() == []
        assert session.scalars(select(AuditEntry)).all() == []


def test_a_page_that_does_not_fit_leaves_nothing_of_it(store: LocalStore):
    broken = as_wire(make_spell(id=None)) | {"id": "x", "ward": None}

    def apply_page() -> None:
        with store.apply() as session:
            replica.put_cursor(session, (7, 7))
            replica.upsert_server_rows(session, "spell", [as_wire(make_spell()), broken])

    with pytest.raises(BugError, match=r"spell\.ward"):
        apply_page()
    with store.read() as session:
        assert session.get(Spell, CASE) is None
        assert replica.get_cursor(session) == (0, 0)


def test_a_row_can_be_confirmed_and_rebased(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell())
        uow.add(make_task())
    with store.apply() as session:
        replica.patch_row(session, "spell", CASE, {"ver": 4, "ward": "Elm", "edd": "2026-12-01"})
        row = session.get_one(Spell, CASE)
        assert (row.ver, row.ward, row.edd) == (4, "Elm", date(2026, 12, 1))
        task_id = session.scalars(select(Task.id)).one()
        replica.patch_row(session, "task", task_id, {"urgent": True, "due_at": None})
        assert session.get_one(Task, task_id).urgent is True
    assert len(store.search("elm")) == 1
    with pytest.raises(BugError, match="no such"), store.apply() as session:
        replica.patch_row(session, "spell", "nowhere", {"ver": 4})
    with pytest.raises(BugError, match="no columns"), store.apply() as session:
        replica.patch_row(session, "spell", CASE, {"wards": 4})


def test_an_insert_that_was_refused_can_be_taken_away_but_a_confirmed_row_not(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell())
    with store.apply() as session:
        replica.remove_unconfirmed(session, "spell", CASE)
        assert session.get(Spell, CASE) is None
        replica.upsert_server_rows(session, "spell", [as_wire(make_spell())])
        replica.remove_unconfirmed(session, "spell", CASE)
        assert session.get(Spell, CASE) is not None
    assert len(store.search("willow")) == 1


def test_a_purge_leaves_no_byte_of_the_scope(store: LocalStore, profile: Path):
    """SYNC 7, test 8, read through the key: the file itself is encrypted anyway."""
    marker = "Zzyzxmarker"
    with store.write(COORDINATOR, action="case:opened", reason=f"{marker} reason") as uow:
        uow.add(make_spell(ward=marker))
        uow.add(make_patient(family_name=marker, address_1=marker))
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell(id=None, scope_id="other scope", ward="Oak"))
    with store.write(COORDINATOR, action="case:changed") as uow:
        uow.session.get_one(Spell, CASE).bed = marker
    with store.apply() as session:
        sent = outbox.pending(session, login=COORDINATOR.login, limit=50)
        outbox.mark(session, [sent[0].op], OpState.ACKED, now=START, result={"said": marker})
        outbox.mark(session, [sent[1].op], OpState.CONFLICT, now=START)
        replica.put_shadow(session, "spell", as_wire(make_spell(ward=marker)))
        replica.put_conflict(session, sent[1], code="conflict", theirs={"ward": marker}, now=START)
    with store.apply() as session:
        changes = replica.purge_scopes(session, [CASE])
    store.compact()
    assert changes.kinds == {"spell", "patient"}
    with store.read() as session:
        kept = session.scalars(select(OutboxOp).order_by(OutboxOp.seq)).all()
        states = [(op.state, op.set_values is None, op.scope_id == CASE) for op in kept]
        assert states == [
            ("orphaned", True, True),
            ("pending", False, False),
            ("orphaned", True, True),
        ]
        assert replica.get_shadow(session, "spell", CASE) is None
        assert replica.list_conflicts(session)[0].mine is None
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.seq)).all()
        assert [entry.delta is None for entry in entries] == [True, True, False, True]
        assert entries[0].actor == COORDINATOR.login
    store.verify_audit()
    assert store.search(marker) == ()
    assert len(store.search("oak")) == 1
    store.close()
    assert b"create table" in plain_bytes(profile / "store.db").lower()
    assert marker.lower().encode() not in plain_bytes(profile / "store.db").lower()
    assert b"oak" in plain_bytes(profile / "store.db").lower()


def plain_bytes(path: Path) -> bytes:
    """Return every page of a store in the clear, freed ones included.

    SQLCipher 4 with a raw key: pages of 4,096 bytes, AES-256-CBC, in each the last 80 bytes are
    the initial vector and the checksum; the first page begins with 16 bytes of salt.
    """
    content, pages = path.read_bytes(), []
    for start in range(0, len(content), 4096):
        page = content[start : start + 4096]
        box = page[16 if start == 0 else 0 : 4096 - 80]
        opened = Cipher(
            algorithms.AES256(bytes.fromhex(KEY.hex)), modes.CBC(page[4096 - 80 : 4096 - 64])
        ).decryptor()
        pages.append(opened.update(box) + opened.finalize())
    return b"".join(pages)


def test_single_rows_can_be_purged_while_their_scope_stays(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell())
        patient_id = uow.add(make_patient()).id
    with store.apply() as session:
        changes = replica.purge_rows(session, "patient", [patient_id])
        assert replica.rows_wire(session, "patient", [patient_id]) == {}
        assert session.get(Spell, CASE) is not None
        assert [op.entity for op in outbox.pending(session, login=COORDINATOR.login, limit=9)] == [
            "spell"
        ]
    assert changes.ids == {("patient", patient_id)}
    assert not store.search("example")
    assert store.search("willow")


def test_a_shadow_is_kept_replaced_and_dropped(store: LocalStore):
    with store.apply() as session:
        assert replica.get_shadow(session, "spell", CASE) is None
        replica.put_shadow(session, "spell", as_wire(make_spell(ward="Elm"), ver=2))
        replica.put_shadow(session, "spell", as_wire(make_spell(ward="Ash"), ver=3))
    with store.apply() as session:
        found = replica.get_shadow(session, "spell", CASE)
        assert found is not None
        assert (found.ver, found.wire["ward"]) == (3, "Ash")
        replica.drop_shadow(session, "spell", CASE)
        assert replica.get_shadow(session, "spell", CASE) is None


def test_a_newer_shadow_outlives_what_is_written_after_it(store: LocalStore):
    first, second = (as_wire(make_spell(ward=ward), ver=n) for n, ward in ((1, "Oak"), (2, "Elm")))
    with store.apply() as session:
        replica.upsert_server_rows(session, "spell", [first])
        replica.put_shadow(session, "spell", first)
    with store.apply() as session:
        replica.put_shadow(session, "spell", second)
        replica.patch_row(session, "spell", CASE, {"bed": "9"})
    with store.read() as session:
        shadow = replica.get_shadow(session, "spell", CASE)
        assert shadow is not None
        assert (shadow.ver, shadow.wire["ward"]) == (2, "Elm")


def test_cursors_and_memories_are_kept(store: LocalStore):
    with store.apply() as session:
        replica.put_cursor(session, (123456789012, 7))
        replica.put_state(session, "epoch", "e1")
    with store.read() as session:
        assert replica.get_cursor(session) == (123456789012, 7)
        assert replica.get_state(session, "epoch") == "e1"
        assert replica.get_state(session, "nothing") is None


def test_the_logical_clock_follows_others_but_not_far_ahead(
    store: LocalStore, clock: SettableClock
):
    ahead = hlc_at(START + timedelta(minutes=2))
    with store.apply() as session:
        replica.observe_hlc(session, ahead, now=clock.now())
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell())
    with store.apply() as session:
        assert session.get_one(Spell, CASE).hlc == ahead + 1
        replica.observe_hlc(session, hlc_at(START + timedelta(days=3650)), now=clock.now())
        assert replica.get_state(session, "hlc") == hlc_at(START + timedelta(minutes=5))


def test_a_conflict_waits_for_a_person_and_is_kept_afterwards(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell())
    with store.apply() as session:
        op = outbox.pending(session, login=COORDINATOR.login, limit=1)[0]
        replica.put_conflict(session, op, code="conflict", theirs={"ward": "Elm"}, now=START)
        (found,) = replica.list_conflicts(session)
        assert (found.code, found.theirs, found.login) == (
            "conflict",
            {"ward": "Elm"},
            COORDINATOR.login,
        )
        assert found.mine is not None
        assert found.mine["ward"] == "Willow"
        replica.resolve_conflict(
            session, op.op, choice="theirs", login=COORDINATOR.login, now=START
        )
        assert replica.list_conflicts(session) == []
        assert replica.list_conflicts(session, open_only=False)[0].choice == "theirs"
    with pytest.raises(BugError, match="no such open conflict"), store.apply() as session:
        replica.resolve_conflict(session, op.op, choice="mine", login="u", now=START)
