"""The judge itself: an effect that came twice is seen wherever it shows; an honest one passes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

import pytest

from tests.convergence import projections
from tests.convergence.oracle import Facts, ViolationError, hold, judge_effects

_OP = "op-1"


def _facts(*links: tuple[str, str, str]) -> Facts:
    """Return facts of one operation whose effects are these: entity, row, subtransaction."""
    chains: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for entity, row, xid in links:
        link = {"op": _OP, "delta": {}, "xid": xid}
        chains.setdefault((entity, row), []).append(link)
    return Facts(cast("Any", None), {}, {_OP: {"result": {"s": "ok"}}}, chains)


def test_what_is_counted_anew_at_each_consequence_is_one_effect() -> None:
    judge_effects(
        _facts(("slot", "s", "7"), ("capacity_week", "w", "7"), ("capacity_week", "w", "7"))
    )


@pytest.mark.parametrize(
    "links",
    [
        [("slot", "s", "7"), ("slot", "s", "7")],
        [("capacity_week", "w", "7"), ("capacity_week", "w", "8")],
        [("worker", "a", "7"), ("worker_profile", "p", "8")],
        [("offer", "a", "7"), ("offer", "b", "8")],  # the second time it hit another row
    ],
    ids=str,
)
def test_an_effect_that_came_twice_is_seen(links: list[tuple[str, str, str]]) -> None:
    with pytest.raises(ViolationError):
        judge_effects(_facts(*links))


_RECORDS: dict[str, list[dict[str, Any]]] = {
    "slot": [
        {"contract_id": "c", "week": "2030-W23", "status": "open"},
        {"contract_id": "c", "week": "2030-W23", "status": "offered"},
    ],
    "capacity_contract": [{"id": "c", "min_starts": 5, "max_starts": 8}],
    "capacity_week": [
        {
            "contract_id": "c", "week": "2030-W23", "min_starts": 5, "max_starts": 8,
            "open_slots": 1, "held_slots": 1, "accepted_slots": 0, "started_slots": 0,
            "lost_slots": 0,
        }
    ],
    "placement_block": [
        {"id": "b", "status": "active", "expected_at": None, "starts_at": "1", "ends_at": "2"}
    ],
    "arrival_card": [
        {"block_id": "b", "status": "active", "expected_at": None, "starts_at": "1", "ends_at": "2"}
    ],
    "organisation": [{"id": "a", "share_profiles": True}],
    "worker": [
        {
            "scope_id": "a", "status": "active", "driver": True, "smoker": None,
            "accepts_smoking_home": None,
        }
    ],
    "worker_profile": [
        {"agency_org_id": "a", "driver": True, "smoker": None, "accepts_smoking_home": None}
    ],
}  # fmt: skip


def test_what_was_counted_rightly_passes() -> None:
    projections.judge(_RECORDS, hold)


@pytest.mark.parametrize(
    ("entity", "change"),
    [
        ("capacity_week", {"open_slots": 2}),  # one start counted twice
        ("capacity_week", {"min_starts": 4}),
        ("arrival_card", {"status": "confirmed"}),
        ("arrival_card", {"ends_at": "3"}),
        ("worker_profile", {"driver": False}),
        ("worker", {"status": "left"}),
    ],
    ids=str,
)
def test_what_was_miscounted_is_seen(entity: str, change: dict[str, Any]) -> None:
    records = deepcopy(_RECORDS)
    records[entity][0] |= change
    with pytest.raises(ViolationError):
        projections.judge(records, hold)


@pytest.mark.parametrize("entity", ["capacity_week", "arrival_card", "worker_profile"])
def test_what_was_made_twice_is_seen(entity: str) -> None:
    records = deepcopy(_RECORDS)
    records[entity].append(dict(records[entity][0]))
    with pytest.raises(ViolationError):
        projections.judge(records, hold)
