from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.code_lists import criteria
from d2a_desktop.domain.codes import NctrEnd
from d2a_desktop.domain.reside import (
    CriteriaReview,
    NctrPeriod,
    after_review,
    applies_from_answers,
    band,
    close_period,
    current,
    delay,
    discharge_ready_date,
    earlier_days,
    next_look,
    open_period_at,
    require_order,
    require_review,
)

NONE_APPLY: dict[str, bool | None] = {criterion.code: False for criterion in criteria()}


def at(day, hour=9, minute=0, month=6):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def review(*applies, when=None, exception="", by="Dr A", role="doctor"):
    return CriteriaReview(frozenset(applies), when or at(10), by, role, exception)


def test_when_none_of_the_eleven_applies_there_is_no_reason_to_reside():
    assert applies_from_answers(NONE_APPLY) == frozenset()
    assert not review().meets_criteria


@pytest.mark.parametrize("criterion", criteria(), ids=lambda criterion: criterion.code)
def test_any_one_criterion_is_a_reason_to_reside(criterion):
    assert review(*applies_from_answers({criterion.code: True})).meets_criteria


def test_a_recorded_exception_is_a_reason_to_reside():
    assert review(exception="Awaiting result that may change treatment").meets_criteria
    assert not review(exception="  ").meets_criteria


def test_unknown_is_not_a_no():
    with pytest.raises(UsageError, match="NEWS2") as refused:
        applies_from_answers(NONE_APPLY | {"CTR04": None})
    assert refused.value.code == "criteria_unanswered"


def test_an_unknown_criterion_is_refused():
    with pytest.raises(UsageError):
        applies_from_answers({"CTR12": True})


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (review("CTR99"), "criterion_unknown"),
        (review(by=" "), "decided_by_missing"),
        (review(role="ward_clerk"), "decided_role"),
        (review(when=at(12)), "review_in_future"),
        (review(when=at(1)), "before_admission"),
    ],
)
def test_a_review_that_cannot_count_is_refused(bad, code):
    with pytest.raises((UsageError, RefusedError)) as refused:
        require_review(bad, admitted_at=at(2), now=at(11))
    assert refused.value.code == code


def test_a_good_review_passes():
    require_review(review(), admitted_at=at(2), now=at(11))


def test_time_limited_criteria_prompt_a_new_look_and_clear_nothing():
    assert next_look(review("CTR09", "CTR11")) == at(10) + timedelta(hours=24)
    assert next_look(review("CTR10")) == at(10) + timedelta(hours=72)
    assert next_look(review("CTR01")) is None
    assert review("CTR11").meets_criteria


# DOMAIN 11.2, row by row.
PERIOD_10 = NctrPeriod(at(10))
ENDED_12 = NctrPeriod(at(10), at(12), NctrEnd.MEETS_CRITERIA)
AGAIN_15 = NctrPeriod(at(15))


@pytest.mark.parametrize(
    ("periods", "discharged", "now", "drd", "days", "label"),
    [
        ((PERIOD_10,), at(10, 16), at(20), date(2026, 6, 10), 0, "Same day / no delay"),
        ((PERIOD_10,), at(11), at(20), date(2026, 6, 10), 1, "1 day"),
        ((ENDED_12, AGAIN_15), at(18), at(20), date(2026, 6, 15), 3, "2-3 days"),
        ((NctrPeriod(at(1)),), None, at(25), date(2026, 6, 1), 24, "21 days or more"),
        (
            (NctrPeriod(at(10, 22, 55)),),  # 23:55 in London
            at(10, 23, 10),  # 00:10 the next day
            at(20),
            date(2026, 6, 10),
            1,
            "1 day",
        ),
    ],
)
def test_the_delay_vectors_of_the_reference_hold(periods, discharged, now, drd, days, label):
    found = delay(periods, now=now, discharged_at=discharged)
    assert found is not None
    assert (found.drd, found.days, found.band.label) == (drd, days, label)
    assert found.running is (discharged is None)
    assert not found.excluded


