"""The columns and views of the referrals: from whom, since when, how complete, what lacks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.display import (
    display_datetime_short,
    display_family_name,
    display_given_name,
    display_nhs_number,
)
from d2a_desktop.services.queries.referrals import ReferralRow
from d2a_desktop.ui.formats.cells import MeterCell, PersonCell, TagCell, TextCell
from d2a_desktop.ui.formats.tones import Hue, Tone
from d2a_desktop.ui.formats.words import UNCONFIRMED, ago
from d2a_desktop.ui.item_models.rows_model import Column, RowsModel

Now = Callable[[], datetime]
VIEWS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("all", "All", frozenset()),
    ("queue", "Hub queue", frozenset({"sent"})),
    ("returned", "Returned", frozenset({"returned"})),
    ("draft", "Drafts", frozenset({"draft"})),
    ("confirmed", "Pathway confirmed", frozenset({"confirmed"})),
)
_NAMED = 2
_IN_HOURS_FOR = 2
"""From how many days on a wait is told in days."""
_HUES = {"sent": Hue.RED, "returned": Hue.AMBER, "draft": Hue.NEUTRAL, "confirmed": Hue.GREEN}


def referrals_model(now: Now) -> RowsModel[ReferralRow]:
    """Return the empty model of the referrals."""
    return RowsModel(_columns(now), id_of=lambda row: row.case_id, searched=_searched)


def view_keeps(key: str) -> Callable[[ReferralRow], bool] | None:
    """Return what a view keeps; None keeps all."""
    wanted = next((states for name, _, states in VIEWS if name == key), frozenset[str]())
    return (lambda row: row.status in wanted) if wanted else None


def _columns(now: Now) -> tuple[Column[ReferralRow], ...]:
    return (
        Column("id", "Referral", _reference, lambda row: row.reference, width=122),
        Column(
            "person", "Patient", _person, lambda row: row.family_name.casefold(), width=190,
            stretch=2, always=True,
        ),
        Column("from", "From", lambda row: TextCell(row.bed, row.sender), lambda row: row.bed,
               lambda row: row.sender, width=130, stretch=1),
        Column("sent", "Sent", lambda row: _sent(row, now()), _sent_order, width=120, moving=True),
        Column("complete", "Complete", _complete, lambda row: row.percent, width=110),
        Column("missing", "Missing", _missing, lambda row: len(row.missing),
               lambda row: "\n".join(row.missing), width=190, stretch=2, optional=True),
        Column("status", "Status", _status, lambda row: row.status_label, width=158, always=True),
        Column("owner", "Owner", lambda row: TextCell(row.owner, tone=Tone.QUIET),
               lambda row: row.owner, width=120, optional=True),
    )  # fmt: skip


def _reference(row: ReferralRow) -> TextCell:
    return TextCell(row.reference, "early" if row.early else "")


def _person(row: ReferralRow) -> PersonCell:
    return PersonCell(
        display_family_name(row.family_name),
        display_given_name(row.given_name),
        display_nhs_number(row.nhs_number, verified=row.nhs_number_verified),
        f"{row.age} y",
    )


def _sent(row: ReferralRow, now: datetime) -> TextCell:
    if row.sent_at is None:
        return TextCell("Not sent", tone=Tone.QUIET)
    days = (london_day(now) - london_day(row.sent_at)).days
    below = ago(row.sent_at, now) if days < _IN_HOURS_FOR else f"{days} days ago"
    return TextCell(display_datetime_short(row.sent_at), below)


def _sent_order(row: ReferralRow) -> tuple[bool, float]:
    return row.sent_at is None, row.sent_at.timestamp() if row.sent_at is not None else 0.0


def _complete(row: ReferralRow) -> MeterCell:
    lacks = len(row.mandatory_missing)
    tone = Tone.WARN if lacks else Tone.GOOD if row.percent == 100 else Tone.LINK
    return MeterCell(
        row.percent, tone=tone, detail=f"{lacks} needed are missing" if lacks else "all needed"
    )


def _missing(row: ReferralRow) -> TextCell:
    if not row.missing:
        return TextCell("Nothing", tone=Tone.QUIET)
    # What must be there comes first.
    needed = list(row.mandatory_missing)
    rest = [each for each in row.missing if each not in needed]
    shown = [*needed, *rest]
    more = f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return TextCell(", ".join(shown[:_NAMED]) + more, tone=Tone.WARN if needed else Tone.PLAIN)


def _status(row: ReferralRow) -> TagCell:
    words = f"{row.status_label}, {UNCONFIRMED}" if row.pending else row.status_label
    return TagCell(words, _HUES.get(row.status, Hue.NEUTRAL), outlined=row.pending)


def _searched(row: ReferralRow) -> str:
    parts = (row.reference, row.case_ref, row.family_name, row.given_name, row.nhs_number or "")
    more = (display_nhs_number(row.nhs_number), row.bed, row.sender, row.status_label, row.owner)
    return " ".join((*parts, *more, *row.missing))
