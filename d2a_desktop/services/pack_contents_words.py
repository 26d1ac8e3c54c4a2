"""Codes and values of a case's record as the words that a pack prints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from d2a_desktop.core.clock import london_day
from d2a_desktop.domain.code_lists import need_groups
from d2a_desktop.domain.display import display_date, display_phone
from d2a_desktop.domain.field_words import CODES

# The number of a key safe or a door has a sheet of its own (HZ15); typed into free text by
# mistake, it must not travel with the pack.
_KEY_CODE = re.compile(
    r"(?P<what>\b(?:key ?safe|key (?:number|no)|code|pin|combination|door entry)\b"
    r"[^\d\n.,;]{0,24}?)(?P<number>[A-Z]?\d(?:[ \-]?[\d#*]){1,8}(?:[A-Z]\b)?)",
    re.IGNORECASE,
)
_MASK = "(on its own sheet)"


def level_words(group: str, code: str | None) -> str:
    """Return the label of a need's level; a code that the list does not have, as words."""
    if not code:
        return ""
    for level in need_groups()[group].levels:
        if level.code == code:
            return level.label
    return code_words(code)


def level_list(group: str, codes: Iterable[str] | None) -> tuple[str, ...]:
    """Return the labels of several levels of one need."""
    return tuple(level_words(group, code) for code in codes or ())


def code_words(code: str | None) -> str:
    """Return a code of no published list as words: `has_capacity` is `Has capacity`."""
    return (code or "").replace("_", " ").strip().capitalize()


def field_words(field: str, code: str | None) -> str:
    """Return the label of a field's code (`record.field`); one that it does not know, as words."""
    return dict(CODES.get(field, ())).get(code or "", code_words(code))


def yes_no(value: bool | None) -> str:
    """Return Yes or No; nothing when not recorded."""
    return "" if value is None else "Yes" if value else "No"


def text_of(value: Any) -> str:
    """Return a text as recorded, without blanks around it; nothing when absent."""
    return "" if value is None else str(value).strip()


def joined(*parts: str, by: str = ", ") -> str:
    """Return the parts that say something, joined."""
    return by.join(part for part in parts if part)


def phone_words(number: str | None) -> str:
    """Return a telephone number as displayed; nothing when there is none."""
    return display_phone(number, null="")


def day_words(moment: date | datetime | None) -> str:
    """Return `22-Nov-2026` for a day or for the London day of an instant; nothing when absent."""
    if isinstance(moment, datetime):
        return display_date(london_day(moment))
    return display_date(moment, null="")


def days_words(days: int | None) -> str:
    """Return `28 days`; nothing when not recorded."""
    return "" if days is None else "1 day" if days == 1 else f"{days} days"


def without_key_code(text: str | None) -> str:
    """Return free text with any number that opens a door masked (DOMAIN 7.2, HZ15)."""
    return _KEY_CODE.sub(lambda found: found["what"] + _MASK, text_of(text))


def lines_of(text: str | None) -> tuple[str, ...]:
    """Return the lines of a free text that say something."""
    return tuple(line.strip(" -•\t") for line in text_of(text).splitlines() if line.strip(" -•\t"))
