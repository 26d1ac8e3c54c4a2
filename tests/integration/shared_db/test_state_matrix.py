"""Every state machine on the server, edge by edge: who may make which move, in whose name.

Generated from the domain's machines: every pair of states, for people of every kind of
organisation and role, for an agency with a desk and for one without, and for administrators.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from d2a_desktop.domain.codes import OrgKind
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.machines import MACHINES
from d2a_desktop.shared_db import admin
from tests.integration.shared_db.wire_client import WireClient, at, new, new_case, offer, refer
from tests.shared_databases import Person, System

pytestmark = pytest.mark.postgres

# By name of the person: kind of organisation, and whether in the hub role.
ACTORS = {
    "ward": (OrgKind.HOSPITAL, False),
    "ward_hub": (OrgKind.HOSPITAL, True),
    "hub": (OrgKind.COMMUNITY, True),
    "assessor": (OrgKind.COMMUNITY, False),
    "council": (OrgKind.COUNCIL, True),
    "agency": (OrgKind.AGENCY, False),
    "analyst": (OrgKind.HOSPITAL, False),
}
_OF_AN_AGENCY = ("offer", "placement", "placement_block", "slot")
_ROSTER = ("placement", "placement_block")


@dataclass(frozen=True)
class Row:
    """A record whose state is set from outside, and the values of another like it."""

    id: str
    scope: str
    like: dict[str, Any]


class Board:
    """One case with every record that has states; twice where an agency stands behind it."""

    def __init__(self, system: System) -> None:
        self.owner = system.superuser()
        self.clients = {who: WireClient(system, who) for who in ACTORS}
        ward, hub, agency = (self.clients[who] for who in ("ward", "hub", "agency"))
        for client in self.clients.values():
            client.hello()
        self.rows: dict[tuple[str, bool], Row] = {}
        scope = new_case(ward)
        agencies = {False: system.orgs["agency"], True: system.orgs["agency3"]}
        for behalf, org in agencies.items():
            acting = hub if behalf else agency
            sent = offer(hub, scope, refer(ward, scope), org)
            acting.pull()
            assert acting.patch("offer", sent, status="accepted").status == "ok"
            acting.pull()
            (placement,) = (
                i for i, row in acting.seen("placement").items() if row["offer_id"] == sent
            )
            worker = acting.insert("worker", org, first_name="Sam", status="active")
            block = {
                "placement_id": placement, "offer_id": sent, "worker_id": worker, "kind": "main",
                "starts_at": at(0), "ends_at": at(9), "left_at": None,
            }  # fmt: skip
            contract = acting.insert(
                "capacity_contract", given := new(), id=given, agency_org_id=org
            )
            slot = {"contract_id": contract, "week": "2030-W23"}
            waiting = {
                "agency_org_id": org, "sent_by_org_id": hub.org, "respond_by": at(9),
                "reference": f"O-{new()}",
            }  # fmt: skip
            self._row(acting, "placement_block", org, behalf, block, status="proposed")
            self._row(acting, "slot", contract, behalf, slot | {"number": 1}, status="open")
            self.rows["placement", behalf] = Row(placement, org, {})
            another = offer(hub, scope, refer(ward, scope), org)
            self.rows["offer", behalf] = Row(another, another, waiting)
        for entity in MACHINES.keys() - {e for e, _ in self.rows}:
            if entity == "referral":
                self.rows[entity, False] = Row(refer(ward, scope), scope, {})
            else:
                like = {"starts_at": at(0), "ends_at": at(1), "assessor_id": new()}
                like = like if entity == "visit" else {}
                first = MACHINES[entity].initial
                self._row(ward, entity, scope, False, like, status=str(first))

    def _row(
        self,
        client: WireClient,
        entity: str,
        scope: str,
        behalf: bool,
        like: dict[str, Any],
        **own: Any,
    ) -> None:
        self.rows[entity, behalf] = Row(client.insert(entity, scope, **like, **own), scope, like)

    def put(self, entity: str, row: Row, state: str) -> int:
        """Put a record into a state with no rule asked; return its version."""
        self.owner.execute("SET session_replication_role = replica")
        row_ = self.owner.execute(
            f"UPDATE dc.{entity} SET status = %s WHERE id = %s RETURNING ver".encode(),
            (state, row.id),
        ).fetchone()
        self.owner.execute("DELETE FROM sync.acceptance")
        self.owner.execute("RESET session_replication_role")
        assert row_ is not None
        return int(row_[0])

    def pushed(self, who: str, ops: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Push each operation by itself and take it back; return the answers."""
        client = self.clients[who]
        connection = client.system.connect(who)
        answers = []
        connection.execute("BEGIN")
        for op in ops:
            connection.execute("SAVEPOINT before")
            answer = connection.execute(
                "SELECT sync.push(%s, 1, %s::jsonb)", (client.client, json.dumps([op]))
            ).fetchone()
            assert answer is not None
            answers.append(answer[0][0])
            connection.execute("ROLLBACK TO before")
        connection.execute("ROLLBACK")
        connection.close()
        return answers


