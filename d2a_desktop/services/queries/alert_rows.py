"""The frozen row of an alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class AlertRow:
    """One thing that presses: its words, whom or what it is about, and where it opens.

    `page` is a page of the navigation, or "record" for a case; `target` is the id to open there,
    and `case_id` the record to open on a desk without that page. `urgent` ones are late or red;
    the others are about to be.
    """

    alert_id: str
    kind: str
    words: str
    about: str
    detail: str
    urgent: bool
    at: datetime | None
    page: str
    target: str
    case_id: str | None = None
