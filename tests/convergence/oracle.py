"""The judge of a convergence example: what must hold, looked up past the engine and its SQL.

It reads the raw tables of the server as superuser and the raw tables of each store, and computes
grants, chains, moves and overlaps on its own.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg

from d2a_desktop.core.clock import SystemClock
from d2a_desktop.domain.codes import OrgKind
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.machines import MACHINES
from tests.convergence import projections
from tests.convergence.desk import ConvergingDesk
from tests.convergence.ground import SharingSystem
from tests.convergence.world import World

_FIRST = "00000000-0000-0000-0000-000000000000"
_WAITING = ("pending", "blocked")
_LATEST_HLC = timedelta(minutes=5, seconds=2)
Records = dict[str, list[dict[str, Any]]]
_COUNTED_ANEW = {"capacity_week", "worker_profile", "arrival_card"}
"""Rows that the server works out from others, at each consequence of an operation; what they say
in the end is worked out anew by `tests/convergence/projections.py`."""
_SERVERS_OWN = {"ver", "hlc", "audit_head"}


class ViolationError(AssertionError):
    """Something that must never happen."""


def hold(condition: object, *told: object) -> None:
    """Refuse what must never happen."""
    if not condition:
        raise ViolationError(" ".join(str(part) for part in told)[:9000])


# --- at every moment ------------------------------------------------------------------------------


def judge_moment(desk: ConvergingDesk) -> None:
    """What holds at any time: the light tells no false peace, unsent edits are seen."""
    desk.touched = False
    state = str(desk.engine.health().state)
    waiting = desk.sql(
        "SELECT entity, row_id, set_values, result FROM outbox_op"
        " WHERE state IN ('pending', 'blocked') ORDER BY seq"
    )
    needs = desk.open_conflicts()
    hold(not (state == "synced" and (waiting or needs)), desk.name, "says synced", waiting, needs)
    wanted: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for entity, row_id, values, said in waiting:
        # What was confirmed and goes out again is in the row already, and may be changed since.
        if "ver" not in (json.loads(said or "{}") or {}):
            wanted[entity, row_id] |= json.loads(values)
    for (entity, row_id), values in wanted.items():
        _seen(desk, entity, row_id, values)
    for report in desk.reports:
        hold(report.repaired == 0, desk.name, "differed from the server:", report)


def _seen(desk: ConvergingDesk, entity: str, row_id: str, values: Mapping[str, Any]) -> None:
    shown = desk.stored(entity, row_id)
    if shown is None:
        return  # the role of who is signed in may not see it
    other = {name: shown[name] for name, value in values.items() if shown[name] != value}
    if other:
        held = {
            table: desk.sql(f"SELECT * FROM {table} WHERE row_id = ?", row_id)
            for table in ("outbox_op", "shadow", "conflict")
        }
        hold(False, desk.name, entity, row_id, "hides an unsent edit:", other, values, held)


# --- at the end -----------------------------------------------------------------------------------


def judge(world: World) -> Records:
    """Judge a world at rest; return the server's records."""
    facts = Facts.of(world)
    for desk in world.desks.values():
        judge_desk(desk, facts, world.markers, world.owners)
    judge_server(
        facts, world.system, {op: m for d in world.desks.values() for op, m in d.ops.items()}
    )
    return facts.records


@dataclass(frozen=True)
class Facts:
    """What the server's tables hold of one system, read past its functions."""

    root: psycopg.Connection
    records: Records
    ledger: dict[str, dict[str, Any]]
    links: dict[tuple[str, str], list[dict[str, Any]]]

    @classmethod
    def of(cls, world: World) -> Facts:
        """Read the tables."""
        return cls(world.root, _records(world), _ledger(world), _audit(world))


def judge_desk(
    desk: ConvergingDesk, facts: Facts, markers: Mapping[str, str], owners: Mapping[str, str]
) -> None:
    """Judge one desk against the server: rows, queue, ledger, and what it must not hold."""
    judge_moment(desk)
    _judge_rows(desk)
    _judge_queue(desk)
    _judge_outbox(desk, facts)
    _judge_disclosure(desk, facts.records, markers, owners)


