"""Laws of the periods without criteria to reside and of the discharge ready date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.domain.code_lists import drd_bands
from d2a_desktop.domain.reside import (
    CriteriaReview,
    NctrPeriod,
    after_review,
    band,
    current,
    delay,
    discharge_ready_date,
    earlier_days,
    require_order,
)

LONDON = ZoneInfo("Europe/London")
ADMITTED = datetime(2026, 3, 20, 9, tzinfo=UTC)

gaps = st.timedeltas(timedelta(minutes=1), timedelta(days=5))
answers = st.booleans()
histories = st.lists(st.tuples(gaps, answers), max_size=12)


def _play(history) -> tuple[tuple[NctrPeriod, ...], datetime, list[CriteriaReview]]:
    periods: tuple[NctrPeriod, ...] = ()
    at = ADMITTED
    reviews = []
    for gap, applies in history:
        at += gap
        review = CriteriaReview(frozenset({"CTR01"} if applies else ()), at, "Dr A", "doctor")
        reviews.append(review)
        periods = after_review(periods, review)
    return periods, at, reviews


@given(histories)
def test_any_history_of_reviews_leaves_periods_in_order(history):
    periods, _, _ = _play(history)
    require_order(periods, admitted_at=ADMITTED)
    assert sum(period.is_open for period in periods) <= 1


@given(histories)
def test_the_last_review_decides_whether_a_period_is_open(history):
    periods, _, reviews = _play(history)
    meets = reviews[-1].meets_criteria if reviews else True
    assert (current(periods) is None) is meets
    assert (discharge_ready_date(periods) is None) is meets


@given(histories)
def test_the_ready_date_is_the_first_of_the_last_unbroken_run_of_nones(history):
    periods, _, reviews = _play(history)
    run = []
    for review in reversed(reviews):
        if review.meets_criteria:
            break
        run.append(review)
    expected = run[-1].decided_at.astimezone(LONDON).date() if run else None
    assert discharge_ready_date(periods) == expected


@given(histories)
def test_repeating_the_last_review_changes_nothing(history):
    periods, _, reviews = _play(history)
    for review in reviews[-1:]:
        assert after_review(periods, review) == periods


@given(histories, st.timedeltas(timedelta(), timedelta(days=40)))
def test_a_delay_is_days_on_the_calendar_and_never_negative(history, later):
    periods, at, _ = _play(history)
    home = at + later
    found = delay(periods, now=home, discharged_at=home)
    if found is None:
        return
    assert found.days == (home.astimezone(LONDON).date() - found.drd).days >= 0
    assert found.band == band(found.days)
    assert earlier_days(periods) >= 0


@given(st.integers(0, 5000))
def test_every_number_of_days_is_in_exactly_one_band(days):
    holding = [b for b in drd_bands() if b.lower <= days and (b.upper is None or days <= b.upper)]
    assert holding == [band(days)]