def writable(who: str, entity: str, behalf: bool) -> bool:
    """May the person write such a row at all, whatever its state?"""
    kind = ACTORS[who][0]
    if who == "analyst" or kind.value not in RECORDS[entity].fields["status"].kinds:
        return False
    if entity in _ROSTER:
        return who in ("hub", "assessor") if behalf else who == "agency"
    return not (who == "agency" and behalf)


def may_move(who: str, entity: str, source: str, target: str, behalf: bool) -> bool:
    kind, hub = ACTORS[who]
    machine = MACHINES[entity]
    return writable(who, entity, behalf) and (
        machine.can_move(source, target, kind, hub=hub)
        or (behalf and machine.can_move(source, target, kind, on_behalf=True))
    )


@pytest.fixture(scope="module")
def board(
    pg_server: Any, _template: tuple[str, str, dict[str, str], dict[str, Person]]
) -> Iterator[Board]:
    from tests.shared_databases import drop_database, make_database

    template, system_id, orgs, people = _template
    system = System(make_database(pg_server, template), system_id, dict(orgs), dict(people))
    with system.database.admin() as connection:
        made = admin.add_user(
            connection, ods_code="RHU01", role="hub_case_manager", name="Test ward hub"
        )
    system.people["ward_hub"] = Person(
        made.login, made.password, made.org_id, "RHU01", "hub_case_manager"
    )
    yield Board(system)
    for each in system.opened:
        each.close()
    drop_database(pg_server, system.database.name)


def states(entity: str) -> list[str]:
    return [str(state) for state in MACHINES[entity].states]


CASES = [
    (entity, behalf)
    for entity in MACHINES
    for behalf in ((False, True) if entity in _OF_AN_AGENCY else (False,))
]


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize(("entity", "behalf"), CASES)
def test_each_edge_is_made_by_those_whom_the_domain_lets(board, who, entity, behalf):
    row = board.rows[entity, behalf]
    client = board.clients[who]
    wrong = []
    for source in states(entity):
        ver = board.put(entity, row, source)
        targets = [t for t in states(entity) if t != source]
        ops = [
            client.op(
                "patch", entity, row.id, row.scope, {"status": target},
                base={"status": source}, bv=ver,
            )
            for target in targets
        ]  # fmt: skip
        for target, answer in zip(targets, board.pushed(who, ops), strict=True):
            expected = may_move(who, entity, source, target, behalf)
            if (answer["s"] == "ok") != expected:
                wrong.append((source, target, expected, answer))
    assert not wrong


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize(("entity", "behalf"), CASES)
def test_a_record_begins_in_its_first_state_or_one_step_on(board, who, entity, behalf):
    row = board.rows[entity, behalf]
    client = board.clients[who]
    kind = ACTORS[who][0]
    first = str(MACHINES[entity].initial)
    begins = kind.value in RECORDS[entity].insert and writable(who, entity, behalf)
    ops, own = [], ""
    for target in states(entity):
        like = dict(row.like)
        if entity == "offer":
            like |= {"reference": f"O-{new()}", "sent_by_org_id": client.org, "id": (own := new())}
        if entity == "slot":
            like["number"] = 7
        if entity == "visit":
            like["assessor_id"] = new()
        scope = own if entity == "offer" else row.scope
        ops.append(client.insert_op(entity, scope, **like, status=target))
    board.put(entity, row, str(MACHINES[entity].states[-1]))
    if entity == "placement_block":
        board.put("placement", board.rows["placement", behalf], "open")
    for target, answer in zip(states(entity), board.pushed(who, ops), strict=True):
        on = target == first or may_move(who, entity, first, target, behalf)
        assert (answer["s"] == "ok") == (begins and on), (target, answer)


@pytest.mark.parametrize(("entity", "behalf"), CASES)
def test_an_edge_that_is_none_is_refused_for_administrators_too(board, entity, behalf):
    row = board.rows[entity, behalf]
    edges = {(str(m.source), str(m.target)) for m in MACHINES[entity].moves}
    for source in states(entity):
        board.put(entity, row, source)
        for target in states(entity):
            statement = f"UPDATE dc.{entity} SET status = %s WHERE id = %s"
            with board.owner.transaction(force_rollback=True):
                if source == target or (source, target) in edges:
                    board.owner.execute(statement, (target, row.id))
                else:
                    with pytest.raises(psycopg.errors.CheckViolation, match="status_machine"):
                        board.owner.execute(statement, (target, row.id))


def test_a_state_that_is_none_is_refused(board):
    for (entity, _), row in board.rows.items():
        with (
            board.owner.transaction(force_rollback=True),
            pytest.raises(psycopg.errors.CheckViolation, match="status_machine"),
        ):
            board.owner.execute(f"UPDATE dc.{entity} SET status = '' WHERE id = %s", (row.id,))
