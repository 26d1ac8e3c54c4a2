"""One worker's time as bars: booked, rest, away, free, and what cannot be confirmed as free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from d2a_desktop.core.clock import LONDON, london_day
from d2a_desktop.domain.code_lists import credentials
from d2a_desktop.domain.display import display_date
from d2a_desktop.domain.roster import base_papers_hold
from d2a_desktop.models.availability import Availability
from d2a_desktop.models.credential import Credential
from d2a_desktop.models.placement_block import PlacementBlock
from d2a_desktop.models.worker import Worker
from d2a_desktop.services.queries.worker_time_rows import WorkerBlock
from d2a_desktop.services.unconfirmed import NOTHING, Unconfirmed

HORIZON_DAYS = 84
"""How far ahead free time is told: twelve weeks, the longest that the timeline shows."""
PARTNERS_PAPERS = "Papers are the agency's: ask them"
"""Of a worker whose agency has no desk: nobody can write the papers down, so none is missing."""
_DEFAULT_REST = timedelta(hours=24)
_AWAY = {"leave": "Leave", "training": "Training", "sickness": "Sick"}
Stretch = tuple[datetime, datetime]


def worker_bars(
    worker: Worker,
    blocks: Sequence[PlacementBlock],
    away: Sequence[Availability],
    papers: Sequence[Credential],
    *,
    labels: Mapping[str, str],
    today: date,
    waiting: Unconfirmed = NOTHING,
    papers_elsewhere: bool = False,
) -> tuple[WorkerBlock, ...]:
    """Return the bars in order of time.

    Time with nothing in it is free only for an active worker whose base papers are known to hold
    (H03 to H05); else it is `unsure`, with the paper that stands in the way. Unknown is no pass.

    Args:
        worker: whose time it is.
        blocks: proposed, confirmed and active ones.
        away: leave and other days, and the days given as available, if any.
        papers: those that are not taken back.
        labels: what a placement is called, by its id.
        today: the local day from which on free time is told.
        waiting: what the shared database has not confirmed.
        papers_elsewhere: the agency keeps them without a desk, and is to be asked.
    """
    rest = timedelta(hours=worker.min_rest_hours) if worker.min_rest_hours else _DEFAULT_REST
    leave = [
        (_midnight(each.from_day), _midnight(each.to_day + timedelta(days=1)), _AWAY[each.kind])
        for each in away
        if each.kind in _AWAY
    ]
    hold = base_papers_hold((paper.code, paper.valid_to) for paper in papers)
    bars: list[WorkerBlock] = []
    for block in blocks:
        note = _trouble(block, blocks, leave, rest, (date.max, "") if papers_elsewhere else hold)
        bars.append(_booked(block, labels.get(block.placement_id, ""), note, waiting))
        bars.append(WorkerBlock(None, "rest", block.ends_at, block.ends_at + rest, "Rest"))
    bars += [WorkerBlock(None, "leave", start, end, words) for start, end, words in leave]
    if worker.status == "active":
        bars += _open_time(bars, away, hold, today)
    if papers_elsewhere:
        bars = [
            replace(bar, label=PARTNERS_PAPERS) if bar.kind == "unsure" else bar for bar in bars
        ]
    return tuple(sorted(bars, key=lambda bar: bar.starts_at))


def _booked(block: PlacementBlock, label: str, note: str, waiting: Unconfirmed) -> WorkerBlock:
    kind = {"proposed": "offer"}.get(block.status, "booked")
    requested = block.id in waiting.rows
    words = f"{label}, requested".removeprefix(", ") if requested else label
    return WorkerBlock(
        block.id,
        "held" if requested and kind == "booked" else kind,
        block.starts_at,
        block.ends_at,
        words,
        clash=bool(note),
        pending=requested,
        offer_id=block.offer_id or "",
        note=note,
    )


def _trouble(
    block: PlacementBlock,
    blocks: Sequence[PlacementBlock],
    leave: Sequence[tuple[datetime, datetime, str]],
    rest: timedelta,
    hold: tuple[date, str],
) -> str:
    """Return what speaks against a block that is booked, in words; empty where nothing does."""
    found = []
    overruled = {each.get("rule") for each in block.overrides or ()}
    for other in blocks:
        if other is block:
            continue
        if other.starts_at < block.ends_at and block.starts_at < other.ends_at:
            found.append("booked twice")
        elif (
            other.ends_at <= block.starts_at < other.ends_at + rest
            and other.placement_id != block.placement_id
            and "rest" not in overruled
        ):
            found.append("too little rest before it")
    for start, end, words in leave:
        if start < block.ends_at and block.starts_at < end:
            found.append(f"{words.lower()} at the same time")
    last, code = hold
    if code and last < london_day(block.ends_at) and "certificate" not in overruled:
        found.append(_paper_words(last, code))
    return "; ".join(dict.fromkeys(found))


def _open_time(
    bars: Sequence[WorkerBlock], away: Sequence[Availability], hold: tuple[date, str], today: date
) -> list[WorkerBlock]:
    """Return what is between the bars up to the horizon, as free or as not to be confirmed."""
    horizon = today + timedelta(days=HORIZON_DAYS)
    given = [(max(a.from_day, today), a.to_day) for a in away if a.kind == "available"]
    if not any(a.kind == "available" for a in away):
        given = [(today, horizon)]
    last, code = hold
    found = []
    for first, until in given:
        ends = min(until + timedelta(days=1), horizon)
        for start, end in _between(bars, _midnight(first), _midnight(ends)):
            sure = min(end, _midnight(last + timedelta(days=1))) if code else end
            if start < sure:
                words = f"Free from {display_date(london_day(start))}"
                found.append(WorkerBlock(None, "free", start, sure, words))
            if max(start, sure) < end:
                words = _paper_words(last, code)
                found.append(WorkerBlock(None, "unsure", max(start, sure), end, words))
    return found


def _between(bars: Iterable[WorkerBlock], start: datetime, end: datetime) -> list[Stretch]:
    found = []
    for bar in sorted(bars, key=lambda each: each.starts_at):
        if bar.starts_at > start and start < end:
            found.append((start, min(bar.starts_at, end)))
        start = max(start, bar.ends_at)
    if start < end:
        found.append((start, end))
    return found


def _paper_words(last: date, code: str) -> str:
    """Return which paper keeps a worker from being free, and since when or that nobody knows."""
    name = next((kind.name for kind in credentials() if kind.code == code), code)
    if last == date.min:
        return f"Cannot confirm: {name}"
    return f"{name} ends {display_date(last)}"


def free_from(bars: Iterable[WorkerBlock]) -> date | None:
    """Return the first day that is surely free, None where there is none in twelve weeks."""
    return next((london_day(bar.starts_at) for bar in bars if bar.kind == "free"), None)


def unsure_now(bars: Iterable[WorkerBlock], now: datetime) -> str:
    """Return why a worker who has no booking cannot be confirmed as free now; empty otherwise."""
    found = (bar for bar in bars if bar.kind == "unsure" and bar.starts_at <= now < bar.ends_at)
    return next((bar.label for bar in found), "")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)
