from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from d2a_desktop.domain.deadlines import (
    Freshness,
    Timeliness,
    deadline,
    end_of_day,
    escalation_level,
    expiry_warning,
    funded_until,
    funding_days_left,
    is_readmission,
    length_of_stay,
    los_reached_at,
    los_threshold,
    placement_reviews,
    review_freshness,
    welfare_check,
)

NOW = datetime(2026, 11, 22, 13, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("age", "freshness"),
    [
        (timedelta(), Freshness.FRESH),
        (12 * HOUR, Freshness.FRESH),
        (12 * HOUR + timedelta(seconds=1), Freshness.DUE),
        (24 * HOUR, Freshness.DUE),
        (24 * HOUR + timedelta(seconds=1), Freshness.STALE),
    ],
)
def test_a_review_is_due_after_12_hours_and_stale_after_24(age, freshness):
    assert review_freshness(NOW - age, now=NOW) is freshness


def test_a_person_never_reviewed_is_said_to_be():
    assert review_freshness(None, now=NOW) is Freshness.NEVER


@pytest.mark.parametrize(
    ("done", "now", "state"),
    [
        (None, NOW, Timeliness.OPEN),
        (None, NOW + HOUR, Timeliness.OVERDUE),
        (NOW, NOW + HOUR, Timeliness.MET),
        (NOW + HOUR, NOW + HOUR, Timeliness.LATE),
    ],
)
def test_a_deadline_counts_its_last_instant(done, now, state):
    assert deadline(due_at=NOW, done_at=done, now=now).state is state


def test_the_welfare_check_belongs_to_the_local_day_of_arrival():
    arrived = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 23:30 in London
    found = welfare_check(arrived_home_at=arrived, checked_at=None, now=arrived)
    assert found.due_at == datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC)
    assert found.state is Timeliness.OPEN
    late = welfare_check(arrived_home_at=arrived, checked_at=arrived + HOUR, now=arrived + HOUR)
    assert late.state is Timeliness.LATE


def test_without_an_arrival_no_welfare_check_is_due():
    found = welfare_check(arrived_home_at=None, checked_at=None, now=NOW)
    assert found.state is Timeliness.NOT_STARTED
    assert found.due_at is None


def test_the_end_of_a_day_is_local():
    assert end_of_day(date(2026, 11, 22)) == datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)


def test_a_stay_is_counted_in_midnights():
    admitted = datetime(2026, 11, 15, 23, 30, tzinfo=UTC)
    assert length_of_stay(admitted, until=datetime(2026, 11, 16, 0, 10, tzinfo=UTC)) == 1
    assert length_of_stay(admitted, until=NOW) == 7


@pytest.mark.parametrize(
    ("days", "threshold"), [(0, 0), (6, 0), (7, 7), (13, 7), (14, 14), (20, 14), (21, 21), (90, 21)]
)
def test_the_highest_threshold_reached_counts(days, threshold):
    assert los_threshold(days) == threshold


def test_a_threshold_is_reached_at_local_midnight():
    admitted = datetime(2026, 3, 24, 9, tzinfo=UTC)
    reached = los_reached_at(admitted, 7)
    assert reached == datetime(2026, 3, 30, 23, tzinfo=UTC)  # 00:00 BST on the 31st
    assert length_of_stay(admitted, until=reached) == 7


def test_funding_lasts_42_days():
    until = funded_until(date(2026, 11, 22))
    assert until == date(2027, 1, 3)
    assert funding_days_left(until, today=date(2027, 1, 5)) == -2


@pytest.mark.parametrize(
    ("admitted", "emergency", "transfer", "counts"),
    [
        (date(2026, 4, 2), True, False, True),
        (date(2026, 4, 3), True, False, False),
        (date(2026, 3, 3), True, False, True),
        (date(2026, 3, 10), False, False, False),
        (date(2026, 3, 3), True, True, False),
        (date(2026, 3, 2), True, False, False),
    ],
)
def test_the_readmission_vectors_of_the_reference_hold(admitted, emergency, transfer, counts):
    assert (
        is_readmission(
            discharged_on=date(2026, 3, 3),
            admitted_on=admitted,
            emergency=emergency,
            transfer=transfer,
        )
        is counts
    )


def test_reviews_fall_at_24_and_72_hours_and_then_every_week():
    found = placement_reviews(NOW, until=NOW + timedelta(days=15))
    assert [(review.name, review.due_at - NOW) for review in found] == [
        ("24 hour call", timedelta(hours=24)),
        ("72 hour call", timedelta(hours=72)),
        ("Week 1 review", timedelta(days=7)),
        ("Week 2 review", timedelta(days=14)),
    ]
    assert placement_reviews(NOW, until=NOW + HOUR) == ()


@pytest.mark.parametrize(
    ("days", "warning"), [(-1, 0), (0, 7), (7, 7), (8, 28), (28, 28), (56, 56), (57, None)]
)
def test_a_credential_warns_at_56_28_and_7_days(days, warning):
    today = date(2026, 11, 22)
    assert expiry_warning(today + timedelta(days=days), today=today) == warning


def test_a_credential_without_an_end_never_warns():
    assert expiry_warning(None, today=date(2026, 11, 22)) is None


@pytest.mark.parametrize(
    ("hours", "level"), [(25, 0), (24, 1), (7, 1), (6, 2), (1, 2), (0, 3), (-5, 3)]
)
def test_the_ladder_has_steps_at_24_6_and_0_hours(hours, level):
    assert escalation_level(NOW + hours * HOUR, now=NOW) == level
