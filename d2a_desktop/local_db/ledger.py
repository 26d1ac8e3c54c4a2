"""Writing the outbox operations and audit entries of a unit of work, in bulk."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from d2a_desktop.core.errors import BugError
from d2a_desktop.core.giving_way import give_way
from d2a_desktop.core.ids import new_id
from d2a_desktop.domain.fields import SCHEMA_VERSION
from d2a_desktop.local_db.recording import RowChange
from d2a_desktop.models.base import instant_text, json_text
from d2a_desktop.security import audit

GROUP_LIMIT = 20
"""Operations of one command apply all or none in one subtransaction (DECISIONS, "Sync")."""

_AUDIT_HEAD = "audit_head"

_INSERT_OP = (
    "INSERT INTO outbox_op (op, grp, login, entity, row_id, scope_id, kind, set_values,"
    " base_values, base_ver, hlc, schema_version, state, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?)"
)
_INSERT_AUDIT = (
    "INSERT INTO audit_entry (seq, at, actor, action, entity, row_id, scope_id, salt, delta,"
    " reason, content_hash, prev, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True)
class Entry:
    """Who did what, when and why: what all entries of one unit of work share."""

    login: str
    action: str
    reason: str | None
    now: datetime


def write_outbox(
    connection: Connection, entry: Entry, groups: Sequence[tuple[str, Sequence[RowChange]]]
) -> None:
    """Append the operations of some groups in order.

    Raises:
        BugError: a group is larger than the shared database takes.
    """
    created = instant_text(entry.now)
    rows: list[tuple[Any, ...]] = []
    op_ids = new_ids(entry.now, sum(len(changes) for _, changes in groups))
    for grp, changes in groups:
        give_way()
        if len(changes) > GROUP_LIMIT:
            raise BugError(
                f"{entry.action} changed {len(changes)} rows; a group takes {GROUP_LIMIT}"
            )
        rows.extend(
            (
                next(op_ids),
                grp,
                entry.login,
                change.entity,
                change.row_id,
                change.scope_id,
                change.kind,
                json_text(change.set),
                json_text(change.base),
                change.base_ver,
                change.hlc,
                SCHEMA_VERSION,
                created,
            )
            for change in changes
        )
    connection.exec_driver_sql(_INSERT_OP, rows)


def new_ids(at: datetime, count: int) -> Iterator[str]:
    """Give many identities like `core.ids.new_id`, asking for randomness once."""
    begin = new_id(at)[:14]
    random = secrets.token_hex(10 * count)
    for start in range(0, 20 * count, 20):
        bits = random[start : start + 20]
        variant = "89ab"[int(bits[3], 16) & 3]
        yield f"{begin}7{bits[:3]}-{variant}{bits[4:7]}-{bits[7:19]}"


def write_audit(connection: Connection, entry: Entry, changes: Sequence[RowChange]) -> None:
    """Append one audit entry for each changed row to this desk's chain."""
    head = state_value(connection, _AUDIT_HEAD) or {"hash": audit.START, "count": 0}
    prev, count, at = str(head["hash"]), int(head["count"]), instant_text(entry.now)
    rows: list[tuple[Any, ...]] = []
    for change in changes:
        give_way()
        salt = secrets.token_hex(16)
        delta = audit.delta_text(_delta(change))
        content = audit.content_hash(salt=salt, delta_text=delta, reason=entry.reason)
        who_what = (
            at,
            entry.login,
            entry.action,
            change.entity,
            change.row_id,
            change.scope_id,
        )
        made = audit.link_hash(prev, *who_what, content)
        count += 1
        rows.append((count, *who_what, salt, delta, entry.reason, content, prev, made))
        prev = made
    connection.exec_driver_sql(_INSERT_AUDIT, rows)
    put_state_value(connection, _AUDIT_HEAD, {"hash": prev, "count": count})


def verify_audit(connection: Connection) -> audit.BrokenLink | None:
    """Return the first broken entry of this desk's chain, or None when it holds."""
    head = state_value(connection, _AUDIT_HEAD) or {"hash": audit.START, "count": 0}
    rows = connection.exec_driver_sql(
        "SELECT seq, at, actor, action, entity, row_id, scope_id, salt, delta, reason,"
        " content_hash, prev, hash FROM audit_entry ORDER BY seq"
    ).mappings()
    links = (audit.Link(**_with_delta(dict(row))) for row in rows)
    return audit.verify(links, head=str(head["hash"]), count=int(head["count"]))


def split_by_scope(
    changes: Sequence[RowChange], now: datetime
) -> list[tuple[str, list[RowChange]]]:
    """Return groups of one scope each, cut at the limit, in the order of first touch.

    For imports alone: each case goes in or is refused for itself.
    """
    by_scope: dict[str, list[RowChange]] = {}
    for change in changes:
        by_scope.setdefault(change.scope_id, []).append(change)
    parts = [
        part[start : start + GROUP_LIMIT]
        for part in by_scope.values()
        for start in range(0, len(part), GROUP_LIMIT)
    ]
    return list(zip(new_ids(now, len(parts)), parts, strict=True))


def state_value(connection: Connection, name: str) -> Any:
    """Return a value of `sync_state`, or None."""
    # An exchange asks dozens of times: the driver alone answers in a fifth of the time.
    driver: Any = connection.connection.driver_connection
    row = driver.execute("SELECT value FROM sync_state WHERE name = ?", (name,)).fetchone()
    return None if row is None else json.loads(row[0])


def put_state_value(connection: Connection, name: str, value: Any) -> None:
    """Write a value of `sync_state`."""
    connection.exec_driver_sql(
        "INSERT INTO sync_state (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json_text(value)),
    )


def _with_delta(row: dict[str, Any]) -> dict[str, Any]:
    row["delta"] = None if row["delta"] is None else json.loads(row["delta"])
    return row


def _delta(change: RowChange) -> dict[str, Any]:
    return {name: [change.base.get(name), new] for name, new in change.set.items()}
