"""The figures and saved views of an agency's people placed, in place of a ward's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from d2a_desktop.ui.formats.facts import Kpi
from d2a_desktop.ui.formats.tones import Tone

if TYPE_CHECKING:
    from d2a_desktop.services.queries.placed import Placed
    from d2a_desktop.services.queries.rows import WardBoardRow

PLACED_VIEWS: tuple[tuple[str, str], ...] = (
    ("all", "All"),
    ("placed", "Placed now"),
    ("starting", "Starting this week"),
    ("ending", "Ending in 7 days"),
    ("lacking", "No worker or relief"),
    ("mine", "Mine"),
)


def placed_predicate(key: str, found: Placed) -> Callable[[WardBoardRow], bool] | None:
    """Return what one of the views keeps, None where the key is none of a figure."""
    kept = {
        "placed": found.now,
        "starting": found.starting,
        "ending": found.ending,
        "lacking": found.lacking,
    }.get(key)
    return None if kept is None else lambda row: row.case_id in kept


def placed_kpis(found: Placed) -> tuple[Kpi, ...]:
    """Return the cards; their keys are the views they open."""
    lacking = len(found.lacking)
    return (
        Kpi("placed", str(len(found.now)), "Placed now", "worker arrived", Tone.GOOD),
        Kpi("starting", str(len(found.starting)), "Starting this week", "Monday to Sunday"),
        Kpi(
            "ending",
            str(len(found.ending)),
            "Ending in 7 days",
            "or past the agreed end",
            Tone.WARN if found.ending else Tone.QUIET,
        ),
        Kpi(
            "lacking",
            str(lacking),
            "No worker or relief",
            "for a time of the placement",
            Tone.BAD if lacking else Tone.QUIET,
        ),
    )
