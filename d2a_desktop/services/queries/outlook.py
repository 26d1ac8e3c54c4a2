"""The capacity outlook of this desk, from its cases, the weeks it sees and, if any, its roster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.settings import Settings
from d2a_desktop.domain.capacity import IsoWeek
from d2a_desktop.domain.codes import Pathway, Stage
from d2a_desktop.domain.offer import OfferStatus, has_expired
from d2a_desktop.domain.outlook import (
    HISTORY,
    Group,
    Outlook,
    Seen,
    Wanted,
    look_ahead,
)
from d2a_desktop.models.offer import Offer
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.services.board_rows import load_board
from d2a_desktop.services.case_rows import CaseRows
from d2a_desktop.services.case_stage import case_stage
from d2a_desktop.services.queries.capacity import capacity_weeks, worker_rows
from d2a_desktop.services.queries.rows import CapacityWeekRow
from d2a_desktop.services.uncollected import let_go

_GROUPS = {
    Stage.PATHWAY_CONFIRMED: Group.AWAITING,
    Stage.OFFERED: Group.AWAITING,
    Stage.REFERRED: Group.REFERRED,
    Stage.NCTR: Group.READY,
    Stage.INPATIENT: Group.EXPECTED,
}


def capacity_outlook(
    session: Session, *, now: datetime, settings: Settings, roster: bool
) -> Outlook:
    """Return the outlook from `now` (aware UTC); counts only, nobody is named.

    Args:
        session: an open read of the store.
        now: the present instant.
        settings: this desk's settings, for the age of a review.
        roster: whether this desk has workers of its own.
    """
    today = london_day(now)
    weeks = capacity_weeks(session, now=now)
    if roster:
        return _of_an_agency(session, now=now, weeks=weeks)
    cases = [rows for rows in load_board(session) if rows.spell.voided_at is None]
    found = look_ahead(
        today=today,
        wanted=list(_wanted(cases, now=now, settings=settings)),
        seen=_seen(cases, since=now - HISTORY),
        starts=_starts(weeks, today),
        this_week=_this_week(weeks, today),
        undated=sum(_is_undated(rows, now=now, settings=settings) for rows in cases),
    )
    let_go(cases)
    return found


def _of_an_agency(session: Session, *, now: datetime, weeks: Sequence[CapacityWeekRow]) -> Outlook:
    """An agency knows of a person only by an offer: what was not offered to it is in no figure."""
    today, since = london_day(now), now - HISTORY
    offers = list(session.scalars(select(Offer)))
    placed = set(
        session.scalars(
            select(PlacementBlock.offer_id).where(
                PlacementBlock.status.in_(("proposed", "confirmed", "active", "ended"))
            )
        )
    )
    answered = [o for o in offers if o.sent_at and o.sent_at >= since and not _is_open(o, now)]
    taken = sum(o.status == OfferStatus.ACCEPTED for o in answered)
    free = [row.free_from for row in worker_rows(session, now=now)]
    return look_ahead(
        today=today,
        wanted=[
            Wanted(Group.OFFERED, o.earliest_start or today) for o in offers if _is_open(o, now)
        ],
        seen={Group.OFFERED: Seen(len(answered), taken)} if answered else {},
        starts=_starts(weeks, today),
        released=[day for day in free if day is not None],
        owed=sum(o.status == OfferStatus.ACCEPTED and o.id not in placed for o in offers),
        this_week=_this_week(weeks, today),
    )


def _is_open(offer: Offer, now: datetime) -> bool:
    expired = has_expired(offer.status, respond_by=offer.respond_by, now=now)
    return offer.status == OfferStatus.SENT and not expired


def _group(rows: CaseRows, *, now: datetime, settings: Settings) -> Group | None:
    stage = case_stage(rows, now=now, stale_hours=settings.ctr_stale_hours).stage
    group = _GROUPS.get(stage)
    decided = rows.decision
    if group is Group.AWAITING and (decided is None or decided.pathway != Pathway.P1):
        return None
    return group


def _wanted(cases: Iterable[CaseRows], *, now: datetime, settings: Settings) -> Iterator[Wanted]:
    today = london_day(now)
    for rows in cases:
        group = _group(rows, now=now, settings=settings)
        if group is Group.EXPECTED and rows.spell.edd is None:
            continue
        if group is not None:
            yield Wanted(group, _day(rows, group, today))


def _day(rows: CaseRows, group: Group, today: date) -> date:
    """Return when the start may be wanted: as asked, else the expected date, else now."""
    asked = rows.need.earliest_start if rows.need is not None else None
    expected = rows.spell.edd if group is Group.EXPECTED or rows.open_period is None else None
    return asked or expected or today


def _is_undated(rows: CaseRows, *, now: datetime, settings: Settings) -> bool:
    group = _group(rows, now=now, settings=settings)
    return group is Group.EXPECTED and rows.spell.edd is None


def _seen(cases: Iterable[CaseRows], *, since: datetime) -> dict[Group, Seen]:
    """Count, of those who stood in each group since then, the known outcomes and the live-in."""
    counts: dict[Group, list[bool]] = defaultdict(list)
    for rows in cases:
        live_in = any(decision.pathway == Pathway.P1 for decision in rows.decisions)
        if not (live_in or _left_otherwise(rows)):
            continue
        counts[Group.EXPECTED].append(live_in)
        if any(period.nctr_from >= since for period in rows.periods):
            counts[Group.READY].append(live_in)
        if any(r.sent_at is not None and r.sent_at >= since for r in rows.referrals):
            counts[Group.REFERRED].append(live_in)
    return {group: Seen(len(each), sum(each)) for group, each in counts.items()}


def _left_otherwise(rows: CaseRows) -> bool:
    """Whether the outcome is known, and is not live-in care."""
    spell = rows.spell
    gone = spell.pas_discharged_at or spell.died_at or rows.ended
    other = any(decision.pathway != Pathway.P1 for decision in rows.decisions)
    withdrawn = rows.referral is None and any(r.status == "withdrawn" for r in rows.referrals)
    return bool(gone) or other or withdrawn


def _starts(weeks: Sequence[CapacityWeekRow], today: date) -> dict[date, int]:
    """Return the free starts by the day they can be used from.

    A later week in which an agency has opened less than its guarantee counts as the guarantee:
    it is promised. This week only what is open counts.
    """
    starts: dict[date, int] = defaultdict(int)
    for row in weeks:
        week = IsoWeek.parse(row.week)
        promised = row.shortfall if week.monday > today else 0
        starts[max(week.monday, today)] += row.available + promised
    return dict(starts)


def _this_week(weeks: Sequence[CapacityWeekRow], today: date) -> tuple[int, int, int]:
    mine = [row for row in weeks if row.week == str(IsoWeek.of(today))]
    return (
        sum(row.guaranteed_min for row in mine),
        sum(row.accepted + row.started for row in mine),
        sum(row.available for row in mine),
    )
