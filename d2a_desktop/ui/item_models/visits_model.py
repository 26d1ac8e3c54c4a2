"""The columns of the assessment diary: visits, people without one, and proposed places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from d2a_desktop.domain.clocks import ClockKind
from d2a_desktop.domain.display import display_nhs_number, display_time
from d2a_desktop.ui.formats.cells import ClockCell, PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.clocks import no_clock
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.formats.words import (
    UNCONFIRMED,
    approx,
    day_and_time,
    hours_and_minutes,
    weekday,
)
from d2a_desktop.ui.item_models.clock_cells import case_clock_cell
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import DueRow, VisitRow
    from d2a_desktop.services.results import VisitProposal

Now = Callable[[], datetime]
_STATUS = {
    "planned": ("Planned", Hue.BLUE),
    "confirmed": ("Confirmed", Hue.GREEN),
    "done": ("Done", Hue.GREEN),
    "excluded": ("Excluded", Hue.NEUTRAL),
    "void": ("Void", Hue.NEUTRAL),
}
_FAR = 4_000_000_000.0


def visits_model(now: Now) -> RowsModel[VisitRow]:
    """Return an empty model of the diary's visits."""
    return RowsModel(_visit_columns(now), id_of=lambda row: row.visit_id)


def due_model(now: Now) -> RowsModel[DueRow]:
    """Return an empty model of the people who have no visit yet."""
    return RowsModel(_due_columns(now), id_of=lambda row: row.case_id)


def proposals_model(now: Now) -> RowsModel[VisitProposal]:
    """Return an empty model of proposed places, best first."""
    return RowsModel(_proposal_columns(now), id_of=proposal_id)


def proposal_id(row: VisitProposal) -> str:
    """Return what tells one proposal from another."""
    return f"{row.assessor_id} {row.starts_at.isoformat()}"


def _visit_columns(now: Now) -> tuple[Column[VisitRow], ...]:
    return (
        Column("when", "Time", _when, lambda row: row.starts_at, width=118),
        Column("person", "Person", _person, lambda row: row.person, width=190, stretch=2),
        Column(
            "place",
            "Place",
            _place,
            lambda row: row.outward_postcode or "",
            width=120,
            stretch=1,
            optional=True,
        ),
        Column("assessor", "Assessor", _assessor, lambda row: row.assessor, width=130, stretch=1),
        Column("due", "Due", lambda row: late_cell(row, now()), _by_due, width=166, moving=True),
        Column("status", "Status", status_cell, lambda row: row.status, width=150),
    )


def _when(row: VisitRow) -> TextCell:
    minutes = round((row.ends_at - row.starts_at).total_seconds() / 60)
    day = f"{weekday(row.starts_at)} {display_time(row.starts_at)}"
    place = row.outward_postcode or "place not known"
    return TextCell(day, f"{minutes} min · {place}", strong=True)


def _person(row: VisitRow) -> PersonCell:
    family, _, given = row.person.partition(", ")
    return PersonCell(family, given, display_nhs_number(row.nhs_number))


def _place(row: VisitRow) -> TextCell:
    return TextCell(row.outward_postcode or "Not known", row.address)


def _assessor(row: VisitRow) -> TextCell:
    travel = f"{row.travel_minutes} min travel, estimated" if row.travel_minutes is not None else ""
    if not row.assessor:
        return TextCell("Nobody yet", travel, tone=Tone.BAD, strong=True)
    return TextCell(row.assessor, travel)


def _by_due(row: VisitRow) -> float:
    return row.due_at.timestamp() if row.due_at else _FAR


def late_cell(row: VisitRow, now: datetime) -> ClockCell:
    """Return whether a visit begins by the due time, or by how much it is late."""
    if row.late_by_minutes is not None:
        by = hours_and_minutes(timedelta(minutes=row.late_by_minutes))
        below = f"due {day_and_time(row.due_at, now)}" if row.due_at else ""
        return ClockCell(f"Late by {by}", Tone.BAD, below=below, alarm=True)
    if row.due_at is None:
        return no_clock("Review")
    if row.provisional:  # nobody has left yet: the due time follows the departure
        return ClockCell("In time, approx", Tone.QUIET, below=approx(row.due_at))
    return ClockCell("In time", Tone.GOOD, below=f"due {day_and_time(row.due_at, now)}")


def status_cell(row: VisitRow) -> TagCell:
    """Return a visit's state, with the outcome where there is one."""
    words, hue = _STATUS.get(row.status, (row.status.capitalize(), Hue.NEUTRAL))
    if row.outcome:
        words = row.outcome.replace("_", " ").capitalize()
        hue = Hue.GREEN if row.outcome in ("done", "part_done") else Hue.AMBER
    elif row.status in ("planned", "confirmed") and not row.assessor:
        words, hue = "No assessor", Hue.RED
    elif row.provisional:
        words, hue = f"{words}, not left", Hue.BLUE
    if row.pending:
        words = f"{words}, {UNCONFIRMED}"
    return TagCell(words, hue, outlined=row.pending or row.provisional)


def _due_columns(now: Now) -> tuple[Column[DueRow], ...]:
    return (
        Column(
            "person",
            "Person",
            _due_person,
            lambda row: row.person,
            tooltip=lambda row: row.person,
            width=200,
            stretch=1,
        ),
        Column(
            "clock",
            "Clock",
            lambda row: due_clock(row, now()),
            lambda row: row.due_at.timestamp() if row.due_at else _FAR,
            width=146,
            moving=True,
        ),
    )


def _due_person(row: DueRow) -> PersonCell:
    family, _, given = row.person.partition(", ")
    return PersonCell(family, given, row.outward_postcode or "place not known")


def due_clock(row: DueRow, now: datetime) -> ClockCell:
    """Return the assess-at-home clock of a person without a visit; approximate before leaving."""
    if row.clock.kind is ClockKind.PROVISIONAL and row.due_at is not None:
        return ClockCell("Not left yet", Tone.QUIET, below=approx(row.due_at))
    return case_clock_cell(row.clock, now=now, nctr_since=None, provisional_due=row.due_at)


def _proposal_columns(now: Now) -> tuple[Column[VisitProposal], ...]:
    return (
        Column(
            "when",
            "When",
            lambda row: TextCell(day_and_time(row.starts_at, now()), row.assessor, strong=True),
            lambda row: row.starts_at,
            width=130,
            stretch=1,
        ),
        Column("late", "In time?", _fits, lambda row: row.late_by_minutes, width=164),
        Column(
            "why",
            "Why",
            lambda row: TextCell(row.sentence),
            lambda row: row.sentence,
            width=150,
            stretch=2,
            optional=True,
        ),
    )


def _fits(row: VisitProposal) -> TextCell:
    known = "estimated" if row.travel_estimated else "measured"
    travel = f"{row.travel_minutes} min travel, {known}"
    if row.late_by_minutes:
        by = hours_and_minutes(timedelta(minutes=row.late_by_minutes))
        return TextCell(f"Late by {by}", travel, tone=Tone.BAD)
    return TextCell("In time", travel, tone=Tone.GOOD)
