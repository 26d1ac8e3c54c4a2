from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.capacity import (
    CapacityContract,
    IsoWeek,
    SlotFact,
    SlotStatus,
    UnusedRule,
    releases_by_week,
    rolled_over,
    summarise_week,
    workers_out,
)

WEEK = IsoWeek(2026, 48)  # Monday 23-Nov-2026
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
CONTRACT = CapacityContract(5, 8, valid_from=date(2026, 1, 1))


def slots(**counts):
    return [SlotFact(status) for status, count in counts.items() for _ in range(count)]


def arrivals(*days):
    return [datetime(2026, 11, day, 15, tzinfo=UTC) for day in days]


def test_week_a_of_the_reference():
    # 6 offered by the agency, 4 accepted, 3 started, 1 hold expired.
    held = SlotFact(SlotStatus.HELD, held_until=NOW - timedelta(hours=1))
    week = [*slots(started=3, accepted=1, open=1), held]
    found = summarise_week(
        WEEK, contract=CONTRACT, slots=week, now=NOW, arrivals=arrivals(23, 24, 25)
    )
    assert (found.guaranteed, found.available, found.accepted) == (5, 6, 4)
    assert (found.started, found.unused, found.shortfall) == (3, 3, 0)
    assert found.held == 0


def test_week_b_of_the_reference_is_a_shortfall_whatever_the_demand():
    found = summarise_week(WEEK, contract=CONTRACT, slots=slots(open=3), now=NOW, demand=1)
    assert found.shortfall == 2
    assert found.unmet == 0


def test_demand_beyond_what_was_offered_is_unmet_and_no_breach():
    found = summarise_week(WEEK, contract=CONTRACT, slots=slots(accepted=8), now=NOW, demand=9)
    assert found.unmet == 1
    assert found.shortfall == 0


def test_slots_the_agency_withdrew_were_not_available():
    found = summarise_week(WEEK, contract=CONTRACT, slots=slots(open=4, withdrawn=2), now=NOW)
    assert found.available == 4
    assert found.shortfall == 1


def test_a_hold_that_still_stands_is_counted_as_held():
    held = SlotFact(SlotStatus.HELD, held_until=NOW + timedelta(hours=1))
    for_ever = SlotFact(SlotStatus.HELD)
    found = summarise_week(WEEK, contract=CONTRACT, slots=[held, for_ever], now=NOW)
    assert found.held == 2


def test_a_start_counts_once_in_the_week_of_its_arrival():
    late = arrivals(22, 23, 29, 30)  # Sunday before, Monday, Sunday, Monday after
    found = summarise_week(WEEK, contract=CONTRACT, slots=[], now=NOW, arrivals=late)
    assert found.started == 2


def test_failed_starts_and_refusals_are_counted_beside():
    found = summarise_week(
        WEEK,
        contract=CONTRACT,
        slots=slots(offered=1),
        now=NOW,
        failed=1,
        refusals=["skill", "pets", "skill"],
    )
    assert found.failed == 1
    assert found.offered == 1
    assert found.refused == {"pets": 1, "skill": 2}


def test_nothing_is_guaranteed_outside_the_contract():
    ended = CapacityContract(5, 8, valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 22))
    assert ended.guaranteed_in(WEEK) == 0
    assert ended.guaranteed_in(WEEK.shifted(-1)) == 5
    assert CapacityContract(5, 8, valid_from=date(2026, 11, 30)).guaranteed_in(WEEK) == 0
    assert CapacityContract(5, 8, valid_from=date(2026, 11, 29)).guaranteed_in(WEEK) == 5


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"min_starts": 9, "max_starts": 8}, "contract_starts"),
        ({"min_starts": -1, "max_starts": 8}, "contract_starts"),
        ({"min_starts": 5, "max_starts": 8, "valid_to": date(2025, 1, 1)}, "contract_days"),
        ({"min_starts": 5, "max_starts": 8, "response": timedelta()}, "contract_response"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(values, code):
    with pytest.raises(UsageError) as refused:
        CapacityContract(valid_from=date(2026, 1, 1), **values)
    assert refused.value.code == code


def test_weeks_are_iso_weeks_across_the_year_end():
    assert str(IsoWeek.of(date(2026, 12, 28))) == "2026-W53"
    assert str(IsoWeek.of(date(2027, 1, 4))) == "2027-W01"
    assert IsoWeek(2026, 53).shifted(1) == IsoWeek(2027, 1)
    assert IsoWeek(2026, 53).sunday == date(2027, 1, 3)
    assert date(2027, 1, 3) in IsoWeek(2026, 53)
    assert date(2027, 1, 4) not in IsoWeek(2026, 53)


def test_a_week_is_read_from_text():
    assert IsoWeek.parse(" 2026-w48 ") == WEEK
    assert IsoWeek.parse("2026-W48").monday == date(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["2026-W54", "2027-W53", "2026-W00", "2026W48", "26-W48", "2026-W4", ""]
)
def test_what_is_no_week_is_refused(text):
    with pytest.raises(UsageError) as refused:
        IsoWeek.parse(text)
    assert refused.value.code == "week"


def test_unused_starts_are_lost_or_roll_over_as_agreed():
    rolls = CapacityContract(
        5, 8, date(2026, 1, 1), unused_rule=UnusedRule.ROLL_OVER, roll_over_limit=2
    )
    assert rolled_over(3, CONTRACT) == 0
    assert rolled_over(3, rolls) == 2
    assert rolled_over(1, rolls) == 1


def test_littles_law_gives_the_workers_out():
    assert workers_out(6.5, 3) == 19.5


def test_releases_are_counted_by_week_in_order():
    ends = [date(2027, 1, 4), date(2026, 11, 23), date(2026, 11, 29)]
    assert releases_by_week(ends) == {WEEK: 2, IsoWeek(2027, 1): 1}
    assert list(releases_by_week(ends)) == [WEEK, IsoWeek(2027, 1)]
