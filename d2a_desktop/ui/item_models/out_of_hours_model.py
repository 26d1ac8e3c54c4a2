"""The columns of the out-of-hours page: what is ahead by time, and whom to ring."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from d2a_desktop.domain.display import (
    display_family_name,
    display_given_name,
    display_nhs_number,
)
from d2a_desktop.services.queries.out_of_hours import AheadRow, RingRow
from d2a_desktop.ui.formats.cells import PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.formats.words import day_and_time
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

PARTS = {
    "leaves": ("Leaves the ward", Hue.BLUE),
    "arrives": ("Worker arrives", Hue.PURPLE),
    "assessed": ("Assessed at home", Hue.GREEN),
    "unbooked": ("No visit booked", Hue.AMBER),
    "open": ("Open task", Hue.NEUTRAL),
}
Now = Callable[[], datetime]


def ahead_model(now: Now) -> RowsModel[AheadRow]:
    """Return an empty model of what is ahead, one line for each thing."""
    return RowsModel(_ahead(now), id_of=lambda row: row.row_id)


def ring_model() -> RowsModel[RingRow]:
    """Return an empty model of the organisations that answer the telephone."""
    return RowsModel(_ring(), id_of=lambda row: f"{row.kind} {row.name}")


def _ahead(now: Now) -> tuple[Column[AheadRow], ...]:
    return (
        Column(
            "when",
            "When",
            lambda row: _when(row, now()),
            lambda row: row.at,
            width=135,
            moving=True,
        ),
        Column(
            "what",
            "What",
            lambda row: TagCell(*PARTS.get(row.part, (row.part, Hue.NEUTRAL))),
            lambda row: row.part,
            width=150,
        ),
        Column("person", "Person", _person, lambda row: row.person.family_name, width=170,
               stretch=2),
        Column(
            "where",
            "Where, or what is open",
            lambda row: TextCell(row.where),
            lambda row: row.where,
            tooltip=lambda row: row.where,
            width=150,
            stretch=3,
        ),
        Column(
            "who",
            "Who",
            lambda row: TextCell(row.who, tone=Tone.WARN if row.part == "unbooked" else Tone.PLAIN),
            lambda row: row.who,
            width=120,
            stretch=1,
        ),
        Column(
            "ring",
            "Ring",
            lambda row: TextCell(row.ring, strong=True),
            lambda row: row.ring,
            width=125,
        ),
    )  # fmt: skip


def _when(row: AheadRow, now: datetime) -> TextCell:
    words = day_and_time(row.at, now)
    if row.part in ("open", "unbooked"):
        words = f"by {words}"
    if row.passed:
        told = "Overdue" if row.part in ("open", "unbooked") else "Ask: not recorded"
        return TextCell(words, told, tone=Tone.BAD, strong=True)
    return TextCell(words, "Approx" if row.approx else "", strong=True)


def _person(row: AheadRow) -> PersonCell:
    one = row.person
    return PersonCell(
        display_family_name(one.family_name),
        display_given_name(one.given_name or ""),
        display_nhs_number(one.nhs_number, verified=one.nhs_number_verified),
        f"{one.age} y",
    )


def _ring() -> tuple[Column[RingRow], ...]:
    return (
        Column(
            "who",
            "Who",
            lambda row: TextCell(row.name, row.kind.capitalize(), strong=True),
            lambda row: row.name,
            tooltip=lambda row: row.name,
            width=130,
            stretch=2,
        ),
        Column(
            "phone",
            "By day",
            lambda row: TextCell(row.phone),
            lambda row: row.phone,
            width=115,
        ),
        Column(
            "on_call",
            "On call",
            lambda row: TextCell(row.on_call, strong=True),
            lambda row: row.on_call,
            width=115,
        ),
    )
