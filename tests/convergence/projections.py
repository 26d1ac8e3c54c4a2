"""What the server counts anew, worked out from the other records: never one too many, never stale.

The oracle does not count the changes of these rows, so it looks at what they say.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Hold = Callable[..., None]

_COUNTS = {
    "open_slots": ("open",),
    "held_slots": ("held", "offered"),
    "accepted_slots": ("accepted",),
    "started_slots": ("started",),
    "lost_slots": ("lost",),
}
_SHOWN = ("driver", "smoker", "accepts_smoking_home")


def judge(records: Rows, hold: Hold) -> None:
    """Hold each counted row against the records that it was counted from."""
    _judge_weeks(records, hold)
    _judge_cards(records, hold)
    _judge_profiles(records, hold)


def _judge_weeks(records: Rows, hold: Hold) -> None:
    """One row for each contract and week with starts, and it counts them."""
    starts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for slot in records["slot"]:
        starts[slot["contract_id"], slot["week"]][slot["status"]] += 1
    contracts = {row["id"]: row for row in records["capacity_contract"]}
    weeks = [(row["contract_id"], row["week"]) for row in records["capacity_week"]]
    hold(sorted(weeks) == sorted(starts), "weeks without starts, or twice", weeks, set(starts))
    for row in records["capacity_week"]:
        counted = starts[row["contract_id"], row["week"]]
        for name, states in _COUNTS.items():
            hold(row[name] == sum(counted[state] for state in states), "miscounted", name, row)
        for name in ("min_starts", "max_starts"):
            hold(row[name] == contracts[row["contract_id"]][name], "an old contract", row)


def _judge_cards(records: Rows, hold: Hold) -> None:
    """One card at most for each block, and it says what has become of it."""
    blocks = {row["id"]: row for row in records["placement_block"]}
    cards = [card["block_id"] for card in records["arrival_card"]]
    hold(len(cards) == len(set(cards)), "two cards of one block", cards)
    for card in records["arrival_card"]:
        block = blocks[card["block_id"]]
        names = ["status"]
        if block["status"] in ("confirmed", "active"):
            names += ["expected_at", "starts_at", "ends_at"]
        other = {name: (card[name], block[name]) for name in names if card[name] != block[name]}
        hold(not other, "an old card", other, card, block)


def _judge_profiles(records: Rows, hold: Hold) -> None:
    """One pseudonym for each active worker of an agency that shows them, with the same traits."""
    shows = {org["id"] for org in records["organisation"] if org["share_profiles"]}
    wanted = Counter(
        (worker["scope_id"], *(worker[name] for name in _SHOWN))
        for worker in records["worker"]
        if worker["status"] == "active" and worker["scope_id"] in shows
    )
    found = Counter(
        (row["agency_org_id"], *(row[name] for name in _SHOWN)) for row in records["worker_profile"]
    )
    hold(wanted == found, "workers and their pseudonyms differ", wanted - found, found - wanted)
