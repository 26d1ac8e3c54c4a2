"""What sync asks of the shared database and of this desk's store, and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.orm import Session

from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.local_db.desk_identity import DeskIdentity
from d2a_desktop.shared_db.wire import Cursor, Digest, Hello, OpResult, PullPage

__all__ = ["Cursor", "Digest", "Hello", "OpResult", "PullPage"]


class SharedGateway(Protocol):
    """The shared database as sync sees it; every call may raise a known error."""

    def ending_when(self, stopped: Callable[[], bool]) -> AbstractContextManager[None]:
        """Let every call of the block end with StoppedError, soon after `stopped` says so."""
        ...

    @property
    def link(self) -> int:
        """The number of the connection that was greeted; 0 where none leads to the server."""
        ...

    @property
    def listening(self) -> bool:
        """Whether the server's hints arrive here."""
        ...

    def wait_for_news(self, seconds: float) -> bool:
        """Wait until the server hints at news, or `wake`; return whether it did."""
        ...

    def rest(self, seconds: float) -> None:
        """Wait for the time alone; `wake` ends it."""
        ...

    def wake(self) -> None:
        """End the wait under way, else the next one; from any thread."""
        ...

    def ask_again(self) -> None:
        """Let a login that was refused too often be tried once more: a person asks for it."""
        ...

    def hello(self, *, client: str, n_old: str | None, n_new: str) -> Hello:
        """Greet the server and move this desk's session from `n_old` to `n_new`."""
        ...

    def push(self, *, client: str, ops: Sequence[Mapping[str, Any]]) -> list[OpResult]:
        """Send one batch; one answer per operation, in order."""
        ...

    def pull(self, *, cursor: Cursor, limit: int) -> PullPage:
        """Return what changed after `cursor`."""
        ...

    def remaining(self, *, cursor: Cursor) -> int | None:
        """Return how many rows and purges come after `cursor`; None where the server cannot say."""
        ...

    def digest(self, *, entity: str) -> Digest:
        """Return the digest of what this login may see of an entity."""
        ...

    def unread(self, *, cursor: Cursor) -> bool:
        """Tell whether anything is on its way to this organisation after `cursor`."""
        ...

    def fetch(
        self, *, entity: str, buckets: Sequence[int], after: str, limit: int
    ) -> list[Mapping[str, Any]]:
        """Return the visible rows of some buckets with an id above `after`."""
        ...

    def reap(self) -> int:
        """End clients' transactions that hold everybody back; return how many."""
        ...

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        ...


class ReplicaStore(Protocol):
    """This desk's store as sync sees it (`local_db.unit_of_work.LocalStore`)."""

    @property
    def desk(self) -> DeskIdentity:
        """Whose desk this is."""
        ...

    def read(self, *, even_locked: bool = False) -> AbstractContextManager[Session]:
        """Give a session that sees one state of the store and cannot write."""
        ...

    def apply(self) -> AbstractContextManager[Session]:
        """Give a writing session that makes no operations of its own."""
        ...

    def save_desk(self, desk: DeskIdentity) -> None:
        """Keep what the shared database told about this desk."""
        ...

    def unlock_after_sync(self) -> None:
        """Let people in again after a restored store has spoken to the shared database."""
        ...

    def compact_if_due(self) -> bool:
        """Leave no byte of what was purged in the file, its log or its copies."""
        ...


@dataclass(frozen=True)
class SyncSettings:
    """How sync goes about it."""

    batch: int = 50
    page: int = 5000
    """The most rows to ask for at once; how many are, `pace.PageSize` says."""
    attempts: int = 4
    """How often a batch is sent, and a run begun again, when the connection fails under it."""


STAGE_WORDS = {
    "hello": "Greeting the server",
    "replay": "Preparing to send work again after a restore",
    "push": "Sending",
    "pull": "Receiving",
    "first": "Receiving for the first time",
    "purge": "Removing what was withdrawn",
    "roles": "Fitting the records to this person's role",
    "check": "Checking this computer against the server",
    "repair": "Mending what differed from the server",
    "finish": "Finishing",
}


