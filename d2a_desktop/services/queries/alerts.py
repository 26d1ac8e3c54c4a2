"""What presses now, over all boards of a desk: derived from the records each time it is asked.

Nothing here is stored or marked as read: an alert goes when what caused it has gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.display import display_date, display_datetime_short, display_name
from d2a_desktop.domain.offer import OfferStatus
from d2a_desktop.domain.permissions import Caller, may
from d2a_desktop.domain.roster import PaperStanding
from d2a_desktop.services.alarms import case_alarms
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_clock import case_clock
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.queries.alert_rows import AlertRow
from d2a_desktop.services.queries.cover import cover_gaps
from d2a_desktop.services.queries.offers import offer_rows
from d2a_desktop.services.queries.roster import worker_roster
from d2a_desktop.services.queries.roster_rows import RosterWorker
from d2a_desktop.services.queries.rows import ConflictRow, OfferRow
from d2a_desktop.services.uncollected import one_at_a_time, uncollected

CLOCK_SOON = timedelta(hours=12)
"""As the ward board's view "Overdue / at risk"."""
OFFER_SOON = timedelta(minutes=30)
# How long a lapsed offer stays an alert: the hub has sent another by then, or decided otherwise.
_LAPSED_FOR = timedelta(hours=24)
_LATE = (ClockKind.LATE_RUNNING, ClockKind.NO_RECORD)
_PAPER_WORDS = {
    PaperStanding.EXPIRED: "has ended",
    PaperStanding.ENDING: "ends soon",
}
_GAP_SOON = timedelta(days=7)
_GAP_URGENT = timedelta(hours=48)


def alert_rows(
    session: Session,
    caller: Caller,
    conflicts: Sequence[ConflictRow],
    *,
    now: datetime,
    settings: Settings,
) -> tuple[AlertRow, ...]:
    """Return all alerts of this desk for this person, the urgent ones first, then by time.

    `conflicts` is what the exchange says needs a person.
    """
    with uncollected():
        found = [
            alert
            for rows in one_at_a_time(load_board(session, light=True))
            if rows.spell.voided_at is None
            for alert in _of_case(rows, now=now, settings=settings)
        ]
    found += [alert for row in offer_rows(session, now=now) for alert in _of_offer(row, now)]
    if caller.org_kind == "agency" and may(caller, "roster"):
        found += _of_papers(session, now, caller.org_id)
        found += _of_gaps(session, now)
    found += [_of_conflict(row) for row in conflicts]
    latest = datetime.max.replace(tzinfo=now.tzinfo)
    return tuple(sorted(found, key=lambda each: (not each.urgent, each.at or latest, each.about)))


def _of_case(rows: CaseRows, *, now: datetime, settings: Settings) -> Iterator[AlertRow]:
    spell, patient = rows.spell, rows.patient
    about = display_name(family=patient.family_name, given=patient.given_name or "")
    detail = " ".join(part for part in (spell.ward, spell.bed) if part)

    def alert(kind: str, key: str, words: str, at: datetime | None, *, urgent: bool) -> AlertRow:
        name = f"{kind}:{spell.id}:{key}"
        return AlertRow(name, kind, words, about, detail, urgent, at, "record", spell.id, spell.id)

    for each in case_alarms(rows, now=now, grace_minutes=settings.arrival_alarm_minutes):
        yield alert("task", each.kind, each.words, each.due_at, urgent=True)
    for task in rows.tasks:
        if task.status == "open" and task.urgent:
            yield alert("task", task.id, task.title, task.due_at, urgent=True)
    clock = case_clock(rows, now=now, hours=settings.assessment_clock_hours)
    if clock.remaining is not None and clock.remaining <= CLOCK_SOON:
        words = f"Assess at home by {display_datetime_short(clock.due_at or now)}"
        yield alert("clock", "soon", words, clock.due_at, urgent=False)
    elif clock.over is not None and clock.kind in _LATE:
        words = f"Not assessed at home: {clock.words}"
        yield alert("clock", "over", words, clock.due_at, urgent=True)


def _of_offer(row: OfferRow, now: datetime) -> Iterator[AlertRow]:
    if row.status != OfferStatus.SENT:
        return
    left = row.respond_by - now
    at = display_datetime_short(row.respond_by)
    if row.expired and -left <= _LAPSED_FOR:
        words, urgent = f"No reply by {at}", True
    elif timedelta(0) <= left <= OFFER_SOON:
        words, urgent = f"Reply by {at}", False
    else:
        return
    yield AlertRow(
        f"offer:{row.offer_id}",
        "offer",
        words,
        f"Offer {row.reference}",
        row.agency_name,
        urgent,
        row.respond_by,
        "offers",
        row.offer_id,
        row.case_id,
    )


def _of_papers(session: Session, now: datetime, own: str) -> Iterator[AlertRow]:
    """Yield each paper that has ended or ends soon, and once a worker with papers not known."""
    for worker in worker_roster(session, now=now, own=own).workers:
        if worker.status != "active":
            continue

        def alert(key: str, words: str, *, urgent: bool, of: RosterWorker = worker) -> AlertRow:
            name = f"paper:{of.worker_id}:{key}"
            return AlertRow(
                *(name, "paper", words, of.name, of.role_title, urgent, None),
                page="roster",
                target=of.worker_id,
            )

        for paper in worker.papers:
            told = _PAPER_WORDS.get(PaperStanding(paper.standing))
            if told is not None and paper.valid_to is not None:
                words = f"{paper.name} {told}: {display_date(paper.valid_to)}"
                ended = paper.standing == PaperStanding.EXPIRED
                yield alert(paper.paper_id, words, urgent=ended)
        unknown = sum(p.standing == PaperStanding.CANNOT_CONFIRM for p in worker.papers)
        if unknown:
            papers = "paper" if unknown == 1 else "papers"
            yield alert("unknown", f"{unknown} {papers} cannot be confirmed", urgent=False)


def _of_gaps(session: Session, now: datetime) -> Iterator[AlertRow]:
    """Yield the placements that lack a worker within a week; within two days that is urgent."""
    for gap in cover_gaps(session, now=now):
        if gap.starts_at - now > _GAP_SOON:
            continue
        what = "No worker yet" if gap.first else "No relief"
        yield AlertRow(
            f"gap:{gap.gap_id}",
            "gap",
            f"{what} from {display_datetime_short(gap.starts_at)}",
            gap.about,
            gap.place,
            gap.starts_at - now <= _GAP_URGENT,
            gap.starts_at,
            "capacity",
            gap.offer_id,
        )


def _of_conflict(row: ConflictRow) -> AlertRow:
    refused = row.code != "conflict"
    return AlertRow(
        f"conflict:{row.conflict_id}",
        "conflict",
        f"A change was refused: {row.record}" if refused else f"Two edits met: {row.record}",
        row.person or row.case_ref or row.record,
        row.reason,
        True,
        row.made_at,
        "sync",
        row.conflict_id,
        row.case_id,
    )
