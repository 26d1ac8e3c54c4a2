"""People who attack one marked database: each with a valid login and little right to look."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from typing import Any

import psycopg

from d2a_desktop.shared_db import admin
from tests.integration.shared_db.marked_world import MarkedWorld
from tests.integration.shared_db.wire_client import WireClient, at, new, new_case, offer, refer
from tests.shared_databases import Person, System

# By name: organisation (one of its own when it is new), kind, role, sharing system.
_NEWCOMERS = {
    "agency_unoffered": ("AG101", "agency", "agency_scheduler", "default"),
    "agency_offered": ("AG102", "agency", "agency_scheduler", "default"),
    "agency_declined": ("AG103", "agency", "agency_scheduler", "default"),
    "agency_lapsed": ("AG104", "agency", "agency_scheduler", "default"),
    "agency_accepted": ("AG105", "agency", "agency_scheduler", "default"),
    "agency_ended": ("AG106", "agency", "agency_scheduler", "default"),
    "deactivated": ("RHU01", "hospital", "ward_coordinator", "default"),
    "other_system_ward": ("RHU01", "hospital", "ward_coordinator", "other"),
    "other_system_hub": ("RY600", "community", "hub_case_manager", "other"),
    "other_system_agency": ("AG001", "agency", "agency_manager", "other"),
}
PERSONS = ("ward2", *_NEWCOMERS, "analyst", "assessor", "stranger")
"""Who attacks; `stranger` is a login of the group of clients without a membership."""

WITHOUT_MEMBERSHIP = ("deactivated", "stranger")
# Contracts and teams of assessors are shared with hospitals: test_disclosure tells them apart.
_HIDDEN = frozenset(
    {"case", "case:agency2", "offer:agency", "offer:agency2", "roster:agency", "roster:agency2",
     "roster:hospital"}
)  # fmt: skip
# So is what a hospital keeps in the directory.
_SHARED_LIST = ("roster:hospital", "directory_entry")

# The analyst's and the assessor's organisations may see the case: they attack the rest.
OUTSIDERS = tuple(p for p in PERSONS if p not in ("analyst", "assessor"))


@dataclass
class Siege:
    """The database under attack, and one open connection for each person."""

    world: MarkedWorld
    secrets: tuple[str, ...] = ()
    connections: dict[str, psycopg.Connection] = field(default_factory=dict)
    notices: dict[str, list[str]] = field(default_factory=dict)
    clients: dict[str, WireClient] = field(default_factory=dict)

    def connection(self, who: str) -> psycopg.Connection:
        """The person's own connection, opened at the first call; what it is told is kept."""
        known = self.connections.get(who)
        if known is not None and not known.closed:
            with contextlib.suppress(psycopg.Error):
                known.execute("ROLLBACK")
            return known
        made = self.world.system.connect(who)
        heard: list[str] = []
        made.add_notice_handler(
            lambda n: heard.append(f"{n.message_primary} {n.message_detail} {n.context}")
        )
        self.connections[who], self.notices[who] = made, heard
        return made

    def client(self, who: str) -> WireClient:
        """A client that has said hello, for a person with a membership."""
        if who not in self.clients:
            self.clients[who] = WireClient(self.world.system, who)
            self.clients[who].hello()
        return self.clients[who]

    def tried(self, who: str, statement: str, values: tuple[Any, ...] = ()) -> tuple[str, str]:
        """Run one statement; return the SQLSTATE ('' when it ran) and every word that came back."""
        self.connection(who)
        return self.tried_within(who, statement, values)

    def tried_within(
        self, who: str, statement: str, values: tuple[Any, ...] = ()
    ) -> tuple[str, str]:
        """As `tried`, in the transaction that the person has open."""
        connection = self.connections[who]
        self.notices[who].clear()
        state, said = "", ""
        try:
            cursor = connection.execute(statement.encode(), values or None)
            if cursor.description is not None:
                said = json.dumps(cursor.fetchall(), default=str)
        except psycopg.Error as failure:
            state = failure.sqlstate or "closed"
            said = f"{failure} {failure.diag.message_detail} {failure.diag.context}"
        return state, "\n".join((said, *self.notices[who]))

    def leaks(self, text: str) -> set[Any]:
        """What of the hidden stands in a text: marked fields of the case, channels of others."""
        found: set[Any] = {
            where
            for where in self.world.found_in(text)
            if where[0] in _HIDDEN and where[:2] != _SHARED_LIST
        }
        return found | {secret for secret in self.secrets if secret in text}


def join(system: System) -> None:
    """Add the newcomers' organisations and logins."""
    with system.database.admin() as connection:
        for name, (ods, kind, role, where) in _NEWCOMERS.items():
            details = admin.OrganisationDetails(name=f"Test {name}")
            if name != "deactivated":
                admin.add_org(connection, ods_code=ods, kind=kind, details=details, system=where)
            made = admin.add_user(
                connection, ods_code=ods, role=role, name="Test person", system=where
            )
            system.people[name] = Person(made.login, made.password, made.org_id, ods, role)
    with system.superuser() as owner:
        login = f"u_{new()[-12:]}"
        owner.execute(f"CREATE ROLE \"{login}\" LOGIN PASSWORD 'x' IN ROLE dc_client")
        system.people["stranger"] = Person(login, "x", "", "", "")


def walk(system: System) -> None:
    """Bring each agency to its stage, over cases of the second hospital that are not marked."""
    ward, hub = WireClient(system, "ward"), WireClient(system, "hub")

    def asked(who: str) -> tuple[WireClient, str]:
        scope = new_case(ward)
        agency = WireClient(system, who)
        sent = offer(hub, scope, refer(ward, scope), agency.org)
        agency.hello()
        agency.pull()
        return agency, sent

    asked("agency_offered")
    declining, sent = asked("agency_declined")
    assert (
        declining.patch("offer", sent, status="declined", decline_reason="capacity").status == "ok"
    )
    for who in ("agency_accepted", "agency_ended"):
        agency, sent = asked(who)
        assert agency.patch("offer", sent, status="accepted", responded_at=at()).status == "ok"
        if who == "agency_ended":
            agency.pull()
            (placement,) = agency.seen("placement")
            agency.patch("placement", placement, status="ended", end_reason="other")
    _, lapsed = asked("agency_lapsed")
    with system.superuser() as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "UPDATE sync.acl SET valid_until = now() - interval '1 minute' WHERE scope_id = %s"
            " AND stage = 'offered'",
            (lapsed,),
        )
    hub.hello()
