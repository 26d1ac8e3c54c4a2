"""The columns of the list of conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2a_desktop.domain.display import display_datetime_short
from d2a_desktop.ui.formats.cells import TextCell
from d2a_desktop.ui.formats.tones import Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import ConflictRow


def conflicts_model() -> RowsModel[ConflictRow]:
    """Return an empty model of what needs a person, one line for each field in question."""
    return RowsModel(_columns(), id_of=lambda row: f"{row.conflict_id} {row.field}")


def _columns() -> tuple[Column[ConflictRow], ...]:
    return (
        Column("case", "Case", _case, lambda row: row.case_ref or "", width=110),
        Column(
            "what",
            "What",
            lambda row: TextCell(f"{words(row.entity)}: {words(row.field)}", strong=True),
            lambda row: (row.entity, row.field),
            width=200,
            stretch=1,
        ),
        Column("mine", "Mine", lambda row: TextCell(row.mine), lambda row: row.mine, stretch=1),
        Column(
            "theirs", "Theirs", lambda row: TextCell(row.theirs), lambda row: row.theirs, stretch=1
        ),
        Column(
            "why",
            "Why",
            lambda row: TextCell(row.reason, tone=Tone.QUIET),
            lambda row: row.reason,
            width=220,
            stretch=1,
        ),
        Column(
            "when",
            "When",
            lambda row: TextCell(display_datetime_short(row.at)),
            lambda row: row.at,
            width=110,
        ),
    )


def _case(row: ConflictRow) -> TextCell:
    return TextCell(row.case_ref or "–", strong=bool(row.case_ref))  # noqa: RUF001  a dash


def words(name: str) -> str:
    """Return a stored name as words: `left_at` becomes `left at`."""
    return name.replace("_", " ")
