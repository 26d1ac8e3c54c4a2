"""The columns of the list of what needs a person's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2a_desktop.domain.display import display_datetime_short
from d2a_desktop.ui.formats.cells import PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import ConflictRow


def conflicts_model() -> RowsModel[ConflictRow]:
    """Return an empty model of what needs a person, one line for each change."""
    return RowsModel(_columns(), id_of=lambda row: row.conflict_id)


def _columns() -> tuple[Column[ConflictRow], ...]:
    return (
        Column("state", "State", _state, lambda row: row.code, width=100),
        Column("whose", "Whose record", _whose, lambda row: row.person or "", width=210, stretch=3),
        Column(
            "what",
            "What",
            lambda row: TextCell(row.record, below=fields_words(row), strong=True),
            lambda row: row.record,
            width=150,
            stretch=1,
        ),
        Column(
            "made",
            "Changed here",
            lambda row: TextCell(display_datetime_short(row.made_at), below=row.made_by),
            lambda row: row.made_at,
            width=110,
        ),
    )


def _state(row: ConflictRow) -> TagCell:
    met = row.code == "conflict"
    return TagCell("Choose" if met else "Not taken", Hue.AMBER if met else Hue.RED)


def _whose(row: ConflictRow) -> PersonCell | TextCell:
    if row.person is None:
        return TextCell(row.case_ref or row.record)
    family, _, given = row.person.partition(", ")
    return PersonCell(family, given, row.case_ref or "")


def fields_words(row: ConflictRow) -> str:
    """Return the fields in question by their labels, the first three."""
    names = [each.label for each in row.fields]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
