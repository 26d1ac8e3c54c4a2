"""The columns of the list of offers, as the hub or as an agency sees them; never an identity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from d2a_desktop.ui.formats.cells import TextCell
from d2a_desktop.ui.formats.offer_words import (
    about,
    reply_cell,
    start_lines,
    status_cell,
)
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

if TYPE_CHECKING:
    from d2a_desktop.services.queries.rows import OfferRow


def offers_model(now: Callable[[], datetime], *, for_agency: bool) -> RowsModel[OfferRow]:
    """Return an empty model; `now` tells the desk's present instant."""
    return RowsModel(_columns(now, for_agency=for_agency), id_of=lambda row: row.offer_id)


def _columns(now: Callable[[], datetime], *, for_agency: bool) -> tuple[Column[OfferRow], ...]:
    first: Column[OfferRow] = Column("offer", "Offer", _offer, lambda row: row.reference, width=136)
    agency: Column[OfferRow] = Column(
        "agency", "Agency", _agency, lambda row: row.agency_name, width=140, stretch=1
    )
    rest: tuple[Column[OfferRow], ...] = (
        Column(
            "needs",
            "Needs",
            lambda row: TextCell(row.needs_summary, about(row)),
            lambda row: row.needs_summary,
            width=150,
            stretch=3,
        ),
        Column(
            "start",
            "Start",
            _start,
            lambda row: row.earliest_start or date.max,
            width=184,
            optional=True,
        ),
        Column(
            "reply",
            "Reply by",
            lambda row: reply_cell(row, now()),
            lambda row: row.respond_by,
            width=140,
            moving=True,
        ),
        Column("status", "Status", status_cell, lambda row: row.status_label, width=172),
    )
    return (first, *rest) if for_agency else (first, agency, *rest)


def _offer(row: OfferRow) -> TextCell:
    return TextCell(row.reference, row.case_ref or "", strong=True)


def _agency(row: OfferRow) -> TextCell:
    return TextCell(row.agency_name, "" if row.agency_has_desk else "answers by phone or mail")


def _start(row: OfferRow) -> TextCell:
    words, below = start_lines(row)
    return TextCell(words, below)
