"""One JSON value as a record's field holds it, checked against the table of fields."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from d2a_desktop.core.errors import UsageError
from d2a_desktop.domain.fields import Field, Type
from d2a_desktop.domain.person import NhsNumber, Postcode


def checked_value(field: Field, name: str, value: Any, path: str) -> Any:
    """Return a JSON value as the column holds it.

    Raises:
        UsageError: wrong type, wrong NHS number or postcode, a required value blanked.
    """
    if value is None or value == "":
        if field.required:
            raise UsageError(f"{path} cannot be blank.")
        return None
    if name == "nhs_number":
        return NhsNumber.parse(str(value)).value
    if name in ("postcode", "home_postcode", "base_postcode"):
        return Postcode.parse(str(value)).value
    return _typed(field.type, value, path)


_SIMPLE: dict[Type, tuple[type, str]] = {
    Type.TEXT: (str, "text"),
    Type.CODE: (str, "a code"),
    Type.UUID: (str, "an id"),
    Type.BOOL: (bool, "true or false"),
}


def _typed(kind: Type, value: Any, path: str) -> Any:
    if kind in _SIMPLE:
        wanted, words = _SIMPLE[kind]
        if not isinstance(value, wanted):
            raise UsageError(f"{path} must be {words}.")
        return value.strip() if isinstance(value, str) else value
    if kind is Type.INT:
        if isinstance(value, bool) or not isinstance(value, int):
            raise UsageError(f"{path} must be a whole number.")
        return value
    if kind is Type.JSON:
        return value
    try:
        return _time_value(kind, value)
    except ValueError:
        example = "2026-11-27" if kind is Type.DATE else "2026-11-27T16:10Z"
        raise UsageError(f"{path} must be like {example}.") from None


def _time_value(kind: Type, value: Any) -> date | datetime:
    if kind is Type.DATE:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return date.fromisoformat(str(value))
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if instant.tzinfo is None:
        raise ValueError("no time zone")
    return instant
