"""What makes thousands of desks bearable in one run, without changing what a desk is.

A new store gets the tables that the migrations make: the first of a process by the migrations
themselves, the others by the statements that the first one holds. Key files are sealed by the same
derivation at a hundredth of its cost. Programs that tests start as processes do neither.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from d2a_desktop.local_db import migrate
from d2a_desktop.security import sealing

_COSTS = {"_ARGON2_PASSES": 1, "_ARGON2_MEMORY_KIB": 64, "_ARGON2_LANES": 1}
REAL_COST = {name: getattr(sealing, name) for name in _COSTS}
real_migrations = migrate.run_alembic

# Made by CREATE VIRTUAL TABLE itself.
_OF_THE_INDEX = ("search_data", "search_idx", "search_docsize", "search_config")
_made: list[str] = []
_settings: list[tuple[object, ...]] = []
_rows: dict[str, list[tuple[object, ...]]] = {}


def tables_as_migrated(connection: Connection) -> None:
    """Give an empty store its tables; one that has some is migrated."""
    if connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one():
        real_migrations(connection)
    elif _made:
        for statement in _made:
            connection.exec_driver_sql(statement)
        for setting in _settings:
            connection.exec_driver_sql("INSERT INTO search (search, rank) VALUES (?, ?)", setting)
        for table, rows in _rows.items():
            marks = ", ".join("?" * len(rows[0]))
            for row in rows:
                connection.exec_driver_sql(f'INSERT INTO "{table}" VALUES ({marks})', row)
    else:
        real_migrations(connection)
        _take(connection)


def _take(connection: Connection) -> None:
    found = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        " AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY rowid"
    ).all()
    for kind, name, statement in found:
        if name in _OF_THE_INDEX:
            continue
        _made.append(statement.replace("%", "%%"))
        if kind == "table" and name != "search":
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()
            if rows:
                _rows[name] = [tuple(row) for row in rows]
    settings = connection.exec_driver_sql("SELECT k, v FROM search_config WHERE k <> 'version'")
    _settings.extend(tuple(row) for row in settings)


@pytest.fixture(autouse=True, scope="session")
def _quick_stores() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrate, "run_alembic", tables_as_migrated)
        for name, cost in _COSTS.items():
            patch.setattr(sealing, name, cost)
        yield
