"""The columns of the capacity board: weeks against the contract, and workers' blocks as a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from d2a_desktop.core.clock import LONDON
from d2a_desktop.domain.display import display_date, display_datetime_short
from d2a_desktop.ui.formats.cells import TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

if TYPE_CHECKING:
    from d2a_desktop.domain.outlook import DayOutlook
    from d2a_desktop.services.queries.rows import CapacityWeekRow
    from d2a_desktop.services.queries.worker_time_rows import CoverGap, WorkerBlock, WorkerRow

_HUES = {
    "booked": Hue.BLUE,
    "held": Hue.AMBER,
    "offer": Hue.PURPLE,
    "free": Hue.GREEN,
    "rest": Hue.NEUTRAL,
    "leave": Hue.NEUTRAL,
    "unsure": Hue.AMBER,
    "gap": Hue.RED,
}
_KINDS = {"unsure": "Cannot confirm", "gap": "No worker"}


@dataclass(frozen=True)
class WorkerTime:
    """One stretch of one worker's time; instants aware, `[starts_at, ends_at)`."""

    row_id: str
    worker_id: str
    worker: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    words: str
    clash: bool
    offer_id: str = ""


def weeks_model() -> RowsModel[CapacityWeekRow]:
    """Return an empty model of weeks, one line for each agency and week."""
    return RowsModel(_weeks(), id_of=lambda row: f"{row.week} {row.agency_ods}")


def outlook_model() -> RowsModel[DayOutlook]:
    """Return an empty model of the days ahead, one line for each."""
    return RowsModel(_outlook(), id_of=lambda row: row.day.isoformat())


def times_model() -> RowsModel[WorkerTime]:
    """Return an empty model of the timeline's blocks as a list."""
    return RowsModel(_times(), id_of=lambda row: row.row_id)


def worker_times(
    workers: Iterable[WorkerRow],
    gaps: Iterable[CoverGap] = (),
    *,
    lacking: Iterable[CoverGap] = (),
) -> tuple[WorkerTime, ...]:
    """Return what lacks a worker first, then every stretch of every worker.

    A block after which nobody comes says so; `lacking` are all the gaps there are.
    """
    unrelieved = {(gap.offer_id, gap.starts_at) for gap in lacking}
    found = [
        WorkerTime(
            row_id=f"gap {gap.gap_id}",
            worker_id=gap_lane(gap),
            worker=gap.about,
            kind="gap",
            starts_at=gap.starts_at,
            ends_at=gap.ends_at,
            words=gap_words(gap),
            clash=False,
            offer_id=gap.offer_id,
        )
        for gap in gaps
    ]
    found += [
        WorkerTime(
            row_id=f"{worker.worker_id} {number}",
            worker_id=worker.worker_id,
            worker=worker.name,
            kind=block.kind,
            starts_at=block.starts_at,
            ends_at=block.ends_at,
            words=_block_words(block, relieved=(block.offer_id, block.ends_at) not in unrelieved),
            clash=block.clash,
            offer_id=block.offer_id,
        )
        for worker in workers
        for number, block in enumerate(worker.blocks)
    ]
    return tuple(found)


def gap_lane(gap: CoverGap) -> str:
    """Return the id of the line on which a placement's gaps stand."""
    return f"gap {gap.placement_id}"


def gap_words(gap: CoverGap) -> str:
    """Return what a gap asks for."""
    if not gap.end_known:
        return "No end agreed, no relief"
    return "No worker yet" if gap.first else "No relief"


def _block_words(block: WorkerBlock, *, relieved: bool) -> str:
    words = ": ".join(part for part in (block.label, block.note) if part)
    return words if relieved or not block.offer_id else f"{words} · no relief after"


def _weeks() -> tuple[Column[CapacityWeekRow], ...]:
    return (
        Column(
            "week",
            "Week",
            lambda row: TextCell(row.week, week_days(row.week), strong=True),
            lambda row: row.week,
            width=150,
        ),
        Column(
            "agency",
            "Agency",
            lambda row: TextCell(row.agency_name),
            lambda row: row.agency_name,
            width=160,
            stretch=2,
        ),
        Column(
            "guaranteed",
            "Guaranteed",
            lambda row: TextCell(f"{row.guaranteed_min} to {row.guaranteed_max}", "starts"),
            lambda row: row.guaranteed_min,
            width=110,
        ),
        _number("available", "Available", width=90),
        _number("held", "Held", width=70),
        _number("accepted", "Accepted", width=90),
        _number("started", "Started", width=80),
        _number("lost", "Lost", width=70),
        Column("shortfall", "Shortfall", _shortfall, lambda row: row.shortfall, width=130),
    )


