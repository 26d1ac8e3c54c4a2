"""The frozen rows of the hub's plan that a page shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AgencyChoice:
    """One agency for one person; `fits` is None where it does not share profiles."""

    agency_ods: str
    agency: str
    free_starts: int
    first_free_week: str | None
    fits: int | None
    shared: int
    """How many profiles it shares."""
    standing: str
    """Where an offer to it stands: its reply time or its answer; empty without one."""
    sentence: str
    asked: bool = False
    """Whether an offer to it is out and can still be answered."""