def judge_server(facts: Facts, system: SharingSystem, ops: Mapping[str, Mapping[str, Any]]) -> None:
    """Judge the server's tables; `ops` are the operations that all desks made."""
    unknown = [op for op in facts.ledger if op not in ops]
    hold(not unknown, "the ledger has operations that no desk made", unknown)
    judge_effects(facts)
    projections.judge(facts.records, hold)
    _judge_chains(facts)
    _judge_moves(facts.links, system, ops)
    _judge_bookings(facts.records)
    _judge_clocks(facts.records)


def _judge_rows(desk: ConvergingDesk) -> None:
    """Every row of the desk is what the server lets its person see, and no row is missing."""
    here = {key: _plain(row) for key, row in desk.rows().items()}
    there: dict[tuple[str, str], dict[str, Any]] = {}
    with desk.ground.gateway(desk.member.who)._mapped(opens=True) as connection:
        for entity, rows in connection.execute(
            "SELECT e, sync.fetch(e, %s, %s, 5000) FROM unnest(%s::text[]) e",
            (list(range(256)), _FIRST, list(RECORDS)),
        ).fetchall():
            for row in rows:
                there[entity, row["id"]] = _plain(row)
    hold(here.keys() == there.keys(), desk.name, "holds", here.keys() ^ there.keys(), "on one side")
    for key, row in there.items():
        if here[key] != row:
            told = _difference(here[key], row)
            raise ViolationError(f"{desk.name} {key} differs: {told} {_what_is_known(desk, *key)}")


