"""The frozen answers of the search box."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SearchHit:
    """One answer of the search box; `similar_name` as on the ward board."""

    kind: str
    title: str
    subtitle: str
    case_id: str | None
    offer_id: str | None
    similar_name: bool = False
