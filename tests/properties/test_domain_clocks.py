"""Laws of the clocks, across both changes of the hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.clocks import (
    ASSESS_WITHIN,
    ClockFacts,
    ClockKind,
    ExclusionFact,
    Leaving,
    VisitFact,
    assess_at_home,
)
from d2a_desktop.domain.codes import ClockExclusion, VisitOutcome, VisitPlace
from d2a_desktop.domain.local_time import to_instant
from d2a_desktop.domain.offer import ReplyHours, reply_due

LONDON = ZoneInfo("Europe/London")

# Around both changes of the hour in 2026, and any time of some years.
_NEAR_CHANGE = st.sampled_from([datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1)]).flatmap(
    lambda change: st.integers(-72 * 60, 72 * 60).map(
        lambda minutes: (change + timedelta(minutes=minutes)).replace(tzinfo=UTC)
    )
)
_ANY = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC)
)
instants = _NEAR_CHANGE | _ANY
spans = st.timedeltas(timedelta(), timedelta(days=6))

visits = st.builds(
    lambda after, outcome, place: (after, outcome, place),
    st.timedeltas(timedelta(days=-2), timedelta(days=5)),
    st.sampled_from(VisitOutcome) | st.none(),
    st.sampled_from(VisitPlace),
)


def _facts(left_at, found, excluded=None):
    return ClockFacts(
        leavings=(Leaving(left_at),),
        visits=tuple(
            VisitFact(started_at=left_at + after, outcome=outcome, place=place)
            for after, outcome, place in found
        ),
        exclusions=()
        if excluded is None
        else (ExclusionFact(left_at + excluded, ClockExclusion.READMITTED),),
    )


@given(instants)
def test_the_due_time_is_48_elapsed_hours_and_moves_on_the_wall_only_with_the_clocks(left_at):
    due = assess_at_home(_facts(left_at, ()), now=left_at).due_at
    assert due is not None
    assert due - left_at == timedelta(hours=48)
    here, there = left_at.astimezone(LONDON), due.astimezone(LONDON)
    shift = there.replace(tzinfo=None) - here.replace(tzinfo=None) - timedelta(hours=48)
    utc_shift = (there.utcoffset() or timedelta()) - (here.utcoffset() or timedelta())
    assert shift == utc_shift
    assert abs(shift) <= timedelta(hours=1)


@given(instants, st.lists(visits, max_size=4), spans)
def test_met_means_an_assessment_at_home_within_the_time(left_at, found, later):
    state = assess_at_home(_facts(left_at, found), now=left_at + later)
    good = [
        after
        for after, outcome, place in found
        if outcome in (VisitOutcome.DONE, VisitOutcome.PART_DONE)
        and place is VisitPlace.HOME
        and after >= timedelta()
    ]
    if not good:
        expected = ClockKind.RUNNING if later <= ASSESS_WITHIN else ClockKind.LATE_RUNNING
    else:
        expected = ClockKind.MET if min(good) <= ASSESS_WITHIN else ClockKind.LATE
    assert state.kind is expected


@given(instants, st.lists(visits, max_size=4), spans, spans)
def test_an_exclusion_before_the_assessment_is_never_met(left_at, found, excluded, later):
    state = assess_at_home(_facts(left_at, found, excluded), now=left_at + later)
    if state.kind is ClockKind.EXCLUDED:
        assert not state.counts
        assert state.stopped_at == left_at + excluded
    else:
        assert state.kind in (ClockKind.MET, ClockKind.LATE)
        assert state.stopped_at is not None
        assert state.stopped_at <= left_at + excluded


@given(instants, spans)
def test_a_running_clock_has_time_left_or_time_over_and_never_both(left_at, later):
    state = assess_at_home(_facts(left_at, ()), now=left_at + later)
    assert (state.remaining is None) is not (state.over is None)
    known = state.remaining if state.remaining is not None else -(state.over or timedelta())
    assert known == ASSESS_WITHIN - later


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1))
    | _NEAR_CHANGE.map(lambda at: at.replace(tzinfo=None))
)
def test_a_wall_clock_time_is_refused_or_comes_back_the_same(wall):
    skipped = wall.replace(tzinfo=LONDON, fold=0).astimezone(UTC).astimezone(LONDON)
    if skipped.replace(tzinfo=None) != wall:
        assert (wall.month, wall.hour) == (3, 1)
        with pytest.raises(UsageError, match="does not exist"):
            to_instant(wall)
        return
    read = to_instant(wall)
    assert read.instant.astimezone(LONDON).replace(tzinfo=None) == wall
    if read.ambiguous:
        hour_later = read.instant + timedelta(hours=1)
        assert hour_later.astimezone(LONDON).replace(tzinfo=None) == wall


_DAY = st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] < pair[1]) | st.none()
hours = st.lists(_DAY, min_size=7, max_size=7).filter(any).map(lambda week: ReplyHours(tuple(week)))


@given(instants, st.timedeltas(timedelta(minutes=1), timedelta(hours=12)), hours)
def test_a_reply_is_due_when_the_agency_is_open_and_never_before_its_time(sent_at, allowed, week):
    weekly = sum(
        (
            datetime.combine(sent_at.date(), day[1]) - datetime.combine(sent_at.date(), day[0])
            for day in week.week
            if day is not None
        ),
        timedelta(),
    )
    assume(weekly * 50 > allowed + timedelta(hours=2))
    due = reply_due(sent_at, allowed, hours=week)
    assert due >= sent_at + allowed
    open_that_day = week.open_on(due.astimezone(LONDON).date(), ())
    assert open_that_day is not None
    assert open_that_day[0] <= due <= open_that_day[1]
