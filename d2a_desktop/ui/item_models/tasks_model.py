"""The columns of the tasks page: when it is due, what, for whom, whose, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from d2a_desktop.domain.display import (
    display_family_name,
    display_given_name,
    display_nhs_number,
)
from d2a_desktop.services.queries.task_list import WorkRow
from d2a_desktop.ui.formats.cells import PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.formats.words import UNCONFIRMED, day_and_time
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

_STATES = {
    "alarm": ("Alarm", Hue.RED),
    "open": ("Open", Hue.BLUE),
    "prompted": ("To open", Hue.PURPLE),
}
_NEVER = float("inf")
Now = Callable[[], datetime]


def work_model(now: Now) -> RowsModel[WorkRow]:
    """Return an empty model of all that people chase."""
    return RowsModel(
        (
            Column(
                "due",
                "Due",
                lambda row: _due(row, now()),
                lambda row: row.due_at.timestamp() if row.due_at else _NEVER,
                width=140,
                moving=True,
            ),
            Column(
                "task",
                "Task",
                lambda row: TextCell(row.title, row.about, strong=row.urgent),
                lambda row: row.title,
                tooltip=lambda row: row.about or row.title,
                width=230,
                stretch=3,
            ),
            Column("person", "Person", _person, lambda row: row.family_name, width=165, stretch=2),
            Column(
                "place",
                "Place",
                lambda row: TextCell(row.place),
                lambda row: row.place,
                width=90,
                optional=True,
            ),
            Column(
                "owner",
                "Whose",
                lambda row: TextCell(
                    row.owner, "outside the system" if row.external else "", strong=row.mine
                ),
                lambda row: row.owner,
                width=140,
                stretch=1,
            ),
            Column("state", "State", _state, lambda row: row.state, width=125),
        ),
        id_of=lambda row: row.row_id,
    )


def _due(row: WorkRow, now: datetime) -> TextCell:
    if row.due_at is None:
        return TextCell("No due time", tone=Tone.QUIET)
    words = day_and_time(row.due_at, now)
    if row.state == "done":
        return TextCell(words, tone=Tone.QUIET)
    late = row.due_at < now
    return TextCell(words, "overdue" if late else "", Tone.BAD if late else Tone.PLAIN, strong=late)


def _person(row: WorkRow) -> PersonCell:
    return PersonCell(
        display_family_name(row.family_name),
        display_given_name(row.given_name or ""),
        display_nhs_number(row.nhs_number, verified=row.nhs_number_verified),
    )


def _state(row: WorkRow) -> TagCell:
    if row.state == "done":
        return TagCell(row.outcome_words or "Done", Hue.GREEN)
    if row.pending:
        return TagCell(UNCONFIRMED.capitalize(), Hue.AMBER)
    if row.state == "open" and row.urgent:
        return TagCell("Urgent", Hue.RED)
    return TagCell(*_STATES.get(row.state, (row.state.capitalize(), Hue.NEUTRAL)))
