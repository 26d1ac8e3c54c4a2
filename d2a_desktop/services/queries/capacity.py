"""An agency's weeks against its contract, its slots, and its workers on a timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.code_lists import credentials, need_groups
from d2a_desktop.domain.deadlines import expiry_warning
from d2a_desktop.domain.person import Postcode
from d2a_desktop.models.availability import Availability
from d2a_desktop.models.capacity_contract import CapacityContract
from d2a_desktop.models.capacity_week import CapacityWeek
from d2a_desktop.models.credential import Credential
from d2a_desktop.models.organisation import Organisation
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.slot import Slot
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.queries.cover import placement_labels
from d2a_desktop.services.queries.rows import CapacityWeekRow, SlotRow
from d2a_desktop.services.queries.worker_bars import free_from, unsure_now, worker_bars
from d2a_desktop.services.queries.worker_time_rows import WorkerBlock, WorkerRow
from d2a_desktop.services.unconfirmed import NOTHING, Unconfirmed


def capacity_weeks(session: Session, *, now: datetime) -> tuple[CapacityWeekRow, ...]:
    """Return this and later weeks by agency: counts only, as the shared database keeps them."""
    organisations = {o.id: o for o in session.scalars(select(Organisation))}
    this_week = str(IsoWeek.of(london_day(now)))
    weeks = session.scalars(
        select(CapacityWeek).where(CapacityWeek.week >= this_week).order_by(CapacityWeek.week)
    )
    rows = []
    for week in weeks:
        agency = organisations.get(week.agency_org_id)
        offered = week.open_slots + week.held_slots + week.accepted_slots + week.started_slots
        rows.append(
            CapacityWeekRow(
                week=week.week,
                agency_ods=agency.ods_code if agency else "",
                agency_name=agency.name if agency else "",
                guaranteed_min=week.min_starts,
                guaranteed_max=week.max_starts,
                available=week.open_slots,
                held=week.held_slots,
                accepted=week.accepted_slots,
                started=week.started_slots,
                lost=week.lost_slots,
                shortfall=max(0, week.min_starts - offered - week.lost_slots),
            )
        )
    return tuple(rows)


def slot_rows(session: Session) -> tuple[SlotRow, ...]:
    """Return the slots this desk sees, by week and number."""
    of_contract = select(CapacityContract.id, Organisation.ods_code).join(
        Organisation, Organisation.id == CapacityContract.agency_org_id
    )
    agencies = dict(session.execute(of_contract).all())
    slots = session.scalars(select(Slot).order_by(Slot.week, Slot.number))
    return tuple(
        SlotRow(
            slot_id=slot.id,
            week=slot.week,
            number=slot.number,
            status=slot.status,
            earliest_start=slot.earliest_start,
            agency_ods=agencies.get(slot.contract_id, ""),
        )
        for slot in slots
    )


def partner_agencies(session: Session, *, own: str) -> list[Organisation]:
    """Return the agencies that have no desk, but for the organisation of who asks."""
    query = select(Organisation).where(
        Organisation.kind == "agency", Organisation.has_desk.is_(False), Organisation.id != own
    )
    return list(session.scalars(query))


def worker_rows(
    session: Session, *, now: datetime, waiting: Unconfirmed = NOTHING, own: str = ""
) -> tuple[WorkerRow, ...]:
    """Return one's own workers with their blocks, by when they are free.

    `own` is the organisation of who asks: its workers' papers are its own to keep, never a
    partner's, whatever its row says of a desk.
    """
    workers = list(session.scalars(select(Worker)))
    blocks = _grouped(
        session.scalars(
            select(PlacementBlock)
            .where(PlacementBlock.status.in_(("proposed", "confirmed", "active")))
            .order_by(PlacementBlock.starts_at)
        )
    )
    away = _grouped(session.scalars(select(Availability).where(Availability.voided_at.is_(None))))
    papers = _grouped(session.scalars(select(Credential).where(Credential.voided_at.is_(None))))
    labels = placement_labels(session)
    partners = {row.id for row in partner_agencies(session, own=own)}
    rows = []
    for worker in workers:
        held = papers.get(worker.id, [])
        bars = worker_bars(
            worker,
            blocks.get(worker.id, []),
            away.get(worker.id, []),
            held,
            labels=labels,
            today=london_day(now),
            waiting=waiting,
            papers_elsewhere=worker.scope_id in partners,
        )
        rows.append(_worker_row(worker, bars, held, now))
    return tuple(sorted(rows, key=lambda r: (r.free_from or date.max, r.name, r.worker_id)))


_OfWorker = TypeVar("_OfWorker", PlacementBlock, Availability, Credential)


def _grouped(rows: Iterable[_OfWorker]) -> dict[str, list[_OfWorker]]:
    groups: dict[str, list[_OfWorker]] = defaultdict(list)
    for row in rows:
        groups[row.worker_id].append(row)
    return groups


def _worker_row(
    worker: Worker, bars: tuple[WorkerBlock, ...], papers: Sequence[Credential], now: datetime
) -> WorkerRow:
    skills = {level.code: level.label for level in need_groups()["skill"].levels}
    return WorkerRow(
        worker_id=worker.id,
        name=f"{worker.first_name} {worker.family_name or ''}".strip(),
        first_name=worker.first_name,
        gender=worker.gender,
        skills=tuple(skills.get(code, code) for code in skill_codes(worker)),
        languages=tuple(worker.languages or ()),
        driver=worker.driver,
        status=worker.status,
        free_from=free_from(bars),
        expiring=_expiring(papers, london_day(now)),
        blocks=bars,
        unsure=unsure_now(bars, now),
        lives_in=Postcode.parse(worker.home_postcode).outward if worker.home_postcode else "",
    )


def skill_codes(worker: Worker) -> tuple[str, ...]:
    """Return the codes of a worker's skills; each is a code, or `{"code", "valid_to"}`."""
    return tuple(s["code"] if isinstance(s, dict) else str(s) for s in worker.skills or ())


def _expiring(papers: Sequence[Credential], today: date) -> tuple[str, ...]:
    names = {kind.code: kind.name for kind in credentials()}
    return tuple(
        f"{names.get(paper.code, paper.code)} to {paper.valid_to}"
        for paper in papers
        if expiry_warning(paper.valid_to, today=today) is not None
    )
