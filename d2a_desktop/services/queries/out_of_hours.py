"""Who leaves, arrives and is assessed until an instant, what is open, and whom to ring.

The weekend sheet and the out-of-hours page are both made from `ahead`, so that paper and screen
name the same people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.codes import OwnerKind, TransportMode
from d2a_desktop.domain.display import display_phone
from d2a_desktop.services.queries.rows import WardBoardRow
from d2a_desktop.services.queries.sheets import (
    Expected,
    OpenWork,
    Place,
    SheetPeople,
    SheetPerson,
    Visiting,
)

_SATURDAY = 5
_OPEN_CLOCKS = (ClockKind.RUNNING, ClockKind.LATE_RUNNING, ClockKind.NO_RECORD)


def weekend_of(now: datetime) -> tuple[date, date]:
    """Return Saturday and Sunday of this week; on a Sunday the weekend that is running."""
    today = london_day(now)
    saturday = today + timedelta(days=_SATURDAY - today.weekday())
    return saturday, saturday + timedelta(days=1)


def monday_after(now: datetime) -> datetime:
    """Return the midnight (London, as UTC) that ends this weekend, or the one that runs."""
    _, sunday = weekend_of(now)
    monday = sunday + timedelta(days=1)
    return datetime.combine(monday, time(), tzinfo=LONDON).astimezone(UTC)


@dataclass(frozen=True)
class Ahead:
    """What is ahead until an instant; each part in the order of time."""

    leaving: tuple[SheetPerson, ...]
    arriving: tuple[tuple[SheetPerson, Expected], ...]
    assessed: tuple[tuple[SheetPerson, Visiting], ...]
    unbooked: tuple[SheetPerson, ...]
    open_work: tuple[tuple[SheetPerson, OpenWork], ...]

    @property
    def case_ids(self) -> frozenset[str]:
        """Everybody of whom something is said."""
        pairs = (*self.arriving, *self.assessed, *self.open_work)
        people = (*self.leaving, *self.unbooked, *(one for one, _ in pairs))
        return frozenset(one.board.case_id for one in people)


def ahead(found: SheetPeople, *, now: datetime, until: datetime) -> Ahead:
    """Return what is ahead from `now` to before `until` (aware).

    A departure or an arrival whose time has passed and that nobody has recorded is still there:
    it is to be asked about.
    """
    people = found.people
    leaving = [o for o in people if not o.left and o.leaves_at and o.leaves_at < until]
    arriving = [(o, w) for o in people for w in o.workers if _arrives(w, now, until)]
    visits = [(o, v) for o in people for v in o.visits if now <= v.starts_at < until]
    work = [
        (o, w) for o in people for w in o.open_work if w.due_at is not None and w.due_at < until
    ]
    return Ahead(
        leaving=tuple(sorted(leaving, key=lambda o: o.leaves_at or now)),
        arriving=tuple(sorted(arriving, key=lambda pair: pair[1].arrives_at)),
        assessed=tuple(sorted(visits, key=lambda pair: pair[1].starts_at)),
        unbooked=tuple(
            sorted((o for o in people if _unbooked(o, until)), key=lambda o: o.clock.due_at or now)
        ),
        open_work=tuple(sorted(work, key=lambda pair: pair[1].due_at or now)),
    )


def _arrives(worker: Expected, now: datetime, until: datetime) -> bool:
    late = now - timedelta(days=1)
    return worker.status == "confirmed" and late <= worker.arrives_at < until


def _unbooked(one: SheetPerson, until: datetime) -> bool:
    due = one.clock.due_at
    waits = one.clock.kind in (*_OPEN_CLOCKS, ClockKind.PROVISIONAL)
    return waits and not one.visits and due is not None and due < until


@dataclass(frozen=True)
class AheadRow:
    """One thing ahead on the screen; `part` is leaves, arrives, assessed, unbooked or open.

    `at` is aware UTC; `passed`: its time has gone by and nobody has recorded it.
    """

    row_id: str
    part: str
    at: datetime
    approx: bool
    passed: bool
    person: WardBoardRow
    where: str
    who: str
    ring: str


@dataclass(frozen=True)
class RingRow:
    """An organisation that answers the telephone."""

    name: str
    kind: str
    phone: str
    on_call: str


@dataclass(frozen=True)
class OutOfHours:
    """The out-of-hours page, by time; counts by part are the board's to make."""

    rows: tuple[AheadRow, ...]
    ring: tuple[RingRow, ...]
    until: datetime


