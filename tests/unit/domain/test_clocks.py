from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from d2a_desktop.domain.clocks import (
    ClockFacts,
    ClockKind,
    ClockRules,
    ExclusionFact,
    Leaving,
    StartEvent,
    VisitFact,
    assess_at_home,
    waiting,
)
from d2a_desktop.domain.codes import ClockExclusion, NctrEnd, VisitOutcome, VisitPlace
from d2a_desktop.domain.reside import NctrPeriod

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def local(day, month, hour, minute=0, second=0, fold=0, year=2026):
    wall = datetime(year, month, day, hour, minute, second, tzinfo=LONDON, fold=fold)
    return wall.astimezone(UTC)


LEFT = local(3, 3, 14, 10)
DUE = local(5, 3, 14, 10)


def left(*visits, exclusions=(), leavings=None, planned=None):
    return ClockFacts(
        planned_departure_at=planned,
        leavings=(Leaving(LEFT),) if leavings is None else leavings,
        visits=visits,
        exclusions=tuple(exclusions),
    )


def done(started_at, outcome=VisitOutcome.DONE, place=VisitPlace.HOME):
    return VisitFact(started_at=started_at, outcome=outcome, place=place)


@pytest.mark.parametrize(
    ("left_at", "due_at"),
    [
        (local(3, 3, 14, 10), local(5, 3, 14, 10)),
        (local(28, 3, 15), local(30, 3, 16)),
        (local(24, 10, 15), local(26, 10, 14)),
        (local(25, 10, 1, 30, fold=0), local(27, 10, 0, 30)),
        (local(25, 10, 1, 30, fold=1), local(27, 10, 1, 30)),
        (local(24, 12, 17, 30), local(26, 12, 17, 30)),
    ],
    ids=["plain", "spring", "autumn", "first of two hours", "second of two hours", "bank holidays"],
)
def test_the_due_times_of_the_reference_hold(left_at, due_at):
    state = assess_at_home(ClockFacts(leavings=(Leaving(left_at),)), now=left_at)
    assert state.due_at == due_at
    assert state.kind is ClockKind.RUNNING
    assert state.remaining == timedelta(hours=48)


@pytest.mark.parametrize("early", [SECOND, timedelta()])
def test_an_assessment_started_up_to_the_due_instant_is_met(early):
    state = assess_at_home(left(done(DUE - early)), now=DUE + 5 * HOUR)
    assert state.kind is ClockKind.MET
    assert state.stopped_at == DUE - early
    assert state.over is None
    assert state.counts


def test_one_second_later_is_late():
    state = assess_at_home(left(done(DUE + SECOND)), now=DUE + HOUR)
    assert state.kind is ClockKind.LATE
    assert state.over == SECOND
    assert state.words == "0min over"


def test_readmitted_before_the_assessment_is_excluded_and_never_met():
    readmitted = ExclusionFact(local(4, 3, 9), ClockExclusion.READMITTED)
    later = done(local(4, 3, 12))
    state = assess_at_home(left(later, exclusions=[readmitted]), now=DUE)
    assert state.kind is ClockKind.EXCLUDED
    assert state.exclusion is ClockExclusion.READMITTED
    assert state.words == "Readmitted before assessment"
    assert not state.counts
    assert state.over is None


def test_an_exclusion_after_the_due_time_shows_how_late_it_was():
    died = ExclusionFact(DUE + 2 * HOUR, ClockExclusion.DIED)
    state = assess_at_home(left(exclusions=[died]), now=DUE + 9 * HOUR)
    assert state.kind is ClockKind.EXCLUDED
    assert state.over == 2 * HOUR


def test_an_exclusion_after_the_assessment_changes_nothing():
    died = ExclusionFact(local(4, 3, 15), ClockExclusion.DIED)
    state = assess_at_home(left(done(local(4, 3, 9)), exclusions=[died]), now=DUE)
    assert state.kind is ClockKind.MET


