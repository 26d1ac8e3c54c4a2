"""The referral of a case to the care transfer hub: its states, and what each move needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from d2a_desktop.core.errors import RefusedError, UsageError
from d2a_desktop.domain.code_lists import scci2075
from d2a_desktop.domain.codes import Labelled, OrgKind, Pathway
from d2a_desktop.domain.machine import Machine, Move, moves

_HOSPITAL = frozenset({OrgKind.HOSPITAL})
_HUB = frozenset({OrgKind.COMMUNITY, OrgKind.COUNCIL})
# After referral the hub has the hospital's edges (SYNC 3.8).
_WARD_AND_HUB = _HOSPITAL | _HUB


class ReferralStatus(Labelled):
    """The stored states of a referral."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent to the hub"
    RETURNED = "returned", "Returned to the ward"
    CONFIRMED = "confirmed", "Pathway confirmed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    CLOSED = "closed", "Closed"


_S = ReferralStatus

REFERRAL_MACHINE = Machine(
    name="referral",
    states=tuple(_S),
    initial=_S.DRAFT,
    final=frozenset({_S.WITHDRAWN, _S.CLOSED}),
    moves=(
        Move(_S.DRAFT, _S.SENT, _HOSPITAL, ("minimum_data",)),
        Move(_S.SENT, _S.RETURNED, _HUB, ("reason",), hub_role=_HOSPITAL),
        Move(_S.RETURNED, _S.SENT, _WARD_AND_HUB, ("minimum_data",)),
        Move(_S.SENT, _S.CONFIRMED, _HUB, ("pathway_decision",), hub_role=_HOSPITAL),
        Move(_S.DRAFT, _S.WITHDRAWN, _HOSPITAL, ("withdrawn_reason",), cascade=True),
        *moves(
            (_S.SENT, _S.RETURNED, _S.CONFIRMED),
            _S.WITHDRAWN,
            _WARD_AND_HUB,
            ("withdrawn_reason",),
            cascade=True,
        ),
        Move(_S.CONFIRMED, _S.CLOSED, _WARD_AND_HUB, ("reason",), cascade=True),
    ),
)


def withdrawal_reason(code: str) -> str:
    """Return the words of one of the 13 withdrawal reasons (DOMAIN 3.2).

    Raises:
        UsageError: there is no such reason.
    """
    reasons = scci2075("withdrawal_reason")
    if code not in reasons:
        raise UsageError(
            "This is not one of the 13 reasons for withdrawal.",
            what_to_do="Use a code 01 to 13.",
            code="withdrawal_reason_unknown",
        )
    return reasons[code]


@dataclass(frozen=True)
class PathwayDecision:
    """The hub's decision with the MDT: it alone names the pathway and the service."""

    pathway: Pathway
    rationale: str
    options: tuple[str, ...]
    took_part: tuple[str, ...]
    decided_by: str
    decided_role: str


def require_pathway_decision(decision: PathwayDecision) -> None:
    """Refuse a pathway decision without rationale, options considered or who took part.

    Source: PRODUCT section 2, step 3; DOMAIN 9, rows 41 to 43.

    Raises:
        RefusedError: something is missing; the words name it.
    """
    needed = {
        "rationale": decision.rationale.strip(),
        "options considered": decision.options,
        "who took part": decision.took_part,
        "decided by": decision.decided_by.strip(),
        "role of the person who decided": decision.decided_role.strip(),
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise RefusedError(
            "The pathway decision is incomplete.",
            what_to_do=f"Give: {', '.join(missing)}.",
            code="incomplete",
        )


def leaves_scope(pathway: Pathway) -> bool:
    """Return whether a confirmed pathway takes the case out of the hub's work (P0, DOMAIN 1.7)."""
    return pathway is Pathway.P0


def takes_live_in(pathway: Pathway) -> bool:
    """Return whether live-in care can be offered on this pathway: P1 alone (DOMAIN 1.2)."""
    return pathway is Pathway.P1


def quorum_warning(took_part: Collection[str]) -> str:
    """Return a warning when fewer than two disciplines took part, else an empty text."""
    disciplines = {name.strip().casefold() for name in took_part if name.strip()}
    if len(disciplines) >= 2:
        return ""
    return "Only one discipline took part in this decision."
