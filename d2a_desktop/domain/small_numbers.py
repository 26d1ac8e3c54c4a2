"""Counts that are safe to publish: nobody can be told from a table of few people.

A count of one to four is said as "1 to 4" (the usual rule of published NHS figures); where only
one count of a table would be hidden, the next smallest is hidden too, or a sum would give it away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, median

FLOOR = 5
HIDDEN = "1 to 4"
TOO_FEW = "Too few to say"


def publishable(count: int) -> str:
    """Return a count of people as it may be published."""
    return HIDDEN if 0 < count < FLOOR else str(count)


def publishable_table(counts: Mapping[str, int]) -> dict[str, str]:
    """Return the counts of one breakdown as they may be published together."""
    hidden = {name for name, count in counts.items() if 0 < count < FLOOR}
    if len(hidden) == 1:
        others = {name: count for name, count in counts.items() if count >= FLOOR}
        if others:
            hidden.add(min(others, key=lambda name: (others[name], name)))
    return {
        name: _hidden_words(count) if name in hidden else str(count)
        for name, count in counts.items()
    }


def _hidden_words(count: int) -> str:
    return HIDDEN if count < FLOOR else f"{FLOOR} or more"


def share(part: int, whole: int) -> str:
    """Return `20 of 25 (80 %)`; of fewer than five people nothing is said."""
    if whole == 0:
        return "None"
    if whole < FLOOR:
        return TOO_FEW
    return f"{part} of {whole} ({round(100 * part / whole)} %)"


def middle(days: Sequence[int]) -> str:
    """Return median and mean of whole days; of fewer than five people nothing is said."""
    if not days:
        return "None"
    if len(days) < FLOOR:
        return TOO_FEW
    return f"median {median(days):g}, mean {fmean(days):.1f}"
