"""The columns of the rosters: workers, their papers and days; assessors and their time."""

from __future__ import annotations

from datetime import date

from d2a_desktop.domain.codes import WorkerStatus
from d2a_desktop.domain.display import display_date, display_datetime_short
from d2a_desktop.domain.roster import PaperStanding
from d2a_desktop.services.queries.roster_rows import (
    AbsenceRow,
    AssessorTimeRow,
    ContractRow,
    PaperRow,
    RosterAssessor,
    RosterWorker,
)
from d2a_desktop.ui.formats.cells import TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

_HUES = {
    PaperStanding.EXPIRED.value: Hue.RED,
    PaperStanding.CANNOT_CONFIRM.value: Hue.AMBER,
    PaperStanding.ENDING.value: Hue.AMBER,
    PaperStanding.IN_DATE.value: Hue.GREEN,
}
_TONES = {
    PaperStanding.EXPIRED.value: Tone.BAD,
    PaperStanding.CANNOT_CONFIRM.value: Tone.WARN,
    PaperStanding.ENDING.value: Tone.WARN,
}
_ORDER = [standing.value for standing in PaperStanding]
_STATUS = {status.value: status.label for status in WorkerStatus}


def workers_model() -> RowsModel[RosterWorker]:
    """Return an empty model of an agency's workers."""
    return RowsModel(_workers(), id_of=lambda row: row.worker_id, searched=_worker_words)


def papers_model() -> RowsModel[PaperRow]:
    """Return an empty model of one worker's papers."""
    return RowsModel(_papers(), id_of=lambda row: row.paper_id or row.code)


def days_model() -> RowsModel[AbsenceRow]:
    """Return an empty model of one worker's leave and other days."""
    return RowsModel(_days(), id_of=lambda row: row.absence_id)


def assessors_model() -> RowsModel[RosterAssessor]:
    """Return an empty model of home assessors."""
    return RowsModel(_assessors(), id_of=lambda row: row.assessor_id)


def assessor_times_model() -> RowsModel[AssessorTimeRow]:
    """Return an empty model of an assessor's time beside the weekly hours."""
    return RowsModel(_times(), id_of=lambda row: row.time_id)


def _worker_words(row: RosterWorker) -> str:
    parts = (row.name, row.role_title, row.papers_words, row.away_words, row.now_words)
    return " ".join((*parts, *row.skills, *row.languages, status_words(row)))


def _paper_hue(row: RosterWorker) -> Hue:
    """What a partner keeps presses nobody at this desk."""
    return Hue.NEUTRAL if row.of_partner else _HUES.get(row.standing, Hue.NEUTRAL)


def status_words(row: RosterWorker) -> str:
    """Return whether the worker may be placed, in words."""
    return _STATUS.get(row.status, row.status.capitalize())


def _workers() -> tuple[Column[RosterWorker], ...]:
    return (
        Column(
            "worker",
            "Worker",
            lambda row: TextCell(
                row.name, row.role_title if row.status == "active" else status_words(row),
                strong=True,
            ),
            lambda row: row.name,
            width=150,
            stretch=2,
        ),
        Column(
            "papers",
            "Papers",
            lambda row: TagCell(row.papers_words, _paper_hue(row)),
            lambda row: (_ORDER.index(row.standing) if row.standing in _ORDER else -1,
                         row.first_end or date.max),
            width=215,
        ),
        Column(
            "now",
            "Now",
            lambda row: TextCell(row.now_words, tone=Tone.PLAIN),
            lambda row: (row.free_from or date.max, row.now_words),
            width=165,
            stretch=2,
        ),
        Column(
            "away",
            "Leave",
            lambda row: TextCell(row.away_words, tone=Tone.WARN if row.away_now else Tone.PLAIN),
            lambda row: row.absences[0].from_day if row.absences else date.max,
            width=150,
            stretch=1,
            optional=True,
        ),
        Column(
            "longest",
            "Longest block",
            lambda row: TextCell(f"{row.longest_block} days" if row.longest_block else "Not set"),
            lambda row: row.longest_block or 0,
            width=105,
            optional=True,
        ),
        Column(
            "skills",
            "Skills",
            lambda row: TextCell(", ".join(row.skills) or "None recorded"),
            lambda row: row.skills,
            tooltip=lambda row: ", ".join(row.skills),
            width=170,
            stretch=2,
            optional=True,
        ),
    )  # fmt: skip


