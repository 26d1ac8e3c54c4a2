from __future__ import annotations

import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.core.errors import BugError, UnreachableError
from d2a_desktop.domain.fields import RECORDS, SCHEMA_VERSION
from d2a_desktop.local_db.logical_clock import hlc_at
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.audit_entry import AuditEntry
from d2a_desktop.models.event import Event
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.models.patient import Patient
from d2a_desktop.models.setting import Setting
from d2a_desktop.models.spell import Spell
from d2a_desktop.models.visit import Visit
from d2a_desktop.models.worker import Worker
from tests.all_builders import builder_of
from tests.builder_ids import CASE
from tests.builders import make_event, make_patient, make_spell, make_visit
from tests.local_stores import COORDINATOR, SCHEDULER, START
from tests.roster_builders import make_worker


def ops(store: LocalStore) -> list[OutboxOp]:
    with store.read() as session:
        return list(session.scalars(select(OutboxOp).order_by(OutboxOp.seq)))


def entries(store: LocalStore) -> list[AuditEntry]:
    with store.read() as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.seq)))


def open_case(store: LocalStore, **given: Any) -> None:
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell(**given))
        uow.add(make_patient())


def test_a_new_row_becomes_an_insert_with_its_values_on_the_wire(store: LocalStore):
    open_case(store)
    spell, patient = ops(store)
    assert (spell.kind, spell.entity, spell.row_id) == ("ins", "spell", CASE)
    assert spell.set_values["admitted_at"] == "2026-11-13T09:30:00.000000Z"
    assert spell.set_values["scope_id"] == CASE
    assert spell.set_values.keys().isdisjoint({"id", "ver", "hlc", "specialty"})
    assert patient.set_values["birth_date"] == "1941-03-14"
    assert spell.base_values == {}
    assert (spell.base_ver, spell.schema_version) == (0, SCHEMA_VERSION)
    assert spell.login == COORDINATOR.login
    assert spell.state == "pending"
    assert spell.grp == patient.grp
    assert spell.op != patient.op


@pytest.mark.parametrize("bulk", [False, True])
def test_every_record_is_stored_and_read_back_as_it_was(store: LocalStore, bulk: bool):
    for entity, record in RECORDS.items():
        row = builder_of(entity)()
        names = [*record.fields, "id", "scope_id"]
        wanted = {name: getattr(row, name) for name in names}
        with store.write(COORDINATOR, action="case:opened") as uow:
            if bulk:
                uow.add_all([row])
            else:
                uow.add(row)
        with store.read() as session:
            found = session.get_one(type(row), wanted["id"])
            assert {name: getattr(found, name) for name in names} == wanted
            assert found.ver == 0


def test_a_changed_row_becomes_a_patch_of_the_changed_fields_alone(
    store: LocalStore, clock: SettableClock
):
    open_case(store)
    clock.advance(timedelta(hours=1))
    with store.write(COORDINATOR, action="case:changed", reason="moved") as uow:
        spell = uow.session.get_one(Spell, CASE)
        spell.ward, spell.bed = "Oak", None
        spell.site = spell.site
    op = ops(store)[-1]
    assert op.kind == "patch"
    assert op.set_values == {"ward": "Oak", "bed": None}
    assert op.base_values == {"ward": "Willow", "bed": "12"}
    assert op.created_at == START + timedelta(hours=1)
    assert uow.changes.ids == {("spell", CASE)}
    with store.read() as session:
        assert session.get_one(Spell, CASE).hlc == op.hlc == hlc_at(clock.now())


def test_a_patch_carries_the_version_it_was_made_on(store: LocalStore):
    open_case(store)
    with store.apply() as session:
        session.connection().exec_driver_sql("UPDATE spell SET ver = 7")
    with store.write(COORDINATOR, action="case:changed") as uow:
        uow.session.get_one(Spell, CASE).ward = "Oak"
    assert ops(store)[-1].base_ver == 7


def test_one_row_changed_in_several_flushes_is_one_operation(store: LocalStore):
    open_case(store)
    with store.write(COORDINATOR, action="case:changed") as uow:
        spell = uow.session.get_one(Spell, CASE)
        spell.ward = "Oak"
        uow.session.flush()
        spell.ward = "Ash"
        spell.bed = "3"
        uow.session.flush()
        spell.bed = "12"
    assert len(ops(store)) == 3
    assert ops(store)[-1].set_values == {"ward": "Ash"}
    assert ops(store)[-1].base_values == {"ward": "Willow"}


