"""Bank holidays of the three calendars of the United Kingdom, computed and never fetched."""

from __future__ import annotations

from datetime import date, timedelta

ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND = (
    "England and Wales",
    "Scotland",
    "Northern Ireland",
)
# The library knows England by the holidays that it shares with Wales.
_SUBDIVISIONS = {ENGLAND_AND_WALES: "ENG", SCOTLAND: "SCT", NORTHERN_IRELAND: "NIR"}


def bank_holidays(nation: str, first: date, last: date) -> tuple[date, ...]:
    """Return the bank holidays of a nation from `first` to `last`, both included.

    A holiday proclaimed after this program was built is not among them (docs/scheduling.md says
    what to do then).
    """
    # Late: it takes a tenth of a second, and a desk that only shows a board needs no calendar.
    import holidays

    years = range(first.year, last.year + 1)
    days = holidays.country_holidays("GB", subdiv=_SUBDIVISIONS[nation], years=years)
    span = (last - first).days
    return tuple(day for n in range(span + 1) if (day := first + timedelta(days=n)) in days)
