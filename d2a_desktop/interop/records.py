"""What one row of a PAS extract says, in the program's own types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.codes import Gender, NhsNumberStatus


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about a row that went in and that a person should know; without its content.

    `code` is stable: ambiguous_hour, not_understood, in_future, status_mismatch,
    before_nctr, before_birth.
    """

    line: int
    column: str
    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasRow:
    """One inpatient spell as the extract has it; `None` is a blank cell or a column not carried.

    Instants are aware and in UTC; one whose column stands in `date_only` was given as a day and
    is 00:00 of it in Europe/London (never before the admission of the same day).
    """

    line: int
    carried: frozenset[str]
    date_only: frozenset[str] = frozenset()
    flags: tuple[Flag, ...] = ()

    surname: str
    dob: date
    site: str
    ward: str
    admitted_at: datetime
    spell: str | None = None
    mrn: str | None = None
    nhs_number: str | None = None
    nhs_number_status: NhsNumberStatus | None = None
    forename: str | None = None
    title: str | None = None
    preferred_name: str | None = None
    sex: Gender | None = None
    address1: str | None = None
    address2: str | None = None
    address3: str | None = None
    address4: str | None = None
    postcode: str | None = None
    phone: str | None = None
    gp_practice: str | None = None
    admission_method: str | None = None
    specialty: str | None = None
    consultant: str | None = None
    bed: str | None = None
    edd: date | None = None
    nctr_from: datetime | None = None
    delay_reason: str | None = None
    discharged_at: datetime | None = None
    discharge_destination: str | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What makes the spell the same one in another file (PRODUCT section 6)."""
        return ("spell", self.spell) if self.spell else self.place_key

    @property
    def place_key(self) -> tuple[str, ...]:
        """Site, hospital number and admission: the key of a row that has no spell number.

        Without a hospital number it matches nothing: two people may be admitted at one minute.
        """
        if not self.mrn:
            return ("no place", str(self.line))
        return ("place", self.site, self.mrn, self.admitted_at.isoformat())

    def values(self) -> dict[str, object]:
        """Return what the row says, by canonical column, without the blanks."""
        return {name: value for name in VALUE_FIELDS if (value := getattr(self, name)) is not None}


_ABOUT_THE_ROW = frozenset({"line", "carried", "date_only", "flags"})
VALUE_FIELDS = tuple(f.name for f in fields(PasRow) if f.name not in _ABOUT_THE_ROW)
"""The canonical columns as fields of a row."""


def diff_row(existing: Mapping[str, object], row: PasRow) -> dict[str, tuple[object, object]]:
    """Return what the row changes: field to (old, new); empty when it says nothing new.

    `existing` holds the stored values by canonical column. A value is never blanked: a blank cell
    and a column not carried change nothing, a day alone does not replace a time of that day, and
    "number not present" says nothing about a number that is there (PRODUCT section 6).
    """
    return {
        name: (existing.get(name), new)
        for name, new in row.values().items()
        if _changes(name, existing, new, row)
    }


def _changes(name: str, existing: Mapping[str, object], new: object, row: PasRow) -> bool:
    old = existing.get(name)
    if old == new:
        return False
    if name in row.date_only and isinstance(old, datetime) and isinstance(new, datetime):
        return london_day(old) != london_day(new)
    if name == "nhs_number_status" and row.nhs_number is None and existing.get("nhs_number"):
        return new not in (NhsNumberStatus.NOT_PRESENT, NhsNumberStatus.POSTPONED)
    return True
