"""Bank holidays of the three calendars, as published for 2026 and 2027."""

from __future__ import annotations

from datetime import date

import pytest

from d2a_desktop.core.settings import declared
from d2a_desktop.services.bank_holidays import bank_holidays

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
# As the government publishes them for England and Wales.
ENGLAND_2026 = [
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-04",
    "2026-05-25",
    "2026-08-31",
    "2026-12-25",
    "2026-12-28",
]


def test_england_and_wales_have_the_published_days():
    found = [day.isoformat() for day in bank_holidays("England and Wales", *YEAR)]
    # Boxing Day is a Saturday in 2026: the day itself and its substitute are both days off.
    assert found == sorted([*ENGLAND_2026, "2026-12-26"])


@pytest.mark.parametrize(
    ("nation", "own", "not_own"),
    [
        ("Scotland", "2026-11-30", "2026-04-06"),
        ("Northern Ireland", "2026-03-17", "2026-11-30"),
        ("England and Wales", "2026-04-06", "2026-03-17"),
    ],
)
def test_each_nation_has_its_own(nation: str, own: str, not_own: str):
    found = {day.isoformat() for day in bank_holidays(nation, *YEAR)}
    assert own in found
    assert not_own not in found


def test_only_the_days_that_are_asked_for_across_a_new_year():
    found = bank_holidays("England and Wales", date(2026, 12, 27), date(2027, 1, 1))
    assert found == (date(2026, 12, 28), date(2027, 1, 1))


def test_every_choice_of_the_setting_has_a_calendar():
    for nation in declared("bank_holidays").choices:
        assert bank_holidays(nation, *YEAR)
