"""Every state machine by the name of its record, and the rows of the server's transition table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from d2a_desktop.domain.barriers import BARRIER_MACHINE
from d2a_desktop.domain.capacity import SLOT_MACHINE
from d2a_desktop.domain.departure import DEPARTURE_MACHINE
from d2a_desktop.domain.fields import RECORDS
from d2a_desktop.domain.machine import Machine
from d2a_desktop.domain.offer import OFFER_MACHINE
from d2a_desktop.domain.placement import BLOCK_MACHINE, PLACEMENT_MACHINE
from d2a_desktop.domain.referral import REFERRAL_MACHINE
from d2a_desktop.domain.tasks import TASK_MACHINE
from d2a_desktop.domain.visit import VISIT_MACHINE

MACHINES: Mapping[str, Machine] = MappingProxyType(
    {
        "referral": REFERRAL_MACHINE,
        "offer": OFFER_MACHINE,
        "placement": PLACEMENT_MACHINE,
        "placement_block": BLOCK_MACHINE,
        "departure": DEPARTURE_MACHINE,
        "visit": VISIT_MACHINE,
        "slot": SLOT_MACHINE,
        "barrier": BARRIER_MACHINE,
        "task": TASK_MACHINE,
    }
)


def transition_rows() -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    """Return entity, source, target and kinds for `sync.transition`.

    The kinds are those that may make the move in any way (in their own name, in the hub role, on
    behalf of a partner) and may write the status field; empty means the server alone.
    """
    rows = []
    for entity, machine in MACHINES.items():
        record = RECORDS[entity]
        writers = record.fields[record.status or "status"].kinds
        for move in machine.moves:
            kinds = tuple(sorted(kind.value for kind in move.every_kind if kind in writers))
            rows.append((entity, str(move.source), str(move.target), kinds))
    return tuple(rows)
