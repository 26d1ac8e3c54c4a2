"""What crosses between a desk and the shared database, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Cursor = tuple[int, int]
"""The last (transaction id, sequence) of the feed that was applied; (0, 0) at the beginning."""


@dataclass(frozen=True)
class Hello:
    """The answer to a greeting: who the server says we are, and what it is.

    `hidden` are the entities that this person's role may not see at all. `horizon` is the
    oldest transaction still open at the server; below `newest` for long, it delays everybody.

    The rest an older server does not tell. `lag_seconds` is how long that oldest transaction has
    been open (None when the server may not know); `backend_pid` the process that answered, at a
    pooler not always the next one's; `lease_hours` how long this kind of organisation may use
    its store after this hello; `notify` whether listening for wake-ups makes sense.
    """

    epoch: str
    schema_version: int
    min_client_version: int
    server_now: datetime
    horizon: int
    newest: int
    org_id: str
    org_ods: str
    org_kind: str
    kinds: tuple[str, ...]
    system_id: str
    role: str
    hidden: frozenset[str]
    lag_seconds: float | None = None
    backend_pid: int | None = None
    lease_hours: int | None = None
    notify: bool = True

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Hello:
        """Read the server's document."""
        lag = answer.get("lag_s")
        return cls(
            epoch=answer["epoch"],
            schema_version=answer["schema_ver"],
            min_client_version=answer["min_client_ver"],
            server_now=datetime.fromisoformat(answer["server_now"]),
            horizon=int(answer["hi"]),
            newest=int(answer["xmax"]),
            org_id=answer["org_id"],
            org_ods=answer["org_ods"],
            org_kind=answer["org_kind"],
            kinds=tuple(answer["kinds"]),
            system_id=answer["system_id"],
            role=answer["role"],
            hidden=frozenset(answer["hidden"]),
            lag_seconds=None if lag is None else float(lag),
            backend_pid=answer.get("backend_pid"),
            lease_hours=answer.get("lease_hours"),
            notify=answer.get("notify", True),
        )


@dataclass(frozen=True)
class OpResult:
    """What became of one operation.

    `status` is ok, rejected, conflict or blocked. `why` is a fixed word of the server:
    overlap, already_taken, not_allowed, expired, slot_taken, status_machine, fixed, append_only,
    bad_period, withdrawn, invalid, op_id_reuse, or group when another operation of the same
    command failed. `lost` are lww fields in which a later edit stands. `final` is False for a
    replayed operation that may be taken later.
    """

    op: str
    status: str
    ver: int | None = None
    why: str | None = None
    theirs: Mapping[str, Any] | None = None
    theirs_by: Mapping[str, Any] | None = None
    lost: tuple[str, ...] = ()
    cascade: tuple[Mapping[str, str], ...] = ()
    duplicate: bool = False
    final: bool = True

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> OpResult:
        """Read the server's document."""
        return cls(
            op=answer["op"],
            status=answer["s"],
            ver=answer.get("ver"),
            why=answer.get("why"),
            theirs=answer.get("theirs"),
            theirs_by=answer.get("by"),
            lost=tuple(answer.get("lost", ())),
            cascade=tuple(answer.get("cascade", ())),
            duplicate=answer.get("dup", False),
            final=answer.get("final", True),
        )


@dataclass(frozen=True)
class PullPage:
    """A page of what changed: rows to write, rows and scopes to forget, where to go on.

    It holds what was committed below `horizon`, the oldest transaction still open; what is
    committed between that and `newest` comes with a later page.
    """

    cursor: Cursor
    more: bool
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    gone: Mapping[str, Sequence[str]] = field(default_factory=dict)
    scopes: Sequence[str] = ()
    horizon: int = 0
    newest: int = 0

    @classmethod
    def of(cls, answer: Mapping[str, Any], *, newest: int = 0) -> PullPage:
        """Read the server's document."""
        return cls(
            cursor=(int(answer["xid"]), int(answer["seq"])),
            more=answer["more"],
            rows=answer["rows"],
            gone=answer["gone"],
            scopes=answer["scopes"],
            horizon=int(answer["hi"]),
            newest=newest,
        )

    @property
    def size(self) -> int:
        """How many rows and purges the page carries."""
        return (
            sum(len(rows) for rows in self.rows.values())
            + sum(len(ids) for ids in self.gone.values())
            + len(self.scopes)
        )


Digest = Mapping[int, tuple[int, int]]
"""By bucket (the last byte of the id): how many rows, and the sum of their hashes."""
