"""The frozen rows of the rosters: workers with their papers and leave, and home assessors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class PaperRow:
    """One paper of a worker; `standing` is a value of domain.roster.PaperStanding.

    `paper_id` is empty where an expected paper is not recorded at all.
    """

    paper_id: str
    worker_id: str
    code: str
    name: str
    issued_on: date | None
    checked_on: date | None
    valid_to: date | None
    standing: str
    words: str


@dataclass(frozen=True)
class AbsenceRow:
    """Days of a worker, inclusive; `kind` is a value of domain.roster.TimeKind."""

    absence_id: str
    kind: str
    words: str
    from_day: date
    to_day: date


@dataclass(frozen=True)
class RosterWorker:
    """One of the agency's own workers, as the roster shows and edits them."""

    worker_id: str
    name: str
    role_title: str
    status: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    standing: str
    """The most pressing of the papers (domain.roster.PaperStanding)."""
    papers_words: str
    first_end: date | None
    """The day on which the first paper ends, or ended."""
    papers: tuple[PaperRow, ...]
    absences: tuple[AbsenceRow, ...]
    away_words: str
    away_now: bool
    now_words: str
    free_from: date | None
    longest_block: int | None
    record: Mapping[str, Any]
    """The values of the record, for the form."""
    lives_in: str = ""
    """The outward postcode of the worker's home: tells two workers of one name apart."""
    of_partner: bool = False
    """Whether an agency without a desk employs the worker, and keeps the papers itself."""


@dataclass(frozen=True)
class ContractRow:
    """A capacity contract; `record` holds its values for the form.

    `starts` has the guaranteed starts that are still open, by ISO week from this one on.
    """

    contract_id: str
    agency: str
    valid_from: date
    valid_to: date | None
    min_starts: int
    max_starts: int
    words: str
    record: Mapping[str, Any]
    starts: tuple[tuple[str, int], ...] = ()
    of_partner: bool = False
    """Whether its agency has no desk, so that a hub keeps it."""


@dataclass(frozen=True)
class WorkerRoster:
    """An agency's workers, the most pressing papers first, and its contracts, newest first."""

    workers: tuple[RosterWorker, ...]
    contracts: tuple[ContractRow, ...]
    partners: tuple[tuple[str, str], ...] = ()
    """Code and name of the agencies without a desk, whose workers a hub writes down."""


@dataclass(frozen=True)
class AssessorTimeRow:
    """A stretch of an assessor's time beside the weekly hours; aware UTC."""

    time_id: str
    kind: str
    words: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class RosterAssessor:
    """One home assessor, as the roster shows and edits them; `mine`: of the caller's own."""

    assessor_id: str
    name: str
    profession: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    hours_words: str
    today_words: str
    away_words: str
    active: bool
    mine: bool
    times: tuple[AssessorTimeRow, ...]
    record: Mapping[str, Any]
