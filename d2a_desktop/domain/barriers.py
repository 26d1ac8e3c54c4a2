"""Barriers that keep a person in hospital: states, the primary one, suggested delay reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from d2a_desktop.core.errors import RefusedError
from d2a_desktop.domain.code_lists import DelayReason, delay_reason
from d2a_desktop.domain.codes import Labelled, OrgKind, Pathway
from d2a_desktop.domain.machine import Machine, Move

_NHS = frozenset({OrgKind.HOSPITAL, OrgKind.COMMUNITY, OrgKind.COUNCIL})


class BarrierStatus(Labelled):
    """The stored states of a barrier."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"


BARRIER_MACHINE = Machine(
    name="barrier",
    states=tuple(BarrierStatus),
    initial=BarrierStatus.OPEN,
    final=frozenset({BarrierStatus.RESOLVED}),
    moves=(Move(BarrierStatus.OPEN, BarrierStatus.RESOLVED, _NHS, cascade=True),),
)


@dataclass(frozen=True)
class OpenBarrier:
    """What the rules need to know of a barrier that is still open."""

    barrier_id: str
    reason_code: str
    opened_at: datetime
    is_primary: bool


def primary(barriers: Iterable[OpenBarrier]) -> OpenBarrier | None:
    """Return the one barrier for the national return: the marked one, else the oldest.

    Two desks may each have marked one while offline; the earlier then counts (DOMAIN 12: one
    open primary barrier per case).
    """
    ordered = sorted(barriers, key=lambda b: (not b.is_primary, b.opened_at, b.barrier_id))
    return ordered[0] if ordered else None


def require_fits(reason_code: str, pathway: Pathway | None) -> DelayReason:
    """Return the delay reason, or refuse one that the confirmed pathway rules out (DOMAIN 2.2).

    Raises:
        UsageError: there is no such reason.
        RefusedError: it does not belong to the confirmed pathway.
    """
    reason = delay_reason(reason_code)
    if not reason.fits(pathway):
        allowed = ", ".join(sorted(p.label for p in reason.pathways))
        raise RefusedError(
            f"This delay reason is for {allowed} only.",
            what_to_do="Choose a reason that fits the confirmed pathway.",
            code="reason_pathway",
        )
    return reason


@dataclass(frozen=True)
class DelaySituation:
    """What is known of a waiting person, as far as it suggests a delay reason."""

    referred: bool = False
    therapy_outstanding: bool = False
    referral_returned: bool = False
    pathway_confirmed: bool = False
    offer_open: bool = False
    reablement: bool = True
    accepted: bool = False
    provider_asks: bool = False
    family_undecided: bool = False
    equipment_missing: bool = False
    medicines_missing: bool = False
    transport_missing: bool = False
    home_not_ready: bool = False
    self_funding: bool = False


def suggest_delay_reasons(facts: DelaySituation) -> tuple[str, ...]:
    """Return delay reason codes to suggest, the likeliest first; never submitted by itself.

    Source: the table of DOMAIN 2.2.
    """
    specific = (
        (facts.provider_asks, "IP10"),
        (facts.family_undecided, "IP08"),
        (facts.equipment_missing, "CAP05"),
        (facts.medicines_missing, "HP05"),
        (facts.transport_missing, "HP06"),
        (facts.home_not_ready, "WB01"),
        (facts.self_funding, "IP07"),
    )
    found = [code for holds, code in specific if holds]
    found.append(_by_progress(facts))
    return tuple(dict.fromkeys(found))


def _by_progress(facts: DelaySituation) -> str:
    if facts.referral_returned:
        return "HP02"
    if not facts.referred:
        return "HP01" if facts.therapy_outstanding else "HP02"
    if not facts.pathway_confirmed:
        return "CTH01"
    if facts.accepted:
        return "IP04" if facts.reablement else "IP03"
    if facts.offer_open:
        return "CAP03" if facts.reablement else "CAP04"
    return "CTH02"
