"""The ground of the convergence tests: one database, a pool of logins, a new system per example.

Making a database for each example would cost more than the example: a connection's first call
of every server function is slow. So the logins and their connections stay, and each example
moves them into organisations of a sharing system of its own. Nothing crosses systems, and the
oracle would see it if it did.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.shared_db import admin, migrate
from d2a_desktop.shared_db.gateway import PostgresGateway
from tests.shared_databases import Database

_LOCK_WAIT = "40ms"
"""A push waits 5 s for a lock; here one thread plays every desk, so nobody will let go of it."""

ORGS = {
    "hospital": ("hospital", True),
    "hospital2": ("hospital", True),
    "community": ("community", True),
    "council": ("council", True),
    "agency": ("agency", True),
    "agency2": ("agency", True),
    "agency3": ("agency", False),
}
"""Kind of organisation, and whether it has a desk."""
PEOPLE = {
    "ward": ("hospital", "ward_coordinator"),
    "nurse": ("hospital", "clinician"),
    "analyst": ("hospital", "analyst"),
    "late": ("hospital", "ward_coordinator"),
    "ward2": ("hospital2", "ward_coordinator"),
    "hub": ("community", "hub_case_manager"),
    "assessor": ("community", "assessor"),
    "council": ("council", "hub_case_manager"),
    "agency": ("agency", "agency_scheduler"),
    "manager": ("agency", "agency_manager"),
    "agency2": ("agency2", "agency_scheduler"),
}
"""Organisation and role."""

Orgs = Mapping[str, tuple[str, bool]]
People = Mapping[str, tuple[str, str]]

_NEW_SYSTEM = """
CREATE SCHEMA trial;
CREATE TABLE trial.late_ledger (LIKE sync.applied_op INCLUDING DEFAULTS);
GRANT USAGE ON SCHEMA trial TO dc_apply;
GRANT INSERT, SELECT ON trial.late_ledger TO dc_apply;
CREATE FUNCTION trial.new_system(name text, orgs jsonb, people jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    s uuid;
    o jsonb;
    made jsonb := '{}';
    id uuid;
BEGIN
    INSERT INTO sync.system (code) VALUES (name) RETURNING sync.system.id INTO s;
    FOR o IN SELECT jsonb_array_elements(orgs) LOOP
        id := gen_random_uuid();
        INSERT INTO sync.org (id, system_id, ods_code, kind, has_desk, share_profiles)
        VALUES (id, s, o ->> 'ods', o ->> 'kind', (o ->> 'has_desk')::bool, (o ->> 'share')::bool);
        made := made || jsonb_build_object(o ->> 'short', id);
    END LOOP;
    PERFORM sync.regrant_system(s);
    FOR o IN SELECT jsonb_array_elements(orgs) LOOP
        INSERT INTO dc.organisation (id, scope_id, ods_code, name, kind, has_desk, share_profiles)
        VALUES ((made ->> (o ->> 'short'))::uuid, s, o ->> 'ods', o ->> 'short', o ->> 'kind',
                (o ->> 'has_desk')::bool, (o ->> 'share')::bool);
    END LOOP;
    FOR o IN SELECT jsonb_array_elements(people) LOOP
        UPDATE sync.member SET org_id = (made ->> (o ->> 'org'))::uuid, active = true
         WHERE rolname = o ->> 'login';
        INSERT INTO dc.staff (id, scope_id, login, name, role, active)
        VALUES (gen_random_uuid(), (made ->> (o ->> 'org'))::uuid,
                name || '.' || (o ->> 'login'), o ->> 'short', o ->> 'role', true);
    END LOOP;
    RETURN jsonb_build_object('system', s, 'orgs', made);
END $$;
"""


def _records_function() -> str:
    """Return the SQL of trial.records: every row of some scopes, past row security."""
    parts = " UNION ALL ".join(
        f"SELECT '{entity}'::text, to_jsonb(t) - 'audit_head', t.audit_head FROM dc.{entity} t"
        " WHERE t.scope_id = ANY (scopes)"
        for entity in RECORDS
    )
    return (
        "CREATE FUNCTION trial.records(scopes uuid[])"
        " RETURNS TABLE (entity text, r jsonb, head bytea) LANGUAGE plpgsql AS"
        f" $$ BEGIN RETURN QUERY {parts}; END $$"
    )


@dataclass(frozen=True)
class Member:
    """A login of the pool, in the organisation of the running example."""

    who: str
    login: str
    role: str
    org: str
    org_id: str
    ods: str
    kind: str


@dataclass(frozen=True)
class SharingSystem:
    """The organisations and people of one example; `agencies` are those with a desk."""

    system_id: str
    orgs: dict[str, str]
    members: dict[str, Member]
    agencies: tuple[str, ...]
    partner: str
    """The agency without a desk, for which the hub acts."""

    def ods(self, short: str) -> str:
        """Return an organisation's code."""
        return ods_code(short)


@dataclass
class Ground:
    """One prepared database with its pool of logins; made once for a file of tests."""

    database: Database
    logins: dict[str, tuple[str, str]]
    root: psycopg.Connection
    orgs: Orgs = field(default_factory=lambda: ORGS)
    people: People = field(default_factory=lambda: PEOPLE)
    gateways: dict[str, PostgresGateway] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _examples: Any = field(default_factory=itertools.count)
    _second: psycopg.Connection | None = None

    @classmethod
    def prepare(
        cls,
        database: Database,
        orgs: Orgs = ORGS,
        people: People = PEOPLE,
        lock_wait: str | None = _LOCK_WAIT,
    ) -> Ground:
        """Prepare an empty database and make the logins."""
        with database.admin() as connection:
            migrate.prepare(connection)
            logins = {}
            for short, (kind, has_desk) in orgs.items():
                admin.add_org(
                    connection,
                    ods_code=ods_code(short),
                    kind=kind,
                    details=admin.OrganisationDetails(name=f"Test {short}", has_desk=has_desk),
                )
            for who, (org, role) in people.items():
                made = admin.add_user(
                    connection, ods_code=ods_code(org), role=role, name=f"Test {who}"
                )
                logins[who] = (made.login, made.password)
        root = database.superuser()
        root.execute(_NEW_SYSTEM)
        root.execute(_records_function())
        if lock_wait is not None:
            root.execute(
                f"ALTER FUNCTION sync.push(uuid, int, jsonb) SET lock_timeout = '{lock_wait}'"
            )
        return cls(database, logins, root, orgs, people)

    def new_system(self) -> SharingSystem:
        """Begin a sharing system of its own and move every login into it."""
        number = self.next_number()
        orgs = [
            {"short": s, "ods": ods_code(s), "kind": kind, "has_desk": desk, "share": s == "agency"}
            for s, (kind, desk) in self.orgs.items()
        ]
        people = [
            {"short": who, "org": org, "role": role, "login": self.logins[who][0]}
            for who, (org, role) in self.people.items()
        ]
        row = self.root.execute(
            "SELECT trial.new_system(%s, %s, %s)",
            (f"s{os.getpid()}-{number}", json.dumps(orgs), json.dumps(people)),
        ).fetchone()
        assert row is not None
        made = row[0]["orgs"]
        members = {
            who: Member(
                who, self.logins[who][0], role, org, made[org], ods_code(org), self.orgs[org][0]
            )
            for who, (org, role) in self.people.items()
        }
        kinds = {s: (kind, desk) for s, (kind, desk) in self.orgs.items() if kind == "agency"}
        return SharingSystem(
            row[0]["system"],
            made,
            members,
            agencies=tuple(s for s, (_, desk) in kinds.items() if desk),
            partner=next(s for s, (_, desk) in kinds.items() if not desk),
        )

    def gateway(self, who: str) -> PostgresGateway:
        """Return the one gateway of a login; its connection outlives the examples."""
        if who not in self.gateways:
            login, password = self.logins[who]
            self.gateways[who] = PostgresGateway(
                self.database.user_url(login), login=login, password=lambda: password
            )
        return self.gateways[who]

    def begin_numbers_at(self, first: int) -> None:
        """Let this process give other numbers than those beside it."""
        self._numbers = itertools.count(first)

    def next_number(self) -> int:
        """Return a number that was not given before."""
        return next(self._numbers)

    def next_example(self) -> int:
        """Return the number of the next example, from 0."""
        return next(self._examples)

    def second_root(self) -> psycopg.Connection:
        """Return another superuser's connection, the same each time."""
        if self._second is None:
            self._second = self.database.superuser()
        return self._second

    def mutate(self, function: str, changes: Sequence[tuple[str, str]]) -> str:
        """Replace texts in the source of a server's function; return the whole one."""
        row = self.root.execute("SELECT pg_get_functiondef(%s::regproc)", (function,)).fetchone()
        assert row is not None
        broken = whole = str(row[0])
        for old, new in changes:
            assert old in broken, old
            broken = broken.replace(old, new)
        self.root.execute(broken)
        return whole

    def close(self) -> None:
        """Close every connection."""
        if self._second is not None:
            self._second.close()
        for gateway in self.gateways.values():
            gateway.close()
        self.root.close()


def ods_code(short: str) -> str:
    """Return the code of an organisation of a test."""
    return short.upper()
