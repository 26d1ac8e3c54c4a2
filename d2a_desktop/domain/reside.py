"""Criteria to reside, periods without any, and the discharge ready date derived from them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.code_lists import DrdBand, criteria, drd_bands
from d2a_desktop.domain.codes import DeciderRole, NctrEnd


@dataclass(frozen=True)
class CriteriaReview:
    """One review of the 11 criteria, decided by a clinician.

    Args:
        applies: codes of the criteria that apply; empty when none does.
        decided_at: when it was decided, aware.
        decided_by: the clinician, apart from who entered it.
        decided_role: a `DeciderRole`.
        exception: a warranted clinical exception with its reason, else empty (DOMAIN 1.3).
    """

    applies: frozenset[str]
    decided_at: datetime
    decided_by: str
    decided_role: str
    exception: str = ""

    @property
    def meets_criteria(self) -> bool:
        """Whether the person has a reason to reside."""
        return bool(self.applies) or bool(self.exception.strip())


def applies_from_answers(answers: Mapping[str, bool | None]) -> frozenset[str]:
    """Return the criteria that apply, from answers by code (None or absent: not answered).

    One yes is enough; "none applies" needs all 11 answers, because unknown is not a no.

    Raises:
        UsageError: an unknown code, or no yes and an answer missing.
    """
    known = {criterion.code: criterion for criterion in criteria()}
    _require_known(answers)
    applies = frozenset(code for code, answer in answers.items() if answer)
    missing = [known[code].label for code in known if answers.get(code) is None]
    if not applies and missing:
        raise UsageError(
            "Not every criterion is answered.",
            what_to_do=f"Answer: {', '.join(missing)}.",
            code="criteria_unanswered",
        )
    return applies


def require_review(review: CriteriaReview, *, admitted_at: datetime, now: datetime) -> None:
    """Refuse a review that cannot count.

    Raises:
        UsageError: an unknown criterion, no clinician, or a time in the future.
        RefusedError: decided before the admission, or by a role that may not decide.
    """
    _require_known(review.applies)
    if not review.decided_by.strip():
        raise UsageError(
            "Say which clinician decided this.",
            what_to_do="Who enters it may be somebody else.",
            code="decided_by_missing",
        )
    if review.decided_role not in set(DeciderRole):
        raise RefusedError(
            "Criteria to reside are decided by a doctor or a registered nurse.",
            what_to_do="Name the clinician who decided, and their role.",
            code="decided_role",
        )
    if review.decided_at > now:
        raise UsageError("A review cannot be in the future.", code="review_in_future")
    if review.decided_at < admitted_at:
        raise RefusedError("A review cannot be before the admission.", code="before_admission")


def _require_known(codes: Collection[str]) -> None:
    known = {criterion.code for criterion in criteria()}
    if not known.issuperset(codes):
        raise UsageError(
            "There is no such criterion to reside.",
            what_to_do="Use CTR01 to CTR11.",
            code="criterion_unknown",
        )


def next_look(review: CriteriaReview) -> datetime | None:
    """Return when a time-limited criterion (9 to 11) lapses and the person is to be seen again.

    It prompts, and never clears anything by itself (DOMAIN 1.3). None when nothing lapses.
    """
    hours = [
        criterion.expires_hours
        for criterion in criteria()
        if criterion.code in review.applies and criterion.expires_hours is not None
    ]
    return review.decided_at + timedelta(hours=min(hours)) if hours else None


@dataclass(frozen=True)
class NctrPeriod:
    """A stretch without criteria to reside, half-open; `nctr_to` is None while it lasts."""

    nctr_from: datetime
    nctr_to: datetime | None = None
    end_reason: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the person has no criteria to reside now."""
        return self.nctr_to is None


def require_order(periods: Sequence[NctrPeriod], *, admitted_at: datetime) -> None:
    """Refuse periods that overlap, run backwards or begin before the admission.

    Raises:
        RefusedError: "before_admission" or "nctr_order".
    """
    free_from = admitted_at
    for period in periods:
        if period.nctr_from < admitted_at:
            raise RefusedError(
                "A person cannot be without criteria to reside before the admission.",
                what_to_do="Correct the time, or the admission.",
                code="before_admission",
            )
        if period.nctr_from < free_from or (
            period.nctr_to is not None and period.nctr_to < period.nctr_from
        ):
            raise _out_of_order()
        if period.is_open and period is not periods[-1]:
            raise _out_of_order()
        free_from = period.nctr_to or free_from