def test_each_step_of_a_state_machine_is_an_operation_of_its_own(store: LocalStore):
    with store.write(COORDINATOR, action="visit:planned") as uow:
        visit_id = uow.add(make_visit()).id
    with store.write(COORDINATOR, action="visit:outcome") as uow:
        visit = uow.session.get_one(Visit, visit_id)
        visit.status = "confirmed"
        uow.session.flush()
        visit.status, visit.outcome = "done", "done"
    first, second = ops(store)[-2:]
    assert (first.base_values, first.set_values) == (
        {"status": "planned"},
        {"status": "confirmed"},
    )
    assert second.base_values == {"status": "confirmed", "outcome": None}
    assert second.set_values == {"status": "done", "outcome": "done"}
    assert first.grp == second.grp
    assert first.hlc < second.hlc


def test_a_row_added_and_then_changed_is_one_insert(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened") as uow:
        spell = uow.add(make_spell())
        uow.session.flush()
        spell.ward = "Ash"
    assert [op.kind for op in ops(store)] == ["ins"]
    assert ops(store)[0].set_values["ward"] == "Ash"


def test_a_change_that_is_taken_back_leaves_nothing(store: LocalStore):
    open_case(store)
    with store.write(COORDINATOR, action="case:changed") as uow:
        spell = uow.session.get_one(Spell, CASE)
        spell.ward = "Oak"
        uow.session.flush()
        spell.ward = "Willow"
    assert len(ops(store)) == len(entries(store)) == 2
    assert not uow.changes


def test_an_old_value_that_was_never_read_is_still_known(store: LocalStore):
    open_case(store)
    with store.write(COORDINATOR, action="case:changed") as uow:
        spell = uow.session.get_one(Spell, CASE)
        uow.session.expire(spell)
        spell.ward = "Oak"
    assert ops(store)[-1].base_values == {"ward": "Willow"}


def test_a_json_value_is_compared_as_a_whole(store: LocalStore):
    with store.write(SCHEDULER, action="worker:saved") as uow:
        worker_id = uow.add(make_worker(skills=["hoist"])).id
    with store.write(SCHEDULER, action="worker:saved") as uow:
        worker = uow.session.get_one(Worker, worker_id)
        worker.skills = ["hoist"]
        assert not uow.session.dirty or worker.skills == ["hoist"]
    assert len(ops(store)) == 1
    with store.write(SCHEDULER, action="worker:saved") as uow:
        worker = uow.session.get_one(Worker, worker_id)
        worker.skills = [*worker.skills, "peg"]
    assert ops(store)[-1].set_values == {"skills": ["hoist", "peg"]}
    assert ops(store)[-1].base_values == {"skills": ["hoist"]}


def test_every_changed_row_has_one_audit_entry_and_the_chain_holds(store: LocalStore):
    open_case(store)
    with store.write(COORDINATOR, action="case:changed", reason="moved") as uow:
        uow.session.get_one(Spell, CASE).ward = "Oak"
    first, _, last = entries(store)
    assert (first.actor, first.action, first.entity) == (COORDINATOR.login, "case:opened", "spell")
    assert first.delta["ward"] == [None, "Willow"]
    assert (last.action, last.reason, last.at) == ("case:changed", "moved", START)
    assert last.delta == {"ward": ["Willow", "Oak"]}
    store.verify_audit()


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entry SET actor = 'u_other' WHERE seq = 1",
        """UPDATE audit_entry SET delta = '{"ward":[null,"Oak"]}' WHERE seq = 1""",
        "DELETE FROM audit_entry WHERE seq = 1",
        "DELETE FROM audit_entry WHERE seq = 2",
    ],
)
def test_a_tampered_audit_trail_is_found(store: LocalStore, tampering: str):
    open_case(store)
    with store.apply() as session:
        session.connection().exec_driver_sql(tampering)
    with pytest.raises(UnreachableError) as caught:
        store.verify_audit()
    assert caught.value.code == "audit_broken"


def test_the_changes_are_told_when_the_block_has_ended(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell())
        with pytest.raises(BugError, match="committed"):
            _ = uow.changes
    assert uow.changes.kinds == {"spell"}
    assert uow.changes.ids == {("spell", CASE)}


def test_an_error_in_the_block_leaves_nothing(store: LocalStore):
    def fail_half_way() -> None:
        with store.write(COORDINATOR, action="case:opened") as uow:
            uow.add(make_spell())
            uow.session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail_half_way()
    assert (ops(store), entries(store)) == ([], [])
    with store.read() as session:
        assert session.get(Spell, CASE) is None
    open_case(store)


