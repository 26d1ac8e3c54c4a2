"""The ground and the template store of the convergence tests, made once for each file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from d2a_desktop.shared_db import server
from tests.convergence.desk import make_template
from tests.convergence.ground import Ground
from tests.shared_databases import drop_database, make_database


@pytest.fixture(scope="module")
def ground(pg_server: server.ServerInfo) -> Iterator[Ground]:
    """A prepared database with its pool of logins."""
    database = make_database(pg_server)
    made = Ground.prepare(database)
    yield made
    made.close()
    drop_database(pg_server, database.name)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty store to copy."""
    return make_template(tmp_path_factory.mktemp("template"))
