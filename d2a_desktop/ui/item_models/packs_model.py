"""The columns of the pages on packs: people, and the prints made for one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from d2a_desktop.domain.codes import PackKind
from d2a_desktop.domain.display import (
    display_datetime_short,
    display_family_name,
    display_given_name,
    display_nhs_number,
)
from d2a_desktop.ui.formats.cells import BedCell, PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel
from d2a_desktop.ui.item_models.ward_board_model import STAGE_HUES, place_words

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import PackRow, WardBoardRow


def people_model() -> RowsModel[WardBoardRow]:
    """Return an empty model of people for whom packs are made."""
    return RowsModel(_people(), id_of=lambda row: row.case_id)


def prints_model() -> RowsModel[PackRow]:
    """Return an empty model of one person's prints."""
    return RowsModel(_prints(), id_of=lambda row: row.pack_id)


def _people() -> tuple[Column[WardBoardRow], ...]:
    return (
        Column("person", "Person", _person, lambda row: row.family_name, width=180, stretch=2),
        Column(
            "place",
            "Place",
            lambda row: BedCell(place_words(row)),
            lambda row: (row.ward, row.bed),
            width=98,
            stretch=1,
            optional=True,
        ),
        Column(
            "stage",
            "Stage",
            lambda row: TagCell(row.stage_label, STAGE_HUES.get(row.stage, Hue.NEUTRAL)),
            lambda row: row.stage_label,
            width=152,
        ),
        Column(
            "leaving",
            "Leaving",
            lambda row: TextCell(f"{row.leaving_on:%d-%b}" if row.leaving_on else ""),
            lambda row: str(row.leaving_on or "9999"),
            width=78,
        ),
    )


def _person(row: WardBoardRow) -> PersonCell:
    return PersonCell(
        display_family_name(row.family_name),
        display_given_name(row.given_name or ""),
        display_nhs_number(row.nhs_number, verified=row.nhs_number_verified),
        f"{row.age} y",
    )


def _prints() -> tuple[Column[PackRow], ...]:
    return (
        Column(
            "pack",
            "Pack",
            lambda row: TextCell(
                PackKind(row.kind).label, f"version {row.version} · {row.reference}", strong=True
            ),
            lambda row: (row.kind, row.version),
            tooltip=lambda row: f"{row.reference}, printed by {row.printed_by}",
            width=176,
            stretch=2,
        ),
        Column(
            "printed",
            "Printed",
            lambda row: TextCell(display_datetime_short(row.printed_at), row.printed_by),
            lambda row: row.printed_at,
            tooltip=lambda row: row.printed_by,
            width=108,
            stretch=1,
        ),
        Column("state", "State", print_state, lambda row: row.superseded, width=104),
        Column(
            "given",
            "Given",
            lambda row: TextCell(
                display_datetime_short(row.given_at, null="Not given"),
                tone=Tone.PLAIN if row.given_at else Tone.WARN,
            ),
            lambda row: str(row.given_at or ""),
            width=92,
        ),
    )


def print_state(row: PackRow) -> TagCell:
    """Return whether a print still says what the record says."""
    if row.superseded:
        return TagCell("Superseded", Hue.RED)
    return TagCell("Draft", Hue.AMBER) if row.draft else TagCell("Current", Hue.GREEN)


def standing_words(row: PackRow) -> str:
    """Return why a print does not hold any more, and for whom it is; "" when there is no more."""
    words = [f"For {row.given_to}."] if row.given_to and row.given_at is None else []
    if row.superseded_by:
        words.append(f"Superseded by {row.superseded_by}.")
    elif row.superseded:
        what = " ".join(row.changed) or "The record changed after it was printed."
        words.append(f"Superseded, print it again. {what}")
    return " ".join(words)
