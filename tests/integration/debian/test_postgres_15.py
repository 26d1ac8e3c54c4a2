"""Debian's PostgreSQL 15 holds what the embedded 18 holds: the core of its tests, again."""

from __future__ import annotations

import pytest

# Collected here a second time, with this folder's server.
from tests.integration.shared_db.test_main_walk import *  # noqa: F403  (all of its tests)
from tests.integration.shared_db.test_migrate_and_check import *  # noqa: F403  (all of its tests)

pytestmark = pytest.mark.postgres


def test_this_is_the_server_of_debian(shared):
    with shared.superuser() as connection:
        assert connection.info.server_version >= 150000
        version = connection.execute("SELECT version()").fetchone()
    assert version is not None
    assert "Debian" in version[0]
