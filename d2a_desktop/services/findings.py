"""One line of an examination: what was checked, what was found, what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """The result of one check; `what_to_do` is empty when it is in order.

    A `warning` is in order for now, and told with what to do.
    """

    check: str
    ok: bool
    found: str
    what_to_do: str = ""
    warning: bool = False
