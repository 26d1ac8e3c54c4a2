"""What a roster says of a worker's papers: in date, ending soon, lapsed, or not to be confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from d2a_desktop.domain.code_lists import credentials
from d2a_desktop.domain.codes import Labelled

ENDING_SOON_DAYS = 28
"""A paper that ends within so many days is shown as ending (DOMAIN 1.6, warn 56/28/7 d)."""

# Every live-in block needs these papers in date to its end (H03, H04, H05).
BASE_CERTIFICATES = ("DBS_ENH_AB", "RTW", "MH")
EXPECTED_CERTIFICATES = (*BASE_CERTIFICATES, "MEDS")
"""The papers whose absence a plan cannot confirm: the base ones, and medicines (H07)."""


class AssessorTimeKind(Labelled):
    """Why a stretch of an assessor's time is written down, beside the weekly hours."""

    WORKING = "working", "Works besides the weekly hours"
    LEAVE = "leave", "Leave"
    TRAINING = "training", "Training"
    SICKNESS = "sickness", "Sick"
    APPOINTMENT = "appointment", "Appointment"


class PaperStanding(Labelled):
    """Where a paper stands on a day, the most pressing first."""

    EXPIRED = "expired", "Expired"
    CANNOT_CONFIRM = "cannot_confirm", "Cannot confirm"
    ENDING = "ending", "Ends within 28 days"
    IN_DATE = "in_date", "In date"


def paper_standing(code: str, valid_to: date | None, *, today: date) -> PaperStanding:
    """Return where a recorded paper stands today; its last valid day is still valid.

    A kind that lapses and has no end recorded cannot be confirmed: unknown is not a pass.
    """
    if not end_is_known(code, valid_to):
        return PaperStanding.CANNOT_CONFIRM
    if valid_to is None:
        return PaperStanding.IN_DATE
    left = (valid_to - today).days
    if left < 0:
        return PaperStanding.EXPIRED
    return PaperStanding.ENDING if left <= ENDING_SOON_DAYS else PaperStanding.IN_DATE


def end_is_known(code: str, valid_to: date | None) -> bool:
    """Return whether a paper has an end, or is of a kind that does not lapse by itself."""
    lapsing = (k.code for k in credentials() if k.default_valid_months is not None)
    return valid_to is not None or code not in lapsing


def lasting(code: str, valid_to: date | None) -> date:
    """Return a key that puts, of several papers of one kind, the one that lasts longest last."""
    if valid_to is not None:
        return valid_to
    return date.max if end_is_known(code, valid_to) else date.min


def missing_papers(codes: Collection[str]) -> tuple[str, ...]:
    """Return the expected papers of which nothing is recorded."""
    return tuple(code for code in EXPECTED_CERTIFICATES if code not in codes)


def most_pressing(standings: Collection[PaperStanding]) -> PaperStanding:
    """Return the most pressing of several standings; in date where there are none."""
    order = list(PaperStanding)
    return min(standings, key=order.index, default=PaperStanding.IN_DATE)


def base_papers_hold(papers: Iterable[tuple[str, date | None]]) -> tuple[date, str]:
    """Return the last day on which every base paper surely holds, and the paper that ends first.

    `date.min` where one is not recorded or its end is unknown (H03 to H05: unknown is no pass);
    `date.max` and no paper where none of them lapses.
    """
    newest = dict(sorted(papers, key=lambda paper: lasting(*paper)))
    ends = []
    for code in BASE_CERTIFICATES:
        if code not in newest or not end_is_known(code, newest[code]):
            return date.min, code
        ends.append((newest[code] or date.max, code))
    first, code = min(ends)
    return (first, "") if first == date.max else (first, code)