def out_of_hours(found: SheetPeople, *, now: datetime, until: datetime) -> OutOfHours:
    """Return the rows of the page, all parts in one order of time."""
    picked = ahead(found, now=now, until=until)
    rows = (*_moves(picked, now), *_visits(picked, now), *_work(picked, now, found.places))
    return OutOfHours(
        rows=tuple(sorted(rows, key=lambda row: (row.at, row.row_id))),
        ring=tuple(
            RingRow(p.name, p.kind, display_phone(p.phone), display_phone(p.on_call))
            for p in found.places
        ),
        until=until,
    )


def _moves(picked: Ahead, now: datetime) -> Iterable[AheadRow]:
    for one in picked.leaving:
        at = one.leaves_at or now
        transport = {mode.value: mode.label for mode in TransportMode}.get(one.transport, "")
        yield AheadRow(
            row_id=f"leaves {one.board.case_id}",
            part="leaves",
            at=at,
            approx=False,
            passed=at < now,
            person=one.board,
            where=_ward(one),
            who=transport or "Transport not recorded",
            ring=display_phone(one.ward_phone),
        )
    for one, worker in picked.arriving:
        yield AheadRow(
            row_id=f"arrives {one.board.case_id} {worker.first_name} {worker.arrives_at}",
            part="arrives",
            at=worker.arrives_at,
            approx=False,
            passed=worker.arrives_at < now,
            person=one.board,
            where=one.destination or "Home",
            who=", ".join(part for part in (worker.first_name, one.agency) if part),
            ring=display_phone(worker.on_call),
        )


def _visits(picked: Ahead, now: datetime) -> Iterable[AheadRow]:
    for one, visit in picked.assessed:
        yield AheadRow(
            row_id=f"assessed {one.board.case_id} {visit.starts_at}",
            part="assessed",
            at=visit.starts_at,
            approx=visit.provisional,
            passed=False,
            person=one.board,
            where=one.destination or "Home",
            who=visit.assessor or "No assessor named",
            ring=display_phone(one.home_phone),
        )
    for one in picked.unbooked:
        due = one.clock.due_at or now
        yield AheadRow(
            row_id=f"unbooked {one.board.case_id}",
            part="unbooked",
            at=due,
            approx=one.clock.is_approximate,
            passed=due < now,
            person=one.board,
            where=one.destination or "Home",
            who="Nobody yet",
            ring=display_phone(one.home_phone),
        )


def _work(picked: Ahead, now: datetime, places: Sequence[Place]) -> Iterable[AheadRow]:
    for number, (one, work) in enumerate(picked.open_work):
        due = work.due_at or now
        yield AheadRow(
            row_id=f"open {one.board.case_id} {number}",
            part="open",
            at=due,
            approx=False,
            passed=due < now,
            person=one.board,
            where=work.title,
            who=work.owner,
            ring=display_phone(_chased_at(one, work, places)),
        )


def _chased_at(one: SheetPerson, work: OpenWork, places: Sequence[Place]) -> str:
    """Return the number of those who chase a task; empty where it is not one place's alone."""
    if work.owner_kind in (OwnerKind.AGENCY, OwnerKind.AGENCY_ON_CALL):
        return next((p.on_call or p.phone for p in places if p.name == one.agency), "")
    if work.owner_kind == OwnerKind.WARD:
        return one.ward_phone
    hubs = [p for p in places if p.kind == "community"]
    if work.owner_kind == OwnerKind.HUB and len(hubs) == 1:
        return hubs[0].on_call or hubs[0].phone
    return ""


def _ward(one: SheetPerson) -> str:
    return " ".join(part for part in (one.board.ward, one.board.bed) if part)
