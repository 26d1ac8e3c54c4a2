"""One marked database per file of attacks: what is read and refused there leaves it as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from d2a_desktop.shared_db import server
from tests.integration.shared_db.marked_world import build
from tests.integration.shared_db.persons import Siege, join, walk
from tests.shared_databases import Person, System, drop_database, make_database


@pytest.fixture(scope="module")
def siege(
    pg_server: server.ServerInfo,
    _template: tuple[str, str, dict[str, str], dict[str, Person]],
) -> Iterator[Siege]:
    """A marked case that its hospital has referred, and everybody who may not see it."""
    template, system_id, orgs, people = _template
    database = make_database(pg_server, template)
    system = System(database, system_id, dict(orgs), dict(people))
    join(system)
    walk(system)
    world = build(system)
    world.change("case", "referral", status="sent")
    made = Siege(world)
    channels = world.owner.execute("SELECT o.chan, o.id::text FROM sync.org o").fetchall()
    made.secrets = tuple(channel for channel, _ in channels)
    made.connection("deactivated")
    with system.database.superuser() as owner:  # its connection stays open, unlike in `deactivate`
        owner.execute(
            "UPDATE sync.member SET active = false WHERE rolname = %s",
            (system.people["deactivated"].login,),
        )
    yield made
    for each in (*system.opened, *made.connections.values()):
        each.close()
    drop_database(pg_server, database.name)
