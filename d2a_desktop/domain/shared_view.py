"""What a view of a list may hold when colleagues share it: codes and column names, never words.

The shared database says the same (`sync.says_view` in `shared_db/schema/0031_shared_views.sql`);
one table of cases in the tests holds the two together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST_NAME = 60
"""Characters of a view's name and of a ward's."""
NARROWEST, WIDEST = 24, 1200
"""Widths of a column that are kept, in px at 100 % text."""
MOST_COLUMNS = 40
_MOST_BYTES = 4096
_MEMBERS = frozenset({"chip", "sort", "descending", "columns", "beside"})
_CODE = re.compile(r"[a-z0-9_]{1,40}")
# Ten digits, set out as people do: an NHS number has no business in the name of a view.
_TEN_DIGITS = re.compile(r"(?:[0-9][ -]?){9}[0-9]")


def definition_of(state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a list's own document is shared: the words of a filter stay behind."""
    return {name: state.get(name) for name in sorted(_MEMBERS)}


def is_definition(value: object) -> bool:
    """Return whether a definition says codes, column names, widths and choices, and no more."""
    if not isinstance(value, Mapping) or set(value) != _MEMBERS:
        return False
    columns = value["columns"]
    return (
        len(json.dumps(value, ensure_ascii=False).encode()) <= _MOST_BYTES
        and all(value[name] == "" or is_code(value[name]) for name in ("chip", "sort"))
        and isinstance(value["descending"], bool)
        and (value["beside"] is None or isinstance(value["beside"], bool))
        and isinstance(columns, Mapping)
        and set(columns) == {"shown", "widths"}
        and _are_columns(columns["shown"])
        and _are_widths(columns["widths"])
    )


def is_code(value: object) -> bool:
    """Return whether a value is the key of a page, a chip or a column."""
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def is_name(value: str) -> bool:
    """Return whether a name is of a fit length, in one line and holds no NHS number."""
    return (
        0 < len(value.strip()) <= len(value) <= LONGEST_NAME
        and all(ord(each) >= ord(" ") and each != "\x7f" for each in value)
        and _TEN_DIGITS.search(value) is None
    )


def unknown_columns(state: Mapping[str, Any], known: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a view names and this version of the list does not have."""
    columns = state.get("columns")
    held = columns if isinstance(columns, Mapping) else {}
    named = [*(held.get("shown") or ()), *(held.get("widths") or ()), state.get("sort") or ""]
    return tuple(dict.fromkeys(each for each in named if each and each not in known))


def _are_columns(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and len(value) <= MOST_COLUMNS and all(map(is_code, value))


def _are_widths(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) <= MOST_COLUMNS
        and all(is_code(key) and _is_width(width) for key, width in value.items())
    )


def _is_width(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and NARROWEST <= value <= WIDEST