def test_deleting_a_synced_row_is_refused(store: LocalStore):
    open_case(store)
    with (
        pytest.raises(BugError, match="voided"),
        store.write(COORDINATOR, action="case:changed") as uow,
    ):
        uow.session.delete(uow.session.get_one(Spell, CASE))
    with store.read() as session:
        assert session.get(Spell, CASE) is not None


@pytest.mark.parametrize("statement", [delete(Spell), update(Spell).values(ward="Oak")])
def test_changing_many_synced_rows_by_one_statement_is_refused(store: LocalStore, statement: Any):
    open_case(store)
    with (
        pytest.raises(BugError, match="one by one"),
        store.write(COORDINATOR, action="case:changed") as uow,
    ):
        uow.session.execute(statement)


@pytest.mark.parametrize(("name", "value"), [("case_ref", "C-OTHER"), ("scope_id", "elsewhere")])
def test_a_fixed_field_never_changes(store: LocalStore, name: str, value: str):
    open_case(store)
    with (
        pytest.raises(BugError, match="never changes"),
        store.write(COORDINATOR, action="case:changed") as uow,
    ):
        setattr(uow.session.get_one(Spell, CASE), name, value)


def test_an_append_only_record_may_be_voided_but_not_rewritten(store: LocalStore):
    with store.write(COORDINATOR, action="event:recorded") as uow:
        event_id = uow.add(make_event()).id
    with store.write(COORDINATOR, action="event:voided") as uow:
        uow.session.get_one(Event, event_id).voided_at = uow.now
    with (
        pytest.raises(BugError, match="append-only"),
        store.write(COORDINATOR, action="event:recorded") as uow,
    ):
        uow.session.get_one(Event, event_id).recorded_by = "Somebody else"


def test_a_row_without_a_scope_is_a_bug(store: LocalStore):
    with (
        pytest.raises(BugError, match="scope"),
        store.write(COORDINATOR, action="case:opened") as uow,
    ):
        uow.add(make_spell(scope_id=None))


def test_a_row_without_a_required_field_is_a_bug_that_names_the_column_alone(store: LocalStore):
    with (
        pytest.raises(BugError, match=r"patient\.family_name") as caught,
        store.write(COORDINATOR, action="case:opened") as uow,
    ):
        uow.add(make_patient(family_name=None, given_name="Very private"))
    assert "private" not in str(caught.value)


def test_a_group_of_more_than_twenty_rows_is_refused_whole(store: LocalStore):
    workers = [make_worker(id=None, family_name=str(number)) for number in range(21)]
    with (
        pytest.raises(BugError, match="20"),
        store.write(SCHEDULER, action="worker:saved") as uow,
    ):
        uow.add_all(workers)
    assert ops(store) == []