def _out_of_order() -> RefusedError:
    return RefusedError(
        "The periods without criteria to reside overlap or run backwards.",
        what_to_do="End the earlier period before the later one begins.",
        code="nctr_order",
    )


def current(periods: Sequence[NctrPeriod]) -> NctrPeriod | None:
    """Return the open period, or None when the person meets the criteria."""
    return next((period for period in reversed(periods) if period.is_open), None)


def after_review(periods: Sequence[NctrPeriod], review: CriteriaReview) -> tuple[NctrPeriod, ...]:
    """Return the periods as a review leaves them.

    None applies opens a period where none is open; a criterion that applies ends the open one
    at the time of the decision. A review that confirms what was known changes nothing.

    Raises:
        RefusedError: the review was decided before the period it would end or follow.
    """
    open_period = current(periods)
    if review.meets_criteria:
        if open_period is None:
            return tuple(periods)
        return close_period(periods, at=review.decided_at, reason=NctrEnd.MEETS_CRITERIA)
    if open_period is not None:
        return tuple(periods)
    return open_period_at(periods, at=review.decided_at)


def open_period_at(periods: Sequence[NctrPeriod], *, at: datetime) -> tuple[NctrPeriod, ...]:
    """Return the periods with a new open one from `at`.

    Raises:
        RefusedError: one is open already, or the last ended after `at`.
    """
    last_end = periods[-1].nctr_to if periods else None
    if periods and (last_end is None or last_end > at):
        raise _out_of_order()
    return (*periods, NctrPeriod(nctr_from=at))


def close_period(
    periods: Sequence[NctrPeriod], *, at: datetime, reason: NctrEnd
) -> tuple[NctrPeriod, ...]:
    """Return the periods with the open one ended at `at`.

    Raises:
        RefusedError: none is open ("not_nctr"), or it began after `at`.
    """
    open_period = current(periods)
    if open_period is None:
        raise RefusedError(
            "The person meets the criteria to reside; no period is open.", code="not_nctr"
        )
    if at < open_period.nctr_from:
        raise _out_of_order()
    ended = replace(open_period, nctr_to=at, end_reason=reason)
    return tuple(ended if period is open_period else period for period in periods)


def discharge_ready_date(periods: Sequence[NctrPeriod]) -> date | None:
    """Return the DRD: the local day on which the current or final period began (DOMAIN 0.2).

    None when the person meets the criteria again, or never stopped. It is derived, never typed.
    """
    if not periods:
        return None
    last = periods[-1]
    if last.end_reason in (NctrEnd.MEETS_CRITERIA, NctrEnd.ENTERED_IN_ERROR):
        return None
    return london_day(last.nctr_from)


def band(days: int) -> DrdBand:
    """Return the published band of a number of days between ready and home.

    Raises:
        ValueError: the number is negative; `require_order` keeps that out.
    """
    for found in drd_bands():
        if found.lower <= days and (found.upper is None or days <= found.upper):
            return found
    raise ValueError("a delay is never negative")


@dataclass(frozen=True)
class Delay:
    """Days from ready to home by date arithmetic, running until the discharge.

    `excluded` when the person died before discharge: not a delay to discharge, though the days
    count in NCTR occupancy (DOMAIN 1.6).
    """

    drd: date
    days: int
    band: DrdBand
    running: bool
    excluded: bool = False


def delay(
    periods: Sequence[NctrPeriod],
    *,
    now: datetime,
    discharged_at: datetime | None = None,
    died: bool = False,
) -> Delay | None:
    """Return the delay from DRD to discharge, or None without a DRD.

    Whole local days: ready 23:55 and home 00:10 is one day (DOMAIN 11.2).

    Raises:
        RefusedError: the discharge is before the DRD.
    """
    drd = discharge_ready_date(periods)
    if drd is None:
        return None
    days = (london_day(discharged_at or now) - drd).days
    if days < 0:
        raise RefusedError(
            "The discharge is before the discharge ready date.",
            what_to_do="Correct the one or the other.",
            code="discharge_before_ready",
        )
    return Delay(drd=drd, days=days, band=band(days), running=discharged_at is None, excluded=died)


def earlier_days(periods: Sequence[NctrPeriod]) -> int:
    """Return the days of periods before the one that counts, for local reports (DOMAIN 1.6 g)."""
    counted = periods[:-1] if discharge_ready_date(periods) is not None else periods
    return sum(
        (london_day(period.nctr_to) - london_day(period.nctr_from)).days
        for period in counted
        if period.nctr_to is not None and period.end_reason != NctrEnd.ENTERED_IN_ERROR
    )
