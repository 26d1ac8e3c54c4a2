"""A desk as the tests use it: its store, its engine, and short ways to write and to look."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from d2a_desktop.core.clock import SettableClock
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.permissions import Caller, Role
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.local_db.unit_of_work import LocalStore
from d2a_desktop.models.record_classes import RECORD_CLASSES
from d2a_desktop.models.wire import python_value
from d2a_desktop.sync.engine import SyncEngine
from d2a_desktop.sync.protocol import SharedGateway, SyncReport, SyncSettings
from d2a_desktop.sync.watch import Watch
from tests.integration.shared_db.wire_client import at, filled, new
from tests.local_stores import copied_store, new_clock
from tests.shared_databases import System


class DeskUnderTest:
    """A desk with its engine; nothing in it waits for real time."""

    def __init__(self, system: System, who: str, store: LocalStore, clock: SettableClock) -> None:
        self.system = system
        self.who = who
        self.store = store
        self.clock = clock
        self.waits: list[float] = []
        self.sign_in(who)

    def sign_in(self, who: str, gateway: SharedGateway | None = None) -> None:
        """Let a person of the desk's organisation use it."""
        person = self.system.people[who]
        self.caller = Caller(
            login=person.login,
            name=f"Test {who}",
            role=Role(person.role),
            org_id=person.org_id,
            org_ods=person.ods,
            org_kind=self.store.desk.org_kind,
        )
        self.gateway: SharedGateway = gateway or self.system.gateway(who)
        self.engine = self.engine_with(self.gateway)

    def engine_with(
        self, gateway: SharedGateway, settings: SyncSettings | None = None
    ) -> SyncEngine:
        return SyncEngine(
            self.store,
            gateway,
            self.clock,
            settings,
            wait=self.waits.append,
            watch=Watch(self.clock.elapsed),
        )

    def sync(self) -> SyncReport:
        return self.engine.run(self.caller.login)

    def insert(self, *rows: tuple[str, str, Mapping[str, Any]]) -> list[str]:
        """Insert rows (entity, scope, wire values) in one unit of work; return their ids."""
        ids = []
        with self.store.write(self.caller, action="case:changed") as unit:
            for entity, scope, given in rows:
                values = dict(given)
                row_id = values.pop("id", None) or str(uuid.uuid4())
                python = {
                    name: python_value(entity, name, value)
                    for name, value in filled(entity, values).items()
                }
                unit.add(RECORD_CLASSES[entity](id=row_id, scope_id=scope, **python))
                ids.append(row_id)
        return ids

    def change(self, entity: str, row_id: str, **values: Any) -> None:
        """Change one row in a unit of work of its own."""
        with self.store.write(self.caller, action="case:changed") as unit:
            row = unit.session.get(RECORD_CLASSES[entity], row_id)
            assert row is not None
            for name, value in values.items():
                setattr(row, name, python_value(entity, name, value))

    def row(self, entity: str, row_id: str) -> dict[str, Any] | None:
        with self.store.read(even_locked=True) as session:
            return replica.rows_wire(session, entity, [row_id]).get(row_id)

    def rows(self, *entities: str) -> dict[tuple[str, str], dict[str, Any]]:
        """Every row of some entities (all by default) as wire values."""
        found = {}
        with self.store.read(even_locked=True) as session:
            for entity in entities or tuple(RECORDS):
                ids = [
                    r[0] for r in session.connection().exec_driver_sql(f"SELECT id FROM {entity}")
                ]
                for row_id, values in replica.rows_wire(session, entity, ids).items():
                    found[entity, row_id] = values
        return found

    def new_case(self, **spell: Any) -> str:
        scope = new()
        own = {"id": scope, "hospital_org_id": self.caller.org_id, "case_ref": f"C-{scope[-12:]}"}
        self.insert(("spell", scope, own | spell), ("patient", scope, {"family_name": "Marker"}))
        return scope

    def refer(self, scope: str) -> str:
        (referral,) = self.insert(
            ("referral", scope, {"status": "sent", "reference": f"R-{new()[:8]}"})
        )
        return referral

    def offer(self, scope: str, referral: str, agency: str) -> str:
        offer = new()
        self.insert(
            (
                "offer",
                offer,
                {
                    "id": offer, "agency_org_id": agency, "sent_by_org_id": self.caller.org_id,
                    "status": "sent", "respond_by": at(48), "reference": f"O-{offer}",
                },
            ),
            (
                "offer_link",
                scope,
                {"offer_id": offer, "referral_id": referral, "agency_org_id": agency},
            ),
        )  # fmt: skip
        return offer


def make_desk(system: System, who: str, folder: Path) -> DeskUnderTest:
    """Make a new store for a desk of one of the people and its engine."""
    person = system.people[who]
    kind = next(k for k, org in system.orgs.items() if org == person.org_id).rstrip("23")
    clock = new_clock()
    identity = DeskIdentity(desk_id=new(), org_id=person.org_id, org_ods=person.ods, org_kind=kind)
    store = copied_store(folder, clock=clock, desk=identity)
    return DeskUnderTest(system, who, store, clock)


def server_view(system: System, who: str) -> dict[tuple[str, str], dict[str, Any]]:
    """What the shared database lets one person see, straight from its functions."""
    seen = system.looking(who).execute(
        "SELECT e, sync.fetch(e, %s, %s, 5000) FROM unnest(%s::text[]) e",
        (list(range(256)), "00000000-0000-0000-0000-000000000000", list(RECORDS)),
    )
    return {(entity, row["id"]): row for entity, rows in seen.fetchall() for row in rows}