def test_a_group_may_be_named_by_the_caller(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened", grp="one group") as uow:
        uow.add(make_spell())
    assert ops(store)[0].grp == "one group"


def test_rows_of_this_desk_alone_are_not_sent(store: LocalStore):
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(Setting(name="columns", value=["ward"]))
    assert (ops(store), entries(store)) == ([], [])
    assert not uow.changes
    assert store.setting("columns") == ["ward"]


def test_settings_are_kept(store: LocalStore):
    assert store.setting("sound", "off") == "off"
    store.put_setting("sound", {"level": 3})
    store.put_setting("sound", {"level": 4})
    assert store.setting("sound") == {"level": 4}


def test_the_logical_clock_never_goes_back(store: LocalStore, clock: SettableClock):
    open_case(store)
    clock.advance(timedelta(days=-3650))
    with store.write(COORDINATOR, action="case:changed") as uow:
        uow.session.get_one(Spell, CASE).ward = "Oak"
    logical = [op.hlc for op in ops(store)]
    assert logical == sorted(set(logical))


def test_readers_cannot_write(store: LocalStore):

    def write_as_reader() -> None:
        with store.read() as session:
            session.add(make_patient(family_name="Secretname"))
            session.flush()

    with pytest.raises(UnreachableError) as caught:
        write_as_reader()
    assert caught.value.code == "store_read_only"
    told = "".join(traceback.format_exception(caught.value))
    assert "Secretname" not in told


def test_a_reader_sees_one_state_while_another_writes(store: LocalStore):
    open_case(store)
    with store.read() as reader:
        assert reader.get_one(Spell, CASE).ward == "Willow"
        with store.write(COORDINATOR, action="case:changed") as uow:
            uow.session.get_one(Spell, CASE).ward = "Oak"
        reader.expire_all()
        assert reader.get_one(Spell, CASE).ward == "Willow"
    with store.read() as reader:
        assert reader.get_one(Spell, CASE).ward == "Oak"


def test_a_unit_of_work_inside_another_is_a_bug(store: LocalStore):
    with (
        pytest.raises(BugError, match="inside another"),
        store.write(COORDINATOR, action="case:opened"),
        store.write(COORDINATOR, action="case:opened"),
    ):
        pytest.fail("two writers at once")
    open_case(store)


def test_writers_of_several_threads_take_turns(store: LocalStore):
    open_case(store, bed="0")

    def count_up() -> None:
        for _ in range(10):
            with store.write(COORDINATOR, action="case:changed") as uow:
                spell = uow.session.get_one(Spell, CASE)
                spell.bed = str(int(spell.bed or "0") + 1)

    with ThreadPoolExecutor(max_workers=4) as pool:
        for done in [pool.submit(count_up) for _ in range(4)]:
            done.result()
    with store.read() as session:
        assert session.get_one(Spell, CASE).bed == "40"
    store.verify_audit()


def test_a_bulk_insert_records_what_single_inserts_record(store: LocalStore):
    rows = [make_spell(), make_patient(), make_event(), make_worker()]
    with store.write(COORDINATOR, action="import:read", split_groups=True) as uow:
        uow.add_all(rows)
        assert uow.session.get_one(Patient, rows[1].id).family_name == "Example"
    bulk = [(op.entity, op.kind, op.set_values, op.base_values) for op in ops(store)]
    assert [entry.entity for entry in entries(store)] == ["spell", "patient", "event", "worker"]
    store.verify_audit()
    assert [hit.row_id for hit in store.search("Exam Willow")] == [CASE]
    with store.apply() as session:
        for table in ("outbox_op", "spell", "patient", "event", "worker"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    with store.write(COORDINATOR, action="import:read") as uow:
        for row in (make_spell(), make_patient(), make_event(), make_worker()):
            uow.add(row)
    single = [(op.entity, op.kind, op.set_values, op.base_values) for op in ops(store)]
    assert bulk == single


def test_an_import_sends_each_case_in_groups_of_its_own(store: LocalStore):
    scopes = [f"scope {number}" for number in range(30)]
    rows = [make_worker(id=None, scope_id=scope) for _ in range(25) for scope in scopes]
    with store.write(COORDINATOR, action="import:read", split_groups=True) as uow:
        uow.add_all(rows)
    groups: dict[str, set[str]] = {}
    sizes: dict[str, int] = {}
    order: list[str] = []
    for op in ops(store):
        groups.setdefault(op.grp, set()).add(op.scope_id)
        sizes[op.grp] = sizes.get(op.grp, 0) + 1
        if not order or order[-1] != op.scope_id:
            order.append(op.scope_id)
    assert all(len(of_group) == 1 for of_group in groups.values())
    assert sorted(sizes.values()) == [5] * 30 + [20] * 30
    assert order == scopes
    assert uow.changes.kinds == {"worker"}
    assert uow.changes.ids == frozenset()


def test_a_row_inserted_in_bulk_and_then_changed_is_one_insert(store: LocalStore):
    with store.write(COORDINATOR, action="import:read") as uow:
        uow.add_all([make_spell()])
        uow.session.get_one(Spell, CASE).ward = "Ash"
    assert [op.kind for op in ops(store)] == ["ins"]
    assert ops(store)[0].set_values["ward"] == "Ash"
    assert store.search("Ash")
    assert not store.search("Willow")


def test_adding_a_row_twice_is_a_bug(store: LocalStore):
    open_case(store)
    with (
        pytest.raises(BugError, match="does not fit"),
        store.write(COORDINATOR, action="import:read") as uow,
    ):
        uow.add_all([make_spell()])
    with (
        pytest.raises(BugError, match="twice"),
        store.write(COORDINATOR, action="import:read") as uow,
    ):
        uow.add_all([make_spell(), make_spell()])
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Spell)) == 1


def test_an_import_alone_holds_much_of_the_store_in_memory(store: LocalStore):
    def cache_kib(session: Session) -> int:
        return -int(session.connection().exec_driver_sql("PRAGMA cache_size").scalar_one())

    with store.apply() as session:
        usual = cache_kib(session)
    with store.write(COORDINATOR, action="case:opened", split_groups=True) as uow:
        uow.add(make_spell())
        uow.add(make_patient())
        assert cache_kib(uow.session) == 8 * usual
    with store.apply() as session:
        assert cache_kib(session) == usual