def test_an_exclusion_from_before_the_departure_changes_nothing():
    earlier = ExclusionFact(LEFT - HOUR, ClockExclusion.READMITTED)
    assert assess_at_home(left(exclusions=[earlier]), now=LEFT).kind is ClockKind.RUNNING


def test_a_cancelled_discharge_voids_the_clock_and_a_new_one_starts_anew():
    voided = Leaving(LEFT, voided=True)
    state = assess_at_home(left(leavings=(voided,)), now=local(3, 3, 16))
    assert state.kind is ClockKind.VOID
    assert state.due_at is None
    assert state.words == "The departure was cancelled or turned back"
    again = Leaving(local(3, 3, 19, 40))
    state = assess_at_home(left(leavings=(voided, again)), now=local(3, 3, 20))
    assert state.due_at == local(5, 3, 19, 40)
    assert state.kind is ClockKind.RUNNING


def test_a_new_plan_after_a_cancelled_discharge_is_provisional():
    voided = Leaving(LEFT, voided=True)
    facts = left(leavings=(voided,), planned=local(4, 3, 11))
    assert assess_at_home(facts, now=LEFT).kind is ClockKind.PROVISIONAL


def test_a_correction_of_the_leaving_time_moves_the_due_time():
    facts = left(done(DUE + HOUR), leavings=(Leaving(LEFT + 2 * HOUR),))
    assert assess_at_home(facts, now=DUE + 9 * HOUR).kind is ClockKind.MET


@pytest.mark.parametrize("place", [VisitPlace.WARD, VisitPlace.PHONE, VisitPlace.VIDEO])
def test_ward_telephone_and_video_do_not_stop_the_clock(place):
    visit = done(LEFT + HOUR, place=place)
    assert assess_at_home(left(visit), now=LEFT + 2 * HOUR).kind is ClockKind.RUNNING


def test_video_stops_it_where_the_setting_says_so():
    visit = done(LEFT + HOUR, place=VisitPlace.VIDEO)
    rules = ClockRules(video_counts=True)
    assert assess_at_home(left(visit), now=LEFT + 2 * HOUR, rules=rules).kind is ClockKind.MET


def test_an_assessment_before_leaving_does_not_stop_the_clock():
    assert assess_at_home(left(done(LEFT - HOUR)), now=LEFT).kind is ClockKind.RUNNING


@pytest.mark.parametrize(
    "outcome",
    [
        VisitOutcome.NO_ACCESS,
        VisitOutcome.REFUSED,
        VisitOutcome.UNSAFE,
        VisitOutcome.PERSON_AWAY,
    ],
)
def test_a_visit_without_an_assessment_leaves_the_clock_running(outcome):
    visit = done(LEFT + HOUR, outcome)
    assert assess_at_home(left(visit), now=LEFT + 2 * HOUR).kind is ClockKind.RUNNING


def test_the_first_of_two_assessments_stops_the_clock():
    visits = (done(LEFT + 30 * HOUR), done(LEFT + 20 * HOUR, VisitOutcome.PART_DONE))
    state = assess_at_home(left(*visits), now=DUE)
    assert state.stopped_at == LEFT + 20 * HOUR


def test_before_a_plan_the_clock_waits():
    state = assess_at_home(ClockFacts(), now=LEFT)
    assert state.kind is ClockKind.WAITING
    assert state.words == "Not left yet"


def test_a_planned_departure_gives_an_approximate_due_time():
    state = assess_at_home(ClockFacts(planned_departure_at=LEFT), now=LEFT - HOUR)
    assert state.kind is ClockKind.PROVISIONAL
    assert state.is_approximate
    assert state.due_at == DUE
    assert state.words == "Approx Thu 14:10"
    assert not state.counts


def test_a_running_clock_says_what_is_left():
    state = assess_at_home(left(), now=DUE - timedelta(hours=3, minutes=12))
    assert state.words == "3hr 12min left"
    assert not state.is_approximate


