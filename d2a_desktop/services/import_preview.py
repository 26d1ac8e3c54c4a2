"""What an extract would change, person by person and field by field, before anything goes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from d2a_desktop.domain.display import display_date, display_datetime, display_name
from d2a_desktop.domain.field_words import field_label, value_words
from d2a_desktop.interop.records import PasRow
from d2a_desktop.interop.report import ImportReport

BLANK = "blank"
Account = ImportReport
"""The account of an import, by the name that screens know it by."""


@dataclass(frozen=True)
class Difference:
    """One field of one person: as it is here, and as the extract has it.

    `field` is empty for somebody who is new; `will` then says where they lie.
    """

    line: int
    person: str
    case: str
    field: str
    was: str
    will: str

    @property
    def is_new(self) -> bool:
        """Whether the person comes onto the board by this extract."""
        return not self.case


@dataclass(frozen=True)
class ImportPreview:
    """The account that an import would give, and every difference, in the order of the file."""

    report: ImportReport
    differences: tuple[Difference, ...]


def new_people(rows: Iterable[PasRow]) -> list[Difference]:
    """Return those who would come onto the board."""
    return [
        Difference(row.line, _name(row), "", "", "", f"{row.ward} {row.bed or ''}".strip())
        for row in rows
    ]


def changed_fields(
    row: PasRow,
    case_ref: str,
    changes: Mapping[str, tuple[object, object]],
    stored_as: Mapping[str, tuple[str, str]],
) -> list[Difference]:
    """Return what a row would change of a known person.

    Args:
        row: the row.
        case_ref: of the case it belongs to.
        changes: old and new value by column of the extract.
        stored_as: record and field by column, for words.
    """
    made = []
    for column, (old, new) in changes.items():
        entity, name = stored_as[column]
        label = field_label(entity, name)
        made.append(
            Difference(
                row.line,
                _name(row),
                case_ref,
                label,
                _words(entity, name, old),
                _words(entity, name, new),
            )
        )
    return made


def _name(row: PasRow) -> str:
    return display_name(family=row.surname, given=row.forename or "")


def _words(entity: str, name: str, value: object) -> str:
    if value is None or value == "":
        return BLANK
    if isinstance(value, datetime):
        return display_datetime(value)
    if isinstance(value, date):
        return display_date(value)
    return value_words(entity, name, value.value if isinstance(value, Enum) else value)