@dataclass(frozen=True)
class Progress:
    """How far a run has come.

    `stage` is a key of `STAGE_WORDS`. `done` counts what the stage has done so far: operations
    sent, records received, kinds of records checked. `total` is how many there will be, None
    where nobody knows.
    """

    stage: str
    done: int
    total: int | None = None

    @property
    def words(self) -> str:
        """What is being done, for a person."""
        return STAGE_WORDS[self.stage]


OnProgress = Callable[[Progress], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Refused:
    """One operation that the shared database did not take; `code` is its word."""

    op: str
    entity: str
    row_id: str
    code: str


@dataclass(frozen=True)
class Rewound:
    """A row of which this desk was given a later version than the server has now.

    `there` is 0 when the server has no such row for this desk at all. Versions only count up and
    nothing is deleted, so that unless the server was restored somebody has rewritten history.
    """

    entity: str
    row_id: str
    here: int
    there: int


@dataclass(frozen=True)
class SyncReport:
    """What one run did. Counts are of operations (push) and rows (pull)."""

    changes: ChangeSet = NO_CHANGES
    pushed: int = 0
    pulled: int = 0
    purged: int = 0
    rejected: tuple[Refused, ...] = ()
    conflicts: tuple[Refused, ...] = ()
    cascades: tuple[Mapping[str, str], ...] = ()
    waiting: int = 0
    cancelled: bool = False
    recovered: bool = False
    """The shared database had lost this desk's last session; acknowledged work was sent again."""
    repaired: int = 0
    """Rows in which this desk differed from the shared database though it should not have."""
    rewound: tuple[Rewound, ...] = ()
    """Rows to which this desk is a witness that the server had them later than it says now."""
    clock_ahead: timedelta = field(default_factory=timedelta)
    """How far this computer's clock is ahead of the server's; negative when behind."""
    horizon: int = 0
    newest: int = 0
    """Received is what others committed below `horizon`; more was there already, up to `newest`."""
    at: datetime | None = None

    @property
    def moved(self) -> bool:
        """Whether anything went out, came in or was answered."""
        return bool(
            self.pushed or self.pulled or self.purged or self.recovered or self.repaired
        ) or (self.needs_a_person)

    @property
    def needs_a_person(self) -> bool:
        """Whether something was not taken as it was sent."""
        return bool(self.rejected or self.conflicts)


class Tally:
    """Collects what a run does, to be reported at its end."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.ids: set[tuple[str, str]] = set()
        self.pushed = 0
        self.pulled = 0
        self.purged = 0
        self.repaired = 0
        self.rewound: list[Rewound] = []
        self.recovered = False
        self.horizon = 0
        self.newest = 0
        self.rejected: list[Refused] = []
        self.conflicts: list[Refused] = []
        self.cascades: list[Mapping[str, str]] = []

    def add(self, changes: ChangeSet) -> None:
        """Add changed rows."""
        self.kinds |= changes.kinds
        if changes.kinds and not changes.ids:
            self.many = True
        if not self.many:
            self.ids |= changes.ids
            self.many = len(self.ids) > _MOST_LISTED
        if self.many:  # nobody is told which: a first sync would hold the ids of a whole hospital
            self.ids.clear()

    def repair(self, changes: ChangeSet) -> None:
        """Add rows that differed from the shared database and were written again."""
        self.add(changes)
        self.repaired += max(len(changes.ids), len(changes.kinds))

    many = False

    @property
    def changes(self) -> ChangeSet:
        """What changed in all; without ids when it is much."""
        listed = set() if self.many or len(self.ids) > _MOST_LISTED else self.ids
        return ChangeSet(kinds=frozenset(self.kinds), ids=frozenset(listed))


_MOST_LISTED = 500