def _what_is_known(desk: ConvergingDesk, entity: str, row_id: str) -> dict[str, Any]:
    """Return what both sides keep of a row, for whoever looks for the fault."""
    pointer = desk.ground.root.execute(
        "SELECT xid::text, seq, kind FROM sync.feed WHERE org_id = %s AND row_id = %s",
        (desk.member.org_id, row_id),
    ).fetchall()
    return {
        "pointer": pointer,
        "cursor": desk.sql("SELECT value FROM sync_state WHERE name = 'cursor'"),
        "outbox": desk.sql("SELECT * FROM outbox_op WHERE row_id = ?", row_id),
        "shadow": desk.sql("SELECT * FROM shadow WHERE row_id = ?", row_id),
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    # The logical time of an edit that changed nothing on the server stays on its desk alone.
    return {name: value for name, value in row.items() if name != "hlc"}


def _difference(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {n: (one.get(n), other.get(n)) for n in {*one, *other} if one.get(n) != other.get(n)}


def _judge_queue(desk: ConvergingDesk) -> None:
    """Nothing waits, and what was not taken was told to a person."""
    states: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for op in desk.outbox():
        states[op["state"]].append(op)
    for state in _WAITING:
        hold(not states[state], desk.name, state, "for ever:", states[state])
    told = {row[0] for row in desk.sql("SELECT op FROM conflict")}
    told_groups = {op["grp"] for ops in states.values() for op in ops if op["op"] in told}
    for op in (*states["rejected"], *states["conflict"], *states["orphaned"]):
        hold(op["grp"] in told_groups, desk.name, "was never told of", op)
    for grp, ops in itertools.groupby(
        sorted(desk.outbox(), key=lambda o: o["grp"]), key=lambda o: o["grp"]
    ):
        seen = {op["state"] for op in ops}
        hold(
            "acked" not in seen or seen <= {"acked", "orphaned"},
            desk.name,
            "half a command",
            grp,
            seen,
            [desk.answers.get(op["op"]) for op in desk.outbox() if op["grp"] == grp],
        )


# --- the ledger -----------------------------------------------------------------------------------


def _ledger(world: World) -> dict[str, dict[str, Any]]:
    rows = world.root.execute(
        "SELECT op_id::text, actor::text, digest, result FROM sync.applied_op WHERE at >= %s",
        (world.began,),
    ).fetchall()
    names = ("op", "actor", "digest", "result")
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows}


def _judge_outbox(desk: ConvergingDesk, facts: Facts) -> None:
    """The ledger has each settled operation once, as it is in the outbox; none was lost."""
    here = {op["op"]: op for op in desk.outbox()}
    status = {"acked": "ok", "rejected": "rejected", "conflict": "conflict"}
    unreadable = {op for line in desk.lines.values() for op in line.unreadable}
    same = []
    for op_id, op in here.items():
        if op["state"] == "orphaned" or (op["state"] == "rejected" and op_id in unreadable):
            continue
        known = facts.ledger.get(op_id)
        if known is None:
            raise ViolationError(f"{desk.name}: the ledger does not know {op}")
        hold(known["result"]["s"] == status[op["state"]], desk.name, op, "but", known["result"])
        hold(known["actor"] == op["login"], "sent under another login", op, known["actor"])
        same.append((json.dumps(_as_sent(op)), known["digest"], op_id))
    if same:
        row = facts.root.execute(
            "SELECT array_agg(o) FROM unnest(%s::text[], %s::bytea[], %s::text[]) x (t, d, o)"
            " WHERE sha256(convert_to(t::jsonb::text, 'UTF8')) <> d",
            ([s[0] for s in same], [s[1] for s in same], [s[2] for s in same]),
        ).fetchone()
        hold(row is None or row[0] is None, desk.name, "the ledger has other content of", row)
    for op_id, made in desk.ops.items():
        if op_id in here and here[op_id]["state"] != "orphaned":
            continue
        wiped = made["scope_id"] in desk.purged or made["row_id"] in desk.purged
        # Somebody signed in who may not see it: it left the desk, and what was said of it.
        wiped = wiped or (desk.hid_restricted and RECORDS[made["entity"]].restricted)
        hold(wiped, desk.name, "lost an operation", op_id, made)


def _as_sent(op: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "op": op["op"], "grp": op["grp"], "e": op["entity"], "id": op["row_id"],
        "scope": op["scope_id"], "k": op["kind"],
        "set": {n: v for n, v in op["set_values"].items() if n != "scope_id"},
        "base": op["base_values"], "bv": op["base_ver"], "hlc": op["hlc"],
        "sv": op["schema_version"],
    }  # fmt: skip


# --- the audit ------------------------------------------------------------------------------------


def _records(world: World) -> Records:
    """Every row of the system, whoever may see it, by record, as JSON of the server."""
    found: Records = {entity: [] for entity in RECORDS}
    for entity, row, head in world.root.execute(
        "SELECT entity, r, head FROM trial.records(%s::uuid[])", (world_scopes(world),)
    ).fetchall():
        found[entity].append(row | {"audit_head": head})
    return found


def world_scopes(world: World) -> list[str]:
    """Return every scope of the system, from the records alone."""
    orgs = list(world.system.orgs.values())
    rows = world.root.execute(
        "SELECT id::text FROM dc.spell WHERE hospital_org_id = ANY (%(o)s::uuid[])"
        " UNION SELECT id::text FROM dc.offer WHERE sent_by_org_id = ANY (%(o)s::uuid[])"
        " UNION SELECT id::text FROM dc.capacity_contract"
        " WHERE agency_org_id = ANY (%(o)s::uuid[])",
        {"o": orgs},
    ).fetchall()
    return [*orgs, world.system.system_id, *(row[0] for row in rows)]


def _audit(world: World) -> dict[tuple[str, str], list[dict[str, Any]]]:
    rows = world.root.execute(
        "SELECT a.id, a.at, a.actor::text, a.op_id::text, a.entity, a.row_id::text, a.ver,"
        " a.delta, a.delta::text, a.prev, a.hash,"
        " (extract(epoch FROM a.at) * 1000000)::bigint::text, a.xmin::text FROM sync.audit a"
        " WHERE a.id > %s ORDER BY a.entity, a.row_id, a.ver",
        (world.audit_from,),
    ).fetchall()
    names = (
        "id", "at", "actor", "op", "entity", "row", "ver", "delta", "text", "prev", "hash", "us",
        "xid",
    )  # fmt: skip
    links: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        link = dict(zip(names, row, strict=True))
        links[link["entity"], link["row"]].append(link)
    return links


def judge_effects(facts: Facts) -> None:
    """Each operation had its effect once; what was refused had none.

    All of an effect is one subtransaction of the server: whatever an operation did a second time,
    to whichever row, was done in another.
    """
    ledger, links = facts.ledger, facts.links
    seen: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    done_in: dict[str, set[str]] = defaultdict(set)
    for (entity, row), chain in links.items():
        for link in chain:
            if link["op"] is not None:
                seen[link["op"], entity, row].append(link["delta"])
                done_in[link["op"]].add(link["xid"])
                hold(link["op"] in ledger, "an effect without its ledger row", link)
                hold(ledger[link["op"]]["result"]["s"] == "ok", "a refused effect", link)
    again = {op: found for op, found in done_in.items() if len(found) > 1}
    hold(not again, "an operation had effects at two times", again)
    twice = [
        (*key, deltas)
        for key, deltas in seen.items()
        if len(deltas) > 1 and key[1] not in _COUNTED_ANEW
    ]
    hold(not twice, "an operation had its effect twice", twice)


def _judge_chains(facts: Facts) -> None:
    """Each chain is whole from its first link to the row's head, and it tells the row."""
    records, links = facts.records, facts.links
    heads = {(entity, row["id"]): row for entity, rows in records.items() for row in rows}
    for key, chain in links.items():
        prev: bytes | None = None
        for n, link in enumerate(chain, start=1):
            words = "|".join(
                (
                    key[0],
                    key[1],
                    str(link["ver"]),
                    link["actor"],
                    link["us"],
                    link["op"] or "",
                    link["text"],
                )
            )
            made = hashlib.sha256((prev or b"") + words.encode()).digest()
            hold(link["ver"] == n, "a link is missing", key, link["ver"], n)
            hold(link["prev"] == prev and link["hash"] == made, "a broken link", key, n)
            prev = made
        row = heads.get(key)
        if row is not None:
            hold(row["audit_head"] == prev, "the head of the chain is another", key)
            told = _replayed(chain)
            wrong = {
                n: (told.get(n), v)
                for n, v in row.items()
                if n not in _SERVERS_OWN and told.get(n) != _stripped(v)
            }
            hold(not wrong, "the audit tells another row", key, wrong)
    unlinked = [key for key in heads if key not in links]
    hold(not unlinked, "rows without audit", unlinked)


def _replayed(chain: list[Mapping[str, Any]]) -> dict[str, Any]:
    row = dict(chain[0]["delta"])
    for link in chain[1:]:
        row |= {name: _stripped(pair[1]) for name, pair in link["delta"].items()}
    return row


def _stripped(value: Any) -> Any:
    """Without nulls in objects, as the first link of a chain keeps its values."""
    if isinstance(value, dict):
        return {n: _stripped(v) for n, v in value.items() if v is not None}
    return [_stripped(v) for v in value] if isinstance(value, list) else value


def _judge_moves(
    links: Mapping[tuple[str, str], list[dict[str, Any]]],
    system: SharingSystem,
    own: Mapping[str, Mapping[str, Any]],
) -> None:
    """Every state followed from the one before, by somebody who may make that step."""
    kind_of = {m.login: OrgKind(m.kind) for m in system.members.values()}
    for (entity, row), chain in links.items():
        machine = MACHINES.get(entity)
        if machine is None:
            continue
        was = ""
        for link in chain:
            now = link["delta"].get("status")
            now = now[1] if isinstance(now, list) else now
            if now is None:
                continue
            if was == "":
                first = {machine.initial, *machine.exits(machine.initial)}
                hold(now in first, entity, row, "begins as", now)
            else:
                hold(now in machine.exits(was), entity, row, was, "to", now)
                by_hand = own.get(link["op"] or "", {}).get("row_id") == row
                if by_hand and link["actor"] in kind_of:
                    edge = next(m for m in machine.moves if (m.source, m.target) == (was, now))
                    hold(kind_of[link["actor"]] in edge.every_kind, entity, was, now, link["actor"])
            was = now


# --- the world's own rules --------------------------------------------------------------------


def _judge_bookings(records: Records) -> None:
    """Nobody is in two places: no worker, no assessor; one acceptance per referral."""
    blocks = [
        (b["worker_id"], b["starts_at"], b["ends_at"], b["id"])
        for b in records["placement_block"]
        if b["status"] in ("confirmed", "active")
    ]
    _hold_apart("worker", blocks)
    active = [b["worker_id"] for b in records["placement_block"] if b["status"] == "active"]
    hold(len(active) == len(set(active)), "a worker is active twice", active)
    visits = [
        (assessor, v["starts_at"], v["ends_at"], v["id"])
        for v in records["visit"]
        if v["status"] in ("planned", "confirmed")
        for assessor in {v["assessor_id"], v["second_assessor_id"]} - {None}
    ]
    _hold_apart("assessor", visits)
    accepted = {f["id"] for f in records["offer"] if f["status"] == "accepted"}
    ended = {p["offer_id"] for p in records["placement"] if p["status"] == "ended"}
    taken = [
        link["referral_id"]
        for link in records["offer_link"]
        if link["offer_id"] in accepted - ended
    ]
    hold(len(taken) == len(set(taken)), "two agencies have one person", taken)
    slots = [f["slot_id"] for f in records["offer"] if f["id"] in accepted - ended]
    held = [s for s in slots if s is not None]
    hold(len(held) == len(set(held)), "one slot serves two people", held)


def _hold_apart(who: str, times: list[tuple[str, str, str, str]]) -> None:
    for one, other in itertools.combinations(sorted(times), 2):
        if one[0] == other[0]:
            begins, ends = datetime.fromisoformat(other[1]), datetime.fromisoformat(one[2])
            hold(begins >= ends, who, "in two places", one, other)


def _judge_disclosure(
    desk: ConvergingDesk, records: Records, markers: Mapping[str, str], owners: Mapping[str, str]
) -> None:
    """Nothing of a case is on a desk without a grant, and nothing crossed before one."""
    may = _grants(desk.system, records)
    ever = _ever_accepted(records)
    text = desk.everything()
    seen = "".join(desk.seen_text)
    for marker, case in markers.items():
        if desk.member.org_id not in may.get(case, {owners[case]}):
            hold(marker not in text, desk.name, "keeps", marker)
        if desk.member.kind == "agency" and desk.member.org_id not in ever.get(case, set()):
            hold(marker not in seen, desk.name, "was sent", marker)


def _grants(system: SharingSystem, records: Records) -> dict[str, set[str]]:
    """Which organisations may see each case, worked out from the records alone."""
    hubs = {m.org_id for m in system.members.values() if m.kind in ("community", "council")}
    referred = {r["scope_id"] for r in records["referral"] if r["status"] != "draft"}
    ended = {p["offer_id"] for p in records["placement"] if p["status"] == "ended"}
    offers = {f["id"]: f for f in records["offer"]}
    may: dict[str, set[str]] = {}
    for spell in records["spell"]:
        may[spell["id"]] = {spell["hospital_org_id"]} | (hubs if spell["id"] in referred else set())
    for link in records["offer_link"]:
        offer = offers[link["offer_id"]]
        if offer["status"] == "accepted" and offer["id"] not in ended:
            may[link["scope_id"]].add(offer["agency_org_id"])
    return may


def _ever_accepted(records: Records) -> dict[str, set[str]]:
    """Which agencies had an acceptance for each case at any time."""
    placed = {p["offer_id"] for p in records["placement"]}
    ever: dict[str, set[str]] = defaultdict(set)
    for link in records["offer_link"]:
        if link["offer_id"] in placed:
            ever[link["scope_id"]].add(link["agency_org_id"])
    return ever


def _judge_clocks(records: Records) -> None:
    """No clock that runs ahead wins for longer than the tolerance (SYNC 3.10)."""
    latest = int((SystemClock().now() + _LATEST_HLC).timestamp() * 1000) << 16
    for entity, rows in records.items():
        for row in rows:
            hold(row["hlc"] <= latest, entity, row["id"], "has a logical time from the future")
