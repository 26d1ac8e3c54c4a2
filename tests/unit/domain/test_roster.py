"""Where a worker's paper stands on a day: the last valid day, 28 days ahead, and no end."""

from __future__ import annotations

from datetime import date

import pytest

from d2a_desktop.domain.roster import (
    PaperStanding,
    lasting,
    missing_papers,
    most_pressing,
    paper_standing,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "valid_to", "standing"),
    [
        ("MH", date(2026, 11, 21), PaperStanding.EXPIRED),
        ("MH", TODAY, PaperStanding.ENDING),
        ("MH", date(2026, 12, 20), PaperStanding.ENDING),
        ("MH", date(2026, 12, 21), PaperStanding.IN_DATE),
        # A training lapses: without its end nobody can say that it holds.
        ("MH", None, PaperStanding.CANNOT_CONFIRM),
        # A right to work need not lapse.
        ("RTW", None, PaperStanding.IN_DATE),
    ],
)
def test_a_paper_holds_on_its_last_day_and_presses_28_days_before(code, valid_to, standing):
    assert paper_standing(code, valid_to, today=TODAY) is standing


def test_what_nobody_recorded_is_named():
    assert missing_papers({"RTW", "FOOD"}) == ("DBS_ENH_AB", "MH", "MEDS")


def test_expired_presses_more_than_unknown_and_unknown_more_than_ending():
    standings = list(PaperStanding)
    assert most_pressing(standings) is PaperStanding.EXPIRED
    assert most_pressing(standings[1:]) is PaperStanding.CANNOT_CONFIRM
    assert most_pressing(()) is PaperStanding.IN_DATE


def test_of_two_papers_of_a_kind_the_one_that_lasts_longest_counts():
    ends = [date(2027, 1, 1), None, date(2026, 1, 1)]
    assert max(ends, key=lambda end: lasting("MH", end)) == date(2027, 1, 1)
    assert max(ends, key=lambda end: lasting("RTW", end)) is None
