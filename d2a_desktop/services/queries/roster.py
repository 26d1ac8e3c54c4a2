"""The rosters: an agency's workers with papers, leave and blocks; a community's assessors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.code_lists import credentials, need_groups
from d2a_desktop.domain.codes import AvailabilityKind
from d2a_desktop.domain.display import display_date, display_datetime_short
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.permissions import Caller
from d2a_desktop.domain.roster import (
    AssessorTimeKind,
    PaperStanding,
    lasting,
    missing_papers,
    most_pressing,
    paper_standing,
)
from d2a_desktop.models.assessor import Assessor
from d2a_desktop.models.assessor_time import AssessorTime
from d2a_desktop.models.availability import Availability
from d2a_desktop.models.base import Synced
from d2a_desktop.models.capacity_contract import CapacityContract
from d2a_desktop.models.credential import Credential
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.slot import Slot
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.queries.capacity import partner_agencies, worker_rows
from d2a_desktop.services.queries.roster_rows import (
    AbsenceRow,
    AssessorTimeRow,
    ContractRow,
    PaperRow,
    RosterAssessor,
    RosterWorker,
    WorkerRoster,
)
from d2a_desktop.services.queries.worker_bars import PARTNERS_PAPERS
from d2a_desktop.services.queries.worker_time_rows import WorkerRow
from d2a_desktop.services.unconfirmed import NOTHING, Unconfirmed
from d2a_desktop.services.working_hours import WEEKDAYS, hours_on

_TIME_WORDS = {kind.value: kind.label for kind in AvailabilityKind}
_ASSESSOR_TIME_WORDS = {kind.value: kind.label for kind in AssessorTimeKind}
_MAX_ORDER = list(PaperStanding)


def worker_roster(
    session: Session, *, now: datetime, waiting: Unconfirmed = NOTHING, own: str
) -> WorkerRoster:
    """Return the workers of this desk's agency; those of whom something presses come first.

    `own` is the organisation of who asks, as in `worker_rows`.
    """
    today = london_day(now)
    rows = {row.worker_id: row for row in worker_rows(session, now=now, waiting=waiting, own=own)}
    papers: dict[str, list[Credential]] = defaultdict(list)
    for paper in session.scalars(select(Credential).where(Credential.voided_at.is_(None))):
        papers[paper.worker_id].append(paper)
    times: dict[str, list[Availability]] = defaultdict(list)
    for stretch in session.scalars(select(Availability).where(Availability.voided_at.is_(None))):
        times[stretch.worker_id].append(stretch)
    partners = {row.id: row for row in partner_agencies(session, own=own)}
    workers = []
    for worker in session.scalars(select(Worker)):
        row = _worker(
            worker, rows[worker.id], papers[worker.id], times[worker.id], now=now, today=today
        )
        partner = partners.get(worker.scope_id)
        workers.append(_of_partner(row, partner.name) if partner is not None else row)
    return WorkerRoster(
        workers=tuple(
            sorted(
                workers,
                key=lambda w: (
                    w.status != "active",
                    _MAX_ORDER.index(PaperStanding(w.standing)),
                    w.first_end or date.max,
                    w.name,
                ),
            )
        ),
        contracts=_contracts(session, partners=frozenset(partners), today=today),
        partners=tuple(sorted((row.ods_code, row.name) for row in partners.values())),
    )


def _of_partner(row: RosterWorker, agency: str) -> RosterWorker:
    """Return a partner's worker: no paper is written down here, which is no fault of theirs.

    The standing stays: nobody is shown as free whose papers this desk does not know.
    """
    return replace(row, role_title=agency, papers=(), papers_words=PARTNERS_PAPERS, of_partner=True)


def _worker(
    worker: Worker,
    row: WorkerRow,
    papers: Sequence[Credential],
    times: Sequence[Availability],
    *,
    now: datetime,
    today: date,
) -> RosterWorker:
    lines = _papers(worker.id, papers, today)
    absences = tuple(
        AbsenceRow(t.id, t.kind, _TIME_WORDS.get(t.kind, t.kind), t.from_day, t.to_day)
        for t in sorted(times, key=lambda t: t.from_day)
        if t.to_day >= today
    )
    ends = [line.valid_to for line in lines if line.valid_to is not None]
    away = [a for a in absences if a.kind in _TIME_WORDS and a.kind != AvailabilityKind.AVAILABLE]
    return RosterWorker(
        worker_id=worker.id,
        name=row.name,
        role_title=worker.role_title or "",
        status=worker.status,
        skills=_skills(worker, today),
        languages=row.languages,
        standing=most_pressing([PaperStanding(line.standing) for line in lines]).value,
        papers_words=_papers_words(lines),
        first_end=min(ends, default=None),
        papers=lines,
        absences=absences,
        away_words="; ".join(_away_words(a) for a in away),
        away_now=any(a.from_day <= today <= a.to_day for a in away),
        now_words=_now_words(row, now),
        free_from=row.free_from,
        longest_block=worker.max_block_days,
        record=_record("worker", worker),
        lives_in=row.lives_in,
    )


def _papers(worker_id: str, papers: Sequence[Credential], today: date) -> tuple[PaperRow, ...]:
    """Return the papers that hold, one of each kind, and those that nobody recorded."""
    names = {kind.code: kind.name for kind in credentials()}
    newest = {p.code: p for p in sorted(papers, key=lambda p: lasting(p.code, p.valid_to))}
    lines = []
    for paper in newest.values():
        standing = paper_standing(paper.code, paper.valid_to, today=today)
        lines.append(
            PaperRow(
                paper_id=paper.id,
                worker_id=worker_id,
                code=paper.code,
                name=names.get(paper.code, paper.code),
                issued_on=paper.issued_on,
                checked_on=paper.checked_on,
                valid_to=paper.valid_to,
                standing=standing.value,
                words=_paper_words(standing, paper.valid_to, today),
            )
        )
    lines += [
        PaperRow("", worker_id, code, names.get(code, code), None, None, None,
                 PaperStanding.CANNOT_CONFIRM.value, "Cannot confirm: not recorded")
        for code in missing_papers(newest)
    ]  # fmt: skip
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                _MAX_ORDER.index(PaperStanding(line.standing)),
                line.valid_to or date.max,
                line.name,
            ),
        )
    )


def _paper_words(standing: PaperStanding, valid_to: date | None, today: date) -> str:
    if valid_to is None:
        if standing is PaperStanding.CANNOT_CONFIRM:
            return "Cannot confirm: no end recorded"
        return "In date, does not lapse"
    if standing is PaperStanding.EXPIRED:
        return f"Expired on {display_date(valid_to)}"
    if standing is PaperStanding.IN_DATE:
        return f"In date to {display_date(valid_to)}"
    left = (valid_to - today).days
    when = "today" if left == 0 else f"in {left} day{'' if left == 1 else 's'}"
    return f"Ends {when}, {display_date(valid_to)}"


def _papers_words(lines: Sequence[PaperRow]) -> str:
    """Return the most pressing paper in words, and how many more there are of its standing."""
    worst = most_pressing([PaperStanding(line.standing) for line in lines])
    if worst is PaperStanding.IN_DATE:
        return "In date"
    found = [line for line in lines if line.standing == worst]
    more = f", {len(found) - 1} more" if len(found) > 1 else ""
    return f"{worst.label}: {found[0].code}{more}"


def _skills(worker: Worker, today: date) -> tuple[str, ...]:
    labels = {level.code: level.label for level in need_groups()["skill"].levels}
    words = []
    for skill in worker.skills or ():
        code = skill["code"] if isinstance(skill, dict) else str(skill)
        until = skill.get("valid_to") if isinstance(skill, dict) else None
        label = labels.get(code, code)
        if until:
            day = date.fromisoformat(str(until))
            label += f" ({'ended' if day < today else 'to'} {display_date(day)})"
        words.append(label)
    return tuple(words)


def _away_words(absence: AbsenceRow) -> str:
    first, last = display_date(absence.from_day), display_date(absence.to_day)
    return f"{absence.words} {first}" + (f" to {last}" if last != first else "")


def _now_words(row: WorkerRow, now: datetime) -> str:
    """Return the block that runs, else the next one, else from when the worker is free."""
    booked = [b for b in row.blocks if b.kind in ("booked", "held", "offer") and b.ends_at > now]
    if booked:
        block = booked[0]
        until = f"to {display_date(london_day(block.ends_at))}"
        place = block.label or "placed"
        if block.starts_at <= now:
            return f"{place} {until}"
        return f"{place} from {display_date(london_day(block.starts_at))} {until}"
    if row.free_from is None:
        return ""
    today = row.free_from == london_day(now)
    return "Free now" if today else f"Free from {display_date(row.free_from)}"


def _contracts(
    session: Session, *, partners: frozenset[str], today: date
) -> tuple[ContractRow, ...]:
    starts: dict[str, dict[str, int]] = defaultdict(dict)
    open_ones = (
        select(Slot.contract_id, Slot.week, func.count())
        .where(Slot.status == "open", Slot.week >= str(IsoWeek.of(today)))
        .group_by(Slot.contract_id, Slot.week)
    )
    for contract_id, week, number in session.execute(open_ones):
        starts[contract_id][week] = number
    names = dict(session.execute(select(Organisation.id, Organisation.name)).all())
    found = session.scalars(select(CapacityContract).order_by(CapacityContract.valid_from.desc()))
    return tuple(
        ContractRow(
            contract_id=contract.id,
            agency=names.get(contract.agency_org_id, ""),
            valid_from=contract.valid_from,
            valid_to=contract.valid_to,
            min_starts=contract.min_starts,
            max_starts=contract.max_starts,
            words=_contract_words(contract),
            record=_record("capacity_contract", contract),
            starts=tuple(sorted(starts[contract.id].items())),
            of_partner=contract.agency_org_id in partners,
        )
        for contract in found
    )


def _contract_words(contract: CapacityContract) -> str:
    until = f" to {display_date(contract.valid_to)}" if contract.valid_to else ""
    return (
        f"{contract.min_starts} to {contract.max_starts} starts a week, "
        f"from {display_date(contract.valid_from)}{until}"
    )


def assessor_roster(
    session: Session, caller: Caller, *, now: datetime
) -> tuple[RosterAssessor, ...]:
    """Return the home assessors that this desk sees: those who work first, by name."""
    today = london_day(now)
    times: dict[str, list[AssessorTime]] = defaultdict(list)
    for row in session.scalars(select(AssessorTime).where(AssessorTime.voided_at.is_(None))):
        times[row.assessor_id].append(row)
    found = [
        _assessor(assessor, times[assessor.id], caller, now=now, today=today)
        for assessor in session.scalars(select(Assessor))
    ]
    return tuple(sorted(found, key=lambda a: (not a.active, a.name)))


def _assessor(
    assessor: Assessor,
    times: Sequence[AssessorTime],
    caller: Caller,
    *,
    now: datetime,
    today: date,
) -> RosterAssessor:
    lines = tuple(
        AssessorTimeRow(
            t.id, t.kind, _ASSESSOR_TIME_WORDS.get(t.kind, t.kind), t.starts_at, t.ends_at
        )
        for t in sorted(times, key=lambda t: t.starts_at)
        if t.ends_at > now - timedelta(days=1)
    )
    away = [t for t in lines if t.kind not in ("working", "extra_shift", "appointment")]
    hours = hours_on(assessor.pattern, WEEKDAYS[today.weekday()])
    return RosterAssessor(
        assessor_id=assessor.id,
        name=assessor.name,
        profession=assessor.profession.replace("_", " ").capitalize(),
        skills=tuple(str(s).replace("_", " ") for s in assessor.skills or ()),
        languages=tuple(assessor.languages or ()),
        hours_words=hours_words(assessor.pattern),
        today_words=f"{hours[0]:%H:%M} to {hours[1]:%H:%M}" if hours else "Not working",
        away_words="; ".join(
            f"{t.words} {display_datetime_short(t.starts_at)} to "
            f"{display_datetime_short(t.ends_at)}"
            for t in away
        ),
        active=assessor.active,
        mine=assessor.scope_id == caller.org_id,
        times=lines,
        record=_record("assessor", assessor),
    )


def hours_words(pattern: Any) -> str:
    """Return weekly hours as `Mon to Fri 08:00 to 18:00, Sat 09:00 to 13:00` (London)."""
    runs: list[tuple[int, int, str]] = []
    for number, day in enumerate(WEEKDAYS):
        hours = hours_on(pattern, day)
        if hours is None:
            continue
        words = f"{hours[0]:%H:%M} to {hours[1]:%H:%M}"
        if runs and runs[-1][1] == number - 1 and runs[-1][2] == words:
            runs[-1] = (runs[-1][0], number, words)
        else:
            runs.append((number, number, words))
    names = [day.capitalize() for day in WEEKDAYS]
    return ", ".join(
        f"{names[first]} to {names[last]} {words}" if last != first else f"{names[first]} {words}"
        for first, last, words in runs
    )


def _record(entity: str, row: Synced) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RECORDS[entity].fields}
