"""The outlook: what is counted, the range against counting every case by hand, where it parts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from d2a_desktop.domain.outlook import (
    Group,
    Outlook,
    Seen,
    Wanted,
    beta_binomial,
    look_ahead,
    outlook_words,
)

TODAY = date(2026, 11, 22)


def ahead(
    wanted: Sequence[tuple[Group, int]],
    seen: dict[Group, Seen] | None = None,
    starts: dict[int, int] | None = None,
    **given: object,
) -> Outlook:
    return look_ahead(
        today=TODAY,
        wanted=[Wanted(group, TODAY + timedelta(days=n)) for group, n in wanted],
        seen=seen or {},
        starts={TODAY + timedelta(days=n): count for n, count in (starts or {}).items()},
        **given,
    )


def test_who_waits_for_an_agency_is_counted_and_not_guessed():
    outlook = ahead([(Group.AWAITING, 0), (Group.AWAITING, 3)], starts={0: 1})
    ranges = [(d.low, d.likely, d.high, d.starts) for d in outlook.days]
    assert ranges[:4] == [(1, 1, 1, 1), (1, 1, 1, 1), (1, 1, 1, 1), (2, 2, 2, 1)]
    assert len(outlook.days) == 14
    assert outlook.certainly_short == TODAY + timedelta(days=3)


def test_days_that_have_passed_count_as_today_and_later_ones_not_at_all():
    outlook = ahead([(Group.AWAITING, -5), (Group.AWAITING, 14)])
    assert outlook.days[0].likely == 1
    assert outlook.days[-1].likely == 1
    assert outlook.groups[Group.AWAITING] == 1


@pytest.mark.parametrize(
    ("people", "known", "live_in"), [(3, 0, 0), (4, 5, 2), (2, 9, 9), (0, 3, 1)]
)
def test_the_chance_of_each_number_is_that_of_all_sequences_together(people, known, live_in):
    """Polya's urn, sequence by sequence: the beta-binomial by definition, in exact fractions."""
    exact = [Fraction(0)] * (people + 1)
    for outcome in itertools.product((0, 1), repeat=people):
        yes, no, chance = live_in + 1, known - live_in + 1, Fraction(1)
        for each in outcome:
            chance *= Fraction(yes if each else no, yes + no)
            yes, no = yes + each, no + 1 - each
        exact[sum(outcome)] += chance
    found = beta_binomial(people, Seen(known, live_in))
    assert all(math.isclose(a, float(b)) for a, b in zip(found, exact, strict=True))


def test_with_nothing_seen_the_range_is_nearly_everything():
    outlook = ahead([(Group.READY, 0)] * 9)
    assert (outlook.days[0].low, outlook.days[0].likely, outlook.days[0].high) == (0, 4, 8)
    assert "any number may come" in " ".join(outlook_words(outlook))


def test_much_that_was_seen_narrows_the_range():
    seen = {Group.REFERRED: Seen(1000, 500)}
    outlook = ahead([(Group.REFERRED, 0)] * 20, seen)
    day = outlook.days[0]
    assert (day.low, day.likely, day.high) == (7, 10, 13)


@given(
    wanted=st.lists(st.tuples(st.sampled_from(list(Group)), st.integers(-3, 20)), max_size=25),
    known=st.integers(0, 60),
    share=st.integers(0, 100),
    starts=st.dictionaries(st.integers(0, 13), st.integers(0, 5), max_size=4),
)
def test_the_figures_never_fall_and_never_leave_what_can_be(wanted, known, share, starts):
    seen = dict.fromkeys(Group, Seen(known, known * share // 100))
    outlook = ahead(wanted, seen, starts)
    for before, after in itertools.pairwise(outlook.days):
        assert before.low <= after.low
        assert before.likely <= after.likely
        assert before.high <= after.high
        assert before.starts <= after.starts
    certain = [0 if g is not Group.AWAITING else 1 for g, n in wanted if n < 14]
    last = outlook.days[-1]
    assert sum(certain) <= last.low <= last.likely <= last.high <= len(certain)
    first, second, third = (
        outlook.certainly_short or date.max,
        outlook.likely_short or date.max,
        outlook.possibly_short or date.max,
    )
    assert third <= second <= first


def test_words_say_which_day_and_how_sure():
    seen = {Group.READY: Seen(10, 5)}
    people = [(Group.READY, 0)] * 4
    assert "almost certainly" in outlook_words(ahead([(Group.AWAITING, 0)]))[1]
    assert "probably" in outlook_words(ahead(people, seen, {0: 1}))[1]
    assert "may run out" in outlook_words(ahead(people, seen, {0: 2}))[1]
    assert "last for the next 14 days" in outlook_words(ahead(people, seen, {0: 3}))[1]
    told = " ".join(outlook_words(ahead(people, seen, undated=3)))
    assert "of 10 whose outcome is known from the last 90 days, 5 came to live-in care" in told
    assert "without an expected date, in no figure: 3" in told


def test_an_agency_is_told_when_it_has_promised_more_than_it_has_workers():
    days = [TODAY, TODAY + timedelta(days=2)]
    outlook = ahead([], starts={0: 1, 5: 2}, released=days, this_week=(5, 2, 1))
    assert outlook.workers_short == TODAY + timedelta(days=5)
    words = outlook_words(outlook)
    assert words[0] == "This week: 5 guaranteed, 2 accepted or started, 1 left."
    assert words[2] == "From Fri 27-Nov-2026 fewer workers are free than starts promised."
    assert ahead([]).days[0].workers is None


def test_more_cannot_have_come_than_were_seen():
    with pytest.raises(ValueError, match="more came"):
        Seen(1, 2)
