"""One record of a PAS extract read into a typed row, or refused with all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from d2a_desktop.core.clock import london_day
from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.codes import NhsNumberStatus
from d2a_desktop.domain.person import NhsNumber, Postcode
from d2a_desktop.interop import pas_values
from d2a_desktop.interop.cell_times import Moment, UnreadableTimeError, read_day, read_moment
from d2a_desktop.interop.cells import UnfitCellError, clean
from d2a_desktop.interop.pas_columns import COLUMNS, REQUIRED, HeaderMap
from d2a_desktop.interop.records import Flag, PasRow
from d2a_desktop.interop.report import Refusal

OLDEST_YEARS = 125
"""No birth lies further back (PRODUCT section 6)."""

_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_INSTANTS = ("admitted_at", "nctr_from", "discharged_at")
_ADDRESS = frozenset({"address1", "address2", "address3", "address4"})
_ABSENT = (NhsNumberStatus.NOT_PRESENT, NhsNumberStatus.POSTPONED)


class _UnfitError(ValueError):
    """A value that refuses its row; the message is a whole sentence."""


@dataclass(slots=True)
class _Draft:
    """A row in the making: what is known of it, and what is wrong with it."""

    line: int
    values: dict[str, object] = field(default_factory=dict)
    moments: dict[str, Moment] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    def flag(self, column: str, code: str, words: str) -> None:
        self.flags.append(Flag(self.line, column, code, words))

    def leave_out(self, column: str, code: str, words: str) -> None:
        """Take the row without this value, and say so."""
        self.values.pop(column, None)
        self.moments.pop(column, None)
        self.flag(column, code, words)


def read_row(
    cells: Sequence[str], header: HeaderMap, *, line: int, now: datetime
) -> PasRow | Refusal:
    """Return the typed row of one record, or its refusal (PRODUCT section 6).

    What makes out who a person is, which spell it is and when things happened is right or the row
    is refused. A coded description that nobody understands is left out and flagged, so that the
    person still stands on the board. `now` is aware; a future birth is measured by it.
    """
    if any(cell.strip() for cell in cells[len(header.header) :]):
        words = f"The row has {len(cells)} cells, the header {len(header.header)}."
        return Refusal(line, "", words + " Put quotation marks round values with separators.")
    draft = _Draft(line)
    for column, place in header.places.items():
        # Excel leaves blank cells at the end of a row away.
        if place < len(cells) and (raw := cells[place]):
            _take(draft, column, raw, now)
    _require(draft)
    _check_status(draft)
    _check_times(draft, now)
    if draft.problems:
        (column, reason), *also = draft.problems.items()
        return Refusal(line, column, reason, tuple(also))
    return PasRow(
        line=line,
        carried=frozenset(header.places),
        date_only=frozenset(c for c in _INSTANTS if c in draft.moments and not _timed(draft, c)),
        flags=tuple(draft.flags),
        **draft.values,  # type: ignore[arg-type]  # each reader below gives its column's type
    )


def _take(draft: _Draft, column: str, raw: str, now: datetime) -> None:
    try:
        text = clean(raw, line_break=", " if column in _ADDRESS else " ")
        if not text:
            return
        limit = COLUMNS[column].limit
        if len(text) > limit:
            raise _UnfitError(f"This is {len(text)} characters long; {limit} is the most.")
        reader = _READERS.get(column)
        if reader is None:
            draft.values[column] = text
        else:
            reader(draft, column, text, now)
    except (UnfitCellError, UnreadableTimeError) as error:
        draft.problems[column] = f"This {error}."
    except _UnfitError as error:
        draft.problems[column] = str(error)


def _nhs_number(draft: _Draft, column: str, text: str, _now: datetime) -> None:
    try:
        draft.values[column] = NhsNumber.parse(text).value
    except UsageError as error:
        raise _UnfitError(str(error)) from None


def _number_as_text(draft: _Draft, column: str, text: str, _now: datetime) -> None:
    if _ROUNDED.fullmatch(text):
        raise _UnfitError(
            "A spreadsheet has rounded this number (like 9.43E+09). Export the column as text."
        )
    draft.values[column] = text


def _birth(draft: _Draft, column: str, text: str, now: datetime) -> None:
    born, today = read_day(text), london_day(now)
    if born > today:
        raise _UnfitError("This birth is in the future.")
    if (born.year + OLDEST_YEARS, born.month, born.day) < (today.year, today.month, today.day):
        raise _UnfitError(f"This birth is over {OLDEST_YEARS} years ago.")
    draft.values[column] = born


def _day(draft: _Draft, column: str, text: str, _now: datetime) -> None:
    draft.values[column] = read_day(text)


def _instant(draft: _Draft, column: str, text: str, _now: datetime) -> None:
    moment = read_moment(text)
    draft.moments[column] = moment
    draft.values[column] = moment.at
    if moment.ambiguous:
        draft.flag(column, "ambiguous_hour", "This hour exists twice; the first was taken.")


def _coded(meaning: Callable[[str], object | None]) -> Callable[[_Draft, str, str, datetime], None]:
    def read(draft: _Draft, column: str, text: str, _now: datetime) -> None:
        value = meaning(text)
        if value is None:
            draft.leave_out(column, "not_understood", "This is no known code; it was left out.")
        else:
            draft.values[column] = value

    return read


def _postcode(text: str) -> str | None:
    try:
        return Postcode.parse(text).value
    except UsageError:
        return None


_READERS: Mapping[str, Callable[[_Draft, str, str, datetime], None]] = {
    "nhs_number": _nhs_number,
    "nhs_number_status": _coded(pas_values.nhs_number_status),
    "mrn": _number_as_text,
    "spell": _number_as_text,
    "dob": _birth,
    "sex": _coded(pas_values.gender),
    "postcode": _coded(_postcode),
    "site": _coded(pas_values.site),
    "edd": _day,
    "admitted_at": _instant,
    "nctr_from": _instant,
    "discharged_at": _instant,
    "delay_reason": _coded(pas_values.delay_reason),
    "discharge_destination": _coded(pas_values.destination),
}


def _require(draft: _Draft) -> None:
    for column in REQUIRED:
        if column not in draft.values and column not in draft.problems:
            draft.problems[column] = "This is missing."
    keys = ("spell", "mrn")
    if not any(key in draft.values or key in draft.problems for key in keys):
        draft.problems["spell"] = "This is missing, and so is mrn; one of the two is needed."


def _check_status(draft: _Draft) -> None:
    status = draft.values.get("nhs_number_status")
    if status is None or "nhs_number" in draft.problems:
        return
    present = "nhs_number" in draft.values
    if present and status is NhsNumberStatus.NOT_PRESENT:
        words = "The status says that there is no NHS number, but there is one."
        draft.leave_out("nhs_number_status", "status_mismatch", words)
    elif not present and status not in _ABSENT:
        words = "The status speaks of an NHS number, but there is none."
        draft.leave_out("nhs_number_status", "status_mismatch", words)


def _check_times(draft: _Draft, now: datetime) -> None:
    for column in ("nctr_from", "discharged_at"):
        if column in draft.moments and "admitted_at" in draft.moments:
            if _before(draft, column, "admitted_at"):
                draft.problems[column] = "This is before the admission."
            else:
                _not_before(draft, column, "admitted_at")
    _check_future(draft, now)
    if "discharged_at" in draft.moments and "nctr_from" in draft.moments:
        if _before(draft, "discharged_at", "nctr_from"):
            draft.flag("discharged_at", "before_nctr", "This is before nctr_from.")
        else:
            _not_before(draft, "discharged_at", "nctr_from")
    born, admitted = draft.values.get("dob"), draft.moments.get("admitted_at")
    if isinstance(born, date) and admitted is not None and admitted.day < born:
        draft.flag("admitted_at", "before_birth", "This admission is before the birth.")


def _check_future(draft: _Draft, now: datetime) -> None:
    # A bed is freed and a wait begins by what happened, not by what is planned (PRODUCT 3).
    for column in ("nctr_from", "discharged_at"):
        if column in draft.moments and draft.moments[column].at > now:
            draft.leave_out(
                column, "in_future", "This is in the future; it is taken once it has happened."
            )
    if "admitted_at" in draft.moments and draft.moments["admitted_at"].at > now:
        draft.flag("admitted_at", "in_future", "This admission is in the future.")


def _timed(draft: _Draft, column: str) -> bool:
    return draft.moments[column].has_time


def _before(draft: _Draft, later: str, earlier: str) -> bool:
    """Tell whether one moment is before another; where either lacks a time the days decide."""
    first, second = draft.moments[earlier], draft.moments[later]
    if first.has_time and second.has_time:
        return second.at < first.at
    return second.day < first.day


def _not_before(draft: _Draft, later: str, earlier: str) -> None:
    """Move a day given without a time, so that its 00:00 does not precede what it follows."""
    first, second = draft.values[earlier], draft.values[later]
    if isinstance(first, datetime) and isinstance(second, datetime) and second < first:
        draft.values[later] = first
