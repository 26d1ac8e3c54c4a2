from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect
from sqlcipher3 import dbapi2

from d2a_desktop.core.errors import UnreachableError
from d2a_desktop.domain.fields import BASE_COLUMNS, RECORDS, Type
from d2a_desktop.local_db import migrate, replica
from d2a_desktop.local_db.engine import STORE_VERSION, apply_key, stored_version
from d2a_desktop.local_db.migrate import migrate_if_older
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.base import Base
from d2a_desktop.models.local_tables import LOCAL_CLASSES
from d2a_desktop.models.record_classes import RECORD_CLASSES
from d2a_desktop.models.spell import Spell
from tests.builder_ids import CASE
from tests.builders import make_patient, make_spell
from tests.local_stores import (
    COORDINATOR,
    HOSPITAL_DESK,
    KEY,
    START,
    new_clock,
    new_store,
)
from tests.quick_stores import real_migrations, tables_as_migrated

NEXT = STORE_VERSION + 1


@pytest.fixture
def path(profile: Path) -> Path:
    store = new_store(profile)
    with store.write(COORDINATOR, action="case:opened") as uow:
        uow.add(make_spell())
        uow.add(make_patient())
    store.close()
    return profile / "store.db"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def upgrade(path: Path, steps: Callable[[Connection], None]) -> Path | None:
    return migrate_if_older(path, KEY, clock=new_clock(), steps=steps, version=NEXT)


def add_a_column(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE spell ADD COLUMN of_version_2 TEXT")


def test_a_store_of_these_tests_is_what_the_migrations_make(profile: Path):
    def everything(folder: Path, steps: Callable[[Connection], None]) -> list[tuple[object, ...]]:
        folder.mkdir(parents=True)
        engine = migrate.migration_engine(folder / "store.db", KEY)
        with engine.connect() as connection, connection.begin():
            steps(connection)
            found = [
                tuple(row)
                for row in connection.exec_driver_sql(
                    "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name"
                ).all()
            ]
            for name in [str(row[1]) for row in found if row[0] == "table"]:
                if name != "search":
                    rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
                    found += [(name, *row) for row in rows]
        engine.dispose()
        return found

    made = everything(profile / "made", tables_as_migrated)
    again = everything(profile / "again", tables_as_migrated)
    assert made == again == everything(profile / "real", real_migrations)
    assert len(made) > 100


def test_what_alembic_makes_is_what_the_models_say(store: LocalStore):
    with store.read() as session:
        found = inspect(session.connection())
        tables = {name for name in found.get_table_names() if not name.startswith("search_")}
        models = (*RECORD_CLASSES.values(), *LOCAL_CLASSES)
        named = {model.__tablename__: Base.metadata.tables[model.__tablename__] for model in models}
        assert tables - {"alembic_version", "search"} == set(named) - {"search_doc"}
        for name, table in named.items():
            columns = found.get_columns(name)
            assert [
                (column["name"], str(column["type"]), bool(column["nullable"]))
                for column in columns
            ] == [(each.name, str(each.type), bool(each.nullable)) for each in table.columns], name
            assert {index["name"] for index in found.get_indexes(name)} == {
                index.name for index in table.indexes
            }, name
            assert found.get_pk_constraint(name)["constrained_columns"] == [
                each.name for each in table.primary_key
            ], name


def test_the_store_has_every_field_of_every_record(store: LocalStore):
    with store.read() as session:
        found = inspect(session.connection())
        for entity, record in RECORDS.items():
            columns = {column["name"]: column for column in found.get_columns(entity)}
            assert set(columns) == {*BASE_COLUMNS, *record.fields}, entity
            for name, field in record.fields.items():
                whole = field.type in (Type.INT, Type.BOOL)
                assert str(columns[name]["type"]) == ("INTEGER" if whole else "TEXT"), name
                assert columns[name]["nullable"] is not field.required, name


def test_every_table_is_strict(store: LocalStore):
    with store.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0"
            " AND schema = 'main'"
        )
        assert set(rows.scalars()) == {"sqlite_schema", "sqlite_sequence", "alembic_version"}


def test_an_up_to_date_store_is_left_alone(path: Path, monkeypatch: pytest.MonkeyPatch):
    def never(connection: Connection) -> None:
        pytest.fail("a migration was run")

    before = digest(path)
    copy = migrate_if_older(path, KEY, clock=new_clock(), steps=never)
    assert copy is None
    assert digest(path) == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["store.db", "store.lock"]


def test_an_older_store_is_copied_and_brought_up_to_date(path: Path):
    before = digest(path)
    copy = upgrade(path, add_a_column)
    assert copy is not None
    assert digest(copy) == before
    assert stored_version(copy, KEY) == STORE_VERSION
    assert stored_version(path, KEY) == NEXT
    connection = dbapi2.connect(str(path))
    apply_key(connection, KEY)
    assert connection.execute("SELECT ward, of_version_2 FROM spell").fetchall() == [
        ("Willow", None)
    ]
    connection.close()


