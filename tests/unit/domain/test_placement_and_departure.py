from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.codes import ClockEffect, DepartureEnd, VisitOutcome, VisitPlace
from d2a_desktop.domain.departure import DEPARTURE_ENDS, DEPARTURE_MACHINE, arrival_unconfirmed
from d2a_desktop.domain.placement import (
    Block,
    BlockStatus,
    Gap,
    clashes,
    handover_overlap,
    uncovered,
)
from d2a_desktop.domain.visit import require_outcome, status_after, stops_clock

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def block(worker="w1", first=0, last=14, status=BlockStatus.CONFIRMED):
    return Block(worker, START + first * DAY, START + last * DAY, status)


def test_a_block_must_end_after_it_starts():
    with pytest.raises(UsageError):
        block(first=3, last=3)


def test_a_worker_cannot_be_in_two_places():
    assert clashes(block(first=7, last=20), [block()]) == (block(),)


@pytest.mark.parametrize(
    "other",
    [
        block(first=14, last=20),
        block(worker="w2"),
        block(status=BlockStatus.PROPOSED),
        block(status=BlockStatus.CANCELLED),
    ],
)
def test_touching_blocks_other_workers_and_mere_proposals_do_not_clash(other):
    assert clashes(block(), [other]) == ()


def test_an_active_block_occupies_its_worker():
    assert block(status=BlockStatus.ACTIVE).occupies
    assert not block(status=BlockStatus.ENDED).occupies


def test_stretches_without_a_worker_are_found():
    blocks = [block("w2", 8, 14), block("w1", 1, 7), block("w3", 7, 8, BlockStatus.CANCELLED)]
    assert uncovered(blocks, starts_at=START, ends_at=START + 15 * DAY) == (
        Gap(START, START + 1 * DAY),
        Gap(START + 7 * DAY, START + 8 * DAY),
        Gap(START + 14 * DAY, START + 15 * DAY),
    )


def test_overlapping_blocks_leave_no_gap_and_a_later_block_matters_not():
    blocks = [block("w1", 0, 8), block("w2", 7, 15), block("w3", 20, 30)]
    assert uncovered(blocks, starts_at=START, ends_at=START + 14 * DAY) == ()


def test_a_gap_ends_with_the_placement():
    gap = Gap(START, START + DAY)
    assert uncovered([block(first=5)], starts_at=START, ends_at=START + DAY) == (gap,)


def test_a_handover_is_as_long_as_both_are_there():
    assert handover_overlap(block(last=14), block("w2", 13, 20)) == DAY
    assert handover_overlap(block(last=14), block("w2", 15, 20)) == -DAY


@pytest.mark.parametrize("end", list(DepartureEnd))
def test_every_end_of_a_departure_has_a_state_the_machine_can_reach(end):
    assert DEPARTURE_ENDS[end].status in DEPARTURE_MACHINE.exits("left") or (
        end is DepartureEnd.TURNED_BACK_BEFORE_LEAVING
        and DEPARTURE_ENDS[end].status in DEPARTURE_MACHINE.exits("planned")
    )
    assert DEPARTURE_ENDS[end].words


def test_each_end_says_what_the_clock_does():
    assert {end: rule.clock for end, rule in DEPARTURE_ENDS.items()} == {
        DepartureEnd.SETTLED: ClockEffect.RUNS,
        DepartureEnd.TURNED_BACK_BEFORE_LEAVING: ClockEffect.VOID,
        DepartureEnd.TURNED_BACK_AT_DOOR: ClockEffect.VOID,
        DepartureEnd.RETURNED_SAME_DAY: ClockEffect.EXCLUDED,
        DepartureEnd.REOPENED: ClockEffect.VOID,
    }


def test_an_arrival_is_missed_30_minutes_after_it_was_expected():
    half_past = START + timedelta(minutes=30)
    after = half_past + timedelta(seconds=1)
    assert not arrival_unconfirmed(expected_at=START, arrived_at=None, now=half_past)
    assert arrival_unconfirmed(expected_at=START, arrived_at=None, now=after)
    assert not arrival_unconfirmed(expected_at=START, arrived_at=START, now=after)
    assert not arrival_unconfirmed(expected_at=None, arrived_at=None, now=after)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (VisitOutcome.DONE, "done"),
        (VisitOutcome.PART_DONE, "done"),
        (VisitOutcome.NO_ACCESS, "planned"),
        (VisitOutcome.REFUSED, "planned"),
        (VisitOutcome.UNSAFE, "planned"),
        (VisitOutcome.PERSON_AWAY, "planned"),
        (VisitOutcome.READMITTED, "excluded"),
        (VisitOutcome.DIED, "excluded"),
    ],
)
def test_each_outcome_leaves_the_visit_in_its_state(outcome, status):
    assert status_after(outcome) == status


@pytest.mark.parametrize("outcome", [None, *VisitOutcome])
@pytest.mark.parametrize("place", list(VisitPlace))
def test_only_done_and_part_done_at_home_stop_the_clock(outcome, place):
    expected = outcome in (VisitOutcome.DONE, VisitOutcome.PART_DONE) and place is VisitPlace.HOME
    assert stops_clock(outcome, place) is expected


def test_video_stops_the_clock_by_setting_alone():
    assert not stops_clock(VisitOutcome.DONE, VisitPlace.VIDEO)
    assert stops_clock(VisitOutcome.DONE, VisitPlace.VIDEO, video_counts=True)
    assert not stops_clock(VisitOutcome.DONE, VisitPlace.PHONE, video_counts=True)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("started", "finished", "left", "code"),
    [
        (None, None, START, "started_at_missing"),
        (START + 9 * HOUR, None, START, "started_at_future"),
        (START + HOUR, START, START, "finished_at_early"),
        (START + HOUR, None, None, "not_at_home"),
        (START - HOUR, None, START, "not_at_home"),
    ],
)
def test_an_outcome_whose_times_cannot_be_is_refused(started, finished, left, code):
    with pytest.raises((UsageError, RefusedError)) as refused:
        require_outcome(
            VisitOutcome.DONE,
            started_at=started,
            finished_at=finished,
            left_at=left,
            now=START + 8 * HOUR,
        )
    assert refused.value.code == code


def test_an_outcome_with_good_times_passes_and_no_access_needs_none():
    require_outcome(
        VisitOutcome.DONE,
        started_at=START + HOUR,
        finished_at=START + 2 * HOUR,
        left_at=START,
        now=START + 8 * HOUR,
    )
    for started in (None, START):
        require_outcome(
            VisitOutcome.NO_ACCESS, started_at=started, finished_at=None, left_at=None, now=START
        )
