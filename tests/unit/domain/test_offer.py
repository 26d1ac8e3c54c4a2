from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.offer import (
    OfferStatus,
    ReplyHours,
    has_expired,
    reply_due,
    require_acceptable,
    require_named,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
TWO_HOURS = timedelta(hours=2)
WEEKDAYS = ReplyHours(((time(9), time(17)),) * 5 + (None, None))


def test_a_sent_offer_expires_after_its_last_instant():
    assert not has_expired(OfferStatus.SENT, respond_by=NOON, now=NOON)
    assert has_expired(OfferStatus.SENT, respond_by=NOON, now=NOON + timedelta(seconds=1))


def test_an_answered_offer_does_not_expire():
    assert not has_expired(OfferStatus.ACCEPTED, respond_by=NOON, now=NOON + TWO_HOURS)


def test_an_open_offer_can_be_accepted_up_to_its_time():
    require_acceptable(OfferStatus.SENT, respond_by=NOON, now=NOON)


@pytest.mark.parametrize(
    ("status", "now", "code"),
    [
        (OfferStatus.SENT, NOON + timedelta(seconds=1), "expired"),
        (OfferStatus.FILLED, NOON, "already_taken"),
        (OfferStatus.WITHDRAWN, NOON, "illegal_move"),
        (OfferStatus.HANDED_BACK, NOON, "illegal_move"),
    ],
)
def test_an_acceptance_too_late_or_of_a_closed_offer_is_refused(status, now, code):
    with pytest.raises(RefusedError) as refused:
        require_acceptable(status, respond_by=NOON, now=now)
    assert refused.value.code == code


def test_an_acceptance_names_a_slot_or_a_worker():
    require_named(slot_id="s", proposed_worker_id=None)
    require_named(slot_id=None, proposed_worker_id="w")
    with pytest.raises(UsageError):
        require_named(slot_id=None, proposed_worker_id="")


def test_without_hours_every_hour_counts():
    assert reply_due(NOON, TWO_HOURS) == NOON + TWO_HOURS


def test_a_reply_within_the_day_is_due_the_same_day():
    assert reply_due(NOON, TWO_HOURS, hours=WEEKDAYS) == NOON + TWO_HOURS


def test_before_opening_the_time_begins_at_opening():
    early = datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert reply_due(early, TWO_HOURS, hours=WEEKDAYS) == datetime(2026, 11, 23, 11, tzinfo=UTC)


def test_what_is_left_on_friday_evening_goes_on_on_monday():
    friday = datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert reply_due(friday, TWO_HOURS, hours=WEEKDAYS) == datetime(2026, 11, 30, 10, tzinfo=UTC)


def test_after_closing_nothing_of_the_day_counts():
    evening = datetime(2026, 11, 23, 20, tzinfo=UTC)
    assert reply_due(evening, TWO_HOURS, hours=WEEKDAYS) == datetime(2026, 11, 24, 11, tzinfo=UTC)


def test_a_bank_holiday_is_skipped_by_an_agency_that_keeps_it():
    christmas_eve = datetime(2026, 12, 24, 16, 30, tzinfo=UTC)
    keeps = ReplyHours(((time(9), time(17)),) * 7, works_bank_holidays=False)
    holidays = {date(2026, 12, 25), date(2026, 12, 28)}
    due = reply_due(christmas_eve, TWO_HOURS, hours=keeps, bank_holidays=holidays)
    assert due == datetime(2026, 12, 26, 10, 30, tzinfo=UTC)


def test_opening_hours_are_local_in_summer():
    early = datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert reply_due(early, TWO_HOURS, hours=WEEKDAYS) == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_an_agency_with_hardly_any_hours_is_refused_instead_of_searched_for_ever():
    hardly = ReplyHours(((time(9), time(9, 1)),) + (None,) * 6)
    with pytest.raises(RefusedError) as refused:
        reply_due(NOON, TWO_HOURS, hours=hardly)
    assert refused.value.code == "no_open_hours"


@pytest.mark.parametrize(
    "week",
    [
        ((time(9), time(17)),) * 6,
        (None,) * 7,
        ((time(17), time(9)),) + (None,) * 6,
    ],
)
def test_hours_that_cannot_be_are_refused(week):
    with pytest.raises(UsageError) as refused:
        ReplyHours(week)
    assert refused.value.code == "reply_hours"
