"""One thing about a shared database that is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be, and its cure.

    `severe` when data could leak or be lost; else it is a warning, and the database is used.
    """

    code: str
    words: str
    what_to_do: str = ""
    severe: bool = True
