"""Desk and server of different schema versions: each knows what the other lacks (SYNC 3.13).

A desk newer than its server holds back what the server could not keep, and goes on with the rest.
A desk older than its server passes over what it does not know; when the program is updated it reads
anew what it passed over, for versions of rows alone would not tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from d2a_desktop.domain import fields
from d2a_desktop.domain.fields import Record
from d2a_desktop.local_db import replica
from d2a_desktop.local_db.outbox import Op

_STATE = "schema"
_FIRST = 1


def known_at(version: int) -> tuple[str, ...]:
    """Return the records that a server of this schema version has."""
    return tuple(name for name, record in fields.RECORDS.items() if record.since <= version)


def passed_over(session: Session) -> tuple[str, ...]:
    """Return the records of which this store may lack values, as an older program wrote it.

    To be asked before a pull; `caught_up` ends it.
    """
    kept = replica.get_state(session, _STATE)
    if kept is None and replica.get_cursor(session) == (0, 0):
        return ()
    since = _FIRST if kept is None else int(kept)
    return tuple(name for name, record in fields.RECORDS.items() if _newest(record) > since)


def caught_up(session: Session) -> None:
    """Keep that nothing of this program's version is missing here."""
    if replica.get_state(session, _STATE) != fields.SCHEMA_VERSION:
        replica.put_state(session, _STATE, fields.SCHEMA_VERSION)


class HoldBack:
    """Sorts out operations that a server of an older version could not keep.

    With one operation its group stays, and all that comes later on the same row; with a new row
    all that names it. Made for one run; groups are to be asked in the order of sending.
    """

    def __init__(self, server: int) -> None:
        self._server = server
        self._rows: set[str] = set()
        self._new: set[str] = set()
        self.groups: set[str] = set()

    def sort_out(self, batch: Sequence[Op]) -> list[Op]:
        """Return what can be sent, whole groups in order."""
        if self._server >= fields.SCHEMA_VERSION:
            return list(batch)
        by_group: dict[str, list[Op]] = {}
        for op in batch:
            by_group.setdefault(op.grp, []).append(op)
        sent: list[Op] = []
        for grp, ops in by_group.items():
            if any(self._stays(op) for op in ops):
                self.groups.add(grp)
                self._rows |= {op.row_id for op in ops}
                self._new |= {op.row_id for op in ops if op.kind == "ins"}
            else:
                sent.extend(ops)
        return sent

    def _stays(self, op: Op) -> bool:
        if op.row_id in self._rows or _lacks(op.entity, op.set, self._server):
            return True
        named = (value for value in (op.scope_id, *op.set.values()) if isinstance(value, str))
        return any(value in self._new for value in named)


def _lacks(entity: str, values: Mapping[str, object], version: int) -> bool:
    record = fields.RECORDS[entity]
    known = record.fields
    return record.since > version or any(
        known[name].since > version for name in values if name in known
    )


def _newest(record: Record) -> int:
    return max(record.since, *(field.since for field in record.fields.values()))