def test_at_the_due_instant_it_still_runs_and_then_it_is_late():
    assert assess_at_home(left(), now=DUE).kind is ClockKind.RUNNING
    state = assess_at_home(left(), now=DUE + 3 * HOUR)
    assert state.kind is ClockKind.LATE_RUNNING
    assert state.over == 3 * HOUR
    assert state.words == "3hr over"
    assert state.counts


def test_an_assessor_who_was_offline_may_hold_the_record():
    booked = VisitFact(planned_at=LEFT + 20 * HOUR, desk_seen_at=LEFT + 10 * HOUR)
    state = assess_at_home(left(booked), now=DUE + HOUR)
    assert state.kind is ClockKind.NO_RECORD
    assert state.reason == "No record yet, assessor's desk last seen 04-Mar-2026 00:10"
    assert not state.counts


@pytest.mark.parametrize("planned_at", [LEFT, DUE], ids=["at the departure", "at the due time"])
def test_a_visit_planned_at_either_end_of_the_clock_may_have_been_made(planned_at):
    state = assess_at_home(left(VisitFact(planned_at=planned_at)), now=DUE + HOUR)
    assert state.kind is ClockKind.NO_RECORD


def test_a_desk_that_was_never_seen_is_said_to_be():
    state = assess_at_home(left(VisitFact(planned_at=LEFT + 20 * HOUR)), now=DUE + HOUR)
    assert state.reason == "No record yet, assessor's desk never seen"


@pytest.mark.parametrize(
    "visit",
    [
        VisitFact(planned_at=LEFT + 20 * HOUR, desk_seen_at=DUE),
        VisitFact(planned_at=DUE + HOUR),
        VisitFact(planned_at=LEFT - HOUR),
        VisitFact(),
        VisitFact(planned_at=LEFT + 20 * HOUR, outcome=VisitOutcome.NO_ACCESS),
    ],
    ids=["desk seen since", "planned too late", "planned too early", "not planned", "no access"],
)
def test_otherwise_no_record_means_late(visit):
    assert assess_at_home(left(visit), now=DUE + HOUR).kind is ClockKind.LATE_RUNNING


def test_the_clock_can_start_at_the_arrival_home_by_setting():
    rules = ClockRules(start_event=StartEvent.ARRIVED_HOME)
    on_the_way = left(leavings=(Leaving(LEFT),))
    assert assess_at_home(on_the_way, now=LEFT + HOUR, rules=rules).kind is ClockKind.WAITING
    home = left(leavings=(Leaving(LEFT, arrived_home_at=LEFT + HOUR),))
    assert assess_at_home(home, now=LEFT + 2 * HOUR, rules=rules).due_at == DUE + HOUR


def test_the_length_is_a_setting():
    rules = ClockRules(within=timedelta(hours=24))
    assert assess_at_home(left(), now=LEFT, rules=rules).due_at == LEFT + 24 * HOUR


def test_waiting_counts_whole_local_days_and_says_since_when():
    since = local(20, 11, 17, 10)
    clock = waiting((NctrPeriod(since),), now=local(22, 11, 13, 10))
    assert clock is not None
    assert clock.words == "2 days waiting, since 20-Nov 17:10"
    assert clock.band == "2-3 days"
    assert clock.elapsed == 44 * HOUR
    one = waiting((NctrPeriod(since),), now=local(21, 11, 0, 5))
    assert one is not None
    assert one.words.startswith("1 day waiting")


def test_nobody_waits_who_meets_the_criteria():
    ended = NctrPeriod(local(20, 11, 9), local(21, 11, 9), NctrEnd.MEETS_CRITERIA)
    assert waiting((ended,), now=local(22, 11, 9)) is None


def test_a_desk_whose_clock_lags_shows_no_negative_wait():
    clock = waiting((NctrPeriod(local(22, 11, 9)),), now=local(21, 11, 9))
    assert clock is not None
    assert clock.days == 0
    assert clock.elapsed == timedelta()