def test_a_store_of_version_1_keeps_its_conflicts_and_learns_to_name_people(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The real first version: its tables as they were, one conflict in them."""
    path.unlink()
    monkeypatch.setattr(migrate, "run_alembic", up_to_version_1)
    monkeypatch.setattr(migrate, "STORE_VERSION", 1)
    migrate.create_schema(path, KEY, desk=HOSPITAL_DESK, now=START)
    monkeypatch.undo()
    assert stored_version(path, KEY) == 1
    connection = dbapi2.connect(str(path))
    apply_key(connection, KEY)
    connection.execute(
        "INSERT INTO conflict VALUES ('op', 'g', 'u_1', 'spell', 'r', 's', 'conflict', '{}',"
        ' \'{"ward": "Elm"}\', \'{"ward": "Oak"}\', \'2026-11-22T09:30:00.000000Z\','
        " NULL, NULL, NULL)"
    )
    connection.commit()
    connection.close()
    store = LocalStore.open(path.parent, KEY, clock=new_clock())
    with store.read() as session:
        (kept,) = replica.list_conflicts(session)
    assert (kept.mine, kept.theirs, kept.theirs_by) == ({"ward": "Elm"}, {"ward": "Oak"}, None)
    store.close()
    assert stored_version(path, KEY) == STORE_VERSION


def up_to_version_1(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "v0001")


def test_what_was_only_in_the_log_file_is_in_the_copy(path: Path):
    """A copy of the main file alone would miss what a crash left in the write-ahead log."""
    writer = dbapi2.connect(str(path), isolation_level=None)
    apply_key(writer, KEY)
    writer.execute("PRAGMA wal_autocheckpoint=0")
    writer.execute("UPDATE spell SET ward = 'Logged'")
    log = path.with_name("store.db-wal").read_bytes()
    main = path.read_bytes()
    writer.close()
    path.write_bytes(main)
    path.with_name("store.db-wal").write_bytes(log)
    copy = upgrade(path, add_a_column)
    assert copy is not None
    kept = dbapi2.connect(str(copy))
    apply_key(kept, KEY)
    assert kept.execute("SELECT ward FROM spell").fetchall() == [("Logged",)]
    kept.close()


def lose_rows(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM patient")


def leave_orphans(connection: Connection) -> None:
    connection.exec_driver_sql(
        "CREATE TABLE child (id TEXT PRIMARY KEY, spell_id TEXT REFERENCES spell (id))"
    )
    connection.exec_driver_sql("INSERT INTO child VALUES ('c', 'nowhere')")


def fail_half_way(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE spell ADD COLUMN of_version_2 TEXT")
    connection.exec_driver_sql("CREATE TABLE half_done (id TEXT)")
    connection.exec_driver_sql("SELECT * FROM there_is_no_such_table")


def crash(connection: Connection) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("steps", [lose_rows, leave_orphans, fail_half_way, crash])
def test_a_migration_that_fails_leaves_the_store_as_it_was(
    path: Path, steps: Callable[[Connection], None]
):
    before = digest(path)
    with pytest.raises(UnreachableError) as caught:
        upgrade(path, steps)
    assert caught.value.code == "migration_failed"
    assert caught.value.exit_code == 3
    assert digest(path) == before
    store = LocalStore.open(path.parent, KEY, clock=new_clock())
    with store.read() as session:
        assert session.get_one(Spell, CASE).ward == "Willow"
    store.close()


def test_what_a_failed_migration_left_is_kept_for_whoever_looks(path: Path):
    with pytest.raises(UnreachableError):
        upgrade(path, fail_half_way)
    names = {each.name for each in path.parent.iterdir()}
    assert "store.db.failed-migration" in names
    assert "before-migration" in names


def test_a_batch_on_a_parent_table_deletes_no_children(path: Path):
    """The trap of DECISIONS, "Local store": with foreign keys on, the children went in silence."""

    def children(connection: Connection) -> None:
        connection.exec_driver_sql(
            "CREATE TABLE child (id TEXT PRIMARY KEY,"
            " spell_id TEXT REFERENCES spell (id) ON DELETE CASCADE)"
        )
        connection.exec_driver_sql(f"INSERT INTO child VALUES ('c', '{CASE}')")

    upgrade(path, children)

    def rebuild_parent(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE spell_new AS SELECT * FROM spell")
        connection.exec_driver_sql("DROP TABLE spell")
        connection.exec_driver_sql("CREATE TABLE spell (id TEXT PRIMARY KEY, ward TEXT)")
        connection.exec_driver_sql("INSERT INTO spell SELECT id, ward FROM spell_new")
        connection.exec_driver_sql("DROP TABLE spell_new")

    migrate_if_older(path, KEY, clock=new_clock(), steps=rebuild_parent, version=NEXT + 1)
    connection = dbapi2.connect(str(path))
    apply_key(connection, KEY)
    assert connection.execute("SELECT count(*) FROM child").fetchone() == (1,)
    connection.close()


def test_a_store_of_a_newer_program_is_refused_untouched(path: Path):
    upgrade(path, add_a_column)
    before = digest(path)
    for look in (False, True):
        with pytest.raises(UnreachableError) as caught:
            LocalStore.open(path.parent, KEY, clock=new_clock(), read_only=look)
        assert caught.value.code == "store_newer"
        assert caught.value.exit_code == 3
    assert digest(path) == before


def test_an_older_store_is_not_migrated_by_who_only_looks(path: Path):
    before = digest(path)
    with pytest.raises(UnreachableError) as caught:
        migrate_if_older(path, KEY, clock=new_clock(), may_write=False, version=NEXT)
    assert caught.value.code == "store_older"
    assert digest(path) == before


def test_no_room_for_the_copy_is_told_before_anything_is_done(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    def no_room(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    before = digest(path)
    monkeypatch.setattr(migrate.shutil, "copyfile", no_room)
    with pytest.raises(UnreachableError) as caught:
        upgrade(path, add_a_column)
    assert caught.value.code == "disk_full"
    assert digest(path) == before


def test_a_creation_that_was_interrupted_can_be_repeated(profile: Path):
    profile.mkdir()
    (profile / "store.db.new").write_bytes(b"half a store")
    new_store(profile).close()
    assert stored_version(profile / "store.db", KEY) == STORE_VERSION
    assert not (profile / "store.db.new").exists()