def test_one_who_died_is_excluded_from_the_delay():
    found = delay((NctrPeriod(at(1)),), now=at(9), discharged_at=at(4), died=True)
    assert found is not None
    assert found.excluded
    assert found.days == 3


def test_the_worked_example_counts_the_last_period_and_keeps_the_first_for_local_use():
    # NCTR 03-Mar, meets again 05-Mar, NCTR again 09-Mar, home 12-Mar (DOMAIN 1.6).
    periods = (
        NctrPeriod(at(3, month=3), at(5, month=3), NctrEnd.MEETS_CRITERIA),
        NctrPeriod(at(9, month=3)),
    )
    found = delay(periods, now=at(20, month=3), discharged_at=at(12, month=3))
    assert found is not None
    assert (found.drd, found.days) == (date(2026, 3, 9), 3)
    assert earlier_days(periods) == 2


def test_there_is_no_discharge_ready_date_while_the_criteria_are_met():
    assert discharge_ready_date(()) is None
    assert discharge_ready_date((ENDED_12,)) is None
    assert delay((ENDED_12,), now=at(20)) is None
    assert earlier_days((ENDED_12,)) == 2


def test_a_period_ended_by_the_discharge_keeps_its_date():
    periods = close_period((PERIOD_10,), at=at(14), reason=NctrEnd.DISCHARGED)
    assert discharge_ready_date(periods) == date(2026, 6, 10)


def test_a_period_entered_in_error_counts_nowhere():
    periods = (NctrPeriod(at(3), at(5), NctrEnd.ENTERED_IN_ERROR),)
    assert discharge_ready_date(periods) is None
    assert earlier_days(periods) == 0


def test_a_discharge_before_the_ready_date_is_refused():
    with pytest.raises(RefusedError) as refused:
        delay((PERIOD_10,), now=at(20), discharged_at=at(9))
    assert refused.value.code == "discharge_before_ready"


def test_a_review_opens_a_period_once():
    periods = after_review((), review())
    assert periods == (NctrPeriod(at(10)),)
    assert after_review(periods, review(when=at(11))) == periods


def test_a_criterion_that_applies_again_ends_the_period_at_the_decision():
    periods = after_review((PERIOD_10,), review("CTR03", when=at(12)))
    assert periods == (ENDED_12,)
    assert current(periods) is None
    assert after_review(periods, review("CTR03", when=at(13))) == periods


def test_a_new_period_follows_the_ended_one():
    assert after_review((ENDED_12,), review(when=at(15))) == (ENDED_12, AGAIN_15)


def test_a_period_cannot_begin_inside_another_or_end_before_it_began():
    with pytest.raises(RefusedError):
        open_period_at((ENDED_12,), at=at(11))
    with pytest.raises(RefusedError):
        open_period_at((PERIOD_10,), at=at(15))
    with pytest.raises(RefusedError):
        close_period((PERIOD_10,), at=at(9), reason=NctrEnd.MEETS_CRITERIA)
    with pytest.raises(RefusedError) as refused:
        close_period((ENDED_12,), at=at(14), reason=NctrEnd.DISCHARGED)
    assert refused.value.code == "not_nctr"


def test_the_current_period_is_the_open_one():
    assert current((ENDED_12, AGAIN_15)) is AGAIN_15
    assert current(()) is None


@pytest.mark.parametrize(
    ("periods", "code"),
    [
        ((NctrPeriod(at(1)),), "before_admission"),
        ((ENDED_12, NctrPeriod(at(11))), "nctr_order"),
        ((PERIOD_10, AGAIN_15), "nctr_order"),
        ((NctrPeriod(at(10), at(9), NctrEnd.MEETS_CRITERIA),), "nctr_order"),
    ],
)
def test_periods_out_of_order_are_refused(periods, code):
    with pytest.raises(RefusedError) as refused:
        require_order(periods, admitted_at=at(2))
    assert refused.value.code == code


def test_periods_in_order_pass():
    require_order((ENDED_12, AGAIN_15), admitted_at=at(2))
    require_order((), admitted_at=at(2))


def test_a_band_needs_a_number_that_can_be():
    with pytest.raises(ValueError, match="negative"):
        band(-1)