def _papers() -> tuple[Column[PaperRow], ...]:
    return (
        Column(
            "paper",
            "Paper",
            lambda row: TextCell(row.name, row.code, strong=True),
            lambda row: row.name,
            tooltip=lambda row: row.name,
            width=190,
            stretch=2,
        ),
        Column(
            "end",
            "End",
            lambda row: TextCell(row.words, tone=_TONES.get(row.standing, Tone.PLAIN)),
            lambda row: row.valid_to or date.max,
            tooltip=lambda row: row.words,
            width=200,
            stretch=1,
        ),
        Column(
            "checked",
            "Checked",
            lambda row: TextCell(display_date(row.checked_on, null="Not recorded")),
            lambda row: row.checked_on or date.min,
            width=105,
            optional=True,
        ),
    )  # fmt: skip


def _days() -> tuple[Column[AbsenceRow], ...]:
    return (
        Column(
            "kind",
            "Days",
            lambda row: TextCell(row.words, strong=True),
            lambda row: row.words,
            width=110,
            stretch=1,
        ),
        Column(
            "from",
            "From",
            lambda row: TextCell(display_date(row.from_day)),
            lambda row: row.from_day,
            width=110,
        ),
        Column(
            "to",
            "To, inclusive",
            lambda row: TextCell(display_date(row.to_day)),
            lambda row: row.to_day,
            width=110,
        ),
    )


def _assessors() -> tuple[Column[RosterAssessor], ...]:
    return (
        Column(
            "assessor",
            "Assessor",
            lambda row: TextCell(row.name, row.profession, strong=True),
            lambda row: row.name,
            width=180,
            stretch=2,
        ),
        Column(
            "today",
            "Today",
            lambda row: TextCell(
                row.today_words if row.active else "Not active",
                tone=Tone.PLAIN if row.active else Tone.QUIET,
            ),
            lambda row: (not row.active, row.today_words),
            width=120,
        ),
        Column(
            "hours",
            "Hours of the week",
            lambda row: TextCell(row.hours_words or "No hours recorded"),
            lambda row: row.hours_words,
            tooltip=lambda row: row.hours_words,
            width=210,
            stretch=2,
        ),
        Column(
            "away",
            "Absences",
            lambda row: TextCell(row.away_words),
            lambda row: row.away_words,
            tooltip=lambda row: row.away_words,
            width=170,
            stretch=1,
            optional=True,
        ),
        Column(
            "skills",
            "Skills",
            lambda row: TextCell(", ".join(row.skills) or "None recorded"),
            lambda row: row.skills,
            width=150,
            stretch=1,
            optional=True,
        ),
    )


def contracts_model() -> RowsModel[ContractRow]:
    """Return an empty model of capacity contracts, the newest of an agency first."""
    return RowsModel(_contracts(), id_of=lambda row: row.contract_id)


def _contracts() -> tuple[Column[ContractRow], ...]:
    return (
        Column(
            "agency",
            "Agency",
            lambda row: TextCell(
                row.agency, "Kept here" if row.of_partner else "Keeps it itself", strong=True
            ),
            lambda row: row.agency,
            width=190,
            stretch=2,
        ),
        Column(
            "starts",
            "Starts a week",
            lambda row: TextCell(f"{row.min_starts} guaranteed", f"{row.max_starts} at most"),
            lambda row: row.min_starts,
            width=120,
        ),
        Column(
            "from",
            "From",
            lambda row: TextCell(display_date(row.valid_from)),
            lambda row: row.valid_from,
            width=105,
        ),
        Column(
            "to",
            "To",
            lambda row: TextCell(display_date(row.valid_to, null="No end")),
            lambda row: row.valid_to or date.max,
            width=105,
        ),
        Column(
            "open",
            "Open starts",
            lambda row: TextCell(
                ", ".join(f"{number} in {week}" for week, number in row.starts) or "None open"
            ),
            lambda row: row.starts,
            tooltip=lambda row: ", ".join(f"{number} in {week}" for week, number in row.starts),
            width=190,
            stretch=2,
        ),
    )


def _times() -> tuple[Column[AssessorTimeRow], ...]:
    return (
        Column(
            "kind",
            "Time",
            lambda row: TextCell(row.words, strong=True),
            lambda row: row.words,
            width=150,
            stretch=1,
        ),
        Column(
            "from",
            "From",
            lambda row: TextCell(display_datetime_short(row.starts_at)),
            lambda row: row.starts_at,
            width=115,
        ),
        Column(
            "to",
            "To",
            lambda row: TextCell(display_datetime_short(row.ends_at)),
            lambda row: row.ends_at,
            width=115,
        ),
    )
