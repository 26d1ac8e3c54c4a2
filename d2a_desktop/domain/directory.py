"""The directory: which kinds of entry it has, and when a number should be verified again."""

from __future__ import annotations

from datetime import date, timedelta

from d2a_desktop.domain.codes import Labelled


class EntryKind(Labelled):
    """What a directory entry is; organisations outside the program as tasks name them."""

    GP = "gp", "GP practice"
    PHARMACY = "pharmacy", "Pharmacy"
    TRANSPORT = "transport", "Transport"
    EQUIPMENT = "equipment", "Equipment service"
    HOUSING = "housing", "Housing"
    VOLUNTARY = "voluntary", "Voluntary sector"
    MENTAL_HEALTH = "mental_health", "Mental health liaison"
    TELECARE = "telecare", "Telecare"
    COUNCIL = "council", "Council"
    TEAM = "team", "Ward or team"
    PERSON = "person", "Person"
    DEPUTY = "deputy", "Colleague with a deputy"


STALE_AFTER = timedelta(days=182)
"""A number that nobody has verified for half a year is shown as such (our own choice)."""


def needs_verifying(verified_on: date | None, *, today: date) -> bool:
    """Return whether a number was never verified, or longer ago than half a year."""
    return verified_on is None or today - verified_on > STALE_AFTER


def is_away(away_from: date | None, away_to: date | None, *, today: date) -> bool:
    """Return whether the alternate answers today; an open end means until further notice."""
    if away_from is None and away_to is None:
        return False
    return (away_from is None or away_from <= today) and (away_to is None or today <= away_to)
