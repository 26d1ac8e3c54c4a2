"""The columns of the list of workers for one accepted offer: verdict first, then why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2a_desktop.ui.formats.cells import MeterCell, TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import WorkerChoice

_VERDICTS = {
    "fits": ("Fits", Hue.GREEN),
    "cannot_confirm": ("Cannot confirm", Hue.AMBER),
    "excluded": ("Excluded", Hue.RED),
}


# In the order in which they decide between workers who fit (services.match_factors).
_FACTORS = ("Skills", "Free dates", "Continuity", "Share of work")
# What the longest words of each need (`None asked`, `Nothing after`, `Nobody before`, `28 of 28
# days`): a word or a name that is cut decides nothing. Where the room is short the reasons give
# way whole, then the rank, which the order says, then the last factor; both stand below the list.
_WIDTHS = {"Skills": 102, "Free dates": 122, "Continuity": 124, "Share of work": 118}


def choices_model() -> RowsModel[WorkerChoice]:
    """Return an empty model."""
    return RowsModel(_columns(), id_of=lambda row: row.worker_id)


def verdict(row: WorkerChoice) -> TagCell:
    """Return the verdict as a tag."""
    words, hue = _VERDICTS[row.verdict]
    return TagCell(words, hue, outlined=row.verdict == "cannot_confirm")


def why(row: WorkerChoice) -> tuple[str, ...]:
    """Return every reason, worst first: what excludes, what is unknown, then what speaks for."""
    return (*row.reasons, *(f"Not known: {each}" for each in row.cannot_confirm), *row.points)


def _columns() -> tuple[Column[WorkerChoice], ...]:
    return (
        Column(
            "worker",
            "Worker",
            lambda row: TextCell(row.name, row.lives_in, strong=True),
            lambda row: row.name,
            width=180,
            stretch=1,
            always=True,
        ),
        Column("verdict", "Verdict", verdict, lambda row: row.verdict, width=126),
        *(_factor(number, heading) for number, heading in enumerate(_FACTORS)),
        Column(
            "rank",
            "Rank",
            lambda row: TextCell(str(row.rank) if row.rank else "", right=True),
            lambda row: row.rank or 9999,
            width=56,
            optional=True,
        ),
        Column("why", "Why", _why, why, width=240, stretch=2, optional=True),
    )


def _factor(number: int, heading: str) -> Column[WorkerChoice]:
    """Return the column of one factor: its words above a bar, in the order it decides."""

    def cell(row: WorkerChoice) -> MeterCell:
        if number >= len(row.factors):
            return MeterCell(0, "Not known", Tone.QUIET)
        _label, words, percent, tone = row.factors[number]
        known = tone in set(Tone)
        return MeterCell(percent, words, Tone(tone) if known else Tone.QUIET)

    return Column(
        heading.lower(),
        heading,
        cell,
        lambda row: row.factors[number][2] if number < len(row.factors) else 0,
        tooltip=lambda row: cell(row).words,
        width=_WIDTHS[heading],
        optional=number == len(_FACTORS) - 1,
    )


def _why(row: WorkerChoice) -> TextCell:
    words = why(row)
    more = f"and {len(words) - 1} more" if len(words) > 1 else ""
    tone = Tone.PLAIN if row.verdict == "fits" else Tone.WARN
    return TextCell(words[0] if words else "No rule speaks against", more, tone=tone)
