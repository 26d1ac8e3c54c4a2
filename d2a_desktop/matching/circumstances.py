"""Optional facts of a matching document beyond FORMAT.md, which the reference's other rules ask.

A field that is absent is not asked (the document is plain version 1); null says that nobody knows,
which a hard rule answers with "cannot confirm" and a soft rule with no points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from d2a_desktop.engines.neutral_json import Node, minutes_of

Facts = Mapping[str, Any]

_LONGEST_DAYS = 3660


def _names(node: Node) -> frozenset[str]:
    return frozenset(item.text() for item in node.items())


def _spans(node: Node) -> tuple[tuple[date, date], ...]:
    return tuple(day_span(item) for item in node.items())


def _last_days(node: Node) -> dict[str, date | None]:
    return {name: None if n.value is None else n.day() for name, n in node.entries()}


def _block_days(node: Node) -> tuple[int, int]:
    pair = node.items()
    if len(pair) != 2:
        node.fail("must be [fewest, most] days")
    fewest, most = pair[0].whole(), pair[1].whole()
    if not fewest <= most <= _LONGEST_DAYS:
        pair[1].fail(f"must be from the fewest to {_LONGEST_DAYS} days")
    return fewest, most


AGENCY_FACTS: Mapping[str, Callable[[Node], Any]] = {
    "registered": Node.flag,
    "on_contract": Node.flag,
    "areas": _names,
}
WORKER_FACTS: Mapping[str, Callable[[Node], Any]] = {
    "engaged": _spans,
    "skills_valid_to": _last_days,
    "refresher_booked": _names,
    "contraindications": _names,
    "vehicles": _names,
    "protections": _names,
    "must_not": _names,
    "uneasy_with": _names,
    "region": Node.text,
    "preferred_block_days": _block_days,
    "experience": Node.whole,
    "weeks_since_placement": Node.whole,
    "rate_band": Node.whole,
    "accepts_home": _names,
    "cooks": _names,
    "interests": _names,
    "background": _names,
}
REFERRAL_FACTS: Mapping[str, Callable[[Node], Any]] = {
    "double_handed": Node.flag,
    "second_carer_arranged": Node.flag,
    "waking_night": Node.flag,
    "night_cover_arranged": Node.flag,
    "home_features": _names,
    "vehicle": Node.text,
    "vehicle_insured": Node.flag,
    "bedroom": Node.flag,
    "home_safe": Node.flag,
    "can_be_left_alone": Node.flag,
    "break_cover_arranged": Node.flag,
    "interpreter_arranged": Node.flag,
    "protections_required": _names,
    "area": Node.text,
    "demands": _names,
    "consent": Node.flag,
    "preferred_workers": _names,
    "background_preferred": _names,
    "driver_useful": Node.flag,
    "region": Node.text,
    "complexity": Node.whole,
    "rate_band": Node.whole,
    "diets": _names,
    "interests": _names,
}
# The soft rules beyond FORMAT.md, by their key in the reference (`wishes`).
OPTIONAL_WEIGHTS = (
    *("preferred_worker", "pets_ok", "smoking_match", "driving_pref", "travel_distance"),
    *("placement_length_fit", "handover_overlap", "skill_surplus", "experience", "fairness"),
    *("cost", "expiry_soon", "rural_isolation", "cooking_diet", "interests"),
)
# These are instants, so they need the document's time zone.
_WORKER_INSTANTS = ("arrives_from",)
_REFERRAL_INSTANTS = ("outgoing_leaves",)


def day_span(node: Node) -> tuple[date, date]:
    """Read [from, to], two inclusive days."""
    pair = node.items()
    if len(pair) != 2:
        node.fail("must be [from, to]")
    first, last = pair[0].day(), pair[1].day()
    if last < first:
        pair[1].fail("must not be before the first day")
    return first, last


def agency_facts(row: Node) -> Facts:
    """Read the optional facts of an agency."""
    return _read(row, AGENCY_FACTS)


def worker_facts(row: Node, zone: ZoneInfo) -> Facts:
    """Read the optional facts of a worker; instants become UTC minutes."""
    return {**_read(row, WORKER_FACTS), **_instants(row, _WORKER_INSTANTS, zone)}


def referral_facts(row: Node, zone: ZoneInfo) -> Facts:
    """Read the optional facts of a referral; instants become UTC minutes."""
    return {**_read(row, REFERRAL_FACTS), **_instants(row, _REFERRAL_INSTANTS, zone)}


def _read(row: Node, readers: Mapping[str, Callable[[Node], Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in readers.keys() & row.value.keys():
        node = row.optional(name)
        found[name] = None if node is None else readers[name](node)
    return found


def _instants(row: Node, names: tuple[str, ...], zone: ZoneInfo) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for name in names:
        if name in row.value:
            node = row.optional(name)
            found[name] = None if node is None else minutes_of(node.instant(zone))
    return found