def _number(key: str, heading: str, *, width: int) -> Column[CapacityWeekRow]:
    return Column(
        key,
        heading,
        lambda row: TextCell(str(getattr(row, key)), right=True),
        lambda row: getattr(row, key),
        width=width,
    )


def _outlook() -> tuple[Column[DayOutlook], ...]:
    return (
        Column(
            "day",
            "Up to",
            lambda row: TextCell(display_date(row.day, weekday=True), strong=True),
            lambda row: row.day,
            width=150,
        ),
        Column(
            "wanted",
            "Starts wanted, 8 times in 10",
            lambda row: TextCell(f"{row.low} to {row.high}"),
            lambda row: row.high,
            width=200,
        ),
        _day_number("likely", "Likely"),
        _day_number("starts", "Starts there are"),
        Column(
            "workers",
            "Workers free",
            lambda row: TextCell("" if row.workers is None else str(row.workers), right=True),
            lambda row: row.workers or 0,
            width=120,
        ),
        Column("standing", "Standing", _standing, lambda row: row.starts - row.likely, stretch=2),
    )


def _day_number(key: str, heading: str) -> Column[DayOutlook]:
    return Column(
        key,
        heading,
        lambda row: TextCell(str(getattr(row, key)), right=True),
        lambda row: getattr(row, key),
        width=130,
    )


def _standing(row: DayOutlook) -> TextCell:
    if row.low > row.starts:
        return TextCell("Short, almost certainly", tone=Tone.BAD, strong=True)
    if row.likely > row.starts:
        return TextCell("Probably short", tone=Tone.BAD)
    if row.high > row.starts:
        return TextCell("May be short", tone=Tone.WARN)
    so_far = row.workers is not None  # an agency's desk: it knows of nobody before the offer
    return TextCell("Enough for the offers so far" if so_far else "Enough by these figures")


def _shortfall(row: CapacityWeekRow) -> TextCell:
    if not row.shortfall:
        return TextCell("None", tone=Tone.GOOD)
    words = "start" if row.shortfall == 1 else "starts"
    return TextCell(f"{row.shortfall} {words} short", tone=Tone.BAD, strong=True)


def week_mark(row: CapacityWeekRow) -> tuple[str, str, bool]:
    """Return a week's guarantee in long and in short words, and whether it falls short."""
    taken = row.accepted + row.started + row.held
    if row.shortfall:
        return f"{row.shortfall} short of {row.guaranteed_min}", f"-{row.shortfall}", True
    span = f"{row.guaranteed_min} to {row.guaranteed_max}"
    return f"{taken} of {span} taken", f"{taken}/{row.guaranteed_max}", False


def week_days(week: str) -> str:
    """Return the days of an ISO week such as `2026-W48`: `23-Nov to 29-Nov`."""
    monday = datetime.strptime(f"{week}-1", "%G-W%V-%u").replace(tzinfo=LONDON).date()
    sunday = monday + timedelta(days=6)
    return f"{display_date(monday)[:6]} to {display_date(sunday)[:6]}"


def _times() -> tuple[Column[WorkerTime], ...]:
    return (
        Column(
            "worker",
            "Worker",
            lambda row: TextCell(row.worker, strong=True),
            lambda row: row.worker,
            width=180,
            stretch=1,
        ),
        Column("kind", "What", _kind, lambda row: row.kind, width=150),
        Column(
            "from",
            "From",
            lambda row: TextCell(display_datetime_short(row.starts_at)),
            lambda row: row.starts_at,
            width=130,
        ),
        Column(
            "to",
            "To",
            lambda row: TextCell(display_datetime_short(row.ends_at)),
            lambda row: row.ends_at,
            width=130,
        ),
        Column("words", "About", lambda row: TextCell(row.words), lambda row: row.words, stretch=2),
    )


def _kind(row: WorkerTime) -> TagCell:
    kind = _KINDS.get(row.kind, row.kind.capitalize())
    words = f"{kind}, clashes" if row.clash else kind
    return TagCell(
        words,
        Hue.RED if row.clash else _HUES.get(row.kind, Hue.NEUTRAL),
        outlined=row.kind == "unsure",
    )
