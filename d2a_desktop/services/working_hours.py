"""An assessor's weekly hours as they are stored: read leniently, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def hours_on(pattern: Any, weekday: str) -> tuple[time, time] | None:
    """Return the hours (London wall clock) of one of `WEEKDAYS`; None where it is not worked.

    Hours that cannot be read are not worked: whoever comes must be there for certain.
    """
    if not isinstance(pattern, Mapping):
        return None
    try:
        start, end = (time.fromisoformat(str(each)) for each in pattern.get(weekday) or ())
    except (TypeError, ValueError):
        return None
    return (start, end) if start < end else None
