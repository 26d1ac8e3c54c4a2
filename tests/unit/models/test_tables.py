from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from sqlalchemy import Table

import d2a_desktop.models
from d2a_desktop.domain.fields import BASE_COLUMNS, RECORDS, Type
from d2a_desktop.local_db.search import SEARCHED
from d2a_desktop.models.base import Base, Day, Flag, Instant, Json
from d2a_desktop.models.local_tables import LOCAL_CLASSES
from d2a_desktop.models.record_classes import RECORD_CLASSES
from tests.all_builders import builder_of

SPECIAL = {Type.INSTANT: Instant, Type.DATE: Day, Type.BOOL: Flag, Type.JSON: Json}


def table_of(entity: str) -> Table:
    return Base.metadata.tables[entity]


def test_every_record_has_exactly_one_table():
    assert list(RECORD_CLASSES) == list(RECORDS)
    local = {each.__tablename__ for each in LOCAL_CLASSES}
    assert set(Base.metadata.tables) == set(RECORDS) | local


@pytest.mark.parametrize("entity", RECORDS)
def test_a_table_has_the_columns_of_its_record_and_no_others(entity: str):
    columns = table_of(entity).columns
    assert sorted(columns.keys()) == sorted([*BASE_COLUMNS, *RECORDS[entity].fields])


@pytest.mark.parametrize("entity", RECORDS)
def test_a_column_has_the_type_and_nullness_of_its_field(entity: str):
    for name, field in RECORDS[entity].fields.items():
        column = table_of(entity).columns[name]
        assert column.nullable is not field.required, name
        kind = SPECIAL.get(field.type)
        if kind is not None:
            assert type(column.type) is kind, name
        else:
            wanted = "INTEGER" if field.type is Type.INT else "TEXT"
            assert str(column.type) == wanted, name


@pytest.mark.parametrize("entity", RECORDS)
def test_no_synced_table_has_a_foreign_key_that_could_wedge_a_pull(entity: str):
    assert not table_of(entity).foreign_keys
    assert [column.name for column in table_of(entity).primary_key] == ["id"]


def test_every_model_file_is_known():
    folder = Path(d2a_desktop.models.__file__).parent
    files = {path.stem for path in folder.glob("*.py")}
    helpers = {"__init__", "base", "wire", "record_classes", "local_tables"}
    assert files == helpers | set(Base.metadata.tables)
    for name in files - {"__init__"}:
        importlib.import_module(f"d2a_desktop.models.{name}")


@pytest.mark.parametrize("entity", RECORDS)
def test_every_record_has_a_builder_that_fills_what_is_required(entity: str):
    row = builder_of(entity)()
    assert type(row) is RECORD_CLASSES[entity]
    for name, field in RECORDS[entity].fields.items():
        if field.required:
            assert getattr(row, name) is not None, name


def test_what_is_searched_exists():
    for entity, searched in SEARCHED.items():
        assert set(searched.columns) <= set(RECORDS[entity].fields), entity
