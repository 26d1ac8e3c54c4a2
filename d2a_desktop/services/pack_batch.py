"""Handover packs for everybody who leaves on a day, one print and one job for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import BugError, KnownError
from d2a_desktop.domain.changes import NO_CHANGES, ChangeSet
from d2a_desktop.domain.permissions import Caller, require
from d2a_desktop.models.departure import Departure
from d2a_desktop.models.spell import Spell
from d2a_desktop.services.context import Context
from d2a_desktop.services.pack_printing import PackIssued
from d2a_desktop.services.packs import Packs

SendOne = Callable[[PackIssued, bytes], None]
"""Takes one finished print to its printer, as a job of its own."""
Told = Callable[[int, int], None]
"""Hears how many of how many are done; raises to stop before the next."""


@dataclass(frozen=True)
class BatchReport:
    """What a batch did: prints made, and by case reference why one was not.

    `changes` are those of all its prints.
    """

    printed: tuple[PackIssued, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    changes: ChangeSet = field(default=NO_CHANGES, compare=False)

    @property
    def drafts(self) -> int:
        """How many of them are drafts."""
        return sum(1 for one in self.printed if one.draft)


class PackBatch:
    """Prints packs for a day's departures; each pack is recorded before its job."""

    def __init__(self, context: Context, packs: Packs) -> None:
        self._context = context
        self._packs = packs

    def tomorrow(self) -> date:
        """Return tomorrow's date in London."""
        return london_day(self._context.clock.now()) + timedelta(days=1)

    def leaving(self, caller: Caller, day: date) -> tuple[str, ...]:
        """Return the case references of those planned to leave on a day (London), by time."""
        require(caller, "pack")
        with self._context.store.read() as session:
            rows = session.execute(
                select(Departure.planned_at, Spell.case_ref)
                .join(Spell, Spell.id == Departure.scope_id)
                .where(
                    Departure.status == "planned",
                    Departure.planned_at.is_not(None),
                    Spell.voided_at.is_(None),
                )
                .order_by(Departure.planned_at, Spell.case_ref)
            ).all()
        return tuple(ref for at, ref in rows if london_day(_known(at)) == day)

    def print_all(
        self,
        caller: Caller,
        cases: Sequence[str],
        kind: str,
        send: SendOne,
        *,
        told: Told,
        purpose: str = "",
    ) -> BatchReport:
        """Print a pack of each case and hand each to `send`.

        A case that is refused is reported and the rest goes on; what stops the printer stops the
        batch. What was printed before a stop is printed and recorded.

        Args:
            caller: who prints.
            cases: case references.
            kind: one of `PACKS_OF_A_CASE`.
            send: takes one print to the printer.
            told: hears of progress before each pack and at the end; may raise to stop.
            purpose: why they are printed.

        Raises:
            UnreachableError: the printer took no more; the packs before it are printed.
        """
        printed: list[PackIssued] = []
        refused: list[tuple[str, str]] = []
        changes = NO_CHANGES
        for number, case in enumerate(cases):
            told(number, len(cases))
            try:
                issued, pdf = self._packs.print_out(caller, case, kind, purpose=purpose)
            except KnownError as error:
                refused.append((case, str(error)))
                continue
            send(issued, pdf)
            printed.append(issued)
            changes = changes | issued.changes
        told(len(cases), len(cases))
        return BatchReport(tuple(printed), tuple(refused), changes)


def _known(at: datetime | None) -> datetime:
    if at is None:  # asked for by the query above
        raise BugError("a planned departure without its time")
    return at
