"""The smallest client of the protocol: it sends operations and keeps what it is told, in memory."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from d2a_desktop.domain import fields
from d2a_desktop.shared_db.gateway import PostgresGateway
from d2a_desktop.shared_db.wire import Hello, OpResult
from tests.shared_databases import System

NOON = datetime(2030, 6, 3, 12, 0, tzinfo=UTC)
"""A fixed instant in the future, so that respond-by times have not passed."""

FIRST_ID = "00000000-0000-0000-0000-000000000000"
"""Below every id."""

_SAMPLE: dict[str, Any] = {
    "text": "x",
    "code": "x",
    "int": 1,
    "bool": False,
    "date": "2030-06-03",
    "instant": "2030-06-03T12:00:00.000000Z",
    "json": {},
}


def at(hours: float = 0) -> str:
    """Return the wire form of noon and some hours."""
    return (NOON + timedelta(hours=hours)).isoformat(timespec="microseconds")[:-6] + "Z"


def new() -> str:
    """Return a new id."""
    return str(uuid.uuid4())


def filled(entity: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `values` with every other required field of the entity filled in."""
    whole: dict[str, Any] = {}
    for name, field in fields.RECORDS[entity].fields.items():
        if field.required and name not in values:
            whole[name] = new() if field.type == "uuid" else _SAMPLE[field.type.value]
    if entity == "offer":  # no words at all (0032)
        whole |= {"age_band": "80-84", "reference": f"O-{new()}"}
    if entity == "slot":
        whole["week"] = "2030-W23"
    return {**whole, **values}


class WireClient:
    """A desk without a store."""

    def __init__(self, system: System, who: str) -> None:
        self.system = system
        self.who = who
        self.client = new()
        self.nonce: str | None = None
        self.gateway: PostgresGateway = system.gateway(who)
        self.cursor = (0, 0)
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self.clock = 1 << 40

    @property
    def org(self) -> str:
        return self.system.people[self.who].org_id

    def hello(self) -> Hello:
        fresh = new()
        answer = self.gateway.hello(client=self.client, n_old=self.nonce, n_new=fresh)
        self.nonce = fresh
        return answer

    def op(
        self,
        kind: str,
        entity: str,
        row_id: str,
        scope: str,
        values: Mapping[str, Any],
        **more: Any,
    ) -> dict[str, Any]:
        self.clock += 1
        return {
            "op": new(), "e": entity, "id": row_id, "scope": scope, "k": kind,
            "set": dict(values), "base": {}, "bv": 0, "hlc": self.clock, "sv": 1, **more,
        }  # fmt: skip

    def insert_op(self, entity: str, scope: str, **values: Any) -> dict[str, Any]:
        row_id = values.pop("id", None) or new()
        return self.op("ins", entity, row_id, scope, filled(entity, values))

    def patch_op(self, entity: str, row_id: str, **values: Any) -> dict[str, Any]:
        """An edit of the row as this client last saw it."""
        row = self.rows[entity, row_id]
        base = {name: row.get(name) for name in values}
        return self.op("patch", entity, row_id, row["scope_id"], values, base=base, bv=row["ver"])

    def push(self, *ops: Mapping[str, Any]) -> list[OpResult]:
        if self.nonce is None:
            self.hello()
        return self.gateway.push(client=self.client, ops=list(ops))

    def insert(self, entity: str, scope: str, **values: Any) -> str:
        op = self.insert_op(entity, scope, **values)
        (result,) = self.push(op)
        assert result.status == "ok", (entity, result)
        return str(op["id"])

    def patch(self, entity: str, row_id: str, **values: Any) -> OpResult:
        return self.push(self.patch_op(entity, row_id, **values))[0]

    def pull(self, limit: int = 1000) -> int:
        """Take everything that is new; return how many rows and purges came."""
        count = 0
        while True:
            page = self.gateway.pull(cursor=self.cursor, limit=limit)
            for scope in page.scopes:
                for key in [k for k, row in self.rows.items() if row["scope_id"] == scope]:
                    del self.rows[key]
            for entity, ids in page.gone.items():
                for row_id in ids:
                    self.rows.pop((entity, row_id), None)
            for entity, rows in page.rows.items():
                for row in rows:
                    self.rows[entity, row["id"]] = dict(row)
            self.cursor = page.cursor
            count += page.size
            if not page.more:
                return count

    def seen(self, entity: str) -> dict[str, dict[str, Any]]:
        return {row_id: row for (name, row_id), row in self.rows.items() if name == entity}

    def entities(self) -> set[str]:
        return {entity for entity, _ in self.rows}


def new_case(ward: WireClient, /, **spell: Any) -> str:
    """Take a person in; return the case's scope."""
    scope = new()
    ops = [
        ward.insert_op(
            "spell", scope, id=scope, hospital_org_id=ward.org, case_ref=f"C-{scope[-12:]}", **spell
        ),
        ward.insert_op("patient", scope, family_name="Marker", nhs_number="9990000018"),
    ]
    grp = new()
    results = ward.push(*[{**op, "grp": grp} for op in ops])
    assert [r.status for r in results] == ["ok", "ok"], results
    return scope


def refer(ward: WireClient, scope: str) -> str:
    """Refer the case to the hub; return the referral."""
    return ward.insert("referral", scope, status="sent", kind="full", reference=f"R-{new()[:8]}")


def offer(hub: WireClient, scope: str, referral: str, agency: str, **values: Any) -> str:
    """Send an anonymous offer to one agency; return it."""
    offer_id = new()
    values = {"respond_by": at(48), "reference": f"O-{new()}", "outward_postcode": "PO6", **values}
    ops = [
        hub.insert_op(
            "offer", offer_id, id=offer_id, agency_org_id=agency, sent_by_org_id=hub.org,
            status="sent", **values,
        ),
        hub.insert_op(
            "offer_link", scope, offer_id=offer_id, referral_id=referral, agency_org_id=agency
        ),
    ]  # fmt: skip
    grp = new()
    results = hub.push(*[{**op, "grp": grp} for op in ops])
    assert [r.status for r in results] == ["ok", "ok"], results
    return offer_id
